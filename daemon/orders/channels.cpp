#include "daemon/orders/channels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/page_links.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

// The same for every attempt of one revision, so that who has it already recognises it.
std::string message_id(const SendingRow& sending) {
    constexpr std::size_t kDigits = 16;
    return fmt::format("order-{}-{}", plans::sha256_hex(sending.enterprise).substr(0, kDigits),
                       sending.revision);
}

// Known to the holder of the key alone, and never kept. No webhook's body reads like this: those
// are JSON, so nobody is ever given this signature.
std::string page_secret_of(const SendingRow& sending, const plans::SigningKey& key) {
    const std::string what = fmt::format("page link of {} {}", message_id(sending), sending.number);
    return plans::sha256_hex(key.sign_hex(plans::Purpose::kWebhook, what));
}

SmsFacts sms_facts(const StoredOrder& order, const std::string& sign, rules::Zone zone) {
    const auto document = plans::parse_json(order.signed_text, "orders.signed_text").value();
    SmsFacts facts{.zone = zone};
    facts.sign = sign;
    facts.exercise = order.exercise;
    facts.colour = rules::parse_colour(plans::string_or(document, "colour"));
    facts.revision = order.revision;
    facts.owes = order.obligations > 0;
    facts.effective_from = order.effective_from;
    return facts;
}

// What an attempt needs of the executor, since it is begun on the store's thread.
struct SendView {
    std::shared_ptr<const Config> config;
    rules::Zone zone;
    std::string address;
    std::string page_secret;
    Instant now{};
};

struct TakenUp {
    SendingRow sending;
    std::int64_t attempt = 0;
    GatewayClient::GatewayMessage message;
};

void compose(Session& db, TakenUp& made, const StoredOrder& order, const SendView& view) {
    GatewayClient::GatewayMessage& message = made.message;
    message.id = message_id(made.sending);
    message.content_type = "application/json";
    if (made.sending.channel == kWebhook) {
        message.target = view.address;
        message.body = order.signed_text;
        return;
    }
    const ChannelConfig& config = view.config->channels;
    message.target = config.sms_command;
    // For a second message, or a long one: 70 characters hold no address beside the order.
    const NewPageLink page =
        page_link_of(*view.config, enterprise_of(order.enterprise), view.page_secret, view.now);
    erase_ended_page_links(db, view.now);
    store_page_link(db, page.stored);
    message.body = plans::canonical_text(
        json::object{{"id", message.id},
                     {"to", view.address},
                     {"text", sms_text(sms_facts(order, config.sms_sign, view.zone))},
                     {"link", page.address},
                     {"enterprise", enterprise_of(order.enterprise)},
                     {"exercise", order.exercise}});
}

// The order is looked at once more in the transaction that writes the attempt. None: it is not
// sent.
std::optional<TakenUp> take_up(Session& db, std::int64_t number, const SendView& view) {
    auto sending = load_sending(db, number);
    if (!sending || sending->standing != "waiting") return std::nullopt;
    const auto order = load_order(db, sending->enterprise);
    std::string why;
    if (!order || order->revision != sending->revision) {
        why = "superseded";
    } else if (order->receipt_state != to_text(ReceiptState::kNone)) {
        why = "answered";
    } else if (view.address.empty()) {
        why = "no address";
    }
    if (!why.empty()) {
        close_sending(db, number, why);
        return std::nullopt;
    }
    const SentSoFar sent = sent_so_far(db, number, view.now);
    if (may_send_again(sent, view.config->channels, true, view.now) != SendAgain::kYes) {
        put_off_sending(db, number, view.now + kSendTooOften);
        return std::nullopt;
    }
    TakenUp made;
    made.sending = *std::move(sending);
    made.attempt = begin_attempt(db, made.sending, view.address, view.now, view.now + kSendUnheard);
    compose(db, made, *order, view);
    return made;
}

}  // namespace

Channels::Channels(Context& context, GatewayClient& gateway)
    : context_(context), gateway_(gateway) {
    const ChannelConfig& config = context.config->channels;
    const auto add = [&](const std::string& channel) {
        SendWays<SendingRow> ways;
        ways.name = "channel";
        ways.attempt = "send";
        ways.waiting = [channel](Session& db, std::size_t limit) {
            return waiting_sendings(db, channel, limit);
        };
        ways.key = [](const SendingRow& row) { return std::to_string(row.number); };
        ways.due = [](const SendingRow& row) { return row.next_at; };
        ways.longest_pause = kSendTooOften;
        ways.at_once = [&context] {
            return static_cast<std::size_t>(context.config->channels.at_once);
        };
        ways.send = [this](SendingRow row) { return send(std::move(row)); };
        lanes_.emplace(channel, std::make_unique<SendLane<SendingRow>>(context, std::move(ways)));
    };
    if (!config.sms_command.empty()) add(kSms);
    if (!config.webhooks.empty()) add(kWebhook);
}

void Channels::start(TaskGroup& tasks) {
    tasks.spawn("channels", prepare());
    for (const auto& [channel, lane] : lanes_) lane->start(tasks);
}

bool Channels::is_idle() const {
    return std::ranges::all_of(lanes_, [](const auto& lane) { return lane.second->is_idle(); });
}

asio::awaitable<void> Channels::prepare() {
    std::vector<std::string> on;
    for (const auto& [channel, lane] : lanes_) on.push_back(channel);
    auto work = [&on](Session& db) { set_channels(db, on); };
    co_await context_.store.transact(std::move(work));
}

std::string Channels::address_of(const SendingRow& row) const {
    const ChannelConfig& config = context_.config->channels;
    const std::string enterprise = enterprise_of(row.enterprise);
    if (row.channel == kWebhook) {
        const auto found = config.webhooks.find(enterprise);
        return found == config.webhooks.end() ? std::string() : found->second;
    }
    const auto place = context_.inventories.index()->enterprise(enterprise);
    if (!place) return {};
    return phone_digits(context_.inventories.current()->enterprises[*place].phone.text());
}

asio::awaitable<void> Channels::send(SendingRow row) {
    SendView view{.config = context_.config, .zone = context_.pack->zone};
    view.address = address_of(row);
    view.page_secret = page_secret_of(row, context_.signing_key);
    view.now = context_.clock.now();
    auto begin = [&view, &row](Session& db) { return take_up(db, row.number, view); };
    std::optional<TakenUp> made = co_await context_.store.transact(std::move(begin));
    if (!made) co_return;
    GatewayClient::GatewayMessage message = std::move(made->message);
    message.signature = context_.signing_key.sign_hex(plans::Purpose::kWebhook, message.body);
    const std::string said = co_await gateway_.deliver(std::move(message));
    AttemptEnd end;
    end.attempt = made->attempt;
    end.at = context_.clock.now();
    end.answer = plans::with_unseen_shown(said);
    end.next_at = end.at + send_pause(made->sending.failures + 1);
    auto note = [&made, &end](Session& db) { end_attempt(db, made->sending, end); };
    co_await context_.store.transact(std::move(note));
    const bool is_taken = end.answer.empty();
    context_.metrics.add(is_taken ? Counter::kOrdersSentBeside : Counter::kOrdersNotTakenBeside);
    if (is_taken) co_return;
    context_.log.write(
        kOrderNotTakenBeside,
        {{"channel", row.channel}, {"enterprise", row.enterprise}, {"why", end.answer}});
}

}  // namespace qk::daemon
