#include "rules/base/fault_list.hpp"

namespace qk::rules {

void FaultList::push_back(Fault fault) {
    std::size_t& count = counts_[static_cast<std::size_t>(fault.severity)];
    if (count++ < kKeptMax) kept_.push_back(std::move(fault));
}

void FaultList::say_last(Fault fault) {
    has_last_error_ = has_last_error_ || fault.severity == Severity::kError;
    last_.push_back(std::move(fault));
}

void FaultList::append(const Faults& faults) {
    for (const Fault& fault : faults) push_back(fault);
}

void FaultList::append(FaultList&& more) {
    std::size_t kept[kSeverities] = {};
    for (Fault& fault : more.kept_) {
        ++kept[static_cast<std::size_t>(fault.severity)];
        push_back(std::move(fault));
    }
    for (std::size_t i = 0; i < kSeverities; ++i) counts_[i] += more.counts_[i] - kept[i];
    for (Fault& fault : more.last_) say_last(std::move(fault));
    more = {};
}

Faults FaultList::rest() const {
    Faults rest = last_;
    for (const Severity severity : {Severity::kError, Severity::kWarning, Severity::kNote}) {
        if (count(severity) <= kKeptMax) continue;
        const std::string kind(to_text(severity));
        rest.push_back({{},
                        "and " + std::to_string(count(severity) - kKeptMax) + " more " + kind +
                            (count(severity) == kKeptMax + 1 ? "" : "s"),
                        "correct those above and read the file again",
                        severity});
    }
    return rest;
}

Faults at_most(const Faults& faults, std::size_t most) {
    if (faults.size() <= most || most == 0) return faults;
    Faults cut(faults.begin(), faults.begin() + static_cast<std::ptrdiff_t>(most) - 1);
    const std::size_t left = faults.size() - cut.size();
    cut.push_back({{},
                   "and " + std::to_string(left) + " more",
                   "correct those above first",
                   has_errors(faults) ? Severity::kError : Severity::kNote});
    return cut;
}

}  // namespace qk::rules
