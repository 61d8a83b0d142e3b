#include "daemon/warnings/plan_rows.hpp"

namespace qk::daemon {
namespace {

PlanRow head_of(const Statement& row, const std::string& warning) {
    PlanRow head;
    head.warning = warning;
    head.generation = row.integer(0);
    head.at = row.instant(1);
    head.edition = row.text(2);
    head.colour = rules::parse_colour(row.text(3));
    head.summary = row.text(4);
    head.rules = row.text(5);
    return head;
}

}  // namespace

void store_plan(Session& db, const PlanRow& row) {
    std::optional<std::string> colour;
    if (row.colour) colour = std::string(rules::to_text(*row.colour));
    std::optional<std::string> by;
    if (!row.rules.empty()) by = row.rules;
    db.exec(
        "INSERT INTO response_plans(warning, generation, at, edition, colour, summary, "
        "plan, rules) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)",
        row.warning, row.generation, row.at, row.edition, colour, row.summary, row.plan, by);
}

std::optional<PlanRow> load_plan(Session& db, const std::string& warning, std::int64_t generation) {
    Statement row(db,
                  "SELECT generation, at, edition, colour, summary, coalesce(rules, ''), plan "
                  "FROM response_plans WHERE warning=?1 AND generation=?2",
                  warning, generation);
    if (!row.next()) return std::nullopt;
    PlanRow plan = head_of(row, warning);
    plan.plan = row.text(6);
    return plan;
}

std::vector<PlanRow> list_plans(Session& db, const std::string& warning) {
    Statement row(db,
                  "SELECT generation, at, edition, colour, summary, coalesce(rules, '') "
                  "FROM response_plans WHERE warning=?1 ORDER BY generation",
                  warning);
    std::vector<PlanRow> plans;
    while (row.next()) plans.push_back(head_of(row, warning));
    return plans;
}

}  // namespace qk::daemon
