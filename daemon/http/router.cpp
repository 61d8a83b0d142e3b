#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "daemon/http/api.hpp"
#include "daemon/http/token.hpp"
#include "plans/text/encoding.hpp"

namespace qk::daemon {
namespace {

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    std::size_t at = 1;
    while (at <= path.size()) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        segments.push_back(path.substr(at, end - at));
        at = end + 1;
    }
    return segments;
}

bool is_hole(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

// A segment may have a fixed ending after its hole, as in "{id}.xml".
struct Hole {
    std::string_view name;
    std::string_view ending;
};

std::optional<Hole> hole_of(std::string_view segment) {
    if (is_hole(segment)) return Hole{segment.substr(1, segment.size() - 2), {}};
    const auto close = segment.find('}');
    if (segment.empty() || segment.front() != '{' || close == std::string_view::npos) return {};
    return Hole{segment.substr(1, close - 1), segment.substr(close + 1)};
}

std::optional<std::map<std::string, std::string>> match_path(std::string_view pattern,
                                                             std::string_view path) {
    const auto wanted = segments_of(pattern);
    const auto given = segments_of(path);
    if (wanted.size() != given.size()) return std::nullopt;
    std::map<std::string, std::string> parameters;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (const auto hole = hole_of(wanted[i])) {
            if (!given[i].ends_with(hole->ending) || given[i].size() <= hole->ending.size()) {
                return std::nullopt;
            }
            parameters[std::string(hole->name)] =
                std::string(given[i].substr(0, given[i].size() - hole->ending.size()));
        } else if (wanted[i] != given[i]) {
            return std::nullopt;
        }
    }
    return parameters;
}

constexpr std::string_view kBearer = "bearer ";

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// Text that may come back in an answer or go into the log: UTF-8 without control characters.
bool is_plain_text(const std::string& text) {
    const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
    return plans::is_utf8(text) && std::ranges::none_of(text, is_control);
}

// Splits and decodes the target; false where it is not a path of ours.
bool take_apart(Call& call) {
    const auto url = boost::urls::parse_origin_form(call.request.target);
    if (!url) return false;
    call.path = url->path();
    if (!is_plain_text(call.path)) return false;
    for (const auto& parameter : url->params()) {
        if (!is_plain_text(parameter.key) || !is_plain_text(parameter.value)) return false;
        call.query[parameter.key] = parameter.value;
    }
    return true;
}

bool may_call(const Route& route, const std::optional<Person>& caller) {
    return caller && std::ranges::any_of(route.roles, [&caller](Role role) {
               return caller->roles.contains(role);
           });
}

// "text/csv; charset=utf-8" is text/csv.
std::string media_of(const ApiRequest& request) {
    std::string media = lower(request.content_type.substr(0, request.content_type.find(';')));
    while (!media.empty() && media.back() == ' ') media.pop_back();
    return media;
}

bool is_json_media(const std::string& media) {
    return media == "application/json" || media.ends_with("+json");
}

// A body without a type is taken for what the route wants; the reading of it will tell.
bool reads_body(const Route& route, const ApiRequest& request) {
    const std::string media = media_of(request);
    if (request.body.empty() || media.empty()) return true;
    if (route.media.empty()) return is_json_media(media);
    return std::ranges::find(route.media, media) != route.media.end() ||
           (is_json_media(media) &&
            std::ranges::find(route.media, "application/json") != route.media.end());
}

rules::Faults media_fault(const Route& route, const ApiRequest& request) {
    std::string wanted = route.media.empty() ? "application/json" : "";
    for (const std::string& media : route.media) {
        wanted += (wanted.empty() ? "" : ", ") + media;
    }
    const std::string given = is_plain_text(request.content_type) ? request.content_type : "?";
    return rules::refuse("Content-Type is '" + given + "'", wanted);
}

}  // namespace

struct Router::Match {
    const Route* route = nullptr;  // null: the path exists under other methods
    std::map<std::string, std::string> parameters;
    std::string allowed;  // the methods of the path: "GET, HEAD, POST"
};

void Router::add(Route route) { routes_.push_back(std::move(route)); }

void Router::set_people(std::vector<Person> people) {
    people_by_token_hash_.clear();
    for (Person& person : people) {
        const std::string hash = person.token_sha256;
        people_by_token_hash_.emplace(hash, std::move(person));
    }
}

std::optional<Router::Match> Router::match(const std::string& method,
                                           const std::string& path) const {
    // "/forecasts/skill" rather than "/forecasts/{number}", in whatever order they were added.
    Match found;
    for (const Route& route : routes_) {
        auto parameters = match_path(route.pattern, path);
        if (!parameters) continue;
        if (route.method == method || (method == "HEAD" && route.method == "GET")) {
            const bool is_closer =
                found.route == nullptr || parameters->size() < found.parameters.size();
            if (!is_closer) continue;
            found.route = &route;
            found.parameters = std::move(*parameters);
        }
        if (!found.allowed.empty()) found.allowed += ", ";
        found.allowed += route.method == "GET" ? "GET, HEAD" : route.method;
    }
    if (found.allowed.empty()) return std::nullopt;
    return found;
}

std::optional<Person> Router::caller_of(const ApiRequest& request) const {
    const std::string& given = request.authorization;
    if (lower(given.substr(0, kBearer.size())) != kBearer) return std::nullopt;
    const auto person = people_by_token_hash_.find(token_hash(given.substr(kBearer.size())));
    if (person == people_by_token_hash_.end()) return std::nullopt;
    return person->second;
}

std::uint64_t Router::body_bytes_max(ApiRequest head) const {
    Call call;
    call.request = std::move(head);
    if (!take_apart(call)) return kStrangerBodyBytesMax;  // to be told what is wrong with it
    const auto found = match(call.request.method, call.path);
    if (!found || found->route == nullptr) return kStrangerBodyBytesMax;
    const Route& route = *found->route;
    if (!route.roles.empty() && !may_call(route, caller_of(call.request))) {
        return kStrangerBodyBytesMax;
    }
    return route.body_bytes_max;
}

boost::asio::awaitable<ApiResponse> Router::handle(ApiRequest request) const {
    Call call;
    call.request = std::move(request);
    if (!take_apart(call)) co_return answer_problem(400, "请求地址有误", "malformed target");
    auto match = this->match(call.request.method, call.path);
    if (!match) co_return answer_problem(404, "没有此地址", "no such resource");
    if (match->route == nullptr) {
        ApiResponse refused = answer_problem(405, "此地址不支持该方法", "method not allowed here");
        refused.headers.emplace_back("Allow", match->allowed);
        co_return refused;
    }
    call.parameters = std::move(match->parameters);
    call.caller = caller_of(call.request);
    const Route& route = *match->route;
    if (!route.roles.empty()) {
        if (!call.caller) {
            ApiResponse refused = answer_problem(401, "请先登录（缺少或无效的令牌）",
                                                 "a valid bearer token is needed");
            refused.headers.emplace_back("WWW-Authenticate", "Bearer");
            co_return refused;
        }
        if (!may_call(route, call.caller)) {
            co_return answer_problem(403, "您的角色无权进行此操作", "your role may not do this");
        }
    }
    if (!reads_body(route, call.request)) {
        co_return answer_problem(415, "不支持此类内容", "a body of this kind is not read here",
                                 media_fault(route, call.request));
    }
    ApiResponse answer = co_await route.handler(call);
    if (call.request.method == "HEAD") answer.next_piece = nullptr;
    co_return answer;
}

}  // namespace qk::daemon
