// The API of channels: what was sent, once more on a person's word, and answers by SMS.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/orders.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/orders/channels.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/trimmed.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

json::object attempt_json(const AttemptRow& row, rules::Zone zone) {
    json::object object;
    object["number"] = row.number;
    object["target"] = row.target;
    object["began_at"] = rules::to_iso(row.began_at, zone);
    object["ended_at"] = plans::iso(row.ended_at, zone);
    object["answer"] = row.answer;
    object["taken"] = row.ended_at.has_value() && row.answer.empty();
    object["person"] = row.person;
    return object;
}

json::object sending_json(Session& db, const SendingRow& row, rules::Zone zone) {
    json::array attempts;
    for (const AttemptRow& one : attempts_of(db, row.number)) {
        attempts.push_back(attempt_json(one, zone));
    }
    json::object object;
    object["channel"] = row.channel;
    object["revision"] = row.revision;
    object["standing"] = row.standing;
    object["closed_why"] = row.closed_why;
    object["next_at"] =
        row.standing == "waiting" ? json::value(rules::to_iso(row.next_at, zone)) : json::value();
    object["attempts"] = std::move(attempts);
    return object;
}

// The order that a caller may look at, or why not.
struct FoundOrder {
    std::optional<StoredOrder> order;
    ApiResponse refused;
};
FoundOrder find_order(Session& db, const std::string& enterprise, const std::string& region) {
    FoundOrder found;
    found.order = load_order(db, enterprise);
    if (!found.order) {
        found.refused = answer_problem(404, "该企业没有指令", "this enterprise has no order");
    } else if (!covers(region, found.order->region)) {
        found.order.reset();
        found.refused =
            answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
    }
    return found;
}

asio::awaitable<ApiResponse> get_sendings(Context& context, const Call& call) {
    const std::string enterprise = call.parameter("enterprise");
    const std::string region = call.caller->region;
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        FoundOrder found = find_order(db, enterprise, region);
        if (!found.order) return std::move(found.refused);
        json::array items;
        for (const SendingRow& row : sendings_of(db, enterprise, found.order->revision)) {
            items.push_back(sending_json(db, row, zone));
        }
        return answer_json(json::object{{"items", std::move(items)}});
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

struct AgainAct {
    std::string enterprise;
    std::string channel;
    std::string reason;
    bool is_forced = false;
    std::string person;
    std::string region;
    std::string remote;
    rules::Instant now{};
};

ApiResponse refuse_again(SendAgain may, const ChannelConfig& config) {
    if (may == SendAgain::kTooSoon) {
        return answer_problem(
            409, fmt::format("{} 分钟内已发送过；确需再发请用 force", config.again.count()),
            fmt::format("it was sent within {} minutes; force sends it all the same",
                        config.again.count()));
    }
    return answer_problem(
        409, fmt::format("24 小时内已发送 {} 次，不再发送", config.per_day),
        fmt::format("it was sent {} times within 24 hours, which is the limit", config.per_day));
}

ApiResponse ask_once_more(Session& db, const AgainAct& act, const ChannelConfig& config,
                          rules::Zone zone) {
    FoundOrder found = find_order(db, act.enterprise, act.region);
    if (!found.order) return std::move(found.refused);
    if (found.order->receipt_state != to_text(ReceiptState::kNone)) {
        return answer_problem(409, "企业已回执，不再发送", "it has answered; nothing is sent");
    }
    const std::int64_t revision = found.order->revision;
    const auto row = sending_of(db, act.enterprise, revision, act.channel);
    if (!row) {
        return answer_problem(404, "该指令没有走此通道", "this order does not go out on it");
    }
    const SendAgain may =
        may_send_again(sent_so_far(db, row->number, act.now), config, act.is_forced, act.now);
    if (may != SendAgain::kYes) return refuse_again(may, config);
    send_again(db, *row, act.person, act.now);
    const json::object told{{"enterprise", act.enterprise},
                            {"revision", revision},
                            {"channel", act.channel},
                            {"forced", act.is_forced},
                            {"reason", act.reason}};
    append_audit(db,
                 {act.now, act.person, act.remote, "order.sent_again", found.order->order, told});
    return answer_json(sending_json(db, load_sending(db, row->number).value(), zone), 202);
}

asio::awaitable<ApiResponse> post_again(Context& context, const Call& call) {
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) co_return answer_problem(422, "请求有误", "the request is wrong", body.error());
    rules::Faults faults = faults_of_said(*body);
    AgainAct act;
    act.reason = std::string(plans::trimmed(plans::string_or(*body, "reason")));
    if (act.reason.empty()) {
        faults.push_back(
            {{"body", 0, 0}, "reason 缺失 / is missing", "理由 / why", rules::Severity::kError});
    }
    if (!faults.empty()) co_return answer_problem(422, "请求有误", "the request is wrong", faults);
    const json::value* const force = plans::find_member(*body, "force");
    act.is_forced = force != nullptr && *force == json::value(true);
    act.enterprise = call.parameter("enterprise");
    act.channel = call.parameter("channel");
    act.person = call.caller->id;
    act.region = call.caller->region;
    act.remote = call.request.remote;
    act.now = context.clock.now();
    const auto config = context.config;
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) { return ask_once_more(db, act, config->channels, zone); };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    if (answer.status < 300) context.events.wake();
    co_return answer;
}

