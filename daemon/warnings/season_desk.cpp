#include "daemon/warnings/season_desk.hpp"

#include <boost/json/object.hpp>

#include "daemon/orders/orders.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/control_desk.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/measures/catalogue_texts.hpp"
#include "plans/response/season_obligations.hpp"
#include "plans/response/season_orders.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

void take_order(plans::PresentOrders& present, const std::string& enterprise,
                const std::string& signed_text, rules::Zone zone) {
    const auto document = plans::parse_json(signed_text, "orders.signed_text").value();
    present.insert_or_assign(enterprise, plans::order_from_json(document, zone).value());
}

// The orders that the decision looks at: those of no warning in force, and whatever is held by who
// is asked today.
plans::PresentOrders present_orders(Session& db, const plans::SeasonOrderInput& input) {
    plans::PresentOrders present;
    constexpr std::size_t kPage = 1000;
    for (std::string after;;) {
        const std::vector<SignedOrder> page = orders_of_season(db, after, kPage);
        for (const auto& [enterprise, text] : page) {
            take_order(present, enterprise, text, input.zone);
        }
        if (page.size() < kPage) break;
        after = page.back().enterprise;
    }
    const auto duties = plans::list_season_obligations(input.inventory, input.season, input.rules,
                                                       rules::day_of(input.now, input.zone),
                                                       input.zone, input.grade_changes);
    for (const plans::SeasonObligation& duty : duties) {
        const std::string enterprise = input.inventory.enterprises[duty.enterprise].id;
        if (present.contains(enterprise)) continue;
        if (const auto order = load_order(db, enterprise)) {
            take_order(present, enterprise, order->signed_text, input.zone);
        }
    }
    return present;
}

void tell(Session& db, const DeskView& view, const SeasonKept& kept) {
    const std::string day = rules::to_iso(rules::day_of(view.now, view.pack->zone));
    const json::object data{{"day", day},
                            {"edition", view.inventory->edition},
                            {"issued", kept.issued},
                            {"ended", kept.ended}};
    append_event(db, view.now, "season.orders", data);
    append_audit(db, {view.now, std::string(rules::kSystem), "", "season.orders", day, data});
}

}  // namespace

bool warning_rules(Session& db, rules::Instant now) {
    const auto open = open_warning(db, false);
    if (!open) return false;
    for (const rules::Segment& segment : open->state.segments) {
        if (segment.mandatory && (!segment.to || *segment.to > now)) return true;
    }
    return false;
}

std::vector<plans::OrderDocument> season_changes(Session& db, const DeskView& view) {
    const plans::SeasonPlan season =
        plans::with_controls(view.season.get(), controls_now(db, view).windows);
    const plans::RegionRules rules = plans::rules_in_force(*view.pack, view.catalogue.get());
    const auto grades = grade_changes_beside(db, view.inventory->edition, view.pack->zone);
    const plans::SeasonOrderInput input{*view.inventory, season,          rules,
                                        view.now,        view.pack->zone, &grades};
    return plans::season_orders(input, present_orders(db, input));
}

SeasonKept keep_season(Session& db, const DeskView& view) {
    SeasonKept kept;
    kept.is_ruled = warning_rules(db, view.now);
    if (kept.is_ruled) return kept;
    std::vector<plans::OrderDocument> documents = season_changes(db, view);
    if (documents.empty()) return kept;
    for (const plans::OrderDocument& document : documents) {
        ++(document.obligations.empty() ? kept.ended : kept.issued);
    }
    put_orders(db, std::move(documents), view.key, view.pack->zone, view.now);
    tell(db, view, kept);
    return kept;
}

}  // namespace qk::daemon
