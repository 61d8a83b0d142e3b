#include "daemon/ctl/status_screen.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json/array.hpp>
#include <chrono>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/wire_words.hpp"
#include "plans/text/json.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/life.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

const json::value& part(const json::value& value, std::string_view member) {
    static const json::value kNone;
    const json::value* found = plans::find_member(value, member);
    return found == nullptr ? kNone : *found;
}

std::int64_t count_in(const json::value& value, std::string_view member) {
    return static_cast<std::int64_t>(plans::number_or(value, member, 0));
}

std::string joined_texts(const json::array& texts, std::string_view between) {
    std::string all;
    for (const json::value& text : texts) {
        if (!text.is_string()) continue;
        all += (all.empty() ? "" : std::string(between)) + std::string(text.get_string());
    }
    return all;
}

bool is_running(const json::value& warning) {
    const auto standing = rules::parse_warning_standing(cell_of(warning, "standing"));
    return standing && rules::is_running(*standing);
}

std::string level_text(const json::value& warning) {
    const std::string to = time_in(warning, "expected_to");
    return fmt::format(
        "{}  {}  自 from {}  {}  {}", in_words(cell_of(warning, "colour")),
        cell_of(warning, "standing_zh"), time_in(warning, "effective_from"),
        to.empty() ? "至另行通知 until further notice" : fmt::format("预计至 expected to {}", to),
        cell_of(warning, "id"));
}

void add_levels(Facts& facts, const json::value& status) {
    bool is_any = false;
    Facts exercises;
    for (const json::value& warning : items_in(status, "warnings")) {
        if (!is_running(warning)) continue;
        if (cell_of(warning, "exercise") == "true") {
            exercises.emplace_back("演练 exercise", level_text(warning));
            continue;
        }
        facts.emplace_back("级别 level", level_text(warning));
        is_any = true;
    }
    if (!is_any) facts.emplace_back("级别 level", "目前没有生效的预警 no warning in force");
    facts.insert(facts.end(), exercises.begin(), exercises.end());
}

// Whom a change waits for: the consultation comes first, then the signatures.
std::string waits_for(const json::value& change) {
    const json::value& approval = part(change, "approval");
    const bool wants_consultation = cell_of(approval, "consultation") == "true";
    if (wants_consultation && items_in(change, "consulted_by").empty()) {
        const std::string who = cell_of(approval, "proposer");
        return "待会商 waits for the consultation" + (who.empty() ? "" : ": " + who);
    }
    return fmt::format("待签发 waits for signatures: {}（已签 signed {}/{}）",
                       joined_texts(items_in(approval, "approvers"), " | "),
                       items_in(change, "signatures").size(), count_in(approval, "persons"));
}

void add_waiting(Facts& facts, const json::value& status) {
    const std::size_t before = facts.size();
    std::size_t to_evaluate = 0;
    for (const json::value& warning : items_in(status, "warnings")) {
        if (cell_of(warning, "standing") == "lifted") ++to_evaluate;
        const json::value& change = part(warning, "pending");
        if (!change.is_object()) continue;
        const bool is_exercise = cell_of(warning, "exercise") == "true";
        facts.emplace_back(
            "待办 waiting",
            fmt::format("{}{} {}  {}  {}  逾期失效 lapses {}", is_exercise ? "演练 exercise  " : "",
                        in_words(cell_of(change, "kind")), in_words(cell_of(change, "colour")),
                        cell_of(warning, "id"), waits_for(change), time_in(change, "lapses_at")));
    }
    for (const json::value& prompt : items_in(status, "prompts")) {
        const std::int64_t places = count_in(prompt, "waiting");
        if (places == 0) continue;
        facts.emplace_back(
            "待办 waiting",
            fmt::format("区域预警提示 prompt {}  尚未响应 not followed: {}  "
                        "期限 by {}",
                        cell_of(prompt, "number"), places, time_in(prompt, "deadline")));
    }
    const std::int64_t leads = count_in(part(status, "cases"), "lead");
    if (leads > 0) {
        facts.emplace_back("待办 waiting",
                           fmt::format("{} 条线索待核查 leads to be checked on site", leads));
    }
    if (to_evaluate > 0) {
        facts.emplace_back("待办 waiting",
                           fmt::format("{} 条预警待评估 warnings to be evaluated", to_evaluate));
    }
    if (facts.size() == before) facts.emplace_back("待办 waiting", "无 nothing");
}

