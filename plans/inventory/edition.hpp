// An edition (版本) of the inventory: immutable, named, signed off by a person, cited by orders;
// and the difference between two of them, line by line.
//
// The canonical text is one JSON array a row, so that an edition can be stored and read back equal;
// the content hash is SHA-256 over it without row numbers and names, so that the same content has
// the same hash whether it came from CSV or from a workbook. A text whose hash does not match is
// refused.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

struct SignOff {
    std::string person;
    rules::Instant at{};

    friend bool operator==(const SignOff&, const SignOff&) = default;
};

struct Edition {
    Inventory inventory;  // its `edition` is the name
    SignOff sign_off;
    std::string content_hash;  // 64 hex digits
};

[[nodiscard]] std::string content_hash(const Inventory& inventory);
// A name and a person must be given.
[[nodiscard]] rules::Result<Edition> sign_off(Inventory inventory, std::string name,
                                              std::string person, rules::Instant at);

// The inventory alone, for what is not signed off yet.
[[nodiscard]] std::string to_text(const Inventory& inventory);
[[nodiscard]] rules::Result<Inventory> inventory_from_text(std::string_view text,
                                                           const std::string& file);
[[nodiscard]] std::string to_text(const Edition& edition);
[[nodiscard]] rules::Result<Edition> edition_from_text(std::string_view text,
                                                       const std::string& file);

// ---- Difference ----

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