struct SmsAnswer {
    std::string from;  // digits
    std::string text;
    ReceiptState state = ReceiptState::kNone;  // kNone: words without the digit that answers
    std::vector<std::string> enterprises;      // whose number it is
    std::string remote;
    rules::Instant now{};
};

// The present orders of one enterprise that went out by SMS: its order and that of an exercise.
// What is over does not stand in the way of what is not; where both are, the order is meant.
std::vector<StoredOrder> orders_by_sms(Session& db, const std::string& enterprise) {
    std::vector<StoredOrder> orders;
    for (const bool is_exercise : {false, true}) {
        const std::string holder = order_holder_of(enterprise, is_exercise);
        auto order = load_order(db, holder);
        if (!order) continue;
        const auto sending = sending_of(db, holder, order->revision, kSms);
        if (!sending || attempts_of(db, sending->number).empty()) continue;
        orders.push_back(*std::move(order));
    }
    if (orders.size() < 2) return orders;
    if (orders.back().obligations == 0) {
        orders.pop_back();
    } else if (orders.front().obligations == 0) {
        orders.erase(orders.begin());
    }
    return orders;
}

bool waits_for_answer(const StoredOrder& order) {
    return order.obligations > 0 || order.receipt_state == to_text(ReceiptState::kNone);
}

// Nobody knows what was meant, and it may have been that a furnace cannot stop: the words are kept,
// and whoever they may be of is on the phone list at once.
void note_unclear(Session& db, const SmsAnswer& said, const std::vector<StoredOrder>& asked,
                  const OtherSmsWays& other) {
    const bool may_refuse =
        said.state == ReceiptState::kRefused || said.state == ReceiptState::kNone;
    json::array orders;
    for (const StoredOrder& order : asked) {
        orders.emplace_back(order.order);
        if (order.receipt_state == to_text(ReceiptState::kNone)) {
            (void)list_not_known(db, order.enterprise, order.revision, said.now);
        } else if (may_refuse && waits_for_answer(order)) {
            list_contradiction(db, order.enterprise, order.revision, said.now);
        }
    }
    if (other.list_calls) other.list_calls(db, said.from, said.now);
    const json::object told{
        {"from", said.from}, {"text", said.text}, {"orders", std::move(orders)}};
    append_audit(db, {said.now, "sms:" + said.from, said.remote, "sms.unclear", said.from, told});
}

