#include "plans/roster/ladder.hpp"

#include <algorithm>
#include <cassert>
#include <set>

#include "plans/text/toml.hpp"
#include "plans/text/toml_table.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

using std::chrono::minutes;

constexpr rules::EnumWords<MatterKind, kMatterKinds> kKinds{{
    {MatterKind::kConsultation, {"consultation", "待会商"}},
    {MatterKind::kSignature, {"signature", "待签发"}},
    {MatterKind::kPrompt, {"prompt", "提示待落实"}},
    {MatterKind::kOrder, {"order", "指令未签收"}},
    {MatterKind::kRefusal, {"refusal", "拒绝执行待答复"}},
    {MatterKind::kCase, {"case", "线索待核查"}},
    {MatterKind::kOutage, {"outage", "数据中断"}},
    {MatterKind::kTask, {"task", "任务待答复"}},
    {MatterKind::kRosterGap, {"roster_gap", "值班空缺"}},
}};
constexpr rules::EnumWords<LadderAction, 5> kActions{{
    {LadderAction::kRepeat, {"repeat", "重新下发"}},
    {LadderAction::kRemind, {"remind", "提醒"}},
    {LadderAction::kPhoneList, {"phone_list", "列入电话通知名单"}},
    {LadderAction::kCounty, {"county", "通知县区"}},
    {LadderAction::kSiteCheck, {"site_check", "现场核查"}},
}};
constexpr const char* kKindWords =
    "consultation, signature, prompt, order, refusal, case, outage, task or roster_gap";
constexpr const char* kActionWords = "repeat, remind, phone_list, county or site_check";

bool is_of_orders(LadderAction action) {
    return action == LadderAction::kRepeat || action == LadderAction::kPhoneList;
}

void check_ask(TomlTable& table, const LadderStep& step) {
    const bool asks_nobody = step.ask.empty() && step.action != LadderAction::kRepeat;
    if (asks_nobody || step.ask.size() > kAskedRolesMax) {
        table.wrong("ask", "须有1至10个 / needs 1 to 10",
                    "ask = [\"awaited\"], [\"duty_officer\"] or [\"approver.deputy\"]");
    }
    for (const std::string& who : step.ask) {
        if (!who.empty() && who != kDeputyEnding) continue;
        table.wrong("ask", "含空的角色 / names no role", "[\"duty_officer\"]");
    }
}

LadderStep step_in(TomlTable& table, MatterKind kind) {
    LadderStep step;
    const auto action = table.word("action", parse_ladder_action, kActionWords);
    if (!table.has("action")) table.wrong("action", "缺少 / is missing", "action = \"remind\"");
    step.action = action.value_or(LadderAction::kRemind);
    const bool is_of_what_was_sent = kind == MatterKind::kOrder || kind == MatterKind::kTask;
    if (is_of_orders(step.action) && !is_of_what_was_sent) {
        table.wrong("action",
                    "只用于未签收的指令和任务 / is for orders and tasks without a receipt",
                    "remind, county or site_check");
    }
    const auto after = table.whole("after_minutes", 0, kLadderMinutesMost);
    const auto before = table.whole("before_deadline_minutes", 0, kLadderMinutesMost);
    if (table.has("after_minutes") == table.has("before_deadline_minutes")) {
        table.wrong("after_minutes",
                    "与 before_deadline_minutes 二者填一 / one of it and before_deadline_minutes",
                    "after_minutes = 10");
    }
    step.minutes = minutes{after.value_or(before.value_or(0))};
    step.is_before_deadline = table.has("before_deadline_minutes");
    step.ask = table.texts("ask");
    check_ask(table, step);
    table.finish();
    return step;
}

// Steps counted from one instant stand in the order in which they come due.
void check_order(TomlTable& table, const Ladder& ladder) {
    std::optional<minutes> after;
    std::optional<minutes> before;
    for (const LadderStep& step : ladder.steps) {
        std::optional<minutes>& last = step.is_before_deadline ? before : after;
        const bool is_early =
            last && (step.is_before_deadline ? step.minutes > *last : step.minutes < *last);
        if (is_early) {
            table.wrong("step", "步骤不按时间先后 / steps are not in the order of time",
                        "先到期的在前 / the one that is due first comes first");
            return;
        }
        last = step.minutes;
    }
}

Ladder ladder_in(TomlTable& table) {
    Ladder ladder;
    const auto kind = table.word("kind", parse_matter_kind, kKindWords);
    if (!table.has("kind")) table.wrong("kind", "缺少 / is missing", kKindWords);
    ladder.kind = kind.value_or(MatterKind::kSignature);
    const auto read = [&](std::string_view key, minutes& value, int least) {
        if (const auto given = table.whole(key, least, kLadderMinutesMost)) value = minutes{*given};
    };
    read("deadline_minutes", ladder.deadline, 1);
    read("hold_minutes", ladder.hold, 1);
    read("snooze_minutes", ladder.snooze, 1);
    if (const auto most = table.whole("snoozes", 0, kSnoozesMost)) {
        ladder.snoozes = static_cast<int>(*most);
    }
    const std::string by = table.text("answered_by").value_or("any");
    ladder.is_answered_by_all = by == "all";
    if (by != "any" && by != "all") table.wrong("answered_by", "'" + by + "'", "any or all");
    for (TomlTable& step : table.tables("step", kLadderStepsMax)) {
        ladder.steps.push_back(step_in(step, ladder.kind));
    }
    check_order(table, ladder);
    table.finish();
    return ladder;
}

rules::Result<Ladders> ladders_in(std::string_view toml, const std::string& file) {
    const auto document = parse_toml(toml, file);
    if (!document) return document.error();
    rules::Faults faults;
    Ladders ladders;
    TomlTable root(*document, "", file, faults);
    (void)root.text("note");
    for (TomlTable& table : root.tables("ladder", kMatterKinds)) {
        Ladder ladder = ladder_in(table);
        const MatterKind kind = ladder.kind;
        if (!ladders.emplace(kind, std::move(ladder)).second) {
            table.wrong("kind", "重复 / appears twice",
                        "每种事项一个阶梯 / one ladder for each kind");
        }
    }
    root.finish();
    if (!faults.empty()) return faults;
    return ladders;
}

Ladders read_shipped() {
    const embedded::File& file = embedded::escalation_ladders().front();
    auto ladders = ladders_in(file.text, std::string(file.path));
    assert(ladders && ladders->size() == kMatterKinds && "the shipped ladders are whole");
    return *std::move(ladders);
}

}  // namespace

std::string_view to_text(MatterKind kind) { return kKinds.english(kind); }
std::string_view to_chinese(MatterKind kind) { return kKinds.chinese(kind); }
std::optional<MatterKind> parse_matter_kind(std::string_view text) {
    return kKinds.parse_english(text);
}

std::string_view to_text(LadderAction action) { return kActions.english(action); }
std::string_view to_chinese(LadderAction action) { return kActions.chinese(action); }
std::optional<LadderAction> parse_ladder_action(std::string_view text) {
    return kActions.parse_english(text);
}

const Ladders& shipped_ladders() {
    static const Ladders kShipped = read_shipped();
    return kShipped;
}

rules::Result<Ladders> read_ladders(std::string_view toml, const std::string& file) {
    auto ladders = ladders_in(toml, file);
    if (!ladders) return ladders;
    ladders->insert(shipped_ladders().begin(), shipped_ladders().end());
    return ladders;
}

}  // namespace qk::plans
