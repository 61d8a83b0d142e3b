// The OpenAPI document, from the table of routes and from answers.json, which says what answers
// look like.
//
// answers.json is written for people: "time?" is a time or null, "[Order]" a list of orders,
// "{number}" a table of numbers; a member "detail?" may be missing. Here it becomes JSON Schema.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <set>
#include <span>
#include <stdexcept>

#include "daemon/http/api.hpp"
#include "plans/text/embedded.hpp"

namespace qk::embedded {
std::span<const File> answer_shapes();
}

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr std::string_view kPageMark = "page of ";
constexpr std::string_view kMediaMark = "media ";  // "media text/html": not JSON
const std::set<std::string_view> kPlainTypes{"string",  "number", "integer",
                                             "boolean", "object", "array"};

json::object reference(std::string_view name) {
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

json::object schema_of_word(std::string_view word) {
    if (word.ends_with('?')) {
        word.remove_suffix(1);
        json::object schema = schema_of_word(word);
        if (json::value* type = schema.if_contains("type"); type != nullptr && type->is_string()) {
            *type = json::array{*type, "null"};
            return schema;
        }
        return {{"anyOf", json::array{std::move(schema), json::object{{"type", "null"}}}}};
    }
    if (word.starts_with('[')) {
        return {{"type", "array"}, {"items", schema_of_word(word.substr(1, word.size() - 2))}};
    }
    if (word.starts_with('{')) {
        return {{"type", "object"},
                {"additionalProperties", schema_of_word(word.substr(1, word.size() - 2))}};
    }
    if (word == "any") return {};
    if (word == "time") return {{"type", "string"}, {"format", "date-time"}};
    if (kPlainTypes.contains(word)) return {{"type", word}};
    return reference(word);
}

json::object schema_of_members(const json::object& members) {
    json::object properties;
    json::array required;
    for (const auto& [key, word] : members) {
        std::string_view name = key;
        if (name.ends_with('?')) {
            name.remove_suffix(1);
        } else {
            required.emplace_back(name);
        }
        properties[name] = schema_of_word(word.as_string());
    }
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) schema["required"] = std::move(required);
    return schema;
}

// "page of Order": the envelope that all lists share.
json::object page_schema(std::string_view item) {
    json::object envelope{{"items", "[" + std::string(item) + "]"},
                          {"page", "integer"},
                          {"per_page", "integer"},
                          {"pages", "integer"},
                          {"total", "integer"}};
    return schema_of_members(envelope);
}

json::object content_of(std::string_view word) {
    if (word.starts_with(kMediaMark)) {
        json::object media{{"schema", json::object{{"type", "string"}}}};
        return {{std::string(word.substr(kMediaMark.size())), std::move(media)}};
    }
    json::object schema = word.starts_with(kPageMark) ? page_schema(word.substr(kPageMark.size()))
                                                      : schema_of_word(word);
    json::object media{{"schema", std::move(schema)}};
    return {{"application/json", std::move(media)}};
}

json::object problem_answer(std::string_view text) {
    json::object media{{"schema", reference("Problem")}};
    json::object content{{"application/problem+json", std::move(media)}};
    return {{"description", text}, {"content", std::move(content)}};
}

// What may go wrong by what the route is.
void add_problems(json::object& responses, const Route& route) {
    const auto add = [&responses](const char* status, std::string_view text) {
        responses[status] = problem_answer(text);
    };
    add("400", "请求有误 / malformed");
    if (!route.roles.empty()) {
        add("401", "缺少或无效的令牌 / no valid token");
        add("403", "角色无权 / not for this role");
    }
    if (route.pattern.find('{') != std::string::npos) add("404", "没有此项 / no such thing");
    if (route.method == "POST") {
        add("409", "现在不能这样做 / not possible now");
        add("413", "请求体过大 / too long");
        add("415", "不支持此类内容 / a kind of body that is not read");
        add("422", "内容有误，逐条列出 / wrong, with every fault");
    }
    add("default", "RFC 9457 problem document");
}

json::object responses_of(const Route& route) {
    json::object responses;
    const json::object& answers = answer_shapes().at("answers").as_object();
    const json::value* known = answers.if_contains(route.method + " " + route.pattern);
    if (known != nullptr) {
        for (const auto& [key, word] : known->as_object()) {
            // "200 html": a second kind of the same answer.
            const std::string status(key.substr(0, 3));
            json::object& response = responses[status].is_object()
                                         ? responses[status].as_object()
                                         : responses[status].emplace_object();
            response["description"] = status == "503" ? "尚不可用 / not ready" : "完成 / done";
            json::object content = content_of(word.as_string());
            if (json::value* old = response.if_contains("content")) {
                for (const auto& [media, what] : old->as_object()) content[media] = what;
            }
            response["content"] = std::move(content);
        }
    }
    add_problems(responses, route);
    return responses;
}

