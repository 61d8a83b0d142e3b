// A decision about a warning made once more, by the inputs that were stored with it.
//
// It is equal when the rules of this program answer the same, word for word. Where they do not, it
// is told apart whether something else is decided (finding, kind, colour, times, clause), or the
// same for other reasons; each difference is named by its path.
//
// Records of decisions also stand in a file of their own, one JSON object per line, so that what an
// archive decided can be replayed without its database.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

struct DecisionRecord {
    std::int64_t number = 0;  // in the story of all warnings of its database
    std::string warning;
    rules::Instant at{};
    std::string event;  // "propose", "sign"
    std::string check;  // the word of a DecisionCheck
    boost::json::value found;
    boost::json::value inputs;
};

enum class DecisionAgreement {
    kEqual,
    kReasonsDiffer,  // the same is decided by the same clause, the rest of the finding differs
    kDiffers,        // something else is decided, or by another clause
    kUnreadable,     // the record or its inputs cannot be read: nothing is computed
};
inline constexpr std::size_t kDecisionAgreementCount = 4;
// "equal", "reasons_differ", "differs", "unreadable"
[[nodiscard]] std::string_view to_text(DecisionAgreement agreement);

struct DecisionAgain {
    DecisionAgreement agreement = DecisionAgreement::kUnreadable;
    std::string then;  // what was decided, in a line: "propose start red from 2026-01-10T08:00…"
    std::string now;   // by this program
    std::string clause_then;  // id in the standard; empty: no clause decided
    std::string clause_now;
    std::vector<std::string> differences;  // paths with both values, or why it cannot be read
};
[[nodiscard]] DecisionAgain decide_again(const DecisionRecord& record);

// The line without its end.
[[nodiscard]] std::string to_line(const DecisionRecord& record);
[[nodiscard]] rules::Result<DecisionRecord> decision_record_from_line(std::string_view line,
                                                                      const std::string& file,
                                                                      int number);

inline constexpr std::size_t kDecisionLineBytesMax = 16U << 20;  // weeks of fifty ensemble members

// Every record of a file in its order; lines that are empty are passed over. A line that cannot be
// read is a fault with its number, and all of them are told; what can be read is taken.
[[nodiscard]] rules::Result<void> for_each_record(
    std::string_view text, const std::string& file,
    const std::function<void(const DecisionRecord&)>& take);

}  // namespace qk::plans
