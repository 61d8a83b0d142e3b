#include "daemon/ctl/warning_sign.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/terminal.hpp"
#include "daemon/ctl/wire_words.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

const json::value& part(const json::value& value, std::string_view member) {
    static const json::value kNone;
    const json::value* found = plans::find_member(value, member);
    return found == nullptr ? kNone : *found;
}

void add_consultation(Facts& facts, const json::value& consultation) {
    if (!consultation.is_object()) {
        facts.emplace_back("会商 consultation", "没有 none");
        return;
    }
    std::string who;
    for (const json::value& person : items_in(consultation, "participants")) {
        who += (who.empty() ? "" : "、") + cell_of(person, "name");
    }
    facts.emplace_back("会商 consultation", fmt::format("{}  {}  {}", time_in(consultation, "at"),
                                                        who, cell_of(consultation, "summary")));
}

void add_plan(Facts& facts, const json::value& preview) {
    if (!preview.is_object()) return;
    const json::value& plan = part(preview, "plan");
    const json::value& difference = part(preview, "difference");
    facts.emplace_back(
        "方案 plan",
        fmt::format("{} 家企业 enterprises  {} 项措施 measures  {}", cell_of(plan, "enterprises"),
                    cell_of(plan, "obligations"), cell_of(plan, "measures_zh")));
    facts.emplace_back(
        "与现行相比 against now",
        fmt::format("新增 added {}  取消 removed {}  变更 changed {}", cell_of(difference, "added"),
                    cell_of(difference, "removed"), cell_of(difference, "changed")));
    for (const json::value& floor : items_in(plan, "floors")) {
        if (cell_of(floor, "met") == "true") continue;
        facts.emplace_back("减排比例 reduction",
                           cell_of(floor, "pollutant") + "  " + cell_of(floor, "how"));
    }
}

// What the daemon says, or null where it says nothing.
json::value said(const rules::Result<OnlineAnswer>& answer) {
    if (!answer || !answer->is_good()) return nullptr;
    auto value = plans::parse_json(answer->body, "answer");
    return value ? std::move(*value) : json::value(nullptr);
}

// Orders come of every change but those after which nothing is owed.
json::value preview_of(const Daemon& daemon, const std::string& path, const json::value& change) {
    const std::string kind = cell_of(change, "kind");
    if (!change.is_object() || kind == "lift" || kind == "suspend") return nullptr;
    const json::object body{{"colour", cell_of(change, "colour")},
                            {"from", cell_of(change, "from")}};
    return said(daemon.call("POST", path + "/preview", plans::to_text(body)));
}

json::value consultation_of(const Daemon& daemon, const std::string& path,
                            const json::value& change) {
    const json::value all = said(daemon.call("GET", path + "/consultations?per_page=1000"));
    json::value last;
    for (const json::value& one : items_in(all, "items")) {
        if (cell_of(one, "change") == cell_of(change, "number")) last = one;
    }
    return last;
}

int sign(const Call& call) {
    const bool asks = !call.has("yes");
    if (asks && !can_ask()) {
        std::cerr << call.command()
                  << ": 没有终端，无法确认 there is no terminal to confirm at: 确已看过内容则加 "
                     "--yes: add --yes where what is signed has been seen\n";
        return kBadUsage;
    }
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const Daemon& daemon = online->daemon;
    const std::string path = "/api/v1/warnings/" + url_encoded(*call.text("id"));
    const auto found = daemon.call("GET", path);
    if (!found || !found->is_good()) return explain_failure(found);
    const json::value warning = said(found);
    const json::value& change = part(warning, "pending");
    if (!change.is_object()) {
        std::cerr << call.command() << ": 没有待签发的内容 nothing waits for a signature\n";
        return kNegative;
    }
    print_facts(std::cerr, facts_to_sign(warning, preview_of(daemon, path, change),
                                         consultation_of(daemon, path, change)));
    if (asks && !ask_yes("\n确认签发？输入 yes 或 是 Sign? Type yes: ")) {
        std::cerr << "未签发 nothing was signed\n";
        return kNegative;
    }
    json::object body;
    for (const char* member : {"reason", "clause"}) {
        if (const auto text = call.text(member)) body[member] = *text;
    }
    // What was shown is signed, and nothing that came after it.
    const auto seen = call.number("generation");
    body["generation"] =
        seen ? json::value(*seen)
             : json::value(static_cast<std::int64_t>(plans::number_or(warning, "generation", 0)));
    return show_rows(daemon.call("POST", path + "/sign", plans::to_text(body)), online->format,
                     "items",
                     {"id", "standing", "colour", "generation", "effective_from", "expected_to",
                      "lifted_at", "exercise"});
}

}  // namespace

Facts facts_to_sign(const json::value& warning, const json::value& preview,
                    const json::value& consultation) {
    const json::value& change = part(warning, "pending");
    const std::string to = time_in(change, "expected_to");
    const bool is_mandatory = cell_of(change, "mandatory") == "true";
    Facts facts;
    if (cell_of(warning, "exercise") == "true") {
        facts.emplace_back("演练 exercise", "是，不是真实预警 yes, no real warning");
    }
    facts.emplace_back("预警 warning",
                       fmt::format("{}  第 {} 版 generation {}", cell_of(warning, "id"),
                                   cell_of(warning, "generation"), cell_of(warning, "generation")));
    facts.emplace_back("签发 to sign", fmt::format("{}  {}{}", in_words(cell_of(change, "kind")),
                                                   in_words(cell_of(change, "colour")),
                                                   is_mandatory ? "" : "  仅健康提示 advice only"));
    facts.emplace_back("时间 time", fmt::format("{} — {}", time_in(change, "from"),
                                                to.empty() ? "另行通知 until further notice" : to));
    facts.emplace_back("提出 proposed", fmt::format("{}  {}", cell_of(change, "proposer"),
                                                    time_in(change, "proposed_at")));
    facts.emplace_back("理由 reason", cell_of(change, "reason"));
    const std::string clause = cell_of(change, "clause");
    if (!clause.empty()) facts.emplace_back("依据 clause", clause);
    const std::string above = cell_of(change, "ordered_by");
    if (!above.empty()) facts.emplace_back("上级要求 ordered by", above);
    add_consultation(facts, consultation);
    add_plan(facts, preview);
    return facts;
}

Command warning_sign_command() {
    return {
        .name = "sign",
        .what = {"签发：先显示将签发的内容，确认后签发",
                 "sign: what is signed is shown first, and confirmed"},
        .options = joined({{place("id", "ID", {"预警编号", "the warning"}).required(),
                            option("reason", "TEXT", {"理由", "why"}),
                            option("clause", "TEXT", {"所依据的条款", "by which clause"}),
                            option("generation", "NUMBER",
                                   {"所见预警为第几版；默认取所显示的",
                                    "of the warning as you have seen it; default: what is shown"})
                                .number(),
                            flag("yes", {"不再询问；没有终端时必须给出",
                                         "do not ask; must be given where there is no terminal"})},
                           online_options()}),
        .examples = {"qingkongctl warning sign YJ-411000-2026-1 --token-file approver.token",
                     "qingkongctl warning sign YJ-411000-2026-1 --generation 2 --yes"},
        .run = sign,
    };
}

}  // namespace qk::ctl
