#include "daemon/service/county_view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "daemon/access/region_scope.hpp"
#include "daemon/service/county_rows.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

// Of an event that counts by county: the sum over those of the person.
std::int64_t sum_of(const json::value& by_region, std::string_view of_person) {
    std::int64_t sum = 0;
    if (!by_region.is_object()) return sum;
    for (const auto& [region, count] : by_region.get_object()) {
        if (covers(of_person, region) && count.is_int64()) sum += count.get_int64();
    }
    return sum;
}

}  // namespace

bool concerns(std::string_view of_person, std::string_view place) {
    return covers(of_person, place) || covers(place, of_person);
}

CountyView::CountyView(const Context& context, const std::optional<Person>& caller)
    : region_(caller ? caller->region : std::string()),
      is_of_all_(!caller || covers(caller->region, context.pack->region_code)),
      inventory_(context.inventories.current()),
      index_(context.inventories.index()) {}

EventSubject subject_of(Session& db, const Event& event) {
    EventSubject subject;
    if (!event.data.is_object()) return subject;
    subject.enterprise = plans::string_or(event.data, "enterprise");
    if (event.kind == "case") {
        const json::value* number = plans::find_member(event.data, "number");
        subject.enterprise =
            enterprise_of_case(db, number == nullptr ? std::string() : plans::to_text(*number));
    }
    if (subject.enterprise.empty()) return subject;
    subject.region = region_of_order(db, subject.enterprise);
    return subject;
}

bool CountyView::sees(const EventSubject& subject) const {
    if (is_of_all_) return true;
    if (const auto place = index_->enterprise(subject.enterprise)) {
        return covers(region_, inventory_->enterprises[*place].region);
    }
    return !subject.region.empty() && covers(region_, subject.region);
}

std::optional<Event> CountyView::restrict_to_caller(const Event& event,
                                                    const EventSubject& subject) const {
    if (is_of_all_ || !event.data.is_object()) return event;
    if (const json::value* by_region = plans::find_member(event.data, "by_region")) {
        const std::int64_t sum = sum_of(*by_region, region_);
        if (sum == 0) return std::nullopt;
        return Event{event.number, event.at, event.kind, json::object{{"new", sum}}};
    }
    if (!subject.enterprise.empty() && !sees(subject)) return std::nullopt;
    const std::string place = plans::string_or(event.data, "region");
    if (!place.empty() && !concerns(region_, place)) return std::nullopt;
    if (!event.kind.starts_with("control.")) return event;
    auto own = own_part_of_control(event.data);
    if (!own) return std::nullopt;
    return Event{event.number, event.at, event.kind, *std::move(own)};
}

// One that names neither enterprises nor counties is for the whole region.
std::optional<json::value> CountyView::own_part_of_control(json::value control) const {
    if (is_of_all_ || !control.is_object()) return control;
    const auto keep_own = [&control](std::string_view key, const auto& is_own) {
        const json::value* named = plans::find_member(control, key);
        if (named == nullptr || !named->is_array() || named->get_array().empty()) return true;
        json::array own;
        for (const json::value& one : named->get_array()) {
            if (one.is_string() && is_own(std::string(one.get_string()))) own.push_back(one);
        }
        const bool is_any = !own.empty();
        control.get_object()[key] = std::move(own);
        return is_any;
    };
    const auto is_of_caller = [this](const std::string& id) { return sees({id, ""}); };
    const auto concerns_caller = [this](const std::string& region) {
        return concerns(region_, region);
    };
    if (!keep_own("enterprises", is_of_caller)) return std::nullopt;
    if (!keep_own("regions", concerns_caller)) return std::nullopt;
    return control;
}

std::string CountyView::enterprises_json(Session& db) const {
    if (is_of_all_) return {};
    std::set<std::string> ids;
    for (const plans::Enterprise& one : inventory_->enterprises) {
        if (covers(region_, one.region)) ids.emplace(std::string_view(one.id));
    }
    // Those that have left the inventory and still have an order.
    constexpr std::size_t kPage = 1000;
    for (std::string after;;) {
        const std::vector<OrderPlace> page = order_places(db, after, kPage);
        for (const auto& [id, region] : page) {
            if (!index_->enterprise(id) && covers(region_, region)) ids.insert(id);
        }
        if (page.size() < kPage) break;
        after = page.back().enterprise;
    }
    json::array list;
    for (const std::string& id : ids) list.push_back(json::string(id));
    return plans::to_text(list);
}

}  // namespace qk::daemon
