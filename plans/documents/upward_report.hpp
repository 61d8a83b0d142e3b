// What a bureau reports upwards while a warning runs and after it: the situation report of 09:00
// and 17:00, the day's report (应急响应日报), the summary after the lift (总结) and the rows of the
// province's form. Each is of one instant: nothing that came later is in it.
//
// Whoever builds the value only copies facts; every figure is computed here, so that the paper, the
// JSON and the form cannot disagree. Handbook 1.2 (twice a day; a summary within about two days),
// 5.5. The province's form was not found: its columns are a sample (packaging/sample/province.csv).
#pragma once

#include <array>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/accounts/real_reduction.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

enum class UpwardKind { kSituation, kDay, kSummary, kProvince };
[[nodiscard]] std::string_view to_text(UpwardKind kind);  // "situation"

// One notice as it was published.
struct UpwardNotice {
    rules::Instant sent{};
    rules::NoticeKind kind = rules::NoticeKind::kAlert;
    bool only_longer = false;  // an extension changes no colour
    rules::Colour colour = rules::Colour::kYellow;
    bool mandatory = true;
    rules::Instant effective_from{};
    std::optional<rules::Instant> expected_to;
    std::string document;
    std::string headline;
};

// What one county's enterprises were told, answered and were found to do.
struct UpwardCounty {
    std::string code;
    std::string name;
    std::size_t ordered = 0;
    std::size_t answered = 0;
    std::size_t executing = 0;  // or done
    std::size_t refused = 0;
    std::size_t compliant = 0;
    std::size_t suspected = 0;
    std::size_t breach = 0;
    std::size_t cannot_tell = 0;
    std::size_t leads = 0;
    std::size_t checked = 0;  // of these, on site

    [[nodiscard]] std::size_t silent() const { return ordered - answered; }
};

struct UpwardCut {
    Emission emission = Emission::kSo2;
    double reduced_kg_d = 0;
    double share = 0;
    double floor = 0;
};

struct UpwardReport {
    UpwardKind kind = UpwardKind::kSituation;
    std::string warning;
    std::string region;
    std::string region_code;
    std::string issuer;
    std::string contact;
    bool exercise = false;
    rules::Instant as_of{};
    rules::Span period;                 // what the verdicts are counted of; of a day: that day
    std::vector<UpwardNotice> notices;  // by then, the first one first
    std::optional<int> aqi;             // of the 24 hours that end then
    rules::Instant aqi_until{};
    std::optional<int> highest_aqi;  // of 24 hours, since the first stretch began
    std::vector<UpwardCounty> counties;
    std::string measures;  // of the orders, in a sentence
    std::vector<UpwardCut> cuts;
    // What was really cut by then, by what had arrived by then.
    std::vector<ReductionStanding> real{};
    std::chrono::hours summary_within{48};
    rules::Zone zone;
};

// How the warning stood at the report's instant, from what had been published by then.
struct UpwardStanding {
    std::optional<rules::Instant> issued_at;
    std::optional<rules::Instant> began_at;  // of the first stretch
    std::optional<rules::Colour> colour;     // in force; empty: not begun, advice, or over
    std::optional<rules::Colour> next;       // signed and not begun
    rules::Instant next_from{};
    bool is_advice = false;
    rules::Colour highest = rules::Colour::kYellow;
    std::optional<rules::Instant> expected_to;
    std::optional<rules::Instant> lifted_at;
    std::string document;  // of the last notice that has one

    // When the summary is due; empty: not lifted.
    std::optional<rules::Instant> summary_due;
};
[[nodiscard]] UpwardStanding standing_of(const UpwardReport& report);
// The counties together.
[[nodiscard]] UpwardCounty total_of(const UpwardReport& report);

// The last of the daily times ("09:00") that is over; where a region names none, 09:00 and 17:00.
[[nodiscard]] rules::Instant report_time(std::vector<std::string> times, rules::Instant now,
                                         rules::Zone zone);

// The paper, Chinese, one paragraph per line.
[[nodiscard]] std::string to_paper(const UpwardReport& report);
[[nodiscard]] boost::json::value to_json(const UpwardReport& report);
// The province's form: a row per county and one of all, with the marks that spreadsheets want. What
// is planned and what was really cut are columns of their own: 不搞纸面减排.
[[nodiscard]] std::string to_province_csv(const UpwardReport& report);
inline constexpr std::array<std::string_view, 32> kProvinceColumns{"填报单位",
                                                                   "截至时间",
                                                                   "行政区划代码",
                                                                   "地区",
                                                                   "预警等级",
                                                                   "响应级别",
                                                                   "文号",
                                                                   "发布时间",
                                                                   "启动时间",
                                                                   "预计解除时间",
                                                                   "解除时间",
                                                                   "二十四小时指数",
                                                                   "下达指令企业数",
                                                                   "已签收",
                                                                   "已执行",
                                                                   "拒绝执行",
                                                                   "未回应",
                                                                   "研判符合",
                                                                   "疑似违反",
                                                                   "违反",
                                                                   "无法判断",
                                                                   "线索数",
                                                                   "已现场核查",
                                                                   "计划二氧化硫减排",
                                                                   "计划氮氧化物减排",
                                                                   "计划颗粒物减排",
                                                                   "计划挥发性有机物减排",
                                                                   "实际二氧化硫减排",
                                                                   "实际氮氧化物减排",
                                                                   "实际颗粒物减排",
                                                                   "实际挥发性有机物减排",
                                                                   "备注"};

}  // namespace qk::plans
