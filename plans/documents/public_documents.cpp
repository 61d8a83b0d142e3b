#include "plans/documents/public_documents.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plans/text/html.hpp"

namespace qk::plans {

XlsxSheet public_list_sheet(const DocumentSource& source) {
    XlsxSheet sheet{"应急减排清单",
                    {{"序号", 6},
                     {"区县代码", 10},
                     {"企业名称", 30},
                     {"行业", 16},
                     {"绩效等级", 16},
                     {"企业类别", 14}},
                    {}};
    for (const DerivedObligations* level : source.levels()) {
        sheet.columns.push_back(
            {fmt::format("{}预警减排措施", rules::to_chinese(level->colour)), 40});
    }
    const std::vector<Enterprise>& enterprises = source.inventory().enterprises;
    std::vector<std::string> reasons;
    for (std::size_t i = 0; i < enterprises.size(); ++i) {
        reasons.push_back(treatment_reason_words(source, i));
    }
    const bool has_reasons =
        std::ranges::any_of(reasons, [](const std::string& text) { return !text.empty(); });
    if (has_reasons) sheet.columns.push_back({"加严、放宽理由", 30});
    for (std::size_t i = 0; i < enterprises.size(); ++i) {
        const Enterprise& e = enterprises[i];
        std::vector<XlsxCell>& row = sheet.rows.emplace_back();
        row = {static_cast<double>(i + 1),         e.region, e.name, e.industry, grade_words(e),
               std::string(to_chinese(e.category))};
        for (std::size_t level = 0; level < source.levels().size(); ++level) {
            row.emplace_back(obligation_words(source, level, i));
        }
        if (has_reasons) row.emplace_back(reasons[i]);
    }
    return sheet;
}

std::string public_list_html(const DocumentSource& source) {
    return document_page(source, source.options().region_name + "重污染天气应急减排清单",
                         PageShape::kLandscape, table_html(public_list_sheet(source)));
}

std::string public_board_html(const DocumentSource& source, std::size_t enterprise) {
    const Enterprise& e = source.inventory().enterprises[enterprise];
    const std::string& phone = source.options().supervision_phone;
    std::string body = fmt::format(
        "<table class=\"board\">\n<tr><th>企业名称</th><td colspan=\"3\">{}</td></tr>\n"
        "<tr><th>行业</th><td>{}</td><th>绩效等级</th><td>{}</td></tr>\n"
        "<tr><th>企业类别</th><td>{}</td><th>应急联系人</th><td>{} {}</td></tr>\n"
        "<tr><th>监督电话</th><td colspan=\"3\">{}</td></tr>\n</table>\n",
        escape_html(e.name), escape_html(e.industry), escape_html(grade_words(e)),
        to_chinese(e.category), escape_html(e.contact), escape_html(e.phone), escape_html(phone));
    body +=
        "<table class=\"board\"><thead><tr><th "
        "class=\"level\">预警级别</th><th>应急减排措施</th></tr>"
        "</thead><tbody>\n";
    for (std::size_t level = 0; level < source.levels().size(); ++level) {
        const rules::Colour colour = source.levels()[level]->colour;
        body += fmt::format("<tr><th class=\"level {}\">{}预警<br>{}响应</th><td>{}</td></tr>\n",
                            rules::to_text(colour), rules::to_chinese(colour),
                            rules::level_in_chinese(colour),
                            escape_html(obligation_words(source, level, enterprise)));
    }
    body += "</tbody></table>\n";
    return document_page(source, "重污染天气应急减排措施公示牌", PageShape::kLandscape, body);
}

}  // namespace qk::plans
