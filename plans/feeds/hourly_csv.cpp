#include "plans/feeds/hourly_csv.hpp"

#include "plans/feeds/time_cell.hpp"
#include "plans/text/encoding.hpp"

namespace qk::plans {
namespace {

using rules::Severity;

constexpr std::int64_t kSecondsOfHour = 3600;

using Row = FeedRow<rules::HourlyConcentrations>;

class HourlyTable {
 public:
    HourlyTable(std::string_view text, const std::string& file, const HourlyCsvOptions& options)
        : reader_(text, file, csv_shape(text)), options_(options) {}

    rules::Result<HourlyFeed> read() {
        if (read_header()) {
            for_each_row(reader_, width_, options_.limits, faults_,
                         [this](const CsvRow& row) { read_row(row); });
        }
        for (const rules::Fault& fault : reader_.faults()) add_fault(faults_, fault);
        if (faults_.empty()) {
            const auto spans = spans_of(rows_, 24, options_.limits, reader_.file(), faults_);
            feed_.names = std::move(numbers_.names());
            if (!faults_.empty()) return faults_;
            for (std::size_t i = 0; i < spans.size(); ++i) lay_out(i, spans[i]);
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
        if (options_.by_document) document_columns(header, columns_);
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

    void read_row(const CsvRow& row) {
        Row out;
        out.line = row.line;
        const auto hour = hour_of(row);
        for (const auto& [column, meaning] : columns_.values) {
            rules::Concentration& value = out.values[static_cast<std::size_t>(meaning.pollutant)];
            if (read_concentration(row.cells[column], meaning, value) == CellIs::kNotANumber) {
                refuse(row, column, quoted_cell(row.cells[column]) + " is no concentration",
                       number_cure(row.cells[column]));
            }
        }
        const auto number = numbers_.of(reader_, row, columns_, options_.limits, faults_);
        if (!hour || !number) return;
        out.slot = *hour;
        if (*number >= rows_.size()) rows_.resize(*number + 1);
        rows_[*number].push_back(out);
    }

    std::optional<std::int64_t> hour_of(const CsvRow& row) {
        const std::string_view cell = row.cells[*columns_.time];
        auto instant = read_time(cell, options_.zone);
        if (!instant) {
            refuse(row, *columns_.time, quoted_cell(cell) + " is no time", time_cure(cell));
            return std::nullopt;
        }
        if (columns_.hour) {
            const auto number = rules::parse_decimal(row.cells[*columns_.hour]);
            const std::int64_t hour = number ? number->millionths / 1'000'000 : -1;
            if (!number || number->millionths % 1'000'000 != 0 || hour < 0 || hour > 24) {
                refuse(row, *columns_.hour,
                       quoted_cell(row.cells[*columns_.hour]) + " is no hour of a day",
                       "a number from 0 to 24");
                return std::nullopt;
            }
            *instant += std::chrono::hours{hour};
        }
        const std::int64_t seconds = (*instant + options_.zone.offset).time_since_epoch().count();
        if (seconds % kSecondsOfHour != 0) {
            refuse(row, *columns_.time, quoted_cell(cell) + " is not on the hour",
                   "the full hour at which the hour begins");
            return std::nullopt;
        }
        return seconds / kSecondsOfHour;
    }

    void lay_out(std::size_t number, const SlotSpan& span) {
        const std::vector<Row> rows = std::move(rows_[number]);
        rules::HourlySeries& series = feed_.regions.emplace_back();
        series.region = feed_.names[number].whole();
        series.first = rules::Instant{std::chrono::hours{span.first}} - options_.zone.offset;
        series.hours.resize(span.size);
        std::vector<int> lines(span.size, 0);  // where each slot was filled from
        std::vector<std::size_t> dropped;
        for (const Row& row : rows) {
            const auto slot = static_cast<std::size_t>(row.slot - span.first);
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
    RegionNumbers numbers_;
    std::vector<std::vector<Row>> rows_;  // by region
    HourlyFeed feed_;
    rules::Faults faults_;
};

}  // namespace

rules::Result<HourlyFeed> read_hourly_csv(std::string_view bytes, const std::string& file,
                                          const HourlyCsvOptions& options) {
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    return HourlyTable(*text, file, options).read();
}

std::vector<rules::StationSeries> to_stations(HourlyFeed feed) {
    std::vector<rules::StationSeries> stations;
    for (std::size_t i = 0; i < feed.regions.size(); ++i) {
        const SeriesName& name = feed.names[i];
        // A table of cities alone: each is its own only station.
        const std::string& station = name.station.empty() ? name.city : name.station;
        stations.push_back({name.city, station, std::move(feed.regions[i]), {}});
    }
    for (const DifferingHour& differing : feed.differing) {
        stations[differing.series].differing.push_back(differing.hour);
    }
    return stations;
}

}  // namespace qk::plans
