// What goes out on channels beside the broker, and every attempt, as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/orders/channel.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Every revision that is issued from now on goes out on these; what waits on another is closed.
void set_channels(Session& db, const std::vector<std::string>& on);

struct SendingRow {
    std::int64_t number = 0;
    std::string enterprise;
    std::int64_t revision = 0;
    std::string channel;
    std::string standing;
    std::string closed_why;
    int failures = 0;
    rules::Instant next_at{};
    std::string asked_by;
};
// Those that wait, the one that is due first in front.
[[nodiscard]] std::vector<SendingRow> waiting_sendings(Session& db, const std::string& channel,
                                                       std::size_t limit);
[[nodiscard]] std::optional<SendingRow> load_sending(Session& db, std::int64_t number);
[[nodiscard]] std::optional<SendingRow> sending_of(Session& db, const std::string& enterprise,
                                                   std::int64_t revision,
                                                   const std::string& channel);
[[nodiscard]] std::vector<SendingRow> sendings_of(Session& db, const std::string& enterprise,
                                                  std::int64_t revision);
// What has been taken, for the guard.
[[nodiscard]] SentSoFar sent_so_far(Session& db, std::int64_t sending, rules::Instant now);

struct AttemptRow {
    std::int64_t number = 0;
    std::string target;
    rules::Instant began_at{};
    std::optional<rules::Instant> ended_at{};
    std::string answer;  // empty: it was taken
    std::string person;  // who asked for it; empty: the daemon by itself
};
inline constexpr std::size_t kAttemptsShown = 50;
inline constexpr std::size_t kFailuresKept =
    20;  // of one sending, the newest: a gateway may be dead
// Newest first.
[[nodiscard]] std::vector<AttemptRow> attempts_of(Session& db, std::int64_t sending);

void close_sending(Session& db, std::int64_t number, const std::string& why);
void put_off_sending(Session& db, std::int64_t number, rules::Instant next);
// On its way; if nothing is heard of it, because the daemon ends, it is tried again at `next`.
[[nodiscard]] std::int64_t begin_attempt(Session& db, const SendingRow& sending,
                                         const std::string& target, rules::Instant now,
                                         rules::Instant next);
struct AttemptEnd {
    std::int64_t attempt = 0;
    rules::Instant at{};
    std::string answer;        // empty: taken
    rules::Instant next_at{};  // where it was not
};
void end_attempt(Session& db, const SendingRow& sending, const AttemptEnd& end);
// A person asks for it once more.
void send_again(Session& db, const SendingRow& sending, const std::string& person,
                rules::Instant now);

}  // namespace qk::daemon
