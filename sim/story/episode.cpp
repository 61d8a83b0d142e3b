#include "sim/story/episode.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plans/text/json.hpp"

namespace qk::sim {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;
using rules::Instant;
using std::chrono::hours;

constexpr std::size_t kPage = 1000;
constexpr std::size_t kPagesMax = 10'000;
constexpr int kArrivalLooksMax = 50;
constexpr hours kObservedBefore{14 * 24};  // air that the daemon is told of at the start

std::size_t readings_in(const Outgoing& message) {
    if (message.topic.find("/meter/") == std::string::npos) return 0;
    return static_cast<std::size_t>(
        std::count(message.payload.begin(), message.payload.end(), '{'));
}

}  // namespace

Episode::Episode(const Scenario& scenario, const Weather& weather, World& world, Narrator narrator)
    : scenario_(scenario),
      weather_(weather),
      world_(world),
      narrator_(std::move(narrator)),
      now_(scenario.start) {
    ledger_.is_of_verdicts = scenario.is_of_verdicts;
}

void Episode::connect(Link& link) {
    link_ = &link;
    officer_.emplace(link, scenario_, ledger_,
                     [this](const std::string& line) { narrator_(now_, line); });
}

void Episode::saw_order(const OrderSeen& order) {
    std::int64_t& highest = revisions_[order.order];
    if (order.revision < highest) {
        ledger_.violations.push_back(fmt::format("order {}: revision {} was sent after {}",
                                                 order.order, order.revision, highest));
    }
    highest = std::max(highest, order.revision);
    if (order.warning.empty()) {
        // The season's, which nobody signs by the day.
        ++ledger_.season.orders;
        return;
    }
    if (officer_ && officer_->decided().count(order.warning) == 0) {
        ledger_.violations.push_back(fmt::format(
            "order {} of warning {} was sent before anybody signed", order.order, order.warning));
    }
}

void Episode::saw_delivery(std::size_t enterprise, const Delivery& delivery) {
    if (!delivery.refused.empty() && !delivery.is_stale) {
        ledger_.violations.push_back(fmt::format("{} refused its order: {}",
                                                 world_.inventory().enterprises[enterprise].id,
                                                 delivery.refused));
    }
    if (!delivery.accepted) return;
    ++ledger_.orders;
    if (ordered_.insert(enterprise).second) ++ledger_.enterprises_ordered;
}

void Episode::send_all(std::vector<Outgoing> messages) {
    for (Outgoing& message : messages) {
        ledger_.readings += readings_in(message);
        if (message.is_receipt && receipts_.insert(message.topic + message.payload).second) {
            ++ledger_.receipts_sent;
        }
        link_->send(std::move(message));
    }
}

awaitable<bool> Episode::push(Who who, std::string target, std::string csv) {
    ApiCall call;
    call.who = who;
    call.method = "POST";
    call.target = target;
    call.body = std::move(csv);
    call.content_type = "text/csv";
    const ApiReply reply = co_await link_->call(call);
    if (!reply.is_ok()) {
        ledger_.refuse(fmt::format("POST {}: {} {}", target, reply.status, reply.body));
    }
    co_return reply.is_ok();
}

awaitable<void> Episode::push_observations(rules::Span span) {
    const rules::HourlySeries series = observed(weather_, span);
    if (series.hours.empty()) co_return;
    const bool is_taken =
        co_await push(Who::kFeed, "/api/v1/observations", to_csv(series, scenario_.zone));
    if (is_taken) ledger_.observations += static_cast<int>(series.hours.size());
}

awaitable<void> Episode::push_forecast() {
    const rules::HourlySeries series =
        make_forecast(weather_, now_, scenario_.seed, scenario_.forecast);
    if (series.hours.empty()) co_return;
    // An instant holds a plus sign, which a query would turn into a blank.
    std::string issued_at = rules::to_iso(now_, scenario_.zone);
    if (const auto plus = issued_at.find('+'); plus != std::string::npos) {
        issued_at.replace(plus, 1, "%2B");
    }
    const std::string target = "/api/v1/forecasts?source=sim&issued_at=" + issued_at;
    const bool is_taken = co_await push(Who::kFeed, target, to_csv(series, scenario_.zone));
    if (is_taken) ++ledger_.forecasts;
}

awaitable<void> Episode::begin() {
    const rules::Span past{now_ - std::chrono::days{scenario_.history_days}, now_};
    narrator_(now_, fmt::format("历史 history: 前{}日读数 readings of {} days before",
                                scenario_.history_days, scenario_.history_days));
    if (past.from < past.to) send_all(world_.history(past));
    co_await link_->settle();
    narrator_(now_, fmt::format("历史 history: 读数 {} readings sent", ledger_.readings));
    const rules::Span observed{now_ - kObservedBefore, now_};
    co_await push_observations(observed);
}

awaitable<void> Episode::quarter() {
    now_ += kQuarter;
    co_await link_->advance(now_);
    send_all(world_.step(now_));
    co_await link_->settle();
    if (rules::floor_hour(now_) == now_) {
        const rules::Span last_hour{now_ - hours{1}, now_};
        co_await push_observations(last_hour);
        const int hour = rules::hour_of_day(now_, scenario_.zone);
        const auto& due = scenario_.forecast_hours;
        if (std::find(due.begin(), due.end(), hour) != due.end()) co_await push_forecast();
    }
    co_await officer_->act(now_);
    if (rules::minute_of_day(now_, scenario_.zone) == 0) narrate_day();
}

