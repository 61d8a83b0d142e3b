#include "sim/files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace qk::sim {
namespace {

namespace fs = std::filesystem;

rules::Faults unreadable(const std::string& path, const std::string& why) {
    return {{{path, 0, 0}, why, "a file that can be read", rules::Severity::kError}};
}

}  // namespace

rules::Result<std::string> read_file(const std::string& path) {
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error) return unreadable(path, error.message());
    if (size > kFileBytesMax) return unreadable(path, "is larger than 1 GiB");
    std::ifstream in(path, std::ios::binary);
    std::string bytes{std::istreambuf_iterator<char>(in), {}};
    if (!in) return unreadable(path, "could not be read");
    return bytes;
}

rules::Result<std::vector<TableText>> read_tables(const std::string& folder) {
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".csv") names.push_back(entry.path().filename().string());
    }
    if (error) return unreadable(folder, error.message());
    std::sort(names.begin(), names.end());
    std::vector<TableText> tables;
    for (const std::string& name : names) {
        auto text = read_file((fs::path(folder) / name).string());
        if (!text) return text.error();
        tables.push_back({name, std::move(*text)});
    }
    if (tables.empty()) return unreadable(folder, "holds no .csv");
    return tables;
}

rules::Result<void> write_tables(const std::string& folder, const std::vector<TableText>& tables) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return unreadable(folder, error.message());
    for (const TableText& table : tables) {
        const std::string path = (fs::path(folder) / table.name).string();
        std::ofstream out(path, std::ios::binary);
        out << table.text;
        out.close();
        if (!out) return unreadable(path, "could not be written");
    }
    return {};
}

std::string beside(const std::string& file, const std::string& path) {
    const fs::path wanted(path);
    if (wanted.is_absolute()) return path;
    return (fs::path(file).parent_path() / wanted).string();
}

}  // namespace qk::sim
