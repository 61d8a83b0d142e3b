// qingkongctl warning: what officers do with warnings at a running daemon. `explain` tells the
// story of a warning and says whether every finding, computed again from the stored inputs, is what
// was decided then.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;
namespace po = boost::program_options;

constexpr const char* kActions =
    "list, show, explain, propose, consult, sign, reject, withdraw, change, preview, evaluate or "
    "archive";
constexpr const char* kBase = "/api/v1/warnings";

struct Request {
    const Daemon& daemon;
    const po::variables_map& values;
    Format format;
    std::string id;

    [[nodiscard]] std::string path(const std::string& action = {}) const {
        const std::string one = std::string(kBase) + "/" + url_encoded(id);
        return action.empty() ? one : one + "/" + action;
    }
};

std::string text_in(const json::value& value, std::string_view key) {
    const json::value* found = plans::find_member(value, key);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->get_string());
    return plans::to_text(*found);
}

std::vector<std::string> texts_in(const json::value& value,
                                  const std::vector<std::string>& columns) {
    std::vector<std::string> row;
    for (const std::string& column : columns) row.push_back(text_in(value, column));
    return row;
}

const json::array& items_in(const json::value& value, std::string_view key) {
    static const json::array kNone;
    const json::value* items = plans::find_member(value, key);
    return items != nullptr && items->is_array() ? items->get_array() : kNone;
}

// Prints rows of `columns`; an answer that is no JSON is printed as it came.
void print_rows(Format format, const json::value& whole, const json::array& items,
                const std::vector<std::string>& columns) {
    Table table{columns, {}};
    for (const json::value& item : items) table.rows.push_back(texts_in(item, columns));
    print(std::cout, format, whole, table);
}

const std::vector<std::string> kWarningColumns{"id",         "standing",       "colour",
                                               "generation", "effective_from", "expected_to",
                                               "lifted_at",  "exercise"};

int show_answer(const Request& request, const rules::Result<OnlineAnswer>& answer,
                const std::vector<std::string>& columns) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) {
        std::cout << answer->body << "\n";
        return kHolds;
    }
    const json::value* warning = plans::find_member(*value, "warning");
    const json::value& shown = warning != nullptr && warning->is_object() ? *warning : *value;
    print_rows(request.format, *value, {shown}, columns);
    return kHolds;
}

