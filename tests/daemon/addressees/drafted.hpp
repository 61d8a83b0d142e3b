// Drafted tasks of invented addressees.
#pragma once

#include <string>
#include <vector>

#include "daemon/addressees/tasks.hpp"
#include "plans/addressees/task_plan.hpp"

namespace qk::daemon {

inline plans::DraftedTask drafted(const std::string& id, plans::AddresseeKind kind,
                                  const std::string& text, const std::string& region = "110105",
                                  const std::vector<std::string>& channels = {}) {
    plans::DraftedTask task;
    task.addressee.id = id;
    task.addressee.name = "对象" + id;
    task.addressee.kind = kind;
    task.addressee.region = region;
    task.addressee.phone = "13800000000";
    task.addressee.account = "of." + id;
    task.addressee.channels = channels;
    plans::TaskItem item;
    item.text = text;
    task.items = {item};
    return task;
}

inline TaskCause cause_at(rules::Instant now, const std::string& subject = "W1") {
    TaskCause cause;
    cause.subject = subject;
    cause.now = now;
    return cause;
}

}  // namespace qk::daemon
