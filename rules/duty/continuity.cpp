#include "rules/duty/continuity.hpp"

#include <algorithm>

namespace qk::rules {
namespace {

constexpr char kMark = '@';

struct RampOf {
    std::chrono::minutes* operator()(LineStands& check) const { return &check.ramp_down; }
    std::chrono::minutes* operator()(ShareStands& check) const { return &check.ramp_down; }
    std::chrono::minutes* operator()(LoadAtMost& check) const { return &check.ramp_down; }
    template <class Other>
    std::chrono::minutes* operator()(Other&) const {
        return nullptr;
    }
};

// Whether instruments must show the same once the ramps are over.
bool same_but_for_ramp(const Check& a, const Check& b) {
    if (a.index() != b.index()) return false;
    Check other = b;
    if (std::chrono::minutes* ramp = ramp_of(other)) *ramp = granted_ramp(a);
    return a == other;
}

}  // namespace

std::string to_text(const ObligationKey& key) {
    std::string id = key.base;
    if (key.colour) (id += kMark) += to_text(*key.colour);
    if (key.day) (id += kMark) += to_iso(*key.day);
    return id;
}

std::string_view base_of(std::string_view id) { return id.substr(0, id.find(kMark)); }

ObligationKey key_of(std::string_view id) {
    ObligationKey key;
    key.base = base_of(id);
    for (std::size_t at = key.base.size(); at < id.size();) {
        const std::size_t end = std::min(id.find(kMark, at + 1), id.size());
        const std::string_view mark = id.substr(at + 1, end - at - 1);
        if (const auto colour = parse_colour(mark)) {
            key.colour = colour;
        } else if (const auto day = parse_day(mark)) {
            key.day = day;
        }
        at = end;
    }
    return key;
}

std::chrono::minutes* ramp_of(Check& check) { return std::visit(RampOf{}, check); }

std::chrono::minutes granted_ramp(const Check& check) {
    Check copy = check;
    const std::chrono::minutes* ramp = ramp_of(copy);
    return ramp == nullptr ? std::chrono::minutes{0} : *ramp;
}

bool same_terms(const Obligation& a, const Obligation& b) {
    return a.enterprise == b.enterprise && a.line == b.line && asked_of(a) == asked_of(b) &&
           same_but_for_ramp(a.check, b.check);
}

AskedShare asked_of(const Obligation& obligation) { return {obligation.action, obligation.ratio}; }

bool is_as_strict(const AskedShare& a, const AskedShare& than) {
    return a.action == than.action && a.ratio >= than.ratio;
}

bool is_as_strict(const Obligation& a, const Obligation& than) {
    return a.line == than.line && is_as_strict(asked_of(a), asked_of(than));
}

bool reaches(const Obligation& earlier, const Obligation& later) {
    return earlier.from <= later.from && (!earlier.to || *earlier.to >= later.from);
}

bool continues(const Obligation& later, const Obligation& earlier) {
    return base_of(later.id) == base_of(earlier.id) && reaches(earlier, later) &&
           same_terms(later, earlier);
}

}  // namespace qk::rules
