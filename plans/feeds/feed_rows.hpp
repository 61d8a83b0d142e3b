// Rows of a feed gathered by region, before they are laid out as dense series.
//
// Reading and laying out are two steps so that a file's span and size are known before a slot is
// made for every hour or day between its first and its last. Slots are hours or days counted from
// 1970.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "plans/feeds/columns.hpp"

namespace qk::plans {

inline constexpr std::size_t kRegionNameBytesMax = 256;

struct SeriesName {
    std::string city;  // empty where the table has none
    std::string station;
    std::array<std::string, 3> document;  // source, member, issued_at as the table has them

    // With both a city (or region) and a station: "city/station".
    [[nodiscard]] std::string whole() const;
};

template <class Values>
struct FeedRow {
    std::int64_t slot = 0;
    int line = 0;
    Values values{};
};

struct FeedLimits {
    std::size_t rows_max = 20'000'000;
    std::size_t regions_max = 20'000;
    std::chrono::days span_max{40 * 366};  // of one region, first row to last
    std::size_t slots_max = 20'000'000;    // of all regions together, gaps included
};

// Gives each region of a table its number, in order of first appearance.
class RegionNumbers {
 public:
    // Empty, with a fault, when the row names none or when there are too many.
    std::optional<std::size_t> of(const CsvReader& reader, const CsvRow& row,
                                  const AirColumns& columns, const FeedLimits& limits,
                                  rules::Faults& faults);
    [[nodiscard]] std::vector<SeriesName>& names() { return names_; }

 private:
    struct Key {
        std::string_view city;
        std::string_view station;
        std::array<std::string_view, 3> document;

        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const {
            const std::hash<std::string_view> hash;
            std::size_t sum = hash(key.city) * 31 + hash(key.station);
            for (const std::string_view part : key.document) sum = sum * 31 + hash(part);
            return sum;
        }
    };

    // The row's text may be gone with the next one: what is kept lies in kept_.
    [[nodiscard]] Key kept(const Key& key);

    std::deque<std::string> kept_;
    std::unordered_map<Key, std::size_t, KeyHash> numbers_;
    std::vector<SeriesName> names_;
    Key last_key_;
    std::size_t last_number_ = 0;
};

struct SlotSpan {
    std::int64_t first = 0;
    std::size_t size = 0;
};

// From the first to the last slot of a region's rows, and the lines of those.
struct SlotRange {
    std::int64_t low = 0;
    std::int64_t high = 0;
    int low_line = 0;  // 0: there is no row
    int high_line = 0;

    void take(std::int64_t slot, int line) {
        if (low_line == 0 || slot < low) {
            low = slot;
            low_line = line;
        }
        if (high_line == 0 || slot >= high) {
            high = slot;
            high_line = line;
        }
    }
    [[nodiscard]] std::int64_t size() const { return low_line == 0 ? 0 : high - low + 1; }
};

// First slot and number of slots of each region; faults when a limit is passed. A region without
// rows has none.
[[nodiscard]] std::vector<SlotSpan> spans_of(const std::vector<SlotRange>& ranges,
                                             std::int64_t slots_per_day, const FeedLimits& limits,
                                             const std::string& file, rules::Faults& faults);
template <class Values>
[[nodiscard]] std::vector<SlotSpan> spans_of(const std::vector<std::vector<FeedRow<Values>>>& rows,
                                             std::int64_t slots_per_day, const FeedLimits& limits,
                                             const std::string& file, rules::Faults& faults) {
    std::vector<SlotRange> ranges(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (const FeedRow<Values>& row : rows[i]) ranges[i].take(row.slot, row.line);
    }
    return spans_of(ranges, slots_per_day, limits, file, faults);
}

// Calls `read(row)` for each row below the header that has as many cells as the header; empty ones
// behind those are the commas that spreadsheets leave at the end of a line.
template <class Read>
void for_each_row(CsvReader& reader, std::size_t width, const FeedLimits& limits,
                  rules::Faults& faults, const Read& read) {
    CsvRow row;
    std::size_t count = 0;
    while (reader.next(row)) {
        if (++count > limits.rows_max) {
            add_fault(faults, {reader.place(row, 0),
                               "more than " + std::to_string(limits.rows_max) + " rows",
                               "split the file", rules::Severity::kError});
            return;
        }
        while (row.cells.size() > width && row.cells.back().empty()) row.cells.pop_back();
        if (row.cells.size() == width) {
            read(row);
            continue;
        }
        add_fault(faults,
                  {reader.place(row, 0), "has " + std::to_string(row.cells.size()) + " cells",
                   std::to_string(width) + ", as the header has", rules::Severity::kError});
    }
    if (count > 0 || !reader.faults().empty()) return;
    add_fault(faults, {{reader.file(), 1, 0},
                       "has no rows below the header",
                       "at least one",
                       rules::Severity::kError});
}

}  // namespace qk::plans
