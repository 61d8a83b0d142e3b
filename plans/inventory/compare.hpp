// The difference between two editions (版本) of the inventory, line by line.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"

namespace qk::plans {

enum class ChangeKind { kCameIn, kWentOut, kChanged };
enum class ChangeSubject {
    kEnterprise,
    kLine,
    kMeasure,
    kMeter,
    kOutlet,
    kAreaEmission,
    kDustSite,
    kTransportUser,
    kDepartmentTask,
    kSeries,
};
[[nodiscard]] std::string_view to_text(ChangeKind kind);  // "came-in", "went-out", "changed"
[[nodiscard]] std::string_view to_chinese(ChangeKind kind);
[[nodiscard]] std::string_view to_text(ChangeSubject subject);
[[nodiscard]] std::string_view to_chinese(ChangeSubject subject);

struct Change {
    ChangeKind kind = ChangeKind::kChanged;
    ChangeSubject subject = ChangeSubject::kEnterprise;
    std::string enterprise;  // id; for area emissions the region, for a task the department
    std::string name;        // of the enterprise, dust site or goods user
    // Of the line, meter, outlet, site or user; line, level and action of a measure; level and
    // words of a task.
    std::string id;
    std::string field;  // what changed; empty for what came in or went out
    std::string before;
    std::string after;

    friend bool operator==(const Change&, const Change&) = default;
};

struct InventoryDifference {
    std::string before;  // names of the editions
    std::string after;
    // In the order of the later edition; what went out follows in the order of the earlier one.
    // Rows of an enterprise that came in or went out are not listed one by one.
    std::vector<Change> changes;
};

[[nodiscard]] InventoryDifference compare(const Inventory& before, const Inventory& after);
[[nodiscard]] boost::json::value to_json(const InventoryDifference& difference);

}  // namespace qk::plans
