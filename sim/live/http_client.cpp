#include "sim/live/http_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>

namespace qk::sim {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint64_t kAnswerBytesMax = 256U << 20;

http::request<http::string_body> to_beast(const HttpRequest& request, const HttpOrigin& origin) {
    http::request<http::string_body> message;
    message.version(11);
    message.method_string(request.method);
    message.target(request.target);
    message.set(http::field::host, origin.host + ":" + std::to_string(origin.port));
    message.set(http::field::user_agent, "qingkong-sim");
    if (!request.token.empty()) message.set(http::field::authorization, "Bearer " + request.token);
    if (!request.idempotency_key.empty()) message.set("Idempotency-Key", request.idempotency_key);
    if (!request.body.empty()) message.set(http::field::content_type, request.content_type);
    message.body() = request.body;
    message.keep_alive(true);
    message.prepare_payload();
    return message;
}

}  // namespace

struct HttpClient::Connection {
    explicit Connection(const asio::any_io_executor& executor) : stream(executor) {}
    beast::tcp_stream stream;
    beast::flat_buffer buffer;
    bool is_used = false;  // has carried an answer, so that a later failure may just be its old age
};

rules::Result<HttpOrigin> parse_origin(const std::string& url) {
    constexpr std::string_view kScheme = "http://";
    const auto fault = [&] {
        return rules::refuse("'" + url + "' is not an address of the daemon",
                             "such as http://127.0.0.1:8080");
    };
    if (url.rfind(kScheme, 0) != 0) return fault();
    std::string rest = url.substr(kScheme.size());
    if (!rest.empty() && rest.back() == '/') rest.pop_back();
    const std::size_t colon = rest.rfind(':');
    HttpOrigin origin{rest.substr(0, colon), 80};
    if (colon != std::string::npos) {
        const char* end = rest.data() + rest.size();
        const auto [stopped, error] = std::from_chars(rest.data() + colon + 1, end, origin.port);
        if (error != std::errc{} || stopped != end) return fault();
    }
    if (origin.host.empty() || origin.host.find('/') != std::string::npos) return fault();
    return origin;
}

HttpClient::HttpClient(asio::any_io_executor executor, HttpOrigin origin)
    : executor_(std::move(executor)), origin_(std::move(origin)) {}

HttpClient::~HttpClient() = default;

asio::awaitable<HttpAnswer> HttpClient::call(HttpRequest request, std::chrono::seconds deadline) {
    const bool was_used = connection_ && connection_->is_used;
    HttpAnswer answer = co_await exchange(request, deadline);
    if (answer.status == 0 && was_used) answer = co_await exchange(request, deadline);
    co_return answer;
}

asio::awaitable<HttpAnswer> HttpClient::exchange(const HttpRequest& request,
                                                 std::chrono::seconds deadline) {
    error_code error;
    HttpAnswer answer;
    if (!connection_) {
        connection_ = std::make_unique<Connection>(executor_);
        asio::ip::tcp::resolver resolver(executor_);
        const std::string port = std::to_string(origin_.port);
        const auto found = co_await resolver.async_resolve(
            origin_.host, port, asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            connection_->stream.expires_after(deadline);
            co_await connection_->stream.async_connect(
                found, asio::redirect_error(asio::use_awaitable, error));
        }
    }
    const http::request<http::string_body> message = to_beast(request, origin_);
    http::response_parser<http::string_body> parser;
    parser.body_limit(kAnswerBytesMax);
    if (!error) {
        connection_->stream.expires_after(deadline);
        co_await http::async_write(connection_->stream, message,
                                   asio::redirect_error(asio::use_awaitable, error));
    }
    if (!error) {
        co_await http::async_read(connection_->stream, connection_->buffer, parser,
                                  asio::redirect_error(asio::use_awaitable, error));
    }
    if (error) {
        connection_.reset();
        answer.body = error.message();
        co_return answer;
    }
    auto response = parser.release();
    answer.status = static_cast<int>(response.result_int());
    answer.body = std::move(response.body());
    connection_->is_used = true;
    if (!response.keep_alive()) connection_.reset();
    co_return answer;
}

}  // namespace qk::sim
