#include "plans/paper/department_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plans/text/html.hpp"

namespace qk::plans {
namespace {

using rules::Action;
using rules::VerifiedBy;

bool is_task_of(const Department& department, const rules::Obligation& obligation) {
    return std::ranges::find(department.actions, obligation.action) != department.actions.end() ||
           std::ranges::find(department.seen_by, obligation.verified_by) !=
               department.seen_by.end();
}

}  // namespace

std::vector<Department> sample_departments() {
    return {
        {"生态环境部门",
         "督导企业落实停限产措施，调度在线监测，组织现场核查",
         {Action::kStop, Action::kLimitLoad, Action::kLimitEmission, Action::kStopProcess},
         {VerifiedBy::kStack, VerifiedBy::kSiteCheck}},
        {"工业和信息化部门、电力公司",
         "依据用电数据核对停限产企业的用电负荷",
         {},
         {VerifiedBy::kPower}},
        {"公安交通管理部门、交通运输部门",
         "落实车辆管控，核对重点用车企业门禁记录",
         {Action::kBanVehicles},
         {VerifiedBy::kGate}},
        {"县（市、区）人民政府、乡镇（街道）",
         "包联企业，送达指令，对全部企业入户检查",
         {Action::kStop, Action::kLimitLoad, Action::kLimitEmission, Action::kStopProcess,
          Action::kBanVehicles, Action::kSelfDiscipline},
         {}},
    };
}

std::vector<XlsxSheet> department_task_sheets(const PaperSource& source,
                                              const std::vector<Department>& departments) {
    std::vector<XlsxSheet> sheets;
    for (const Department& department : departments) {
        XlsxSheet& sheet = sheets.emplace_back();
        sheet.name = department.name;
        sheet.columns = {{"预警级别", 10}, {"区县代码", 10}, {"企业名称", 30}, {"生产线", 18},
                         {"措施", 12},     {"具体要求", 50}, {"核查方式", 12}, {"联系人", 12},
                         {"联系电话", 16}, {"核查结果", 16}};
        for (const DerivedDuties* level : source.levels()) {
            for (const EnterpriseDuties& duties : level->enterprises) {
                const Enterprise& e = source.inventory().enterprises[duties.enterprise];
                for (const rules::Obligation& obligation : duties.obligations) {
                    if (!is_task_of(department, obligation)) continue;
                    sheet.rows.push_back({std::string(rules::to_chinese(level->colour)), e.region,
                                          e.name,
                                          source.line_words(duties.enterprise, obligation.line),
                                          action_words(obligation), obligation.detail,
                                          std::string(verification_words(obligation.verified_by)),
                                          e.contact, e.phone, std::string()});
                }
            }
        }
    }
    return sheets;
}

std::string department_tasks_html(const PaperSource& source,
                                  const std::vector<Department>& departments) {
    std::string body =
        "<p class=\"sample\">部门分工为样例，使用前请按本地应急预案的职责分工确认。</p>\n";
    const std::vector<XlsxSheet> sheets = department_task_sheets(source, departments);
    for (std::size_t i = 0; i < departments.size(); ++i) {
        body +=
            fmt::format("<h2>{}（{} 项）</h2>\n<p>职责：{}</p>\n", escape_html(departments[i].name),
                        sheets[i].rows.size(), escape_html(departments[i].duty));
        body += sheets[i].rows.empty() ? "<p>各级别均无任务。</p>\n" : table_html(sheets[i]);
    }
    return paper_page(source, source.options().region_name + "重污染天气应急响应部门任务清单",
                      PageShape::kLandscape, body);
}

}  // namespace qk::plans
