// What must hold when everything has come to rest, from the handbook and the protocol, asked of the
// daemon's API and of what others saw; nothing here knows how the daemon does it.
//
// A checker is a function of what was witnessed and of the daemon's answers that names each thing
// that does not hold; it stands in one list (checkers.cpp).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "sim/model/world.hpp"
#include "sim/prove/day_story.hpp"
#include "sim/prove/mortal_link.hpp"

namespace qk::sim {

// What the daemon says of itself at the end.
struct Answers {
    std::vector<boost::json::value> orders;
    std::vector<boost::json::value> receipts;
    std::vector<boost::json::value> calls;  // who must be telephoned
    std::vector<boost::json::value> rejected;
    std::vector<boost::json::value> readings;
    std::vector<boost::json::value> verdicts;
    std::vector<boost::json::value> warnings;
    std::vector<boost::json::value> audit;
    boost::json::value audit_check;
    std::vector<boost::json::value> explanations;  // of each warning, computed again
    std::vector<std::string> refused;              // what it did not answer
};
[[nodiscard]] boost::asio::awaitable<Answers> ask_all(Link& link, const World& world);

struct Evidence {
    const World& world;
    const SimBroker& broker;
    const Witnessed& witnessed;
    const Answers& answers;
    const SaidInLog& said;
    SpoiledState spoiled;
    rules::Zone zone;
    bool may_have_lost = false;   // the broker has forgotten what it had acknowledged
    bool was_clock_back = false;  // the daemon's clock was behind for a while
};
// What does not hold, each in a sentence that names its checker.
[[nodiscard]] std::vector<std::string> violations_of(const Evidence& evidence);

// The end of a story in lines that are the same whatever died on the way: orders, answers,
// readings, verdicts, warnings.
[[nodiscard]] std::vector<std::string> end_of(const Answers& answers);

}  // namespace qk::sim
