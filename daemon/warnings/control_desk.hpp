// Temporary controls (临时管控) of people: proposed by one, signed by another, taken back by
// anybody of the desk; each a step in the caller's transaction with an audit entry and an event.
// What enterprises owe by them the season's keeper writes (season_desk.hpp), as it does by every
// window.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "daemon/store/session.hpp"
#include "daemon/warnings/control_rows.hpp"
#include "daemon/warnings/desk.hpp"
#include "plans/decision/plan_inputs.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/grade_changes.hpp"

namespace qk::daemon {

struct ApiResponse;

inline constexpr std::size_t kControlsOpenMax = 50;  // each is weighed with every plan

// Those that are signed and not over, as windows: what they ask stands in orders from the day of
// the signature on. One that this version of the program does not read asks nothing.
struct ControlsNow {
    struct Unreadable {
        std::int64_t number = 0;
        std::string why;
    };
    std::vector<plans::SeasonWindow> windows;
    std::vector<plans::ControlWeighed> weighed;  // the windows as a plan keeps them
    std::vector<Unreadable> unreadable;
};
[[nodiscard]] ControlsNow controls_now(Session& db, const DeskView& view);

struct ControlRequest {
    boost::json::value terms;  // without what is only told to people
    std::string reason;
    plans::SeasonWindow window;
};
using GradeChanges = std::vector<plans::GradeChange>;  // that count beside the edition
// With every fault: what cannot be read, whom nobody knows, days that are too many or over.
[[nodiscard]] rules::Result<ControlRequest> read_control_request(const std::string& body,
                                                                 const DeskView& view,
                                                                 const GradeChanges& grades);

[[nodiscard]] ApiResponse propose_control(Session& db, const DeskView& view,
                                          const DeskPerson& person, const ControlRequest& request);
[[nodiscard]] ApiResponse sign_control(Session& db, const DeskView& view, const DeskPerson& person,
                                       std::int64_t number);
[[nodiscard]] ApiResponse withdraw_control(Session& db, const DeskView& view,
                                           const DeskPerson& person, std::int64_t number,
                                           const std::string& why);
[[nodiscard]] boost::json::value control_view(const ControlRow& row, const DeskView& view,
                                              const GradeChanges& grades);

}  // namespace qk::daemon
