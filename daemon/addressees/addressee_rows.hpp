// Lists of addressees as rows: every one that was handed in; the last is in force.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct AddresseeListRow {
    std::int64_t number = 0;
    rules::Instant at{};
    std::string person;
    std::string source;  // "api" or "file"
    std::string form;    // "toml" or "csv"
    std::string sha256;
    std::string text;
};
// A new one: its number. The texts of those long replaced are let go.
inline constexpr std::int64_t kAddresseeListsKept = 50;
std::int64_t store_addressee_list(Session& db, const AddresseeListRow& row);
[[nodiscard]] std::optional<AddresseeListRow> newest_addressee_list(Session& db);
// The hash of the last one that came from the file; empty: there is none.
[[nodiscard]] std::string last_addressee_file(Session& db);

}  // namespace qk::daemon
