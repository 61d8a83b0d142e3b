#include "plans/response/delivery_json.hpp"

#include <boost/json/object.hpp>
#include "plans/text/json_fields.hpp"

namespace qk::plans {

namespace json = boost::json;

json::value to_json(const rules::Delivery& delivery, rules::Zone zone) {
    const auto time_or_null = [zone](const std::optional<rules::Instant>& at) {
        return at ? json::value(rules::to_iso(*at, zone)) : json::value(nullptr);
    };
    const std::optional<rules::Known> known = rules::known_from(delivery);
    json::object object;
    object["known_from"] = nullptr;
    object["by"] = nullptr;
    if (known) {
        object["known_from"] = rules::to_iso(known->from, zone);
        object["by"] = rules::to_text(known->by);
    }
    object["published_at"] = time_or_null(delivery.published_at);
    object["received_at"] = time_or_null(delivery.received_at);
    object["telephoned_at"] = time_or_null(delivery.telephoned_at);
    if (delivery.warned_at) object["warned_at"] = time_or_null(delivery.warned_at);
    return object;
}

rules::Delivery delivery_from_json(const json::value& value, const std::string& file,
                                   rules::Zone zone, rules::Faults& faults) {
    JsonFields fields(value, "delivery", file, faults);
    rules::Delivery delivery;
    delivery.published_at = fields.maybe_instant("published_at", zone);
    delivery.received_at = fields.maybe_instant("received_at", zone);
    delivery.telephoned_at = fields.maybe_instant("telephoned_at", zone);
    delivery.warned_at = fields.maybe_instant("warned_at", zone);
    const auto known_from = fields.maybe_instant("known_from", zone);
    static_cast<void>(fields.maybe_text("by"));  // follows from the times
    fields.refuse_unknown();
    if (known_from && !rules::known_from(delivery)) delivery.published_at = known_from;
    return delivery;
}

}  // namespace qk::plans
