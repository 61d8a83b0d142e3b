#include "daemon/http/server.hpp"

#include <fcntl.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <list>
#include <optional>
#include <vector>

#include "daemon/api/api.hpp"
#include "daemon/http/server_parts.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Error = boost::system::error_code;

namespace {

// Said of every answer that does not say otherwise. What is not a page may do nothing at all,
// whatever a browser takes it for.
constexpr std::pair<std::string_view, std::string_view> kUsualHeaders[] = {
    {"Server", "qingkong"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy",
     "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
};
constexpr char kOnlyTls[] = "max-age=31536000";

bool has_header(const ApiResponse& answer, std::string_view name) {
    return std::ranges::any_of(
        answer.headers, [name](const auto& header) { return beast::iequals(header.first, name); });
}

// Line ends in a value would start a new header, so they are cut.
void add_header(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value.substr(0, value.find_first_of("\r\n")));
    text += "\r\n";
}

// Nearly every answer says all of them.
const std::string& usual_headers() {
    static const std::string kText = [] {
        std::string text;
        for (const auto& [name, value] : kUsualHeaders) add_header(text, name, value);
        return text;
    }();
    return kText;
}

// Status line and headers as text.
std::string head_text(const HttpServer::Parts& parts, const ApiResponse& answer, bool keep_alive,
                      std::optional<std::size_t> length) {
    constexpr std::size_t kUsualSize = 640;
    std::string text;
    text.reserve(kUsualSize);
    text.append("HTTP/1.1 ").append(std::to_string(answer.status)) += ' ';
    text += http::obsolete_reason(static_cast<http::status>(answer.status));
    text += "\r\n";
    // Of what the client has already nothing is said again.
    const bool has_body = answer.status != 304;
    if (has_body) add_header(text, "Content-Type", answer.content_type);
    if (answer.headers.empty()) {
        text += usual_headers();
    } else {
        for (const auto& [name, value] : kUsualHeaders) {
            if (!has_header(answer, name)) add_header(text, name, value);
        }
    }
    if (parts.tls) add_header(text, "Strict-Transport-Security", kOnlyTls);
    for (const auto& [name, value] : answer.headers) add_header(text, name, value);
    if (length && has_body) {
        add_header(text, "Content-Length", std::to_string(*length));
    } else if (!length) {
        add_header(text, "Transfer-Encoding", "chunked");
    }
    if (!keep_alive) add_header(text, "Connection", "close");
    text += "\r\n";
    return text;
}

class ConnectionGuard {
 public:
    ConnectionGuard(HttpServer::Parts& parts, Connection& connection, ConnectionSlots::Slot& slot)
        : parts_(parts), slot_(slot), at_(parts.open.insert(parts.open.end(), &connection)) {
        slot_.cut = [&connection] { connection.cut(); };
    }
    ~ConnectionGuard() {
        parts_.open.erase(at_);
        parts_.slots.leave(slot_);
        parts_.is_full = false;
        parts_.note_end();
    }
    ConnectionGuard(const ConnectionGuard&) = delete;
    ConnectionGuard& operator=(const ConnectionGuard&) = delete;

 private:
    HttpServer::Parts& parts_;
    ConnectionSlots::Slot& slot_;
    std::list<Connection*>::iterator at_;
};

// An answer counted while it waits to be read. Where too many bytes wait, the oldest readers go.
class UnreadGuard {
 public:
    UnreadGuard(HttpServer::Parts& parts, Connection& connection, std::size_t bytes)
        : parts_(parts) {
        for (auto& old : parts.unread) {
            if (parts.unread_bytes + bytes <= parts.options.unread_bytes_max) break;
            if (old.connection == nullptr) continue;
            old.connection->cut();
            old.connection = nullptr;
            parts.unread_bytes -= std::exchange(old.bytes, 0);
            parts.note(HttpTrouble::kUnread);
        }
        at_ = parts.unread.insert(parts.unread.end(), {&connection, bytes});
        parts.unread_bytes += bytes;
    }
    ~UnreadGuard() {
        parts_.unread_bytes -= at_->bytes;
        parts_.unread.erase(at_);
    }
    UnreadGuard(const UnreadGuard&) = delete;
    UnreadGuard& operator=(const UnreadGuard&) = delete;

