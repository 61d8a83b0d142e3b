// Reading over HTTP, held against a bare Beast server that sends the same bytes in the same run;
// what an event costs with 500 consoles listening; and how long a look at one order takes while
// another person signs 10,000 of them.
//
//   http_bench [ENTERPRISES [listeners]]     listeners: only what an event costs
//
// Product and bare server run in this process, a thread each; four clients ask one after the other.
// Absolute figures are of the machine; the ratios are what counts. Ends with 1 where one is missed.
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "daemon/access/token.hpp"
#include "daemon/app.hpp"
#include "daemon/http/server.hpp"

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
namespace json = boost::json;
using asio::ip::tcp;
using namespace qk::daemon;
using SteadyClock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int kClients = 4;
constexpr milliseconds kWindow{1500};
constexpr int kListeners = 500;
constexpr int kPatienceMs = 10'000;
constexpr milliseconds kUntilWritten{40};

class WallClock : public Clock {
 public:
    [[nodiscard]] qk::rules::Instant now() const override {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }
    [[nodiscard]] asio::awaitable<void> sleep_until(qk::rules::Instant when) override {
        asio::steady_timer timer(co_await asio::this_coro::executor);
        timer.expires_after(when - now());
        co_await timer.async_wait(asio::use_awaitable);
    }
};
class NoBus : public MessageBus {
 public:
    void start(Topics, Listener) override {}
    void publish(std::string, std::string, bool, std::function<void(PublishAnswer)> done) override {
        done({});
    }
    void stop() override {}
};
class NoGatewayClient : public GatewayClient {
 public:
    [[nodiscard]] asio::awaitable<std::string> deliver(GatewayMessage) override {
        co_return "nobody";
    }
};

std::string token_of(const std::string& who) { return who + std::string(64 - who.size(), '-'); }

Config config_of(const std::string& folder, int enterprises) {
    Config config;
    config.store_path = folder + "/bench.db";
    config.journal_folder.clear();
    config.signing_seed = std::string(32, 'k');
    config.inventory_files["enterprises.csv"] = "id,name,region,industry,grade,category\n";
    config.inventory_files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    for (int i = 0; i < enterprises; ++i) {
        config.inventory_files["enterprises.csv"] +=
            fmt::format("e{:06},第{}厂,1101{:02},水泥,C,regular\n", i, i, 1 + i % 16);
        config.inventory_files["lines.csv"] +=
            fmt::format("e{0:06},L1,一线,水泥磨,no,10,10,10,10\n", i);
    }
    config.inventory_files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n";
    const auto add = [&config](const std::string& id, Role role) {
        Person person;
        person.id = id;
        person.name = id;
        person.roles = {role};
        person.token_sha256 = token_hash(token_of(id));
        config.people.push_back(person);
    };
    add("duty", Role::kDutyOfficer);
    add("signer", Role::kApprover);
    add("reader", Role::kAuditor);
    add("admin", Role::kAdmin);
    add("feed", Role::kFeed);
    for (int i = 0; i < kListeners / 20; ++i) add(fmt::format("desk{}", i), Role::kInspector);
    return config;
}

// The application and its server, on a thread of their own.
class Product {
 public:
    Product(const std::string& folder, int enterprises) {
        AppPorts ports{clock_, bus_, gateway_};
        auto app = App::create(io_, config_of(folder, enterprises), std::move(ports));
        if (!app) throw std::runtime_error(qk::rules::to_text(app.error()));
        app_ = std::move(*app);
        HttpOptions options;
        options.body_bytes_max = [this](const ApiRequest& head) {
            return app_->body_bytes_max(head);
        };
        options.wake_waiters = [this] { app_->wake_listeners(); };
        auto server = HttpServer::listen(io_.get_executor(), options, [this](ApiRequest request) {
            return app_->api(std::move(request));
        });
        if (!server) throw std::runtime_error(qk::rules::to_text(server.error()));
        server_ = std::move(*server);
        auto started = asio::co_spawn(io_, app_->start(), asio::use_future);
        thread_ = std::thread([this] { io_.run(); });
        started.get();
        asio::co_spawn(io_, begin(), asio::use_future).get();
    }
    ~Product() {
        asio::co_spawn(io_, server_->stop(), asio::use_future).get();
        asio::co_spawn(io_, app_->stop(), asio::use_future).get();
        io_.stop();
        thread_.join();
    }
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

