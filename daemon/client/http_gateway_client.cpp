#include "daemon/client/http_gateway_client.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/url/parse.hpp>
#include <functional>

#include "daemon/base/on_thread.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr std::string_view kExec = "exec:";

struct Target {
    bool tls = false;
    std::string host;
    std::string port;
    std::string path;
};

bool is_loopback(const std::string& host) {
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(host, failed);
    return host == "localhost" || (!failed && address.is_loopback());
}

std::optional<Target> parse_target(const std::string& text) {
    const auto url = boost::urls::parse_uri(text);
    if (!url || url->host().empty()) return std::nullopt;
    Target target;
    target.tls = url->scheme() == "https";
    if (!target.tls && url->scheme() != "http") return std::nullopt;
    target.host = url->host_address();
    target.port = url->has_port() ? std::string(url->port()) : (target.tls ? "443" : "80");
    target.path = std::string(url->encoded_target());
    if (target.path.empty()) target.path = "/";
    // Boost takes "127.0.0.1.example" for the address 127.0.0.1 with a path ".example".
    if (target.path.front() != '/' && target.path.front() != '?') return std::nullopt;
    if (target.path.front() == '?') target.path.insert(0, "/");
    if (!target.tls && !is_loopback(target.host)) return std::nullopt;
    return target;
}

http::request<http::string_body> request_of(const Target& target,
                                            GatewayClient::GatewayMessage& message) {
    http::request<http::string_body> request{http::verb::post, target.path, 11};
    request.set(http::field::host, target.host);
    request.set(http::field::user_agent, "qingkong");
    request.set(http::field::content_type, message.content_type);
    request.set("X-Qingkong-Signature", message.signature);
    request.set("Idempotency-Key", message.id);
    request.body() = std::move(message.body);
    request.prepare_payload();
    return request;
}

// Sends and reads the answer; the stream's own deadline ends both.
template <class Stream>
asio::awaitable<std::string> exchange(Stream& stream, http::request<http::string_body> request) {
    co_await http::async_write(stream, request, asio::use_awaitable);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(kGatewayAnswerBytesMax);
    co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
    const unsigned status = parser.get().result_int();
    if (status >= 200 && status < 300) co_return std::string();
    co_return fmt::format("the gateway answered {}", status);
}

asio::awaitable<tcp::resolver::results_type> look_up(asio::thread_pool& names, std::string host,
                                                     std::string port) {
    tcp::resolver::results_type places;
    std::function<void()> ask = [&] {
        tcp::resolver resolver(names.get_executor());
        places = resolver.resolve(host, port);
    };
    co_await run_on(names, std::move(ask));
    co_return places;
}

asio::awaitable<std::string> post(asio::any_io_executor executor, asio::thread_pool& names,
                                  Target target, GatewayClient::GatewayMessage message) {
    auto asking = look_up(names, target.host, target.port);
    const auto places = co_await std::move(asking);
    http::request<http::string_body> request = request_of(target, message);
    if (!target.tls) {
        beast::tcp_stream stream(executor);
        stream.expires_after(kDeliveryDeadline);
        co_await stream.async_connect(places, asio::use_awaitable);
        co_return co_await exchange(stream, std::move(request));
    }
    asio::ssl::context tls(asio::ssl::context::tls_client);
    tls.set_default_verify_paths();
    tls.set_verify_mode(asio::ssl::verify_peer);
    beast::ssl_stream<beast::tcp_stream> stream(executor, tls);
    stream.set_verify_callback(asio::ssl::host_name_verification(target.host));
    SSL_set_tlsext_host_name(stream.native_handle(), target.host.c_str());
    beast::get_lowest_layer(stream).expires_after(kDeliveryDeadline);
    co_await beast::get_lowest_layer(stream).async_connect(places, asio::use_awaitable);
    co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
    co_return co_await exchange(stream, std::move(request));
}

// A child process with its standard input in our hands; reaped by the destructor at the latest.
class Child {
 public:
    Child() = default;
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() {
        if (pid_ > 0) {
            kill(-pid_, SIGKILL);
            waitpid(pid_, nullptr, 0);
        }
    }

