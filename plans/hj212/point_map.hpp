// Which further series the values of a device are: the bureau's own table (MN, code) -> series of
// the inventory, with a factor for the ratio of a current transformer or a sign, and the meaning of
// its numbers where they are states. No national table of power, bypass and process codes exists
// for all devices, so nothing of this is built in; packaging/sample/hj212-points.toml is a sample.
//
// A value of a code that nobody has entered here is kept in the raw bytes and goes nowhere else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plans/hj212/frame.hpp"
#include "rules/base/result.hpp"
#include "rules/compliance/process_state.hpp"

namespace qk::plans::hj212 {

inline constexpr std::size_t kPointsMax = 100'000;
inline constexpr std::size_t kPointMapBytesMax = std::size_t{32} << 20;

struct Point {
    std::string mn;
    std::string code;
    std::string value;   // suffix: "Rtd", "Avg", "RS", "Info"
    std::string series;  // id in the inventory's table of series
    double scale = 1;    // what the number is multiplied by
    // What its texts mean: "0" -> off. Empty: it is a number.
    std::map<std::string, rules::ProcessState, std::less<>> states;
    int row = 0;
};

class PointMap {
 public:
    // A map as a file; every fault with its place.
    [[nodiscard]] static rules::Result<PointMap> read(std::string_view text,
                                                      const std::string& file);
    [[nodiscard]] const Point* find(const std::string& mn, const std::string& code,
                                    std::string_view value) const;
    [[nodiscard]] bool knows(const std::string& mn) const;
    [[nodiscard]] const std::string& source() const { return source_; }
    [[nodiscard]] std::size_t size() const { return size_; }

 private:
    // By MN, then by code; a code has few suffixes.
    std::map<std::string, std::multimap<std::string, Point>, std::less<>> devices_;
    std::string source_;
    std::size_t size_ = 0;
};

// One value of a further series. Of a series of states it has a state, else a number.
struct SeriesValue {
    std::string series;
    rules::Instant t{};
    std::optional<double> number;
    std::optional<rules::ProcessState> state;
    std::string text;          // as sent
    bool is_evidence = false;  // false: marked at the source, or no plain number
};

// Empty for what was not accepted, has no time, or names no point of the map. A number beyond
// kSeriesNumberMax is no evidence.
inline constexpr double kSeriesNumberMax = 1e12;
[[nodiscard]] std::vector<SeriesValue> series_values(const Frame& frame, const PointMap& points);

}  // namespace qk::plans::hj212
