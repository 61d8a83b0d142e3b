#include "daemon/warnings/order_on_record.hpp"

#include <algorithm>

#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

// Prompts by their number; floors by their id or the number of their letter.
std::vector<rules::OrderFromAbove> on_record(Session& db, const std::string& number,
                                             const std::string& region) {
    Statement row(
        db,
        "SELECT number, 0, asks='lift', EXISTS(SELECT 1 FROM prompt_follow_up AS f WHERE f.prompt="
        "p.number AND f.region=?2), colour, \"from\", coalesce(\"to\", \"from\" + ?3), "
        "recorded_by, "
        "recorded_at FROM prompts AS p WHERE number=?1 UNION ALL SELECT id, 1, 0, 1, colour, "
        "\"from\", \"to\", recorded_by, recorded_at FROM floors_from_above WHERE id=?1 OR "
        "document=?1",
        number, region, kOpenPromptSeconds);
    std::vector<rules::OrderFromAbove> orders;
    while (row.next()) {
        rules::OrderFromAbove order;
        order.id = row.text(0);
        order.is_floor = row.flag(1);
        order.asks_lift = row.flag(2);
        order.covers_region = row.flag(3);
        order.colour = rules::parse_colour(row.text(4)).value_or(rules::Colour::kYellow);
        order.from = row.instant(5);
        order.to = row.instant(6);
        order.recorded_by = row.text(7);
        order.recorded_at = row.instant(8);
        orders.push_back(std::move(order));
    }
    return orders;
}

}  // namespace

std::optional<rules::OrderAnswer> order_on_record(Session& db, const rules::Change& change,
                                                  const plans::RegionPack& pack,
                                                  rules::Instant now) {
    if (change.ordered_by.empty()) return std::nullopt;
    const rules::Instant effect =
        change.kind == rules::ChangeKind::kLift ? now : std::max(now, change.from);
    return rules::judge_order(on_record(db, change.ordered_by, pack.region_code), change, effect,
                              pack.zone);
}

}  // namespace qk::daemon
