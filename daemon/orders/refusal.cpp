#include "daemon/orders/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plans/text/json.hpp"
#include "plans/text/trimmed.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

void fault(rules::Faults& faults, std::string what, std::string cure) {
    faults.push_back({{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
}

ObligationChange read_change(const json::value& item, rules::Zone zone, rules::Faults& faults) {
    ObligationChange change;
    change.obligation = plans::string_or(item, "obligation");
    change.detail = std::string(plans::trimmed(plans::string_or(item, "detail")));
    if (const json::value* drop = plans::find_member(item, "drop")) {
        change.is_dropped = *drop == json::value(true);
        if (!drop->is_bool()) fault(faults, "drop 不是真假值 / is not a flag", "true");
    }
    if (const json::value* ratio = plans::find_member(item, "ratio")) {
        change.ratio = plans::number_or(item, "ratio", -1);
        if (!ratio->is_number()) fault(faults, "ratio 不是数 / is not a number", "0.3");
    }
    if (const std::string from = plans::string_or(item, "from"); !from.empty()) {
        change.from = rules::parse_instant(from, zone);
        if (!change.from) fault(faults, "from " + rules::not_a_time(from), rules::kTimeCure);
    }
    if (change.obligation.empty()) {
        fault(faults, "obligation 缺失 / is missing", "措施编号 / the id of an obligation");
    }
    if (change.ratio && change.detail.empty()) {
        fault(faults, "detail 缺失 / is missing",
              "改减比例时须写明给企业看的措施 / with a ratio, the sentence the enterprise reads");
    }
    const bool is_lighter = change.ratio || change.from;
    if (change.is_dropped == is_lighter) {
        fault(faults, fmt::format("{}: 未写明如何变更 / says not what changes", change.obligation),
              "drop、ratio 或 from / drop, or ratio and from");
    }
    return change;
}

const rules::Obligation* find_obligation(const plans::OrderDocument& order, std::string_view id) {
    const auto found = std::ranges::find(order.obligations, id, &rules::Obligation::id);
    return found == order.obligations.end() ? nullptr : &*found;
}

// Whether a meter can be held against a smaller share of it.
bool is_of_load(const rules::Obligation& one) {
    const bool is_load = std::holds_alternative<rules::LoadAtMost>(one.check) ||
                         std::holds_alternative<rules::LineStands>(one.check);
    return is_load &&
           (one.action == rules::Action::kStop || one.action == rules::Action::kLimitLoad);
}

void lessen(rules::Obligation& granted, const ObligationChange& change, rules::Faults& faults) {
    const double ratio = *change.ratio;
    if (!is_of_load(granted)) {
        fault(faults,
              fmt::format("{}: 不是停产或限产，不能改比例 / no stop and no limit of load",
                          granted.id),
              "drop 或 from / drop or from");
        return;
    }
    if (!(ratio > 0 && ratio < granted.ratio)) {
        fault(faults,
              fmt::format("{}: ratio {} 不小于原比例 {} / is not less than it was", granted.id,
                          ratio, granted.ratio),
              "变更只能减轻 / an amendment only asks for less");
        return;
    }
    rules::LoadAtMost check;
    if (const auto* before = std::get_if<rules::LoadAtMost>(&granted.check)) check = *before;
    check.cut = ratio;
    granted.check = check;
    granted.action = rules::Action::kLimitLoad;
    granted.ratio = ratio;
    granted.detail = change.detail;
}

void put_off(rules::Obligation& granted, const ObligationChange& change, rules::Faults& faults) {
    const bool is_inside =
        *change.from > granted.from && (!granted.to || *change.from < *granted.to);
    if (!is_inside) {
        fault(faults,
              fmt::format("{}: from 不在执行期内 / does not lie within its time", granted.id),
              "晚于原起始时间 / later than it begins now");
    }
    granted.from = *change.from;
}

bool is_same_share(double one, double other) {
    constexpr double kNothing = 1e-9;
    return std::abs(one - other) < kNothing;
}

struct Granted {
    std::optional<rules::Obligation> asked;
    bool is_changed = false;
};

// What was granted may have been refused in its turn.
Granted as_granted(rules::Obligation one, const std::vector<OrderException>& exceptions) {
    bool is_changed = false;
    for (;;) {
        const auto found =
            std::ranges::find_if(exceptions, [&one](const OrderException& exception) {
                return exception.obligation == one.id && is_same_share(exception.ratio, one.ratio);
            });
        if (found == exceptions.end()) return {std::move(one), is_changed};
        is_changed = true;
        if (!found->granted) return {std::nullopt, true};
        const double before = one.ratio;
        rules::Obligation granted = *found->granted;
        granted.from = std::max(granted.from, one.from);
        granted.to = one.to;
        // Put off beyond its end, nothing is left of it.
        if (granted.to && *granted.to <= granted.from) return {std::nullopt, true};
        one = std::move(granted);
        if (is_same_share(one.ratio, before)) return {std::move(one), true};
    }
}

}  // namespace

std::string_view to_text(RefusalStanding standing) {
    switch (standing) {
        case RefusalStanding::kOpen:
            return "open";
        case RefusalStanding::kConfirmed:
            return "confirmed";
        case RefusalStanding::kAmended:
            return "amended";
        case RefusalStanding::kInsisted:
            return "insisted";
        case RefusalStanding::kOverruled:
            return "overruled";
        case RefusalStanding::kSuperseded:
            return "superseded";
    }
    return "open";
}

std::optional<RefusalStanding> parse_refusal_standing(std::string_view text) {
    constexpr std::array kAll{RefusalStanding::kOpen,      RefusalStanding::kConfirmed,
                              RefusalStanding::kAmended,   RefusalStanding::kInsisted,
                              RefusalStanding::kOverruled, RefusalStanding::kSuperseded};
    for (const RefusalStanding standing : kAll) {
        if (to_text(standing) == text) return standing;
    }
    return std::nullopt;
}

rules::Result<std::vector<ObligationChange>> read_changes(const json::value& body,
                                                          rules::Zone zone) {
    rules::Faults faults;
    const json::value* const list = plans::find_member(body, "changes");
    if (list == nullptr || !list->is_array() || list->get_array().empty()) {
        fault(faults, "changes 缺失 / is missing", R"([{"obligation":"…","drop":true}])");
        return faults;
    }
    if (list->get_array().size() > kChangesMax) {
        fault(faults, "changes 过多 / are too many",
              fmt::format("{} 项以内 / at most", kChangesMax));
        return faults;
    }
    std::vector<ObligationChange> changes;
    for (const json::value& item : list->get_array()) {
        changes.push_back(read_change(item, zone, faults));
    }
    if (!faults.empty()) return faults;
    return changes;
}

rules::Result<std::vector<OrderException>> exceptions_of(
    const plans::OrderDocument& order, const std::vector<ObligationChange>& changes,
    const GrantReason& reason) {
    rules::Faults faults;
    std::vector<OrderException> exceptions;
    for (const ObligationChange& change : changes) {
        const rules::Obligation* const refused = find_obligation(order, change.obligation);
        const bool is_twice = std::ranges::find(exceptions, change.obligation,
                                                &OrderException::obligation) != exceptions.end();
        if (refused == nullptr || is_twice) {
            fault(faults,
                  fmt::format("{}: {}", change.obligation,
                              is_twice ? "重复 / is there twice"
                                       : "现行指令没有这项措施 / is not of the order in force"),
                  "见指令的 obligations / an id of the order's obligations");
            continue;
        }
        OrderException exception{refused->id, refused->ratio};
        if (!change.is_dropped) {
            rules::Obligation granted = *refused;
            if (change.ratio) lessen(granted, change, faults);
            if (change.from) put_off(granted, change, faults);
            granted.basis.push_back({"refusal", reason.text, reason.source});
            exception.granted = std::move(granted);
        }
        exceptions.push_back(std::move(exception));
    }
    if (!faults.empty()) return faults;
    return exceptions;
}

std::vector<OrderException> all_dropped(const plans::OrderDocument& order) {
    std::vector<OrderException> exceptions;
    for (const rules::Obligation& one : order.obligations) {
        exceptions.push_back({one.id, one.ratio});
    }
    return exceptions;
}

bool apply_exceptions(plans::OrderDocument& order, const std::vector<OrderException>& exceptions) {
    if (exceptions.empty()) return false;
    std::vector<rules::Obligation> asked;
    bool is_changed = false;
    for (rules::Obligation& one : order.obligations) {
        const Granted granted = as_granted(std::move(one), exceptions);
        is_changed = is_changed || granted.is_changed;
        if (granted.asked) asked.push_back(*granted.asked);
    }
    order.obligations = std::move(asked);
    return is_changed;
}

}  // namespace qk::daemon
