#include "daemon/http/connection.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/base/files.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
using asio::ip::tcp;
using Error = boost::system::error_code;

struct TlsSettings {
    asio::ssl::context context{asio::ssl::context::tls_server};
};

namespace {

constexpr char kTls12Ciphers[] = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL";

[[noreturn]] void throw_tls_error() {
    throw boost::system::system_error(static_cast<int>(::ERR_get_error()),
                                      asio::error::get_ssl_category());
}

std::string text_of(const std::string& file) {
    auto text = read_regular_file(file);
    if (!text) {
        namespace errc = boost::system::errc;
        throw boost::system::system_error(errc::make_error_code(errc::invalid_argument),
                                          rules::to_text(text.error().front()));
    }
    return std::move(*text);
}

}  // namespace

std::shared_ptr<TlsSettings> load_tls(const std::string& certificate_file,
                                      const std::string& key_file) {
    auto settings = std::make_shared<TlsSettings>();
    asio::ssl::context& context = settings->context;
    context.set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1 |
                        asio::ssl::context::no_compression);
    SSL_CTX* native = context.native_handle();
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Of TLS 1.2 only what has forward secrecy and authenticated encryption; TLS 1.3 has nothing
    // else.
    if (SSL_CTX_set_cipher_list(native, kTls12Ciphers) != 1) throw_tls_error();
    // Read by us: OpenSSL would wait for ever where a pipe stands in the place of a file.
    const std::string certificate = text_of(certificate_file);
    const std::string key = text_of(key_file);
    context.use_certificate_chain(asio::buffer(certificate));
    context.use_private_key(asio::buffer(key), asio::ssl::context::pem);
    if (SSL_CTX_check_private_key(native) != 1) throw_tls_error();
    return settings;
}

namespace {

tcp::socket& socket_of(tcp::socket& stream) { return stream; }
tcp::socket& socket_of(asio::ssl::stream<tcp::socket>& stream) { return stream.next_layer(); }

template <class Stream>
class StreamConnection : public Connection {
 public:
    template <class... Arguments>
    explicit StreamConnection(Arguments&&... arguments)
        : stream_(std::forward<Arguments>(arguments)...),
          deadline_(socket_of(stream_).get_executor()),
          alive_(std::make_shared<StreamConnection*>(this)) {
        Error ignored;
        socket_of(stream_).non_blocking(true, ignored);
    }
    ~StreamConnection() override { *alive_ = nullptr; }

    asio::awaitable<void> open(Error& error) override {
        if constexpr (std::is_same_v<Stream, tcp::socket>) {
            error = {};
        } else {
            co_await stream_.async_handshake(asio::ssl::stream_base::server,
                                             asio::redirect_error(asio::use_awaitable, error));
        }
        co_return;
    }

    asio::awaitable<std::size_t> read_some(asio::mutable_buffer room, Error& error) override {
        // The deadline passed while no operation was under way that it could end.
        if (has_expired_) {
            error = asio::error::timed_out;
            co_return 0;
        }
        co_return co_await stream_.async_read_some(
            room, asio::redirect_error(asio::use_awaitable, error));
    }

    asio::awaitable<void> write(std::string_view bytes, Error& error) override {
        while (!bytes.empty() && !error) {
            if (has_expired_) error = asio::error::timed_out;
            if (error) break;
            const asio::const_buffer rest(bytes.data(), bytes.size());
            bytes.remove_prefix(co_await stream_.async_write_some(
                rest, asio::redirect_error(asio::use_awaitable, error)));
        }
    }

    std::size_t write_now(const WriteParts& parts) override {
        if constexpr (std::is_same_v<Stream, tcp::socket>) {
            std::array<asio::const_buffer, kPartsMax> buffers;
            for (std::size_t i = 0; i < kPartsMax; ++i) {
                buffers[i] = asio::const_buffer(parts[i].data(), parts[i].size());
            }
            Error error;  // write() finds it again
            const std::size_t written = stream_.write_some(buffers, error);
            return error ? 0 : written;
        } else {
            return 0;
        }
    }

    void end_writing() override {
        Error ignored;
        if constexpr (std::is_same_v<Stream, tcp::socket>) {
            stream_.shutdown(tcp::socket::shutdown_send, ignored);
        }
    }

    asio::awaitable<void> close() override {
        Error ignored;
        if constexpr (!std::is_same_v<Stream, tcp::socket>) {
            co_await stream_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
        }
        socket_of(stream_).shutdown(tcp::socket::shutdown_both, ignored);
        co_return;
    }

    // Ends what is under way, not the connection: there is still something to say to the slow.
    void expires_after(std::chrono::seconds time) override {
        has_expired_ = false;
        expires_at_ = Timer::clock_type::now() + time;
        if (!is_set_ || expires_at_ < deadline_.expiry()) set_timer();
    }
    bool has_expired() const override { return has_expired_; }

    void expires_never() override { expires_at_ = Timer::time_point::max(); }

    void cut() override {
        Error ignored;
        socket_of(stream_).close(ignored);
    }

 private:
    using Timer = asio::steady_timer;

    // A deadline moves with every request, and nearly always further away: the timer stays as it is
    // and looks, when it fires, what is left.
    void set_timer() {
        is_set_ = true;
        deadline_.expires_at(expires_at_);
        // It may fire after the connection is gone: it holds the mark, not the object. And it may
        // have been on its way when it was set anew: only the last setting counts.
        deadline_.async_wait([alive = alive_, turn = ++turn_](const Error& error) {
            if (error || *alive == nullptr || (*alive)->turn_ != turn) return;
            (*alive)->look_at_time();
        });
    }
    void look_at_time() {
        is_set_ = false;
        if (expires_at_ == Timer::time_point::max()) return;
        if (Timer::clock_type::now() < expires_at_) return set_timer();
        has_expired_ = true;
        Error ignored;
        socket_of(stream_).cancel(ignored);
    }

    Stream stream_;
    Timer deadline_;
    Timer::time_point expires_at_ = Timer::time_point::max();
    std::uint64_t turn_ = 0;
    bool is_set_ = false;  // the timer runs
    bool has_expired_ = false;
    std::shared_ptr<StreamConnection*> alive_;
};

}  // namespace

std::unique_ptr<Connection> make_connection(tcp::socket socket, std::shared_ptr<TlsSettings> tls) {
    if (tls) {
        return std::make_unique<StreamConnection<asio::ssl::stream<tcp::socket>>>(std::move(socket),
                                                                                  tls->context);
    }
    return std::make_unique<StreamConnection<tcp::socket>>(std::move(socket));
}

}  // namespace qk::daemon
