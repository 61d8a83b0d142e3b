#include "plans/feeds/hourly_csv.hpp"

#include <algorithm>
#include <set>

#include "plans/feeds/plausible.hpp"
#include "plans/feeds/table_shape.hpp"
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

    rules::Result<HourlyFeed> read(bool is_encoding_guessed) {
        if (read_header(is_encoding_guessed)) {
            for_each_row(reader_, width_, options_.limits, faults_,
                         [this](const CsvRow& row) { read_row(row); });
        }
        for (const rules::Fault& fault : reader_.faults()) add_fault(faults_, fault);
        if (faults_.empty()) finish();
        if (!faults_.empty()) return faults_;
        return std::move(feed_);
    }

 private:
    void refuse(const CsvRow& row, std::size_t cell, std::string what, std::string cure) {
        add_fault(faults_,
                  {reader_.place(row, cell), std::move(what), std::move(cure), Severity::kError});
    }
    void warn(rules::Place place, std::string what, std::string cure) {
        add_fault(feed_.warnings,
                  {std::move(place), std::move(what), std::move(cure), Severity::kWarning});
    }

    // The first row that names the columns of such a table; above it a title may stand.
    bool read_header(bool is_encoding_guessed) {
        constexpr int kLinesAboveMax = 20;
        CsvRow row;
        CsvRow first;
        for (int line = 0; line <= kLinesAboveMax && reader_.next(row); ++line) {
            if (line == 0) first = row;
            auto found = air_table(CsvHeader(row), reader_.place(row, 0), faults_);
            if (!found) continue;
            table_ = std::move(*found);
            width_ = row.cells.size();
            if (options_.by_document) document_columns(CsvHeader(row), table_.columns);
            if (line > 0)
                warn(reader_.place(first, 0), "what stands above the header is not read", "");
            name_places(row);
            return faults_.empty();
        }
        if (first.cells.empty()) {
            add_fault(faults_, {{reader_.file(), 1, 0},
                                "is empty",
                                "a header row: region,time,pm25,pm10,so2,no2,co,o3",
                                Severity::kError});
        } else {
            refuse_header(first, is_encoding_guessed);
        }
        return false;
    }

    void refuse_header(const CsvRow& row, bool is_encoding_guessed) {
        const std::string separator = separator_cure(row);
        if (!separator.empty()) refuse(row, 0, "the header is one cell", separator);
        const AirColumns columns =
            air_columns(CsvHeader(row), TableOf::kHours, reader_.place(row, 0), faults_);
        if (!columns.region && !columns.station) {
            refuse(row, 0, "no column of regions", "name one region, city or station");
        }
        if (!has_time(columns)) refuse(row, 0, "no column of times", "name one time");
        if (columns.values.empty()) {
            refuse(row, 0, "no column of a pollutant",
                   "pm25, pm10, so2, no2, co or o3, with or without the unit");
        }
        if (is_encoding_guessed) {
            refuse(row, 0, "the file is not UTF-8 and was read as GB18030",
                   "if it is Big5 or another encoding, save it as UTF-8");
        }
    }

    // Where no column names the region, the columns are the regions, or the file is one.
    void name_places(const CsvRow& header) {
        const AirColumns& columns = table_.columns;
        is_named_by_row_ = columns.region || columns.station;
        for (const auto& [column, meaning] : columns.values) note_unit(meaning);
        if (is_named_by_row_) return;
        if (table_.places.empty()) {
            std::string_view name = reader_.file();
            name.remove_prefix(name.find_last_of("/\\") + 1);
            table_.places.push_back({0, std::string(name.substr(0, name.rfind('.')))});
            warn(reader_.place(header, 0), "no column of regions",
                 "taken as one region, '" + table_.places[0].name + "'");
        }
        if (table_.of_places) {
            warn(reader_.place(header, table_.places[0].column), "columns PM_ and a station's name",
                 "taken as PM2.5 in µg/m³, as UCI 394 has them");
        }
        for (const PlaceColumn& place : table_.places) {
            numbers_.names().push_back({place.name, "", {}});
        }
        rows_.resize(table_.places.size());
    }

    void note_unit(const PollutantColumn& meaning) {
        if (meaning.is_unit_named) return;
        const bool is_particles = meaning.pollutant == rules::Pollutant::kPm25 ||
                                  meaning.pollutant == rules::Pollutant::kPm10;
        bare_.particles = bare_.particles || is_particles;
        bare_.carbon_monoxide = bare_.carbon_monoxide || meaning.pollutant == rules::Pollutant::kCo;
    }

    void take_value(const CsvRow& row, std::size_t column, const PollutantColumn& meaning,
                    rules::HourlyConcentrations& values) {
        rules::Concentration& value = values[static_cast<std::size_t>(meaning.pollutant)];
        if (read_concentration(row.cells[column], meaning, value) == CellIs::kNotANumber) {
            refuse(row, column, quoted_cell(row.cells[column]) + " is not a concentration",
                   number_cure(row.cells[column]));
        }
    }

    void read_row(const CsvRow& row) {
        switch (table_.shape) {
            case AirTableShape::kByPollutant:
                return read_hour(row);
            case AirTableShape::kByValue:
                return read_value(row);
            case AirTableShape::kByPlace:
                return read_places(row);
        }
    }

    void read_hour(const CsvRow& row) {
        Row out;
        out.line = row.line;
        const auto hour = hour_of(row);
        for (const auto& [column, meaning] : table_.columns.values) {
            take_value(row, column, meaning, out.values);
        }
        const auto number = number_of(row);
        if (hour && number) keep(*number, *hour, std::move(out));
    }

    std::optional<std::size_t> number_of(const CsvRow& row) {
        if (!is_named_by_row_) return 0;
        return numbers_.of(reader_, row, table_.columns, options_.limits, faults_);
    }

    void keep(std::size_t number, std::int64_t hour, Row row) {
        row.slot = hour;
        if (number >= rows_.size()) rows_.resize(number + 1);
        rows_[number].push_back(std::move(row));
    }

    [[nodiscard]] static std::string_view cell_of(const CsvRow& row,
                                                  const std::optional<std::size_t>& column) {
        return column ? row.cells[*column] : std::string_view{};
    }

    // What this row's pollutant is; empty where the row is passed over.
    std::optional<PollutantColumn> meaning_of(const CsvRow& row) {
        if (table_.of_places) return table_.of_places;
        const std::string_view name = cell_of(row, table_.parameter);
        const std::string_view unit = cell_of(row, table_.unit);
        if (name != last_parameter_ || unit != last_unit_ || !last_meaning_) {
            std::string why;
            last_parameter_ = name;
            last_unit_ = unit;
            last_meaning_ = parameter_in(name, unit, why);
            if (last_meaning_) note_unit(*last_meaning_);
            if (!why.empty()) pass_over(row, std::string(name) + " " + why, "µg/m³ or mg/m³");
        }
        if (last_meaning_ && !is_one_hour(cell_of(row, table_.duration))) {
            pass_over(row, "means over " + quoted_cell(cell_of(row, table_.duration)),
                      "hourly means");
            return std::nullopt;
        }
        return last_meaning_;
    }

    // One warning for all rows that are passed over for the same reason.
    void pass_over(const CsvRow& row, const std::string& what, std::string wanted) {
        constexpr std::size_t kReasonsMax = 50;
        if (passed_over_.size() >= kReasonsMax || !passed_over_.insert(what).second) return;
        warn(reader_.place(row, 0), "rows of " + what + " are not taken", std::move(wanted));
    }

    void read_value(const CsvRow& row) {
        const auto meaning = meaning_of(row);
        if (!meaning) return;
        Row out;
        out.line = row.line;
        const auto hour = hour_of(row);
        take_value(row, *table_.value, *meaning, out.values);
        if (is_rejected(cell_of(row, table_.quality))) {
            out.values[static_cast<std::size_t>(meaning->pollutant)] = {};
        }
        const auto number = number_of(row);
        if (hour && number) keep(*number, *hour, std::move(out));
    }

    void read_places(const CsvRow& row) {
        const auto meaning = meaning_of(row);
        if (!meaning) return;
        const auto hour = hour_of(row);
        for (std::size_t i = 0; i < table_.places.size(); ++i) {
            Row out;
            out.line = row.line;
            take_value(row, table_.places[i].column, *meaning, out.values);
            if (hour) keep(i, *hour, std::move(out));
        }
    }

    std::optional<std::int64_t> hour_of(const CsvRow& row) {
        const auto instant = time_of(reader_, row, table_.columns, options_.zone, faults_);
        if (!instant) return std::nullopt;
        const std::int64_t seconds = (*instant + options_.zone.offset).time_since_epoch().count();
        if (seconds % kSecondsOfHour != 0) {
            const std::size_t column = time_column();
            refuse(row, column, quoted_cell(row.cells[column]) + " is not on the hour",
                   "the full hour at which the hour begins");
            return std::nullopt;
        }
        return seconds / kSecondsOfHour - (options_.labels == HourLabels::kEnd ? 1 : 0);
    }

    [[nodiscard]] std::size_t time_column() const {
        const AirColumns& columns = table_.columns;
        if (columns.time) return *columns.time;
        return columns.hour ? *columns.hour : columns.civil[0].value_or(0);
    }

    void finish() {
        feed_.names = std::move(numbers_.names());
        const bool has_rows =
            std::ranges::any_of(rows_, [](const auto& rows) { return !rows.empty(); });
        if (!has_rows) {
            add_fault(faults_, {{reader_.file(), 0, 0},
                                "has no row of a pollutant",
                                "pm25, pm10, so2, no2, co or o3 in µg/m³ (co: mg/m³)",
                                Severity::kError});
            return;
        }
        const auto spans = spans_of(rows_, 24, options_.limits, reader_.file(), faults_);
        if (!faults_.empty()) return;
        for (std::size_t i = 0; i < spans.size(); ++i) lay_out(i, spans[i]);
        settle_carbon_monoxide();
        for (rules::HourlySeries& series : feed_.regions) check(series);
    }

    void lay_out(std::size_t number, const SlotSpan& span) {
        const std::vector<Row> rows = std::move(rows_[number]);
        rules::HourlySeries& series = feed_.regions.emplace_back();
        series.region = feed_.names[number].whole();
        series.first = rules::Instant{std::chrono::hours{span.first}} - options_.zone.offset;
        series.hours.resize(span.size);
        std::vector<std::size_t> dropped;
        if (table_.shape == AirTableShape::kByPollutant) {
            std::vector<int> lines(span.size, 0);  // where each slot was filled from
            for (const Row& row : rows) {
                const auto slot = static_cast<std::size_t>(row.slot - span.first);
                if (lines[slot] == 0) {
                    lines[slot] = row.line;
                    series.hours[slot] = row.values;
                } else if (repeat(series, number, slot, lines[slot], row)) {
                    dropped.push_back(slot);
                }
            }
        } else {
            lay_out_points(series, number, span, rows, dropped);
        }
        for (const std::size_t slot : dropped) series.hours[slot] = {};
    }

    // Rows of one pollutant each: an hour is filled from several.
    void lay_out_points(rules::HourlySeries& series, std::size_t number, const SlotSpan& span,
                        const std::vector<Row>& rows, std::vector<std::size_t>& dropped) {
        std::vector<std::array<int, rules::kPollutantCount>> lines(span.size);
        for (const Row& row : rows) {
            const auto slot = static_cast<std::size_t>(row.slot - span.first);
            for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
                if (row.values[p].is_missing()) continue;
                rules::Concentration& kept = series.hours[slot][p];
                if (lines[slot][p] == 0 || kept == row.values[p]) {
                    lines[slot][p] = row.line;
                    kept = row.values[p];
                    continue;
                }
                Row later = row;
                later.values = series.hours[slot];
                later.values[p] = row.values[p];
                if (repeat(series, number, slot, lines[slot][p], later)) dropped.push_back(slot);
            }
        }
    }

    // True when the hour is to be dropped.
    bool repeat(rules::HourlySeries& series, std::size_t number, std::size_t slot, int first_line,
                const Row& row) {
        const rules::Instant hour = series.first + std::chrono::hours{slot};
        const rules::Place place{reader_.file(), row.line, static_cast<int>(time_column()) + 1};
        const std::string what = series.region + " " + rules::to_iso(hour, options_.zone) +
                                 " stands at line " + std::to_string(first_line) + " already";
        if (series.hours[slot] == row.values) {
            warn(place, what, "the same values; taken once");
            return false;
        }
        switch (options_.differing) {
            case Repeats::kRefuse:
                add_fault(faults_,
                          {place, what + ", with other values",
                           "one row an hour, or say that the later row counts", Severity::kError});
                return false;
            case Repeats::kTakeLater:
                warn(place, what + ", with other values", "the later row counts");
                series.hours[slot] = row.values;
                return false;
            case Repeats::kDropHour:
                break;
        }
        warn(place, what + ", with other values", "the hour is left missing");
        feed_.differing.push_back({number, hour, place});
        return true;
    }

    // UCI 501 was published with CO in µg/m³ under a bare name; whether it still is, its size says.
    void settle_carbon_monoxide() {
        if (!table_.is_uci || !bare_.carbon_monoxide) return;
        if (!std::ranges::any_of(feed_.regions, is_carbon_monoxide_in_micrograms)) return;
        for (rules::HourlySeries& series : feed_.regions)
            take_carbon_monoxide_as_micrograms(series);
        bare_.carbon_monoxide = false;
        warn({reader_.file(), 0, 0}, "the columns of UCI 501 and co far beyond any air in mg/m³",
             "read as µg/m³, as that set was published");
    }

    void check(rules::HourlySeries& series) {
        if (auto fault = unit_fault(series, bare_)) {
            fault->place.file = reader_.file();
            add_fault(faults_, std::move(*fault));
        }
        const std::size_t small = settle_small_negatives(series);
        if (small == 0) return;
        warn({reader_.file(), 0, 0},
             series.region + ": " + std::to_string(small) + " values between -5 and 0",
             "an instrument's noise about zero; they count as 0");
    }

    CsvReader reader_;
    const HourlyCsvOptions& options_;
    std::size_t width_ = 0;
    AirTable table_;
    bool is_named_by_row_ = true;
    BareUnits bare_;
    RegionNumbers numbers_;
    std::vector<std::vector<Row>> rows_;  // by region
    std::string last_parameter_;
    std::string last_unit_;
    std::optional<PollutantColumn> last_meaning_;
    std::set<std::string> passed_over_;
    HourlyFeed feed_;
    rules::Faults faults_;
};

}  // namespace

rules::Result<HourlyFeed> read_hourly_csv(std::string_view bytes, const std::string& file,
                                          const HourlyCsvOptions& options) {
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    const bool is_utf16 = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
    const bool is_guessed = !converted.empty() && !is_utf16;
    return HourlyTable(*text, file, options).read(is_guessed);
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
