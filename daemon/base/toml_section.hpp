// Typed access to one table of a TOML file that collects every fault with its place: wrong type,
// out of range, unknown key. Missing keys leave the default as it is.
#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::daemon {

class TomlSection {
 public:
    // `table` may be null: then nothing is there. `name` is printed before each key ("mqtt.url").
    TomlSection(const toml::table* table, std::string name, const std::string& file,
                rules::Faults& faults)
        : table_(table), name_(std::move(name)), file_(file), faults_(faults) {}

    void read(std::string_view key, std::string& value, std::string_view example);
    void read(std::string_view key, bool& value);
    // Whole numbers from `lowest` to `highest`.
    [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, std::int64_t lowest,
                                                    std::int64_t highest);
    [[nodiscard]] std::optional<double> number(std::string_view key, double lowest, double highest);
    void read(std::string_view key, std::vector<std::string>& values, std::string_view example);
    // The tables of [[name.key]], at most so many; good as long as the whole document is.
    [[nodiscard]] std::vector<const toml::table*> tables(std::string_view key, std::size_t most);
    // Adds a fault about the value of a key.
    void fault(std::string_view key, std::string what, std::string cure);
    [[nodiscard]] bool has(std::string_view key) const;
    // To be called last: every key that nobody asked for is a fault.
    void refuse_unknown();

 private:
    [[nodiscard]] const toml::node* find(std::string_view key);
    [[nodiscard]] rules::Place place_of(const toml::node& node) const;
    [[nodiscard]] std::string full_name(std::string_view key) const;

    const toml::table* table_;
    std::string name_;
    const std::string& file_;
    rules::Faults& faults_;
    std::set<std::string, std::less<>> asked_;
};

}  // namespace qk::daemon
