#include "sim/live/live_link.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sstream>

#include "plans/evidence/key_history.hpp"
#include "plans/text/json.hpp"

namespace qk::sim {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using asio::awaitable;
using rules::Instant;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kCallDeadline{60};
constexpr milliseconds kPoll{2};
constexpr int kConnectPollsMax = 15'000;  // of kPoll
constexpr int kSentPollsMax = 30'000;
// The daemon is linked and its count of messages has not moved for so many looks: what is missing
// is not coming, for example because the daemon was killed and counts from nought.
constexpr int kStillLooksMax = 150;
constexpr int kSettleLooksMax = 20'000;
constexpr int kTriesMax = 300;
constexpr milliseconds kTryAgain{200};
constexpr seconds kRealPoll{1};

std::string enterprise_in(std::string_view topic) {
    const std::size_t end = topic.rfind('/');
    const std::size_t begin = end == std::string_view::npos ? end : topic.rfind('/', end - 1);
    if (begin == std::string_view::npos) return "";
    return std::string(topic.substr(begin + 1, end - begin - 1));
}

std::optional<Who> parse_who(std::string_view text) {
    for (std::size_t i = 0; i < kWhoCount; ++i) {
        if (to_text(static_cast<Who>(i)) == text) return static_cast<Who>(i);
    }
    return std::nullopt;
}

}  // namespace

rules::Result<std::map<Who, std::string>> read_tokens(std::string_view text,
                                                      const std::string& file) {
    std::map<Who, std::string> tokens;
    rules::Faults faults;
    std::istringstream lines{std::string(text)};
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string role;
        std::string token;
        if (!(words >> role)) continue;
        const auto who = parse_who(role);
        if (!who || !(words >> token)) {
            faults.push_back(
                {{file, number, 1},
                 "'" + role + "' is not a role with a token",
                 "feed, duty_officer, approver, second_approver, auditor or admin, and "
                 "its token",
                 rules::Severity::kError});
            continue;
        }
        tokens[*who] = token;
    }
    for (std::size_t i = 0; i < kWhoCount; ++i) {
        const Who who = static_cast<Who>(i);
        if (tokens.count(who) == 0) {
            faults.push_back({{file, 0, 0},
                              "no token of " + std::string(to_text(who)),
                              "a line '" + std::string(to_text(who)) + " TOKEN'",
                              rules::Severity::kError});
        }
    }
    if (!faults.empty()) return faults;
    return tokens;
}

LiveLink::LiveLink(asio::any_io_executor executor, LiveOptions options, World& world,
                   Episode& episode)
    : executor_(executor),
      options_(std::move(options)),
      world_(world),
      episode_(episode),
      http_(executor, options_.api),
      timer_(executor) {}

LiveLink::~LiveLink() = default;

void LiveLink::add_client(std::size_t first, std::size_t last) {
    MqttClientOptions options;
    options.broker = options_.broker;
    options.connect.version = options_.version;
    options.connect.client_id = fmt::format("e{}", world_.inventory().enterprises[first].id);
    options.connect.username = options_.user;
    options.connect.password = options_.password;
    options.connect.will = MqttWill{world_.topic_of(first, "status"), "offline", false};
    for (std::size_t i = first; i < last; ++i)
        options.filters.push_back(world_.topic_of(i, "order"));
    const std::size_t index = clients_.size();
    MqttClientListener listener;
    listener.on_message = [this](std::string_view topic, std::string_view payload) {
        take_order(topic, payload);
    };
    listener.on_link = [this, first, last, index](bool is_up, const std::string&) {
        if (!is_up) return;
        for (std::size_t i = first; i < last; ++i) {
            if (!world_.is_mute(i))
                clients_[index]->publish(world_.topic_of(i, "status"), "online");
        }
    };
    clients_.push_back(
        std::make_unique<MqttClient>(executor_, std::move(options), std::move(listener)));
}

