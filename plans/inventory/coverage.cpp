#include "plans/inventory/coverage.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <set>
#include <unordered_map>
#include <utility>

#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr rules::EnumWords<GapKind, kGapKindCount, 3> kGapWords{{
    {GapKind::kPermitNotInInventory,
     {"permit_not_in_inventory", "有排污许可证而不在清单内",
      "has a permit and is in no inventory"}},
    {GapKind::kKeyUnitNotInInventory,
     {"key_unit_not_in_inventory", "重点排污单位不在清单内", "a key unit that is in no inventory"}},
    {GapKind::kNoPermit,
     {"no_permit", "清单企业不在排污许可名单内", "in the inventory and has no permit"}},
    {GapKind::kPermitDiffers,
     {"permit_differs", "许可证编号与许可名单不一致",
      "the number of its permit is not that of the list"}},
    {GapKind::kKeyUnitWithoutOutlet,
     {"key_unit_without_outlet", "重点排污单位没有自动监控排口",
      "a key unit without a monitored outlet"}},
    {GapKind::kNoLines, {"no_lines", "没有生产线", "has no lines"}},
    {GapKind::kNoMeter, {"no_meter", "没有电表", "has no meter"}},
    {GapKind::kNoTotalMeter,
     {"no_total_meter", "没有总表，未分表的负荷看不见",
      "has no total meter: load that no meter sees stays unseen"}},
    {GapKind::kLineWithoutMeter,
     {"line_without_meter", "有排放的生产线没有生产电表，也没有在线监测",
      "a line that emits has neither a production meter nor a monitored outlet"}},
    {GapKind::kNoTreatmentMeter,
     {"no_treatment_meter", "没有治污设施电表", "no meter of its treatment"}},
    {GapKind::kMeterUnrated,
     {"meter_unrated", "生产电表没有额定功率", "a production meter without a rated power"}},
    {GapKind::kOutletWithoutMn,
     {"outlet_without_mn", "排口没有 MN，收不到在线数据", "an outlet without an MN"}},
    {GapKind::kSeriesOfNoLine,
     {"series_of_no_line", "监测点所属生产线不在清单内", "a series of a line that is not there"}},
    {GapKind::kNoGate,
     {"no_gate", "用车大户没有门禁", "a large user of goods traffic without a gate"}},
    {GapKind::kNobodyAnswers,
     {"nobody_answers", "没有写明运维单位，无人对数据负责",
      "nobody is named who answers for its readings"}},
    {GapKind::kCalibrationOld,
     {"calibration_old", "校准已过期或未写明", "its calibration is too old, or not known"}},
    {GapKind::kComparisonOld,
     {"comparison_old", "手工比对已过期或未写明",
      "its manual comparison is too old, or not known"}},
}};

bool emits(const Line& line) {
    return !line.idle && std::ranges::any_of(line.emission.grams, [](auto g) { return g > 0; });
}

using UnitsById = std::unordered_map<std::string_view, const ListedUnit*>;

UnitsById by_id(const std::optional<std::vector<ListedUnit>>& units) {
    UnitsById ids;
    if (!units) return ids;
    for (const ListedUnit& unit : *units) ids.emplace(unit.enterprise, &unit);
    return ids;
}

// Everything of one enterprise.
struct Holding {
    const Enterprise* enterprise = nullptr;
    std::vector<const Line*> lines;
    std::vector<const Meter*> meters;
    std::vector<const Outlet*> outlets;
    std::vector<const Series*> series;
};

class Audit {
 public:
    Audit(const Inventory& inventory, const CoverageLists& lists)
        : inventory_(inventory),
          lists_(lists),
          permits_(by_id(lists.permits)),
          key_units_(by_id(lists.key_units)),
          gates_(by_id(lists.gates)) {
        gather();
        const auto has_custody = [](const auto& rows) {
            return std::ranges::any_of(rows,
                                       [](const auto& row) { return row.custody != nullptr; });
        };
        asks_custody_ = has_custody(inventory.meters) || has_custody(inventory.outlets) ||
                        has_custody(inventory.series);
    }

    Coverage run() {
        coverage_.enterprises = holdings_.size();
        coverage_.lines = inventory_.lines.size();
        for (const Holding& holding : holdings_) look_at(holding);
        look_at_lists();
        if (!lists_.permits) coverage_.not_asked.emplace_back("permits");
        if (!lists_.key_units) coverage_.not_asked.emplace_back("key_units");
        if (!lists_.gates) coverage_.not_asked.emplace_back("gates");
        if (!asks_custody_) coverage_.not_asked.emplace_back("custody");
        return std::move(coverage_);
    }

