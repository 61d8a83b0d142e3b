// What one pack changes of another's approvals: who brings forward, who signs, how many, and
// whether a consultation and a second pair of eyes are needed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <set>

#include "plans/packs/region_pack.hpp"

namespace qk::plans {
namespace {

struct Rule {
    std::string meaning;  // everything that decides, by ids; the rule's text in words does not
    std::string shown;
};

std::string name_of(const ApprovalRules& approval, const std::string& role) {
    const auto found = approval.roles.find(role);
    return found == approval.roles.end() ? role : found->second + "（" + role + "）";
}

Rule rule_of(const ApprovalRules& approval, const ApprovalRule& rule) {
    const std::set<std::string> approvers(rule.approvers.begin(), rule.approvers.end());
    std::string names;
    for (const std::string& role : approvers) {
        names += (names.empty() ? "" : "、") + name_of(approval, role);
    }
    const std::string how =
        fmt::format("{}人，{}", rule.persons, rule.consultation ? "须会商" : "不须会商");
    return {fmt::format("{} {} {}", rule.proposer, fmt::join(approvers, " "), how),
            fmt::format("{}提出，{}签发，{}", name_of(approval, rule.proposer), names, how)};
}

// By decision and colour.
std::map<std::string, Rule> rules_of(const ApprovalRules& approval) {
    std::map<std::string, Rule> all;
    for (const ApprovalRule& rule : approval.rules) {
        all[rule.decision + " " + std::string(rules::to_text(rule.colour))] =
            rule_of(approval, rule);
    }
    return all;
}

Rule found_in(const std::map<std::string, Rule>& rules, const std::string& key) {
    const auto found = rules.find(key);
    return found == rules.end() ? Rule{"", "无"} : found->second;
}

// "any red": "红色各类决定".
std::string key_words(const std::string& key) {
    static const std::map<std::string, std::string_view> kDecisions{
        {"any", "各类决定"}, {"issue", "启动"},  {"raise", "升级"},
        {"lower", "降级"},   {"extend", "延长"}, {"lift", "解除"}};
    const std::size_t space = key.find(' ');
    const auto colour = rules::parse_colour(key.substr(space + 1));
    const auto decision = kDecisions.find(key.substr(0, space));
    if (!colour || decision == kDecisions.end()) return key;
    return std::string(rules::to_chinese(*colour)) + std::string(decision->second);
}

}  // namespace

std::vector<std::string> approval_changes(const RegionPack& from, const RegionPack& to) {
    std::vector<std::string> changes;
    if (from.approval.four_eyes != to.approval.four_eyes) {
        changes.push_back(to.approval.four_eyes ? "四眼原则：关闭改为启用"
                                                : "四眼原则：启用改为关闭");
    }
    const auto before = rules_of(from.approval);
    const auto after = rules_of(to.approval);
    std::set<std::string> keys;
    for (const auto& [key, rule] : before) keys.insert(key);
    for (const auto& [key, rule] : after) keys.insert(key);
    for (const std::string& key : keys) {
        const Rule was = found_in(before, key);
        const Rule is = found_in(after, key);
        if (was.meaning == is.meaning) continue;
        changes.push_back(fmt::format("{}：{}；改为：{}", key_words(key), was.shown, is.shown));
    }
    std::set<std::string> roles;
    for (const auto& [role, name] : from.approval.roles) roles.insert(role);
    for (const auto& [role, name] : to.approval.roles) {
        if (roles.erase(role) == 0) {
            changes.push_back("新增角色 " + name_of(to.approval, role));
        } else if (name != from.approval.roles.at(role)) {
            // Two roles that exchange their names exchange who people believe has to sign.
            changes.push_back(fmt::format("角色改名 {}；改为：{}", name_of(from.approval, role),
                                          name_of(to.approval, role)));
        }
    }
    for (const std::string& role : roles)
        changes.push_back("取消角色 " + name_of(from.approval, role));
    return changes;
}

}  // namespace qk::plans
