// Builds small inventories by hand for tests of plans: rows grouped and numbered as the reader does
// it.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/derive.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_out.hpp"

namespace qk::plans::testing {

inline const rules::Zone kZone = rules::kBeijingTime;

inline rules::Instant at(std::string_view text) { return *rules::parse_instant(text, kZone); }

// Emission in grams from whole grams per day.
inline DailyEmission grams(std::int64_t so2, std::int64_t nox, std::int64_t pm, std::int64_t vocs) {
    return DailyEmission{{so2, nox, pm, vocs}};
}

struct InventoryBuilder {
    Inventory inventory;

    InventoryBuilder& enterprise(const std::string& id, const std::string& industry,
                                 const std::string& grade, Category category = Category::kRegular) {
        Enterprise row;
        row.id = id;
        row.name = id + "厂";
        row.region = "410100";
        row.industry = industry;
        row.grade.name = grade;
        row.category = category;
        row.row = static_cast<int>(inventory.enterprises.size()) + 2;
        inventory.enterprises.push_back(row);
        return *this;
    }
    Enterprise& last() { return inventory.enterprises.back(); }
    Line& line(const std::string& id, DailyEmission emission, const std::string& equipment = "") {
        Line row;
        row.enterprise = last().id;
        row.id = id;
        row.name = id + "号线";
        row.equipment = equipment;
        row.emission = emission;
        row.row = static_cast<int>(inventory.lines.size()) + 2;
        inventory.lines.push_back(row);
        return inventory.lines.back();
    }
    OwnMeasure& own(const std::string& line, rules::Colour level, rules::Action action,
                    double ratio) {
        OwnMeasure row;
        row.enterprise = last().id;
        row.line = line;
        row.level = level;
        row.action = action;
        row.ratio = ratio;
        row.detail = "一厂一策";
        row.row = static_cast<int>(inventory.own_measures.size()) + 2;
        inventory.own_measures.push_back(row);
        return inventory.own_measures.back();
    }
    InventoryBuilder& meter(const std::string& line, rules::MeterRole role) {
        Meter row;
        row.id = last().id + line + "M";
        row.enterprise = last().id;
        row.line = line;
        row.role = role;
        inventory.meters.push_back(row);
        return *this;
    }
    InventoryBuilder& outlet(const std::string& line, std::vector<std::string> factors) {
        Outlet row;
        row.id = last().id + line + "O";
        row.enterprise = last().id;
        row.line = line;
        row.factors = std::move(factors);
        inventory.outlets.push_back(row);
        return *this;
    }
    InventoryBuilder& area(Source source, DailyEmission emission) {
        inventory.area_emissions.push_back({"410100", source, emission, 2});
        return *this;
    }
};

struct Case {
    Inventory inventory;
    Catalogue catalogue = built_in_catalogue();
    RegionRules rules = national_sample_rules();
    std::optional<SeasonPlan> season;
    std::optional<rules::Instant> issued_at;
    std::vector<GradeChange> changes;

    [[nodiscard]] DeriveInput input(rules::Colour colour) const {
        DeriveInput in{inventory, catalogue, rules, colour, at("2016-12-16T20:00:00+08:00"),
                       {},        kZone};
        in.season = season ? &*season : nullptr;
        in.issued_at = issued_at;
        in.grade_changes = &changes;
        return in;
    }
    // Each plan of a test is one, too, for what its table writes without making the obligations.
    [[nodiscard]] DerivedObligations derive_at(rules::Colour colour) const {
        const DeriveInput in = input(colour);
        DerivedObligations derived = derive(in);
        const ObligationTable table = derive_table(in);
        for (std::size_t i = 0; i < derived.enterprises.size(); ++i) {
            std::string text;
            JsonText out(text);
            table.write(out, i);
            EXPECT_EQ(text, to_text(to_json(derived.enterprises[i], inventory, kZone)));
        }
        return derived;
    }
};

inline bool has_remark(const rules::Faults& remarks, std::string_view part) {
    for (const rules::Fault& remark : remarks) {
        if (rules::to_text(remark).find(part) != std::string::npos) return true;
    }
    return false;
}

inline bool has_reason(const std::vector<rules::Reason>& basis, std::string_view kind) {
    for (const rules::Reason& reason : basis) {
        if (reason.kind == kind) return true;
    }
    return false;
}

}  // namespace qk::plans::testing
