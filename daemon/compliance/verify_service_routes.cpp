// The API of verdicts and power curves.

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/compliance.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/compliance/series_view.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/compliance/verify_service.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/packs/judging.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr CursorKind kVerdictsCursor{"verdicts", "ttnn"};

json::array place_of(const StoredVerdict& stored) {
    return {json::string(stored.enterprise), json::string(stored.verdict.obligation),
            stored.window_from.time_since_epoch().count(), stored.version};
}

}  // namespace

void VerifyService::add_routes(Router& router) {
    router.serve(operation::kListVerdicts, kReaders,
                 [this](const Call& call) { return get_verdicts(call); });
    router.serve(operation::kExportVerdictEvidence, kCaseWorkers,
                 [this](const Call& call) { return get_evidence(call); });
    router.serve(operation::kRejudgeWarning, kJudges,
                 [this](const Call& call) { return post_rejudge(call); });
    router.serve(operation::kShowMeterSeries, kReaders,
                 [this](const Call& call) { return get_series(call); });
}

awaitable<ApiResponse> VerifyService::get_verdicts(const Call& call) {
    const auto read = cursor_paging_of(call, kVerdictsCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    VerdictQuery query;
    query.warning = call.query_value("warning").value_or("");
    query.enterprise = call.query_value("enterprise").value_or("");
    query.obligation = call.query_value("obligation").value_or("");
    query.compliance = call.query_value("compliance").value_or("");
    query.all_versions = call.query_value("versions") == "all";
    query.region_prefix = caller_region_prefix(call);
    query.offset = paging.offset();
    query.limit = paging.page.per_page;
    if (paging.goes_on()) {
        const rules::Instant from{std::chrono::seconds{paging.number_after(2)}};
        query.after = {paging.text_after(0), paging.text_after(1), from, paging.number_after(3)};
    }
    const rules::Zone zone = context_.pack->zone;
    auto work = [&query, &paging, zone](Session& db) {
        CursorPage page;
        for (const StoredVerdict& stored : list_verdicts(db, query, zone)) {
            page.items.push_back(to_json(stored, zone));
            page.last = place_of(stored);
        }
        // One that cannot be read any more is left out, so a page may be short and not the last.
        page.is_last = page.items.empty();
        const auto count = [&] { return count_verdicts(db, query); };
        return answer_cursor_page(std::move(page), paging, kVerdictsCursor, count);
    };
    co_return co_await context_.store.read(std::move(work), call.reader());
}

awaitable<ApiResponse> VerifyService::post_rejudge(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    std::string warning = call.parameter("id");
    auto find = [warning](Session& db) { return has_warning(db, warning); };
    const bool is_known = co_await context_.store.read(std::move(find), call.reader());
    if (!is_known) co_return answer_problem(404, "没有这个预警", "no such warning");
    const PassCounts counts = co_await rejudge(std::move(warning));
    json::object answer{{"windows", counts.windows},
                        {"judged", counts.judged},
                        {"changed", counts.changed},
                        {"cases_opened", counts.cases}};
    co_return answer_json(answer);
}

awaitable<ApiResponse> VerifyService::get_series(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const rules::Zone zone = context_.pack->zone;
    const rules::Instant now = context_.clock.now();
    rules::Span span{now - std::chrono::hours{72}, now};
    rules::Faults faults;
    for (const auto& [name, place] : {std::pair{"from", &span.from}, std::pair{"to", &span.to}}) {
        const auto text = call.query_value(name);
        if (!text) continue;
        const auto at = rules::parse_instant(*text, zone);
        if (at)
            *place = *at;
        else
            faults.push_back({{name, 0, 0},
                              rules::not_a_time(*text),
                              rules::kTimeCure,
                              rules::Severity::kError});
    }
    if (span.from >= span.to || span.length() > kSeriesSpanMax) {
        faults.push_back({{"from", 0, 0},
                          "the span is empty or longer than 40 days",
                          "from before to, at most 40 days",
                          rules::Severity::kError});
    }
    if (!faults.empty()) co_return answer_problem(422, "参数有误", "the query is wrong", faults);
    const auto inventory = context_.inventories.current();
    const rules::JudgingParameters parameters = plans::judging_parameters(*context_.pack);
    const std::string meter = call.parameter("meter");
    auto work = [&, span](Session& db) {
        return load_series_views(db, {*inventory, parameters, zone}, {meter}, span);
    };
    const auto views = co_await context_.store.read_slowly(std::move(work), call.reader());
    if (views.empty()) co_return answer_problem(404, "清单中没有这块电表", "no such meter");
    co_return answer_json(to_json(views.front(), zone));
}

}  // namespace qk::daemon
