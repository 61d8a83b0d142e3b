// What the pieces of the HTTP server share: its own state, one connection with who holds it, and a
// request as it was read. For daemon/http/ alone.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "daemon/api/upload_room.hpp"
#include "daemon/http/connection.hpp"
#include "daemon/http/connection_slots.hpp"
#include "daemon/http/server.hpp"
#include "daemon/http/turns.hpp"

namespace qk::daemon {

inline constexpr std::size_t kReadBytesMax = 64 * 1024;

struct HttpServer::Parts {
    Parts(boost::asio::any_io_executor on, const HttpOptions& wanted, Answer handler)
        : executor(std::move(on)),
          acceptor(executor),
          answer(std::move(handler)),
          all_closed(executor),
          turns(executor),
          slots({wanted.connections_max, wanted.connections_per_address}),
          options(wanted) {
        all_closed.expires_at(boost::asio::steady_timer::time_point::max());
    }

    // An answer on its way to a reader.
    struct Unread {
        Connection* connection = nullptr;
        std::size_t bytes = 0;
    };

    boost::asio::any_io_executor executor;
    boost::asio::ip::tcp::acceptor acceptor;
    Answer answer;
    std::shared_ptr<TlsSettings> tls;      // null: plain
    boost::asio::steady_timer all_closed;  // cancelled when the last connection is gone
    std::list<Connection*> open;
    Turns turns;
    ConnectionSlots slots;
    UploadRoom uploads;
    std::list<Unread> unread;  // the one that has waited longest first
    std::size_t unread_bytes = 0;
    HttpOptions options;
    bool is_stopping = false;
    bool is_accepting = false;
    bool is_full = false;  // and it has been said

    void note(HttpTrouble trouble, const std::string& remote = {}) {
        if (options.on_trouble) options.on_trouble(trouble, remote);
    }

    void note_end() {
        if (open.empty() && !is_accepting) all_closed.cancel();
    }
};

[[nodiscard]] inline ConnectionSlots::Time seat_time() {
    return boost::asio::steady_timer::clock_type::now();
}

// One connection and what is known of who holds it.
struct HttpSession {
    HttpServer::Parts& parts;
    Connection& connection;
    ConnectionSlots::Slot& slot;
    boost::asio::ip::address peer;
    bool is_known = false;  // has shown a token that somebody has
    bool is_first = true;   // nothing has been asked yet
    boost::beast::flat_buffer buffer{};

    void move(ConnectionSlots::Phase phase) const { parts.slots.move(slot, phase, seat_time()); }
};

// A request, or why there is none.
struct Received {
    ApiRequest request;
    bool is_head = false;  // the method HEAD
    bool keeps_alive = false;
    bool has_begun = false;    // at least a byte of it has come
    bool is_full = false;      // the slot was kept for somebody with a token, who did not come
    std::string wrong;         // with the head
    UploadRoom::Taken upload;  // of a large body, until it is answered
    boost::system::error_code error;
};

// Reads the next request of a connection: waits for its head, takes it apart, asks how long a body
// it may bring, and reads that. Bytes of the request after it stay in the buffer.
[[nodiscard]] boost::asio::awaitable<Received> read_request(HttpSession& session);

}  // namespace qk::daemon
