#include "daemon/readings/reading_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/readings.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/readings/intake_rows.hpp"
#include "daemon/readings/reading_rows.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

json::object to_json(const plans::Enterprise& enterprise) {
    json::object object;
    object["id"] = enterprise.id.text();
    object["name"] = enterprise.name.text();
    object["region"] = enterprise.region.text();
    object["industry"] = enterprise.industry.text();
    object["grade"] = enterprise.grade.name;
    object["category"] = std::string(plans::to_text(enterprise.category));
    return object;
}

void add_presence(Session& db, json::object& object, const std::string& enterprise,
                  rules::Zone zone) {
    const auto presence = presence_of(db, enterprise);
    object["online"] = presence && presence->online;
    if (presence) object["since"] = rules::to_iso(presence->since, zone);
}

asio::awaitable<ApiResponse> get_enterprises(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    const auto inventory = context.inventories.current();
    const std::string region = call.query_value("region").value_or("");
    const std::string industry = call.query_value("industry").value_or("");
    const rules::Zone zone = context.pack->zone;
    std::vector<const plans::Enterprise*> found;
    for (const plans::Enterprise& enterprise : inventory->enterprises) {
        if (!covers(call, enterprise.region)) continue;
        if (!region.empty() && enterprise.region != region) continue;
        if (!industry.empty() && enterprise.industry != industry) continue;
        found.push_back(&enterprise);
    }
    auto work = [&](Session& db) {
        json::array items;
        const std::size_t first = (paging.page - 1) * paging.per_page;
        for (std::size_t i = first; i < found.size() && i < first + paging.per_page; ++i) {
            json::object item = to_json(*found[i]);
            add_presence(db, item, found[i]->id, zone);
            items.push_back(std::move(item));
        }
        return answer_page(std::move(items), paging, found.size());
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

json::array lines_of(const plans::Inventory& inventory, const std::string& enterprise) {
    json::array lines;
    for (const plans::Line& line : inventory.lines) {
        if (line.enterprise != enterprise) continue;
        json::object item;
        item["id"] = line.id.text();
        item["name"] = line.name.text();
        item["equipment"] = line.equipment.text();
        item["uninterruptible"] = line.uninterruptible;
        for (std::size_t i = 0; i < plans::kEmissionCount; ++i) {
            const auto emission = static_cast<plans::Emission>(i);
            item[std::string(plans::to_text(emission)) + "_kg_d"] = line.emission.kg(emission);
        }
        lines.push_back(std::move(item));
    }
    return lines;
}

json::array meters_of(Session& db, const plans::Inventory& inventory, const std::string& enterprise,
                      rules::Zone zone) {
    json::array meters;
    for (const plans::Meter& meter : inventory.meters) {
        if (meter.enterprise != enterprise) continue;
        json::object item;
        item["id"] = meter.id.text();
        item["line"] = meter.line.text();
        item["role"] = std::string(rules::to_text(meter.role));
        const auto last = last_reading_of(db, meter.id);
        if (last) item["last_reading"] = rules::to_iso(*last, zone);
        meters.push_back(std::move(item));
    }
    return meters;
}

asio::awaitable<ApiResponse> get_enterprise(Context& context, const Call& call) {
    const auto inventory = context.inventories.current();
    const auto place = context.inventories.index()->enterprise(call.parameter("id"));
    if (!place) co_return answer_problem(404, "清单中没有该企业", "not in the inventory");
    const plans::Enterprise& enterprise = inventory->enterprises[*place];
    if (!covers(call, enterprise.region)) {
        co_return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
    }
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        json::object object = to_json(enterprise);
        object["contact"] = enterprise.contact.text();
        object["phone"] = enterprise.phone.text();
        object["permit"] = enterprise.permit.text();
        object["edition"] = inventory->edition;
        object["lines"] = lines_of(*inventory, enterprise.id);
        object["meters"] = meters_of(db, *inventory, enterprise.id, zone);
        add_presence(db, object, enterprise.id, zone);
        return object;
    };
    const json::object object = co_await context.store.read(std::move(work), call.reader());
    co_return answer_json(object);
}

// Who is of a part of the region names a meter in it.
bool may_see_meter(const Context& context, const Call& call, const std::string& meter) {
    if (covers(call, context.pack->region_code)) return true;
    const auto inventory = context.inventories.current();
    for (const plans::Meter& one : inventory->meters) {
        if (one.id != meter) continue;
        const auto place = context.inventories.index()->enterprise(one.enterprise);
        return place && covers(call, inventory->enterprises[*place].region);
    }
    return false;
}

constexpr CursorKind kReadingsCursor{"readings", "nt"};
constexpr CursorKind kRejectedCursor{"rejected", "n"};

// So many are counted and can be paged through; who wants more asks for a shorter time.
constexpr std::size_t kReadingsCountedMax = 100'000;

json::array reading_items(Session& db, ReadingQuery query, const CursorPaging& paging,
                          json::array& last, rules::Zone zone) {
    if (paging.goes_on()) {
        query.after = {instant_of(paging.number_after(0)), paging.text_after(1)};
    }
    json::array items;
    if (query.offset >= kReadingsCountedMax) return items;
    for (const ListedReading& reading : list_readings(db, query)) {
        json::object item;
        item["t"] = rules::to_iso(reading.t, zone);
        item["meter"] = reading.meter;
        item["kw"] = reading.kw;
        if (reading.kwh) item["kwh"] = *reading.kwh;
        if (reading.kwh_total) item["kwh_total"] = *reading.kwh_total;
        item["valid"] = reading.valid;
        items.push_back(std::move(item));
        last = {seconds_of(reading.t), json::string(reading.meter)};
    }
    return items;
}

asio::awaitable<ApiResponse> get_readings(Context& context, const Call& call) {
    const auto asked = cursor_paging_of(call, kReadingsCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const rules::Zone zone = context.pack->zone;
    const std::string meter = call.query_value("meter").value_or("");
    if (!may_see_meter(context, call, meter)) {
        co_return answer_problem(403, "请指定本辖区企业的电表", "name a meter of your region");
    }
    const auto bound = [&](const std::string& name, rules::Instant otherwise) {
        const auto text = call.query_value(name);
        return text ? rules::parse_instant(*text, zone).value_or(otherwise) : otherwise;
    };
    const rules::Instant now = context.clock.now();
    const rules::Instant from = bound("from", now - std::chrono::hours{24});
    const rules::Instant to = bound("to", now);
    auto work = [&](Session& db) {
        CursorPage page;
        const ReadingQuery query{meter, {from, to}, paging.offset(), paging.page.per_page, {}};
        page.items = reading_items(db, query, paging, page.last, zone);
        page.is_last = page.items.size() < paging.page.per_page;
        const auto count = [&] { return count_readings(db, query, kReadingsCountedMax); };
        return answer_cursor_page(std::move(page), paging, kReadingsCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> get_rejected(Context& context, const Call& call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const auto asked = cursor_paging_of(call, kRejectedCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        json::array items;
        for (const RejectedRow& row : list_rejected(db, paging.newest_first())) {
            json::object item;
            item["number"] = row.number;
            item["arrived"] = rules::to_iso(row.arrived, zone);
            item["topic"] = row.topic;
            item["payload"] = row.payload;
            item["why"] = row.why;
            items.push_back(std::move(item));
        }
        const auto count = [&db] { return static_cast<std::size_t>(count_rejected(db)); };
        return answer_numbered_page(std::move(items), paging, kRejectedCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

}  // namespace

void add_intake_routes(Router& router, Context& context) {
    router.serve(operation::kListEnterprises, kReaders,
                 [&context](const Call& call) { return get_enterprises(context, call); });
    router.serve(operation::kShowEnterprise, kReaders,
                 [&context](const Call& call) { return get_enterprise(context, call); });
    router.serve(operation::kListReadings, kReaders,
                 [&context](const Call& call) { return get_readings(context, call); });
    router.serve(operation::kListRejected, kReaders,
                 [&context](const Call& call) { return get_rejected(context, call); });
}

}  // namespace qk::daemon
