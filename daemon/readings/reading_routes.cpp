#include "daemon/readings/reading_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/service/inventory_book.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

struct PresenceRow {
    bool online = false;
    rules::Instant since{};
};

std::optional<PresenceRow> presence_of(Session& db, const std::string& enterprise) {
    Statement read(db, "SELECT online, since FROM presence WHERE enterprise = ?", enterprise);
    if (!read.next()) return std::nullopt;
    PresenceRow row;
    row.online = read.flag(0);
    row.since = read.instant(1);
    return row;
}

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
    Statement state(db, "SELECT t_end FROM meter_state WHERE meter = ?");
    for (const plans::Meter& meter : inventory.meters) {
        if (meter.enterprise != enterprise) continue;
        json::object item;
        item["id"] = meter.id.text();
        item["line"] = meter.line.text();
        item["role"] = std::string(rules::to_text(meter.role));
        if (state.find(meter.id)) item["last_reading"] = rules::to_iso(state.instant(0), zone);
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
constexpr const char* kReadingColumns = "r.t_end, r.meter, r.kw, r.kwh, r.kwh_total, r.valid";

// The table is ordered by time, then by meter. One meter is sought at each time at which anybody
// reported, which does not grow with the number of meters that did.
std::string readings_query(const std::string& meter, const std::string& columns) {
    if (meter.empty()) {
        return "SELECT " + columns +
               " FROM readings AS r WHERE r.t_end > ?2 AND r.t_end <= ?3 ORDER BY r.t_end, r.meter";
    }
    return "WITH RECURSIVE times(t) AS (SELECT min(t_end) FROM readings WHERE t_end > ?2 UNION ALL"
           " SELECT (SELECT min(t_end) FROM readings WHERE t_end > times.t) FROM times WHERE "
           "times.t"
           " <= ?3) SELECT " +
           columns +
           " FROM times CROSS JOIN readings AS r WHERE r.t_end = times.t AND r.meter = ?1 AND "
           "times.t"
           " <= ?3";
}

void bind_readings(Statement& read, const std::string& meter, const rules::Span& span) {
    if (!meter.empty()) read.bind(1, meter);
    read.bind(2, span.from);
    read.bind(3, span.to);
}

// The reading behind which a cursor goes on.
struct ReadingsAfter {
    rules::Instant t{};
    std::string meter;
};

json::array reading_items(Session& db, const std::string& meter, rules::Span span,
                          const CursorPaging& paging, json::array& last, rules::Zone zone) {
    std::string query = readings_query(meter, kReadingColumns);
    std::optional<ReadingsAfter> after;
    if (paging.goes_on()) {
        after.emplace();
        after->t = instant_of(paging.number_after(0));
        after->meter = paging.text_after(1);
        // Readings of one meter have different times; others may share that of the cursor.
        const auto same_time = std::chrono::seconds{meter.empty() ? 1 : 0};
        span.from = std::max(span.from, after->t - same_time);
        if (meter.empty()) {
            query.insert(query.rfind(" ORDER BY"), " AND (r.t_end, r.meter) > (?6, ?7)");
        }
    }
    Statement read(db, query + " LIMIT ?4 OFFSET ?5");
    bind_readings(read, meter, span);
    read.bind(4, paging.page.per_page);
    read.bind(5, paging.offset());
    if (after && meter.empty()) {
        read.bind(6, after->t);
        read.bind(7, after->meter);
    }
    json::array items;
    while (paging.offset() < kReadingsCountedMax && read.next()) {
        json::object item;
        item["t"] = rules::to_iso(read.instant(0), zone);
        item["meter"] = read.text(1);
        item["kw"] = read.number(2);
        if (!read.is_null(3)) item["kwh"] = read.number(3);
        if (!read.is_null(4)) item["kwh_total"] = read.number(4);
        item["valid"] = read.flag(5);
        items.push_back(std::move(item));
        last = {read.integer(0), json::string(read.text(1))};
    }
    return items;
}

std::size_t count_readings(Session& db, const std::string& meter, const rules::Span& span) {
    Statement count(db, "SELECT count(*) FROM (" + readings_query(meter, "1") + " LIMIT ?4)");
    bind_readings(count, meter, span);
    count.bind(4, kReadingsCountedMax);
    return count.next() ? count.get<std::size_t>(0) : 0;
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
        page.items = reading_items(db, meter, {from, to}, paging, page.last, zone);
        page.is_last = page.items.size() < paging.page.per_page;
        const auto count = [&] { return count_readings(db, meter, {from, to}); };
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
        Statement read(db,
                       "SELECT number, arrived, topic, payload, why FROM rejected WHERE "
                       "number < ?3 ORDER BY number DESC LIMIT ?1 OFFSET ?2",
                       paging.page.per_page, paging.offset(), paging.below());
        while (read.next()) {
            json::object item;
            item["number"] = read.integer(0);
            item["arrived"] = rules::to_iso(read.instant(1), zone);
            item["topic"] = read.text(2);
            item["payload"] = read.text(3);
            item["why"] = read.text(4);
            items.push_back(std::move(item));
        }
        const auto count = [&db] {
            return static_cast<std::size_t>(db.count("SELECT count(*) FROM rejected"));
        };
        return answer_numbered_page(std::move(items), paging, kRejectedCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

}  // namespace

void add_intake_routes(Router& router, Context& context) {
    router.serve("listEnterprises", kReaders,
                 [&context](const Call& call) { return get_enterprises(context, call); });
    router.serve("showEnterprise", kReaders,
                 [&context](const Call& call) { return get_enterprise(context, call); });
    router.serve("listReadings", kReaders,
                 [&context](const Call& call) { return get_readings(context, call); });
    router.serve("listRejected", kReaders,
                 [&context](const Call& call) { return get_rejected(context, call); });
}

}  // namespace qk::daemon
