#include "daemon/compliance/report_service.hpp"

#include "daemon/api/api.hpp"
#include "daemon/api/operations/compliance.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/compliance/report_rows.hpp"
#include "daemon/compliance/report_source.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/documents/report_docx.hpp"
#include "plans/text/docx_writer.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using boost::asio::awaitable;

// Warnings for which a report is made in one turn; the others have theirs in the next.
constexpr std::size_t kReportsAtOnce = 100;

ApiResponse answer_written(const Call& call, std::string json, std::string html) {
    if (call.query_value("format") == "html") return answer_html(std::move(html));
    ApiResponse response;
    response.body = std::move(json);
    return response;
}

ApiResponse answer_paper(const std::string& json) {
    const auto report = plans::parse_json(json, "report");
    ApiResponse response;
    response.content_type = plans::kDocxType;
    response.body = plans::report_docx(report.value());
    return response;
}

}  // namespace

ReportService::ReportService(Context& context, VerifyService& verify)
    : context_(context), verify_(verify) {}

void ReportService::add_routes(Router& router) {
    router.serve(operation::kShowReport, kReaders,
                 [this](const Call& call) { return get_report(call); });
    router.serve(operation::kKeepReport, kReportKeepers,
                 [this](const Call& call) { return post_report(call); });
    add_upward_routes(router);
}

awaitable<std::optional<ReportService::Written>> ReportService::write(std::string warning,
                                                                      std::string region_prefix,
                                                                      std::string reader) {
    const auto pack = context_.pack;
    const auto inventory = context_.inventories.current();
    const rules::Instant now = context_.clock.now();
    auto work = [pack, inventory, now, warning,
                 region_prefix](Session& db) -> std::optional<Written> {
        const auto report = gather_report(db, {*pack, *inventory, now, region_prefix}, warning);
        if (!report) return std::nullopt;
        Written written;
        written.json = plans::to_text(plans::to_json(*report));
        written.html = plans::to_html(*report);
        return written;
    };
    co_return co_await context_.store.read_slowly(std::move(work), std::move(reader));
}

awaitable<std::optional<ReportService::Written>> ReportService::kept(std::string warning,
                                                                     std::string reader) {
    auto work = [warning](Session& db) -> std::optional<Written> {
        auto row = load_report(db, warning);
        if (!row) return std::nullopt;
        Written written;
        written.json = std::move(row->json);
        written.html = std::move(row->html);
        return written;
    };
    co_return co_await context_.store.read(std::move(work), std::move(reader));
}

awaitable<ApiResponse> ReportService::keep(std::string warning, const Call& call) {
    co_await verify_.rejudge(warning);
    std::string whole;  // no region prefix: of all counties
    std::string reader;
    std::string person = "system";
    if (call.caller) person = reader = call.caller->id;
    auto written = co_await write(warning, std::move(whole), std::move(reader));
    if (!written) co_return answer_problem(404, "没有这个预警", "no such warning");
    const rules::Instant now = context_.clock.now();
    auto work = [&, now](Session& db) {
        store_report(db, {warning, now, person, written->json, written->html});
        append_audit(db, {now, person, call.request.remote, "report.keep", warning,
                          boost::json::object{{"bytes", written->html.size()}}});
        append_event(db, now, "report", boost::json::object{{"warning", warning}});
        return answer_written(call, std::move(written->json), std::move(written->html));
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_return answer;
}

awaitable<std::size_t> ReportService::keep_due() {
    const rules::Instant settled = context_.clock.now() - kSettle;
    auto work = [settled](Session& db) {
        return warnings_without_report(db, settled, kReportsAtOnce);
    };
    const auto due = co_await context_.store.read(std::move(work));
    for (const std::string& warning : due) {
        const Call itself{};  // named: see CONTRIBUTING, coroutines
        (void)co_await keep(warning, itself);
    }
    co_return due.size();
}

void ReportService::start(TaskGroup& tasks) { tasks.spawn("reports", run()); }

awaitable<void> ReportService::run() {
    for (;;) {
        const std::chrono::seconds period = context_.config->verify_period;
        const rules::Instant now = context_.clock.now();
        const auto since = now.time_since_epoch() % period;
        co_await context_.clock.sleep_until(now + (period - since));
        co_await keep_due();
    }
}

awaitable<ApiResponse> ReportService::get_report(const Call& call) {
    const std::string warning = call.parameter("id");
    // The report that is kept is of the whole region; a caller restricted to a part of it reads
    // that part.
    const bool is_of_all = covers(call, context_.pack->region_code);
    std::string region_prefix;
    if (!is_of_all) region_prefix = caller_region_prefix(call);
    std::optional<Written> written;
    if (is_of_all) written = co_await kept(warning, call.reader());
    if (!written) written = co_await write(warning, region_prefix, call.reader());
    if (!written) co_return answer_problem(404, "没有这个预警", "no such warning");
    if (call.query_value("format") == "docx") {
        // Beside the event loop: of a large region the text is tens of megabytes long.
        auto write_paper = [&written](Session&) { return answer_paper(written->json); };
        co_return co_await context_.store.read_slowly(std::move(write_paper), call.reader());
    }
    co_return answer_written(call, std::move(written->json), std::move(written->html));
}

awaitable<ApiResponse> ReportService::post_report(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    std::string warning = call.parameter("id");
    co_return co_await keep(std::move(warning), call);
}

}  // namespace qk::daemon
