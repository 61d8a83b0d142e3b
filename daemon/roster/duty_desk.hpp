// What people do about what waits for them, each in one transaction: take it over (接手), put it
// off for a bounded time (暂缓), or escalate it to a step they choose (升级). plans/roster says
// what may be. And the views of it that the API gives.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>

#include "daemon/access/person.hpp"
#include "daemon/roster/matter_rows.hpp"
#include "daemon/roster/matter_sources.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct DutyActor {
    std::string person;
    std::string remote;
    std::string region;  // of people of a part of the region
};
struct DutyAct {
    enum class Kind { kAcknowledge, kSnooze, kEscalate };
    Kind kind = Kind::kAcknowledge;
    std::optional<rules::Instant> until{};  // of a snooze
    std::size_t step = 0;                   // of an escalation, from 0
    std::string note{};
};

struct DutyActAnswer {
    enum class Outcome { kDone, kNoSuchMatter, kOfAnotherRegion, kRefused };
    Outcome outcome = Outcome::kDone;
    rules::Faults why{};           // of a refusal
    boost::json::object matter{};  // as it is now
};
[[nodiscard]] DutyActAnswer take_duty_act(Session& db, const DutyView& view, const DutyActor& actor,
                                          std::int64_t number, const DutyAct& act);

// A matter with its steps, what people did, and the whole of its ladder.
[[nodiscard]] boost::json::object matter_view(Session& db, const DutyView& view,
                                              const MatterRow& row);
[[nodiscard]] boost::json::object matter_head(const MatterRow& row, rules::Zone zone);

// Who is on duty at an instant, and the gaps from then on.
[[nodiscard]] boost::json::array on_duty_view(const DutyView& view, rules::Instant at);
[[nodiscard]] boost::json::array gaps_view(const DutyView& view);

}  // namespace qk::daemon
