// The API (contract §6) as a function of a request: no sockets here. The Beast server carries
// requests from the network, the simulator calls in process; both get the same answers.
//
// What is served stands in the contract (contract.hpp), the OpenAPI files that are kept by hand; a
// handler is registered for one of its operations, with who may call it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/access/call_shares.hpp"
#include "daemon/access/person.hpp"
#include "daemon/access/role_sets.hpp"
#include "daemon/api/contract.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct Repeat;
class RepeatBook;

struct ApiRequest {
    std::string method;  // "GET"
    std::string target;  // path and query, percent-encoded
    std::string body;
    std::string content_type;
    std::string authorization;    // "Bearer …"
    std::string idempotency_key;  // of writes; may be empty
    std::string last_event_id;
    std::string if_none_match;  // marks of what the caller has already
    std::string remote;         // address of the caller, for the audit log
    bool is_local = false;      // from this host itself, with no proxy in between
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

// Where the router finds a handler. Made from an operation of the contract (Router::serve); tests
// of the router itself make their own.
struct Route {
    std::string method;
    std::string pattern;
    RoleSet roles;  // who may call it; empty: open to all without login
    Handler handler;
    // Of a body that is not (or not only) JSON: what it may be ("text/csv"). Empty: JSON.
    std::vector<std::string> media{};
    std::uint64_t body_bytes_max = kJsonBodyBytesMax;
    std::string operation{};       // its id in the contract
    bool changes_nothing = false;  // a POST that may be run again as often as one likes
};

// Answers. Errors are RFC 9457 problem documents: title in Chinese and English, detail, every
// fault.
[[nodiscard]] ApiResponse answer_json(const boost::json::value& value, int status = 200);
// A text that is the same as long as the program runs, with a mark by which a caller that has it
// already is told so (304) instead.
struct StaticText {
    std::string content_type;
    std::string body;
    std::string mark;  // of the ETag, in quotes
};
[[nodiscard]] StaticText static_text(std::string content_type, std::string body);
[[nodiscard]] ApiResponse answer_static(const Call& call, const StaticText& text);
// A page of ours may use the style it carries in <style> (by its hash), and inline SVG; no script,
// nothing from elsewhere.
[[nodiscard]] ApiResponse answer_html(std::string html);
// "sha256-…" of text, as a content security policy names it.
[[nodiscard]] std::string policy_hash(std::string_view text);
[[nodiscard]] ApiResponse answer_problem(int status, std::string_view title_zh,
                                         std::string_view title_en,
                                         const rules::Faults& faults = {},
                                         boost::json::object beside = {});

// One page of a list: {"items":[…],"page":1,"pages":n,"total":m}.
struct Paging {
    std::size_t page = 1;
    std::size_t per_page = 100;  // at most kPerPageMax
};
inline constexpr std::size_t kPerPageMax = 1000;
[[nodiscard]] Paging paging_of(const Call& call);
// `beside`: what is said once of the whole list.
[[nodiscard]] ApiResponse answer_page(boost::json::array items, Paging paging, std::size_t total,
                                      boost::json::object beside = {});
// Of a list that is short by nature and at hand as a whole.
[[nodiscard]] ApiResponse answer_page_of(const boost::json::array& all, Paging paging,
                                         boost::json::object beside = {});

class Router {
 public:
    // Registers the handler of an operation, once; what the contract calls open is open to all.
    void serve(OperationId id, const RoleSet& roles, Handler handler);
    // The operations of the contract that nothing is registered for.
    [[nodiscard]] std::vector<std::string> unserved() const;
    void add(Route route);
    // Finds accounts by the hash of the bearer token. Replaced whole on reload.
    void set_people(std::vector<Person> people);
    // Without a clock no account expires.
    void set_clock(std::function<rules::Instant()> now) { now_ = std::move(now); }
    // Told of every call with a token that is taken: the caller, and where from.
    void on_caller(std::function<void(const Person&, const std::string& remote)> tell) {
        tell_caller_ = std::move(tell);
    }
    // Whether this account is still what it was when it was admitted. An answer that goes on (the
    // event stream) asks again before every piece, and ends when it is not.
    [[nodiscard]] bool is_admitted(const Person& person) const;
    // At most so many calls of one person run at once (call_shares.hpp); `tell` hears of each that
    // is refused because too many wait. Until it is called there is no limit.
    void limit_calls(std::size_t at_once, std::function<void(const Person&)> tell);
    // Where answers to POSTs with an Idempotency-Key are kept; until then the key is not looked at.
    void keep_answers(std::shared_ptr<RepeatBook> book) { repeats_ = std::move(book); }
    // Admits and runs a request. Unknown path 404, wrong method 405, no or wrong token 401, role
    // missing 403, body of a kind the route does not read 415, one that is not the JSON it is to be
    // 400; what is wrong in it is 422 and the handler's to say. A POST sent again with its
    // Idempotency-Key gets the first answer (repeats.hpp), while the first still runs 409.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> handle(ApiRequest request) const;
    // Whether a request shows a token that somebody has.
    [[nodiscard]] bool is_known(const ApiRequest& head) const;
    // How long the body of a request may be of which only the head is known: little for who may not
    // call.
    [[nodiscard]] std::uint64_t body_bytes_max(ApiRequest head) const;
    // The contract with who may call what: "x-roles" of each operation.
    [[nodiscard]] boost::json::value openapi() const;

 private:
    struct Match;
    [[nodiscard]] std::optional<Match> match(const std::string& method,
                                             const std::string& path) const;
    struct Found;
    [[nodiscard]] Found caller_of(const ApiRequest& request) const;
    [[nodiscard]] rules::Instant now() const;
    struct Standing;
    [[nodiscard]] bool still_stands(Standing& standing) const;
    [[nodiscard]] static boost::asio::awaitable<std::string> piece_for(
        const Router* router, std::shared_ptr<Standing> standing);
    void keep_to(const Person& person, ApiResponse& answer) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> run(const Route& route, Call& call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> run_once(const Route& route,
                                                               Call& call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> run_in_turn(const Route& route,
                                                                  Call& call) const;

    // A piece of a pattern between two slashes: a word, or a hole with what must stand behind it.
    struct Piece {
        std::string word;
        bool is_hole = false;
        std::string ending;  // ".xml" of "{id}.xml"; its word is "id"
    };
    struct Shape {
        std::size_t route = 0;  // its place in routes_
        std::vector<Piece> pieces;
        std::size_t holes = 0;

        // Of a path with as many pieces.
        [[nodiscard]] bool fits(const std::vector<std::string_view>& path) const;
        [[nodiscard]] std::map<std::string, std::string> parameters_of(
            const std::vector<std::string_view>& path) const;
    };

    std::vector<Route> routes_;
    std::map<std::size_t, std::vector<Shape>> shapes_;  // by how many pieces a path has
    std::map<std::string, Person> people_by_token_hash_;
    std::uint64_t people_version_ = 0;  // rises when they are replaced
    std::function<rules::Instant()> now_;
    std::function<void(const Person&, const std::string& remote)> tell_caller_;
    std::size_t calls_at_once_ = 0;
    std::function<void(const Person&)> tell_refused_;
    std::unique_ptr<CallShares> shares_;
    std::shared_ptr<RepeatBook> repeats_;
    // Person and key of the calls with a key that run; calls may outlive this.
    std::shared_ptr<std::set<std::pair<std::string, std::string>>> keys_running_ =
        std::make_shared<std::set<std::pair<std::string, std::string>>>();
};

}  // namespace qk::daemon
