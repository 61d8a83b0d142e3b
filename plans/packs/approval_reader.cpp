#include "plans/packs/approval_reader.hpp"

#include <algorithm>
#include <array>

#include "plans/packs/region_pack.hpp"
#include "plans/text/toml_table.hpp"
#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kRulesMax = 500;
constexpr int kPersonsMax = 5;

// One of the same decision and colour takes the place of the parent's.
void lay_over(std::vector<ApprovalRule>& rules, const ApprovalRule& rule) {
    const auto old = std::ranges::find_if(rules, [&](const ApprovalRule& one) {
        return one.decision == rule.decision && one.colour == rule.colour;
    });
    if (old == rules.end())
        rules.push_back(rule);
    else
        *old = rule;
}

void read_rule(TomlTable& table, ApprovalRules& approval) {
    ApprovalRule rule;
    rule.decision = table.required_text("decision", "issue, raise, lower, extend, lift or any");
    constexpr std::array<std::string_view, 6> kDecisions{"issue",  "raise", "lower",
                                                         "extend", "lift",  "any"};
    if (!rule.decision.empty() && std::ranges::count(kDecisions, rule.decision) == 0) {
        table.wrong("decision", "'" + rule.decision + "'",
                    "issue, raise, lower, extend, lift or any");
    }
    rule.proposer = table.required_text("proposer", "a role of approval.roles");
    rule.approvers = table.texts("approvers");
    if (rule.approvers.empty()) table.wrong("approvers", "names nobody", "at least one role");
    if (const auto persons = table.whole("persons", 1, kPersonsMax)) {
        rule.persons = static_cast<int>(*persons);
    }
    rule.consultation = table.yes_no("consultation").value_or(rule.consultation);
    rule.text = table.text("text").value_or("");
    for (const std::string& role : rule.approvers) {
        if (approval.roles.count(role) == 0) {
            table.wrong("approvers", "'" + role + "' is not a role", "a key of approval.roles");
        }
    }
    if (!rule.proposer.empty() && approval.roles.count(rule.proposer) == 0) {
        table.wrong("proposer", "'" + rule.proposer + "' is not a role", "a key of approval.roles");
    }
    if (!table.has("colours")) table.wrong("colours", "is missing", "a list of colours");
    for (const std::string& word : table.texts("colours")) {
        const std::optional<rules::Colour> colour = rules::parse_colour(word);
        if (!colour) {
            table.wrong("colours", "'" + word + "'", "blue, yellow, orange or red");
            continue;
        }
        rule.colour = *colour;
        lay_over(approval.rules, rule);
    }
    table.finish();
}

}  // namespace

void read_approval_rules(TomlTable& table, ApprovalRules& approval) {
    if (std::optional<TomlTable> roles = table.table("roles")) {
        for (const std::string& role : roles->keys()) {
            if (const auto unseen = find_unseen_in_name(role)) {
                roles->wrong(role, to_text(*unseen), std::string(kUnseenCure));
            }
            approval.roles[role] = roles->required_name(role, "its Chinese name");
        }
    }
    approval.four_eyes = table.yes_no("four_eyes").value_or(approval.four_eyes);
    for (TomlTable& rule : table.tables("rule", kRulesMax)) read_rule(rule, approval);
    table.finish();
}

}  // namespace qk::plans
