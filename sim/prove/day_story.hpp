// One day of a small region, from the forecast to the lift, played against a daemon that may die at
// any step: heavy air is forecast, a warning is proposed, consulted and signed, orders go out and
// are answered, readings come and are judged, the air clears, the warning is lifted. One enterprise
// signs and runs, sends rubbish, other readings afterwards, and readings of a meter that is not its
// own; another is silent. Enterprises send an old receipt again, and somebody starts a second
// daemon.
//
// The same as an Episode (story/), shorter and without weather of its own: what can go wrong at a
// step of the disk or the broker goes wrong in an hour as in a season. What happened is kept for
// the checkers.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/model/world.hpp"
#include "sim/prove/mortal_link.hpp"
#include "sim/story/ledger.hpp"
#include "sim/story/officer.hpp"
#include "sim/story/stage.hpp"

namespace qk::sim {

// What the checkers hold the daemon's answers against.
struct Witnessed {
    std::map<std::string, std::vector<std::int64_t>>
        revisions;                                      // by enterprise, as the broker took them
    std::map<std::string, rules::Instant> first_order;  // by enterprise, when the broker took it
    std::map<std::string, std::int64_t> delivered;      // the highest that an enterprise was handed
    std::set<std::string> decided;                      // warnings that were signed for
    std::map<std::string, int> confirmed;  // writes answered with success, MortalLink's
    std::vector<std::string> violations;   // seen while it happened
    std::vector<std::string> refused;      // calls
};

[[nodiscard]] rules::Result<Stage> day_stage(std::uint64_t seed, int enterprises);

class DayStory {
 public:
    // `subscribes_late`: enterprises send before the daemon has subscribed (a canary).
    DayStory(const Stage& stage, World& world, MortalLink& link, bool subscribes_late);
    // With faults until midnight; then without, until all must have come right.
    [[nodiscard]] boost::asio::awaitable<void> play();
    [[nodiscard]] const Witnessed& witnessed() const { return witnessed_; }
    [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
    [[nodiscard]] rules::Instant heavy_from() const;
    [[nodiscard]] boost::asio::awaitable<void> push_air(rules::Span observed);
    [[nodiscard]] boost::asio::awaitable<void> push_forecast();
    [[nodiscard]] boost::asio::awaitable<void> push(std::string target, std::string csv);
    [[nodiscard]] boost::asio::awaitable<void> quarter();
    void saw_order(const OrderSeen& order);
    void send(Outgoing message);
    void cheat();
    void repeat_old_receipt(std::size_t enterprise);
    [[nodiscard]] boost::asio::awaitable<std::vector<boost::json::value>> list(std::string target);
    // Each hour: what the daemon says of orders is so, the broker retains them, who does not answer
    // is called, the warning is in force, and duties are judged by what is there.
    [[nodiscard]] boost::asio::awaitable<void> look_at_orders();
    [[nodiscard]] boost::asio::awaitable<void> look_at_warnings();
    [[nodiscard]] boost::asio::awaitable<void> look_at_verdicts();
    void look_at_retained(const std::string& enterprise, std::int64_t revision);
    [[nodiscard]] boost::asio::awaitable<void> look_at_calls(
        const std::vector<boost::json::value>& orders);

    const Stage& stage_;
    World& world_;
    MortalLink& link_;
    bool subscribes_late_;
    Ledger ledger_;
    Officer officer_;
    rules::Instant now_;
    std::map<std::size_t, Outgoing> old_receipts_;  // of the first revision, by enterprise
    std::vector<Outgoing> rewritten_;               // what the cheat has sent of late, turned to 0
    Witnessed witnessed_;
    std::vector<std::string> lines_;
};

}  // namespace qk::sim
