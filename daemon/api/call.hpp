// A request and its answer, apart from the sockets that carry them and the routes that serve them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/access/person.hpp"

namespace qk::daemon {

struct Repeat;

struct ApiRequest {
    std::string method;  // "GET"
    std::string target;  // path and query, percent-encoded
    std::string body;
    std::string content_type;
    std::string authorization;         // "Bearer …"
    std::string idempotency_key;       // of writes; may be empty
    bool has_idempotency_key = false;  // the field is there, if only with blanks in it
    std::string last_event_id;
    std::string if_none_match;    // marks of what the caller has already
    std::string accept_encoding;  // of a page and its parts alone
    std::string remote;           // address of the caller, for the audit log
    bool is_local = false;        // from this host itself, with no proxy in between
};

struct ApiResponse {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::vector<std::pair<std::string, std::string>> headers;
    // An endless answer (server-sent events): called again and again for the next piece until it
    // gives an empty one. `body` is then sent first.
    std::function<boost::asio::awaitable<std::string>()> next_piece;
};

// One call, taken apart and admitted.
struct Call {
    ApiRequest request;
    std::string path;
    std::map<std::string, std::string> parameters;  // {id} of the pattern
    std::map<std::string, std::string> query;
    std::optional<Person> caller;    // empty only on open routes
    std::shared_ptr<Repeat> repeat;  // of a POST with an Idempotency-Key; see answer_once

    [[nodiscard]] std::string parameter(const std::string& name) const;
    [[nodiscard]] std::optional<std::string> query_value(const std::string& name) const;
    // In whose name the store is read (Store::read): the account, or kPublicReader.
    [[nodiscard]] std::string reader() const;
};

using Handler = std::function<boost::asio::awaitable<ApiResponse>(const Call&)>;

// A JSON body that people and machines write by hand or program; uploads of whole files name their
// own.
inline constexpr std::uint64_t kJsonBodyBytesMax = std::uint64_t{1} << 20;
// What a caller may send whom a route does not know.
inline constexpr std::uint64_t kStrangerBodyBytesMax = std::uint64_t{64} << 10;
static_assert(kStrangerBodyBytesMax < kJsonBodyBytesMax);

}  // namespace qk::daemon
