#include "daemon/trust/audit_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/trust.hpp"
#include "daemon/service/county_view.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr CursorKind kAuditCursor{"audit", "n"};

// The questions that were answered with an edition name lines of every county; a temporary control
// (临时管控) names enterprises.
json::value detail_for(const CountyView& view, const AuditEntry& entry) {
    json::value detail = entry.detail;
    if (!view.is_of_all() && entry.action == "inventory.use" && detail.is_object()) {
        detail.get_object().erase("questions");
    }
    if (entry.action.starts_with("control.")) {
        return view.own_part_of_control(std::move(detail)).value_or(json::object{});
    }
    return detail;
}

asio::awaitable<ApiResponse> get_audit(Context& context, const Call& call) {
    const auto asked = cursor_paging_of(call, kAuditCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const CountyView view(context, call.caller);
    AuditQuery query;
    query.subject = call.query_value("subject").value_or("");
    query.offset = paging.offset();
    query.limit = paging.page.per_page;
    query.below = paging.below();
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        json::array items;
        query.enterprises = view.enterprises_json(db);
        for (const NumberedAuditEntry& entry : audit_entries(db, query)) {
            json::object item;
            item["number"] = entry.number;
            item["at"] = rules::to_iso(entry.entry.at, zone);
            item["person"] = entry.entry.person;
            item["remote"] = entry.entry.remote;
            item["action"] = entry.entry.action;
            item["subject"] = entry.entry.subject;
            item["detail"] = detail_for(view, entry.entry);
            item["hash"] = entry.hash;
            items.push_back(std::move(item));
        }
        const auto count = [&] { return count_audit_entries(db, query); };
        return answer_numbered_page(std::move(items), paging, kAuditCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> get_check(Context& context, const Call& call) {
    auto work = [](Session& db) { return check_audit_chain(db); };
    const rules::Faults faults = co_await context.store.read_slowly(std::move(work), call.reader());
    json::array breaks;
    for (const rules::Fault& fault : faults) breaks.push_back(json::string(rules::to_text(fault)));
    json::object answer;
    answer["holds"] = faults.empty();
    answer["breaks"] = std::move(breaks);
    co_return answer_json(answer);
}

}  // namespace

void add_audit_routes(Router& router, Context& context) {
    router.serve(operation::kListAudit, kAuditors,
                 [&context](const Call& call) { return get_audit(context, call); });
    router.serve(operation::kCheckAudit, kAuditors,
                 [&context](const Call& call) { return get_check(context, call); });
}

}  // namespace qk::daemon
