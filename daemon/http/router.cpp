#include <openssl/evp.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "daemon/http/api.hpp"
#include "daemon/http/token.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

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

constexpr std::string_view kBearer = "Bearer ";

json::value schema_of(const std::vector<FieldNote>& fields) {
    json::object properties;
    for (const FieldNote& field : fields) {
        json::object property;
        property["type"] = field.type;
        property["description"] = field.text;
        if (field.type == "array") property["items"] = json::object{};
        properties[field.name] = std::move(property);
    }
    json::object schema;
    schema["type"] = "object";
    schema["properties"] = std::move(properties);
    return schema;
}

json::array parameters_of(const Route& route) {
    json::array parameters;
    for (const std::string_view segment : segments_of(route.pattern)) {
        const auto hole = hole_of(segment);
        if (!hole) continue;
        json::object entry;
        entry["name"] = hole->name;
        entry["in"] = "path";
        entry["required"] = true;
        entry["schema"] = json::object{{"type", "string"}};
        parameters.push_back(std::move(entry));
    }
    for (const FieldNote& field : route.query) {
        json::object entry;
        entry["name"] = field.name;
        entry["in"] = "query";
        entry["description"] = field.text;
        entry["schema"] = json::object{{"type", field.type}};
        parameters.push_back(std::move(entry));
    }
    return parameters;
}

json::value operation_of(const Route& route) {
    json::object operation;
    operation["summary"] = route.summary;
    json::array parameters = parameters_of(route);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    if (!route.body.empty()) {
        json::object media;
        media["schema"] = schema_of(route.body);
        json::object content;
        content["application/json"] = std::move(media);
        operation["requestBody"] = json::object{{"content", std::move(content)}};
    }
    json::object responses;
    responses["200"] = json::object{{"description", "完成 / done"}};
    responses["default"] = json::object{{"description", "RFC 9457 problem document"}};
    operation["responses"] = std::move(responses);
    json::array roles;
    for (const Role role : route.roles) roles.push_back(json::string(to_text(role)));
    operation["x-roles"] = std::move(roles);
    if (!route.roles.empty()) {
        json::object scheme;
        scheme["bearer"] = json::array{};
        operation["security"] = json::array{std::move(scheme)};
    }
    return operation;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

// Splits and decodes the target; false where it is not a path of ours.
bool take_apart(Call& call) {
    const auto url = boost::urls::parse_origin_form(call.request.target);
    if (!url) return false;
    call.path = url->path();
    for (const auto& parameter : url->params()) call.query[parameter.key] = parameter.value;
    return true;
}

}  // namespace

struct Router::Match {
    const Route* route = nullptr;  // null: the path exists under another method
    std::map<std::string, std::string> parameters;
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
    std::optional<Match> other_method;
    for (const Route& route : routes_) {
        auto parameters = match_path(route.pattern, path);
        if (!parameters) continue;
        if (route.method == method || (method == "HEAD" && route.method == "GET")) {
            return Match{&route, std::move(*parameters)};
        }
        other_method = Match{};
    }
    return other_method;
}

boost::asio::awaitable<ApiResponse> Router::handle(ApiRequest request) const {
    Call call;
    call.request = std::move(request);
    if (!take_apart(call)) co_return answer_problem(400, "请求地址有误", "malformed target");
    auto match = this->match(call.request.method, call.path);
    if (!match) co_return answer_problem(404, "没有此地址", "no such resource");
    if (match->route == nullptr) {
        co_return answer_problem(405, "此地址不支持该方法", "method not allowed here");
    }
    call.parameters = std::move(match->parameters);
    if (call.request.authorization.starts_with(kBearer)) {
        const auto token = call.request.authorization.substr(kBearer.size());
        const auto person = people_by_token_hash_.find(token_hash(token));
        if (person != people_by_token_hash_.end()) call.caller = person->second;
    }
    const Route& route = *match->route;
    if (!route.roles.empty()) {
        if (!call.caller) {
            ApiResponse refused = answer_problem(401, "请先登录（缺少或无效的令牌）",
                                                 "a valid bearer token is needed");
            refused.headers.emplace_back("WWW-Authenticate", "Bearer");
            co_return refused;
        }
        bool admitted = false;
        for (const Role role : route.roles) admitted |= call.caller->roles.contains(role);
        if (!admitted) {
            co_return answer_problem(403, "您的角色无权进行此操作", "your role may not do this");
        }
    }
    co_return co_await route.handler(call);
}

json::value Router::openapi() const {
    json::object paths;
    for (const Route& route : routes_) {
        paths[route.pattern].is_object() ? void() : void(paths[route.pattern] = json::object{});
        paths[route.pattern].as_object()[lower(route.method)] = operation_of(route);
    }
    json::object info;
    info["title"] = "晴空 Qingkong API";
    info["version"] = "1";
    json::object bearer;
    bearer["type"] = "http";
    bearer["scheme"] = "bearer";
    json::object schemes;
    schemes["bearer"] = std::move(bearer);
    json::object components;
    components["securitySchemes"] = std::move(schemes);
    json::object document;
    document["openapi"] = "3.0.3";
    document["info"] = std::move(info);
    document["paths"] = std::move(paths);
    document["components"] = std::move(components);
    return document;
}

}  // namespace qk::daemon
