#include "plans/feeds/hourly_csv.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "plans/text/encoding.hpp"

namespace qk::plans {
namespace {

using rules::Severity;

constexpr std::size_t kNameBytesMax = 256;
constexpr std::int64_t kSecondsOfHour = 3600;

std::string_view stripped(std::string_view name) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = name.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return name.substr(first, name.find_last_not_of(kBlanks) - first + 1);
}

struct Key {
    std::string_view city;
    std::string_view station;

    friend bool operator==(const Key&, const Key&) = default;
};
struct KeyHash {
    std::size_t operator()(const Key& key) const {
        const std::hash<std::string_view> hash;
        return hash(key.city) * 31 + hash(key.station);
    }
};

struct Row {
    std::int64_t hour = 0;  // of the zone, counted from 1970
    int line = 0;
    rules::HourlyConcentrations values;
};

class HourlyTable {
 public:
    HourlyTable(std::string_view text, const std::string& file, const HourlyCsvOptions& options)
        : reader_(text, file), options_(options) {}

    rules::Result<HourlyFeed> read() {
        if (read_header()) read_rows();
        for (const rules::Fault& fault : reader_.faults()) add_fault(faults_, fault);
        if (faults_.empty() && check_spans()) {
            for (std::size_t i = 0; i < rows_.size(); ++i) lay_out(i);
        }
        if (!faults_.empty()) return faults_;
        return std::move(feed_);
    }

 private:
    void refuse(const CsvRow& row, std::size_t cell, std::string what, std::string cure) {
        add_fault(faults_,
                  {reader_.place(row, cell), std::move(what), std::move(cure), Severity::kError});
    }

    bool read_header() {
        CsvRow row;
        if (!reader_.next(row)) {
            add_fault(faults_, {{reader_.file(), 1, 0},
                                "is empty",
                                "a header row: region,time,pm25,pm10,so2,no2,co,o3",
                                Severity::kError});
            return false;
        }
        const CsvHeader header(row);
        width_ = row.cells.size();
        columns_ = air_columns(header, TableOf::kHours, reader_.place(row, 0), faults_);
        if (!columns_.region && !columns_.station) {
            refuse(row, 0, "no column of regions", "name one region, city or station");
        }
        if (!columns_.time) refuse(row, 0, "no column of times", "name one time");
        if (columns_.values.empty()) {
            refuse(row, 0, "no column of a pollutant",
                   "pm25, pm10, so2, no2, co or o3, with or without the unit");
        }
        return faults_.empty();
    }

    void read_rows() {
        CsvRow row;
        std::size_t count = 0;
        while (reader_.next(row)) {
            if (++count > options_.rows_max) {
                refuse(row, 0, "more than " + std::to_string(options_.rows_max) + " rows",
                       "split the file");
                return;
            }
            if (row.cells.size() != width_) {
                refuse(row, 0, "has " + std::to_string(row.cells.size()) + " cells",
                       std::to_string(width_) + ", as the header has");
                continue;
            }
            read_row(row);
        }
        if (count == 0) {
            add_fault(faults_, {{reader_.file(), 1, 0},
                                "has no rows below the header",
                                "at least one hour",
                                Severity::kError});
        }
    }

    void read_row(const CsvRow& row) {
        Row out;
        out.line = row.line;
        const auto hour = hour_of(row);
        for (const auto& [column, meaning] : columns_.values) {
            rules::Concentration& value = out.values[static_cast<std::size_t>(meaning.pollutant)];
            if (read_concentration(row.cells[column], meaning, value) == CellIs::kNotANumber) {
                refuse(row, column, "'" + std::string(row.cells[column]) + "' is no concentration",
                       "a number, or nothing where it is missing");
            }
        }
        const auto series = series_of(row);
        if (!hour || !series) return;
        out.hour = *hour;
        rows_[*series].push_back(out);
    }

    std::optional<std::int64_t> hour_of(const CsvRow& row) {
        const std::string_view cell = row.cells[*columns_.time];
        auto instant = rules::parse_instant(cell, options_.zone);
        if (!instant) {
            refuse(row, *columns_.time, "'" + std::string(cell) + "' is no time",
                   "as 2016-12-16T20:00:00+08:00");
            return std::nullopt;
        }
        if (columns_.hour) {
            const auto number = rules::parse_decimal(row.cells[*columns_.hour]);
            const std::int64_t hour = number ? number->millionths / 1'000'000 : -1;
            if (!number || number->millionths % 1'000'000 != 0 || hour < 0 || hour > 24) {
                refuse(row, *columns_.hour,
                       "'" + std::string(row.cells[*columns_.hour]) + "' is no hour of a day",
                       "a number from 0 to 24");
                return std::nullopt;
            }
            *instant += std::chrono::hours{hour};
        }
        const std::int64_t seconds = (*instant + options_.zone.offset).time_since_epoch().count();
        if (seconds % kSecondsOfHour != 0) {
            refuse(row, *columns_.time, "'" + std::string(cell) + "' is not on the hour",
                   "the full hour at which the hour begins");
            return std::nullopt;
        }
        return seconds / kSecondsOfHour;
    }

