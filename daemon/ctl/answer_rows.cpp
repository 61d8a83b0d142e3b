#include "daemon/ctl/answer_rows.hpp"

#include <algorithm>
#include <iostream>

#include "plans/text/json.hpp"

namespace qk::ctl {

namespace json = boost::json;

namespace {

constexpr int kPagesMax = 10'000;

}  // namespace

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

std::string time_in(const json::value& item, std::string_view member) {
    constexpr std::size_t kToTheMinute = 16;
    std::string text = cell_of(item, member).substr(0, kToTheMinute);
    std::ranges::replace(text, 'T', ' ');
    return text;
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

std::string query_of(const command_line::Call& call,
                     const std::vector<std::pair<const char*, const char*>>& names) {
    std::string query = "?";
    for (const auto& [option, name] : names) {
        const auto text = call.text(option);
        if (text) query += std::string(name) + "=" + url_encoded(*text) + "&";
    }
    return query;
}

AllItems all_items(const Daemon& daemon, const std::string& path) {
    AllItems all;
    std::string place = "page=1";
    for (int page = 1; page <= kPagesMax; ++page) {
        auto answer = daemon.call("GET", path + place + "&per_page=1000");
        if (!answer || !answer->is_good()) {
            all.failure = std::move(answer);
            return all;
        }
        const auto value = plans::parse_json(answer->body, "answer");
        if (!value) {
            all.failure = rules::Result<OnlineAnswer>(value.error());
            return all;
        }
        for (const json::value& item : items_in(*value, "items")) all.items.push_back(item);
        // A list that grows goes on behind what was read, whatever is added meanwhile.
        if (const std::string next = plans::string_or(*value, "next"); !next.empty()) {
            place = "cursor=" + next;
        } else if (page < static_cast<int>(plans::number_or(*value, "pages", 1))) {
            place = "page=" + std::to_string(page + 1);
        } else {
            break;
        }
    }
    return all;
}

int show_all_rows(const Daemon& daemon, const std::string& path, Format format,
                  const Columns& columns) {
    AllItems all = all_items(daemon, path);
    if (all.failure) return explain_failure(*all.failure);
    Table table{columns, {}};
    for (const json::value& item : all.items) table.rows.push_back(row_of(item, columns));
    print(std::cout, format, json::object{{"items", std::move(all.items)}}, table);
    return kHolds;
}

std::map<std::string, std::string> enterprise_names(const Daemon& daemon) {
    std::map<std::string, std::string> names;
    for (const json::value& one : all_items(daemon, "/api/v1/enterprises?").items) {
        names.emplace(cell_of(one, "id"), cell_of(one, "name"));
    }
    return names;
}

}  // namespace qk::ctl
