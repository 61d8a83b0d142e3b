// qingkongctl replay: every stored decision made once more by this program.
//
//   replay [FILE]             a database, or decisions that were exported
//   replay FILE --export OUT  the decisions of a database as a file, one per line
//
// Of a database the response plans are derived again too, and the verdicts judged again as `verdict
// check --all` does. Run it with a new version on a copy of the database before the upgrade: what
// it would have decided otherwise is named, with the clause and what differs; of a plan with
// enterprise, line, obligation and the reason that decides.
//
// Exit code 1 when a decision, a plan or a verdict differs, or when one cannot be read.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/command_line/command_line.hpp"
#include "daemon/compliance/verdict_check.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/warnings/stored_decisions.hpp"
#include "daemon/warnings/stored_plans.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

using daemon::CheckedVerdict;
using daemon::VerdictAgreement;
using plans::DecisionAgreement;
using plans::PlanAgreement;

constexpr std::size_t kShownMax = 1000;  // of those that differ; all are counted
constexpr std::string_view kDatabaseBegins = "SQLite format 3";

json::array texts_of(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

struct Replay {
    std::array<std::size_t, plans::kDecisionAgreementCount> decisions{};  // by agreement
    std::array<std::size_t, daemon::kVerdictAgreementCount> verdicts{};
    std::array<std::size_t, plans::kPlanAgreementCount> plans{};  // by agreement
    std::size_t plan_changes = 0;                   // obligations that differ, of all plans
    std::optional<rules::Instant> no_inputs_until;  // of the plans that have none, the last
    bool is_of_database = false;
    json::array items;
    json::array verdict_items;
    json::array plan_items;
    Table table{
        {"number", "warning", "at", "event", "check", "result", "then", "now", "difference"}, {}};

    [[nodiscard]] std::size_t of(DecisionAgreement agreement) const {
        return decisions[static_cast<std::size_t>(agreement)];
    }
    [[nodiscard]] std::size_t of(VerdictAgreement agreement) const {
        return verdicts[static_cast<std::size_t>(agreement)];
    }

    [[nodiscard]] std::size_t of(PlanAgreement agreement) const {
        return plans[static_cast<std::size_t>(agreement)];
    }

    void take(const plans::DecisionRecord& record, const plans::DecisionAgain& again) {
        ++decisions[static_cast<std::size_t>(again.agreement)];
        if (again.agreement == DecisionAgreement::kEqual || items.size() >= kShownMax) return;
        const std::string at = rules::to_iso(record.at, rules::kBeijingTime);
        const std::string result(to_text(again.agreement));
        items.emplace_back(json::object{{"number", record.number},
                                        {"warning", record.warning},
                                        {"at", at},
                                        {"event", record.event},
                                        {"check", record.check},
                                        {"result", result},
                                        {"then", again.then},
                                        {"now", again.now},
                                        {"clause_then", again.clause_then},
                                        {"clause_now", again.clause_now},
                                        {"differences", texts_of(again.differences)}});
        table.rows.push_back({std::to_string(record.number), record.warning, at, record.event,
                              record.check, result, again.then, again.now,
                              fmt::format("{}", fmt::join(again.differences, "; "))});
    }

    void take(const CheckedVerdict& checked) {
        ++verdicts[static_cast<std::size_t>(checked.agreement)];
        const bool is_shown = checked.agreement == VerdictAgreement::kDiffers ||
                              checked.agreement == VerdictAgreement::kInputsGone;
        if (!is_shown || verdict_items.size() >= kShownMax) return;
        const std::string result(to_text(checked.agreement));
        const std::string at = rules::to_iso(checked.judged_at, rules::kBeijingTime);
        verdict_items.emplace_back(json::object{{"number", checked.number},
                                                {"version", checked.version},
                                                {"enterprise", checked.enterprise},
                                                {"obligation", checked.obligation},
                                                {"compliance", checked.compliance},
                                                {"judged_at", at},
                                                {"result", result},
                                                {"differences", texts_of(checked.differences)}});
        table.rows.push_back({std::to_string(checked.number), checked.enterprise, at, "judge",
                              checked.obligation, result, checked.compliance, "",
                              fmt::format("{}", fmt::join(checked.differences, "; "))});
    }

    void take(const daemon::CheckedPlan& checked) {
        const PlanAgreement agreement = checked.again.agreement;
        ++plans[static_cast<std::size_t>(agreement)];
        plan_changes += checked.again.changes;
        if (agreement == PlanAgreement::kNoInputs) {
            no_inputs_until = std::max(no_inputs_until.value_or(checked.at), checked.at);
        }
        if (agreement == PlanAgreement::kEqual || agreement == PlanAgreement::kNoInputs) return;
        for (const plans::OwedChange& change : checked.again.shown) show(checked, change);
        for (const std::string& other : checked.again.others) {
            plans::OwedChange change;
            change.now = other;
            show(checked, change);
        }
    }
    void show(const daemon::CheckedPlan& checked, const plans::OwedChange& change) {
        if (plan_items.size() >= kShownMax) return;
        const std::string at = rules::to_iso(checked.at, rules::kBeijingTime);
        const std::string result(to_text(checked.again.agreement));
        plan_items.emplace_back(json::object{{"warning", checked.warning},
                                             {"generation", checked.generation},
                                             {"at", at},
                                             {"result", result},
                                             {"enterprise", change.enterprise},
                                             {"line", change.line},
                                             {"obligation", change.obligation},
                                             {"then", change.then},
                                             {"now", change.now},
                                             {"reason_then", change.reason_then},
                                             {"reason_now", change.reason_now}});
        table.rows.push_back({std::to_string(checked.generation), checked.warning, at, "plan",
                              change.obligation, result, change.then, change.now,
                              change.reason_then == change.reason_now
                                  ? change.reason_now
                                  : change.reason_then + " -> " + change.reason_now});
    }

    [[nodiscard]] bool is_equal() const {
        return of(DecisionAgreement::kReasonsDiffer) + of(DecisionAgreement::kDiffers) +
                   of(DecisionAgreement::kUnreadable) + of(VerdictAgreement::kDiffers) +
                   of(VerdictAgreement::kInputsGone) + of(PlanAgreement::kWordsDiffer) +
                   of(PlanAgreement::kDiffers) + of(PlanAgreement::kUnreadable) ==
               0;
    }
};

// Those of plans, as JSON and as a line for people.
json::object plans_json(const Replay& replay) {
    json::object plans{{"equal", replay.of(PlanAgreement::kEqual)},
                       {"words_differ", replay.of(PlanAgreement::kWordsDiffer)},
                       {"differs", replay.of(PlanAgreement::kDiffers)},
                       {"unreadable", replay.of(PlanAgreement::kUnreadable)},
                       {"no_inputs", replay.of(PlanAgreement::kNoInputs)},
                       {"no_inputs_until", nullptr},
                       {"changes", replay.plan_changes},
                       {"items", replay.plan_items}};
    if (replay.no_inputs_until) {
        plans["no_inputs_until"] = rules::to_iso(*replay.no_inputs_until, rules::kBeijingTime);
    }
    return plans;
}

std::string plans_line(const Replay& replay) {
    std::string line = fmt::format(
        "响应方案 plans: 一致 equal: {}；措施相同、文字或理由不同 the same in other words: {}；"
        "措施不同 ask otherwise: {}（{} 项 obligations）；无法读取 unreadable: {}\n",
        replay.of(PlanAgreement::kEqual), replay.of(PlanAgreement::kWordsDiffer),
        replay.of(PlanAgreement::kDiffers), replay.plan_changes,
        replay.of(PlanAgreement::kUnreadable));
    if (!replay.no_inputs_until) return line;
    const std::size_t count = replay.of(PlanAgreement::kNoInputs);
    return line + fmt::format(
                      "  {} 个方案作出于输入存档之前（最晚 {}），无法重算 / {} plans cannot be "
                      "derived again: made before their inputs were kept, the last at {}\n",
                      count, rules::to_iso(*replay.no_inputs_until, rules::kBeijingTime), count,
                      rules::to_iso(*replay.no_inputs_until, rules::kBeijingTime));
}

void print_replay(const Replay& replay, Format format) {
    json::object decisions{{"equal", replay.of(DecisionAgreement::kEqual)},
                           {"reasons_differ", replay.of(DecisionAgreement::kReasonsDiffer)},
                           {"differs", replay.of(DecisionAgreement::kDiffers)},
                           {"unreadable", replay.of(DecisionAgreement::kUnreadable)},
                           {"items", replay.items}};
    json::object whole{{"holds", replay.is_equal()}, {"decisions", std::move(decisions)}};
    std::string verdicts;
    if (replay.is_of_database) {
        whole["plans"] = plans_json(replay);
        whole["verdicts"] = json::object{{"equal", replay.of(VerdictAgreement::kEqual)},
                                         {"differs", replay.of(VerdictAgreement::kDiffers)},
                                         {"inputs_gone", replay.of(VerdictAgreement::kInputsGone)},
                                         {"no_inputs", replay.of(VerdictAgreement::kNoInputs)},
                                         {"items", replay.verdict_items}};
        verdicts = fmt::format(
            "研判结论 verdicts: 一致 equal: {}；不一致 differ: {}；存档输入被删除 inputs deleted: "
            "{}；存档之前作出、未重算 of before inputs were kept, not computed: {}\n",
            replay.of(VerdictAgreement::kEqual), replay.of(VerdictAgreement::kDiffers),
            replay.of(VerdictAgreement::kInputsGone), replay.of(VerdictAgreement::kNoInputs));
        verdicts = plans_line(replay) + verdicts;
    }
    print(std::cout, format, whole, replay.table);
    std::cerr << fmt::format(
        "预警决定 decisions: 一致 equal: {}；决定相同、理由不同 the same for other reasons: {}；"
        "决定不同 decided otherwise: {}；无法读取 unreadable: {}\n{}",
        replay.of(DecisionAgreement::kEqual), replay.of(DecisionAgreement::kReasonsDiffer),
        replay.of(DecisionAgreement::kDiffers), replay.of(DecisionAgreement::kUnreadable),
        verdicts);
}

bool is_database(const std::string& file) {
    std::string begin(kDatabaseBegins.size(), '\0');
    std::ifstream in(file, std::ios::binary);
    in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    return in.good() && begin == kDatabaseBegins;
}

rules::Result<void> replay_database(const std::string& file, Replay& replay) {
    const auto take = [&replay](const daemon::StoredDecision& decision) {
        if (decision.faults.empty()) {
            replay.take(decision.record, plans::decide_again(decision.record));
            return;
        }
        plans::DecisionAgain again;
        again.differences = decision.faults;
        replay.take(decision.record, again);
    };
    if (auto done = daemon::for_each_decision(file, take); !done) return done;
    replay.is_of_database = true;
    const auto take_plan = [&replay](const daemon::CheckedPlan& one) {
        replay.take(one);
        return true;
    };
    if (auto done = daemon::check_plans(file, take_plan); !done) return done;
    return daemon::check_verdicts(file, {},
                                  [&replay](const CheckedVerdict& one) { replay.take(one); });
}

rules::Result<void> replay_records(const std::string& file, Replay& replay) {
    const auto text = read_file(file);
    if (!text) return text.error();
    return plans::for_each_record(*text, file, [&replay](const plans::DecisionRecord& record) {
        replay.take(record, plans::decide_again(record));
    });
}

int export_decisions(const std::string& file, const std::string& out) {
    std::string lines;
    rules::Faults faults;
    std::size_t count = 0;
    const auto done = daemon::for_each_decision(file, [&](const daemon::StoredDecision& decision) {
        for (const std::string& fault : decision.faults) {
            if (faults.size() == rules::kFindingsMax) break;
            faults.push_back(
                {{file, 0, 0},
                 fmt::format("{} #{}: {}", decision.record.warning, decision.record.number, fault),
                 "从备份中恢复该决定 / take it from a backup"});
        }
        if (!decision.faults.empty()) return;
        lines += plans::to_line(decision.record) + "\n";
        ++count;
    });
    if (!done) {
        print_faults(done.error());
        return kBadUsage;
    }
    print_faults(faults);
    if (out == "-") {
        std::cout << lines;
    } else if (const auto written = write_file(out, lines); !written) {
        print_faults(written.error());
        return kBadUsage;
    }
    std::cerr << fmt::format("已导出 {} 个决定 / {} decisions exported\n", count, count);
    return faults.empty() ? kHolds : kNegative;
}

int replay_all(const Call& call) {
    const std::string file = call.text_or_default("file");
    if (const auto out = call.text("export")) return export_decisions(file, *out);
    Replay replay;
    const bool is_of_database = is_database(file);
    const auto done = is_of_database ? replay_database(file, replay) : replay_records(file, replay);
    if (!done) {
        print_faults(done.error());
        return kBadUsage;
    }
    print_replay(replay, format_of(call));
    return replay.is_equal() ? kHolds : kNegative;
}

}  // namespace

Command replay_command() {
    return {
        .name = "replay",
        .what =
            {"用本版本重算全部已存档的决定并指出不同；升级前运行",
             "compute every stored decision again by this version and name what differs; run it "
             "on a copy of the database before an upgrade"},
        .options = {place("file", "FILE",
                          {"数据库文件或其副本，或导出的决定",
                           "the database or a copy of it, or exported decisions"})
                        .or_else("/var/lib/qingkong/qingkong.db"),
                    option("export", "OUT",
                           {"把决定连同其输入写入文件（每行一个），不计算；- 为标准输出",
                            "write the decisions with their inputs to a file, one per line, and "
                            "compute nothing; - is standard output"}),
                    format_option()},
        .examples = {"qingkongctl replay qingkong.db",
                     "qingkongctl replay qingkong.db --export decisions.jsonl",
                     "qingkongctl replay decisions.jsonl"},
        .run = replay_all,
    };
}

}  // namespace qk::ctl
