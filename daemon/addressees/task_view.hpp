// Tasks and addressees as JSON, for the API.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/addressees/task_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/addressees/addressee.hpp"
#include "plans/addressees/task_plan.hpp"

namespace qk::daemon {

[[nodiscard]] boost::json::object task_head(const TaskRow& row, rules::Zone zone);
// With its document, answers, files and what was sent.
[[nodiscard]] boost::json::object task_json(Session& db, const TaskRow& row, rules::Zone zone);
[[nodiscard]] boost::json::object addressee_json(const plans::Addressee& one);
[[nodiscard]] boost::json::object drafted_json(const plans::DraftedTask& task, rules::Zone zone);

}  // namespace qk::daemon
