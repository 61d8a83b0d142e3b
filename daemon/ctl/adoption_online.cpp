#include "daemon/ctl/adoption_online.hpp"

#include <filesystem>

#include "daemon/base/files.hpp"
#include "daemon/ctl/online.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {

namespace json = boost::json;

std::optional<json::object> body_with_file(const Call& call, const char* text_as) {
    const std::string name = *call.text("name");
    const auto text = read_file(name);
    if (!text) {
        print_faults(text.error());
        return std::nullopt;
    }
    json::object body{{"file", std::filesystem::path(name).filename().string()}};
    body[text_as] = *text;
    return body;
}

void add_said(const Call& call, std::initializer_list<const char*> options, json::object& body) {
    for (const char* key : options) {
        if (const auto text = call.text(key)) body[key] = *text;
    }
}

namespace {

int take_step(const Call& call, const std::string& base, const char* step,
              std::initializer_list<const char*> said) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body;
    add_said(call, said, body);
    const std::string path = base + "/" + url_encoded(*call.text("number")) + "/" + step;
    const std::string text = body.empty() ? std::string() : plans::to_text(body);
    return show_rows(online->daemon.call("POST", path, text), online->format, "items",
                     {"number", "name", "person"});
}

}  // namespace

int confirm_one(const Call& call, const std::string& base) {
    return take_step(call, base, "confirm", {});
}

int withdraw_one(const Call& call, const std::string& base) {
    return take_step(call, base, "withdraw", {"reason"});
}

int show_history(const Call& call, const std::string& base, const Columns& columns) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("GET", base), online->format, "items", columns);
}

}  // namespace qk::ctl
