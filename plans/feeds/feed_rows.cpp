#include "plans/feeds/feed_rows.hpp"

namespace qk::plans {
namespace {

std::string_view stripped(std::string_view name) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = name.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return name.substr(first, name.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace

std::string SeriesName::whole() const {
    if (station.empty()) return city;
    return city.empty() ? station : city + "/" + station;
}

std::optional<std::size_t> RegionNumbers::of(const CsvReader& reader, const CsvRow& row,
                                             const AirColumns& columns, const FeedLimits& limits,
                                             rules::Faults& faults) {
    Key key;
    if (columns.region) key.city = stripped(row.cells[*columns.region]);
    if (columns.station) key.station = stripped(row.cells[*columns.station]);
    for (std::size_t i = 0; i < key.document.size(); ++i) {
        if (columns.document[i]) key.document[i] = stripped(row.cells[*columns.document[i]]);
    }
    if (!names_.empty() && key == last_key_) return last_number_;
    for (const auto& column : {columns.region, columns.station}) {
        if (!column) continue;
        const std::string_view name = stripped(row.cells[*column]);
        if (!name.empty() && name.size() <= kRegionNameBytesMax) continue;
        add_fault(faults, {reader.place(row, *column),
                           name.empty() ? "no name" : "a name of more than 256 bytes",
                           "the name of the region or station", rules::Severity::kError});
        return std::nullopt;
    }
    const auto found = numbers_.find(key);
    if (found == numbers_.end()) {
        if (names_.size() == limits.regions_max) {
            add_fault(faults, {reader.place(row, 0),
                               "more than " + std::to_string(limits.regions_max) + " regions",
                               "split the file", rules::Severity::kError});
            return std::nullopt;
        }
        last_number_ = names_.size();
        numbers_.emplace(key, last_number_);
        SeriesName& name = names_.emplace_back();
        name.city = key.city;
        name.station = key.station;
        for (std::size_t i = 0; i < key.document.size(); ++i) name.document[i] = key.document[i];
    } else {
        last_number_ = found->second;
    }
    last_key_ = key;
    return last_number_;
}

}  // namespace qk::plans
