// The conditions of a list, as asked: one stands in the statement only where it is asked for, so
// that an index can serve it. `(?1 = '' OR column = ?1)` would read every row there ever was.
//
//     RowFilter filter;
//     filter.add_if_given("state = ?", state);
//     Statement rows(db, "SELECT number FROM cases" + filter.where() + " ORDER BY number LIMIT ?");
//     rows.bind(filter.bind_to(rows), limit);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "daemon/store/session.hpp"

namespace qk::daemon {

class RowFilter {
 public:
    // As many values as the condition has question marks.
    template <class... Values>
    void add(std::string_view condition, const Values&... values) {
        where_ += where_.empty() ? " WHERE " : " AND ";
        where_ += condition;
        (values_.push_back(value_of(values)), ...);
    }
    // Empty: all.
    void add_if_given(std::string_view condition, const std::string& value) {
        if (!value.empty()) add(condition, value);
    }
    // What begins with `stem`, by comparisons that an index serves; empty: all.
    void add_beginning(std::string_view column, const std::string& stem);

    // " WHERE a AND b"; empty where nothing is asked.
    [[nodiscard]] const std::string& where() const { return where_; }
    // Its values; the next free place.
    int bind_to(Statement& statement) const;

 private:
    using Value = std::variant<std::int64_t, std::string>;
    static Value value_of(std::int64_t value) { return value; }
    static Value value_of(rules::Instant value) { return seconds_of(value); }
    static Value value_of(std::string value) { return value; }

    std::string where_;
    std::vector<Value> values_;
};

// The end of the texts that begin with `stem`: greater than each, and not greater than any other
// that is greater than `stem`.
[[nodiscard]] std::string end_of_stem(const std::string& stem);

}  // namespace qk::daemon