 private:
    asio::awaitable<void> begin() {
        server_->start();
        co_return;
    }
    asio::io_context io_;
    asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
    WallClock clock_;
    NoBus bus_;
    NoGatewayClient gateway_;
    std::unique_ptr<App> app_;
    std::unique_ptr<HttpServer> server_;
    std::thread thread_;
};

// The least that sends the same bytes.
class Bare {
 public:
    Bare() : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
        asio::co_spawn(io_, accept(), [](const std::exception_ptr&) {});
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Bare() {
        io_.stop();
        thread_.join();
    }
    [[nodiscard]] std::uint16_t port() { return acceptor_.local_endpoint().port(); }
    void send(std::string body) { body_ = std::move(body); }  // while nobody asks

 private:
    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            socket.set_option(tcp::no_delay(true));
            asio::co_spawn(io_, serve(std::move(socket)), [](const std::exception_ptr&) {});
        }
    }
    asio::awaitable<void> serve(tcp::socket socket) {
        boost::beast::flat_buffer buffer;
        for (;;) {
            http::request<http::string_body> request;
            co_await http::async_read(socket, buffer, request, asio::use_awaitable);
            http::response<http::string_body> response(http::status::ok, 11);
            response.set(http::field::content_type, "application/json");
            response.body() = body_;
            response.prepare_payload();
            co_await http::async_write(socket, response, asio::use_awaitable);
        }
    }
    asio::io_context io_;
    tcp::acceptor acceptor_;
    std::string body_;
    std::thread thread_;
};

struct Answer {
    int status = 0;
    std::string body;
};

// One keep-alive connection, asked one call after the other.
class Client {
 public:
    explicit Client(std::uint16_t port) : socket_(io_) {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
        socket_.set_option(tcp::no_delay(true));
    }
    void send(const std::string& who, const std::string& method, const std::string& target,
              const std::string& body = "", const std::string& media = "application/json") {
        std::string text = method + " " + target + " HTTP/1.1\r\nHost: bench\r\n";
        if (!who.empty()) text += "Authorization: Bearer " + token_of(who) + "\r\n";
        if (!body.empty()) text += "Content-Type: " + media + "\r\n";
        text += fmt::format("Content-Length: {}\r\n\r\n", body.size()) + body;
        asio::write(socket_, asio::buffer(text));
    }
    Answer receive() {
        const std::size_t head = asio::read_until(socket_, asio::dynamic_buffer(text_), "\r\n\r\n");
        Answer answer;
        answer.status = std::atoi(text_.c_str() + 9);
        const auto at = text_.find("Content-Length: ");
        const std::size_t length =
            at < head ? static_cast<std::size_t>(std::atoll(text_.c_str() + at + 16)) : 0;
        if (text_.size() < head + length) {
            asio::read(socket_, asio::dynamic_buffer(text_),
                       asio::transfer_exactly(head + length - text_.size()));
        }
        answer.body = text_.substr(head, length);
        text_.erase(0, head + length);
        return answer;
    }
    Answer ask(const std::string& who, const std::string& method, const std::string& target,
               const std::string& body = "", const std::string& media = "application/json") {
        send(who, method, target, body, media);
        return receive();
    }
    tcp::socket& socket() { return socket_; }

 private:
    asio::io_context io_;
    tcp::socket socket_;
    std::string text_;
};

json::value good(Client& client, const std::string& who, const std::string& method,
                 const std::string& target, const std::string& body = "",
                 const std::string& media = "application/json") {
    const Answer answer = client.ask(who, method, target, body, media);
    if (answer.status >= 300) {
        throw std::runtime_error(
            fmt::format("{} {}: {} {}", method, target, answer.status, answer.body));
    }
    return json::parse(answer.body);
}

std::string generation_of(const json::value& warning) {
    return std::to_string(warning.at("generation").as_int64());
}

