// One enterprise as machinery: lines that draw power, treatment that follows them, meters that show
// it, trucks at its gate; and how its behaviour bends all that when it is under orders.
//
// Power in kW as the mean of a quarter of an hour. Normal running is the trade's day and week with
// the line's own level and noise; two quarters of the same line never share a draw, so the order in
// which things are computed does not matter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/compliance/readings.hpp"
#include "rules/duty/obligation.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/model/demand.hpp"
#include "sim/model/region.hpp"

namespace qk::sim {

struct SiteLine {
    std::string id;
    double rated_kw = 200;
    double idle_kw = 6;
    double load = 0.7;       // of rated, when running normally
    bool is_closed = false;  // 长期停产
    std::uint64_t seed = 0;
    std::optional<rules::Instant> last_ran;
    // Of the quarter before, where a demand was on: nobody who obeys goes up again in a ramp down.
    std::optional<double> last_kw_under_demand;
    std::optional<rules::Instant> demand_since;  // of the demand that is on
};

struct SiteMeter {
    std::string id;
    rules::MeterRole role = rules::MeterRole::kTotal;
    std::optional<std::size_t> line;  // empty: the whole enterprise
    double rated_kw = 100;
    double idle_kw = 1;
    int sharers = 1;  // meters of this role on this line
    std::uint64_t seed = 0;
};

struct Site {
    std::string id;
    const TradeProfile* trade = nullptr;
    Behaviour behaviour = Behaviour::kObeys;
    std::uint64_t seed = 0;
    std::chrono::minutes lateness{0};         // of a late enterprise
    bool obeys_in_silence = false;            // a silent one may well keep its obligations
    std::optional<rules::Instant> high_from;  // from here on one that raises its base runs high
    double trucks_per_day = 0;
    std::vector<SiteLine> lines;
    std::vector<SiteMeter> meters;
};

struct LineQuarter {
    double normal_kw = 0;       // without a warning
    double kw = 0;              // in truth
    double shown_kw = 0;        // what its own meters are let see of that
    double drawn_kw = 0;        // what the total meter is let see of it
    rules::Instant shown_at{};  // whose noise its meters show; `begin` where nobody meddles
    Demand demand;
    bool is_running = false;       // well above standing load
    bool is_treatment_on = false;  // and treats
    bool is_cut_early = false;     // treatment off although it had to run on after production
    double treatment_share = 0;    // of its rated power, as its meter shows it; 0: off
    Stack stack = Stack::kTrue;
};

struct SiteQuarter {
    rules::Instant begin{};
    std::vector<LineQuarter> lines;
    std::vector<double> meter_kw;  // what the meters show, by meter
    bool are_meters_silent = false;
    double moved_kw = 0;     // from lines under a demand to free ones and unlisted ones
    double unlisted_kw = 0;  // of that, to what is in no list and has no meter but the total
};

struct QuarterSetting {
    rules::Instant begin;
    rules::Zone zone;
    double over_cap_by = 0.25;
};

[[nodiscard]] double normal_kw(const Site& site, const SiteLine& line, rules::Instant begin,
                               rules::Zone zone);
// Lets one quarter happen. `obligations` are those of the order the site holds; empty without one.
[[nodiscard]] SiteQuarter run_quarter(Site& site, const std::vector<rules::Obligation>& obligations,
                                      const QuarterSetting& setting);

struct StackReading {
    double so2 = 0;  // mg/m³ at standard state, dry
    double nox = 0;
    double pm = 0;
    double flow = 0;  // m³/h
};
// What the stack of a line shows for a quarter: dirtier with the treatment off, nearly no flow when
// it stands.
[[nodiscard]] StackReading stack_of(const SiteLine& line, const LineQuarter& quarter,
                                    rules::Instant begin);

struct Truck {
    std::string plate;
    std::string_view stage;  // "国五", as the gate reads it
    bool inward = true;
    rules::Instant at{};
    std::string_view real_stage;
};
[[nodiscard]] bool is_banned(const rules::NoVehicles& ban, std::string_view stage, int hour);
// The truck at the gate in this quarter, if there is one.
[[nodiscard]] std::optional<Truck> truck_at(const Site& site,
                                            const std::vector<rules::Obligation>& obligations,
                                            const QuarterSetting& setting);

}  // namespace qk::sim
