#include "plans/inventory/template.hpp"

#include "plans/inventory/fields.hpp"
#include "plans/text/xlsx_writer.hpp"

namespace qk::plans {

std::string empty_inventory_workbook() {
    std::vector<XlsxSheet> sheets;
    XlsxSheet legend{
        "填表说明", {{"表", 14}, {"列", 28}, {"英文列名", 18}, {"必填", 8}, {"怎样填写", 60}}, {}};
    for (const TableSpec& table : inventory_tables()) {
        XlsxSheet& sheet = sheets.emplace_back();
        sheet.name = table.chinese;
        for (const Field& field : table.fields) {
            sheet.columns.push_back({std::string(field.chinese), 18});
            legend.rows.push_back({std::string(table.chinese), std::string(field.chinese),
                                   std::string(field.name),
                                   std::string(field.need == Need::kRequired ? "是" : ""),
                                   std::string(field.legend)});
        }
    }
    sheets.push_back(std::move(legend));
    return write_xlsx(sheets);
}

}  // namespace qk::plans
