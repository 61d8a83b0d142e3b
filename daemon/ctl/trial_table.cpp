#include "daemon/ctl/trial_table.hpp"

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {

namespace json = boost::json;

namespace {

std::string floors_of(const json::value& summary) {
    const json::value* met = plans::find_member(summary, "floors_met");
    return met != nullptr && met->is_bool() && met->get_bool() ? "yes" : "no";
}

}  // namespace

int show_trial(const rules::Result<OnlineAnswer>& answer, Format format) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    const json::value* trial = plans::find_member(*value, "trial");
    Table table{{"level", "added", "removed", "changed", "unchanged", "floors_met_before",
                 "floors_met_after"},
                {}};
    for (const json::value& finding : items_in(*value, "findings")) {
        if (finding.is_string()) std::cerr << std::string(finding.get_string()) << "\n";
    }
    if (trial != nullptr) {
        for (const json::value& level : items_in(*trial, "levels")) {
            const json::value& difference = level.at("difference");
            table.rows.push_back({cell_of(level, "level"), cell_of(difference, "added"),
                                  cell_of(difference, "removed"), cell_of(difference, "changed"),
                                  cell_of(difference, "unchanged"), floors_of(level.at("before")),
                                  floors_of(level.at("after"))});
        }
    }
    print(std::cout, format, *value, table);
    const std::string number = cell_of(*value, "number");
    if (!number.empty()) {
        std::cerr << "已提交，编号 " << number << "，须由另一人确认后生效 (confirm " << number
                  << ": another person)\n";
    }
    return kHolds;
}

}  // namespace qk::ctl
