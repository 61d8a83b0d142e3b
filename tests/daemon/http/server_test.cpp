// A real socket, a hand-written client: the server is judged by the bytes it sends.
#include "daemon/http/server.hpp"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/use_future.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::HasSubstr;

asio::awaitable<ApiResponse> answer(ApiRequest request) {
    ApiResponse response;
    response.content_type = "text/plain";
    response.body = request.method + " " + request.target + " " + request.body;
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
    Server() {
        auto made = HttpServer::listen(io_.get_executor(), {}, answer);
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
    EXPECT_THAT(reply, HasSubstr("Content-Length: 11"));
    EXPECT_THAT(reply, testing::Not(HasSubstr("HEAD /long")));
}

TEST_F(Server, AnEndlessAnswerComesInPieces) {
    const auto reply = send("GET /pieces HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("Transfer-Encoding: chunked"));
    EXPECT_THAT(reply, HasSubstr("one\n"));
    EXPECT_THAT(reply, HasSubstr("piece 2\n"));
}

TEST_F(Server, WhatIsNotHttpIsToldSoAndCounted) {
    EXPECT_THAT(send("\x16\x03\x01 hello\r\n\r\n"), HasSubstr("HTTP/1.1 400 "));
    EXPECT_EQ(server_->counts().broken_requests, 1u);
}

TEST_F(Server, AHeaderOverTheLimitIsToldSo) {
    const auto reply =
        send("GET / HTTP/1.1\r\nX: " + std::string(kHttpHeaderBytesMax, 'x') + "\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 431 "));
    EXPECT_THAT(reply, HasSubstr("application/problem+json"));
}

TEST_F(Server, ABodyOverTheLimitIsRefusedBeforeItCame) {
    const auto reply = send("POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 413 "));
}

TEST_F(Server, AChunkedBodyOverTheLimitIsRefusedToo) {
    const std::string chunk = "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
    const auto reply =
        send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk);
    EXPECT_THAT(reply, HasSubstr("HTTP/1.1 413 "));
}

TEST_F(Server, AClientThatAsksWhetherToSendIsTold) {
    const auto reply = send(
        "POST /a HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
        "Content-Length: 3\r\n\r\nxyz");
    EXPECT_TRUE(reply.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")) << reply;
}

TEST_F(Server, HeadersThatBindABrowserAreOnEveryAnswer) {
    const auto reply = send("GET /a HTTP/1.1\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(reply, HasSubstr("X-Content-Type-Options: nosniff"));
    EXPECT_THAT(reply, HasSubstr("Referrer-Policy: no-referrer"));
    EXPECT_THAT(reply, HasSubstr("frame-ancestors 'none'"));
}

}  // namespace
}  // namespace qk::daemon