    // An error text, or empty. `input` is then the writing end of its standard input.
    std::string start(const std::string& path, const GatewayClient::GatewayMessage& message,
                      int& input) {
        std::array<int, 2> pipe_ends{};
        if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return "no pipe";
        const std::string signature = "QINGKONG_SIGNATURE=" + message.signature;
        const std::string id = "QINGKONG_ID=" + message.id;
        const std::string search = "PATH=/usr/local/bin:/usr/bin:/bin";
        std::array<char*, 2> arguments{const_cast<char*>(path.c_str()), nullptr};
        std::array<char*, 4> environment{const_cast<char*>(signature.c_str()),
                                         const_cast<char*>(id.c_str()),
                                         const_cast<char*>(search.c_str()), nullptr};
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, pipe_ends[0], STDIN_FILENO);
        // It gets its input and the two streams of the log, and no listener, broker or database.
        posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
        // The daemon ignores SIGPIPE; a command expects the default.
        posix_spawnattr_t attributes;
        posix_spawnattr_init(&attributes);
        sigset_t defaults;
        sigemptyset(&defaults);
        sigaddset(&defaults, SIGPIPE);
        sigaddset(&defaults, SIGXFSZ);
        posix_spawnattr_setsigdefault(&attributes, &defaults);
        // With a group of its own, so that what it has started ends with it at the deadline.
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
        const int error = posix_spawn(&pid_, path.c_str(), &actions, &attributes, arguments.data(),
                                      environment.data());
        posix_spawnattr_destroy(&attributes);
        posix_spawn_file_actions_destroy(&actions);
        close(pipe_ends[0]);
        if (error != 0) {
            close(pipe_ends[1]);
            pid_ = -1;
            return fmt::format("'{}' cannot be started (error {})", path, error);
        }
        input = pipe_ends[1];
        return {};
    }

    // The wait status once it has ended.
    std::optional<int> poll() {
        int status = 0;
        if (waitpid(pid_, &status, WNOHANG) != pid_) return std::nullopt;
        pid_ = -1;
        return status;
    }

 private:
    pid_t pid_ = -1;
};

asio::awaitable<std::string> run_command(asio::any_io_executor executor, std::string path,
                                         GatewayClient::GatewayMessage message) {
    Child child;
    int input = -1;
    std::string error = child.start(path, message, input);
    if (!error.empty()) co_return error;
    // A command that never reads would hold the write for ever: the deadline closes the pipe.
    asio::posix::stream_descriptor pipe(executor, input);
    asio::steady_timer deadline(executor, kDeliveryDeadline);
    deadline.async_wait([&pipe](boost::system::error_code ended) {
        if (!ended) pipe.cancel();
    });
    boost::system::error_code written;
    co_await asio::async_write(pipe, asio::buffer(message.body),
                               asio::redirect_error(asio::use_awaitable, written));
    pipe.close();
    const auto give_up = deadline.expiry();
    asio::steady_timer pause(executor);
    constexpr std::chrono::milliseconds kLook{20};
    while (asio::steady_timer::clock_type::now() < give_up) {
        if (const auto status = child.poll()) {
            if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) co_return std::string();
            co_return fmt::format("'{}' ended with status {}", path,
                                  WIFEXITED(*status) ? WEXITSTATUS(*status) : -1);
        }
        pause.expires_after(kLook);
        co_await pause.async_wait(asio::use_awaitable);
    }
    co_return fmt::format("'{}' did not end within {} s", path, kDeliveryDeadline.count());
}

}  // namespace

HttpGatewayClient::HttpGatewayClient(asio::any_io_executor executor)
    : executor_(std::move(executor)) {
    // A command that ends before it has read its input must cost a delivery, not the daemon.
    signal(SIGPIPE, SIG_IGN);
}

asio::awaitable<std::string> HttpGatewayClient::deliver(GatewayMessage message) {
    std::string error;
    try {
        if (message.target.starts_with(kExec)) {
            std::string path = message.target.substr(kExec.size());
            co_return co_await run_command(executor_, std::move(path), std::move(message));
        }
        auto target = parse_target(message.target);
        if (!target) {
            co_return fmt::format(
                "'{}' is not an https:// address, loopback http:// address or exec:",
                message.target);
        }
        Target named = std::move(*target);
        co_return co_await post(executor_, names_, std::move(named), std::move(message));
    } catch (const boost::system::system_error& failure) {
        if (failure.code() == asio::error::operation_aborted) throw;
        error = failure.what();
    }
    co_return error;
}

}  // namespace qk::daemon
