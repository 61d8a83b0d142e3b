// The tables of the inventory and their columns: names in English and Chinese, whether they must be
// there, and what each means. One list, read by the reader, the column map and the empty workbook.
//
// Source: contract of the CSV form; Chinese names as bureaus' sheets use them. A header is compared
// after normalised_header(); the unit is part of a name, so "SO2排放量(t/a)" is not "so2_kg_d".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace qk::plans {

enum class TableKind {
    kEnterprises,
    kLines,
    kMeasures,
    kMeters,
    kOutlets,
    kAreaEmissions,
    kDustSites,
    kTransportUsers,
    kDepartmentTasks,
    kSeries,
};
inline constexpr std::size_t kTableCount = 10;

enum class Need {
    kRequired,  // without the column the table is refused
    kUseful,    // a warning says what is lost without it
    kOptional,  // silently absent
};

struct Field {
    std::string_view name;
    std::string_view chinese;
    // Further names, separated by '|'; behind a double bar everyday words (find_field_loosely).
    std::string_view aliases;
    Need need = Need::kOptional;
    std::string_view legend;  // Chinese: what to write
};

struct TableSpec {
    TableKind kind;
    std::string_view name;     // "enterprises"
    std::string_view chinese;  // "企业"
    std::string_view aliases;
    bool required = false;
    std::string_view if_missing;  // what cannot be done without the table; empty: nothing to say
    std::span<const Field> fields;
};

[[nodiscard]] std::span<const TableSpec> inventory_tables();
[[nodiscard]] const TableSpec& table_of(TableKind kind);
// By file or sheet name without its ending, English or Chinese.
[[nodiscard]] std::optional<TableKind> find_table(std::string_view name);
// Whether the header is the field's English or Chinese name, and not another word for it.
[[nodiscard]] bool is_own_name(const Field& field, std::string_view header);
// Number of the field in its table.
[[nodiscard]] std::optional<std::size_t> find_field(const TableSpec& table,
                                                    std::string_view header);

// The field a header may mean when no other column has that field's name: "类型" for a meter's
// role, "SO2" for its daily emission.
[[nodiscard]] std::optional<std::size_t> find_field_loosely(const TableSpec& table,
                                                            std::string_view header);

// Lower case, without blanks and line breaks, full-width brackets narrowed, units spelt one way.
[[nodiscard]] std::string normalised_header(std::string_view header);

// Fields by number, in the order of the lists in fields.cpp.
namespace enterprise_field {
enum : std::size_t {
    kId,
    kName,
    kRegion,
    kIndustry,
    kGrade,
    kCategory,
    kLon,
    kLat,
    kContact,
    kPhone,
    kPermit,
    kGradeSuspended,
    kExemptClass,
    kExemptUpTo,
    kExemptUntil,
    kExemptEvidence,
    kPermitSo2,  // t a year; the other pollutants follow
    kPermitNox,
    kPermitPm,
    kPermitVocs,
    kTradeCode,
    kTradeBy,
    kBatch,
    kNoDutyReason,
    kNoDutyBy,
    kReasons,
    kReasonEvidence,
    kCount
};
}
namespace line_field {
enum : std::size_t {
    kEnterprise,
    kId,
    kName,
    kEquipment,
    kCapacity,
    kCapacityUnit,
    kUninterruptible,
    kRampDownHours,
    kSo2,
    kNox,
    kPm,
    kVocs,
    kIdle,
    kIndustry,
    kNoDutyReason,
    kNoDutyBy,
    kOvenHeight,
    kMinimumLoad,
    kBaselineEnergy,
    kReasons,
    kReasonEvidence,
    kCount
};
}
namespace measure_field {
enum : std::size_t { kEnterprise, kLine, kLevel, kAction, kRatio, kDetail, kCount };
}
namespace meter_field {
enum : std::size_t {
    kId,
    kEnterprise,
    kLine,
    kRole,
    kRatedKw,
    kIdleKw,
    kKeeper,  // who answers for its readings; the two below follow
    kCalibratedOn,
    kComparedOn,
    kRatio,
    kCount
};
}
namespace outlet_field {
enum : std::size_t {
    kId,
    kEnterprise,
    kLine,
    kMn,
    kFactors,
    kKeeper,
    kCalibratedOn,
    kComparedOn,
    kCount
};
}
namespace area_field {
enum : std::size_t { kRegion, kSource, kSo2, kNox, kPm, kVocs, kCount };
}
namespace dust_field {
enum : std::size_t {
    kId,
    kName,
    kRegion,
    kKind,
    kAreaM2,
    kPm,
    kYellow,
    kYellowRatio,
    kOrange,
    kOrangeRatio,
    kRed,
    kRedRatio,
    kOwner,
    kContact,
    kPhone,
    kCount
};
}
namespace transport_field {
enum : std::size_t {
    kId,
    kEnterprise,
    kName,
    kRegion,
    kVehiclesPerDay,
    kSo2,
    kNox,
    kPm,
    kVocs,
    kYellow,
    kYellowRatio,
    kOrange,
    kOrangeRatio,
    kRed,
    kRedRatio,
    kOwner,
    kContact,
    kPhone,
    kCount
};
}
namespace task_field {
enum : std::size_t { kDepartment, kLevel, kTask, kOwner, kPhone, kDeadline, kBasis, kCount };
}
namespace series_field {
enum : std::size_t {
    kId,
    kEnterprise,
    kLine,
    kKind,
    kRole,
    kUnit,
    kKeeper,
    kCalibratedOn,
    kComparedOn,
    kCount
};
}

}  // namespace qk::plans
