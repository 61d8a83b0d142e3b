#include <array>

#include "plans/inventory/cell_words.hpp"
#include "plans/inventory/coverage.hpp"
#include "plans/inventory/table_rows.hpp"
#include "plans/text/encoding.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::plans {
namespace {

namespace listed_field {
enum : std::size_t { kEnterprise, kName, kRegion, kPermit, kAutomatic, kCount };
}

constexpr std::array<Field, listed_field::kCount> kListedFields{{
    {"enterprise", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|enterprise_id||企业|编号", Need::kRequired,
     "与清单一致"},
    {"name", "单位名称", "企业名称|名称|排污单位名称|企业详细名称", Need::kOptional, ""},
    {"region", "区县代码", "行政区划代码|区划代码|区县|行政区", Need::kOptional, ""},
    {"permit", "排污许可证编号", "许可证编号|许可证号|排污许可证", Need::kOptional, ""},
    {"automatic_monitoring", "自动监控", "是否安装自动监控|自动监测|应安装自动监控",
     Need::kOptional, "是、否；空：是"},
}};
// No table of the inventory: the kind is not asked for.
constexpr TableSpec kListedTable{
    TableKind::kEnterprises, "units", "名单", "", true, "", kListedFields};

}  // namespace

rules::Result<std::vector<ListedUnit>> read_listed_units(const std::string& bytes,
                                                         const std::string& file) {
    using namespace listed_field;
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    CsvRowSource source(std::string(*text), file);
    rules::FaultList findings;
    TableRows rows(kListedTable, source, findings);
    std::vector<ListedUnit> units;
    while (rows.usable() && rows.next()) {
        ListedUnit unit;
        unit.row = rows.line();
        unit.enterprise = rows.text(kEnterprise);
        unit.name = rows.text(kName);
        unit.region = rows.text(kRegion);
        unit.permit = rows.text(kPermit);
        if (!rows.text(kAutomatic).empty()) unit.must_be_metered = rows.yes(kAutomatic);
        if (unit.enterprise.empty()) {
            rows.error(kEnterprise, "the cell is empty", "the id by which the inventory knows it");
            continue;
        }
        if (units.size() == kCoverageRowsMax) {
            rows.error(kEnterprise, "there are too many rows",
                       "at most " + std::to_string(kCoverageRowsMax));
            break;
        }
        units.push_back(std::move(unit));
    }
    findings.append(source.faults());
    if (findings.has_errors()) {
        rules::Faults errors;
        for (const rules::Fault& fault : findings.kept()) {
            if (fault.severity == rules::Severity::kError) errors.push_back(fault);
        }
        return errors;
    }
    return units;
}

}  // namespace qk::plans