 private:
    void gather() {
        holdings_.reserve(inventory_.enterprises.size());
        for (const Enterprise& enterprise : inventory_.enterprises) {
            places_.emplace(enterprise.id, holdings_.size());
            holdings_.push_back({&enterprise, {}, {}, {}, {}});
        }
        const auto place = [this](const auto& rows, auto member) {
            for (const auto& row : rows) {
                const auto found = places_.find(row.enterprise);
                if (found != places_.end()) (holdings_[found->second].*member).push_back(&row);
            }
        };
        place(inventory_.lines, &Holding::lines);
        place(inventory_.meters, &Holding::meters);
        place(inventory_.outlets, &Holding::outlets);
        place(inventory_.series, &Holding::series);
        for (const OtherSource& other : inventory_.other_sources) {
            if (other.source == Source::kMobile) hauliers_.insert(other.enterprise);
        }
    }

    void add(GapKind kind, const Enterprise& enterprise, std::string_view what = {},
             std::string detail = {}) {
        note({kind, enterprise.id, enterprise.name, enterprise.region, std::string(what),
              std::move(detail)});
    }
    void note(Gap gap) {
        ++coverage_.counts[gap.kind];
        if (coverage_.gaps.size() < kGapsShownMax) {
            coverage_.gaps.push_back(std::move(gap));
        } else {
            ++coverage_.left_out;
        }
    }

    void look_at(const Holding& holding) {
        look_at_permit(*holding.enterprise);
        look_at_meters(holding);
        look_at_lines(holding);
        look_at_outlets(holding);
        const std::string_view id = holding.enterprise->id;
        if (lists_.gates && hauliers_.contains(std::string(id)) && !gates_.contains(id)) {
            add(GapKind::kNoGate, *holding.enterprise);
        }
        for (const Series* series : holding.series) {
            check_line_of(holding, *series);
            check_custody(holding, series->custody, series->id);
        }
    }

    void look_at_permit(const Enterprise& enterprise) {
        if (!lists_.permits) return;
        const auto found = permits_.find(std::string_view(enterprise.id));
        if (found == permits_.end()) {
            add(GapKind::kNoPermit, enterprise, enterprise.permit.text());
        } else if (!found->second->permit.empty() && !enterprise.permit.empty() &&
                   found->second->permit != enterprise.permit.text()) {
            add(GapKind::kPermitDiffers, enterprise, enterprise.permit.text(),
                found->second->permit);
        }
    }

    void look_at_meters(const Holding& holding) {
        if (holding.meters.empty()) return add(GapKind::kNoMeter, *holding.enterprise);
        const auto has = [&holding](rules::MeterRole role) {
            return std::ranges::any_of(holding.meters,
                                       [role](const Meter* m) { return m->role == role; });
        };
        if (!has(rules::MeterRole::kTotal)) add(GapKind::kNoTotalMeter, *holding.enterprise);
        if (!has(rules::MeterRole::kTreatment)) {
            add(GapKind::kNoTreatmentMeter, *holding.enterprise);
        }
        for (const Meter* meter : holding.meters) {
            check_custody(holding, meter->custody, meter->id);
            const bool is_unrated =
                meter->role == rules::MeterRole::kProduction && !meter->rated_kw;
            if (is_unrated) add(GapKind::kMeterUnrated, *holding.enterprise, meter->id.text());
        }
    }

    void look_at_lines(const Holding& holding) {
        if (holding.lines.empty()) return add(GapKind::kNoLines, *holding.enterprise);
        for (const Line* line : holding.lines) {
            if (!emits(*line)) continue;
            ++coverage_.lines_emitting;
            const auto is_of_line = [line](const auto* row) {
                return row->line.empty() || row->line.text() == line->id.text();
            };
            const bool has_meter = std::ranges::any_of(holding.meters, [&](const Meter* meter) {
                return meter->role == rules::MeterRole::kProduction && is_of_line(meter);
            });
            const bool has_outlet = std::ranges::any_of(holding.outlets, [&](const Outlet* outlet) {
                return !outlet->mn.empty() && is_of_line(outlet);
            });
            if (has_meter || has_outlet) {
                ++coverage_.lines_metered;
            } else {
                add(GapKind::kLineWithoutMeter, *holding.enterprise, line->id.text(),
                    line->name.str());
            }
        }
    }

