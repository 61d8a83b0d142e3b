// qingkongctl init: lays out a folder to start one's own region from: configuration, a pack to fill
// in, people, inventory tables with their headers, and what to do next. No secret is made here: the
// steps in its README do that.
#include <sys/stat.h>

#include <filesystem>
#include <iostream>
#include <span>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/fields.hpp"
#include "plans/text/embedded.hpp"

namespace qk::embedded {
[[nodiscard]] std::span<const File> region_folder();
}

namespace qk::ctl {

namespace fs = std::filesystem;

namespace {

constexpr const char* kSampleRegion = "410100";  // as the sample inventory's counties

struct Region {
    std::string code;
    std::string name;
};

std::string filled_in(std::string text, std::string_view hole, const std::string& value) {
    for (std::size_t at = text.find(hole); at != std::string::npos;
         at = text.find(hole, at + value.size())) {
        text.replace(at, hole.size(), value);
    }
    return text;
}

// What would break out of a string of TOML or a heading.
bool is_plain_name(const std::string& name) {
    return !name.empty() && name.find_first_of("\"\\\r\n{}") == std::string::npos;
}

rules::Faults check(const fs::path& folder, const Region& region) {
    rules::Faults faults;
    std::error_code error;
    if (fs::exists(folder, error) &&
        (!fs::is_directory(folder, error) || !fs::is_empty(folder, error))) {
        faults.push_back({{folder.string(), 0, 0},
                          "已有内容，未作改动 is there already; nothing was changed",
                          "另取一个目录名 name a folder that is new or empty"});
    }
    if (!plans::is_region_code(region.code)) {
        faults.push_back({{"--region", 0, 0},
                          "'" + region.code + "' 不是行政区划代码 is no region code",
                          "六位数字 six digits of GB/T 2260, for example 411000"});
    }
    if (!is_plain_name(region.name)) {
        faults.push_back({{"--name", 0, 0},
                          "不能为空或含引号、反斜杠、花括号、换行 is no plain name",
                          "例如 for example 许昌市"});
    }
    return faults;
}

// A header row a table, in the order in which the reader knows the columns.
rules::Result<void> write_tables(const fs::path& folder) {
    for (const plans::TableSpec& table : plans::inventory_tables()) {
        std::string header;
        for (const plans::Field& field : table.fields) {
            header += (header.empty() ? "" : ",") + std::string(field.name);
        }
        const fs::path file = folder / (std::string(table.name) + ".csv");
        if (auto written = write_file(file.string(), header + "\n"); !written) return written;
    }
    return {};
}

// `county_code`: the example county of the pack and the enterprise in it.
rules::Result<void> write_folder(const fs::path& folder, const Region& region) {
    std::error_code error;
    for (const char* part : {"inventory", "state"}) {
        fs::create_directories(folder / part, error);
        if (!error) continue;
        return rules::Faults{{{(folder / part).string(), 0, 0},
                              error.message(),
                              "a place where you may make folders"}};
    }
    const std::string county = region.code.substr(0, region.code.size() - 2) + "02";
    for (const embedded::File& file : embedded::region_folder()) {
        std::string text = filled_in(std::string(file.text), "{region_code}", region.code);
        text = filled_in(std::move(text), "{county_code}", county);
        text = filled_in(std::move(text), "{region_name}", region.name);
        const fs::path to = folder / fs::path(file.path).filename();
        if (auto written = write_file(to.string(), text); !written) return written;
    }
    return write_tables(folder / "inventory");
}

int run(const Call& call) {
    const std::string folder = *call.text("folder");
    const Region region{call.text_or_default("region"), call.text_or_default("name")};
    const rules::Faults faults = check(folder, region);
    if (!faults.empty()) {
        std::cerr << rules::to_text(faults);
        return kBadUsage;
    }
    // People, and soon keys, stand in it: nobody else's business.
    const mode_t before = umask(0077);
    const auto written = write_folder(folder, region);
    umask(before);
    if (!written) {
        std::cerr << rules::to_text(written.error());
        return kBadUsage;
    }
    std::cout << folder
              << ": 已生成，下一步见其中的 README.md laid out; README.md says what to do next\n";
    if (!call.has("region")) {
        std::cout << "未给出 --region，pack.toml 暂用样例代码 without --region pack.toml has the "
                     "sample code "
                  << region.code << "\n";
    }
    return kHolds;
}

}  // namespace

Command init_command() {
    return {
        .name = "init",
        .what = {"生成一个目录，由此建立本区域的配置",
                 "lay out a folder to start one's own region from"},
        .options = {place("folder", "FOLDER",
                          {"要生成的目录；须不存在或为空", "to lay out; new or empty"})
                        .required(),
                    option("region", "CODE",
                           {"行政区划代码（GB/T 2260），如 411000",
                            "region code of GB/T 2260, for example 411000"})
                        .or_else(kSampleRegion),
                    option("name", "NAME",
                           {"区域名称，如 许昌市", "name of the region, for example 许昌市"})
                        .or_else("（待填：某某市）")},
        .examples = {"qingkongctl init xuchang --region 411000 --name 许昌市"},
        .run = run,
    };
}

}  // namespace qk::ctl