awaitable<std::string> LiveLink::connect() {
    const std::size_t count = world_.inventory().enterprises.size();
    const auto step = static_cast<std::size_t>(std::max(1, options_.enterprises_per_client));
    for (std::size_t first = 0; first < count; first += step) {
        add_client(first, std::min(count, first + step));
    }
    const std::string no_key = co_await read_keys();
    if (!no_key.empty()) co_return no_key;
    if (!co_await wait_until_linked()) co_return "the daemon is not linked to its broker";
    const ClockState clock = co_await read_clock();
    settled_taken_in_ = clock.taken_in;
    settled_run_ = clock.run;
    for (const auto& client : clients_) client->start();
    for (int look = 0; look < kConnectPollsMax; ++look) {
        const auto is_up = [](const auto& client) { return client->is_up(); };
        if (std::all_of(clients_.begin(), clients_.end(), is_up)) co_return std::string();
        co_await pause(kPoll);
    }
    co_return fmt::format("the broker at {}:{} does not take {} clients", options_.broker.host,
                          options_.broker.port, clients_.size());
}

awaitable<bool> LiveLink::wait_until_linked() {
    for (int look = 0; look < kConnectPollsMax; ++look) {
        const ClockState clock = co_await read_clock();
        if (clock.is_linked) co_return true;
        co_await pause(kPoll);
    }
    co_return false;
}

void LiveLink::disconnect() {
    for (const auto& client : clients_) client->stop();
}

void LiveLink::take_order(std::string_view topic, std::string_view payload) {
    const auto member = world_.find(enterprise_in(topic));
    const auto order = plans::parse_json(payload, "order");
    if (!member || !order) {
        episode_.ledger().violations.push_back("an order that nobody can read, on " +
                                               std::string(topic));
        return;
    }
    OrderSeen seen;
    seen.enterprise = *member;
    seen.order = plans::string_or(*order, "order");
    seen.warning = plans::string_or(*order, "warning");
    seen.revision = static_cast<std::int64_t>(plans::number_or(*order, "revision", 0));
    episode_.saw_order(seen);
    const Delivery delivery = world_.deliver(*member, payload, episode_.now());
    if (delivery.is_key_unknown) {
        untrusted_.emplace_back(*member, payload);
        return;
    }
    episode_.saw_delivery(*member, delivery);
}

void LiveLink::send(Outgoing message) {
    const auto step = static_cast<std::size_t>(std::max(1, options_.enterprises_per_client));
    clients_.at(message.enterprise / step)
        ->publish(std::move(message.topic), std::move(message.payload));
}

std::size_t LiveLink::waiting() const {
    std::size_t sum = 0;
    for (const auto& client : clients_) sum += client->waiting();
    return sum;
}

std::uint64_t LiveLink::acknowledged() const {
    std::uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->acknowledged();
    return sum;
}

std::uint64_t LiveLink::unheard() const {
    std::uint64_t sum = 0;
    for (const auto& client : clients_) sum += client->unheard();
    return sum;
}

awaitable<void> LiveLink::pause(milliseconds time) {
    boost::system::error_code ignored;
    timer_.expires_after(time);
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

awaitable<ApiReply> LiveLink::call(ApiCall call) {
    HttpRequest request;
    request.method = call.method;
    request.target = call.target;
    request.body = std::move(call.body);
    request.content_type = std::move(call.content_type);
    request.token = options_.tokens[call.who];
    if (call.method != "GET") {
        request.idempotency_key = fmt::format("sim-{}-{}", options_.run, ++writes_);
    }
    HttpAnswer answer;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        answer = co_await http_.call(request, kCallDeadline);
        const bool is_running_still =
            answer.status == 409 && answer.body.find("still_running") != std::string::npos;
        if (answer.status != 0 && answer.status != 503 && !is_running_still) break;
        ++retries_;
        co_await pause(kTryAgain);
    }
    ApiReply reply;
    reply.status = answer.status;
    reply.body = std::move(answer.body);
    co_return reply;
}

awaitable<LiveLink::ClockState> LiveLink::read_clock() {
    ApiCall call;
    call.who = Who::kAdmin;
    call.target = "/api/v1/clock";
    const ApiReply reply = co_await this->call(std::move(call));
    ClockState state;
    const auto parsed = plans::parse_json(reply.body, "clock");
    if (!reply.is_ok() || !parsed) co_return state;
    state.is_known = true;
    state.run = static_cast<std::int64_t>(plans::number_or(*parsed, "run", 0));
    state.taken_in = static_cast<std::int64_t>(plans::number_or(*parsed, "messages_taken_in", 0));
    state.unpublished =
        static_cast<std::int64_t>(plans::number_or(*parsed, "orders_unpublished", 0));
    const json::value* is_linked = plans::find_member(*parsed, "broker_up");
    state.is_linked = is_linked != nullptr && is_linked->is_bool() && is_linked->as_bool();
    state.now = rules::parse_instant(plans::string_or(*parsed, "now"), rules::kBeijingTime)
                    .value_or(Instant{});
    co_return state;
}

