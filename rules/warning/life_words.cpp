#include <array>
#include <string_view>

#include "rules/warning/life.hpp"

namespace qk::rules {
namespace {

struct Word {
    std::string_view text;
    std::string_view chinese;
};

constexpr std::array<Word, kWarningStandingCount> kStandings{{{"none", "无"},
                                                              {"draft", "拟启动"},
                                                              {"issued", "已发布待生效"},
                                                              {"in_force", "生效中"},
                                                              {"advisory", "转为提示"},
                                                              {"lifted", "已解除"},
                                                              {"evaluated", "已评估"},
                                                              {"archived", "已归档"},
                                                              {"dropped", "未启动"}}};
constexpr std::array<Word, kChangeKindCount> kChanges{{{"start", "启动"},
                                                       {"raise", "升级"},
                                                       {"lower", "降级"},
                                                       {"extend", "延长"},
                                                       {"merge", "合并"},
                                                       {"suspend", "转为提示"},
                                                       {"resume", "恢复强制"},
                                                       {"lift", "解除"}}};
constexpr std::array<std::string_view, kChangeKindCount> kDecisions{
    "issue", "raise", "lower", "extend", "extend", "lower", "raise", "lift"};
constexpr std::array<Word, kStageCount> kStages{
    {{"proposed", "已提出"}, {"consulted", "已会商"}, {"signing", "会签中"}}};
constexpr std::array<Word, 22> kRefusals{
    {{"stale", "内容已被他人更新"},
     {"nobody", "未指明经办人"},
     {"no_reason", "未说明理由"},
     {"not_now", "当前状态下不能进行"},
     {"change_pending", "已有待办的变更"},
     {"nothing_pending", "没有待办的变更"},
     {"role_may_not_propose", "该角色无权提出"},
     {"role_may_not_sign", "该角色无权签发"},
     {"signed_already", "不得重复签发"},
     {"proposer_may_not_sign", "提出、修改或记录会商的人不得签发"},
     {"consultation_missing", "尚未会商"},
     {"lapsed", "建议已过期"},
     {"not_lapsed_yet", "建议尚未过期"},
     {"nothing_due", "没有到时的事项"},
     {"below_floor", "低于上级规定的最低级别"},
     {"not_stricter", "不比现级别更严"},
     {"not_milder", "不比现级别更轻"},
     {"not_later", "不晚于现预计结束时间"},
     {"not_the_proposer", "只能由提出人撤回"},
     {"wrong_span", "起止时间不正确"},
     {"not_clear", "不满足解除（降级）条件"},
     {"unfilled", "预警文书有未填写之处"}}};

constexpr std::array<std::string_view, 3> kNotices{"alert", "update", "cancel"};

template <class Enum, std::size_t N>
std::optional<Enum> parse(const std::array<Word, N>& words, std::string_view text) {
    for (std::size_t i = 0; i < N; ++i) {
        if (words[i].text == text || words[i].chinese == text) return static_cast<Enum>(i);
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_text(WarningStanding s) { return kStandings[static_cast<std::size_t>(s)].text; }
std::string_view to_chinese(WarningStanding s) {
    return kStandings[static_cast<std::size_t>(s)].chinese;
}
std::optional<WarningStanding> parse_warning_standing(std::string_view text) {
    return parse<WarningStanding>(kStandings, text);
}
std::string_view to_text(ChangeKind k) { return kChanges[static_cast<std::size_t>(k)].text; }
std::string_view to_chinese(ChangeKind k) { return kChanges[static_cast<std::size_t>(k)].chinese; }
std::optional<ChangeKind> parse_change_kind(std::string_view text) {
    return parse<ChangeKind>(kChanges, text);
}
std::string_view decision_of(ChangeKind kind) { return kDecisions[static_cast<std::size_t>(kind)]; }
std::string_view to_text(Stage s) { return kStages[static_cast<std::size_t>(s)].text; }
std::string_view to_chinese(Stage s) { return kStages[static_cast<std::size_t>(s)].chinese; }
std::optional<Stage> parse_stage(std::string_view text) { return parse<Stage>(kStages, text); }
std::string_view to_text(Refusal r) { return kRefusals[static_cast<std::size_t>(r)].text; }
std::string_view to_chinese(Refusal r) { return kRefusals[static_cast<std::size_t>(r)].chinese; }

std::string_view to_text(NoticeKind kind) { return kNotices[static_cast<std::size_t>(kind)]; }
std::optional<NoticeKind> parse_notice_kind(std::string_view text) {
    for (std::size_t i = 0; i < kNotices.size(); ++i) {
        if (kNotices[i] == text) return static_cast<NoticeKind>(i);
    }
    return std::nullopt;
}

std::string_view name_of(const EventKind& kind) {
    constexpr std::array<std::string_view, std::variant_size_v<EventKind>> kWords{
        "propose", "consult",     "sign",     "reject", "withdraw",
        "lapse",   "take_effect", "evaluate", "archive"};
    return kWords[kind.index()];
}

std::string_view name_of(const Effect& effect) {
    constexpr std::array<std::string_view, std::variant_size_v<Effect>> kWords{
        "ask_operator",   "derive_orders", "lift_orders",
        "publish_notice", "wake_at",       "start_evaluation"};
    return kWords[effect.index()];
}

std::optional<Effect> effect_named(std::string_view name) {
    for (Effect effect :
         std::initializer_list<Effect>{AskOperator{}, DeriveOrders{}, LiftOrders{}, PublishNotice{},
                                       WakeAt{}, StartEvaluation{}}) {
        if (name_of(effect) == name) return effect;
    }
    return std::nullopt;
}

}  // namespace qk::rules
