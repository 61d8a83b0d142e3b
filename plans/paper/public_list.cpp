#include "plans/paper/public_list.hpp"

#include <fmt/format.h>

namespace qk::plans {

XlsxSheet public_list_sheet(const PaperSource& source) {
    XlsxSheet sheet{"应急减排清单",
                    {{"序号", 6},
                     {"区县代码", 10},
                     {"企业名称", 30},
                     {"行业", 16},
                     {"绩效等级", 16},
                     {"企业类别", 14}},
                    {}};
    for (const DerivedDuties* level : source.levels()) {
        sheet.columns.push_back(
            {fmt::format("{}预警减排措施", rules::to_chinese(level->colour)), 40});
    }
    const std::vector<Enterprise>& enterprises = source.inventory().enterprises;
    for (std::size_t i = 0; i < enterprises.size(); ++i) {
        const Enterprise& e = enterprises[i];
        std::vector<XlsxCell>& row = sheet.rows.emplace_back();
        row = {static_cast<double>(i + 1),         e.region, e.name, e.industry, grade_words(e),
               std::string(to_chinese(e.category))};
        for (std::size_t level = 0; level < source.levels().size(); ++level) {
            row.emplace_back(duty_words(source, level, i));
        }
    }
    return sheet;
}

std::string public_list_html(const PaperSource& source) {
    return paper_page(source, source.options().region_name + "重污染天气应急减排清单",
                      PageShape::kLandscape, table_html(public_list_sheet(source)));
}

}  // namespace qk::plans
