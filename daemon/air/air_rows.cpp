#include "daemon/air/air_rows.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "daemon/air/air_intake.hpp"
#include "daemon/air/stored_forecast.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/air.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

void widen(ForecastRevision& revision, const std::string& region, rules::Instant first,
           rules::Instant past) {
    if (revision.regions.empty()) {
        revision.first = first;
        revision.past = past;
    }
    revision.first = std::min(revision.first, first);
    revision.past = std::max(revision.past, past);
    if (std::ranges::find(revision.regions, region) == revision.regions.end()) {
        revision.regions.push_back(region);
    }
}

json::array to_json(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.push_back(json::string(text));
    return array;
}

json::array members_json(const ForecastRevision& revision) {
    json::array members;
    for (const auto& [member, kind] : revision.members) {
        members.push_back(
            json::object{{"member", member}, {"kind", json::string(rules::to_text(kind))}});
    }
    return members;
}

void note_arrival(Session& db, const AirDocument& document, const std::string& action,
                  const std::string& subject, json::object detail, rules::Instant now) {
    append_event(db, now, action, detail);
    AuditEntry entry;
    entry.at = now;
    entry.person = document.person;
    entry.remote = document.remote;
    entry.action = action + ".take";
    entry.subject = subject;
    entry.detail = std::move(detail);
    append_audit(db, entry);
}

std::optional<std::int64_t> column_of(rules::Concentration value) {
    if (value.is_missing()) return std::nullopt;
    return value.value().millionths;
}

}  // namespace

std::vector<ForecastRevision> revisions_of(const std::vector<rules::Forecast>& forecasts,
                                           rules::Zone zone) {
    std::vector<ForecastRevision> revisions;
    for (const rules::Forecast& forecast : forecasts) {
        auto found = std::ranges::find_if(revisions, [&](const ForecastRevision& revision) {
            return revision.source == forecast.source && revision.issued_at == forecast.issued_at;
        });
        if (found == revisions.end()) {
            found = revisions.insert(revisions.end(), ForecastRevision{});
            found->source = forecast.source;
            found->issued_at = forecast.issued_at;
        }
        found->members.emplace_back(forecast.member, forecast.kind);
        for (const rules::HourlySeries& series : forecast.hourly) {
            widen(*found, series.region, series.first,
                  series.first + std::chrono::hours(series.hours.size()));
        }
        for (const rules::DailyForecastSeries& series : forecast.daily) {
            const rules::Instant first = rules::start_of(series.first, zone);
            widen(*found, series.region, first, first + std::chrono::days(series.days.size()));
        }
    }
    return revisions;
}

StoredRevision store_forecast(Session& db, const AirDocument& document,
                              const ForecastRevision& revision, const std::string& given,
                              rules::Instant now, rules::Zone zone) {
    const std::string hash = plans::sha256_hex(document.bytes);
    StoredRevision stored;
    Statement find(
        db,
        "SELECT number FROM forecasts WHERE sha256 = ? AND source = ? AND issued_at = ? AND "
        "given = ?",
        hash, revision.source, revision.issued_at, given);
    if (find.next()) {
        stored.number = find.integer(0);
        return stored;
    }
    db.exec(
        "INSERT INTO forecasts(arrived, issued_at, source, person, file, "
        "sha256, regions, first, past, bytes, given, members) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        now, revision.issued_at, revision.source, document.person, document.file, hash,
        plans::to_text(to_json(revision.regions)), revision.first, revision.past,
        Blob{document.bytes}, given, plans::to_text(members_json(revision)));
    stored.number = db.last_id();
    stored.is_new = true;
    json::object detail;
    detail["number"] = stored.number;
    detail["source"] = revision.source;
    detail["issued_at"] = rules::to_iso(revision.issued_at, zone);
    detail["sha256"] = hash;
    note_arrival(db, document, "forecast", std::to_string(stored.number), std::move(detail), now);
    return stored;
}

