#include "plans/documents/factory_plan.hpp"

#include <fmt/format.h>

#include <set>

#include "plans/inventory/record_fields.hpp"
#include "plans/measures/exempt_words.hpp"
#include "plans/text/html.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

std::string level_words(const DerivedObligations& duties) {
    return fmt::format("{}预警（{}响应）", rules::to_chinese(duties.colour),
                       rules::level_in_chinese(duties.colour));
}

std::string facts_html(const DocumentSource& source, std::size_t number) {
    const Enterprise& e = source.inventory().enterprises[number];
    const auto row = [](std::string_view a, const std::string& b, std::string_view c,
                        const std::string& d) {
        return fmt::format("<tr><th>{}</th><td>{}</td><th>{}</th><td>{}</td></tr>\n", a,
                           escape_html(b), c, escape_html(d));
    };
    std::string exempt = exempt_in_chinese({}, e.exempt_class);
    if (e.exempt_up_to) exempt += fmt::format("，{}及以下", rules::to_chinese(*e.exempt_up_to));
    if (e.exempt_until) exempt += "，至" + rules::to_iso(*e.exempt_until);
    if (!e.exempt_evidence.empty()) exempt += "，依据：" + e.exempt_evidence;
    const std::string reasons = treatment_reason_words(source, number);
    const std::string reasons_row =
        reasons.empty() ? ""
                        : fmt::format("<tr><th>加严、放宽理由</th><td colspan=\"3\">{}</td></tr>\n",
                                      escape_html(reasons));
    return "<h2>一、企业基本情况</h2>\n<table>\n" +
           row("企业名称", e.name, "统一社会信用代码", e.id) +
           row("行业", e.industry, "绩效等级", grade_words(e)) +
           row("区县代码", e.region, "企业类别", std::string(to_chinese(e.category))) +
           row("排污许可证编号", e.permit, "豁免", exempt.empty() ? "无" : exempt) +
           row("应急联系人", e.contact, "联系电话", e.phone) + reasons_row + "</table>\n";
}

std::string lines_html(const DocumentSource& source, std::size_t number) {
    XlsxSheet sheet{"生产线",
                    {{"编号", 8},
                     {"名称", 18},
                     {"主要装备", 18},
                     {"产能", 13},
                     {"不可中断", 12},
                     {"SO₂ kg/d"},
                     {"NOx kg/d"},
                     {"颗粒物 kg/d"},
                     {"VOCs kg/d"}},
                    {}};
    DailyEmission sum;
    for (const Line& line : source.lines(number)) {
        std::string stops = line.uninterruptible
                                ? fmt::format("是，需{}小时", to_json_number(line.ramp_down_hours))
                                : "否";
        std::string name = line.name + (line.idle ? "（长期停产，不计减排）" : "");
        sheet.rows.push_back(
            {line.id, std::move(name), line.equipment,
             line.capacity ? to_json_number(*line.capacity) + line.capacity_unit : std::string(),
             std::move(stops)});
        for (std::size_t i = 0; i < kEmissionCount; ++i) {
            sheet.rows.back().emplace_back(kg_text(line.emission.grams[i]));
        }
        if (!line.idle) sum += line.emission;
    }
    sheet.rows.push_back({"合计", "", "", "", ""});
    for (const std::int64_t grams : sum.grams) sheet.rows.back().emplace_back(kg_text(grams));
    return "<h2>二、生产线与正常日排放量</h2>\n" + table_html(sheet);
}

std::string reduction_words(const DailyEmission& reduction) {
    std::string text;
    for (std::size_t i = 0; i < kEmissionCount; ++i) {
        if (reduction.grams[i] == 0) continue;
        text += fmt::format("{}{} {} kg/d", text.empty() ? "" : "，",
                            to_chinese(static_cast<Emission>(i)), kg_text(reduction.grams[i]));
    }
    return text.empty() ? "无" : text;
}

std::string level_html(const DocumentSource& source, std::size_t level, std::size_t number) {
    const DerivedObligations& derived = *source.levels()[level];
    const EnterpriseObligations& duties = derived.enterprises[number];
    std::string out = fmt::format("<h2 class=\"{}\">{}</h2>\n", rules::to_text(derived.colour),
                                  level_words(derived));
    if (duties.obligations.empty()) {
        out += fmt::format("<p>{}</p>\n", escape_html(obligation_words(source, level, number)));
    } else {
        XlsxSheet sheet{
            "措施",
            {{"生产线", 13}, {"措施", 11}, {"具体要求", 28}, {"核查方式", 11}, {"依据", 37}},
            {}};
        for (const rules::Obligation& obligation : duties.obligations) {
            std::string basis;
            for (const rules::Reason& reason : obligation.basis) {
                if (reason.kind == "level") continue;  // names one start; a plan is for every one
                basis += (basis.empty() ? "" : "；") + reason.text;
            }
            sheet.rows.push_back({source.line_words(number, obligation.line),
                                  action_words(obligation), obligation.detail,
                                  std::string(verification_words(obligation.verified_by)),
                                  std::move(basis)});
        }
        out += table_html(sheet);
    }
    return out +
           fmt::format("<p>计划日减排量：{}</p>\n", escape_html(reduction_words(duties.reduction)));
}

