// The story itself: quarter of an hour by quarter of an hour, feeds push air and forecasts,
// enterprises send, officers decide, and at the end the verdicts are held against the truth. The
// same for both faces of the simulator; only the Link differs.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/model/weather.hpp"
#include "sim/model/world.hpp"
#include "sim/story/ledger.hpp"
#include "sim/story/link.hpp"
#include "sim/story/officer.hpp"
#include "sim/story/scenario.hpp"

namespace qk::sim {

inline constexpr std::chrono::minutes kQuarter{15};
// Silence for longer than this must have put an enterprise on the list of calls.
inline constexpr std::chrono::hours kAnswerWithin{3};

class Episode {
 public:
    // Told a line of progress, with the instant it is about.
    using Narrator = std::function<void(rules::Instant now, const std::string& line)>;

    Episode(const Scenario& scenario, const Weather& weather, World& world, Narrator narrator);

    // The link is given afterwards because it needs the episode as its witness.
    void connect(Link& link);
    // Plays from the scenario's start to its end.
    [[nodiscard]] boost::asio::awaitable<void> play();

    // An order document that the daemon sent out, in the order in which it did.
    void saw_order(const OrderSeen& order);
    // What an enterprise did with one.
    void saw_delivery(std::size_t enterprise, const Delivery& delivery);

    [[nodiscard]] rules::Instant now() const { return now_; }
    [[nodiscard]] const Ledger& ledger() const { return ledger_; }
    [[nodiscard]] Ledger& ledger() { return ledger_; }

 private:
    [[nodiscard]] boost::asio::awaitable<void> begin();
    [[nodiscard]] boost::asio::awaitable<void> quarter();
    [[nodiscard]] boost::asio::awaitable<void> push_observations(rules::Span span);
    [[nodiscard]] boost::asio::awaitable<void> push_forecast();
    [[nodiscard]] boost::asio::awaitable<void> judge();
    [[nodiscard]] boost::asio::awaitable<void> check_orders();
    [[nodiscard]] boost::asio::awaitable<void> read_season();
    [[nodiscard]] boost::asio::awaitable<std::vector<boost::json::value>> settled_orders();
    [[nodiscard]] bool is_held(const boost::json::value& order) const;
    [[nodiscard]] boost::asio::awaitable<std::vector<boost::json::value>> all_items(
        std::string target);
    [[nodiscard]] boost::asio::awaitable<bool> push(Who who, std::string target, std::string csv);
    void narrate_day();
    void send_all(std::vector<Outgoing> messages);

    const Scenario& scenario_;
    const Weather& weather_;
    World& world_;
    Narrator narrator_;
    Ledger ledger_;
    Link* link_ = nullptr;
    std::optional<Officer> officer_;
    rules::Instant now_{};
    std::map<std::string, std::int64_t> revisions_;  // highest sent out, by order
    std::set<std::size_t> ordered_;
    std::set<std::string> receipts_;  // what was said, by topic and payload
};

}  // namespace qk::sim