void Episode::narrate_day() {
    narrator_(now_,
              fmt::format("第{}日 day {}: 生效 in force {}, 指令 {} orders, 读数 {} readings sent",
                          (now_ - scenario_.start) / std::chrono::days{1},
                          (now_ - scenario_.start) / std::chrono::days{1},
                          officer_->colour_in_force(), ledger_.orders, ledger_.readings));
}

awaitable<std::vector<json::value>> Episode::all_items(std::string target) {
    std::vector<json::value> all;
    for (std::size_t page = 1; page <= kPagesMax; ++page) {
        ApiCall call;
        call.who = Who::kAuditor;
        call.target = fmt::format("{}{}page={}&per_page={}", target,
                                  target.find('?') == std::string::npos ? '?' : '&', page, kPage);
        const ApiReply reply = co_await link_->call(call);
        if (!reply.is_ok()) {
            ledger_.refuse(fmt::format("GET {}: {} {}", call.target, reply.status, reply.body));
            break;
        }
        const auto parsed = plans::parse_json(reply.body, call.target);
        const json::value* items = parsed ? plans::find_member(*parsed, "items") : nullptr;
        if (items == nullptr || !items->is_array()) break;
        for (const json::value& item : items->as_array()) all.push_back(item);
        if (items->as_array().size() < kPage) break;
    }
    co_return all;
}

awaitable<void> Episode::judge() {
    const std::vector<json::value> items = co_await all_items("/api/v1/verdicts");
    json::array array;
    for (const json::value& item : items) array.push_back(item);
    const auto verdicts = read_judged(array, scenario_.zone);
    if (!verdicts) {
        ledger_.refuse(rules::to_text(verdicts.error()));
        co_return;
    }
    ledger_.comparison = compare(world_, *verdicts, scenario_.zone);
}

bool Episode::is_held(const json::value& order) const {
    const auto member = world_.find(plans::string_or(order, "enterprise"));
    const auto revision = static_cast<std::int64_t>(plans::number_or(order, "revision", 0));
    return !member || world_.held_revision(*member) == revision;
}

// The daemon's orders, once every enterprise holds its own or has been waited for in vain: what the
// broker has acknowledged may still be on its way from there.
awaitable<std::vector<json::value>> Episode::settled_orders() {
    std::vector<json::value> orders;
    for (int look = 0; look < kArrivalLooksMax; ++look) {
        orders = co_await all_items("/api/v1/orders");
        const auto is_here = [this](const json::value& order) { return is_held(order); };
        if (std::all_of(orders.begin(), orders.end(), is_here)) break;
        co_await link_->settle();
    }
    co_return orders;
}

// Every enterprise holds the revision that the daemon says it owes; every order is answered, or its
// enterprise is on the list of those to be telephoned.
awaitable<void> Episode::check_orders() {
    const std::vector<json::value> orders = co_await settled_orders();
    const std::vector<json::value> receipts = co_await all_items("/api/v1/receipts");
    ledger_.receipts = receipts.size();
    std::set<std::string> to_be_called;
    const std::vector<json::value> calls = co_await all_items("/api/v1/phone-list");
    for (const json::value& entry : calls) {
        to_be_called.insert(plans::string_or(entry, "enterprise"));
    }
    for (const json::value& order : orders) {
        const std::string state = plans::string_or(order, "receipt_state");
        const std::string enterprise = plans::string_or(order, "enterprise");
        if (!is_held(order)) {
            ledger_.violations.push_back(fmt::format("{} holds revision {}, the daemon says {}",
                                                     enterprise,
                                                     world_.held_revision(*world_.find(enterprise)),
                                                     plans::number_or(order, "revision", 0)));
        }
        const auto issued =
            rules::parse_instant(plans::string_or(order, "issued_at"), scenario_.zone);
        const bool is_young = issued && now_ < *issued + kAnswerWithin;
        if (state != "none" && !state.empty()) continue;
        if (is_young || to_be_called.count(enterprise) > 0) continue;
        ledger_.violations.push_back("order of " + enterprise +
                                     " is neither answered nor on the list of calls");
    }
}

// The ledger of missed days. Whoever obeys owes none.
awaitable<void> Episode::read_season() {
    SeasonLine& season = ledger_.season;
    const std::vector<json::value> debts = co_await all_items("/api/v1/season/debts");
    for (const json::value& debt : debts) {
        const auto days = [&debt](std::string_view name) {
            return static_cast<int>(plans::number_or(debt, name, 0));
        };
        season.owed_days += days("owed_days");
        season.kept_days += days("kept_days");
        season.unknown_days += days("unknown_days");
        season.debt_days += days("debt_days");
        const std::string enterprise = plans::string_or(debt, "enterprise");
        const auto member = world_.find(enterprise);
        if (days("debt_days") == 0 || !member) continue;
        ++season.debtors;
        if (world_.behaviour_of(*member) != Behaviour::kObeys) continue;
        ledger_.violations.push_back("a debt of days of one who obeyed: " + enterprise);
    }
}

awaitable<void> Episode::play() {
    co_await begin();
    while (now_ < scenario_.end) co_await quarter();
    co_await link_->settle();
    co_await officer_->close();
    co_await check_orders();
    co_await read_season();
    co_await judge();
}

}  // namespace qk::sim
