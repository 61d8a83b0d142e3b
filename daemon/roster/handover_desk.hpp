// Hand-overs (交接班): one person composes and signs what happened since the last one, another
// takes it over. Its content is stored as it was signed, with its hash in the audit log at both
// signatures.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <string>

#include "daemon/roster/duty_desk.hpp"
#include "daemon/roster/handover_rows.hpp"

namespace qk::daemon {

// A first one looks back so far.
inline constexpr std::chrono::hours kFirstHandoverSpan{24};

struct HandoverRequest {
    std::string to;  // who is to take it over
    std::string note;
};
struct HandoverAnswer {
    enum class Outcome { kDone, kNoSuchHandover, kRefused };
    Outcome outcome = Outcome::kDone;
    rules::Faults why{};
    boost::json::object handover{};
};
[[nodiscard]] HandoverAnswer give_handover(Session& db, const DutyView& view,
                                           const DutyActor& actor, const HandoverRequest& request);
// By whom it is meant for; anybody else of the desk may, and the page then names them.
[[nodiscard]] HandoverAnswer take_over_shift(Session& db, const DutyView& view,
                                             const DutyActor& actor, std::int64_t number,
                                             const std::string& note);

[[nodiscard]] boost::json::object handover_view(const HandoverRow& row, rules::Zone zone);
// The printed page.
[[nodiscard]] std::string handover_html(const HandoverRow& row, const DutyView& view,
                                        bool is_english);

}  // namespace qk::daemon
