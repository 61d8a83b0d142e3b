// A TOML table that is read key by key, noting every fault with its place.
//
// A reader asks for the keys it knows; finish() then refuses the keys nobody asked for, so that a
// typing error is a fault and not a silent default. Wrong types, missing keys and values out of
// range are noted and answered with nothing; reading goes on, so that one look finds all faults of
// a file. A text with control characters or of more than kTomlTextBytesMax is refused too: whatever
// is read here may stand in orders, on the public page or in the log.
#pragma once

#include <toml++/toml.h>

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plans/text/toml.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

inline constexpr std::size_t kTomlTextBytesMax = 16 << 10;

class TomlTable {
 public:
    // `path` is how people call the table ("clause[2]", empty for the document).
    TomlTable(const toml::table& table, std::string path, const std::string& file,
              rules::Faults& faults)
        : table_(&table), path_(std::move(path)), file_(&file), faults_(&faults) {}

    [[nodiscard]] bool has(std::string_view key) const { return table_->contains(key); }
    [[nodiscard]] std::optional<std::string> text(std::string_view key);
    [[nodiscard]] std::string required_text(std::string_view key, std::string_view example);
    // One that stands on one line wherever it is shown, so that nobody reads two things in it.
    [[nodiscard]] std::string required_name(std::string_view key, std::string_view example);
    [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, std::int64_t least,
                                                    std::int64_t most);
    [[nodiscard]] std::optional<double> number(std::string_view key, double least, double most);
    [[nodiscard]] std::optional<bool> yes_no(std::string_view key);
    [[nodiscard]] std::optional<rules::CivilDay> day(std::string_view key);
    [[nodiscard]] std::vector<std::string> texts(std::string_view key);
    [[nodiscard]] std::vector<int> wholes(std::string_view key, int least, int most);
    // Into a value that keeps what it has where the key is not there.
    void read(std::string_view key, std::string& value, std::string_view example);
    void read(std::string_view key, bool& value);
    void read(std::string_view key, std::vector<std::string>& values);
    // A table of its own, or the tables of an array; places and faults as for this one.
    [[nodiscard]] std::optional<TomlTable> table(std::string_view key);
    [[nodiscard]] std::vector<TomlTable> tables(std::string_view key, std::size_t most);
    // A word out of a closed list: `parse` says which.
    template <class Parse>
    [[nodiscard]] auto word(std::string_view key, Parse parse, std::string_view allowed)
        -> decltype(parse(std::string_view{})) {
        const std::optional<std::string> found = text(key);
        if (!found) return {};
        auto parsed = parse(std::string_view{*found});
        if (!parsed) wrong(key, "'" + *found + "'", std::string(allowed));
        return parsed;
    }

    // Notes a fault at a key (at the table where the key is not there).
    void wrong(std::string_view key, std::string what, std::string cure,
               rules::Severity severity = rules::Severity::kError);
    [[nodiscard]] rules::Place place(std::string_view key = {}) const;
    [[nodiscard]] std::string path_of(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> keys() const;
    // Refuses every key nobody asked for.
    void finish();

 private:
    [[nodiscard]] const toml::node* find(std::string_view key);
    void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted);

    const toml::table* table_;
    std::string path_;
    const std::string* file_;
    rules::Faults* faults_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace qk::plans
