#include "daemon/enterprise/own_routes.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/enterprise.hpp"
#include "daemon/api/page_policy.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/base/said.hpp"
#include "daemon/compliance/series_view.hpp"
#include "daemon/enterprise/own_board.hpp"
#include "daemon/enterprise/own_caller.hpp"
#include "daemon/enterprise/own_view.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "plans/packs/judging.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

constexpr const char* kPageChannel = "page";
constexpr CursorKind kOwnReceiptsCursor{"own_receipts", "n"};
constexpr std::chrono::hours kSeriesSpan{72};
const std::string kBody = "body";

OwnView view_of(const Context& context) {
    return {context.pack->zone, context.config->limits.receipts};
}

asio::awaitable<ApiResponse> show_own(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const OwnView view = view_of(context);
    json::object shown{{"now", rules::to_iso(context.clock.now(), view.zone)},
                       {"driven", context.config->clock_mode == ClockMode::kDriven},
                       {"region_name", context.pack->name},
                       {"enterprise", facts_json(*own)}};
    auto work = [&](Session& db) {
        json::array orders;
        for (const bool is_exercise : {false, true}) {
            const auto order = load_order(db, order_holder_of(own->enterprise, is_exercise));
            if (order) orders.emplace_back(view.order(db, *order));
        }
        return orders;
    };
    shown["orders"] = co_await context.store.read(std::move(work), call.reader());
    co_return answer_json(shown);
}

struct WantedReceipt {
    Receipt receipt;
    bool is_exercise = false;
};

rules::Result<WantedReceipt> read_receipt(const Call& call, Instant now) {
    const auto body = plans::parse_json(call.request.body, kBody);
    if (!body) return body.error();
    rules::Faults faults = faults_of_said(*body);
    plans::JsonFields fields(*body, "", kBody, faults);
    WantedReceipt wanted;
    Receipt& receipt = wanted.receipt;
    wanted.is_exercise = fields.maybe_flag("exercise");
    receipt.revision = fields.whole_number("revision", 1);
    receipt.by = fields.text("by");
    receipt.note = fields.maybe_text("note");
    receipt.at = now;
    const std::string state = fields.text("state");
    receipt.state = parse_receipt_state(state).value_or(ReceiptState::kNone);
    if (receipt.state == ReceiptState::kNone && !state.empty()) {
        fields.fault("state", fmt::format("'{}' is not one", state),
                     "received, accepted, executing, done or refused");
    }
    if (plans::is_blank(receipt.by)) {
        fields.fault("by", "is blank", "签收人姓名 / the name of who signs");
    }
    // 高炉不能停: nobody can answer a refusal without its reason.
    if (receipt.state == ReceiptState::kRefused && plans::is_blank(receipt.note)) {
        fields.fault("note", "is missing", "写明为何不能执行 / why it cannot be carried out");
    }
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return wanted;
}

// As one over the broker: the same states, and the same rules.
asio::awaitable<ApiResponse> post_receipt(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const auto wanted = read_receipt(call, latest_now(context));
    if (!wanted) co_return answer_problem(422, "回执有误", "the receipt is wrong", wanted.error());
    ReceiptOrigin origin;
    origin.enterprise = order_holder_of(own->enterprise, wanted->is_exercise);
    origin.channel = kPageChannel;
    origin.sender = own->enterprise;
    origin.remote = call.request.remote;
    origin.arrived = wanted->receipt.at;
    auto work = [&](Session& db) {
        Receipt receipt = wanted->receipt;
        const auto issued = order_of_revision(db, origin.enterprise, receipt.revision);
        if (!issued) {
            return answer_problem(409, "没有这一版指令", "no such revision was ever issued",
                                  rules::refuse("no such revision was ever issued",
                                                "刷新页面，查看现行指令 / load the page anew"));
        }
        receipt.order = *issued;
        const ReceiptEffect effect = take_receipt(db, receipt, origin);
        // Told, because who signs an old order believes that it has signed the one in force.
        if (effect == ReceiptEffect::kOldRevision) {
            return answer_problem(409, "指令已有新版本，请查看后重新签收",
                                  "there is a newer order; look at it and sign that",
                                  rules::refuse("it is not the order in force any more",
                                                "刷新页面 / load the page anew"),
                                  {{"refusal", "old_revision"}});
        }
        const json::object answer{{"effect", json::string(to_text(effect))},
                                  {"revision", receipt.revision}};
        return answer_json(answer, effect == ReceiptEffect::kTaken ? 201 : 200);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> list_own_receipts(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const auto read = cursor_paging_of(call, kOwnReceiptsCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    const bool is_exercise = call.query_value("exercise").value_or("") == "true";
    const std::string holder = order_holder_of(own->enterprise, is_exercise);
    const OwnView view = view_of(context);
    auto work = [&](Session& db) {
        json::array items;
        for (const StoredReceipt& one : list_receipts(db, holder, "", paging.newest_first())) {
            items.emplace_back(view.receipt(one));
        }
        const auto count = [&] { return count_receipts(db, holder, ""); };
        return answer_numbered_page(std::move(items), paging, kOwnReceiptsCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

rules::Result<rules::Span> span_of(const Call& call, Instant now, rules::Zone zone) {
    rules::Span span{now - kSeriesSpan, now};
    for (const auto& [name, place] : {std::pair{"from", &span.from}, std::pair{"to", &span.to}}) {
        const auto text = call.query_value(name);
        if (!text) continue;
        const auto at = rules::parse_instant(*text, zone);
        if (!at) return rules::refuse(rules::not_a_time(*text), std::string(rules::kTimeCure));
        *place = *at;
    }
    if (span.from >= span.to || span.length() > kSeriesSpanMax) {
        return rules::refuse("the span is empty or longer than 40 days",
                             "from before to, at most 40 days");
    }
    return span;
}

asio::awaitable<ApiResponse> show_own_series(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const rules::Zone zone = context.pack->zone;
    const auto span = span_of(call, context.clock.now(), zone);
    if (!span) co_return answer_problem(422, "参数有误", "the query is wrong", span.error());
    const std::string meter = call.query_value("meter").value_or("");
    // One of another enterprise is answered as one that is not there.
    const auto is_own = [&](const plans::Meter& one) {
        return one.id.text() == meter && one.enterprise == own->row().id;
    };
    if (std::ranges::none_of(own->inventory->meters, is_own)) {
        co_return answer_problem(404, "没有这块电表", "no such meter of yours");
    }
    const rules::JudgingParameters parameters = plans::judging_parameters(*context.pack);
    auto work = [&](Session& db) {
        return load_series_views(db, {*own->inventory, parameters, zone}, {meter}, *span);
    };
    const auto views = co_await context.store.read_slowly(std::move(work), call.reader());
    if (views.empty()) co_return answer_problem(404, "没有这块电表", "no such meter of yours");
    co_return answer_json(to_json(views.front(), zone));
}

asio::awaitable<ApiResponse> show_own_board(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    co_return answer_html(own_board_html(*own, context));
}

}  // namespace

void add_own_routes(Router& router, Context& context) {
    const auto with = [&context](auto handle) -> Handler {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    router.serve(operation::kShowOwn, kEnterprises, with(show_own));
    router.serve(operation::kGiveOwnReceipt, kEnterprises, with(post_receipt));
    router.serve(operation::kListOwnReceipts, kEnterprises, with(list_own_receipts));
    router.serve(operation::kShowOwnSeries, kEnterprises, with(show_own_series));
    router.serve(operation::kShowOwnBoard, kEnterprises, with(show_own_board));
    add_own_case_routes(router, context);
}

}  // namespace qk::daemon
