#include "daemon/compliance/verdict_check.hpp"

#include <array>
#include <filesystem>

#include "daemon/compliance/judge_input_rows.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_difference.hpp"

namespace qk::daemon {
namespace {

rules::Faults no_database(const std::string& file, std::string what) {
    return {{{file, 0, 0},
             std::move(what),
             "写明 qingkongd 的数据库文件或其副本；所在目录须可写，否则先复制到可写目录 / name the "
             "database "
             "of qingkongd or a copy of it, in a folder that you may write to"}};
}

void note(std::vector<std::string>& differences, const rules::Faults& faults) {
    for (const rules::Fault& fault : faults) differences.push_back(rules::to_text(fault));
}

// The row of the verdict against what was found then: whole where it was not extended since.
void compare_row(const VerdictToCheck& verdict, const boost::json::value& found,
                 CheckedVerdict& checked) {
    const std::string compliance = plans::string_or(found, "compliance");
    if (compliance != verdict.compliance) {
        checked.differences.push_back("verdicts.compliance: " + compliance + " -> " +
                                      verdict.compliance);
    }
    const auto body = plans::parse_json(verdict.body, "verdicts.body");
    if (!body) return note(checked.differences, body.error());
    if (checked.is_extended) return;
    for (const std::string& difference : plans::json_differences(found, *body)) {
        checked.differences.push_back("verdicts.body: " + difference);
    }
}

void compare(Session& db, const VerdictToCheck& verdict, const KeptJudgeInputs& kept,
             CheckedVerdict& checked) {
    checked.is_extended = kept.at != verdict.judged_at;
    checked.judged_at = kept.at;
    const auto found = plans::parse_json(kept.found, "verdict_inputs.found");
    if (!found) return note(checked.differences, found.error());
    compare_row(verdict, *found, checked);
    const auto inputs = plans::judge_inputs_from_stored(kept.texts, "verdict_inputs");
    if (!inputs) return note(checked.differences, inputs.error());
    const plans::StoredReadings readings = load_stored_readings(db, *inputs, kept.at);
    const plans::VerdictAgain again = plans::judge_again(*inputs, readings, *found);
    checked.differences.insert(checked.differences.end(), again.differences.begin(),
                               again.differences.end());
}

CheckedVerdict checked_of(Session& db, const VerdictToCheck& verdict, const InputsKept& keeping) {
    CheckedVerdict checked;
    checked.number = verdict.number;
    checked.version = verdict.version;
    checked.enterprise = verdict.enterprise;
    checked.obligation = verdict.obligation;
    checked.compliance = verdict.compliance;
    checked.judged_at = verdict.judged_at;
    const auto kept = keeping.has_table ? load_judge_inputs(db, verdict.number) : std::nullopt;
    if (!kept) {
        const bool is_gone = keeping.last_without && verdict.number > *keeping.last_without;
        if (is_gone) checked.agreement = VerdictAgreement::kInputsGone;
        return checked;
    }
    compare(db, verdict, *kept, checked);
    checked.agreement =
        checked.differences.empty() ? VerdictAgreement::kEqual : VerdictAgreement::kDiffers;
    return checked;
}

// The verdicts of one database file.
class Check {
 public:
    Check(const std::string& database, const std::function<void(const CheckedVerdict&)>& take)
        : db_(database, SessionUse::kRead), take_(take) {}

    bool is_database() { return has_verdicts(db_); }

    rules::Result<void> named(const std::vector<std::int64_t>& numbers) {
        Transaction snapshot(db_, TransactionKind::kRead);
        for (const std::int64_t number : numbers) {
            const auto checked = check_verdict(db_, number);
            if (!checked) {
                return rules::refuse(
                    std::to_string(number) + " 不是研判结论的编号 / is the number of no verdict",
                    "编号见 /api/v1/verdicts 的 number / `number` of GET /api/v1/verdicts");
            }
            take_(*checked);
        }
        return {};
    }

    // A snapshot a piece: a daemon that runs beside it is not kept from emptying its log.
    void all() {
        std::int64_t after = 0;
        for (bool is_done = false; !is_done;) {
            Transaction snapshot(db_, TransactionKind::kRead);
            const InputsKept keeping = inputs_kept(db_);
            const auto verdicts = load_verdicts_to_check(db_, after, kVerdictsPerReading);
            for (const VerdictToCheck& verdict : verdicts) take_(checked_of(db_, verdict, keeping));
            if (!verdicts.empty()) after = verdicts.back().number;
            is_done = verdicts.size() < kVerdictsPerReading;
        }
    }

 private:
    Session db_;
    const std::function<void(const CheckedVerdict&)>& take_;
};

}  // namespace

std::string_view to_text(VerdictAgreement agreement) {
    constexpr std::array<std::string_view, kVerdictAgreementCount> kWords{
        "equal", "differs", "no_inputs", "inputs_gone"};
    return kWords[static_cast<std::size_t>(agreement)];
}

std::optional<CheckedVerdict> check_verdict(Session& db, std::int64_t number) {
    const auto verdict = load_verdict_to_check(db, number);
    if (!verdict) return std::nullopt;
    return checked_of(db, *verdict, inputs_kept(db));
}

rules::Result<void> check_verdicts(const std::string& database,
                                   const std::vector<std::int64_t>& numbers,
                                   const std::function<void(const CheckedVerdict&)>& take) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(database, error)) {
        return no_database(database, "没有这个文件 / is not a file");
    }
    try {
        Check check(database, take);
        if (!check.is_database()) {
            return no_database(database,
                               "不是 qingkongd 的数据库 / is not a database of qingkongd");
        }
        if (!numbers.empty()) return check.named(numbers);
        check.all();
    } catch (const DatabaseError& failure) {
        return no_database(database, std::string("无法读取 / cannot be read: ") + failure.what());
    }
    return {};
}

}  // namespace qk::daemon
