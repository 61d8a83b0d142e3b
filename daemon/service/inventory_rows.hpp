// Editions of the inventory as rows, with the files they were read from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/service/edition_files.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct EditionRow {
    std::int64_t number = 0;  // 0: not stored yet
    std::string edition;
    std::string sha256;  // of its files
    rules::Instant loaded_at{};
    std::string person;
    std::string source;
    std::size_t enterprises = 0;
    std::size_t lines = 0;
    std::size_t meters = 0;
};
// Answers its number.
std::int64_t store_edition(Session& db, const EditionRow& row, const InventoryFiles& files);
[[nodiscard]] std::optional<EditionRow> edition_of_number(Session& db, const std::string& number);
[[nodiscard]] std::optional<EditionRow> edition_of_hash(Session& db, const std::string& sha256);
[[nodiscard]] std::optional<EditionRow> edition_of_name(Session& db, const std::string& edition);
// Newest first.
[[nodiscard]] std::vector<EditionRow> list_editions(Session& db, std::size_t offset,
                                                    std::size_t limit);
[[nodiscard]] std::size_t count_editions(Session& db);

// What is said of one whose row names another hash than its files have, which are there with
// `sha256`.
[[nodiscard]] rules::Faults damaged_edition(const EditionRow& row, const std::string& sha256);

[[nodiscard]] InventoryFiles load_files(Session& db, std::int64_t edition);
// Of that name, of the last edition that has one.
[[nodiscard]] std::optional<std::string> newest_file(Session& db, const std::string& name);

}  // namespace qk::daemon
