#include "plans/documents/upward_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/csv.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Colour;
using rules::Instant;
using rules::NoticeKind;

constexpr std::array<std::string_view, 4> kKinds{"situation", "day", "summary", "province"};

std::string colour_words(Colour colour) {
    return fmt::format("重污染天气{}预警（{}响应）", rules::to_chinese(colour),
                       rules::level_in_chinese(colour));
}

std::string title_of(const UpwardReport& report) {
    const std::string head = (report.exercise ? "【演练】" : "") + report.region;
    switch (report.kind) {
        case UpwardKind::kSituation:
            return fmt::format("{}重污染天气应急响应情况报告（{}时）", head,
                               rules::hour_of_day(report.as_of, report.zone));
        case UpwardKind::kDay:
            return fmt::format("{}重污染天气应急响应日报（{}）", head,
                               rules::to_iso(rules::day_of(report.period.from, report.zone)));
        case UpwardKind::kSummary:
            return head + "重污染天气应急响应总结";
        case UpwardKind::kProvince:
            break;
    }
    return head + "重污染天气应急响应填报表";
}

std::string standing_words(const UpwardReport& report, const UpwardStanding& standing) {
    const auto when = [&](Instant at) { return rules::to_chinese(at, report.zone); };
    if (!standing.issued_at) return "尚未发布预警。";
    if (standing.lifted_at) {
        return fmt::format("预警已于{}解除，最高为{}。", when(*standing.lifted_at),
                           colour_words(standing.highest));
    }
    std::string text;
    if (standing.colour) text = "正在执行" + colour_words(*standing.colour);
    if (standing.is_advice) text = "正在发布健康提示，未采取强制性减排措施";
    if (standing.next) {
        text += fmt::format("{}将于{}启动{}", text.empty() ? "" : "；", when(standing.next_from),
                            colour_words(*standing.next));
    }
    text += standing.expected_to ? "；预计" + when(*standing.expected_to) + "解除"
                                 : std::string("；解除时间另行通知");
    return text + "。";
}

std::string notices_words(const UpwardReport& report) {
    std::string text;
    for (const UpwardNotice& notice : report.notices) {
        text +=
            fmt::format("{}　{}{}\n", rules::to_chinese(notice.sent, report.zone), notice.headline,
                        notice.document.empty() ? "" : "（" + notice.document + "）");
    }
    return text;
}

std::string air_words(const UpwardReport& report) {
    std::string text;
    if (report.aqi) {
        text = fmt::format("截至{}，前24小时空气质量指数为{}。",
                           rules::to_chinese(report.aqi_until, report.zone), *report.aqi);
    } else {
        text = "截至报告时没有足够的监测数据。";
    }
    if (report.highest_aqi) {
        text += fmt::format("响应启动以来最高为{}。", *report.highest_aqi);
    }
    return text;
}

std::string execution_words(const UpwardCounty& all) {
    return fmt::format("已向{}家企业下达指令，{}家已回应，{}家已执行，{}家拒绝，{}家未回应。",
                       all.ordered, all.answered, all.executing, all.refused, all.silent());
}

std::string judged_words(const UpwardReport& report, const UpwardCounty& all) {
    const std::size_t judged = all.compliant + all.suspected + all.breach + all.cannot_tell;
    return fmt::format(
        "{}研判{}项措施：符合{}项，疑似违反{}项，违反{}项，无法判断{}项。线索{}条，已现场核查{}"
        "条。",
        report.kind == UpwardKind::kDay ? "当日" : "累计", judged, all.compliant, all.suspected,
        all.breach, all.cannot_tell, all.leads, all.checked);
}

std::string counties_words(const UpwardReport& report) {
    std::string text;
    for (const UpwardCounty& one : report.counties) {
        text += fmt::format("{}：{}疑似违反{}项，违反{}项，已现场核查{}条。\n", one.name,
                            execution_words(one), one.suspected, one.breach, one.checked);
    }
    return text;
}

