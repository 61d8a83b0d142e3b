#include "daemon/ctl/findings.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "plans/text/unseen.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

json::object finding_to_json(const rules::Fault& fault) {
    return {{"file", fault.place.file},
            {"line", fault.place.line},
            {"column", fault.place.column},
            {"severity", rules::to_text(fault.severity)},
            {"what", plans::with_unseen_shown(fault.what)},
            {"cure", plans::with_unseen_shown(fault.cure)}};
}

}  // namespace

int print_findings(Format format, const std::string& file, const rules::Faults& faults) {
    json::array findings;
    Table table{{"file", "line", "column", "severity", "what", "cure"}, {}};
    for (const rules::Fault& fault : faults) {
        findings.push_back(finding_to_json(fault));
        table.rows.push_back({fault.place.file, std::to_string(fault.place.line),
                              std::to_string(fault.place.column),
                              std::string(rules::to_text(fault.severity)), fault.what, fault.cure});
    }
    const bool holds = !rules::has_errors(faults);
    print(std::cout, format,
          json::object{{"file", file}, {"holds", holds}, {"findings", std::move(findings)}}, table);
    return holds ? kHolds : kNegative;
}

int check_file(
    const std::string& path,
    const std::function<rules::Faults(const std::string& text, const std::string& path)>& find) {
    const auto text = read_file(path);
    if (!text) {
        print_faults(text.error());
        return kBadUsage;
    }
    const rules::Faults faults = find(*text, path);
    if (!faults.empty()) print_faults(faults);
    return rules::has_errors(faults) ? kNegative : kHolds;
}

}  // namespace qk::ctl
