#include "daemon/orders/refusals.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <variant>

#include "daemon/access/region_scope.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

json::object event_of(const RefusalRow& row, RefusalStanding standing, const std::string& person,
                      const std::string& reason) {
    return {{"number", row.number},
            {"enterprise", row.enterprise},
            {"order", row.order},
            {"revision", row.revision},
            {"standing", json::string(to_text(standing))},
            {"person", person},
            {"reason", reason}};
}

struct OpenRefusal {
    StoredOrder order;
    RefusalRow row;
};

std::variant<ApiResponse, OpenRefusal> find_open(Session& db, const RefusalAct& act) {
    auto order = load_order(db, act.enterprise);
    if (!order) return answer_problem(404, "该企业没有指令", "this enterprise has no order");
    if (!covers(act.person_region, order->region)) {
        return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
    }
    if (act.revision != 0 && act.revision != order->revision) {
        return answer_problem(409, fmt::format("现行指令是第 {} 版，请重新查看", order->revision),
                              fmt::format("revision {} is in force; look again", order->revision));
    }
    // Its document would be answered in the exercise's own place, and this one stay as it is.
    if (order->exercise && !is_in_exercise(order->enterprise)) {
        return answer_problem(409, "这是升级前下达的演练，请先结束该演练",
                              "an exercise that an earlier version issued: end it first");
    }
    auto row = refusal_of(db, act.enterprise, order->revision);
    if (!row || row->standing != RefusalStanding::kOpen) {
        return answer_problem(409, "该指令没有待答复的拒绝",
                              "no refusal of this order waits for an answer");
    }
    return OpenRefusal{*std::move(order), *std::move(row)};
}

plans::OrderDocument document_of(const StoredOrder& order, rules::Zone zone) {
    const auto json = plans::parse_json(order.signed_text, "orders.signed_text").value();
    return plans::order_from_json(json, zone).value();
}

ApiResponse tell(Session& db, const RefusalAct& act, const RefusalRow& row,
                 RefusalStanding standing) {
    json::object told = event_of(row, standing, act.person, act.reason);
    const auto order = load_order(db, act.enterprise);
    const std::int64_t in_force = order ? order->revision : 0;
    told["revision_in_force"] = in_force;
    append_event(db, act.now, "refusal", told);
    append_audit(db, {act.now, act.person, act.remote, "order.refusal", row.order, told});
    return answer_json(told);
}

void close(Session& db, const RefusalAct& act, const RefusalRow& row, RefusalStanding standing) {
    close_refusal(db, row.enterprise, row.revision, {standing, act.now, act.person, act.reason});
}

}  // namespace

void open_refusal(Session& db, const Receipt& receipt, const ReceiptOrigin& origin,
                  std::int64_t number) {
    RefusalRow row;
    row.enterprise = origin.enterprise;
    row.order = receipt.order;
    row.revision = receipt.revision;
    row.receipt = number;
    row.opened_at = origin.arrived;
    row.number = store_refusal(db, row);
    forget_calls(db, origin.enterprise, receipt.revision);
    append_event(db, origin.arrived, "refusal",
                 event_of(row, RefusalStanding::kOpen, origin.person, receipt.note));
}

void overrule_refusal(Session& db, const Receipt& receipt, const ReceiptOrigin& origin) {
    const auto row = refusal_of(db, origin.enterprise, receipt.revision);
    if (!row || row->standing != RefusalStanding::kOpen) return;
    const RefusalAnswer answer{RefusalStanding::kOverruled, origin.arrived, origin.person,
                               receipt.note};
    close_refusal(db, origin.enterprise, receipt.revision, answer);
    append_event(db, origin.arrived, "refusal",
                 event_of(*row, RefusalStanding::kOverruled, origin.person, receipt.note));
}

ApiResponse confirm_refusal(Session& db, const RefusalAct& act, const plans::SigningKey& key) {
    auto found = find_open(db, act);
    if (auto* refused = std::get_if<ApiResponse>(&found)) return std::move(*refused);
    const auto& [order, row] = std::get<OpenRefusal>(found);
    plans::OrderDocument document = document_of(order, act.zone);
    store_exceptions(db, document, all_dropped(document), row.number, act.zone);
    close(db, act, row, RefusalStanding::kConfirmed);
    put_orders(db, {std::move(document)}, key, act.zone, act.now);
    return tell(db, act, row, RefusalStanding::kConfirmed);
}

ApiResponse amend_order(Session& db, const RefusalAct& act,
                        const std::vector<ObligationChange>& changes,
                        const plans::SigningKey& key) {
    auto found = find_open(db, act);
    if (auto* refused = std::get_if<ApiResponse>(&found)) return std::move(*refused);
    const auto& [order, row] = std::get<OpenRefusal>(found);
    plans::OrderDocument document = document_of(order, act.zone);
    const GrantReason reason{"企业提出困难，经核实变更：" + act.reason,
                             fmt::format("refusal-{}", row.number)};
    const auto exceptions = exceptions_of(document, changes, reason);
    if (!exceptions) {
        return answer_problem(422, "变更有误", "the amendment is wrong", exceptions.error());
    }
    store_exceptions(db, document, *exceptions, row.number, act.zone);
    close(db, act, row, RefusalStanding::kAmended);
    put_orders(db, {std::move(document)}, key, act.zone, act.now);
    return tell(db, act, row, RefusalStanding::kAmended);
}

ApiResponse insist_on_order(Session& db, const RefusalAct& act) {
    auto found = find_open(db, act);
    if (auto* refused = std::get_if<ApiResponse>(&found)) return std::move(*refused);
    const RefusalRow& row = std::get<OpenRefusal>(found).row;
    close(db, act, row, RefusalStanding::kInsisted);
    forget_calls(db, row.enterprise, row.revision);
    end_contradiction(db, row.enterprise, row.revision, act.now);
    ask_anew(db, row.enterprise, act.now);
    return tell(db, act, row, RefusalStanding::kInsisted);
}

}  // namespace qk::daemon
