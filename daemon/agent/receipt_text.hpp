// What the agent answers to an order (contract §4), as text. Pure.
//
// Where the enterprise has a key of its own, the answer is signed with it over its canonical form
// (RFC 8785) without `signature` and without `seq`, which only carries it. A bureau that does not
// know `enterprise`, `key` and `signature` passes over them.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "plans/response/signing.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::agent {

inline constexpr std::size_t kAnswerNoteBytesMax = 2000;

struct Answer {
    std::string order;
    std::int64_t revision = 0;
    std::string state;  // a word of the contract
    rules::Instant at{};
    std::string by;
    std::string note;
    bool is_exercise = false;  // goes out on the topic of exercises
};
// The end of the topic on which it goes out.
[[nodiscard]] std::string_view topic_end_of(const Answer& answer);

// "executed" is what the contract calls "done". Empty for a word that is not one.
[[nodiscard]] std::string state_of_word(std::string_view word);
[[nodiscard]] std::string to_text(const Answer& answer, const std::string& enterprise,
                                  const plans::SigningKey* key);
[[nodiscard]] bool is_signed_by(const boost::json::value& receipt, const std::string& public_key);

// What the command line puts down for the running agent: an answer without its signature.
[[nodiscard]] std::string to_request_text(const Answer& answer);
[[nodiscard]] rules::Result<Answer> parse_request(std::string_view text, const std::string& file);

}  // namespace qk::agent
