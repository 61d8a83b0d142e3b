#include "plans/cases/rule_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plans/measures/own_measure.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/obligation_table.hpp"

namespace qk::plans {
namespace {

const rules::Zone kZone = rules::kBeijingTime;
constexpr double kRatioTolerance = 0.0005;

std::string text_of(const std::optional<rules::Colour>& colour) {
    return colour ? std::string(rules::to_text(*colour)) : "none";
}

// The same words for what is expected and what came out, so that they can be held side by side.
struct WindowText {
    std::string text;

    void add(std::string_view key, std::string_view value) {
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, value);
    }
};

std::string text_of(const rules::AgreedWindow& window, const rules::TriggerStandard& standard) {
    WindowText words;
    words.add("colour", rules::to_text(window.window.colour));
    words.add("mandatory", text_of(window.mandatory_colour));
    words.add("from", rules::to_iso(window.window.span.from, kZone));
    words.add("to", rules::to_iso(window.window.span.to, kZone));
    words.add("clause", standard.clauses[window.window.clause].id);
    words.add("met_at", rules::to_iso(window.window.met_at, kZone));
    return words.text;
}

std::string text_of(const ExpectedWindow& window) {
    WindowText words;
    words.add("colour", rules::to_text(window.colour));
    if (window.mandatory) words.add("mandatory", text_of(*window.mandatory));
    words.add("from", rules::to_iso(window.span.from, kZone));
    words.add("to", rules::to_iso(window.span.to, kZone));
    if (!window.clause.empty()) words.add("clause", window.clause);
    if (window.met_at) words.add("met_at", rules::to_iso(*window.met_at, kZone));
    return words.text;
}

bool fits(const ExpectedWindow& expected, const rules::AgreedWindow& got,
          const rules::TriggerStandard& standard) {
    const rules::WarningWindow& window = got.window;
    return expected.colour == window.colour && expected.span == window.span &&
           (!expected.mandatory || *expected.mandatory == got.mandatory_colour) &&
           (expected.clause.empty() || expected.clause == standard.clauses[window.clause].id) &&
           (!expected.met_at || *expected.met_at == window.met_at);
}

void fail(rules::Faults& faults, const rules::Place& place, const std::string& name,
          const std::string& expected, const std::string& got) {
    faults.push_back({place, fmt::format("用例“{}”不符 / case fails: expected {}", name, expected),
                      "got " + got, rules::Severity::kError});
}

std::string text_of(const rules::Obligation& duty) {
    return fmt::format("{} {} ratio {:.4g} “{}”", duty.line.empty() ? "(enterprise)" : duty.line,
                       rules::to_text(duty.action), duty.ratio, duty.detail);
}

std::string text_of(const ExpectedDuty& duty) {
    std::string text = fmt::format("{} {}", duty.line.empty() ? "(enterprise)" : duty.line,
                                   rules::to_text(duty.action));
    if (duty.ratio) text += fmt::format(" ratio {:.4g}", *duty.ratio);
    if (!duty.says.empty()) text += fmt::format(" “…{}…”", duty.says);
    if (!duty.reason.empty()) text += fmt::format(" reason {}", duty.reason);
    return text;
}

// Whether the reason of that id is among those of the duty.
bool has_reason(const rules::Obligation& duty, const std::string& id) {
    return std::ranges::any_of(duty.basis, [&id](const rules::Reason& reason) {
        return reason.kind == "reason" && reason.source.starts_with(id + "；");
    });
}

bool fits(const ExpectedDuty& expected, const rules::Obligation& duty) {
    return expected.line == duty.line && expected.action == duty.action &&
           (!expected.ratio || std::abs(*expected.ratio - duty.ratio) < kRatioTolerance) &&
           duty.detail.find(expected.says) != std::string::npos &&
           (expected.reason.empty() || has_reason(duty, expected.reason));
}

std::string list_of(const std::vector<rules::Obligation>& duties) {
    std::string text;
    for (const rules::Obligation& duty : duties) {
        text += (text.empty() ? "" : "; ") + text_of(duty);
    }
    return text.empty() ? "nothing" : text;
}

// Takes each expected duty out of those that came out; what is left on either side fails.
rules::Faults compare(const PlantCase& one, const std::vector<rules::Obligation>& all) {
    rules::Faults faults;
    std::vector<rules::Obligation> left = all;
    std::vector<const ExpectedDuty*> missing;
    for (const ExpectedDuty& expected : one.duties) {
        const auto found = std::find_if(left.begin(), left.end(), [&expected](const auto& duty) {
            return fits(expected, duty);
        });
        if (found == left.end()) {
            missing.push_back(&expected);
        } else {
            left.erase(found);
        }
    }
    for (const ExpectedDuty* expected : missing) {
        fail(faults, expected->place, one.name, text_of(*expected), list_of(all));
    }
    for (const rules::Obligation& duty : left) {
        const auto& spared = one.not_looked_at;
        if (std::find(spared.begin(), spared.end(), duty.action) != spared.end()) continue;
        fail(faults, one.place, one.name, "nothing more", text_of(duty));
    }
    return faults;
}

std::vector<NamedTable> tables_of(const PlantCase& one) {
    std::vector<NamedTable> tables{{"enterprises.csv", one.enterprises}, {"lines.csv", one.lines}};
    if (!one.measures.empty()) tables.push_back({"measures.csv", one.measures});
    if (!one.trucks.empty()) tables.push_back({"transport_users.csv", one.trucks});
    tables.push_back(
        {"area_emissions.csv",
         "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n410100,industry,1,1,1,1\n"});
    return tables;
}

}  // namespace

rules::Faults run_case(const TriggerCase& one, const rules::TriggerStandard& standard) {
    const rules::RegionOptions options{{one.hours_as, kZone, one.issued_at}, one.edition};
    const rules::RegionWindows got =
        std::visit([&](const auto& series) { return rules::windows_of(series, standard, options); },
                   one.series);
    rules::Faults faults;
    for (std::size_t i = 0; i < std::max(one.windows.size(), got.windows.size()); ++i) {
        const bool is_expected = i < one.windows.size();
        const bool is_there = i < got.windows.size();
        if (is_expected && is_there && fits(one.windows[i], got.windows[i], standard)) continue;
        fail(faults, is_expected ? one.windows[i].place : one.place, one.name,
             is_expected ? text_of(one.windows[i]) : "no further window",
             is_there ? text_of(got.windows[i], standard) : "no such window");
    }
    return faults;
}

rules::Faults run_case(const PlantCase& one, const Catalogue& catalogue, const RegionRules& rules) {
    ReadInventory read =
        read_inventory(tables_of(one), "case", inventory_read_options(std::nullopt, rules));
    if (!read.inventory) {
        rules::Faults faults;
        for (const rules::Fault& finding : read.findings) {
            if (finding.severity != rules::Severity::kError) continue;
            faults.push_back(
                {one.place, one.name + ": " + finding.what, finding.cure, rules::Severity::kError});
        }
        return faults;
    }
    RegionRules of_plant = rules;
    of_plant.floors = {};
    DeriveInput input{*read.inventory, catalogue, of_plant, one.level, one.at, std::nullopt, kZone};
    input.season = &one.season;
    return compare(one, derive_table(input).obligations(0));
}

}  // namespace qk::plans
