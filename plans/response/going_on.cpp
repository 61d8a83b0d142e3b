#include "plans/response/going_on.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "rules/duty/continuity.hpp"

namespace qk::plans {
namespace {

using rules::Instant;
using rules::Obligation;
using std::chrono::minutes;

// The sentence that grants a ramp-down begins so, and stands last (obligation_table_text.cpp).
constexpr std::string_view kRampSentence = "该线不可骤停";

void say_level_too(Obligation& whole, const Obligation& later) {
    for (const rules::Reason& reason : later.basis) {
        if (reason.kind == "level" && std::ranges::find(whole.basis, reason) == whole.basis.end()) {
            whole.basis.push_back(reason);
        }
    }
}

// Segment after segment: what only goes on belongs to what was there before. What the plan owes
// from a turn of the season on in other words stays apart.
std::vector<Obligation> joined(std::vector<Obligation> planned) {
    std::vector<Obligation> whole;
    for (Obligation& obligation : planned) {
        const bool is_of_turn = rules::key_of(obligation.id).day.has_value();
        const auto earlier = std::ranges::find_if(whole, [&](const Obligation& one) {
            return !is_of_turn && one.to && one.from < obligation.from &&
                   rules::continues(obligation, one);
        });
        if (earlier == whole.end()) {
            whole.push_back(std::move(obligation));
            continue;
        }
        say_level_too(*earlier, obligation);
        if (!obligation.to || *obligation.to > *earlier->to) earlier->to = obligation.to;
    }
    return whole;
}

// The held obligation that goes on in `planned`; of several the one that began last, since the
// hours at hand are its own. Null: none.
const Obligation* held_before(const Obligation& planned, const std::vector<Obligation>& held) {
    const Obligation* found = nullptr;
    for (const Obligation& one : held) {
        if (!rules::continues(planned, one)) continue;
        if (found == nullptr || one.from > found->from) found = &one;
    }
    return found;
}

// A span that is counted from the start (the first 120 hours, for example) keeps its end too.
bool is_counted_from_start(const Obligation& planned, const Obligation& held) {
    return planned.to && held.to && *planned.to - planned.from == *held.to - held.from;
}

void keep(Obligation& planned, const Obligation& held) {
    if (is_counted_from_start(planned, held)) planned.to = held.to;
    planned.id = held.id;
    planned.from = held.from;
    planned.check = held.check;
    planned.detail = held.detail;
}

// Whether a line that keeps to `earlier` has come down as far as `later` asks.
bool is_down_by(const Obligation& earlier, const Obligation& later) {
    if (earlier.line != later.line || !rules::reaches(earlier, later)) return false;
    if (const auto* stands = std::get_if<rules::LineStands>(&earlier.check)) {
        const auto* wanted = std::get_if<rules::LineStands>(&later.check);
        const bool is_cold_enough = wanted == nullptr || wanted->keep_hot || !stands->keep_hot;
        return is_cold_enough && !std::holds_alternative<rules::ShareStands>(later.check);
    }
    const auto* limit = std::get_if<rules::LoadAtMost>(&earlier.check);
    const auto* wanted = std::get_if<rules::LoadAtMost>(&later.check);
    if (limit != nullptr && wanted != nullptr) {
        return limit->baseline == wanted->baseline && limit->cut >= wanted->cut;
    }
    return rules::same_terms(earlier, later);
}

void drop_sentence(std::string& detail) {
    const std::size_t at = detail.rfind(kRampSentence);
    if (at != std::string::npos) detail.resize(at);
}

// Only what an earlier obligation has not granted yet is granted.
void shorten_ramp(Obligation& planned, const std::vector<Obligation>& others) {
    minutes* ramp = rules::ramp_of(planned.check);
    if (ramp == nullptr) return;
    for (const Obligation& other : others) {
        if (other.from >= planned.from || !is_down_by(other, planned)) continue;
        const Instant down = other.from + rules::granted_ramp(other.check);
        const auto left = std::chrono::duration_cast<minutes>(down - planned.from);
        *ramp = std::min(*ramp, std::max(left, minutes{0}));
        if (left.count() <= 0) drop_sentence(planned.detail);
    }
}

// A second one of that name says from which day it is owed.
void tell_apart(Obligation& planned, const std::set<std::string>& taken, rules::Zone zone) {
    rules::ObligationKey key = rules::key_of(planned.id);
    for (rules::CivilDay day = rules::day_of(planned.from, zone); taken.contains(planned.id);
         day += std::chrono::days{1}) {
        key.day = day;
        planned.id = rules::to_text(key);
    }
}

}  // namespace

std::vector<Obligation> go_on(std::vector<Obligation> planned, const HeldOrder& held,
                              rules::Zone zone) {
    std::vector<Obligation> all = joined(std::move(planned));
    std::set<std::string> taken;
    std::vector<Obligation*> fresh;
    for (Obligation& obligation : all) {
        const Obligation* before = held_before(obligation, held.of_warning);
        if (before == nullptr || !taken.insert(before->id).second) {
            fresh.push_back(&obligation);
            continue;
        }
        keep(obligation, *before);
    }
    for (Obligation* obligation : fresh) {
        tell_apart(*obligation, taken, zone);
        taken.insert(obligation->id);
        shorten_ramp(*obligation, held.of_warning);
        shorten_ramp(*obligation, held.of_others);
        shorten_ramp(*obligation, all);
    }
    return all;
}

}  // namespace qk::plans
