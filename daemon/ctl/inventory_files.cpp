#include "daemon/ctl/inventory_files.hpp"

#include <algorithm>
#include <filesystem>

#include "daemon/ctl/files.hpp"

namespace qk::ctl {
namespace {

namespace fs = std::filesystem;

std::string edition_of(const fs::path& path) {
    fs::path name = path.lexically_normal();
    if (!name.has_filename()) name = name.parent_path();  // "folder/"
    return name.stem().string();
}

rules::Result<std::vector<plans::NamedTable>> read_folder(const fs::path& folder) {
    std::error_code error;
    std::vector<std::string> paths;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::string ending = at->path().extension().string();
        std::ranges::transform(ending, ending.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        if (ending == ".csv") paths.push_back(at->path().string());
    }
    if (error) {
        return rules::Faults{{{folder.string(), 0, 0},
                              error.message(),
                              "name a folder that can be read",
                              rules::Severity::kError}};
    }
    std::ranges::sort(paths);
    std::vector<plans::NamedTable> tables;
    rules::Faults faults;
    for (const std::string& path : paths) {
        auto bytes = read_file(path);
        if (bytes)
            tables.push_back({path, std::move(*bytes)});
        else
            faults.insert(faults.end(), bytes.error().begin(), bytes.error().end());
    }
    if (!faults.empty()) return faults;
    return tables;
}

}  // namespace

rules::Result<plans::ReadInventory> load_inventory(const std::string& path,
                                                   const plans::ReadOptions& options) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
        return rules::Faults{
            {{path, 0, 0}, "is not a folder", "a folder of CSV tables", rules::Severity::kError}};
    }
    auto tables = read_folder(path);
    if (!tables) return tables.error();
    return plans::read_inventory(std::move(*tables), edition_of(path), options);
}

}  // namespace qk::ctl