// Known from the shape of the answer: a page of something, or a page with more beside its items.
bool answers_with_a_page(const Route& route) {
    const json::object& answers = answer_shapes().at("answers").as_object();
    const json::value* known = answers.if_contains(route.method + " " + route.pattern);
    const json::value* shape = known == nullptr ? nullptr : known->as_object().if_contains("200");
    if (shape == nullptr) return false;
    if (shape->as_string().starts_with(kPageMark)) return true;
    const json::object& schemas = answer_shapes().at("schemas").as_object();
    const json::value* schema = schemas.if_contains(shape->as_string());
    return schema != nullptr && schema->as_object().contains("per_page");
}

json::array parameters_of(const Route& route) {
    json::array parameters;
    std::string_view rest = route.pattern;
    for (auto open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        const auto close = rest.find('}');
        parameters.push_back(json::object{{"name", rest.substr(open + 1, close - open - 1)},
                                          {"in", "path"},
                                          {"required", true},
                                          {"schema", json::object{{"type", "string"}}}});
        rest.remove_prefix(close + 1);
    }
    const auto add_query = [&parameters](const FieldNote& field) {
        parameters.push_back(json::object{{"name", field.name},
                                          {"in", "query"},
                                          {"description", field.text},
                                          {"schema", json::object{{"type", field.type}}}});
    };
    const bool is_paged = answers_with_a_page(route);
    bool has_page = false;
    bool has_per_page = false;
    for (const FieldNote& field : route.query) {
        has_page |= field.name == "page";
        has_per_page |= field.name == "per_page";
        add_query(field);
    }
    if (is_paged && !has_page) add_query({"page", "integer", "页，从 1 起 / page"});
    if (is_paged && !has_per_page) {
        add_query({"per_page", "integer", "每页条数，至多 1000 / items a page"});
    }
    if (route.method == "POST") {
        parameters.push_back(
            json::object{{"name", "Idempotency-Key"},
                         {"in", "header"},
                         {"description", "重复发送不会重复生效 / a repeat takes no second effect"},
                         {"schema", json::object{{"type", "string"}}}});
    }
    return parameters;
}

json::object request_body_of(const Route& route) {
    json::object properties;
    for (const FieldNote& field : route.body) {
        json::object property{{"type", field.type}, {"description", field.text}};
        if (field.type == "array") property["items"] = json::object{};
        properties[field.name] = std::move(property);
    }
    json::object content;
    if (!route.body.empty()) {
        json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
        content["application/json"] = json::object{{"schema", std::move(schema)}};
    }
    for (const std::string& media : route.media) {
        if (content.contains(media)) continue;
        content[media] = json::object{{"schema", json::object{{"type", "string"}}}};
    }
    return content;
}

json::value operation_of(const Route& route) {
    json::object operation{{"summary", route.summary}};
    json::array parameters = parameters_of(route);
    if (!parameters.empty()) operation["parameters"] = std::move(parameters);
    json::object content = request_body_of(route);
    if (!content.empty()) operation["requestBody"] = json::object{{"content", std::move(content)}};
    operation["responses"] = responses_of(route);
    json::array roles;
    for (const Role role : route.roles) roles.push_back(json::string(to_text(role)));
    operation["x-roles"] = std::move(roles);
    if (!route.roles.empty()) {
        operation["security"] = json::array{json::object{{"bearer", json::array{}}}};
    }
    return operation;
}

std::string lower(std::string text) {
    for (char& c : text) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return text;
}

}  // namespace

const json::value& answer_shapes() {
    static const json::value kShapes = [] {
        for (const embedded::File& file : embedded::answer_shapes()) return json::parse(file.text);
        throw std::logic_error("answers.json is not embedded");
    }();
    return kShapes;
}

json::value Router::openapi() const {
    json::object paths;
    for (const Route& route : routes_) {
        json::value& path = paths[route.pattern];
        if (!path.is_object()) path.emplace_object();
        path.as_object()[lower(route.method)] = operation_of(route);
    }
    json::object schemas;
    for (const auto& [name, members] : answer_shapes().at("schemas").as_object()) {
        schemas[name] = schema_of_members(members.as_object());
    }
    json::object bearer{{"type", "http"}, {"scheme", "bearer"}};
    json::object components{{"securitySchemes", json::object{{"bearer", std::move(bearer)}}},
                            {"schemas", std::move(schemas)}};
    return json::object{{"openapi", "3.1.0"},
                        {"info", json::object{{"title", "晴空 Qingkong API"}, {"version", "1"}}},
                        {"paths", std::move(paths)},
                        {"components", std::move(components)}};
}

}  // namespace qk::daemon
