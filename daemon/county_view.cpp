#include "daemon/county_view.hpp"

#include <SQLiteCpp/Statement.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "daemon/http/rights.hpp"
#include "daemon/intake/inventory_book.hpp"
#include "daemon/store/sql.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

std::string one_text(SQLite::Database& db, const char* query, const std::string& key) {
    SQLite::Statement read(db, query);
    read.bind(1, key);
    return read.executeStep() ? text_at(read, 0) : std::string();
}

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

CountyView::CountyView(const Context& context, const Call& call)
    : region_(call.caller ? call.caller->region : std::string()),
      is_of_all_(covers(call, context.pack->region_code)),
      inventory_(context.inventories.current()),
      index_(context.inventories.index()) {}

bool CountyView::sees_enterprise(SQLite::Database& db, const std::string& id) const {
    if (is_of_all_) return true;
    if (const auto place = index_->enterprise(id)) {
        return covers(region_, inventory_->enterprises[*place].region);
    }
    const std::string region = one_text(db, "SELECT region FROM orders WHERE enterprise = ?", id);
    return !region.empty() && covers(region_, region);
}

std::optional<Event> CountyView::cut(SQLite::Database& db, Event event) const {
    if (is_of_all_ || !event.data.is_object()) return event;
    json::object& data = event.data.get_object();
    if (const json::value* by_region = data.if_contains("by_region")) {
        const std::int64_t sum = sum_of(*by_region, region_);
        if (sum == 0) return std::nullopt;
        data = json::object{{"new", sum}};
        return event;
    }
    std::string enterprise = plans::string_or(event.data, "enterprise");
    if (event.kind == "case") {
        const json::value* number = data.if_contains("number");
        enterprise = one_text(db, "SELECT enterprise FROM cases WHERE number = ?",
                              number == nullptr ? std::string() : plans::to_text(*number));
    }
    if (!enterprise.empty() && !sees_enterprise(db, enterprise)) return std::nullopt;
    const std::string place = plans::string_or(event.data, "region");
    if (!place.empty() && !concerns(region_, place)) return std::nullopt;
    return event;
}

std::string CountyView::enterprises_json(SQLite::Database& db) const {
    if (is_of_all_) return {};
    std::set<std::string> ids;
    for (const plans::Enterprise& one : inventory_->enterprises) {
        if (covers(region_, one.region)) ids.emplace(std::string_view(one.id));
    }
    // Those that have left the inventory and still have an order.
    SQLite::Statement read(db, "SELECT enterprise, region FROM orders");
    while (read.executeStep()) {
        std::string id = text_at(read, 0);
        if (!index_->enterprise(id) && covers(region_, text_at(read, 1))) ids.insert(std::move(id));
    }
    json::array list;
    for (const std::string& id : ids) list.push_back(json::string(id));
    return plans::to_text(list);
}

}  // namespace qk::daemon