// An exercise is the shortest way to orders: proposed and consulted on, ready to be signed.
std::string exercise(Client& client, std::string& generation) {
    const auto made = good(client, "duty", "POST", "/api/v1/warnings",
                           R"({"colour":"orange","exercise":true,"reason":"演练"})");
    const std::string path = "/api/v1/warnings/" + std::string(made.at("id").as_string());
    const auto held = good(client, "duty", "POST", path + "/consult",
                           R"({"participants":[{"name":"张伟","unit":"监测站"}],"reason":"同意",)"
                           R"("generation":)" +
                               generation_of(made) + "}");
    generation = generation_of(held.at("warning"));
    return path;
}

// Answers a second of four clients in a closed loop.
double rate_of(std::uint16_t port, const std::string& who, const std::string& target) {
    std::atomic<bool> is_over{false};
    std::atomic<std::int64_t> answers{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < kClients; ++i) {
        threads.emplace_back([&] {
            Client client(port);
            while (!is_over) {
                if (client.ask(who, "GET", target).status == 200) ++answers;
            }
        });
    }
    const auto from = SteadyClock::now();
    std::this_thread::sleep_for(kWindow);
    is_over = true;
    const std::chrono::duration<double> took = SteadyClock::now() - from;
    const double rate = static_cast<double>(answers.load()) / took.count();
    for (std::thread& thread : threads) thread.join();
    return rate;
}

bool compare(Product& product, Bare& bare) {
    struct Row {
        const char* name;
        const char* who;
        const char* target;
        double wanted;  // 0: shown only
    };
    constexpr Row kRows[] = {
        {"healthz", "", "/healthz", 0},
        {"me", "reader", "/api/v1/me", 0},
        {"one order", "reader", "/api/v1/orders/e000007", 0},
        {"page of 50 orders", "reader", "/api/v1/orders?per_page=50", 0.3},
        {"situation", "reader", "/api/v1/situation", 0.3},
        {"public page", "", "/public", 0},
        {"openapi", "", "/api/v1/openapi.json", 0},
    };
    bool is_good = true;
    fmt::print("{:<20}{:>10}{:>12}{:>12}{:>8}\n", "route", "bytes", "product/s", "bare/s", "ratio");
    for (const Row& row : kRows) {
        Client client(product.port());
        const Answer answer = client.ask(row.who, "GET", row.target);
        bare.send(answer.body);
        const double product_rate = rate_of(product.port(), row.who, row.target);
        const double bare_rate = rate_of(bare.port(), row.who, row.target);
        const double ratio = product_rate / bare_rate;
        const bool is_missed = ratio < row.wanted;
        fmt::print("{:<20}{:>10}{:>12.0f}{:>12.0f}{:>8.2f}{}\n", row.name, answer.body.size(),
                   product_rate, bare_rate, ratio, is_missed ? "  MISSED" : "");
        is_good = is_good && !is_missed;
    }
    return is_good;
}

double seconds_of(clockid_t clock) {
    timespec spent{};
    clock_gettime(clock, &spent);
    return static_cast<double>(spent.tv_sec) + static_cast<double>(spent.tv_nsec) / 1e9;
}

// Processor time of the product's threads while `work` runs in the calling one. Nobody else does
// anything meanwhile.
template <class Work>
double cost_of(Work work) {
    const double all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    const double mine = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    work();
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all -
           (seconds_of(CLOCK_THREAD_CPUTIME_ID) - mine);
}