int list(const Request& request) {
    std::string path = std::string(kBase) + "?per_page=1000";
    if (const auto standing = text_of(request.values, "standing")) {
        path += "&standing=" + url_encoded(*standing);
    }
    const auto answer = request.daemon.call("GET", path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    print_rows(request.format, *value, items_in(*value, "items"), kWarningColumns);
    return kHolds;
}

int explain(const Request& request) {
    const auto answer = request.daemon.call("GET", request.path("explain"));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{{"at", "event", "kind", "colour", "person", "role", "reason", "clause", "again"},
                {}};
    for (const json::value& entry : items_in(*value, "story")) {
        auto row = texts_in(
            entry, {"at", "event", "kind", "colour", "person", "role", "reason", "clause"});
        const json::value* decided = plans::find_member(entry, "decided_on");
        row.push_back(decided == nullptr ? ""
                      : text_in(*decided, "equal") == "true"
                          ? "相同"
                          : "不同：" + text_in(*decided, "why_not"));
        table.rows.push_back(std::move(row));
    }
    print(std::cout, request.format, *value, table);
    const bool holds = text_in(*value, "holds") == "true";
    std::cerr << "由存档重新计算 " << text_in(*value, "recomputed") << " 项，与当时相同 "
              << text_in(*value, "equal") << " 项\n";
    return holds ? kHolds : kNegative;
}

void put_text(json::object& body, const Request& request, const char* option, const char* member) {
    if (const auto text = text_of(request.values, option)) body[member] = *text;
}

// The generation that was seen: given, or the present one.
bool put_generation(json::object& body, const Request& request) {
    if (request.values.count("generation") > 0) {
        body["generation"] = request.values["generation"].as<std::int64_t>();
        return true;
    }
    const auto answer = request.daemon.call("GET", request.path());
    if (!answer || !answer->is_good()) {
        explain_failure(answer);
        return false;
    }
    const auto value = plans::parse_json(answer->body, "answer");
    body["generation"] =
        static_cast<std::int64_t>(value ? plans::number_or(*value, "generation", 0) : 0);
    return true;
}

void put_change(json::object& body, const Request& request) {
    put_text(body, request, "colour", "colour");
    put_text(body, request, "from", "from");
    put_text(body, request, "to", "expected_to");
    put_text(body, request, "ordered-by", "ordered_by");
    put_text(body, request, "reason", "reason");
    put_text(body, request, "clause", "clause");
    if (request.values.count("advisory") > 0) body["mandatory"] = false;
}

int send(const Request& request, const std::string& path, const json::object& body) {
    return show_answer(request, request.daemon.call("POST", path, plans::to_text(body)),
                       kWarningColumns);
}

int propose(const Request& request) {
    json::object body;
    put_change(body, request);
    if (request.values.count("exercise") > 0) body["exercise"] = true;
    return send(request, kBase, body);
}

int change(const Request& request) {
    json::object body;
    put_change(body, request);
    put_text(body, request, "kind", "kind");
    if (!put_generation(body, request)) return kUnreachable;
    return send(request, request.path("changes"), body);
}

int consult(const Request& request) {
    json::object body;
    json::array participants;
    if (request.values.count("participant") > 0) {
        for (const auto& name : request.values["participant"].as<std::vector<std::string>>()) {
            participants.emplace_back(json::object{{"name", name}});
        }
    }
    body["participants"] = std::move(participants);
    json::array corrections;
    if (request.values.count("correct") > 0) {
        // DAY=AQI:WHY
        for (const auto& text : request.values["correct"].as<std::vector<std::string>>()) {
            const auto equals = text.find('=');
            const auto colon = text.find(':', equals);
            auto aqi = plans::parse_json(
                equals == std::string::npos ? "" : text.substr(equals + 1, colon - equals - 1),
                "--correct");
            if (!aqi || colon == std::string::npos) {
                std::cerr << "--correct: '" << text << "': write DAY=AQI:WHY\n";
                return kBadUsage;
            }
            corrections.emplace_back(json::object{
                {"day", text.substr(0, equals)}, {"aqi", *aqi}, {"why", text.substr(colon + 1)}});
        }
    }
    if (!corrections.empty()) body["corrections"] = std::move(corrections);
    put_text(body, request, "summary", "summary");
    put_text(body, request, "colour", "colour");
    put_text(body, request, "from", "from");
    put_text(body, request, "to", "expected_to");
    put_text(body, request, "reason", "reason");
    if (!put_generation(body, request)) return kUnreachable;
    return send(request, request.path("consult"), body);
}

int act(const Request& request, const std::string& action) {
    json::object body;
    put_text(body, request, "reason", "reason");
    put_text(body, request, "clause", "clause");
    if (!put_generation(body, request)) return kUnreachable;
    return send(request, request.path(action), body);
}

int preview(const Request& request) {
    json::object body;
    put_text(body, request, "colour", "colour");
    put_text(body, request, "from", "from");
    const auto answer = request.daemon.call("POST", request.path("preview"), plans::to_text(body));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    const json::value* plan = plans::find_member(*value, "plan");
    const json::value* difference = plans::find_member(*value, "difference");
    Table table{{"enterprises", "obligations", "floors_met", "added", "removed", "changed"}, {}};
    if (plan != nullptr && difference != nullptr) {
        auto row = texts_in(*plan, {"enterprises", "obligations", "floors_met"});
        for (auto& cell : texts_in(*difference, {"added", "removed", "changed"})) {
            row.push_back(std::move(cell));
        }
        table.rows.push_back(std::move(row));
    }
    print(std::cout, request.format, *value, table);
    return kHolds;
}

int run(const Request& request, const std::string& action) {
    if (action == "list") return list(request);
    if (action == "propose") return propose(request);
    if (request.id.empty()) {
        std::cerr << "usage: qingkongctl warning " << action << " ID\n";
        return kBadUsage;
    }
    if (action == "show") {
        return show_answer(request, request.daemon.call("GET", request.path()), kWarningColumns);
    }
    if (action == "explain") return explain(request);
    if (action == "consult") return consult(request);
    if (action == "change") return change(request);
    if (action == "preview") return preview(request);
    for (const char* simple : {"sign", "reject", "withdraw", "evaluate", "archive"}) {
        if (action == simple) return act(request, action);
    }
    std::cerr << "warning: '" << action << "': " << kActions << "\n";
    return kBadUsage;
}

}  // namespace

int warning_command(const Arguments& arguments) {
    po::options_description options("options");
    Daemon::add_options(options);
    options.add_options()("action", po::value<std::string>(), kActions)(
        "id", po::value<std::string>(), "the warning")("format", po::value<std::string>(),
                                                       "json, csv or table")(
        "standing", po::value<std::string>(), "list: only these")(
        "kind", po::value<std::string>(),
        "change: raise, lower, extend, merge, suspend, resume or lift")(
        "colour", po::value<std::string>(), "blue, yellow, orange or red")(
        "from", po::value<std::string>(), "effective from; default: at once")(
        "to", po::value<std::string>(), "expected end; default: until further notice")(
        "reason", po::value<std::string>(), "why")("clause", po::value<std::string>(),
                                                   "by which clause")(
        "ordered-by", po::value<std::string>(), "document of the higher tier that orders it")(
        "advisory", "propose: advice only, no mandatory measures")("exercise", "propose: a drill")(
        "participant", po::value<std::vector<std::string>>(), "consult: who took part; repeat")(
        "summary", po::value<std::string>(), "consult: what was agreed")(
        "correct", po::value<std::vector<std::string>>(), "consult: DAY=AQI:WHY; repeat")(
        "generation", po::value<std::int64_t>(), "of the warning as you have seen it");
    const auto values = parse_arguments("warning", arguments, options, {"action", "id"});
    if (!values) return values.exit_code();
    const auto online = online_setting(*values);
    if (!online) return kBadUsage;
    const Request request{online->daemon, *values, online->format, text_of(*values, "id").value_or("")};
    return run(request, text_of(*values, "action").value_or("list"));
}

}  // namespace qk::ctl
