// What may be proposed after a conclusion: a sanction, a lower grade, a bar
// (处罚、降级、取消资格的建议). Data of the region's rule pack, laid over by id from the top of its
// chain:
//
//     [[consequence]]
//     id = "stop-order-refused"
//     kind = "sanction"                  # or "downgrade", "bar"
//     when = ["breach"]                  # conclusions, or "recheck_failed"
//     text = "..."                       # Chinese: what is proposed
//     clause = "..."                     # the clause it rests on
//     years = 2                          # within how many years of the offence; 0: no bar is known
//     time_bar = "..."                   # on what that rests
//     from = "2026-08-15"                # days of the offence for which the clause applies
//     to = "2026-08-15"                  # the first day it no longer does
//     source = "..."
//     sample = true
//
// A proposal is a sentence for people. Nothing in this program carries one out.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/casework/case_steps.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

class TomlTable;    // plans/text/toml_table.hpp
struct RegionPack;  // plans/packs/region_pack.hpp

enum class ConsequenceKind { kSanction, kDowngrade, kBar };
inline constexpr std::size_t kConsequenceKinds = 3;
[[nodiscard]] std::string_view to_text(ConsequenceKind kind);  // "sanction"
[[nodiscard]] std::string_view to_chinese(ConsequenceKind kind);

struct Consequence {
    std::string id;
    ConsequenceKind kind = ConsequenceKind::kSanction;
    std::vector<std::string> when;
    std::string text;
    std::string clause;
    int years = 0;
    std::string time_bar;
    std::optional<rules::CivilDay> from{};
    std::optional<rules::CivilDay> to{};
    std::string source;
    bool is_sample = true;
};

// The [[consequence]] tables of one pack; faults are noted in the table.
[[nodiscard]] std::vector<Consequence> read_consequences(TomlTable& head);
// Of a pack and its whole chain; empty where the pack was made without a text.
[[nodiscard]] std::vector<Consequence> consequences_of(const RegionPack& pack);

struct ConsequenceQuestion {
    std::optional<Conclusion> conclusion{};
    bool has_failed_recheck = false;
    rules::CivilDay offence{};  // the last day of it
    rules::CivilDay today{};
};
struct ProposedConsequence {
    Consequence what;
    std::optional<rules::CivilDay> until{};  // the last day on which it may be taken up
};
// Those that fit and are not barred by time, in the order of the pack.
[[nodiscard]] std::vector<ProposedConsequence> proposed_consequences(
    const std::vector<Consequence>& all, const ConsequenceQuestion& question);
[[nodiscard]] boost::json::value to_json(const ProposedConsequence& proposed);

}  // namespace qk::plans
