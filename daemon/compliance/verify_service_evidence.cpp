// The evidence of one verdict, given out: noted in the audit log, whose new head proves that it was
// this and nothing else.

#include <charconv>

#include "daemon/api/api.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/compliance/verdict_package.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/compliance/verify_service.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/response/signing.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

struct GatheredVerdict {
    StoredVerdict verdict;
    VerdictRecords records;
};

std::int64_t verdict_number(const Call& call) {
    const std::string text = call.parameter("id");
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

// Empty: there is none, or it is not of the caller's counties, which is answered alike.
std::optional<GatheredVerdict> gather(Session& db, std::int64_t number, const std::string& prefix,
                                      rules::Zone zone) {
    auto verdict = load_verdict(db, number, zone);
    if (!verdict) return std::nullopt;
    if (!prefix.empty()) {
        VerdictQuery query;
        query.enterprise = verdict->enterprise;
        query.region_prefix = prefix;
        query.all_versions = true;
        if (count_verdicts(db, query) == 0) return std::nullopt;
    }
    VerdictRecords records = verdict_records(db, *verdict, zone);
    return GatheredVerdict{std::move(*verdict), std::move(records)};
}

}  // namespace

awaitable<ApiResponse> VerifyService::get_evidence(const Call& call) {
    const std::int64_t number = verdict_number(call);
    const std::string prefix = caller_region_prefix(call);
    const rules::Zone zone = context_.pack->zone;
    const std::string reader = call.reader();
    auto find = [number, prefix, zone](Session& db) { return gather(db, number, prefix, zone); };
    const auto gathered = co_await context_.store.read_slowly(std::move(find), reader);
    if (!gathered) co_return answer_problem(404, "没有这个结论", "no such verdict");
    const PackageFrame frame{context_.pack->name, context_.clock.now()};
    const plans::SigningKey& key = context_.signing_key;
    const std::string remote = call.request.remote;
    auto note = [&gathered, &frame, &key, &reader, &remote](Session& db) {
        const json::object detail{{"enterprise", gathered->verdict.enterprise},
                                  {"sha256", gathered->records.sha256}};
        const std::int64_t entry =
            append_audit(db, {frame.made_at, reader, remote, "evidence.give",
                              std::to_string(gathered->verdict.number), detail});
        (void)sign_audit_head(db, key, frame.made_at, HeadOccasion::kExport);
        return entry;
    };
    const std::int64_t given = co_await context_.store.transact(std::move(note));
    auto compose = [&gathered, &frame, &key, given](Session& db) {
        return verdict_page(db, gathered->verdict, gathered->records, given, frame, key);
    };
    ApiResponse answer;
    answer.body = co_await context_.store.read_slowly(std::move(compose), reader);
    answer.content_type = "text/html; charset=utf-8";
    answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"verdict-" +
                                                           std::to_string(number) + ".html\"");
    co_return answer;
}

}  // namespace qk::daemon
