// The page for a night without network (守夜包): who is on duty, whom to telephone and for what,
// every order and its state, what waits, the texts that were published. One HTML file that works
// from a disk: no script, nothing from elsewhere; numbers are links of a telephone. It holds
// telephone numbers of people and is for the duty room alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::plans {

struct NightWarning {
    std::string id;
    bool exercise = false;
    std::string colour;    // Chinese; empty: nothing in force yet
    std::string standing;  // Chinese
    std::optional<rules::Instant> from{};
    std::optional<rules::Instant> expected_to{};
    std::string pending;  // Chinese: what is proposed and how far it is; empty: nothing
};
struct NightDuty {
    std::string role;
    std::string name;
    std::string phone;
    rules::Instant until{};
};
struct NightMatter {
    std::string kind;  // Chinese
    std::string text;
    rules::Instant since{};
    rules::Instant deadline{};
    bool exercise = false;
};
struct NightCall {
    std::string enterprise;
    std::string name;
    std::string county;
    std::string contact;
    std::string phone;
    std::string wanted;  // Chinese: what the call is for
    rules::Instant since{};
};
struct NightOrder {
    std::string enterprise;
    std::string name;
    std::string county;
    std::string contact;
    std::string phone;
    std::string state;         // Chinese
    std::string answer_state;  // "none", "done", ...: what rows are counted by
    bool exercise = false;
    rules::Instant from{};
};
struct NightNotice {
    std::string headline;
    std::string body;
    std::string measures;
    std::string instruction;
    rules::Instant sent{};
    bool exercise = false;
};
struct NightPage {
    std::string region;
    rules::Instant made_at{};
    rules::Zone zone = rules::kBeijingTime;
    std::vector<NightWarning> warnings;
    std::vector<NightDuty> on_duty;
    std::vector<NightMatter> matters;
    std::vector<NightCall> calls;
    std::vector<NightOrder> orders;  // of holders, in order of county and name
    std::vector<NightNotice> notices;
};

[[nodiscard]] std::string to_html(const NightPage& page);

}  // namespace qk::plans
