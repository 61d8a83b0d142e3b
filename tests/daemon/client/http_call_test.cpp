// Goal: what a call over HTTP ends with is told apart, and no bound is passed. Method: a server
// that gives prepared answers, one per connection, on a thread of its own.
#include "daemon/client/http_call.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <thread>
#include <vector>

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::ElementsAre;
using testing::HasSubstr;

std::string answer(const std::string& head, const std::string& body) {
    return fmt::format("HTTP/1.1 {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", head,
                       body.size(), body);
}

class HttpCallTest : public testing::Test {
 protected:
    ~HttpCallTest() override {
        if (thread_.joinable()) thread_.join();
    }
    // As many connections are taken as there are answers; a call that makes fewer hangs the test.
    void give(std::vector<std::string> answers) {
        thread_ = std::thread([this, answers = std::move(answers)] {
            for (const std::string& text : answers) {
                tcp::socket socket(io_);
                acceptor_.accept(socket);
                std::string head;
                asio::read_until(socket, asio::dynamic_buffer(head), "\r\n\r\n");
                asked_.push_back(head);
                boost::system::error_code gone;
                asio::write(socket, asio::buffer(text), gone);
            }
        });
    }
    [[nodiscard]] std::string url(const std::string& path) const {
        return fmt::format("http://127.0.0.1:{}{}", acceptor_.local_endpoint().port(), path);
    }
    [[nodiscard]] HttpCall call(const std::string& path) const {
        HttpCall made;
        made.url = url(path);
        made.deadline = std::chrono::seconds{20};
        made.answer_bytes_max = 100;
        return made;
    }
    // After the last answer.
    const std::vector<std::string>& asked() {
        thread_.join();
        return asked_;
    }

    asio::io_context io_;
    tcp::acceptor acceptor_{io_, {asio::ip::make_address("127.0.0.1"), 0}};
    std::vector<std::string> asked_;
    std::thread thread_;
};

TEST_F(HttpCallTest, AnAnswerHasItsStatusKindAndText) {
    give({answer("422 Wrong\r\nContent-Type: text/plain", "no")});
    HttpCall asking = call("/a");
    asking.method = "POST";
    asking.headers = {"X-Word: one"};
    const HttpReply reply = call_http(asking);
    EXPECT_EQ(reply.end, HttpEnd::kAnswered);
    EXPECT_EQ(reply.status, 422);
    EXPECT_EQ(reply.content_type, "text/plain");
    EXPECT_EQ(reply.body, "no");
    EXPECT_THAT(asked(), ElementsAre(HasSubstr("X-Word: one\r\n")));
    EXPECT_THAT(asked_.front(), HasSubstr("POST /a HTTP/1.1\r\n"));
    EXPECT_THAT(asked_.front(), HasSubstr("Content-Length: 0\r\n"));
}

TEST_F(HttpCallTest, AnAnswerOverItsLengthIsNotKept) {
    give({answer("200 OK", std::string(101, 'x'))});
    const HttpReply reply = call_http(call("/"));
    EXPECT_EQ(reply.end, HttpEnd::kTooLong);
    EXPECT_THAT(reply.why, HasSubstr("longer than 100 bytes"));
}

TEST_F(HttpCallTest, ARedirectIsFollowedWithinTheSameHostOnly) {
    const std::string here = "302 Found\r\nLocation: /b";
    const std::string elsewhere = "302 Found\r\nLocation: http://localhost:1/c";
    give({answer(here, ""), answer(elsewhere, "")});
    HttpCall asking = call("/a");
    asking.redirects_max = 3;
    asking.headers = {"X-Key: secret"};
    const HttpReply reply = call_http(asking);
    EXPECT_EQ(reply.status, 302);
    EXPECT_EQ(reply.redirects, 1);
    EXPECT_EQ(reply.redirected_to, "http://localhost:1/c");
    EXPECT_THAT(asked(), ElementsAre(HasSubstr("GET /a "), HasSubstr("GET /b ")));
}

TEST_F(HttpCallTest, RedirectsEnd) {
    const std::string round = answer("302 Found\r\nLocation: /", "");
    give({round, round, round});
    HttpCall asking = call("/");
    asking.redirects_max = 2;
    const HttpReply reply = call_http(asking);
    EXPECT_EQ(reply.redirects, 2);
    EXPECT_FALSE(reply.redirected_to.empty());
}

TEST_F(HttpCallTest, WhoseAnswerWasLostAndWhoWasNotThereAreToldApart) {
    give({"", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf"});
    EXPECT_EQ(call_http(call("/")).end, HttpEnd::kBrokenOff);
    EXPECT_EQ(call_http(call("/")).end, HttpEnd::kBrokenOff);
    (void)asked();
    const HttpCall nobody = call("/");
    acceptor_.close();
    const HttpReply reply = call_http(nobody);
    EXPECT_EQ(reply.end, HttpEnd::kNoServer);
    EXPECT_FALSE(reply.why.empty());
}

TEST_F(HttpCallTest, AGoodAnswerIsHandedOnAndARefusalIsKept) {
    give({answer("200 OK", std::string(101, 'x')), answer("403 No", "why"),
          answer("200 OK", "xyz")});
    std::string handed_on;
    HttpCall asking = call("/");
    asking.on_piece = [&](std::string_view piece) {
        handed_on += piece;
        return true;
    };
    EXPECT_EQ(call_http(asking).end, HttpEnd::kAnswered);
    EXPECT_EQ(handed_on, std::string(101, 'x')) << "what is not kept has no limit";
    EXPECT_EQ(call_http(asking).body, "why");
    asking.on_piece = [](std::string_view) { return false; };
    EXPECT_EQ(call_http(asking).end, HttpEnd::kLeftOff);
}

TEST_F(HttpCallTest, OtherProtocolsAreRefused) {
    HttpCall asking = call("/");
    asking.url = "file:///etc/hostname";
    EXPECT_EQ(call_http(asking).end, HttpEnd::kUnreachable);
}

TEST_F(HttpCallTest, OneThatIsToEndEnds) {
    const std::atomic<bool> is_stopping = true;
    HttpCall asking = call("/");  // nobody accepts
    asking.is_stopping = &is_stopping;
    EXPECT_EQ(call_http(asking).end, HttpEnd::kUnreachable);
}

TEST(UrlEncoded, HoldsNothingThatPartsAUrl) {
    EXPECT_EQ(url_encoded("a b/?&=%晴~-._9"), "a%20b%2F%3F%26%3D%25%E6%99%B4~-._9");
    EXPECT_EQ(url_encoded(""), "");
}

}  // namespace
}  // namespace qk::daemon