std::string cuts_words(const UpwardReport& report) {
    std::string text;
    for (const UpwardCut& cut : report.cuts) {
        text +=
            fmt::format("{}{}每日{:.1f}千克，占全社会排放量的{:.1f}%{}", text.empty() ? "" : "；",
                        to_chinese(cut.emission), cut.reduced_kg_d, cut.share * 100,
                        cut.floor > 0 ? fmt::format("（下限{:.0f}%）", cut.floor * 100) : "");
    }
    text = text.empty() ? "本次没有可计算的减排量。" : "计划减排：" + text + "。";
    for (const ReductionStanding& standing : report.real) text += sentence_of(standing) + "。";
    return text;
}

std::string when_or_empty(const std::optional<Instant>& at, rules::Zone zone) {
    return at ? rules::to_iso(*at, zone).substr(0, 16).replace(10, 1, " ") : std::string();
}

json::value time_or_null(const std::optional<Instant>& at, rules::Zone zone) {
    return at ? json::value(rules::to_iso(*at, zone)) : json::value(nullptr);
}

json::object to_json(const UpwardCounty& one) {
    return {{"code", one.code},
            {"name", one.name},
            {"ordered", one.ordered},
            {"answered", one.answered},
            {"executing", one.executing},
            {"refused", one.refused},
            {"silent", one.silent()},
            {"compliant", one.compliant},
            {"suspected", one.suspected},
            {"breach", one.breach},
            {"leads", one.leads},
            {"checked", one.checked},
            {"cannot_tell", one.cannot_tell}};
}

json::object to_json(const UpwardStanding& standing, rules::Zone zone) {
    const auto word = [](const std::optional<Colour>& colour) {
        return colour ? json::value(json::string(rules::to_text(*colour))) : json::value(nullptr);
    };
    return {{"issued_at", time_or_null(standing.issued_at, zone)},
            {"began_at", time_or_null(standing.began_at, zone)},
            {"colour", word(standing.colour)},
            {"next", word(standing.next)},
            {"is_advice", standing.is_advice},
            {"highest", json::string(rules::to_text(standing.highest))},
            {"expected_to", time_or_null(standing.expected_to, zone)},
            {"lifted_at", time_or_null(standing.lifted_at, zone)},
            {"summary_due", time_or_null(standing.summary_due, zone)},
            {"document", standing.document}};
}

std::string kg_of(const UpwardReport& report, Emission emission) {
    for (const UpwardCut& cut : report.cuts) {
        if (cut.emission == emission) return fmt::format("{:.1f}", cut.reduced_kg_d);
    }
    return {};
}

// What was really cut a day; empty where nothing was measured: unknown is not zero.
std::string real_kg_of(const UpwardReport& report, Emission emission) {
    for (const ReductionStanding& standing : report.real) {
        if (standing.emission != emission || !is_measured(standing.sum)) continue;
        return fmt::format("{:.1f}", standing.sum.achieved.kg * 24 / standing.sum.hours);
    }
    return {};
}

std::vector<std::string> province_row(const UpwardReport& report, const UpwardStanding& standing,
                                      const UpwardCounty& one, bool is_all) {
    const auto shown = standing.colour ? standing.colour : standing.next;
    const bool is_over = standing.lifted_at.has_value();
    const auto colour = is_over ? std::optional(standing.highest) : shown;
    std::vector<std::string> row{
        report.issuer,
        when_or_empty(report.as_of, report.zone),
        one.code,
        one.name,
        colour ? std::string(rules::to_chinese(*colour)) : "",
        colour ? std::string(rules::level_in_chinese(*colour)) : "",
        standing.document,
        when_or_empty(standing.issued_at, report.zone),
        when_or_empty(standing.began_at, report.zone),
        is_over ? std::string() : when_or_empty(standing.expected_to, report.zone),
        when_or_empty(standing.lifted_at, report.zone),
        report.aqi ? fmt::to_string(*report.aqi) : std::string()};
    for (const std::size_t count :
         {one.ordered, one.answered, one.executing, one.refused, one.silent(), one.compliant,
          one.suspected, one.breach, one.cannot_tell, one.leads, one.checked}) {
        row.push_back(fmt::to_string(count));
    }
    for (const Emission emission :
         {Emission::kSo2, Emission::kNox, Emission::kPm, Emission::kVocs}) {
        row.push_back(is_all ? kg_of(report, emission) : std::string());
    }
    for (const Emission emission :
         {Emission::kSo2, Emission::kNox, Emission::kPm, Emission::kVocs}) {
        row.push_back(is_all ? real_kg_of(report, emission) : std::string());
    }
    row.emplace_back(report.exercise ? "演练" : "");
    return row;
}

}  // namespace

