// The hand-over of a shift (交接班记录): what happened since the one before, what is still open,
// and who takes it over. Its content is fixed when the first of the two signs; the page is printed
// from it.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::plans {

struct HandoverPerson {
    std::string id;
    std::string name;
};
struct HandoverDuty {
    std::string role;
    HandoverPerson person;
    bool stands_in = false;
    rules::Instant until{};
};
struct HandoverDecision {
    rules::Instant at{};
    std::string warning;
    std::string step;    // "sign", as rules::name_of() says it
    std::string change;  // Chinese: "升级红色"; empty: about none
    std::string person;
    std::string reason;
};
struct HandoverMatter {
    std::int64_t number = 0;
    std::string kind;     // "signature"
    std::string kind_zh;  // "待签发"
    std::string text;
    rules::Instant opened_at{};
    rules::Instant deadline{};
    std::optional<rules::Instant> closed_at;
    std::vector<std::string> taken_by;  // who has taken it over
    std::size_t steps = 0;              // of its ladder, that were taken
};
// A list that may be cut, and how many there are.
template <class Item>
struct HandoverList {
    std::vector<Item> items;
    std::size_t total = 0;
};
struct Handover {
    std::string region;
    rules::Span span;  // since the one before
    HandoverPerson given_by;
    HandoverPerson given_to;
    std::string note;
    std::string standing;  // Chinese: the warning that runs, in a sentence
    std::vector<HandoverDuty> on_duty;
    HandoverList<HandoverDecision> decisions;
    HandoverList<HandoverMatter> open;
    HandoverList<HandoverMatter> closed;
    std::size_t orders = 0;  // that owe something
    std::size_t without_receipt = 0;
    std::size_t refused = 0;
    std::size_t to_telephone = 0;
    std::size_t leads = 0;  // without a site check
    std::vector<std::string> gaps;
};
inline constexpr std::size_t kHandoverItemsMost = 200;

[[nodiscard]] boost::json::value to_json(const Handover& handover, rules::Zone zone);

enum class HandoverLanguage { kChinese, kEnglish };
struct HandoverSignatures {
    std::int64_t number = 0;
    std::string given_at;  // ISO
    std::string taken_at;  // empty: not taken over yet
    std::string taken_by;  // name
    std::string taken_note;
    std::string sha256;  // of the content
};
// The page, as JSON that to_json() made says it. What people wrote stays in its own language.
[[nodiscard]] std::string handover_page(const boost::json::value& content,
                                        const HandoverSignatures& signatures,
                                        HandoverLanguage language);

}  // namespace qk::plans
