// The API of temporary controls (临时管控): one person proposes, another signs, the desk takes
// back.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/role_sets.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/county_view.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/control_desk.hpp"
#include "daemon/warnings/requests.hpp"
#include "daemon/warnings/season_service.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr CursorKind kControlsCursor{"controls", "n"};

// Zero, which is nobody's number, for what is not one.
std::int64_t number_in(const Call& call) {
    return rules::parse_whole(call.parameter("number"), 1, rules::kWholeMost).value_or(0);
}

asio::awaitable<ApiResponse> get_controls(Context& context, const Call& call) {
    const auto asked = cursor_paging_of(call, kControlsCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const DeskView desk = desk_view(context);
    const CountyView view(context, call.caller);
    auto work = [&](Session& db) {
        CursorPage page;
        const auto grades = grade_changes_beside(db, desk.inventory->edition, desk.pack->zone);
        const auto rows = list_controls(db, asked->newest_first());
        for (const ControlRow& row : rows) {
            if (auto own = view.own_part_of_control(control_view(row, desk, grades))) {
                page.items.push_back(*std::move(own));
            }
        }
        // What is of other counties is left out, so a page may be short and not the last.
        page.is_last = rows.size() < asked->page.per_page;
        if (!rows.empty()) page.last.emplace_back(rows.back().number);
        return answer_cursor_page(std::move(page), *asked, kControlsCursor,
                                  [&db] { return count_controls(db); });
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

// One step of a person, carried out once however often it is sent.
template <class Step>
asio::awaitable<ApiResponse> take_step(Context& context, const Call& call, const DeskView& desk,
                                       Step step) {
    if (auto refused = refuse_part(call, desk.pack->region_code)) co_return *refused;
    const DeskPerson person = desk_person(*call.caller, call.request.remote, *desk.pack);
    auto work = [&](Session& db) { return step(db, desk, person); };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> post_control(Context& context, const Call& call) {
    const DeskView desk = desk_view(context);
    auto load = [&desk](Session& db) {
        return grade_changes_beside(db, desk.inventory->edition, desk.pack->zone);
    };
    const GradeChanges grades = co_await context.store.read(std::move(load), call.reader());
    const auto request = read_control_request(call.request.body, desk, grades);
    if (!request) {
        co_return answer_problem(422, "临时管控有误，未提出", "the temporary control is refused",
                                 request.error());
    }
    auto step = [&request](Session& db, const DeskView& view, const DeskPerson& person) {
        return propose_control(db, view, person, *request);
    };
    co_return co_await take_step(context, call, desk, std::move(step));
}

asio::awaitable<ApiResponse> post_signature(Context& context, const Call& call) {
    const DeskView desk = desk_view(context);
    const std::int64_t number = number_in(call);
    auto step = [number](Session& db, const DeskView& view, const DeskPerson& person) {
        return sign_control(db, view, person, number);
    };
    co_return co_await take_step(context, call, desk, std::move(step));
}

asio::awaitable<ApiResponse> post_withdrawal(Context& context, const Call& call) {
    const auto why = read_reason(call.request.body);
    if (!why) co_return answer_faults(why.error());
    const DeskView desk = desk_view(context);
    const std::int64_t number = number_in(call);
    auto step = [number, &why](Session& db, const DeskView& view, const DeskPerson& person) {
        return withdraw_control(db, view, person, number, *why);
    };
    co_return co_await take_step(context, call, desk, std::move(step));
}

}  // namespace

void SeasonService::add_control_routes(Router& router) {
    Context& context = context_;
    router.serve(operation::kListControls, kReaders,
                 [&context](const Call& call) { return get_controls(context, call); });
    router.serve(operation::kProposeControl, kProposers,
                 [&context](const Call& call) { return post_control(context, call); });
    router.serve(operation::kSignControl, kSigners,
                 [&context](const Call& call) { return post_signature(context, call); });
    router.serve(operation::kWithdrawControl, kDesk,
                 [&context](const Call& call) { return post_withdrawal(context, call); });
}

}  // namespace qk::daemon
