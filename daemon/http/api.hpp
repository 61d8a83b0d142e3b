// The API (contract §6) as a function of a request: no sockets here. The Beast server carries
// requests from the network, the simulator calls in process; both get the same answers.
//
// A Route names its method, path pattern ("/api/v1/warnings/{id}"), who may call it, and what it
// does in words; /api/v1/openapi.json is written from the same table, so it cannot disagree.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::daemon {

// Roles of people and machines that call the API.
enum class Role {
    kDutyOfficer,    // 值班员: proposes, consults, records
    kApprover,       // 签发人: signs
    kInspector,      // 执法
    kCountyOfficer,  // 县区
    kAuditor,        // 审计: reads everything, changes nothing
    kAdmin,          // 管理员: configuration, inventory, rules
    kFeed,           // a machine that pushes forecasts and observations
};

[[nodiscard]] std::string_view to_text(Role role);  // "duty_officer"
[[nodiscard]] std::string_view to_chinese(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

struct Person {
    std::string id;    // account, for example "zhang.wei"
    std::string name;  // as printed in documents
    std::set<Role> roles;
    // Role ids of the region pack's approval chain that the person holds ("director"). None named:
    // an approver may sign for every one of them, a duty officer propose for every one.
    std::set<std::string> positions;
    std::string region;        // empty: all regions of this daemon
    std::string token_sha256;  // hex; the token itself is never stored
};

struct ApiRequest {
    std::string method;  // "GET"
    std::string target;  // path and query, percent-encoded
    std::string body;
    std::string content_type;
    std::string authorization;    // "Bearer …"
    std::string idempotency_key;  // of writes; may be empty
    std::string last_event_id;
    std::string remote;  // address of the caller, for the audit log
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
    std::optional<Person> caller;  // empty only on open routes

    [[nodiscard]] std::string parameter(const std::string& name) const;
    [[nodiscard]] std::optional<std::string> query_value(const std::string& name) const;
};

using Handler = std::function<boost::asio::awaitable<ApiResponse>(const Call&)>;

// A name and type in a request or an answer, for the OpenAPI document.
struct FieldNote {
    std::string name;
    std::string type;  // "string", "number", "integer", "boolean", "array", "object"
    std::string text;
};

// A JSON body that people and machines write by hand or program; uploads of whole files name their
// own.
inline constexpr std::uint64_t kJsonBodyBytesMax = std::uint64_t{1} << 20;
// What a caller may send whom a route does not know.
inline constexpr std::uint64_t kStrangerBodyBytesMax = std::uint64_t{64} << 10;
static_assert(kStrangerBodyBytesMax < kJsonBodyBytesMax);

struct Route {
    std::string method;
    std::string pattern;
    std::set<Role> roles;  // who may call it; empty: open to all without login
    std::string summary;
    Handler handler;
    std::vector<FieldNote> query;  // query parameters
    std::vector<FieldNote> body;   // members of the JSON body; empty: no body or not JSON
    // Of a body that is not (or not only) JSON: what it may be ("text/csv"). Empty: JSON.
    std::vector<std::string> media{};
    std::uint64_t body_bytes_max = kJsonBodyBytesMax;
};

// What /api/v1/openapi.json says that no route can say of itself: what its answers look like.
// Checked from outside: every route has an answer here, and what a daemon really answers is what it
// says.
[[nodiscard]] const boost::json::value& answer_shapes();

// Answers. Errors are RFC 9457 problem documents: title in Chinese and English, detail, every
// fault.
[[nodiscard]] ApiResponse answer_json(const boost::json::value& value, int status = 200);
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
    void add(Route route);
    // Finds accounts by the hash of the bearer token. Replaced whole on reload.
    void set_people(std::vector<Person> people);
    // Admits and runs a request. Unknown path 404, wrong method 405, no or wrong token 401, role
    // missing 403, body of a kind the route does not read 415.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> handle(ApiRequest request) const;
    // How long the body of a request may be of which only the head is known: little for who may not
    // call.
    [[nodiscard]] std::uint64_t body_bytes_max(ApiRequest head) const;
    [[nodiscard]] boost::json::value openapi() const;

 private:
    struct Match;
    [[nodiscard]] std::optional<Match> match(const std::string& method,
                                             const std::string& path) const;
    [[nodiscard]] std::optional<Person> caller_of(const ApiRequest& request) const;

    std::vector<Route> routes_;
    std::map<std::string, Person> people_by_token_hash_;
};

}  // namespace qk::daemon
