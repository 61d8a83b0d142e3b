// A real socket, a hand-written client: the server is judged by the bytes it sends.
#include "daemon/http/server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

constexpr std::size_t kLongAnswer = std::size_t{16} << 20;

asio::awaitable<ApiResponse> answer(ApiRequest request) {
    ApiResponse response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.target + " " + request.body + " [" +
                    request.authorization + "]";
    if (request.target == "/long-answer") response.body.assign(kLongAnswer, 'x');
    if (request.target == "/pieces") {
        response.body = "one\n";
        auto count = std::make_shared<int>(0);
        response.next_piece = [count]() -> asio::awaitable<std::string> {
            ++*count;
            co_return *count > 2 ? std::string{} : "piece " + std::to_string(*count) + "\n";
        };
    }
    co_return response;
}

class Server : public testing::Test {
 protected:
    explicit Server(const HttpOptions& options = {}) {
        auto made = HttpServer::listen(io_.get_executor(), options, answer);
        server_ = std::move(made.value());
        server_->start();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Server() override {
        asio::co_spawn(io_, server_->stop(), asio::use_future).get();
        thread_.join();
    }

    // Everything the server sends after `text` until it closes.
    std::string send(const std::string& text) const {
        asio::io_context io;
        tcp::socket socket(io);
        socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
        asio::write(socket, asio::buffer(text));
        std::string reply;
        boost::system::error_code error;
        asio::read(socket, asio::dynamic_buffer(reply), error);
        return reply;
    }

    asio::io_context io_;
    std::unique_ptr<HttpServer> server_;
    std::thread thread_;
};

TEST_F(Server, CarriesMethodTargetAndBody) {
    const auto reply = send(
        "POST /a?b=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\nxyz");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 200 OK"));
    EXPECT_THAT(reply, HasSubstr("POST /a?b=1 xyz"));
    EXPECT_THAT(reply, HasSubstr("Content-Security-Policy: default-src 'none'"));
}

TEST_F(Server, TwoRequestsShareOneConnection) {
    const auto reply = send(
        "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: "
        "close\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("GET /1"));
    EXPECT_THAT(reply, HasSubstr("GET /2"));
}

TEST_F(Server, HeadHasALengthAndNoBody) {
    const auto reply = send("HEAD /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("Content-Length: 14"));
    EXPECT_THAT(reply, testing::Not(HasSubstr("HEAD /long")));
}

TEST_F(Server, AnEndlessAnswerComesInPieces) {
    const auto reply = send("GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_THAT(reply, HasSubstr("one\n"));
    EXPECT_THAT(reply, HasSubstr("piece 2\n"));
}

TEST_F(Server, AHeaderOverTheLimitIsToldSo) {
    const auto reply =
        send("GET / HTTP/1.1\r\nX: " + std::string(kHttpHeaderBytesMax, 'x') + "\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 431 "));
    EXPECT_THAT(reply, HasSubstr("application/problem+json"));
}

TEST_F(Server, ABodyOverTheLimitIsRefusedBeforeItCame) {
    const auto reply = send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 413 "));
}

TEST_F(Server, AChunkedBodyOverTheLimitIsRefusedToo) {
    const std::string chunk = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
    const auto reply = send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" +
                            chunk + chunk + chunk);
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 413 "));
}

TEST_F(Server, AClientThatAsksWhetherToSendIsTold) {
    const auto reply = send(
        "POST /a HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n"
        "Content-Length: 3\r\n\r\nxyz");
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")) << reply;
}

TEST_F(Server, WhatComesBehindABodyIsNoHeader) {
    const auto reply = send(
        "POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\nxyz\r\n0\r\nAuthorization: Bearer t\r\n\r\n"
        "GET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("POST /a xyz []"));
    EXPECT_THAT(reply, HasSubstr("GET /b  []"));
}

TEST_F(Server, AnEmptyLineBeforeARequestIsPassedOverOnce) {
    const std::string request = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    EXPECT_THAT(send("\r\n" + request), HasSubstr("HTTP/1.1 200 OK"));
    EXPECT_THAT(send("\r\n\r\n" + request), HasSubstr("HTTP/1.1 400 "));
}

TEST_F(Server, HeadersThatBindABrowserAreOnEveryAnswer) {
    const auto reply = send("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(reply, HasSubstr("Referrer-Policy: no-referrer"));
    EXPECT_THAT(reply, HasSubstr("frame-ancestors 'none'"));
}

constexpr std::uint64_t kUploadBytes = std::uint64_t{2} << 20;

// What the server ran into, with where it came from; told on its own thread.
struct Troubles {
    std::mutex mutex;
    std::vector<std::pair<HttpTrouble, std::string>> all;
};

HttpOptions all_told(const std::shared_ptr<Troubles>& troubles) {
    HttpOptions options;
    options.body_bytes_max = [](const ApiRequest&) { return kHttpBodyBytesMax; };
    options.on_trouble = [troubles](HttpTrouble trouble, const std::string& remote) {
        const std::lock_guard lock(troubles->mutex);
        troubles->all.emplace_back(trouble, remote);
    };
    return options;
}

class Troubled : public Server {
 protected:
    explicit Troubled(std::shared_ptr<Troubles> told = std::make_shared<Troubles>())
        : Server(all_told(told)), told_(std::move(told)) {}

    static std::string head_of_upload(const std::string& authorization) {
        return "POST /a HTTP/1.1\r\nHost: x\r\nAuthorization: " + authorization +
               "\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: " +
               std::to_string(kUploadBytes) + "\r\n\r\n";
    }
    std::shared_ptr<Troubles> told_;
};

TEST_F(Troubled, WhatIsNotHttpIsToldSoAndCounted) {
    EXPECT_THAT(send("\x16\x03\x01 hello\r\n\r\n"), HasSubstr("HTTP/1.1 400 "));
    const std::lock_guard lock(told_->mutex);
    ASSERT_EQ(told_->all.size(), 1U);
    EXPECT_EQ(told_->all[0].first, HttpTrouble::kNotHttp);
}

TEST_F(Troubled, OneTokenHasOneUploadHoweverItsHeaderIsSpelled) {
    asio::io_context io;
    tcp::socket first(io);
    first.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    asio::write(first, asio::buffer(head_of_upload("Bearer one")));
    char begun = 0;  // of "100 Continue": it has its place
    asio::read(first, asio::buffer(&begun, 1));
    for (const char* spelled : {"Bearer one", "bearer one", "BEARER one"}) {
        const std::string reply = send(head_of_upload(spelled));
        EXPECT_THAT(reply, HasSubstr("HTTP/1.1 429 ")) << spelled;
        EXPECT_THAT(reply, HasSubstr("Retry-After: 10"));
    }
    const std::lock_guard lock(told_->mutex);
    const std::pair<HttpTrouble, std::string> refused{HttpTrouble::kNoUploadRoom, "127.0.0.1"};
    EXPECT_EQ(told_->all, std::vector(3, refused));
}

// Room for two long answers that nobody reads, not for three.
HttpOptions little_room() {
    HttpOptions options;
    options.unread_bytes_max = kLongAnswer * 5 / 2;
    return options;
}

class SlowReaders : public Server {
 protected:
    SlowReaders() : Server(little_room()) {}

    // Asks for a long answer and waits for its first byte.
    void ask(tcp::socket& socket) const {
        socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
        asio::write(socket, asio::buffer(std::string("GET /long-answer HTTP/1.1\r\nHost: x\r\n"
                                                     "Connection: close\r\n\r\n")));
        char first = 0;
        asio::read(socket, asio::buffer(&first, 1));
    }
    static std::size_t rest(tcp::socket& socket) {
        std::string reply;
        boost::system::error_code error;
        asio::read(socket, asio::dynamic_buffer(reply), error);
        return reply.size();
    }
};

TEST_F(SlowReaders, TheOneThatKeepsAnAnswerWaitingLongestIsCutOff) {
    asio::io_context io;
    tcp::socket first(io);
    tcp::socket second(io);
    tcp::socket third(io);
    ask(first);
    ask(second);
    ask(third);
    EXPECT_LT(rest(first), kLongAnswer);
    EXPECT_GT(rest(second), kLongAnswer);
    EXPECT_GT(rest(third), kLongAnswer);
}

// A server that notes what it is asked, and that holds its executor at /hold until the test lets
// go: what is sent meanwhile has all come when it looks again.
class Noted : public testing::Test {
 protected:
    Noted() {
        auto made = HttpServer::listen(io_.get_executor(), {}, [this](ApiRequest request) {
            return note(std::move(request));
        });
        server_ = std::move(made.value());
        server_->start();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Noted() override {
        asio::co_spawn(io_, server_->stop(), asio::use_future).get();
        thread_.join();
    }
    asio::awaitable<ApiResponse> note(ApiRequest request) {
        asked_.push_back(request.target);
        if (request.target == "/hold") {
            is_held_.set_value();
            let_go_.get_future().wait();
        }
        co_return ApiResponse{};
    }

    // One that was answered already, so that the server knows it.
    std::unique_ptr<tcp::socket> connected() {
        auto socket = std::make_unique<tcp::socket>(client_);
        socket->connect({asio::ip::make_address("127.0.0.1"), server_->port()});
        ask(*socket, {"/hello"});
        answers(*socket, 1);
        return socket;
    }
    static void ask(tcp::socket& socket, const std::vector<std::string>& targets) {
        std::string text;
        for (const std::string& target : targets) {
            text += "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
        }
        asio::write(socket, asio::buffer(text));
    }
    static void answers(tcp::socket& socket, int count) {
        std::string text;
        for (int i = 0; i < count; ++i) {
            text.erase(0, asio::read_until(socket, asio::dynamic_buffer(text), "\r\n\r\n"));
        }
    }
    static std::vector<std::string> many(std::size_t count) {
        return std::vector<std::string>(count, "/ahead");
    }
    [[nodiscard]] std::ptrdiff_t answered_before(const std::string& target) const {
        return std::ranges::find(asked_, target) - std::ranges::find(asked_, "/hold");
    }

    asio::io_context io_;
    asio::io_context client_;
    std::vector<std::string> asked_;  // on the server's thread; read when all is answered
    std::promise<void> is_held_;
    std::promise<void> let_go_;
    std::unique_ptr<HttpServer> server_;
    std::thread thread_;
};

TEST_F(Noted, AnotherIsServedBetweenTwoRequestsOfOneThatAsksAhead) {
    const auto first = connected();
    const auto second = connected();
    std::vector<std::string> targets{"/hold"};
    for (const std::string& target : many(50)) targets.push_back(target);
    ask(*first, targets);
    is_held_.get_future().wait();
    ask(*second, {"/other"});
    let_go_.set_value();
    answers(*second, 1);
    answers(*first, 51);
    EXPECT_LE(answered_before("/other"), 2);
}

TEST_F(Noted, ANewcomerWaitsForFewOfThoseWhoAskAhead) {
    constexpr int kAhead = 30;
    constexpr int kEach = 20;
    std::vector<std::unique_ptr<tcp::socket>> ahead;
    for (int i = 0; i < kAhead; ++i) ahead.push_back(connected());
    const auto holder = connected();
    ask(*holder, {"/hold"});
    is_held_.get_future().wait();
    for (const auto& socket : ahead) ask(*socket, many(kEach));
    tcp::socket newcomer(client_);
    newcomer.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    ask(newcomer, {"/new"});
    let_go_.set_value();
    answers(newcomer, 1);
    answers(*holder, 1);
    for (const auto& socket : ahead) answers(*socket, kEach);
    // Everybody's first, and a few more while the newcomer is let in.
    EXPECT_LE(answered_before("/new"), kAhead + 10);
}

}  // namespace
}  // namespace qk::daemon
