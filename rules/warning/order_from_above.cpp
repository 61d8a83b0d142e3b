#include "rules/warning/order_from_above.hpp"

namespace qk::rules {
namespace {

// Empty: it covers the change.
std::string why_not(const OrderFromAbove& order, const Change& change, Instant effect, Zone zone) {
    const std::string name = (order.is_floor ? "下限要求" : "提示") + order.id;
    if (!order.covers_region) return name + "未发给本地区";
    if (effect < order.from || effect >= order.to) {
        return name + "的期限为" + to_iso(order.from, zone) + "至" + to_iso(order.to, zone) +
               "，不含变更生效时间" + to_iso(effect, zone);
    }
    const bool ends = change.kind == ChangeKind::kLift || change.kind == ChangeKind::kSuspend;
    if (ends && !order.asks_lift) return name + "要求的是预警，不是解除";
    if (!ends && order.asks_lift) return name + "要求的是解除，不是预警";
    const bool fits = ends ? order.colour >= change.colour : order.colour == change.colour;
    if (!fits) {
        return name + "针对" + std::string(to_chinese(order.colour)) + "，不是" +
               std::string(to_chinese(change.colour));
    }
    return {};
}

}  // namespace

OrderAnswer judge_order(const std::vector<OrderFromAbove>& on_record, const Change& change,
                        Instant effect, Zone zone) {
    OrderAnswer answer;
    answer.why =
        "未登记文号为“" + change.ordered_by + "”的区域预警提示或下限要求，36小时条件和下限仍然适用";
    for (const OrderFromAbove& order : on_record) {
        const std::string why = why_not(order, change, effect, zone);
        answer.recorded_by = order.recorded_by;
        answer.recorded_at = order.recorded_at;
        if (why.empty()) {
            answer.binds = true;
            answer.why = (order.is_floor ? "下限要求" : "提示") + order.id + "，由" +
                         order.recorded_by + "登记";
            return answer;
        }
        answer.why = why + "；36小时条件和下限仍然适用";
    }
    return answer;
}

}  // namespace qk::rules
