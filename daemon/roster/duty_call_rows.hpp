// Calls to people on duty as rows, and their way to each gateway.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/roster/matter_rows.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

struct DutyCallRow {
    std::int64_t number = 0;
    rules::Instant at{};
    std::string kind;
    std::size_t step = 0;
    std::string action;
    std::string region;
    bool exercise = false;
    std::string asked;  // JSON: [{"person","name","role","phone"}]
};
// A new one: its number; it waits for each target at once.
std::int64_t store_call(Session& db, const DutyCallRow& row,
                        const std::vector<std::string>& targets);
[[nodiscard]] std::optional<DutyCallRow> load_call(Session& db, std::int64_t number);
// What it tells of.
[[nodiscard]] std::vector<MatterRow> matters_of_call(Session& db, std::int64_t call);

struct WaitingCall {
    std::int64_t call = 0;
    std::string target;
    int attempts = 0;
    rules::Instant next{};
};
// The oldest of each target that is neither taken nor dropped.
[[nodiscard]] std::vector<WaitingCall> waiting_calls(Session& db, std::size_t limit);
void note_call_taken(Session& db, const WaitingCall& call, rules::Instant at);
void note_call_dropped(Session& db, const WaitingCall& call, rules::Instant at);
void note_call_failed(Session& db, const WaitingCall& call, const std::string& error,
                      rules::Instant next);
// Forgets calls older than that which wait for nothing, as many as `limit`.
std::size_t forget_calls(Session& db, rules::Instant before, std::size_t limit);

}  // namespace qk::daemon