ApiResponse take_sms(Session& db, const SmsAnswer& said, const std::vector<StoredOrder>& asked,
                     const OtherSmsWays& other) {
    // Who names a task means it; and an order that was lifted and answered long ago takes no answer
    // from a task of today.
    const bool names_task = said.text.find("任务") != std::string::npos;
    const bool asks_order = std::ranges::any_of(asked, waits_for_answer);
    if (other.take && (names_task || !asks_order)) {
        return other.take(db, {said.from, said.text, said.state, said.remote, said.now});
    }
    // A plant is a goods user, too, or was told beforehand: the digit alone answers neither.
    const bool names_order = said.text.find("指令") != std::string::npos;
    if (!names_order && other.may_be_meant && other.may_be_meant(db, said.from)) {
        return answer_problem(
            409, "该号码既有指令又有任务，请在数字后写明“指令”或任务编号，或电话核实",
            "an order and a task went to this number; write 指令 or the task's number behind the "
            "digit, or telephone");
    }
    if (asked.empty()) {
        return answer_problem(404, "该号码没有待答复的指令", "no order was sent to this number");
    }
    if (asked.size() > 1) {
        return answer_problem(
            409, "该号码有多份指令（多家企业，或另有演练），请电话核实",
            "several orders went to this number (of several enterprises, or of an exercise, too); "
            "telephone");
    }
    const StoredOrder& order = asked.front();
    Receipt receipt;
    receipt.order = order.order;
    receipt.revision = order.revision;
    receipt.state = said.state;
    receipt.at = said.now;
    receipt.by = said.from;
    receipt.note = said.text;
    ReceiptOrigin origin;
    origin.enterprise = order.enterprise;
    origin.channel = kSms;
    origin.remote = said.remote;
    origin.arrived = said.now;
    const ReceiptEffect effect = take_receipt(db, receipt, origin);
    return answer_json(json::object{{"enterprise", order.enterprise},
                                    {"revision", order.revision},
                                    {"state", std::string(to_text(said.state))},
                                    {"effect", std::string(to_text(effect))}},
                       effect == ReceiptEffect::kTaken ? 201 : 200);
}

ApiResponse refuse_form() {
    return answer_problem(422, "短信须有号码，并以 1、2 或 3 开头",
                          "a number, and a text that begins with 1, 2 or 3");
}

// The one of them whose present order went out by SMS.
ApiResponse take_or_note(Session& db, const SmsAnswer& said, const OtherSmsWays& other) {
    std::vector<StoredOrder> asked;
    for (const std::string& enterprise : said.enterprises) {
        for (StoredOrder& order : orders_by_sms(db, enterprise)) asked.push_back(std::move(order));
    }
    if (said.state == ReceiptState::kNone) {
        const bool is_known =
            !asked.empty() || (other.may_be_meant && other.may_be_meant(db, said.from));
        if (is_known && !said.text.empty()) note_unclear(db, said, asked, other);
        return refuse_form();
    }
    ApiResponse answer = take_sms(db, said, asked, other);
    if (answer.status == 409) note_unclear(db, said, asked, other);
    return answer;
}

asio::awaitable<ApiResponse> post_sms_answer(Context& context, const OtherSmsWays& other,
                                             const Call& call) {
    const auto body = plans::parse_json(call.request.body, "body");
    if (!body) co_return answer_problem(422, "短信有误", "the message is wrong", body.error());
    const rules::Faults faults = faults_of_said(*body);
    if (!faults.empty()) co_return answer_problem(422, "短信有误", "the message is wrong", faults);
    SmsAnswer said;
    said.from = phone_digits(plans::string_or(*body, "from"));
    said.text = std::string(plans::trimmed(plans::string_or(*body, "text")));
    if (said.from.empty()) co_return refuse_form();
    said.state = sms_answer(said.text).value_or(ReceiptState::kNone);
    said.remote = call.request.remote;
    said.now = latest_now(context);
    const auto inventory = context.inventories.current();
    for (const plans::Enterprise& one : inventory->enterprises) {
        if (phone_digits(one.phone.text()) == said.from)
            said.enterprises.emplace_back(one.id.text());
    }
    auto work = [&said, &other](Session& db) { return take_or_note(db, said, other); };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

}  // namespace

void Channels::add_routes(Router& router) {
    Context& context = context_;
    const auto with = [&context](auto handle) -> Handler {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    router.serve(operation::kListSendings, kReaders, with(get_sendings));
    router.serve(operation::kSendOrderAgain, kLiaisons, with(post_again));
    router.serve(operation::kTakeSmsAnswer, kSmsGateways, [this, &context](const Call& call) {
        return post_sms_answer(context, take_other_, call);
    });
}

}  // namespace qk::daemon