std::string_view to_text(UpwardKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

UpwardStanding standing_of(const UpwardReport& report) {
    UpwardStanding standing;
    // A newer word takes the place of all that was to begin at its hour or later, as in life.cpp.
    std::vector<const UpwardNotice*> stretches;
    const auto give_way = [&stretches](Instant from) {
        while (!stretches.empty() && stretches.back()->effective_from >= from) stretches.pop_back();
    };
    for (const UpwardNotice& notice : report.notices) {
        if (!standing.issued_at) standing.issued_at = notice.sent;
        if (!notice.document.empty()) standing.document = notice.document;
        if (notice.kind == NoticeKind::kCancel) {
            give_way(notice.effective_from);
            standing.lifted_at = notice.effective_from;
            standing.summary_due = notice.effective_from + report.summary_within;
            continue;
        }
        standing.expected_to = notice.expected_to;
        if (notice.only_longer) continue;
        give_way(notice.effective_from);
        stretches.push_back(&notice);
    }
    bool has_highest = false;
    for (const UpwardNotice* stretch : stretches) {
        const bool has_begun = stretch->effective_from <= report.as_of;
        if (has_begun) {
            if (!standing.began_at) standing.began_at = stretch->effective_from;
            standing.is_advice = !stretch->mandatory;
            standing.colour.reset();
        }
        if (!stretch->mandatory) continue;
        if (has_begun) {
            standing.colour = stretch->colour;
        } else if (!standing.next) {
            standing.next = stretch->colour;
            standing.next_from = stretch->effective_from;
        }
        standing.highest =
            has_highest ? std::max(standing.highest, stretch->colour) : stretch->colour;
        has_highest = true;
    }
    if (standing.lifted_at) {
        standing.colour.reset();
        standing.next.reset();
        standing.is_advice = false;
    }
    return standing;
}

UpwardCounty total_of(const UpwardReport& report) {
    UpwardCounty all;
    all.code = report.region_code;
    all.name = report.region;
    for (const UpwardCounty& one : report.counties) {
        all.ordered += one.ordered;
        all.answered += one.answered;
        all.executing += one.executing;
        all.refused += one.refused;
        all.compliant += one.compliant;
        all.suspected += one.suspected;
        all.breach += one.breach;
        all.cannot_tell += one.cannot_tell;
        all.leads += one.leads;
        all.checked += one.checked;
    }
    return all;
}

Instant report_time(std::vector<std::string> times, Instant now, rules::Zone zone) {
    if (times.empty()) times = {"09:00", "17:00"};
    const rules::CivilDay today = rules::day_of(now, zone);
    std::optional<Instant> last;
    for (const rules::CivilDay day : {today - std::chrono::days(1), today}) {
        for (const std::string& time : times) {
            const auto at = rules::parse_instant(rules::to_iso(day) + " " + time, zone);
            if (at && *at <= now) last = std::max(last.value_or(*at), *at);
        }
    }
    return last.value_or(now);
}

std::string to_paper(const UpwardReport& report) {
    const UpwardStanding standing = standing_of(report);
    const UpwardCounty all = total_of(report);
    const bool is_summary = report.kind == UpwardKind::kSummary;
    std::string text = title_of(report) + "\n";
    text += fmt::format("截至{}\n", rules::to_chinese(report.as_of, report.zone));
    if (is_summary && standing.summary_due) {
        text += fmt::format("报送期限：{}（解除后{}小时内）\n",
                            rules::to_chinese(*standing.summary_due, report.zone),
                            report.summary_within.count());
    }
    text += fmt::format("\n一、预警与响应\n{}\n{}", standing_words(report, standing),
                        notices_words(report));
    text += fmt::format("\n二、空气质量\n{}\n", air_words(report));
    text +=
        fmt::format("\n三、措施落实\n{}{}\n", report.measures.empty() ? "" : report.measures + "。",
                    execution_words(all));
    text +=
        fmt::format("\n四、研判与核查\n{}\n{}", judged_words(report, all), counties_words(report));
    text += fmt::format("\n五、减排量\n{}\n", cuts_words(report));
    if (is_summary) {
        text +=
            "\n六、评估与下一步\n（由报送单位补充：预警发布、响应启动、措施落实和效果的评估，以及下"
            "一步工作。）\n";
    }
    return text + fmt::format("\n报送单位：{}\n联系：{}\n", report.issuer, report.contact);
}

json::value to_json(const UpwardReport& report) {
    const rules::Zone zone = report.zone;
    json::array notices;
    for (const UpwardNotice& notice : report.notices) {
        notices.emplace_back(
            json::object{{"sent", rules::to_iso(notice.sent, zone)},
                         {"kind", json::string(rules::to_text(notice.kind))},
                         {"colour", json::string(rules::to_text(notice.colour))},
                         {"mandatory", notice.mandatory},
                         {"effective_from", rules::to_iso(notice.effective_from, zone)},
                         {"expected_to", time_or_null(notice.expected_to, zone)},
                         {"document", notice.document},
                         {"headline", notice.headline}});
    }
    json::array counties;
    for (const UpwardCounty& one : report.counties) counties.emplace_back(to_json(one));
    json::array real;
    for (const ReductionStanding& standing : report.real) real.emplace_back(to_json(standing));
    json::array cuts;
    for (const UpwardCut& cut : report.cuts) {
        cuts.emplace_back(json::object{{"pollutant", json::string(to_text(cut.emission))},
                                       {"reduced_kg_d", cut.reduced_kg_d},
                                       {"share", cut.share},
                                       {"floor", cut.floor}});
    }
    return json::object{{"kind", json::string(to_text(report.kind))},
                        {"title", title_of(report)},
                        {"warning", report.warning},
                        {"region", report.region},
                        {"issuer", report.issuer},
                        {"exercise", report.exercise},
                        {"as_of", rules::to_iso(report.as_of, zone)},
                        {"from", rules::to_iso(report.period.from, zone)},
                        {"to", rules::to_iso(report.period.to, zone)},
                        {"standing", to_json(standing_of(report), zone)},
                        {"notices", std::move(notices)},
                        {"aqi", report.aqi ? json::value(*report.aqi) : json::value(nullptr)},
                        {"highest_aqi", report.highest_aqi ? json::value(*report.highest_aqi)
                                                           : json::value(nullptr)},
                        {"measures", report.measures},
                        {"total", to_json(total_of(report))},
                        {"counties", std::move(counties)},
                        {"reductions", std::move(cuts)},
                        {"real_reductions", std::move(real)}};
}

std::string to_province_csv(const UpwardReport& report) {
    const auto line = [](const auto& cells) {
        std::string text;
        for (const auto& cell : cells) text += to_csv_cell(cell) + ",";
        text.pop_back();
        return text + "\r\n";
    };
    const UpwardStanding standing = standing_of(report);
    std::string text = "\xEF\xBB\xBF" + line(kProvinceColumns);
    for (const UpwardCounty& one : report.counties) {
        text += line(province_row(report, standing, one, false));
    }
    return text + line(province_row(report, standing, total_of(report), true));
}

}  // namespace qk::plans
