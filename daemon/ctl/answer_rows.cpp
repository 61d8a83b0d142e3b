#include "daemon/ctl/answer_rows.hpp"

#include <iostream>

#include "plans/text/json.hpp"

namespace qk::ctl {

namespace json = boost::json;

std::string cell_of(const json::value& item, std::string_view member) {
    const json::value* found = plans::find_member(item, member);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->get_string());
    return plans::to_text(*found);
}

std::vector<std::string> row_of(const json::value& item, const Columns& columns) {
    std::vector<std::string> row;
    for (const std::string& column : columns) row.push_back(cell_of(item, column));
    return row;
}

const json::array& items_in(const json::value& value, std::string_view member) {
    static const json::array kNone;
    const json::value* items = plans::find_member(value, member);
    return items != nullptr && items->is_array() ? items->get_array() : kNone;
}

int show_rows(const rules::Result<OnlineAnswer>& answer, Format format, std::string_view list,
              const Columns& columns) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{columns, {}};
    if (plans::find_member(*value, list) == nullptr) {
        table.rows.push_back(row_of(*value, columns));
    }
    for (const json::value& item : items_in(*value, list)) {
        table.rows.push_back(row_of(item, columns));
    }
    print(std::cout, format, *value, table);
    return kHolds;
}

}  // namespace qk::ctl
