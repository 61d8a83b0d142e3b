#include "plans/documents/department_tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "plans/inventory/record_fields.hpp"
#include "plans/response/floors.hpp"
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

XlsxSheet task_sheet(const DocumentSource& source) {
    XlsxSheet sheet{"部门任务",
                    {{"部门", 20},
                     {"预警级别", 10},
                     {"任务", 50},
                     {"责任人", 14},
                     {"联系电话", 16},
                     {"完成时限", 20},
                     {"依据", 24},
                     {"落实情况", 16}},
                    {}};
    std::vector<const DepartmentTask*> tasks;
    for (const DepartmentTask& task : source.inventory().department_tasks) tasks.push_back(&task);
    std::ranges::stable_sort(tasks, [](const DepartmentTask* a, const DepartmentTask* b) {
        return std::tie(a->department, a->level) < std::tie(b->department, b->level);
    });
    for (const DepartmentTask* task : tasks) {
        sheet.rows.push_back({task->department, std::string(rules::to_chinese(task->level)),
                              task->task, task->owner, task->phone, task->deadline, task->basis,
                              std::string()});
    }
    return sheet;
}

XlsxSheet other_source_sheet(const DocumentSource& source) {
    XlsxSheet sheet{"扬尘源和运输大户",
                    {{"责任部门", 20},
                     {"预警级别", 10},
                     {"类别", 12},
                     {"编号", 14},
                     {"名称", 30},
                     {"区县代码", 10},
                     {"措施", 50},
                     {"减排比例", 10},
                     {"颗粒物减排（千克/日）", 14},
                     {"氮氧化物减排（千克/日）", 14},
                     {"联系人", 12},
                     {"联系电话", 16},
                     {"落实情况", 16}},
                    {}};
    std::vector<const OtherSource*> others;
    for (const OtherSource& one : source.inventory().other_sources) others.push_back(&one);
    std::ranges::stable_sort(others, {}, &OtherSource::owner);
    for (const OtherSource* one : others) {
        for (const DerivedObligations* level : source.levels()) {
            const OtherSource::AtLevel at = at_level(*one, level->colour);
            if (at.measure.empty() && at.ratio <= 0) continue;
            const DailyEmission cut = cut_of(*one, level->colour);
            sheet.rows.push_back({one->owner, std::string(rules::to_chinese(level->colour)),
                                  std::string(one->source == Source::kDust ? "扬尘源" : "运输大户"),
                                  one->id, one->name, one->region, at.measure,
                                  fmt::format("{:g}%", at.ratio * 100),
                                  kg_text(cut.grams[static_cast<std::size_t>(Emission::kPm)]),
                                  kg_text(cut.grams[static_cast<std::size_t>(Emission::kNox)]),
                                  one->contact, one->phone, std::string()});
        }
    }
    return sheet;
}

}  // namespace

std::vector<XlsxSheet> own_task_sheets(const DocumentSource& source) {
    std::vector<XlsxSheet> sheets;
    if (!source.inventory().department_tasks.empty()) sheets.push_back(task_sheet(source));
    if (!source.inventory().other_sources.empty()) sheets.push_back(other_source_sheet(source));
    return sheets;
}

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

std::vector<XlsxSheet> department_task_sheets(const DocumentSource& source,
                                              const std::vector<Department>& departments) {
    std::vector<XlsxSheet> sheets = own_task_sheets(source);
    for (const Department& department : departments) {
        XlsxSheet& sheet = sheets.emplace_back();
        sheet.name = department.name;
        sheet.columns = {{"预警级别", 10}, {"区县代码", 10}, {"企业名称", 30}, {"生产线", 18},
                         {"措施", 12},     {"具体要求", 50}, {"核查方式", 12}, {"联系人", 12},
                         {"联系电话", 16}, {"核查结果", 16}};
        for (const DerivedObligations* level : source.levels()) {
            for (const EnterpriseObligations& duties : level->enterprises) {
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

std::string department_tasks_html(const DocumentSource& source,
                                  const std::vector<Department>& departments) {
    std::vector<XlsxSheet> sheets = department_task_sheets(source, departments);
    std::string body;
    const std::size_t own = sheets.size() - departments.size();
    for (std::size_t i = 0; i < own; ++i) {
        body += fmt::format("<h2>{}（{} 项）</h2>\n{}", escape_html(sheets[i].name),
                            sheets[i].rows.size(), table_html(sheets[i]));
    }
    sheets.erase(sheets.begin(), sheets.begin() + static_cast<std::ptrdiff_t>(own));
    body +=
        "<p "
        "class=\"sample\">以下对企业的部门分工为样例，使用前请按本地应急预案的职责分工确认。</p>\n";
    for (std::size_t i = 0; i < departments.size(); ++i) {
        body +=
            fmt::format("<h2>{}（{} 项）</h2>\n<p>职责：{}</p>\n", escape_html(departments[i].name),
                        sheets[i].rows.size(), escape_html(departments[i].duty));
        body += sheets[i].rows.empty() ? "<p>各级别均无任务。</p>\n" : table_html(sheets[i]);
    }
    return document_page(source, source.options().region_name + "重污染天气应急响应部门任务清单",
                         PageShape::kLandscape, body);
}

}  // namespace qk::plans