StoredRevision store_observations(Session& db, const AirDocument& document,
                                  const std::vector<rules::HourlySeries>& regions,
                                  rules::Instant now) {
    const std::string hash = plans::sha256_hex(document.bytes);
    StoredRevision stored;
    Statement find(db, "SELECT number FROM observation_deliveries WHERE sha256 = ?", hash);
    if (find.next()) {
        stored.number = find.integer(0);
        return stored;
    }
    db.exec("INSERT INTO observation_deliveries(arrived, person, sha256, bytes) VALUES(?,?,?,?)",
            now, document.person, hash, Blob{document.bytes});
    stored.number = db.last_id();
    stored.is_new = true;
    Statement write(
        db,
        "INSERT INTO observations(region, hour, pm25, pm10, so2, no2, co, o3, delivery) "
        "VALUES(?,?,?,?,?,?,?,?,?) ON CONFLICT(region, hour) DO UPDATE SET pm25 = excluded.pm25, "
        "pm10 = excluded.pm10, so2 = excluded.so2, no2 = excluded.no2, co = excluded.co, "
        "o3 = excluded.o3, delivery = excluded.delivery");
    for (const rules::HourlySeries& series : regions) {
        for (std::size_t i = 0; i < series.hours.size(); ++i) {
            const rules::HourlyConcentrations& hour = series.hours[i];
            const bool is_missing = std::ranges::all_of(
                hour, [](rules::Concentration value) { return value.is_missing(); });
            if (is_missing) continue;
            write.bind(1, series.region);
            write.bind(2, series.first + std::chrono::hours(i));
            for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
                write.bind(static_cast<int>(p) + 3, column_of(hour[p]));
            }
            write.bind(9, stored.number);
            write.run();
            ++stored.hours;
        }
    }
    json::object detail;
    detail["number"] = stored.number;
    detail["hours"] = stored.hours;
    detail["sha256"] = hash;
    note_arrival(db, document, "observations", std::to_string(stored.number), std::move(detail),
                 now);
    return stored;
}

