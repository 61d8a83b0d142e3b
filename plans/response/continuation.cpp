#include "plans/response/continuation.hpp"

#include <algorithm>

namespace qk::plans {
namespace {

using rules::Obligation;

bool is_same_duty(const Obligation& now, const Obligation& before) {
    return now.id == before.id && now.line == before.line && now.action == before.action &&
           now.ratio == before.ratio && now.verified_by == before.verified_by &&
           now.check.index() == before.check.index();
}

// It began no later than the new one would, and still binds when the new one would begin.
bool reaches(const Obligation& before, const Obligation& now) {
    return before.from <= now.from && (!before.to || *before.to >= now.from);
}

// A span that is counted from the start (the first 120 hours, for example) keeps its end too.
bool is_counted_from_start(const Obligation& now, const Obligation& before) {
    return now.to && before.to && *now.to - now.from == *before.to - before.from;
}

}  // namespace

void go_on_where_unchanged(std::vector<Obligation>& now, const std::vector<Obligation>& before) {
    for (Obligation& obligation : now) {
        const auto held = std::ranges::find_if(before, [&](const Obligation& candidate) {
            return is_same_duty(obligation, candidate) && reaches(candidate, obligation);
        });
        if (held == before.end()) continue;
        if (is_counted_from_start(obligation, *held)) obligation.to = held->to;
        obligation.from = held->from;
        obligation.check = held->check;
        obligation.detail = held->detail;
    }
}

}  // namespace qk::plans