 private:
    HttpServer::Parts& parts_;
    std::list<HttpServer::Parts::Unread>::iterator at_;
};

// Nearly always the system takes an answer at once; only who does not read it is waited for.
asio::awaitable<bool> write_whole(HttpSession& session, bool is_head, bool keep_alive,
                                  const ApiResponse& answer) {
    constexpr std::size_t kInOnePiece = 64 * 1024;
    std::string text = head_text(session.parts, answer, keep_alive, answer.body.size());
    std::string_view body = is_head ? std::string_view{} : std::string_view(answer.body);
    const std::size_t size = text.size() + body.size();
    const std::size_t written = session.connection.write_now({text, body});
    if (written == size) co_return keep_alive;
    const UnreadGuard unread(session.parts, session.connection, size);
    session.connection.expires_after(kHttpWriteTimeMax);
    if (body.size() <= kInOnePiece) {
        text += body;
        body = {};
    }
    const std::size_t of_text = std::min(written, text.size());
    Error error;
    co_await session.connection.write(std::string_view(text).substr(of_text), error);
    if (!error) co_await session.connection.write(body.substr(written - of_text), error);
    co_return !error && keep_alive;
}

// An endless answer: pieces as HTTP chunks until the client goes or the server stops.
asio::awaitable<void> write_pieces(HttpServer::Parts& parts, Connection& connection,
                                   ApiResponse& answer) {
    constexpr std::string_view kLineEnd = "\r\n";
    std::array<char, 24> size{};  // of a chunk, in hex, with its line end
    const auto size_line = [&size, kLineEnd](const std::string& piece) {
        char* const end = std::to_chars(size.data(), size.data() + size.size() - kLineEnd.size(),
                                        piece.size(), 16)
                              .ptr;
        return std::string_view(size.data(), std::ranges::copy(kLineEnd, end).out);
    };
    std::string begin = head_text(parts, answer, false, std::nullopt);
    std::string piece = std::move(answer.body);
    Connection::WriteParts chunk{begin};
    if (!piece.empty()) {
        begin += size_line(piece);
        chunk = {begin, piece, kLineEnd};
    }
    Error error;
    connection.expires_never();
    while (!parts.is_stopping) {
        // Hundreds listen, and nearly always the system takes a piece at once.
        std::size_t written = connection.write_now(chunk);
        std::string rest;
        for (const std::string_view part : chunk) {
            const std::size_t of_part = std::min(written, part.size());
            written -= of_part;
            rest += part.substr(of_part);
        }
        if (!rest.empty()) {
            connection.expires_after(kHttpWriteTimeMax);
            co_await connection.write(rest, error);
            if (error) co_return;
            connection.expires_never();
        }
        piece = co_await answer.next_piece();
        if (piece.empty()) break;
        chunk = {size_line(piece), piece, kLineEnd};
    }
    if (parts.is_stopping) co_return;
    connection.expires_after(kHttpWriteTimeMax);
    co_await connection.write("0\r\n\r\n", error);
}

struct Refusal {
    HttpTrouble trouble = HttpTrouble::kCut;
    ApiResponse answer;    // status 0: nobody is there to read one
    std::string remote{};  // where the head has come
};

ApiResponse answer_full() {
    ApiResponse answer = answer_problem(503, "连接数已满，请稍后再试", "too many connections");
    answer.headers.emplace_back("Retry-After", "5");
    return answer;
}

Refusal refusal_of(const Connection& connection, const Received& received) {
    const Error& error = received.error;
    if (received.is_full) return {HttpTrouble::kNoRoom, answer_full()};
    if (!received.wrong.empty()) {
        return {HttpTrouble::kNotHttp,
                answer_problem(400, "不是有效的 HTTP 请求", "not a valid HTTP request",
                               rules::refuse(received.wrong, "a request as in RFC 9112"))};
    }
    if (connection.has_expired()) {
        return {HttpTrouble::kTooSlow,
                answer_problem(408, "请求在限定时间内未传完", "the request took too long")};
    }
    if (received.upload.full != UploadRoom::Full::kNo) {
        return {HttpTrouble::kNoUploadRoom, answer_no_room(received.upload.full)};
    }
    if (error == http::error::body_limit) {
        return {HttpTrouble::kTooLarge,
                answer_problem(413, "请求体过大", "the body is longer than allowed here")};
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return {HttpTrouble::kNotHttp,
                answer_problem(431, "请求头过长", "the request's head is too long")};
    }
    if (error.category() == Error(http::error::bad_method).category()) {
        return {HttpTrouble::kNotHttp,
                answer_problem(400, "不是有效的 HTTP 请求", "not a valid HTTP request")};
    }
    Refusal gone;
    gone.answer.status = 0;
    return gone;
}

// Says why, and reads on for a while: a socket closed with unread bytes would take the answer back.
asio::awaitable<void> refuse(HttpServer::Parts& parts, Connection& connection, Refusal refusal) {
    parts.note(refusal.trouble, refusal.remote);
    if (refusal.answer.status == 0) co_return;
    Error error;
    connection.expires_after(kHttpDrainTimeMax);
    const std::string text =
        head_text(parts, refusal.answer, false, refusal.answer.body.size()) + refusal.answer.body;
    co_await connection.write(text, error);
    connection.end_writing();
    std::vector<char> thrown_away(kReadBytesMax);
    for (std::size_t size = 0; !error && !parts.is_stopping && size < kHttpDrainBytesMax;) {
        size += co_await connection.read_some(asio::buffer(thrown_away), error);
    }
}

asio::awaitable<void> serve(HttpSession& session) {
    HttpServer::Parts& parts = session.parts;
    auto patience = kHttpHeadTimeMax;
    bool goes_on = true;
    while (goes_on && !parts.is_stopping) {
        session.connection.expires_after(patience);
        patience = kHttpIdleTimeMax;
        Received received = co_await read_request(session);
        const bool is_refused = received.error || received.is_full || !received.wrong.empty() ||
                                received.upload.full != UploadRoom::Full::kNo;
        if (is_refused) {
            if (!received.has_begun || parts.is_stopping || session.slot.was_put_out) co_return;
            session.move(ConnectionSlots::Phase::kStranger);
            Refusal refusal = refusal_of(session.connection, received);
            refusal.remote = received.request.remote;
            co_await refuse(parts, session.connection, std::move(refusal));
            co_return;
        }
        session.is_first = false;
        if (!session.is_known) session.move(ConnectionSlots::Phase::kStranger);
        const bool is_head = received.is_head;
        const bool keeps_alive = received.keeps_alive;
        session.connection.expires_never();
        ApiResponse answer = co_await parts.answer(std::move(received.request));
        if (answer.next_piece) {
            co_await write_pieces(parts, session.connection, answer);
            co_return;
        }
        goes_on = co_await write_whole(session, is_head, keeps_alive, answer);
        session.move(session.is_known ? ConnectionSlots::Phase::kIdle
                                      : ConnectionSlots::Phase::kWaiting);
        const bool asks_ahead = session.buffer.size() > 0;
        if (goes_on && asks_ahead) co_await parts.turns.next();
    }
}

// One connection too many: told so, at once, without a word of it being read.
asio::awaitable<void> turn_away(HttpServer::Parts& parts, tcp::socket socket) {
    const auto connection = make_connection(std::move(socket), nullptr);
    const ApiResponse answer = answer_full();
    connection->expires_after(kHttpDrainTimeMax);
    Error error;
    const std::string text = head_text(parts, answer, false, answer.body.size()) + answer.body;
    co_await connection->write(text, error);
}

asio::awaitable<void> serve_socket(HttpServer::Parts& parts, tcp::socket socket,
                                   asio::ip::address peer,
                                   std::unique_ptr<ConnectionSlots::Slot> slot) {
    const auto tls = parts.tls;  // a reload must not take it away meanwhile
    const auto connection = make_connection(std::move(socket), tls);
    const ConnectionGuard guard(parts, *connection, *slot);
    Error error;
    connection->expires_after(kHttpHeadTimeMax);
    co_await connection->open(error);
    if (error) {
        const bool is_slow = connection->has_expired();
        const HttpTrouble trouble = is_slow ? HttpTrouble::kTooSlow : HttpTrouble::kNotHttp;
        if (!slot->was_put_out) parts.note(trouble);
        co_return;
    }
    HttpSession session{parts, *connection, *slot, std::move(peer)};
    co_await serve(session);
    connection->expires_after(kHttpHeadTimeMax);
    co_await connection->close();
}

// Commands that the daemon starts must not hold its sockets.
void close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

void take_in(HttpServer::Parts& parts, tcp::socket socket) {
    Error error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // it has gone again
    const asio::ip::address peer = plain_address(endpoint.address());
    const bool is_this_host = peer.is_loopback();
    auto slot = std::make_unique<ConnectionSlots::Slot>();
    if (!is_this_host && !parts.options.trusted.covers(peer)) {
        slot->address = counted_address(peer.to_string());
    }
    const ConnectionSlots::Admission admission =
        parts.slots.admit(*slot, is_this_host, seat_time());
    const bool is_full = admission == ConnectionSlots::Admission::kFull;
    if (is_full && !std::exchange(parts.is_full, true)) parts.note(HttpTrouble::kFull);
    if (is_full) parts.note(HttpTrouble::kNoRoom);
    if (admission == ConnectionSlots::Admission::kAddressFull) {
        parts.note(HttpTrouble::kAddressFull, peer.to_string());
    }
    if (is_full || admission == ConnectionSlots::Admission::kAddressFull) {
        if (parts.tls) return;  // the socket closes as it goes out of scope
        auto goodbye = turn_away(parts, std::move(socket));
        asio::co_spawn(parts.executor, std::move(goodbye), [](const std::exception_ptr&) {});
        return;
    }
    if (admission == ConnectionSlots::Admission::kInPlace) parts.note(HttpTrouble::kPutOut);
    socket.set_option(tcp::no_delay(true), error);
    auto session = serve_socket(parts, std::move(socket), peer, std::move(slot));
    // A connection that fails in an unforeseen way ends alone.
    asio::co_spawn(parts.executor, std::move(session), [](const std::exception_ptr&) {});
}

asio::awaitable<void> accept_all(HttpServer::Parts& parts) {
    while (!parts.is_stopping) {
        Error error;
        tcp::socket socket =
            co_await parts.acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || parts.is_stopping) break;
        if (error) {
            const bool is_out = error == asio::error::no_descriptors ||
                                error == boost::system::errc::too_many_files_open_in_system;
            if (is_out) parts.note(HttpTrouble::kNoDescriptor);
            // Out of file descriptors or the like: do not spin.
            asio::steady_timer pause(parts.executor, std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        close_on_exec(socket.native_handle());
        take_in(parts, std::move(socket));
    }
}

rules::Faults fault_of(const std::string& what, const std::string& cure) {
    return rules::refuse(what, cure);
}

}  // namespace

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpServer::~HttpServer() = default;

rules::Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::any_io_executor executor,
                                                              const HttpOptions& options,
                                                              Answer answer) {
    auto parts = std::make_unique<Parts>(std::move(executor), options, std::move(answer));
    const std::string where = options.address + ":" + std::to_string(options.port);
    try {
        if (!options.certificate_file.empty()) {
            parts->tls = load_tls(options.certificate_file, options.key_file);
        }
        const tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
        parts->acceptor.open(endpoint.protocol());
        close_on_exec(parts->acceptor.native_handle());
        parts->acceptor.set_option(tcp::acceptor::reuse_address(true));
        parts->acceptor.bind(endpoint);
        parts->acceptor.listen();
    } catch (const boost::system::system_error& error) {
        return fault_of("http: cannot listen on " + where + ": " + error.code().message(),
                        "a free port, an address of this host, readable certificate and key");
    }
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(parts)));
}

void HttpServer::start() {
    parts_->is_accepting = true;
    Parts& parts = *parts_;
    asio::co_spawn(parts.executor, accept_all(parts), [&parts](const std::exception_ptr&) {
        parts.is_accepting = false;
        parts.note_end();
    });
}

rules::Result<void> HttpServer::reload_tls(const std::string& certificate_file,
                                           const std::string& key_file) {
    try {
        parts_->tls = load_tls(certificate_file, key_file);
    } catch (const boost::system::system_error& error) {
        return fault_of(certificate_file + ", " + key_file + ": " + error.what(),
                        "a certificate chain and its key, both PEM and readable");
    }
    return {};
}

asio::awaitable<void> HttpServer::stop() {
    parts_->is_stopping = true;
    Error error;
    parts_->acceptor.close(error);
    for (Connection* connection : parts_->open) connection->cut();
    if (parts_->options.wake_waiters) parts_->options.wake_waiters();
    while (parts_->is_accepting || !parts_->open.empty()) {
        co_await parts_->all_closed.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
}

std::uint16_t HttpServer::port() const {
    Error error;
    return parts_->acceptor.local_endpoint(error).port();
}

}  // namespace qk::daemon
