// The season's orders in the database (季节性调控、错峰生产、临时管控): the daily decision of
// plans/response/season_orders.hpp, asked on what enterprises hold and stored with an audit entry
// and an event, in the caller's transaction.
#pragma once

#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "daemon/warnings/desk.hpp"
#include "plans/response/order.hpp"

namespace qk::daemon {

// Whether a real warning asks something now or later, so that its plan weighs the season.
[[nodiscard]] bool warning_rules(Session& db, rules::Instant now);

// What has to change for the season to be what enterprises hold; empty: nothing. Writes nothing.
[[nodiscard]] std::vector<plans::OrderDocument> season_changes(Session& db, const DeskView& view);

struct SeasonKept {
    bool is_ruled = false;  // by a warning: nothing was decided
    std::size_t issued = 0;
    std::size_t ended = 0;
};
// Decides and stores; carried out again it changes nothing.
SeasonKept keep_season(Session& db, const DeskView& view);

}  // namespace qk::daemon
