#include "sim/prove/day_story.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plans/inventory/read_inventory.hpp"
#include "plans/text/json.hpp"
#include "sim/model/region.hpp"
#include "sim/model/weather.hpp"
#include "sim/story/episode.hpp"

namespace qk::sim {
namespace {

using boost::asio::awaitable;
using rules::Instant;
using std::chrono::days;
using std::chrono::hours;

constexpr hours kHeavyBefore{10};               // most days begin in heavy air
constexpr hours kClearsAfter{4};                // which ends before anybody thought so
constexpr std::uint64_t kClearBeginningOf = 4;  // of so many days, one begins in clear air
constexpr hours kHeavyAfter{5};                 // and it is heavy so long later
constexpr hours kForecastClears{8};             // and then is forecast to be over
constexpr hours kObservedBefore{48};
constexpr int kForecastHours = 120;
constexpr std::chrono::minutes kSecondDaemonAfter{150};
// On the half hour: what a meter measures then is sent by its owner at the full one.
constexpr std::array<std::chrono::minutes, 4> kCheatsAfter{
    std::chrono::minutes{150}, std::chrono::minutes{330}, std::chrono::minutes{570},
    std::chrono::minutes{870}};
constexpr hours kAnswersWithin{3};
constexpr hours kInForceWithin{3};  // of the time from which the air is heavy
constexpr hours kJudgedWithin{3};
constexpr hours kComesRight{3};  // after the last fault: longer than any pause of the dispatcher

// µg/m³, CO in mg/m³; in the order of rules::Pollutant.
constexpr std::array<int, rules::kPollutantCount> kHeavy{320, 400, 20, 80, 3, 30};
constexpr std::array<int, rules::kPollutantCount> kClean{18, 40, 5, 20, 1, 60};

rules::HourlyConcentrations air_of(const std::array<int, rules::kPollutantCount>& values) {
    rules::HourlyConcentrations air;
    for (std::size_t i = 0; i < values.size(); ++i) {
        air[i] = rules::Concentration(rules::Decimal{std::int64_t{values[i]} * 1'000'000});
    }
    return air;
}

std::string percent_encoded(std::string iso) {
    if (const auto plus = iso.find('+'); plus != std::string::npos) iso.replace(plus, 1, "%2B");
    return iso;
}

}  // namespace

rules::Result<Stage> day_stage(std::uint64_t seed, int enterprises) {
    Scenario scenario = default_scenario();
    scenario.name = "a day";
    scenario.seed = seed;
    scenario.start = *rules::parse_instant("2015-12-07 00:00", scenario.zone);
    scenario.end = scenario.start + days{1};
    scenario.enterprises = enterprises;
    scenario.history_days = 0;
    scenario.reading_loss = 0;
    scenario.shares = {};
    // One of each, where there are enterprises that may.
    for (const Behaviour behaviour : {Behaviour::kSignsAndRuns, Behaviour::kSilent}) {
        scenario.shares[static_cast<std::size_t>(behaviour)] = 0.01;
    }
    scenario.officer = {std::chrono::minutes{0}, std::chrono::minutes{0}};
    scenario.faults = {};
    Stage stage{std::move(scenario), {}, {}, {}, {}};
    stage.tables = make_region({seed, enterprises});
    std::vector<plans::NamedTable> named;
    for (const TableText& table : stage.tables) named.push_back({table.name, table.text});
    auto read = plans::read_inventory(std::move(named), "示例清单");
    if (!read.inventory) return read.findings;
    stage.inventory = std::move(*read.inventory);
    return stage;
}

DayStory::DayStory(const Stage& stage, World& world, MortalLink& link, bool subscribes_late)
    : stage_(stage),
      world_(world),
      link_(link),
      subscribes_late_(subscribes_late),
      officer_(link, stage.scenario, ledger_,
               [this](const std::string& line) {
                   lines_.push_back(rules::to_iso(now_, stage_.scenario.zone) + " " + line);
               }),
      now_(stage.scenario.start) {
    link_.on_order([this](const OrderSeen& order) { saw_order(order); });
    link_.on_delivery([this](std::size_t enterprise, const Delivery& delivery) {
        const std::string& id = world_.inventory().enterprises[enterprise].id;
        if (!delivery.refused.empty() && !delivery.is_stale) {
            witnessed_.violations.push_back(id + " refused its order: " + delivery.refused);
        }
        witnessed_.delivered[id] = world_.held_revision(enterprise);
    });
}

void DayStory::saw_order(const OrderSeen& order) {
    const std::string& id = world_.inventory().enterprises[order.enterprise].id;
    std::vector<std::int64_t>& seen = witnessed_.revisions[id];
    if (!seen.empty() && order.revision < seen.back()) {
        witnessed_.violations.push_back(
            fmt::format("{}: revision {} was published after {}", id, order.revision, seen.back()));
    }
    if (order.revision > 1) repeat_old_receipt(order.enterprise);
    seen.push_back(order.revision);
    witnessed_.first_order.try_emplace(id, link_.now());
    if (!order.warning.empty() && officer_.decided().count(order.warning) == 0) {
        witnessed_.violations.push_back(
            fmt::format("{}: an order of warning {} that nobody has signed", id, order.warning));
    }
}

awaitable<void> DayStory::push(std::string target, std::string csv) {
    ApiCall call;
    call.who = Who::kFeed;
    call.method = "POST";
    call.target = std::move(target);
    call.body = std::move(csv);
    call.content_type = "text/csv";
    const ApiReply reply = co_await link_.call(call);
    if (reply.is_ok()) co_return;
    witnessed_.refused.push_back(fmt::format("{}: {} {}", call.target, reply.status, reply.body));
}

Instant DayStory::heavy_from() const {
    const bool begins_clear = stage_.scenario.seed % kClearBeginningOf == 0;
    return begins_clear ? stage_.scenario.start + kHeavyAfter
                        : stage_.scenario.start - kHeavyBefore;
}

awaitable<void> DayStory::push_air(rules::Span observed) {
    const Instant start = stage_.scenario.start;
    rules::HourlySeries series{stage_.scenario.region, observed.from, {}};
    for (Instant t = observed.from; t < observed.to; t += hours{1}) {
        const bool is_heavy = t >= heavy_from() && t < std::max(start, heavy_from()) + kClearsAfter;
        series.hours.push_back(air_of(is_heavy ? kHeavy : kClean));
    }
    co_await push("/api/v1/observations", to_csv(series, stage_.scenario.zone));
}

awaitable<void> DayStory::push_forecast() {
    const bool is_heavy = now_ < stage_.scenario.start + kForecastClears;
    rules::HourlySeries series{stage_.scenario.region, now_, {}};
    for (int hour = 0; hour < kForecastHours; ++hour) {
        const bool is_over_us = is_heavy && now_ + hours{hour} >= heavy_from();
        series.hours.push_back(air_of(is_over_us ? kHeavy : kClean));
    }
    std::string target = "/api/v1/forecasts?source=sim&issued_at=" +
                         percent_encoded(rules::to_iso(now_, stage_.scenario.zone));
    co_await push(std::move(target), to_csv(series, stage_.scenario.zone));
}

void DayStory::send(Outgoing message) {
    const bool is_old = message.is_receipt && !old_receipts_.contains(message.enterprise);
    if (is_old && message.payload.find("executing") != std::string::npos) {
        old_receipts_[message.enterprise] = message;
    }
    const bool is_cheat = world_.behaviour_of(message.enterprise) == Behaviour::kSignsAndRuns;
    if (is_cheat && message.topic.find("/meter/") != std::string::npos) {
        rewritten_.push_back(message);
    }
    link_.send(std::move(message));
}

// Of an order that has been replaced since: it says nothing of the present one.
void DayStory::repeat_old_receipt(std::size_t enterprise) {
    auto kept = old_receipts_.extract(enterprise);
    if (kept.empty()) return;
    Outgoing& message = kept.mapped();
    auto body = plans::parse_json(message.payload, "receipt");
    if (!body) return;
    body->as_object()["at"] = rules::to_iso(now_, stage_.scenario.zone);
    message.payload = plans::to_text(*body);
    link_.send(std::move(message));
}

// What it has sent before, with another value; of a meter that belongs to somebody else, ahead of
// them; and what nobody can read.
void DayStory::cheat() {
    if (rewritten_.empty()) return;
    const Outgoing last = rewritten_.back();
    for (Outgoing& message : rewritten_) {
        auto readings = plans::parse_json(message.payload, "readings");
        if (!readings || !readings->is_array()) continue;
        for (boost::json::value& one : readings->as_array()) one.as_object()["kw"] = 0;
        message.payload = plans::to_text(*readings);
        link_.send(std::move(message));
    }
    rewritten_.clear();
    const std::string_view own(world_.inventory().enterprises[last.enterprise].id);
    for (const plans::Meter& meter : world_.inventory().meters) {
        if (std::string_view(meter.enterprise) == own) continue;
        Outgoing forged = last;
        forged.topic = world_.topic_of(last.enterprise, "meter/" + meter.id.str());
        forged.payload =
            fmt::format(R"([{{"t":"{}","kw":0}}])", rules::to_iso(now_, stage_.scenario.zone));
        link_.send(std::move(forged));
        break;
    }
    Outgoing rubbish = last;
    rubbish.payload = "{";
    link_.send(std::move(rubbish));
}

awaitable<std::vector<boost::json::value>> DayStory::list(std::string target) {
    ApiCall call;
    call.target = std::move(target);
    const ApiReply reply = co_await link_.call(call);
    std::vector<boost::json::value> items;
    const auto page = plans::parse_json(reply.body, call.target);
    const boost::json::value* found = page ? plans::find_member(*page, "items") : nullptr;
    if (found != nullptr && found->is_array()) {
        items.assign(found->as_array().begin(), found->as_array().end());
    }
    co_return items;
}

// What is in force is what the broker hands to whoever connects.
void DayStory::look_at_retained(const std::string& enterprise, std::int64_t revision) {
    if (!link_.broker().has_orders_link()) return;
    const auto member = world_.find(enterprise);
    if (!member) return;
    const auto& retained = link_.broker().retained();
    const auto found = retained.find(world_.topic_of(*member, "order"));
    std::int64_t held = 0;
    if (found != retained.end()) {
        const auto order = plans::parse_json(found->second, "order");
        if (order) held = static_cast<std::int64_t>(plans::number_or(*order, "revision", 0));
    }
    if (held == revision) return;
    witnessed_.violations.push_back(
        fmt::format("{}: revision {} is in force at {}, and the broker holds {}", enterprise,
                    revision, rules::to_iso(now_, stage_.scenario.zone), held));
}

awaitable<void> DayStory::look_at_warnings() {
    const std::vector<boost::json::value> warnings = co_await list("/api/v1/warnings?per_page=20");
    for (const boost::json::value& warning : warnings) {
        const bool is_late = now_ >= std::max(stage_.scenario.start, heavy_from()) + kInForceWithin;
        if (!is_late || plans::string_or(warning, "standing") != "issued") continue;
        witnessed_.violations.push_back(plans::string_or(warning, "id") + " is not in force by " +
                                        rules::to_iso(now_, stage_.scenario.zone));
    }
}

// Whoever begins to break a duty at noon is found at noon: until it is final, a verdict goes with
// the day.
awaitable<void> DayStory::look_at_verdicts() {
    const std::vector<boost::json::value> verdicts =
        co_await list("/api/v1/verdicts?per_page=1000");
    for (const boost::json::value& verdict : verdicts) {
        const boost::json::value* window = plans::find_member(verdict, "window");
        const boost::json::value* final = plans::find_member(verdict, "is_final");
        if (window == nullptr || (final != nullptr && *final == true)) continue;
        const auto to = rules::parse_instant(plans::string_or(*window, "to"), stage_.scenario.zone);
        if (!to) continue;
        if (now_ - *to < kJudgedWithin) continue;
        witnessed_.violations.push_back(fmt::format(
            "{} is judged up to {} at {}", plans::string_or(verdict, "obligation"),
            rules::to_iso(*to, stage_.scenario.zone), rules::to_iso(now_, stage_.scenario.zone)));
    }
}

awaitable<void> DayStory::look_at_orders() {
    const std::vector<boost::json::value> orders = co_await list("/api/v1/orders?per_page=1000");
    const std::string at = rules::to_iso(now_, stage_.scenario.zone);
    for (const boost::json::value& order : orders) {
        const std::string id = plans::string_or(order, "enterprise");
        const auto revision = static_cast<std::int64_t>(plans::number_or(order, "revision", 0));
        const auto& taken = witnessed_.revisions[id];
        const bool is_taken = std::ranges::find(taken, revision) != taken.end();
        const bool is_said = !plans::string_or(order, "published_at").empty();
        if (is_said && !is_taken) {
            witnessed_.violations.push_back(fmt::format(
                "{}: revision {} counts as published, and the broker never had it", id, revision));
        }
        if (!is_taken && link_.broker().has_orders_link()) {
            witnessed_.violations.push_back(
                fmt::format("{}: revision {} has not left by {}, though there is a link for orders",
                            id, revision, at));
        }
        look_at_retained(id, revision);
    }
    co_await look_at_calls(orders);
    co_await look_at_warnings();
    co_await look_at_verdicts();
}

awaitable<void> DayStory::look_at_calls(const std::vector<boost::json::value>& orders) {
    const std::vector<boost::json::value> calls = co_await list("/api/v1/phone-list?per_page=1000");
    std::set<std::string> called;
    std::set<std::string> called_to_accept;
    for (const boost::json::value& call : calls) {
        const std::string id = plans::string_or(call, "enterprise");
        called.insert(id);
        if (plans::string_or(call, "wanted") == "accepted") called_to_accept.insert(id);
    }
    for (const boost::json::value& order : orders) {
        const std::string id = plans::string_or(order, "enterprise");
        const std::string state = plans::string_or(order, "receipt_state");
        const auto left =
            rules::parse_instant(plans::string_or(order, "published_at"), stage_.scenario.zone);
        const bool is_overdue = left && now_ - *left >= kAnswersWithin && state == "none";
        // Each call has a reason of its own. A lift asks for nothing that could be accepted.
        const bool asks = plans::number_or(order, "obligations", 0) > 0;
        if (is_overdue && !(asks ? called_to_accept : called).contains(id)) {
            witnessed_.violations.push_back(
                fmt::format("{} has not answered since {}, and nobody calls", id,
                            rules::to_iso(*left, stage_.scenario.zone)));
        }
    }
}

awaitable<void> DayStory::quarter() {
    now_ += kQuarter;
    co_await link_.advance(now_);
    for (Outgoing& message : world_.step(now_)) send(std::move(message));
    co_await link_.settle();
    const auto since_start = now_ - stage_.scenario.start;
    if (since_start == kSecondDaemonAfter) link_.try_second();
    if (std::ranges::find(kCheatsAfter, since_start) != kCheatsAfter.end()) {
        cheat();
        co_await link_.settle();
    }
    if (rules::floor_hour(now_) == now_) {
        co_await look_at_orders();
        const rules::Span last_hour{now_ - hours{1}, now_};
        co_await push_air(last_hour);
        const auto since = now_ - stage_.scenario.start;
        const bool is_issue = since % kForecastClears == hours{0} && now_ < stage_.scenario.end;
        if (is_issue) co_await push_forecast();
    }
    co_await officer_.act(now_);
}

awaitable<void> DayStory::play() {
    const std::size_t count = world_.inventory().enterprises.size();
    if (!subscribes_late_) co_await link_.settle();
    for (std::size_t i = 0; i < count; ++i) link_.say(i, "online");
    if (subscribes_late_) {
        // An hour's readings of every meter, as soon as the daemon says that it runs.
        now_ += hours{1};
        for (Outgoing& message : world_.step(now_)) send(std::move(message));
        co_await link_.settle();
    }
    const Instant start = stage_.scenario.start;
    const rules::Span before{start - kObservedBefore, start};
    co_await push_air(before);
    co_await push_forecast();
    while (now_ < stage_.scenario.end) co_await quarter();
    link_.end_faults();
    const Instant right_by = stage_.scenario.end + kComesRight;
    while (now_ < right_by) co_await quarter();
    // Who was away is back, and is handed what the broker retains.
    link_.reconnect_enterprises();
    co_await link_.settle();
    co_await quarter();
    co_await quarter();
    co_await officer_.close();
    witnessed_.decided = officer_.decided();
    witnessed_.confirmed = link_.confirmed();
    for (const auto& [text, times] : ledger_.refusals) witnessed_.refused.push_back(text);
}

}  // namespace qk::sim
