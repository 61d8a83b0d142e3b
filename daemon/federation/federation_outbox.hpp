// Documents on their way out: made of what is on record when they are first sent, kept as they were
// signed, and delivered when the peer's signed receipt says so. Everything here runs in the
// transaction of the caller.
#pragma once

#include <optional>
#include <string>

#include "daemon/federation/federation_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/federation/federation_check.hpp"
#include "plans/response/signing.hpp"

namespace qk::daemon {

struct OutboxView {
    std::string own_region;
    rules::Instant now{};
    const plans::SigningKey& key;
};

// After a failure in a row; an attempt of which nothing was heard is made again after the first.
inline constexpr std::chrono::seconds kFederationPauseFirst{10};
inline constexpr std::chrono::seconds kFederationPauseMost{600};
[[nodiscard]] std::chrono::seconds federation_pause(int failures);

// What is to be sent of this one now, with its document; it is put off until the attempt has an
// end. None: it has been closed, because what it was of has ended or is not on record. One that is
// signed with a key that was replaced meanwhile is signed again with the one in use.
[[nodiscard]] std::optional<FederationSending> take_up_federation(Session& db, std::int64_t number,
                                                                  const OutboxView& view);

// What the answer of a peer says about a document of ours.
struct AnswerView {
    const plans::TrustList& trust;
    std::string own_region;
    rules::Instant now{};
    std::chrono::seconds clock_skew{};
};
struct PeerAnswer {
    bool is_final = false;  // the receipt proves what became of it
    bool is_taken = false;
    std::string why;  // of a refusal, or why nothing is proved
};
[[nodiscard]] PeerAnswer read_peer_answer(int status, const std::string& body,
                                          const FederationSending& sending, const AnswerView& view);

}  // namespace qk::daemon
