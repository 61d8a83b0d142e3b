#include "sim/model/demand.hpp"

#include <algorithm>
#include <cmath>

namespace qk::sim {
namespace {

using rules::Instant;
using rules::Obligation;

double progress_of(Instant from, std::chrono::minutes ramp, Instant begin) {
    if (ramp.count() <= 0 || begin >= from + ramp) return 1;
    return std::chrono::duration<double>(begin - from) / ramp;
}

bool concerns(const Obligation& obligation, const LinePlace& line) {
    return obligation.line.empty() || obligation.line == line.id;
}

// Where the enterprise may choose, it lets its first lines stand.
bool is_chosen(const rules::ShareStands& check, const LinePlace& line) {
    if (check.lines.empty()) {
        return static_cast<std::size_t>(line.index) <
               rules::lines_to_stand(check.share, static_cast<std::size_t>(line.count));
    }
    const auto named = std::ranges::find(check.lines, line.id);
    const auto place = static_cast<std::size_t>(named - check.lines.begin());
    return place < rules::lines_to_stand(check.share, check.lines.size());
}

struct DemandOfCheck {
    const Obligation& obligation;
    const LinePlace& line;
    Instant begin;

    Demand standing(std::chrono::minutes ramp) const {
        return {DemandKind::kStanding, 0, progress_of(obligation.from, ramp, begin)};
    }
    Demand operator()(const rules::LineStands& check) const { return standing(check.ramp_down); }
    Demand operator()(const rules::ShareStands& check) const {
        return is_chosen(check, line) ? standing(check.ramp_down) : Demand{};
    }
    Demand operator()(const rules::LoadAtMost& check) const {
        return {DemandKind::kCapped, 1 - check.cut,
                progress_of(obligation.from, check.ramp_down, begin)};
    }
    Demand operator()(const rules::OnOffCycle& check) const {
        const auto since = begin - obligation.from - check.offset;
        const auto cycle = check.off + check.on;
        if (since.count() < 0 || cycle.count() <= 0) return {};
        return since % cycle < check.off ? standing(std::chrono::minutes{0}) : Demand{};
    }
    Demand operator()(const rules::NoRestart&) const { return standing(std::chrono::minutes{0}); }
    Demand operator()(const rules::ThroughputAtMost&) const { return {}; }
    Demand operator()(const rules::CountAtMost&) const { return {}; }
    Demand operator()(const rules::CycleAtLeast&) const { return {}; }
    Demand operator()(const rules::EmissionAtMost&) const { return {}; }
    Demand operator()(const rules::NoVehicles&) const { return {}; }
    Demand operator()(const rules::SeenOnSite&) const { return {}; }
};

}  // namespace

bool is_in_force(const Obligation& obligation, Instant begin) {
    return obligation.from <= begin && (!obligation.to || begin + kInterval <= *obligation.to);
}

Demand demand_of(const Obligation& obligation, const LinePlace& line, Instant begin) {
    if (!concerns(obligation, line) || !is_in_force(obligation, begin)) return {};
    return std::visit(DemandOfCheck{obligation, line, begin}, obligation.check);
}

Demand stricter(const Demand& a, const Demand& b) {
    if (a.kind != b.kind) return a.kind > b.kind ? a : b;
    if (a.kind == DemandKind::kCapped && a.share != b.share) return a.share < b.share ? a : b;
    return a.progress > b.progress ? a : b;
}

Demand demand_of(const std::vector<Obligation>& obligations, const LinePlace& line, Instant begin) {
    Demand demand;
    for (const Obligation& obligation : obligations) {
        demand = stricter(demand, demand_of(obligation, line, begin));
    }
    return demand;
}

}  // namespace qk::sim
