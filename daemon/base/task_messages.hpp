// Log messages about addressees and their tasks; part of the catalogue of messages.hpp.
#pragma once

#include "daemon/base/messages.hpp"

namespace qk::daemon {

inline constexpr Message kAddresseesRefused{
    "ADDRESSEES_REFUSED", LogSeverity::kWarning, "责任对象名单未采用，继续使用原名单：{fault}",
    "The list of addressees has faults, or names places that are not of the region.",
    "Correct it and reload; each fault is a line."};
inline constexpr Message kAddresseesTaken{
    "ADDRESSEES_TAKEN", LogSeverity::kInfo, "责任对象名单第 {number} 版生效，{addressees} 个对象",
    "A list of addressees was handed in, or its file has changed.", ""};
inline constexpr Message kTaskNotTaken{
    "TASK_NOT_TAKEN",
    LogSeverity::kWarning,
    "{channel} 未接收任务 {task}：{why}",
    "The webhook, folder, broker or SMS gateway of an addressee did not take a task; it is offered "
    "again after a pause.",
    "Check the channel; every attempt is at /api/v1/tasks/NUMBER.",
    true};

}  // namespace qk::daemon
