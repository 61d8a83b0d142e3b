// qingkongctl coverage: what no list names and no instrument sees (全覆盖核查).
#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>
#include <vector>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/inventory/coverage.hpp"

namespace qk::ctl {
namespace {

// False: the list that --`name` gives cannot be read, and why is printed.
bool read_list(const Call& call, std::string_view name,
               std::optional<std::vector<plans::ListedUnit>>& into) {
    const auto path = call.text(name);
    if (!path) return true;
    auto bytes = read_file(*path);
    auto units = bytes ? plans::read_listed_units(*bytes, *path)
                       : rules::Result<std::vector<plans::ListedUnit>>(bytes.error());
    if (!units) {
        print_faults(units.error());
        return false;
    }
    into = std::move(*units);
    return true;
}

int audit(const Call& call) {
    const std::string path = call.text("inventory").value_or("");
    const auto read = load_inventory(path);
    if (!read) {
        print_faults(read.error());
        return kBadUsage;
    }
    if (!read->inventory) {
        print_faults(read->findings);
        return kNegative;
    }
    plans::CoverageLists lists;
    lists.today = rules::day_of(call.now(), rules::kBeijingTime);
    if (const auto days = call.number("custody-days")) {
        lists.custody_days = static_cast<int>(std::min<std::uint64_t>(*days, 36'500));
    }
    const bool are_read = read_list(call, "permits", lists.permits) &&
                          read_list(call, "key-units", lists.key_units) &&
                          read_list(call, "gates", lists.gates);
    if (!are_read) return kBadUsage;
    const plans::Coverage coverage = plans::audit_coverage(*read->inventory, lists);
    Table table{{"缺口", "企业", "名称", "区县", "对象", "实际"}, {}};
    for (const plans::Gap& gap : coverage.gaps) {
        table.rows.push_back({std::string(plans::to_chinese(gap.kind)), gap.enterprise, gap.name,
                              gap.region, gap.what, gap.detail});
    }
    print(std::cout, format_of(call), plans::to_json(coverage), table);
    std::string not_asked;
    for (const std::string& list : coverage.not_asked) not_asked += " " + list;
    std::cerr << fmt::format("{}: {} enterprises, {} of {} emitting lines are metered, {} gaps{}\n",
                             path, coverage.enterprises, coverage.lines_metered,
                             coverage.lines_emitting, coverage.gaps.size() + coverage.left_out,
                             not_asked.empty() ? "" : "; not given:" + not_asked);
    return coverage.counts.empty() ? kHolds : kNegative;
}

}  // namespace

Command coverage_command() {
    return {
        .name = "coverage",
        .what =
            {"全覆盖核查：许可、重点单位、清单、电表、排口、门禁逐一核对，列出缺口",
             "the coverage audit: permits, key units, inventory, meters, outlets and gates held "
             "against one another; every gap by name"},
        .options =
            {option("inventory", "PATH",
                    {"清单：CSV 文件夹或 .xlsx", "the inventory: a folder of CSVs or an .xlsx"})
                 .required(),
             option("permits", "FILE",
                    {"排污许可名单（CSV：enterprise, name, region, permit）",
                     "the permits: CSV with enterprise, name, region, permit"}),
             option("key-units", "FILE",
                    {"重点排污单位名录（CSV 列：enterprise, name, region, automatic_monitoring）",
                     "key units: CSV with enterprise, name, region, automatic_monitoring"}),
             option("gates", "FILE",
                    {"已接门禁的企业（CSV：enterprise）",
                     "enterprises whose gate is connected: CSV with enterprise"}),
             option("custody-days", "N",
                    {"校准、手工比对的有效天数；默认 365（样例值）",
                     "for how many days a calibration or comparison is good; default 365, "
                     "a sample"})
                 .number(),
             format_option()},
        .examples = {"qingkongctl coverage --inventory inventory --permits permits.csv --key-units "
                     "key-units.csv"},
        .run = audit,
    };
}

}  // namespace qk::ctl