// A factor of the pollutants that are reduced in Chinese; others as the list has them.
std::string factor_words(std::string_view factor) {
    for (std::size_t i = 0; i < kEmissionCount; ++i) {
        const auto emission = static_cast<Emission>(i);
        if (factor == to_text(emission)) return std::string(to_chinese(emission));
    }
    return std::string(factor);
}

std::string instruments_html(const DocumentSource& source, std::size_t number) {
    XlsxSheet sheet{"监控", {{"类别", 12}, {"编号", 26}, {"生产线", 24}, {"说明", 38}}, {}};
    constexpr std::string_view kRoles[] = {"总表", "生产用电", "治污用电"};
    for (const Meter& meter : source.meters(number)) {
        std::string facts(kRoles[static_cast<std::size_t>(meter.role)]);
        if (meter.rated_kw) {
            facts += fmt::format("，额定 {} kW", to_json_number(*meter.rated_kw));
        }
        if (meter.idle_kw) {
            facts += fmt::format("，待机 {} kW", to_json_number(*meter.idle_kw));
        }
        sheet.rows.push_back({std::string("电表"), meter.id, source.line_words(number, meter.line),
                              std::move(facts)});
    }
    for (const Outlet& outlet : source.outlets(number)) {
        std::string facts = "设备编号" + outlet.mn;
        for (const std::string& factor : outlet.factors) facts += "，" + factor_words(factor);
        sheet.rows.push_back({std::string("排放口在线监测"), outlet.id,
                              source.line_words(number, outlet.line), std::move(facts)});
    }
    if (sheet.rows.empty()) {
        return "<h2>四、监控设施</"
               "h2>\n<p>清单中没有登记电表和在线监测，措施落实情况由现场核查确认。</p>\n";
    }
    return "<h2>四、监控设施</h2>\n" + table_html(sheet);
}

}  // namespace

std::string factory_plan_html(const DocumentSource& source, std::size_t enterprise) {
    std::string body = facts_html(source, enterprise) + lines_html(source, enterprise);
    body += "<h2>三、各级别应急减排措施</h2>\n";
    for (std::size_t level = 0; level < source.levels().size(); ++level) {
        body += level_html(source, level, enterprise);
    }
    body += instruments_html(source, enterprise);
    body +=
        "<h2>五、确认</h2>\n<table class=\"sign\"><tr><th>企业负责人（签字、盖章）</th><td></td>"
        "<th>日期</th><td></td></tr><tr><th>县（市、区）生态环境部门审核</th><td></td><th>日期</th>"
        "<td></td></tr></table>\n";
    const Enterprise& e = source.inventory().enterprises[enterprise];
    return document_page(source, e.name + "重污染天气应急减排操作方案（一厂一策）",
                         PageShape::kPortrait, body);
}

XlsxSheet execution_sheet(const DocumentSource& source, std::optional<std::size_t> enterprise) {
    XlsxSheet sheet{"减排措施执行表",
                    {{"统一社会信用代码", 22},
                     {"企业名称", 28},
                     {"区县代码", 10},
                     {"行业", 14},
                     {"绩效等级", 12},
                     {"预警级别", 10},
                     {"生产线", 18},
                     {"措施", 12},
                     {"减排比例", 10},
                     {"具体要求", 50},
                     {"核查方式", 12}},
                    {}};
    for (const DerivedObligations* level : source.levels()) {
        for (const EnterpriseObligations& duties : level->enterprises) {
            if (enterprise && *enterprise != duties.enterprise) continue;
            const Enterprise& e = source.inventory().enterprises[duties.enterprise];
            for (const rules::Obligation& obligation : duties.obligations) {
                sheet.rows.push_back({e.id, e.name, e.region, e.industry, grade_words(e),
                                      std::string(rules::to_chinese(level->colour)),
                                      source.line_words(duties.enterprise, obligation.line),
                                      action_words(obligation), obligation.ratio, obligation.detail,
                                      std::string(verification_words(obligation.verified_by))});
            }
        }
    }
    return sheet;
}

}  // namespace qk::plans
