// The API of orders and receipts.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/orders.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/order_json.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/orders/refusals.hpp"
#include "daemon/service/answer_cache.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "plans/text/trimmed.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr CursorKind kOrdersCursor{"orders", "t"};
constexpr CursorKind kReceiptsCursor{"receipts", "n"};

OrderJson json_of(const Context& context) {
    return {context.pack->zone, context.config->limits.receipts};
}

asio::awaitable<ApiResponse> get_orders(Context& context, const Call& call) {
    const auto read = cursor_paging_of(call, kOrdersCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    const std::string after = paging.goes_on() ? paging.text_after(0) : std::string();
    const std::string warning = call.query_value("warning").value_or("");
    const std::string state = call.query_value("receipt_state").value_or("");
    const std::string region_prefix = caller_region_prefix(call);
    const OrderJson as = json_of(context);
    auto work = [&](Session& db) {
        CursorPage page;
        for (const StoredOrder& order : list_orders(db, warning, state, paging.offset(),
                                                    paging.page.per_page, region_prefix, after)) {
            page.items.push_back(as.order(order));
            page.last = {json::string(order.enterprise)};
        }
        page.is_last = page.items.size() < paging.page.per_page;
        const auto count = [&] { return count_orders(db, warning, state, region_prefix); };
        return answer_cursor_page(std::move(page), paging, kOrdersCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> get_order(Context& context, const Call& call) {
    const std::string enterprise = call.parameter("enterprise");
    const OrderJson as = json_of(context);
    json::object answers;
    auto work = [&](Session& db) {
        auto found = load_order(db, enterprise);
        if (!found) return found;
        const PresentOrder present{found->order, found->revision};
        answers = as.answers(receipts_of_revision(db, enterprise, present),
                             refusal_of(db, enterprise, found->revision));
        return found;
    };
    const auto order = co_await context.store.read(std::move(work), call.reader());
    if (!order) co_return answer_problem(404, "该企业没有指令", "this enterprise has no order");
    if (!covers(call, order->region)) {
        co_return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
    }
    json::object shown = as.order(*order);
    shown.insert(answers.begin(), answers.end());
    ApiResponse answer = answer_json(shown);
    // The document as it was signed, byte for byte: whoever gets it can verify the signature, and
    // it is not read and written again for every look.
    answer.body.pop_back();
    answer.body.append(",\"document\":").append(order->signed_text) += '}';
    co_return answer;
}

asio::awaitable<ApiResponse> get_receipts(Context& context, const Call& call) {
    const auto read = cursor_paging_of(call, kReceiptsCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    const std::string enterprise = call.query_value("enterprise").value_or("");
    const std::string warning = call.query_value("warning").value_or("");
    const std::string region_prefix = caller_region_prefix(call);
    const OrderJson as = json_of(context);
    auto work = [&](Session& db) {
        json::array items;
        for (const StoredReceipt& receipt :
             list_receipts(db, enterprise, warning, paging.newest_first(), region_prefix)) {
            items.push_back(as.receipt(receipt));
        }
        const auto count = [&] { return count_receipts(db, enterprise, warning, region_prefix); };
        return answer_numbered_page(std::move(items), paging, kReceiptsCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> get_phone_list(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    const rules::Zone zone = context.pack->zone;
    const auto inventory = context.inventories.current();
    const auto index = context.inventories.index();
    const std::string region_prefix = caller_region_prefix(call);
    auto work = [&](Session& db) {
        json::array items;
        for (const PhoneEntry& entry :
             phone_list(db, (paging.page - 1) * paging.per_page, paging.per_page, region_prefix)) {
            json::object item;
            item["enterprise"] = entry.enterprise;
            item["revision"] = entry.revision;
            item["wanted"] = entry.wanted;
            item["listed_at"] = rules::to_iso(entry.listed_at, zone);
            if (const auto place = index->enterprise(enterprise_of(entry.enterprise))) {
                const plans::Enterprise& enterprise = inventory->enterprises[*place];
                item["name"] = enterprise.name.text();
                item["contact"] = enterprise.contact.text();
                item["phone"] = enterprise.phone.text();
            }
            items.push_back(std::move(item));
        }
        return answer_page(std::move(items), paging, count_phone_list(db, region_prefix));
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

// What a person was told on the telephone: a receipt, and the state on record that is wrong.
struct PhoneReceipt {
    Receipt receipt;
    std::optional<ReceiptState> corrects;
};

rules::Result<PhoneReceipt> told_on_the_phone(const Call& call, rules::Instant now,
                                              rules::Zone zone) {
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) return body.error();
    rules::Faults faults = faults_of_said(*body);
    const auto fault = [&faults](std::string what, std::string cure) {
        faults.push_back(
            {{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
    };
    PhoneReceipt told;
    Receipt& receipt = told.receipt;
    receipt.by = std::string(plans::trimmed(plans::string_or(*body, "by")));
    receipt.note = std::string(plans::trimmed(plans::string_or(*body, "note")));
    receipt.at = now;
    const std::string state = plans::string_or(*body, "state");
    receipt.state = parse_receipt_state(state).value_or(ReceiptState::kNone);
    if (receipt.state == ReceiptState::kNone) {
        fault(fmt::format("state '{}' is not one", state),
              "received, accepted, executing, done or refused");
    }
    if (receipt.by.empty()) fault("by is missing", "the name of the person on the telephone");
    if (const std::string at = plans::string_or(*body, "at"); !at.empty()) {
        const auto t = rules::parse_instant(at, zone);
        if (t && *t <= now) {
            receipt.at = *t;
        } else {
            fault(fmt::format("at '{}' is not a time that has passed", at), "ISO 8601");
        }
    }
    // Without it, the one in force; what is there and no number, is none.
    const double unsaid = plans::find_member(*body, "revision") == nullptr ? 0 : -1;
    const auto revision =
        rules::whole_of(plans::number_or(*body, "revision", unsaid), 0, rules::kWholeMost);
    if (!revision) fault("revision is not a whole number", "that of the order's document");
    receipt.revision = revision.value_or(0);
    const json::value* const corrects = plans::find_member(*body, "corrects");
    if (corrects != nullptr && *corrects != json::value("")) {
        told.corrects = parse_receipt_state(plans::string_or(*body, "corrects"));
        if (!told.corrects)
            fault("corrects is not a state of a receipt", "the state on record, as refused");
        if (receipt.note.empty()) fault("note is missing", "why what is on record is wrong");
    }
    if (!faults.empty()) return faults;
    return told;
}

// What a person decides about the state on record: which is true, and which was seen.
rules::Result<PhoneReceipt> read_overrule(const Call& call, rules::Instant now) {
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) return body.error();
    rules::Faults faults = faults_of_said(*body);
    const auto fault = [&faults](std::string what, std::string cure) {
        faults.push_back(
            {{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
    };
    PhoneReceipt told;
    told.receipt.at = now;
    told.receipt.by = call.caller->id;
    told.receipt.note = std::string(plans::trimmed(plans::string_or(*body, "reason")));
    if (told.receipt.note.empty()) {
        fault("reason 缺失 / is missing", "为何不是登记的状态 / why what is on record is wrong");
    }
    const auto state_in = [&](const char* member) {
        const std::string text = plans::string_or(*body, member);
        const auto state = parse_receipt_state(text);
        if (!state) {
            fault(fmt::format("{} '{}' 不是回执状态 / is not a state", member, text),
                  "none, received, accepted, executing, done or refused");
        }
        return state;
    };
    told.receipt.state = state_in("state").value_or(ReceiptState::kNone);
    told.corrects = state_in("seen");
    if (!faults.empty()) return faults;
    return told;
}

asio::awaitable<ApiResponse> take_told(Context& context, const Call& call,
                                       rules::Result<PhoneReceipt> told, std::string channel) {
    if (!told) {
        co_return answer_problem(422, "回执有误", "the receipt is wrong", told.error());
    }
    Receipt* const receipt = &told->receipt;
    ReceiptOrigin origin;
    origin.enterprise = call.parameter("enterprise");
    origin.channel = std::move(channel);
    origin.person = call.caller->id;
    origin.remote = call.request.remote;
    origin.arrived = latest_now(context);
    origin.corrects = told->corrects;
    const std::string region = call.caller->region;
    auto work = [&](Session& db) {
        const auto order = load_order(db, origin.enterprise);
        if (!order) return answer_problem(404, "该企业没有指令", "this enterprise has no order");
        if (!covers(region, order->region)) {
            return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
        }
        if (receipt->revision == 0) receipt->revision = order->revision;
        const auto issued = order_of_revision(db, origin.enterprise, receipt->revision);
        if (!issued) {
            return answer_problem(409, "该企业没有这一版指令", "no such revision was ever issued");
        }
        receipt->order = *issued;
        const ReceiptEffect effect = take_receipt(db, *receipt, origin);
        if (origin.corrects && effect != ReceiptEffect::kTaken) {
            return answer_problem(409, "登记的状态已不是所写的状态，请重新查看",
                                  "the state on record is not the one that was named; look again");
        }
        json::object answer;
        answer["effect"] = std::string(to_text(effect));
        answer["revision"] = receipt->revision;
        return answer_json(answer, effect == ReceiptEffect::kTaken ? 201 : 200);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    if (answer.status < 300) context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> post_receipt(Context& context, const Call& call) {
    auto told = told_on_the_phone(call, latest_now(context), context.pack->zone);
    std::string channel = "phone";
    co_return co_await take_told(context, call, std::move(told), std::move(channel));
}

asio::awaitable<ApiResponse> post_overrule(Context& context, const Call& call) {
    auto told = read_overrule(call, latest_now(context));
    std::string channel = "desk";
    co_return co_await take_told(context, call, std::move(told), std::move(channel));
}

}  // namespace

void Dispatcher::add_routes(Router& router) {
    Context& context = context_;
    const auto with = [&context](auto handle) -> Handler {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    // Every page of the orders is looked at again after each event.
    router.serve(operation::kListOrders, kReaders,
                 kept_answers(context, AnswerHolds::kUntilChange, with(get_orders)));
    router.serve(operation::kShowOrder, kReaders, with(get_order));
    router.serve(operation::kListReceipts, kReaders, with(get_receipts));
    router.serve(operation::kListPhoneCalls, kReaders, with(get_phone_list));
    router.serve(operation::kRecordReceipt, kLiaisons, with(post_receipt));
    router.serve(operation::kOverruleReceipt, kOverrulers, with(post_overrule));
    add_refusal_routes(context, router);
}

}  // namespace qk::daemon