bool listen_with_many(Product& product) {
    constexpr int kEvents = 50;
    std::vector<std::unique_ptr<Client>> listeners;
    Client client(product.port());
    int number = 0;
    // A floor from above is the cheapest event there is.
    const auto tell = [&] {
        good(client, "duty", "POST", "/api/v1/floors",
             fmt::format(
                 R"({{"document":"{}号","colour":"yellow","from":"2026-01-01T00:00:00+08:00",)"
                 R"("to":"2099-01-01T00:00:00+08:00"}})",
                 ++number));
    };
    // A console is another machine: sending to it wakes nobody here. So the reader sleeps until the
    // event has gone out to all; only then each listener reads on until the words have come.
    const auto hear = [&](const std::string& words) {
        if (!listeners.empty()) std::this_thread::sleep_for(kUntilWritten);
        std::array<char, 4096> piece{};
        for (auto& one : listeners) {
            std::string heard;
            while (heard.find(words) == std::string::npos) {
                boost::system::error_code ended;
                pollfd ready{one->socket().native_handle(), POLLIN, 0};
                const bool is_silent = ::poll(&ready, 1, kPatienceMs) == 0;
                const std::size_t read =
                    is_silent ? 0 : one->socket().read_some(asio::buffer(piece), ended);
                if (ended || is_silent) {
                    throw std::runtime_error(fmt::format(
                        "listener {} of {}: {}, after '{}'", &one - listeners.data(),
                        listeners.size(), is_silent ? "silence" : ended.message(), heard));
                }
                heard.append(piece.data(), read);
            }
        }
    };
    const auto tell_and_hear = [&] {
        for (int i = 0; i < kEvents; ++i) {
            tell();
            hear(fmt::format("\"{}号\"", number));
        }
    };
    const double alone = cost_of(tell_and_hear);
    for (int i = 0; i < kListeners; ++i) {
        listeners.push_back(std::make_unique<Client>(product.port()));
        listeners.back()->send(fmt::format("desk{}", i / 20), "GET", "/api/v1/events");
    }
    hear("HTTP/1.1 200");
    const double with_many = cost_of(tell_and_hear);
    const double each_ms = (with_many - alone) * 1000 / kEvents;
    constexpr double kWantedMs = 5;
    fmt::print("an event to {} listeners: {:.2f} ms of processor time{}\n", kListeners, each_ms,
               each_ms > kWantedMs ? "  MISSED" : "");
    return each_ms <= kWantedMs;
}

void look_while_signing(Product& product, int enterprises) {
    Client duty(product.port());
    std::string generation;
    const std::string path = exercise(duty, generation);
    std::atomic<bool> is_over{false};
    std::vector<double> taken_ms;
    std::thread reader([&] {
        Client client(product.port());
        while (!is_over) {
            const auto from = SteadyClock::now();
            (void)client.ask("reader", "GET", "/api/v1/warnings");
            const std::chrono::duration<double, std::milli> took = SteadyClock::now() - from;
            taken_ms.push_back(took.count());
        }
    });
    const auto from = SteadyClock::now();
    Client signer(product.port());
    good(signer, "signer", "POST", path + "/sign", R"({"generation":)" + generation + "}");
    const std::chrono::duration<double> took = SteadyClock::now() - from;
    is_over = true;
    reader.join();
    std::ranges::sort(taken_ms);
    fmt::print(
        "signing {} orders: {:.2f} s; {} looks beside it: median {:.2f} ms, 99 % {:.2f} ms, "
        "longest {:.1f} ms\n",
        enterprises, took.count(), taken_ms.size(), taken_ms[taken_ms.size() / 2],
        taken_ms[taken_ms.size() * 99 / 100], taken_ms.back());
}

// Something for the situation to tell of: two polluted days that begin tomorrow.
void forecast(Client& client) {
    using std::chrono::days;
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const auto text = [&](days ahead) {
        return qk::rules::to_iso(now + ahead, qk::rules::kBeijingTime).substr(0, 10);
    };
    const std::string body = fmt::format("region,date,aqi\n110000,{},180\n110000,{},260\n",
                                         text(days{1}), text(days{2}));
    std::string issued = qk::rules::to_iso(now, qk::rules::kBeijingTime);
    issued.replace(issued.find('+'), 1, "%2B");
    good(client, "feed", "POST", "/api/v1/forecasts?source=bench&issued_at=" + issued, body,
         "text/csv");
}

int run(int enterprises, bool is_all) {
    std::string folder = (std::filesystem::temp_directory_path() / "qk-bench-XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) return 2;
    bool is_good = true;
    {
        rlimit limit{4096, 4096};
        setrlimit(RLIMIT_NOFILE, &limit);
        Product product(folder, enterprises);
        if (is_all) {
            look_while_signing(product, enterprises);
            Client client(product.port());
            forecast(client);
            Bare bare;
            is_good = compare(product, bare);
        }
        is_good = listen_with_many(product) && is_good;
    }
    std::filesystem::remove_all(folder);
    return is_good ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    const bool is_all = count < 3 || std::string_view(arguments[2]) != "listeners";
    return run(count > 1 ? std::atoi(arguments[1]) : 10'000, is_all);
}
