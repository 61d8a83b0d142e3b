// The duty officers of the story: they read what the daemon proposes, consult, sign, and when a
// warning is over evaluate it and look at its report. They act only through the API, like people
// do.
//
// The script says how long they take. Where the rules want two persons, two sign. Nothing is
// rejected: an officer who disagrees is a scenario of its own.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "sim/story/ledger.hpp"
#include "sim/story/link.hpp"
#include "sim/story/scenario.hpp"

namespace qk::sim {

class Officer {
 public:
    using Tell = std::function<void(const std::string& line)>;
    Officer(Link& link, const Scenario& scenario, Ledger& ledger, Tell tell);

    // Looks at the desk and does what is due now.
    [[nodiscard]] boost::asio::awaitable<void> act(rules::Instant now);
    // Warnings that a person has signed for.
    [[nodiscard]] const std::set<std::string>& decided() const { return decided_; }
    [[nodiscard]] const std::string& colour_in_force() const { return colour_; }
    // At the end: plans against the floors, and the reports of all warnings.
    [[nodiscard]] boost::asio::awaitable<void> close();

 private:
    struct Pending {
        rules::Instant seen{};
        std::string kind;
        bool is_consulted = false;
        int signatures = 0;
    };

    [[nodiscard]] boost::asio::awaitable<boost::json::value> get(std::string target);
    [[nodiscard]] boost::asio::awaitable<bool> post(Who who, std::string target,
                                                    boost::json::value body);
    [[nodiscard]] boost::asio::awaitable<void> look_at(const boost::json::value& warning,
                                                       rules::Instant now);
    [[nodiscard]] boost::asio::awaitable<bool> consult(const std::string& id,
                                                       const boost::json::value& warning);
    [[nodiscard]] boost::asio::awaitable<bool> sign(const std::string& id,
                                                    const boost::json::value& warning,
                                                    const Pending& pending);
    [[nodiscard]] boost::asio::awaitable<void> wind_up(const std::string& id,
                                                       const boost::json::value& warning);
    void note_state(const std::string& id, const boost::json::value& warning);
    void note_floors(const std::string& id, const boost::json::value& plans);

    Link& link_;
    const Scenario& scenario_;
    Ledger& ledger_;
    Tell tell_;
    std::map<std::string, Pending> pending_;       // by warning and number of the change
    std::map<std::string, std::string> standing_;  // by warning
    std::set<std::string> decided_;
    std::set<std::string> wound_up_;
    std::string colour_ = "none";
};

}  // namespace qk::sim
