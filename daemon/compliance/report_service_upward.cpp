// The routes of the reports upwards.
#include "daemon/api/api.hpp"
#include "daemon/api/operations/compliance.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/compliance/report_service.hpp"
#include "daemon/compliance/upward_rows.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

using boost::asio::awaitable;
using plans::UpwardKind;

// What the query asks for; faults name what is wrong with it.
struct UpwardQuery {
    rules::Instant as_of{};
    std::optional<rules::CivilDay> day;
    rules::Faults faults;
};
UpwardQuery upward_query(const Call& call, rules::Instant now, rules::Zone zone) {
    UpwardQuery query;
    query.as_of = now;
    const auto fault = [&query](const char* name, std::string what, std::string cure) {
        query.faults.push_back(
            {{name, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
    };
    if (const auto text = call.query_value("at")) {
        const auto at = rules::parse_instant(*text, zone);
        if (!at) fault("at", "'" + *text + "' is not a time", "2016-12-16T09:00:00+08:00");
        if (at && *at > now) fault("at", "'" + *text + "' is still to come", "a time that is over");
        query.as_of = at.value_or(now);
    }
    if (const auto text = call.query_value("day")) {
        query.day = rules::parse_day(*text);
        if (!query.day) fault("day", "'" + *text + "' is not a day", "2016-12-16");
        if (query.day && rules::start_of(*query.day, zone) > query.as_of) {
            fault("day", "'" + *text + "' has not begun by then", "a day that has begun");
        }
        // A day that is over is told as it was known when it ended, unless a later time is named.
        const bool is_over =
            query.day && rules::start_of(*query.day + std::chrono::days(1), zone) < query.as_of;
        if (is_over && !call.query_value("at")) {
            query.as_of = rules::start_of(*query.day + std::chrono::days(1), zone);
        }
    }
    return query;
}

ApiResponse answer_text(std::string type, std::string body) {
    ApiResponse response;
    response.content_type = std::move(type);
    response.body = std::move(body);
    return response;
}

}  // namespace

awaitable<ApiResponse> ReportService::get_upward(const Call& call, UpwardKind kind) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const auto pack = context_.pack;
    const rules::Instant now = context_.clock.now();
    UpwardQuery query = upward_query(call, now, pack->zone);
    if (kind == UpwardKind::kSituation && !call.query_value("at")) {
        query.as_of = plans::report_time(pack->timing.situation_reports, now, pack->zone);
    }
    if (!query.faults.empty()) {
        co_return answer_problem(422, "参数有误", "the query is wrong", query.faults);
    }
    const std::string format = call.query_value("format").value_or("");
    const auto inventory = context_.inventories.current();
    auto work = [pack, kind, warning = call.parameter("id"), as_of = query.as_of, day = query.day,
                 inventory](Session& db) {
        return gather_upward(db, {*pack, kind, warning, as_of, day, inventory.get()});
    };
    const auto report = co_await context_.store.read_slowly(std::move(work), call.reader());
    if (!report) co_return answer_problem(404, "没有这个预警", "no such warning");
    if (kind == UpwardKind::kSummary && !plans::standing_of(*report).lifted_at) {
        co_return answer_problem(409, "预警届时尚未解除，总结在解除后编制",
                                 "not lifted by then; the summary is made after the lift");
    }
    if (kind == UpwardKind::kProvince && format == "csv") {
        co_return answer_text("text/csv; charset=utf-8", plans::to_province_csv(*report));
    }
    if (kind != UpwardKind::kProvince && format == "text") {
        co_return answer_text("text/plain; charset=utf-8", plans::to_paper(*report));
    }
    co_return answer_json(plans::to_json(*report));
}

void ReportService::add_upward_routes(Router& router) {
    router.serve(operation::kShowSituationReport, kReaders,
                 [this](const Call& call) { return get_upward(call, UpwardKind::kSituation); });
    router.serve(operation::kShowDayReport, kReaders,
                 [this](const Call& call) { return get_upward(call, UpwardKind::kDay); });
    router.serve(operation::kShowSummaryReport, kReaders,
                 [this](const Call& call) { return get_upward(call, UpwardKind::kSummary); });
    router.serve(operation::kShowProvinceForm, kReaders,
                 [this](const Call& call) { return get_upward(call, UpwardKind::kProvince); });
}

}  // namespace qk::daemon
