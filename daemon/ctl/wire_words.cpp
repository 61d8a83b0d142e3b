#include "daemon/ctl/wire_words.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "plans/casework/case_steps.hpp"
#include "rules/compliance/verdict.hpp"
#include "rules/duty/obligation.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/life.hpp"

namespace qk::ctl {
namespace {

struct Word {
    std::string_view wire;
    std::string_view zh;
};

constexpr std::array kWords{
    Word{"none", "未回执"},      Word{"received", "已签收"},   Word{"accepted", "已接受"},
    Word{"executing", "执行中"}, Word{"done", "已完成"},       Word{"refused", "拒绝"},
    Word{"set aside", "被搁置"}, Word{"lead", "线索"},         Word{"data_quality", "数据质量"},
    Word{"opened", "线索生成"},  Word{"verdict", "研判更新"},  Word{"proved", "已证明"},
    Word{"claimed", "自称"},     Word{"recorded", "人员登记"}, Word{"wrong signature", "签名不符"}};

constexpr std::array kRefusals{Word{"open", "待答复"},      Word{"confirmed", "已认可"},
                               Word{"amended", "已变更"},   Word{"insisted", "坚持执行"},
                               Word{"overruled", "已更正"}, Word{"superseded", "已由新版替代"}};

constexpr std::array kEvents{Word{"warning.proposed", "提出建议"},
                             Word{"warning.asked", "待会商或签发"},
                             Word{"warning.consulted", "会商"},
                             Word{"warning.signed", "签字"},
                             Word{"warning.issued", "预警签发"},
                             Word{"warning.raised", "升级"},
                             Word{"warning.lowered", "降级"},
                             Word{"warning.extended", "延长"},
                             Word{"warning.merged", "合并"},
                             Word{"warning.suspended", "转为健康提示"},
                             Word{"warning.resumed", "恢复"},
                             Word{"warning.lifted", "解除"},
                             Word{"warning.rejected", "不予签发"},
                             Word{"warning.withdrawn", "撤回"},
                             Word{"warning.lapsed", "逾期失效"},
                             Word{"warning.in_force", "预警生效"},
                             Word{"warning.evaluation_due", "待评估"},
                             Word{"warning.evaluated", "已评估"},
                             Word{"warning.archived", "已归档"},
                             Word{"notice.published", "消息已发布"},
                             Word{"prompt.recorded", "区域预警提示"},
                             Word{"prompt.followed", "提示落实"},
                             Word{"addressees.taken", "任务对象名单启用"},
                             Word{"task.issued", "任务下达"},
                             Word{"task.answered", "任务答复"},
                             Word{"floor.recorded", "上级最低级别"},
                             Word{"cause.stated", "成因认定"},
                             Word{"cause.withdrawn", "撤销成因认定"},
                             Word{"season.orders", "错峰指令"},
                             Word{"season.recorded", "停产登记"},
                             Word{"control.proposed", "提出临时管控"},
                             Word{"control.signed", "临时管控签发"},
                             Word{"control.withdrawn", "临时管控撤销"},
                             Word{"receipt", "回执"},
                             Word{"receipt-wrong-signature", "回执签名不符"},
                             Word{"enterprise-key.registered", "企业密钥登记"},
                             Word{"enterprise-key.revoked", "企业密钥撤销"},
                             Word{"receipt-contradicts", "回执矛盾"},
                             Word{"refusal", "拒绝及答复"},
                             Word{"duty.step", "待办提醒"},
                             Word{"duty.act", "待办处理"},
                             Word{"duty.roster", "值班表更新"},
                             Word{"duty.handover_given", "交班签字"},
                             Word{"duty.handover_taken", "接班签字"},
                             Word{"phone-list", "电话催办"},
                             Word{"order-refused", "指令被搁置"},
                             Word{"order-tampered", "指令主题被改写"},
                             Word{"broker-dropped", "消息被丢弃"},
                             Word{"link-taken-over", "连接被接管"},
                             Word{"meters-silent", "电表断线"},
                             Word{"clock-jumped", "时钟跳变"},
                             Word{"stood-still", "进程停顿"},
                             Word{"message-set-aside", "消息被隔离"},
                             Word{"verdict", "研判"},
                             Word{"case", "线索"},
                             Word{"draw.committed", "双随机登记"},
                             Word{"draw.drawn", "双随机抽取"},
                             Word{"report", "评估报告"},
                             Word{"inventory", "清单"},
                             Word{"forecast", "预报"},
                             Word{"observations", "监测数据"},
                             Word{"pack.adopted", "规则包提出"},
                             Word{"pack.waits", "规则包待确认"},
                             Word{"pack.confirmed", "规则包已确认"},
                             Word{"pack.in_force", "规则包启用"},
                             Word{"pack.withdrawn", "规则包撤回"},
                             Word{"catalogue.adopted", "措施目录提出"},
                             Word{"catalogue.confirmed", "措施目录已确认"},
                             Word{"catalogue.in_force", "措施目录启用"},
                             Word{"catalogue.withdrawn", "措施目录撤回"},
                             Word{"grades.changed", "绩效分级变更提出"},
                             Word{"grades.confirmed", "绩效分级变更已确认"},
                             Word{"grades.withdrawn", "绩效分级变更撤回"},
                             Word{"audit.broken", "审计链断裂"},
                             Word{"config.refused", "配置被拒绝"},
                             Word{"gap", "有动态已不再保留"},
                             Word{"key.first", "签名密钥"},
                             Word{"key.succeeded", "更换签名密钥"},
                             Word{"key.replaced_in_emergency", "紧急更换签名密钥"}};

std::string both(std::string_view zh, std::string_view wire) {
    std::string english(wire);
    std::ranges::replace(english, '_', ' ');
    return zh.empty() ? std::string(wire) : std::string(zh) + " " + english;
}

std::string_view chinese_in(std::span<const Word> words, std::string_view wire) {
    const auto found = std::ranges::find(words, wire, &Word::wire);
    return found == words.end() ? std::string_view{} : found->zh;
}

// What rules/ itself has words for.
std::string_view chinese_of_rules(std::string_view wire) {
    if (const auto act = plans::parse_case_act(wire)) return plans::to_chinese(*act);
    if (const auto state = plans::parse_case_state(wire)) return plans::to_chinese(*state);
    if (const auto colour = rules::parse_colour(wire)) return rules::to_chinese(*colour);
    if (const auto kind = rules::parse_change_kind(wire)) return rules::to_chinese(*kind);
    if (const auto standing = rules::parse_warning_standing(wire))
        return rules::to_chinese(*standing);
    if (const auto end = plans::parse_conclusion(wire)) return plans::to_chinese(*end);
    if (const auto action = rules::parse_action(wire)) return rules::to_chinese(*action);
    if (const auto found = rules::parse_compliance(wire)) return rules::to_chinese(*found);
    return {};
}

}  // namespace

std::string in_words(std::string_view wire) {
    std::string_view known = chinese_in(kWords, wire);
    if (known.empty()) known = chinese_in(kRefusals, wire);
    return both(known.empty() ? chinese_of_rules(wire) : known, wire);
}

std::string event_in_words(std::string_view kind) {
    std::string english(kind);
    std::ranges::replace(english, '.', ' ');
    std::ranges::replace(english, '-', ' ');
    const std::string_view zh = chinese_in(kEvents, kind);
    return zh.empty() ? std::string(kind) : both(zh, english);
}

}  // namespace qk::ctl
