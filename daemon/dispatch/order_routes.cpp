// The API of orders and receipts.
#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "daemon/dispatch/dispatcher.hpp"
#include "daemon/dispatch/receipts.hpp"
#include "daemon/http/api.hpp"
#include "daemon/http/rights.hpp"
#include "daemon/intake/inventory_book.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/sql.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

const std::set<Role> kReaders{Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                              Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};

json::value time_or_null(const std::optional<rules::Instant>& t, rules::Zone zone) {
    if (!t) return nullptr;
    return json::value(rules::to_iso(*t, zone));
}

json::object to_json(const StoredOrder& order, rules::Zone zone) {
    json::object object;
    object["enterprise"] = order.enterprise;
    object["region"] = order.region;
    object["warning"] = order.warning;
    object["order"] = order.order;
    object["revision"] = order.revision;
    object["exercise"] = order.exercise;
    object["obligations"] = order.obligations;
    object["issued_at"] = rules::to_iso(order.issued_at, zone);
    object["effective_from"] = rules::to_iso(order.effective_from, zone);
    object["effective_to"] = time_or_null(order.effective_to, zone);
    object["acknowledged_by_broker"] = order.acked_revision == order.revision;
    object["published_at"] = time_or_null(order.published_at, zone);
    object["receipt_state"] = order.receipt_state;
    object["receipt_at"] = time_or_null(order.receipt_at, zone);
    return object;
}

json::object to_json(const StoredReceipt& stored, rules::Zone zone) {
    json::object object;
    object["number"] = stored.number;
    object["enterprise"] = stored.enterprise;
    object["order"] = stored.receipt.order;
    object["revision"] = stored.receipt.revision;
    object["state"] = std::string(to_text(stored.receipt.state));
    object["at"] = rules::to_iso(stored.receipt.at, zone);
    object["by"] = stored.receipt.by;
    object["note"] = stored.receipt.note;
    object["arrived"] = rules::to_iso(stored.origin.arrived, zone);
    object["channel"] = stored.origin.channel;
    object["recorded_by"] = stored.origin.person;
    object["effect"] = stored.effect;
    return object;
}

asio::awaitable<ApiResponse> get_orders(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    const std::string warning = call.query_value("warning").value_or("");
    const std::string state = call.query_value("receipt_state").value_or("");
    const std::string stem = caller_stem(call);
    const rules::Zone zone = context.pack->zone;
    auto work = [&](SQLite::Database& db) {
        json::array items;
        for (const StoredOrder& order : list_orders(
                 db, warning, state, (paging.page - 1) * paging.per_page, paging.per_page, stem)) {
            items.push_back(to_json(order, zone));
        }
        return answer_page(std::move(items), paging, count_orders(db, warning, state, stem));
    };
    co_return co_await context.store.transact(std::move(work));
}

asio::awaitable<ApiResponse> get_order(Context& context, const Call& call) {
    const std::string enterprise = call.parameter("enterprise");
    auto work = [&](SQLite::Database& db) { return load_order(db, enterprise); };
    const auto order = co_await context.store.transact(std::move(work));
    if (!order) co_return answer_problem(404, "该企业没有指令", "this enterprise has no order");
    if (!covers(call, order->region)) {
        co_return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
    }
    json::object object = to_json(*order, context.pack->zone);
    // Read exactly, so that whoever gets it can verify the signature.
    object["document"] = plans::parse_json(order->signed_text, "order").value();
    co_return answer_json(object);
}

asio::awaitable<ApiResponse> get_receipts(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    const std::string enterprise = call.query_value("enterprise").value_or("");
    const std::string warning = call.query_value("warning").value_or("");
    const std::string stem = caller_stem(call);
    const rules::Zone zone = context.pack->zone;
    auto work = [&](SQLite::Database& db) {
        json::array items;
        const std::size_t offset = (paging.page - 1) * paging.per_page;
        for (const StoredReceipt& receipt :
             list_receipts(db, enterprise, warning, offset, paging.per_page, stem)) {
            items.push_back(to_json(receipt, zone));
        }
        return answer_page(std::move(items), paging, count_receipts(db, enterprise, warning, stem));
    };
    co_return co_await context.store.transact(std::move(work));
}

asio::awaitable<ApiResponse> get_phone_list(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    const rules::Zone zone = context.pack->zone;
    const auto inventory = context.inventories.current();
    const auto index = context.inventories.index();
    const std::string stem = caller_stem(call);
    auto work = [&](SQLite::Database& db) {
        json::array items;
        for (const PhoneEntry& entry :
             phone_list(db, (paging.page - 1) * paging.per_page, paging.per_page, stem)) {
            json::object item;
            item["enterprise"] = entry.enterprise;
            item["revision"] = entry.revision;
            item["wanted"] = entry.wanted;
            item["listed_at"] = rules::to_iso(entry.listed_at, zone);
            if (const auto place = index->enterprise(entry.enterprise)) {
                const plans::Enterprise& enterprise = inventory->enterprises[*place];
                item["name"] = enterprise.name.text();
                item["contact"] = enterprise.contact.text();
                item["phone"] = enterprise.phone.text();
            }
            items.push_back(std::move(item));
        }
        return answer_page(std::move(items), paging, count_phone_list(db, stem));
    };
    co_return co_await context.store.transact(std::move(work));
}