void add_orders(Facts& facts, const json::value& status) {
    const json::value& orders = part(status, "orders");
    std::string by_answer;
    constexpr std::array<std::string_view, 7> kStates{"none", "received", "accepted", "executing",
                                                      "done", "refused",  "set aside"};
    for (const std::string_view state : kStates) {
        const std::int64_t count = count_in(orders, state);
        if (count > 0) by_answer += fmt::format("  {} {}", in_words(state), count);
    }
    facts.emplace_back("指令 orders",
                       fmt::format("{} 份现行 in force{}", count_in(orders, "total"), by_answer));
    const std::int64_t late = count_in(status, "phone_list");
    if (late > 0) {
        facts.emplace_back("逾期 late",
                           fmt::format("{} 家企业须电话催办 enterprises to be telephoned", late));
    }
}

void add_broker(Facts& facts, const json::value& status) {
    const json::value& readiness = part(status, "readiness");
    const bool is_up = cell_of(readiness, "broker") == "true";
    std::string text = is_up ? "已连接 connected" : "未连接 NOT CONNECTED";
    const std::int64_t backlog = count_in(readiness, "backlog");
    if (backlog > 0) text += fmt::format("  待入库 to be stored {}", backlog);
    const std::int64_t unpublished = count_in(part(status, "clock"), "orders_unpublished");
    if (unpublished > 0) text += fmt::format("  指令尚未送达 orders not delivered {}", unpublished);
    facts.emplace_back("消息 broker", text);
}

void add_forecasts(Facts& facts, const json::value& situation) {
    const auto now = rules::parse_instant(cell_of(situation, "now"), rules::kBeijingTime);
    for (const json::value& outlook : items_in(situation, "outlooks")) {
        const auto issued =
            rules::parse_instant(cell_of(outlook, "issued_at"), rules::kBeijingTime);
        const auto age = now && issued ? std::chrono::floor<std::chrono::hours>(*now - *issued)
                                       : std::chrono::hours{0};
        const bool is_fresh = cell_of(outlook, "fresh") == "true";
        facts.emplace_back("预报 forecast",
                           fmt::format("{}  起报 issued {}  {} 小时前 hours old  {}",
                                       cell_of(outlook, "source"), time_in(outlook, "issued_at"),
                                       age.count(), is_fresh ? "有效 fresh" : "过期 STALE"));
    }
    if (items_in(situation, "outlooks").empty()) {
        facts.emplace_back("预报 forecast", "没有 NONE");
    }
    facts.emplace_back("研判 assessment", cell_of(part(situation, "assessment"), "reason"));
}

void add_disk(Facts& facts, const json::value& status) {
    const json::value& disk = part(status, "disk");
    if (!disk.is_object()) {
        facts.emplace_back("磁盘 disk", "仅本机或管理员可见 for this host, or an administrator");
        return;
    }
    constexpr double kMegabyte = 1'000'000;
    const bool is_whole = plans::number_or(disk, "store_whole", 1) > 0;
    const bool is_store_good = cell_of(part(status, "readiness"), "store") == "true";
    facts.emplace_back("磁盘 disk",
                       fmt::format("数据库 database {}  接收日志 journal {:.1f} MB",
                                   is_whole && is_store_good ? "完好 in order" : "损坏 DAMAGED",
                                   plans::number_or(disk, "journal_bytes", 0) / kMegabyte));
}

// Only where the last upgrade would have decided otherwise.
void add_upgrade(Facts& facts, const json::value& status) {
    const json::value& replayed = part(part(status, "upgrade"), "replayed");
    const std::int64_t differing = count_in(replayed, "differing");
    if (differing == 0) return;
    facts.emplace_back(
        "升级 upgrade",
        fmt::format("{}  {} 个存档决定或方案在现版本下不同 stored decisions or plans come out "
                    "otherwise: qingkongctl replay",
                    time_in(replayed, "at"), differing));
}

}  // namespace

Facts status_facts(const json::value& status) {
    const json::value& situation = part(status, "situation");
    Facts facts{
        {"地区 region", fmt::format("{}  {}  {}", cell_of(situation, "region"),
                                    cell_of(situation, "pack"), time_in(situation, "now"))}};
    add_levels(facts, status);
    add_waiting(facts, status);
    add_orders(facts, status);
    add_broker(facts, status);
    add_forecasts(facts, situation);
    add_disk(facts, status);
    add_upgrade(facts, status);
    return facts;
}

}  // namespace qk::ctl
