#include "plans/response/season_duties.hpp"

#include <fmt/format.h>

#include "plans/measures/trades.hpp"
#include "plans/response/duty_table.hpp"

namespace qk::plans {
namespace {

rules::Obligation put(const SeasonWindow& window, const Enterprise& enterprise, const Line* line,
                      const RegionRules& rules, rules::Zone zone) {
    rules::MeasureTarget target;
    target.treatment_after_stop = rules.treatment_after_stop;
    rules::Obligation obligation;
    obligation.enterprise = enterprise.id;
    if (line != nullptr) {
        target.name = line->name.empty() ? line->id : line->name;
        target.lines = {line->id};
        target.keep_hot = line->uninterruptible;
        obligation.line = line->id;
    }
    obligation.action = rules::action_of(window.measure.form);
    obligation.id = fmt::format("{}/{}/{}/{}", enterprise.id, obligation.line,
                                rules::to_text(obligation.action), window.id);
    obligation.ratio = rules::emission_share(window.measure);
    obligation.from = rules::start_of(window.from, zone);
    obligation.to = rules::start_of(window.to + std::chrono::days{1}, zone);
    obligation.detail = rules::sentence_of(window.measure, target);
    obligation.check = rules::check_of(window.measure, target);
    obligation.verified_by = rules::VerifiedBy::kSiteCheck;
    obligation.basis = {
        {"inventory", fmt::format("清单第{}行：{}", enterprise.row, enterprise.name),
         fmt::format("enterprises.csv:{}", enterprise.row)},
        {"season",
         fmt::format("{}（{}至{}），不因解除预警而终止", to_chinese(window.kind),
                     rules::to_iso(window.from), rules::to_iso(window.to)),
         fmt::format("{}；{}", window.id, window.source)}};
    return obligation;
}

}  // namespace

std::vector<rules::Obligation> season_duties(const Inventory& inventory, const SeasonPlan& season,
                                             const RegionRules& rules, rules::CivilDay day,
                                             rules::Zone zone) {
    std::vector<rules::Obligation> duties;
    const std::vector<EnterpriseRows> rows = rows_of(inventory);
    for (std::size_t i = 0; i < inventory.enterprises.size(); ++i) {
        const Enterprise& enterprise = inventory.enterprises[i];
        const Trade* trade = find_trade(enterprise.industry);
        const auto mapped = rules.grade_as.find(enterprise.grade.name);
        const std::string& grade =
            mapped == rules.grade_as.end() ? enterprise.grade.name : mapped->second;
        for (const SeasonWindow& window : season.windows) {
            if (!covers(window, enterprise.id, trade == nullptr ? "" : trade->id, grade, day)) {
                continue;
            }
            if (rules::is_of_enterprise(window.measure.form) || rows[i].lines.size() == 0) {
                duties.push_back(put(window, enterprise, nullptr, rules, zone));
                continue;
            }
            for (std::uint32_t l = rows[i].lines.first; l < rows[i].lines.end; ++l) {
                const Line& line = inventory.lines[l];
                if (!names_line(window.measure, line)) continue;
                rules::Obligation duty = put(window, enterprise, &line, rules, zone);
                if (rules::shown_by_power(window.measure) &&
                    has_production_meter(inventory, rows[i], &line)) {
                    duty.verified_by = rules::VerifiedBy::kPower;
                }
                duties.push_back(std::move(duty));
            }
        }
    }
    return duties;
}

}  // namespace qk::plans