namespace {

constexpr CursorKind kForecastsCursor{"forecasts", "n"};
constexpr CursorKind kObservationsCursor{"observations", "tn"};

asio::awaitable<ApiResponse> get_forecasts(Context& context, const Call& call) {
    const auto asked = cursor_paging_of(call, kForecastsCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const std::string source = call.query_value("source").value_or("");
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        Statement read(db,
                       "SELECT number, arrived, issued_at, source, person, file, sha256, "
                       "regions, first, past, "
                       "members FROM forecasts WHERE (?1 = '' OR source = ?1) AND number < ?4 "
                       "ORDER BY number DESC LIMIT ?2 OFFSET ?3",
                       source, paging.page.per_page, paging.offset(), paging.below());
        json::array items;
        while (read.next()) {
            json::object item;
            item["number"] = read.integer(0);
            item["arrived"] = rules::to_iso(read.instant(1), zone);
            item["issued_at"] = rules::to_iso(read.instant(2), zone);
            item["source"] = read.text(3);
            item["person"] = read.text(4);
            item["file"] = read.text(5);
            item["sha256"] = read.text(6);
            item["regions"] = json::parse(read.text(7));
            item["from"] = rules::to_iso(read.instant(8), zone);
            item["to"] = rules::to_iso(read.instant(9), zone);
            item["members"] = json::parse(read.text(10));
            items.push_back(std::move(item));
        }
        const auto count = [&] {
            return static_cast<std::size_t>(
                db.count("SELECT count(*) FROM forecasts WHERE ?1 = '' OR source = ?1", source));
        };
        return answer_numbered_page(std::move(items), paging, kForecastsCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> get_forecast(Context& context, const Call& call) {
    const std::string number = call.parameter("number");
    const rules::Zone zone = context.pack->zone;
    bool is_gone = false;
    auto work = [&](Session& db) -> rules::Result<std::vector<rules::Forecast>> {
        Statement read(
            db, "SELECT bytes, file, source, issued_at, given FROM forecasts WHERE number = ?",
            number);
        if (!read.next()) return std::vector<rules::Forecast>{};
        is_gone = read.view(0).empty();
        if (is_gone) return std::vector<rules::Forecast>{};
        return read_stored_forecast(read.text(0), read.text(1), read.text(2), read.instant(3), zone,
                                    read.text(4));
    };
    const auto forecasts = co_await context.store.read_slowly(std::move(work), call.reader());
    if (!forecasts) {
        co_return answer_problem(500, "已存预报无法读取", "a stored forecast cannot be read",
                                 forecasts.error());
    }
    if (is_gone) {
        co_return answer_problem(410, "该预报原文已按保存期限删除，编号和摘要仍在清单中",
                                 "its text was let go by retention; number and SHA-256 are listed");
    }
    if (forecasts->empty()) {
        co_return answer_problem(404, "没有该预报", "no forecast of this number");
    }
    json::array members;
    for (const rules::Forecast& forecast : *forecasts) {
        members.push_back(plans::to_json(forecast, zone));
    }
    json::object answer;
    answer["number"] = number;
    answer["forecasts"] = std::move(members);
    co_return answer_json(answer);
}

// Hours of a region, at most a page of them, oldest first.
asio::awaitable<ApiResponse> get_observations(Context& context, const Call& call) {
    const auto asked = cursor_paging_of(call, kObservationsCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const rules::Zone zone = context.pack->zone;
    const std::string region = call.query_value("region").value_or("");
    const auto bound = [&](const std::string& name, rules::Instant otherwise) {
        const auto text = call.query_value(name);
        return text ? rules::parse_instant(*text, zone).value_or(otherwise) : otherwise;
    };
    const rules::Instant now = context.clock.now();
    const rules::Instant from = bound("from", now - std::chrono::hours{7 * 24});
    const rules::Instant to = bound("to", now);
    auto work = [&](Session& db) {
        // Behind the hour of the cursor; the empty name is before every region.
        const std::string after_region = paging.goes_on() ? paging.text_after(0) : std::string();
        const std::int64_t after_hour = paging.goes_on() ? paging.number_after(1) : 0;
        Statement read(
            db,
            "SELECT region, hour, pm25, pm10, so2, no2, co, o3 FROM observations WHERE "
            "(?1 = '' OR region = ?1) AND hour >= ?2 AND hour < ?3 AND (region, hour) > (?6, ?7) "
            "ORDER BY region, hour LIMIT ?4 OFFSET ?5",
            region, from, to, paging.page.per_page, paging.offset(), after_region, after_hour);
        CursorPage page;
        while (read.next()) {
            page.last = {json::string(read.text(0)), read.integer(1)};
            json::object item;
            item["region"] = read.text(0);
            item["time"] = rules::to_iso(read.instant(1), zone);
            for (const rules::Pollutant pollutant : rules::kPollutants) {
                const int column = static_cast<int>(pollutant) + 2;
                json::value& value = item[rules::to_text(pollutant)];
                if (!read.is_null(column)) {
                    value = rules::Decimal{read.integer(column)}.as_double();
                }
            }
            page.items.push_back(std::move(item));
        }
        page.is_last = page.items.size() < paging.page.per_page;
        const auto count = [&] {
            return static_cast<std::size_t>(
                db.count("SELECT count(*) FROM observations WHERE (?1 = '' OR region = ?1) AND "
                         "hour >= ?2 AND hour < ?3",
                         region, from, to));
        };
        return answer_cursor_page(std::move(page), paging, kObservationsCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

}  // namespace

void add_air_routes(Router& router, Context& context) {
    router.serve(operation::kListForecasts, kReaders,
                 [&context](const Call& call) { return get_forecasts(context, call); });
    router.serve(operation::kShowForecast, kReaders,
                 [&context](const Call& call) { return get_forecast(context, call); });
    router.serve(operation::kListObservations, kReaders,
                 [&context](const Call& call) { return get_observations(context, call); });
}

}  // namespace qk::daemon