awaitable<void> LiveLink::wait_until_sent() {
    for (int look = 0; look < kSentPollsMax && waiting() > 0; ++look) co_await pause(kPoll);
}

// Every message that the broker acknowledged to us is counted by the daemon once it has stored it;
// every order that it has stored is acknowledged by the broker. A daemon that was started meanwhile
// counts from zero and is given again what it had not answered for, so then only the count's
// standing still tells that all is in.
awaitable<void> LiveLink::wait_until_taken_in() {
    const std::uint64_t sent = acknowledged();
    const auto wanted = settled_taken_in_ + static_cast<std::int64_t>(sent - settled_acknowledged_);
    ClockState clock;
    ClockState seen;
    int still = 0;
    for (int look = 0; look < kSettleLooksMax && still < kStillLooksMax; ++look) {
        clock = co_await read_clock();
        const bool is_through = clock.is_known && clock.is_linked && clock.unpublished == 0;
        const bool is_same_run = clock.run == settled_run_;
        if (is_through && is_same_run && clock.taken_in >= wanted) break;
        const bool is_still =
            is_through && clock.run == seen.run && clock.taken_in == seen.taken_in;
        still = is_still ? still + 1 : 0;
        seen = clock;
        co_await pause(kPoll);
    }
    settled_acknowledged_ = sent;
    settled_taken_in_ = clock.taken_in;
    settled_run_ = clock.run;
}

awaitable<std::string> LiveLink::read_keys() {
    ApiCall call;
    call.target = "/api/v1/keys";
    const ApiReply reply = co_await this->call(std::move(call));
    const auto parsed = plans::parse_json(reply.body, "keys");
    const json::value* items = parsed ? plans::find_member(*parsed, "items") : nullptr;
    if (!reply.is_ok() || items == nullptr || !items->is_array()) {
        co_return fmt::format("the daemon names no keys: {} {}", reply.status, reply.body);
    }
    std::vector<plans::KeyRecord> history;  // the newest comes first
    for (const json::value& item : items->get_array()) {
        auto record = plans::key_record_from_json(item, "keys");
        if (!record) co_return rules::to_text(record.error());
        history.insert(history.begin(), std::move(*record));
    }
    if (history.empty()) co_return std::string("the daemon names no key");
    if (options_.pinned_key.empty()) options_.pinned_key = history.back().key;
    auto trusted = plans::keys_trusted_with(history, options_.pinned_key);
    if (trusted.empty()) {
        co_return fmt::format("key {} is not among those of the daemon", options_.pinned_key);
    }
    world_.trust(std::move(trusted));
    co_return std::string();
}

awaitable<void> LiveLink::take_untrusted() {
    if (untrusted_.empty()) co_return;
    (void)co_await read_keys();
    for (const auto& [member, payload] : std::exchange(untrusted_, {})) {
        const Delivery delivery = world_.deliver(member, payload, episode_.now());
        episode_.saw_delivery(member, delivery);
    }
}

awaitable<void> LiveLink::settle() {
    co_await wait_until_sent();
    co_await wait_until_taken_in();
    co_await take_untrusted();
}

awaitable<void> LiveLink::advance(Instant now) {
    if (!options_.drives_clock) {
        ClockState clock = co_await read_clock();
        while (clock.now < now) {
            co_await pause(kRealPoll);
            clock = co_await read_clock();
        }
        co_return;
    }
    ApiCall call;
    call.who = Who::kAdmin;
    call.method = "POST";
    call.target = "/api/v1/clock";
    json::object body;
    body["now"] = rules::to_iso(now, rules::kBeijingTime);
    call.body = plans::to_text(json::value(std::move(body)));
    const ApiReply reply = co_await this->call(std::move(call));
    if (!reply.is_ok()) {
        episode_.ledger().refuse(fmt::format("POST clock: {} {}", reply.status, reply.body));
    }
}

}  // namespace qk::sim
