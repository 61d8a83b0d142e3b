// Finds the handler of a request, and admits the caller. What is served stands in the contract
// (contract.hpp), the OpenAPI files that are kept by hand; a handler is registered for one of its
// operations, with who may call it.
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
#include "daemon/api/call.hpp"
#include "daemon/api/operation_id.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

class RepeatRegistry;

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
    // Neither the answer nor a digest of the request is kept: an Idempotency-Key is passed over.
    bool tells_secret = false;
    bool takes_no_content = false;  // a body with members in it is refused
};

class Router {
 public:
    // Registers the handler of an operation, once; what the contract calls open is open to all.
    void serve(OperationId id, const RoleSet& roles, Handler handler);
    // The operations of the contract that nothing is registered for.
    [[nodiscard]] std::vector<std::string> unserved() const;
    void add(Route route);
    // Finds accounts by the hash of the bearer token. Replaced whole on reload.
    void set_people(std::vector<Person> people);
    // Who has logged in, and by their hashes those whose log-in has ended. At an order thousands
    // come within minutes: the others are not gone through for each of them.
    void change_people(const std::vector<std::string>& gone, std::optional<Person> came);
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
    void keep_answers(std::shared_ptr<RepeatRegistry> book) { repeats_ = std::move(book); }
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
    struct OngoingAnswer;
    [[nodiscard]] bool is_still_admitted(OngoingAnswer& ongoing) const;
    [[nodiscard]] static boost::asio::awaitable<std::string> piece_for(
        const Router* router, std::shared_ptr<OngoingAnswer> ongoing);
    void keep_to(const Person& person, ApiResponse& answer) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> run(const Route& route, Call& call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> run_once(const Route& route,
                                                               Call& call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> run_in_turn(const Route& route,
                                                                  Call& call) const;

    // A piece of a pattern between two slashes: a word, or a parameter with what must stand behind
    // it.
    struct Piece {
        std::string word;
        bool is_parameter = false;
        std::string ending;  // ".xml" of "{id}.xml"; its word is "id"
    };
    struct Shape {
        std::size_t route = 0;  // its place in routes_
        std::vector<Piece> pieces;
        std::size_t parameter_count = 0;

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
    std::shared_ptr<RepeatRegistry> repeats_;
    // Person and key of the calls with a key that run; calls may outlive this.
    std::shared_ptr<std::set<std::pair<std::string, std::string>>> keys_running_ =
        std::make_shared<std::set<std::pair<std::string, std::string>>>();
};

}  // namespace qk::daemon
