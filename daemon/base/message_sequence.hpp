// The place of a message in its sender's queue, as it travels with the message, and the mark by
// which the bureau answers up to where that queue is durable with it (入账标记). Pure.
//
// A broker's acknowledgement promises nothing: whoever loses its power has acknowledged messages
// that nobody has. So a sender keeps each message until the mark has passed it, and sends again
// what it has not.
//
//     {"seq":"SPOOL/17/16/CHECK","t":…}     or     [{"seq":"SPOOL/17/16/CHECK","t":…},{…}]
//
// SPOOL is the id of the queue, 17 the number of the message, 16 the number of the one before it, 0
// where nothing before it is waited for, and CHECK what the mark repeats, so that a queue that was
// brought back from a copy sees that a mark is not about what it holds. It is the first member of
// the first object, so that it is read whatever is wrong with the rest; who knows nothing of it
// passes over it. It is in the payload, because not every broker carries properties (contract §4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/response/signing.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::string_view kMarkTopicEnd = "durable";  // qingkong/1/REGION/ENTERPRISE/…
// Of one enterprise: a queue of receipts and one of readings, and those of installations before.
inline constexpr std::size_t kMarksPerEnterpriseMax = 8;

struct MessageSequence {
    std::string spool;
    std::uint64_t number = 0;
    std::uint64_t after = 0;
    std::string check;

    friend bool operator==(const MessageSequence&, const MessageSequence&) = default;
};

[[nodiscard]] bool is_spool_id(std::string_view text);
// `payload` is an object, or an array that begins with one.
[[nodiscard]] std::string with_sequence(std::string_view payload, const MessageSequence& sequence);
// Empty where the payload carries none, as those of most clients.
[[nodiscard]] std::optional<MessageSequence> sequence_of(std::string_view payload);

struct SpoolMark {
    std::string spool;
    std::uint64_t up_to = 0;
    std::string check;  // of the message of that number

    friend bool operator==(const SpoolMark&, const SpoolMark&) = default;
};

// Whether a mark that stands at `up_to` passes this message once it is durable: nothing is missing
// between the two. 0: there is no mark yet.
[[nodiscard]] bool is_next(std::uint64_t up_to, const MessageSequence& sequence);

// What stands on the topic: {"enterprise":"e1","key","marks":[{"check","spool","up_to"},…],
// "signature"}. Signed as orders are, with the bureau's key and a purpose of its own, because what
// a mark passes is dropped by its sender: whoever owns the broker could have readings dropped that
// nobody has.
[[nodiscard]] std::string to_mark_text(const std::string& enterprise,
                                       const std::vector<SpoolMark>& marks,
                                       const plans::SigningKey& key);
// Whose signature it carries, and carries rightly; whether that key is to be believed is the
// reader's to say.
[[nodiscard]] rules::Result<std::string> signer_of_marks(std::string_view text);
[[nodiscard]] rules::Result<std::vector<SpoolMark>> parse_marks(std::string_view text,
                                                                const std::string& enterprise);

}  // namespace qk::daemon