// What a person was told on the telephone, as a receipt of the order in force.
rules::Result<Receipt> phone_receipt(const Call& call, rules::Instant now, rules::Zone zone) {
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) return body.error();
    rules::Faults faults;
    const auto fault = [&faults](std::string what, std::string cure) {
        faults.push_back(
            {{"body", 0, 0}, std::move(what), std::move(cure), rules::Severity::kError});
    };
    Receipt receipt;
    receipt.by = plans::string_or(*body, "by");
    receipt.note = plans::string_or(*body, "note");
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
    receipt.revision = static_cast<std::int64_t>(plans::number_or(*body, "revision", 0));
    if (!faults.empty()) return faults;
    return receipt;
}

asio::awaitable<ApiResponse> post_receipt(Context& context, const Call& call) {
    const rules::Instant now = context.clock.now();
    auto receipt = phone_receipt(call, now, context.pack->zone);
    if (!receipt) {
        co_return answer_problem(422, "回执有误", "the receipt is wrong", receipt.error());
    }
    ReceiptOrigin origin;
    origin.enterprise = call.parameter("enterprise");
    origin.channel = "phone";
    origin.person = call.caller->id;
    origin.remote = call.request.remote;
    origin.arrived = now;
    const std::string region = call.caller->region;
    enum class Outcome { kNoOrder, kOtherRegion, kDone };
    ReceiptEffect effect = ReceiptEffect::kUnknownOrder;
    auto work = [&](SQLite::Database& db) {
        const auto order = load_order(db, origin.enterprise);
        if (!order) return Outcome::kNoOrder;
        if (!covers(region, order->region)) return Outcome::kOtherRegion;
        receipt->order = order->order;
        if (receipt->revision == 0) receipt->revision = order->revision;
        effect = take_receipt(db, *receipt, origin);
        return Outcome::kDone;
    };
    const Outcome outcome = co_await context.store.transact(std::move(work));
    switch (outcome) {
        case Outcome::kNoOrder:
            co_return answer_problem(404, "该企业没有指令", "this enterprise has no order");
        case Outcome::kOtherRegion:
            co_return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
        case Outcome::kDone:
            break;
    }
    context.events.wake();
    json::object answer;
    answer["effect"] = std::string(to_text(effect));
    answer["revision"] = receipt->revision;
    co_return answer_json(answer, effect == ReceiptEffect::kTaken ? 201 : 200);
}

}  // namespace

void Dispatcher::add_routes(Router& router) {
    Context& context = context_;
    const auto add = [&](std::string method, std::string pattern, std::set<Role> roles,
                         std::string summary, auto handle, std::vector<FieldNote> query = {},
                         std::vector<FieldNote> body = {}) {
        Route route;
        route.method = std::move(method);
        route.pattern = std::move(pattern);
        route.roles = std::move(roles);
        route.summary = std::move(summary);
        route.handler = [&context, handle](const Call& call) { return handle(context, call); };
        route.query = std::move(query);
        route.body = std::move(body);
        router.add(std::move(route));
    };
    add("GET", "/api/v1/orders", kReaders, "各企业现行指令 / the orders in force", get_orders,
        {{"warning", "string", "预警编号"},
         {"receipt_state", "string", "none, received, accepted, executing, done, refused"},
         {"page", "integer", "页"},
         {"per_page", "integer", "每页条数"}});
    add("GET", "/api/v1/orders/{enterprise}", kReaders, "一家企业的指令全文 / one order, whole",
        get_order);
    add("GET", "/api/v1/receipts", kReaders, "回执 / receipts, newest first", get_receipts,
        {{"enterprise", "string", "企业"}, {"warning", "string", "预警编号"}});
    add("GET", "/api/v1/phone-list", kReaders, "电话催办名单 / who must be telephoned",
        get_phone_list);
    add("POST", "/api/v1/orders/{enterprise}/receipts", {Role::kDutyOfficer, Role::kCountyOfficer},
        "记录电话回执 / record what was said on the telephone", post_receipt, {},
        {{"state", "string", "received, accepted, executing, done, refused"},
         {"by", "string", "接电话人"},
         {"note", "string", "备注"},
         {"at", "string", "时间"},
         {"revision", "integer", "指令版次，缺省为现行"}});
}

}  // namespace qk::daemon