    void look_at_outlets(const Holding& holding) {
        for (const Outlet* outlet : holding.outlets) {
            check_custody(holding, outlet->custody, outlet->id);
            if (outlet->mn.empty()) {
                add(GapKind::kOutletWithoutMn, *holding.enterprise, outlet->id.text());
            }
        }
        const auto unit = key_units_.find(std::string_view(holding.enterprise->id));
        if (unit == key_units_.end() || !unit->second->must_be_metered.value_or(true)) return;
        const bool has_monitor = std::ranges::any_of(
            holding.outlets, [](const Outlet* outlet) { return !outlet->mn.empty(); });
        if (!has_monitor) add(GapKind::kKeyUnitWithoutOutlet, *holding.enterprise);
    }

    // Of meters and outlets the reader of the inventory has said it.
    void check_line_of(const Holding& holding, const Series& series) {
        if (series.line.empty()) return;
        const bool is_there = std::ranges::any_of(holding.lines, [&series](const Line* one) {
            return one->id.text() == series.line.text();
        });
        if (is_there) return;
        add(GapKind::kSeriesOfNoLine, *holding.enterprise, series.id.text(), series.line.str());
    }

    // Only where the bureau has begun to say who answers for anything.
    void check_custody(const Holding& holding, const std::shared_ptr<const Custody>& custody,
                       const SharedText& what) {
        if (!asks_custody_) return;
        const Custody nothing;
        const Custody& said = custody ? *custody : nothing;
        if (said.keeper.empty()) {
            add(GapKind::kNobodyAnswers, *holding.enterprise, what.text());
        }
        const auto check_day = [&](const std::optional<rules::CivilDay>& day, GapKind kind) {
            const bool is_good =
                day && *day + std::chrono::days{lists_.custody_days} >= lists_.today;
            if (is_good) return;
            add(kind, *holding.enterprise, what.text(), day ? rules::to_iso(*day) : std::string());
        };
        check_day(said.calibrated_on, GapKind::kCalibrationOld);
        check_day(said.compared_on, GapKind::kComparisonOld);
    }

    void look_at_lists() {
        const auto name_missing = [this](const std::optional<std::vector<ListedUnit>>& units,
                                         GapKind kind) {
            if (!units) return;
            std::set<std::string_view> named;
            for (const ListedUnit& unit : *units) {
                if (places_.contains(unit.enterprise)) continue;
                if (!named.insert(unit.enterprise).second) continue;
                note({kind, unit.enterprise, unit.name, unit.region, unit.permit, {}});
            }
        };
        name_missing(lists_.permits, GapKind::kPermitNotInInventory);
        name_missing(lists_.key_units, GapKind::kKeyUnitNotInInventory);
    }

    const Inventory& inventory_;
    const CoverageLists& lists_;
    UnitsById permits_, key_units_, gates_;
    std::unordered_map<std::string_view, std::size_t> places_;
    std::vector<Holding> holdings_;
    std::set<std::string> hauliers_;
    bool asks_custody_ = false;
    Coverage coverage_;
};

}  // namespace

std::string_view to_text(GapKind kind) { return kGapWords.word(kind, 0); }
std::string_view to_chinese(GapKind kind) { return kGapWords.word(kind, 1); }
std::string_view to_english(GapKind kind) { return kGapWords.word(kind, 2); }

Coverage audit_coverage(const Inventory& inventory, const CoverageLists& lists) {
    return Audit(inventory, lists).run();
}

json::object to_json(const Gap& gap) {
    return {
        {"kind", to_text(gap.kind)},
        {"enterprise", gap.enterprise},
        {"name", gap.name},
        {"region", gap.region},
        {"what", gap.what},
        {"detail", gap.detail},
        {"says", std::string(to_chinese(gap.kind)) + " / " + std::string(to_english(gap.kind))}};
}

json::object to_json(const Coverage& coverage) {
    json::object counts;
    for (const auto& [kind, count] : coverage.counts) counts[to_text(kind)] = count;
    json::array gaps;
    for (const Gap& gap : coverage.gaps) gaps.push_back(to_json(gap));
    json::array not_asked;
    for (const std::string& list : coverage.not_asked) not_asked.emplace_back(list);
    return {{"holds", coverage.counts.empty()},
            {"enterprises", coverage.enterprises},
            {"lines", coverage.lines},
            {"lines_emitting", coverage.lines_emitting},
            {"lines_metered", coverage.lines_metered},
            {"counts", std::move(counts)},
            {"not_asked", std::move(not_asked)},
            {"gaps", std::move(gaps)},
            {"left_out", coverage.left_out}};
}

}  // namespace qk::plans
