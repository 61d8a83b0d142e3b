// Task lists of the departments at each level: which enterprises each of them watches, and by what.
//
// What the inventory itself says comes first: the tasks of its department list with who answers for
// each, and the dust sites and goods users that each department sees to. Who watches which
// enterprise is the city's plan (预案部门职责); the division built in is a sample and says so on
// the page: a row an obligation, given to the department of its action or of the way it is seen.
#pragma once

#include "plans/documents/obligation_documents.hpp"

namespace qk::plans {

struct Department {
    std::string name;
    std::string duty;                        // what it does with the rows
    std::vector<rules::Action> actions;      // these go to it,
    std::vector<rules::VerifiedBy> seen_by;  // and these
};

// Sample division of work; to be replaced by the city's.
[[nodiscard]] std::vector<Department> sample_departments();

// The inventory's own department list, and its dust sites and goods users by department; without a
// sheet for what it does not have.
[[nodiscard]] std::vector<XlsxSheet> own_task_sheets(const DocumentSource& source);
// The above, then a sheet a department, rows by level.
[[nodiscard]] std::vector<XlsxSheet> department_task_sheets(
    const DocumentSource& source, const std::vector<Department>& departments);
[[nodiscard]] std::string department_tasks_html(const DocumentSource& source,
                                                const std::vector<Department>& departments);

}  // namespace qk::plans
