#include "plans/decision/plan_again.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <optional>

#include "plans/measures/control.hpp"
#include "plans/response/plan_owed.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_difference.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// One obligation as a plan keeps it.
struct OwedRow {
    std::string asked;  // action and share
    std::string from;
    std::string to;  // empty: open
    std::string reason;
    std::string digest;
};
struct OwedKey {
    std::string enterprise;
    std::string obligation;

    friend auto operator<=>(const OwedKey&, const OwedKey&) = default;
};
using OwedRows = std::map<OwedKey, OwedRow>;

std::string text_of(const json::value& value) {
    return value.is_string() ? std::string(value.get_string()) : std::string();
}

const json::array& list_of(const json::value& value, std::string_view key) {
    static const json::array kNone;
    const json::value* found = find_member(value, key);
    return found != nullptr && found->is_array() ? found->get_array() : kNone;
}

// The entry of a list at a place that is itself a value; null: there is none.
const json::value* entry_at(const json::array& list, const json::value& place) {
    boost::system::error_code error;
    const auto index = place.to_number<std::size_t>(error);
    return error || index >= list.size() ? nullptr : &list[index];
}

bool is_list_of_three(const json::value& value) {
    return value.is_array() && value.get_array().size() == 3;
}

// Of a stored plan; empty: what is stored does not fit together.
std::optional<OwedRows> rows_of_plan(const json::value& plan, const json::value& owed) {
    const json::value* terms = find_member(plan, "owed");
    const json::value* beside = find_member(owed, "owed");
    if (terms == nullptr || beside == nullptr || !terms->is_object() || !beside->is_object()) {
        return std::nullopt;
    }
    const json::array& times = list_of(owed, "times");
    const json::array& reasons = list_of(owed, "reasons");
    OwedRows rows;
    for (const auto& [enterprise, list] : terms->get_object()) {
        const json::array& more = list_of(*beside, enterprise);
        if (!list.is_array() || list.get_array().size() != more.size()) return std::nullopt;
        for (std::size_t i = 0; i < more.size(); ++i) {
            const json::value& one = list.get_array()[i];
            if (!is_list_of_three(one) || !is_list_of_three(more[i])) return std::nullopt;
            const json::array& kept = more[i].get_array();
            const json::value* time = entry_at(times, kept[0]);
            const json::value* reason = entry_at(reasons, kept[1]);
            if (time == nullptr || reason == nullptr || !time->is_array() ||
                time->get_array().size() != 2) {
                return std::nullopt;
            }
            const json::array& asked = one.get_array();
            rows[{std::string(enterprise), text_of(asked[0])}] = {
                fmt::format("{} {}", text_of(asked[1]), canonical_text(asked[2])),
                text_of(time->get_array()[0]), text_of(time->get_array()[1]), text_of(*reason),
                text_of(kept[2])};
        }
    }
    return rows;
}

std::string sentence_of_row(const OwedRow& row) {
    return fmt::format("{} from {}{}", row.asked, row.from,
                       row.to.empty() ? std::string() : " to " + row.to);
}

bool asks_alike(const OwedRow& one, const OwedRow& other) {
    return one.asked == other.asked && one.from == other.from && one.to == other.to;
}

// "E1/L1/stop" of E1 -> "L1"; of what the whole enterprise owes: empty.
std::string line_in(const OwedKey& key) {
    std::string_view id = rules::base_of(key.obligation);
    if (!id.starts_with(key.enterprise + "/")) return {};
    id.remove_prefix(key.enterprise.size() + 1);
    const auto end = id.find('/');
    return end == std::string_view::npos ? std::string() : std::string(id.substr(0, end));
}

struct Comparison {
    PlanAgain again;
    bool asks_otherwise = false;

    void note(const OwedKey& key, const OwedRow* then, const OwedRow* now) {
        const bool is_alike = then != nullptr && now != nullptr && asks_alike(*then, *now);
        if (is_alike && then->reason == now->reason && then->digest == now->digest) return;
        asks_otherwise = asks_otherwise || !is_alike;
        ++again.changes;
        if (again.shown.size() == kOwedChangesShownMax) return;
        OwedChange change{key.enterprise, line_in(key), key.obligation, {}, {}, {}, {}};
        if (then != nullptr) {
            change.then = sentence_of_row(*then);
            change.reason_then = then->reason;
        }
        if (now != nullptr) {
            change.now = sentence_of_row(*now);
            change.reason_now = now->reason;
        }
        if (is_alike && then->reason == now->reason) {
            change.then += " (words " + then->digest + ")";
            change.now += " (words " + now->digest + ")";
        }
        again.shown.push_back(std::move(change));
    }
};

const OwedRow* find_row(const OwedRows& rows, const OwedKey& key) {
    const auto found = rows.find(key);
    return found == rows.end() ? nullptr : &found->second;
}

json::value floors_of(const json::value& summary) {
    const json::value* floors = find_member(summary, "floors");
    return floors == nullptr ? json::value(nullptr) : *floors;
}

}  // namespace

std::string_view to_text(PlanAgreement agreement) {
    constexpr std::array<std::string_view, kPlanAgreementCount> kWords{
        "equal", "words_differ", "differs", "unreadable", "no_inputs"};
    return kWords[static_cast<std::size_t>(agreement)];
}

rules::Result<PlanQuestion> question_of(const PlanInputs& inputs, const PlanGround& ground) {
    PlanQuestion question{ground.inventory, ground.pack, nullptr, inputs.segments, inputs.now};
    if (inputs.has_season) question.season = ground.season;
    question.catalogue = ground.catalogue;
    question.grade_changes = inputs.grade_changes;
    const GradeNames names = grade_names_of(from_pack(*ground.pack));
    for (const ControlWeighed& control : inputs.controls) {
        auto window = read_control(control.terms, control.id, names, rules::Severity::kWarning);
        if (!window) return window.error();
        window->id = control.id;
        window->announced = control.announced;
        question.controls.push_back(*std::move(window));
    }
    return question;
}

PlanAgain derive_again(const PlanRecord& record, const PlanQuestion& question) {
    const auto then = rows_of_plan(record.plan, record.owed);
    if (!then) {
        return unreadable_plan(
            rules::refuse("所存方案与其附记不符 / the stored plan and what was kept beside it do "
                          "not fit together"));
    }
    const ResponsePlan plan = derive_plan(question);
    const auto now = rows_of_plan(to_json(plan), owed_json(plan));
    Comparison comparison;
    for (const auto& [key, row] : *then) comparison.note(key, &row, find_row(*now, key));
    for (const auto& [key, row] : *now) {
        if (!then->contains(key)) comparison.note(key, nullptr, &row);
    }
    const json::value summary = summary_json(plan);
    PlanAgain again = std::move(comparison.again);
    again.others = json_differences(record.summary, summary);
    const bool is_floor_other =
        !json_differences(floors_of(record.summary), floors_of(summary)).empty();
    again.agreement = comparison.asks_otherwise || is_floor_other  ? PlanAgreement::kDiffers
                      : again.changes > 0 || !again.others.empty() ? PlanAgreement::kWordsDiffer
                                                                   : PlanAgreement::kEqual;
    return again;
}

PlanAgain unreadable_plan(const rules::Faults& faults) {
    PlanAgain again;
    for (const rules::Fault& fault : faults) again.others.push_back(rules::to_text(fault));
    return again;
}

}  // namespace qk::plans
