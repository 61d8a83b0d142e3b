// qingkongctl trigger: which stretches of a forecast, or of an observed series taken as a perfect
// forecast, call for a warning, by which clause, on which values (contract §2a).
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/documents/windows_json.hpp"

namespace qk::ctl {
namespace {

Table table_of(const std::vector<rules::RegionWindows>& regions,
               const plans::WindowsContext& context) {
    Table table;
    table.columns = {"region", "colour", "mandatory_colour", "from",   "to",
                     "met_at", "clause", "values",           "merged", "likelihood"};
    for (const rules::RegionWindows& region : regions) {
        for (const rules::AgreedWindow& agreed : region.windows) {
            const rules::WarningWindow& window = agreed.window;
            const auto& mandatory = agreed.mandatory_colour;
            table.rows.push_back(
                {region.region, std::string(rules::to_text(window.colour)),
                 mandatory ? std::string(rules::to_text(*mandatory)) : "",
                 rules::to_iso(window.span.from, context.zone),
                 rules::to_iso(window.span.to, context.zone),
                 rules::to_iso(window.met_at, context.zone),
                 context.standard.clauses[window.clause].id, plans::values_in_short(window.legs),
                 std::to_string(window.merged),
                 std::string(rules::to_text(agreed.likelihood_of(window.colour)))});
        }
    }
    return table;
}

// A leg of part days cannot be counted in days: such a standard must be counted as hourly-run.
bool is_countable(const rules::TriggerStandard& standard, const AirOptions& options) {
    const auto otherwise =
        options.daily.empty() ? rules::HoursAs::kRolling : rules::HoursAs::kNaturalDay;
    const auto hours_as = options.daily.empty()
                              ? reading_of(standard, options.region.trigger, otherwise)
                              : rules::HoursAs::kNaturalDay;
    for (const rules::Clause& clause : standard.clauses) {
        for (const rules::Leg& leg : clause.legs) {
            if (rules::is_countable(leg, hours_as)) continue;
            std::cerr << standard.id << ": clause '" << clause.id << "' counts "
                      << leg.hours.count() << " hours, which " << rules::to_text(hours_as)
                      << " cannot: --hours-as hourly-run\n";
            return false;
        }
    }
    return true;
}

void warn_of_what_is_missing(const std::vector<rules::RegionWindows>& regions,
                             const rules::TriggerOptions& options) {
    for (const rules::RegionWindows& region : regions) {
        const rules::TriggerCoverage& coverage = region.coverage;
        if (coverage.units > 0 && coverage.without == coverage.units) {
            std::cerr << region.region << ": no value in the whole series: cannot tell\n";
        } else if (options.issued_at && coverage.span.to <= *options.issued_at) {
            std::cerr << region.region << ": ends " << rules::to_iso(coverage.span.to, options.zone)
                      << ", before the time of issue: nothing is forecast\n";
        }
    }
}

int run(const Call& call) {
    const Format format = format_of(call);
    const auto chosen = choose_standard(*call.text("standard"));
    if (!chosen) {
        print_faults(chosen.error());
        return kBadUsage;
    }
    const auto air = read_air_options(call, chosen->zone);
    if (!air || !is_countable(chosen->standard, *air)) return kBadUsage;
    show_samples(*chosen);
    const auto input = read_air(*air, chosen->standard.ozone_counts);
    if (!input) {
        print_faults(input.error());
        return kBadUsage;
    }
    print_faults(input->warnings);
    const auto regions = judge_air(*input, chosen->standard, air->region);
    warn_of_what_is_missing(regions, air->region.trigger);
    const plans::WindowsContext context{chosen->standard, air->region.trigger.zone,
                                        air->region.trigger.issued_at, air->region.edition};
    // The whole document is only built where it is printed: it is large for years of many stations.
    const bool json = format == Format::kJson;
    print(std::cout, format,
          json ? plans::windows_document(regions, context) : boost::json::object{},
          json ? Table{} : table_of(regions, context));
    return kHolds;
}

}  // namespace

Command trigger_command() {
    return {
        .name = "trigger",
        .what = {"一份预报须发布哪些预警", "which warnings a forecast calls for"},
        .options = joined({{option("standard", "ID|FILE",
                                   {"内置标准或规则包的编号，或其 TOML 文件",
                                    "id of a built-in standard or pack, or a TOML file of one"})
                                .required()},
                           air_options(),
                           {format_option()}}),
        .examples = {"qingkongctl trigger --standard cn-2024 --hourly "
                     "packaging/demo-data/beijing_2015-11-25_2015-12-31.csv"},
        .run = run,
    };
}

}  // namespace qk::ctl