    std::optional<std::size_t> series_of(const CsvRow& row) {
        Key key;
        if (columns_.region) key.city = stripped(row.cells[*columns_.region]);
        if (columns_.station) key.station = stripped(row.cells[*columns_.station]);
        if (!rows_.empty() && key == last_key_) return last_series_;
        for (const auto& column : {columns_.region, columns_.station}) {
            if (!column) continue;
            const std::string_view name = stripped(row.cells[*column]);
            if (!name.empty() && name.size() <= kNameBytesMax) continue;
            refuse(row, *column, name.empty() ? "no name" : "a name of more than 256 bytes",
                   "the name of the region or station");
            return std::nullopt;
        }
        const auto [entry, is_new] = series_.try_emplace(key, rows_.size());
        if (is_new) {
            if (rows_.size() == options_.regions_max) {
                series_.erase(entry);
                refuse(row, columns_.region.value_or(columns_.station.value_or(0)),
                       "more than " + std::to_string(options_.regions_max) + " regions",
                       "split the file");
                return std::nullopt;
            }
            rows_.emplace_back();
            feed_.names.push_back({std::string(key.city), std::string(key.station)});
        }
        last_key_ = key;
        last_series_ = entry->second;
        return last_series_;
    }

    // Before a slot is made for every hour between the first and the last.
    bool check_spans() {
        std::size_t total = 0;
        const std::int64_t hours_max = std::chrono::hours(options_.span_max).count();
        for (std::vector<Row>& rows : rows_) {
            const auto [low, high] = std::ranges::minmax_element(
                rows, [](const Row& a, const Row& b) { return a.hour < b.hour; });
            const std::int64_t span = high->hour - low->hour + 1;
            if (span > hours_max) {
                add_fault(faults_, {{reader_.file(), high->line, 0},
                                    "lies more than " + std::to_string(options_.span_max.count()) +
                                        " days after line " + std::to_string(low->line),
                                    "a shorter span, or right the time",
                                    Severity::kError});
                continue;
            }
            total += static_cast<std::size_t>(span);
        }
        if (total > options_.hours_max) {
            add_fault(faults_, {{reader_.file(), 0, 0},
                                "covers more than " + std::to_string(options_.hours_max) +
                                    " hours over all regions",
                                "split the file",
                                Severity::kError});
        }
        return faults_.empty();
    }

    void lay_out(std::size_t number) {
        std::vector<Row> rows = std::move(rows_[number]);
        const auto [low, high] = std::ranges::minmax_element(
            rows, [](const Row& a, const Row& b) { return a.hour < b.hour; });
        const SeriesName& name = feed_.names[number];
        rules::HourlySeries& series = feed_.regions.emplace_back();
        series.region = name.station.empty() ? name.city
                        : name.city.empty()  ? name.station
                                             : name.city + "/" + name.station;
        const std::int64_t first = low->hour;
        series.first = rules::Instant{std::chrono::hours{first}} - options_.zone.offset;
        series.hours.resize(static_cast<std::size_t>(high->hour - first + 1));
        std::vector<int> lines(series.hours.size(), 0);  // where each slot was filled from
        std::vector<std::size_t> dropped;
        for (const Row& row : rows) {
            const auto slot = static_cast<std::size_t>(row.hour - first);
            if (lines[slot] == 0) {
                lines[slot] = row.line;
                series.hours[slot] = row.values;
            } else if (repeat(series, number, slot, lines[slot], row)) {
                dropped.push_back(slot);
            }
        }
        for (const std::size_t slot : dropped) series.hours[slot] = {};
    }

    // True when the hour is to be dropped.
    bool repeat(const rules::HourlySeries& series, std::size_t number, std::size_t slot,
                int first_line, const Row& row) {
        const rules::Instant hour = series.first + std::chrono::hours{slot};
        const rules::Place place{reader_.file(), row.line, static_cast<int>(*columns_.time) + 1};
        const std::string what = series.region + " " + rules::to_iso(hour, options_.zone) +
                                 " stands at line " + std::to_string(first_line) + " already";
        if (series.hours[slot] == row.values) {
            add_fault(feed_.warnings,
                      {place, what, "the same values; taken once", Severity::kWarning});
            return false;
        }
        if (options_.differing == Repeats::kRefuse) {
            add_fault(faults_,
                      {place, what + ", with other values", "one row an hour", Severity::kError});
            return false;
        }
        add_fault(feed_.warnings, {place, what + ", with other values", "the hour is left missing",
                                   Severity::kWarning});
        feed_.differing.push_back({number, hour, place});
        return true;
    }

    CsvReader reader_;
    const HourlyCsvOptions& options_;
    std::size_t width_ = 0;
    AirColumns columns_;
    std::unordered_map<Key, std::size_t, KeyHash> series_;
    std::vector<std::vector<Row>> rows_;  // by series
    Key last_key_;
    std::size_t last_series_ = 0;
    HourlyFeed feed_;
    rules::Faults faults_;
};

}  // namespace

rules::Result<HourlyFeed> read_hourly_csv(std::string_view bytes, const std::string& file,
                                          const HourlyCsvOptions& options) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
    if (is_utf8(bytes)) return HourlyTable(bytes, file, options).read();
    const auto text = to_utf8(bytes, file);
    if (!text) return text.error();
    return HourlyTable(*text, file, options).read();
}

}  // namespace qk::plans
