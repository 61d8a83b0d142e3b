#include "daemon/ctl/inventory_files.hpp"

#include <algorithm>
#include <filesystem>

#include "daemon/base/files.hpp"
#include "plans/text/xlsx_reader.hpp"

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
        if (bytes) {
            tables.push_back({path, std::move(*bytes)});
        } else {
            const rules::Faults more = bytes.error();
            faults.insert(faults.end(), more.begin(), more.end());
        }
    }
    if (!faults.empty()) return faults;
    return tables;
}

}  // namespace

rules::Result<plans::ReadInventory> load_inventory(const std::string& path,
                                                   const plans::ReadOptions& options) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        auto tables = read_folder(path);
        if (!tables) return tables.error();
        return plans::read_inventory(std::move(*tables), edition_of(path), options);
    }
    auto bytes = read_file(path);
    if (!bytes) return bytes.error();
    // What is no zip, read_xlsx() names: an old .xls, a web page, or plain text.
    auto book = plans::read_xlsx(*bytes, path);
    if (!book) return book.error();
    return plans::read_inventory(std::move(*book), path, edition_of(path), options);
}

rules::Result<plans::Workbook> load_sheets(const std::string& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        const auto tables = read_folder(path);
        if (!tables) return tables.error();
        return plans::workbook_of(*tables);
    }
    auto bytes = read_file(path);
    if (!bytes) return bytes.error();
    if (plans::looks_like_zip(*bytes)) return plans::read_xlsx(*bytes, path);
    return plans::workbook_of({{path, std::move(*bytes)}});
}

rules::Result<plans::ReadInventory> load_mapped_inventory(const std::string& path,
                                                          const plans::ColumnMap& map,
                                                          const plans::ReadOptions& options) {
    auto book = load_sheets(path);
    if (!book) return book.error();
    return plans::read_mapped(std::move(*book), map, path, edition_of(path), options);
}

rules::Result<plans::ReadInventory> load_inventory_as(const std::string& path,
                                                      const std::optional<std::string>& map,
                                                      const plans::ReadOptions& options) {
    if (!map) return load_inventory(path, options);
    const auto toml = read_file(*map);
    if (!toml) return toml.error();
    const auto read = plans::read_column_map(*toml, *map);
    if (!read) return read.error();
    return load_mapped_inventory(path, *read, options);
}

}  // namespace qk::ctl
