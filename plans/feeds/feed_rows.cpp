#include "plans/feeds/feed_rows.hpp"

namespace qk::plans {
namespace {

std::string_view stripped(std::string_view name) {
    // As cells come, which are trimmed.
    if (!name.empty() && name.front() > ' ' && name.back() > ' ') return name;
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
    // Rows of a region mostly stand together.
    const auto is_last = [&row](const std::optional<std::size_t>& column, std::string_view name) {
        return column ? row.cells[*column] == name : name.empty();
    };
    if (!names_.empty() && is_last(columns.region, last_key_.city) &&
        is_last(columns.station, last_key_.station) &&
        is_last(columns.document[0], last_key_.document[0]) &&
        is_last(columns.document[1], last_key_.document[1]) &&
        is_last(columns.document[2], last_key_.document[2])) {
        return last_number_;
    }
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
    auto found = numbers_.find(key);
    if (found == numbers_.end()) {
        if (names_.size() == limits.regions_max) {
            add_fault(faults, {reader.place(row, 0),
                               "more than " + std::to_string(limits.regions_max) + " regions",
                               "split the file", rules::Severity::kError});
            return std::nullopt;
        }
        last_number_ = names_.size();
        found = numbers_.emplace(kept(key), last_number_).first;
        SeriesName& name = names_.emplace_back();
        name.city = key.city;
        name.station = key.station;
        for (std::size_t i = 0; i < key.document.size(); ++i) name.document[i] = key.document[i];
    } else {
        last_number_ = found->second;
    }
    last_key_ = found->first;
    return last_number_;
}

RegionNumbers::Key RegionNumbers::kept(const Key& key) {
    const auto keep = [this](std::string_view text) -> std::string_view {
        if (text.empty()) return {};
        return kept_.emplace_back(text);
    };
    Key out{keep(key.city), keep(key.station), {}};
    for (std::size_t i = 0; i < key.document.size(); ++i) out.document[i] = keep(key.document[i]);
    return out;
}

std::vector<SlotSpan> spans_of(const std::vector<SlotRange>& ranges, std::int64_t slots_per_day,
                               const FeedLimits& limits, const std::string& file,
                               rules::Faults& faults) {
    std::vector<SlotSpan> spans;
    spans.reserve(ranges.size());
    std::size_t total = 0;
    for (const SlotRange& range : ranges) {
        const std::int64_t size = range.size();
        spans.push_back({size == 0 ? 0 : range.low, static_cast<std::size_t>(size)});
        if (size > limits.span_max.count() * slots_per_day) {
            add_fault(faults, {{file, range.high_line, 0},
                               "lies more than " + std::to_string(limits.span_max.count()) +
                                   " days after line " + std::to_string(range.low_line),
                               "a shorter span, or right the time",
                               rules::Severity::kError});
            continue;
        }
        total += static_cast<std::size_t>(size);
    }
    if (total > limits.slots_max) {
        add_fault(faults, {{file, 0, 0},
                           "covers more than " + std::to_string(limits.slots_max) +
                               " hours or days over all regions",
                           "split the file",
                           rules::Severity::kError});
    }
    return spans;
}

}  // namespace qk::plans
