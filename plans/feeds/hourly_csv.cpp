#include "plans/feeds/hourly_csv.hpp"

#include <algorithm>
#include <set>

#include "plans/feeds/laid_hours.hpp"
#include "plans/feeds/last_hour.hpp"
#include "plans/feeds/plausible.hpp"
#include "plans/feeds/table_shape.hpp"
#include "plans/text/encoding.hpp"

namespace qk::plans {
namespace {

using rules::Severity;

constexpr std::int64_t kSecondsOfHour = 3600;

using Row = FeedRow<rules::HourlyConcentrations>;

bool is_negative(rules::Concentration value) {
    return !value.is_missing() && value.value().millionths < 0;
}

// An hour that stood in the table already.
struct RepeatedHour {
    std::size_t number = 0;  // of the region
    std::int64_t hour = 0;
    int first_line = 0;
    int line = 0;
    bool is_same = false;
};

}  // namespace

class HourlyTable {
 public:
    HourlyTable(std::string_view text, const std::string& file, const HourlyCsvOptions& options)
        : reader_(text, file, csv_shape(text)), options_(options) {}
    HourlyTable(const NextBytes& next, const std::string& file, const HourlyCsvOptions& options)
        : reader_(next, file), options_(options) {}

    // `laid_out`: where the series go, once they are checked, in place of being packed any longer.
    rules::Result<PackedFeed> read(bool is_encoding_guessed,
                                   std::vector<rules::HourlySeries>* laid_out = nullptr) {
        laid_out_ = laid_out;
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
        std::vector<std::string> first_cells;
        CsvRow first;
        for (int line = 0; line <= kLinesAboveMax && reader_.next(row); ++line) {
            if (line == 0) {
                first_cells.assign(row.cells.begin(), row.cells.end());
                first.line = row.line;
                first.cells.assign(first_cells.begin(), first_cells.end());
            }
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
        for (std::size_t i = 0; i < table_.places.size(); ++i) add_region();
    }

    void add_region() {
        const bool is_by_hour = table_.shape == AirTableShape::kByPollutant;
        const std::size_t lines_per_hour = is_by_hour ? 1 : rules::kPollutantCount;
        feed_.regions_.push_back({PackedHours(lines_per_hour), SlotSpan{}});
        if (laid_out_ != nullptr) {
            laid_.emplace_back(lines_per_hour, laid_.empty() ? 0 : laid_.back().size());
        }
        ranges_.emplace_back();
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
        if (!take_small_whole(row.cells[column], meaning, value)) {
            read_value_of(row, column, meaning, value);
        }
    }

    void read_value_of(const CsvRow& row, std::size_t column, const PollutantColumn& meaning,
                       rules::Concentration& value) {
        if (read_concentration(row.cells[column], meaning, value) == CellIs::kNotANumber) {
            refuse(row, column, quoted_cell(row.cells[column]) + " is not a concentration",
                   number_cure(row.cells[column]));
        }
        has_negatives_ = has_negatives_ || is_negative(value);
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
            rules::Concentration& value = out.values[static_cast<std::size_t>(meaning.pollutant)];
            if (take_small_whole(row.cells[column], meaning, value)) continue;
            read_value_of(row, column, meaning, value);
        }
        const auto number = number_of(row);
        if (hour && number) keep(*number, *hour, out);
    }

    std::optional<std::size_t> number_of(const CsvRow& row) {
        if (!is_named_by_row_) return 0;
        return numbers_.of(reader_, row, table_.columns, options_.limits, faults_);
    }

    void keep(std::size_t number, std::int64_t hour, const Row& row) {
        while (number >= ranges_.size()) add_region();
        SlotRange& range = ranges_[number];
        slots_ -= range.size();
        range.take(hour, row.line);
        slots_ += range.size();
        // A table that is beyond its limits is refused at its end; nothing more of it is kept.
        const std::int64_t longest = options_.limits.span_max.count() * 24;
        if (range.size() > longest || slots_ > static_cast<std::int64_t>(options_.limits.slots_max))
            return;
        const PackedHours::Hour is = hour_at(number, hour);
        if (table_.shape == AirTableShape::kByPollutant)
            fill(number, hour, is, row);
        else
            fill_points(number, hour, is, row);
    }

    PackedHours::Hour hour_at(std::size_t number, std::int64_t hour) {
        return laid_out_ != nullptr ? laid_[number].at(hour)
                                    : feed_.regions_[number].hours.at(hour);
    }

    void fill(std::size_t number, std::int64_t hour, const PackedHours::Hour& is, const Row& row) {
        if (is.lines[0] == 0) {
            is.lines[0] = row.line;
            is.values = row.values;
            return;
        }
        const bool is_same = is.values == row.values;
        repeats_.push_back({number, hour, is.lines[0], row.line, is_same});
        if (!is_same && options_.differing == Repeats::kTakeLater) is.values = row.values;
    }

    // Rows of one pollutant each: an hour is filled from several.
    void fill_points(std::size_t number, std::int64_t hour, const PackedHours::Hour& is,
                     const Row& row) {
        for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
            if (row.values[p].is_missing()) continue;
            rules::Concentration& kept = is.values[p];
            if (is.lines[p] == 0 || kept == row.values[p]) {
                is.lines[p] = row.line;
                kept = row.values[p];
                continue;
            }
            repeats_.push_back({number, hour, is.lines[p], row.line, false});
            if (options_.differing == Repeats::kTakeLater) kept = row.values[p];
        }
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
        if (hour && number) keep(*number, *hour, out);
    }

    void read_places(const CsvRow& row) {
        const auto meaning = meaning_of(row);
        if (!meaning) return;
        const auto hour = hour_of(row);
        for (std::size_t i = 0; i < table_.places.size(); ++i) {
            Row out;
            out.line = row.line;
            take_value(row, table_.places[i].column, *meaning, out.values);
            if (hour) keep(i, *hour, out);
        }
    }

    std::optional<std::int64_t> hour_of(const CsvRow& row) {
        const AirColumns& columns = table_.columns;
        const bool is_one_cell = columns.time && !columns.civil[0] && !columns.hour;
        const std::int64_t label = options_.labels == HourLabels::kEnd ? 1 : 0;
        if (!is_one_cell) {
            const auto hour = read_hour_of(row);
            return hour ? std::optional(*hour - label) : std::nullopt;
        }
        const std::string_view cell = row.cells[*columns.time];
        if (const auto known = last_hour_.of(cell)) return *known - label;
        const auto hour = read_hour_of(row);
        if (!hour) return std::nullopt;
        last_hour_.take(cell, *hour);
        return *hour - label;
    }

    std::optional<std::int64_t> read_hour_of(const CsvRow& row) {
        const auto instant = time_of(reader_, row, table_.columns, options_.zone, faults_);
        if (!instant) return std::nullopt;
        const std::int64_t seconds = (*instant + options_.zone.offset).time_since_epoch().count();
        if (seconds % kSecondsOfHour != 0) {
            const std::size_t column = time_column();
            refuse(row, column, quoted_cell(row.cells[column]) + " is not on the hour",
                   "the full hour at which the hour begins");
            return std::nullopt;
        }
        constexpr std::int64_t kSecondsOfDay = 86'400;
        if (seconds % kSecondsOfDay == 0) note_midnight(row);
        return seconds / kSecondsOfHour;
    }

    // Whether days begin at hour 0 or end at hour 24.
    void note_midnight(const CsvRow& row) {
        const std::optional<std::size_t>& hour = table_.columns.hour;
        const std::string_view cell = row.cells[hour ? *hour : time_column()];
        const bool is_24 = cell == "24" || cell.starts_with("24:") ||
                           cell.find(" 24:") != std::string_view::npos ||
                           cell.find("T24:") != std::string_view::npos;
        (is_24 ? has_hour_24_ : has_hour_0_) = true;
    }

    [[nodiscard]] std::size_t time_column() const {
        const AirColumns& columns = table_.columns;
        if (columns.time) return *columns.time;
        return columns.hour ? *columns.hour : columns.civil[0].value_or(0);
    }

    void finish() {
        feed_.names = std::move(numbers_.names());
        feed_.zone_ = options_.zone;
        const bool has_rows =
            std::ranges::any_of(ranges_, [](const SlotRange& range) { return range.size() > 0; });
        if (!has_rows) {
            add_fault(faults_, {{reader_.file(), 0, 0},
                                "has no row of a pollutant",
                                "pm25, pm10, so2, no2, co or o3 in µg/m³ (co: mg/m³)",
                                Severity::kError});
            return;
        }
        const auto spans = spans_of(ranges_, 24, options_.limits, reader_.file(), faults_);
        if (!faults_.empty()) return;
        for (std::size_t i = 0; i < spans.size(); ++i) feed_.regions_[i].span = spans[i];
        std::ranges::stable_sort(repeats_, {}, &RepeatedHour::number);
        for (const RepeatedHour& one : repeats_) name_repeat(one);
        // Once all rows are compared with the first of their hour.
        for (const DifferingHour& one : feed_.differing) drop(one);
        lay_out();
        settle_carbon_monoxide();
        if (has_hour_24_ && !has_hour_0_ && options_.labels == HourLabels::kStart) {
            warn({reader_.file(), 0, 0},
                 "hours run from 1 to 24, as labels at the end of the hour do",
                 "say that labels are ends (--labels end), or write 0 to 23");
        }
        for (std::size_t i = 0; i < feed_.size(); ++i) {
            if (laid_out_ != nullptr) {
                feed_.regions_[i].has_small_negatives = check((*laid_out_)[i]);
                continue;
            }
            rules::HourlySeries series = feed_.unsettled(i);
            feed_.regions_[i].has_small_negatives = check(series);
        }
    }

    void lay_out() {
        if (laid_out_ == nullptr) return;
        for (std::size_t i = 0; i < feed_.size(); ++i) {
            rules::HourlySeries series = feed_.empty_series(i);
            const SlotSpan& span = feed_.regions_[i].span;
            series.hours = laid_[i].take(span.first, span.size);
            laid_out_->push_back(std::move(series));
        }
    }

    void name_repeat(const RepeatedHour& one) {
        const rules::Instant hour =
            rules::Instant{std::chrono::hours{one.hour}} - options_.zone.offset;
        const rules::Place place{reader_.file(), one.line, static_cast<int>(time_column()) + 1};
        const std::string what = feed_.names[one.number].whole() + " " +
                                 rules::to_iso(hour, options_.zone) + " stands at line " +
                                 std::to_string(one.first_line) + " already";
        if (one.is_same) {
            warn(place, what, "the same values; taken once");
            return;
        }
        switch (options_.differing) {
            case Repeats::kRefuse:
                add_fault(faults_,
                          {place, what + ", with other values",
                           "one row an hour, or say that the later row counts", Severity::kError});
                return;
            case Repeats::kTakeLater:
                warn(place, what + ", with other values", "the later row counts");
                return;
            case Repeats::kDropHour:
                break;
        }
        warn(place, what + ", with other values", "the hour is left missing");
        feed_.differing.push_back({one.number, hour, place});
    }

    void drop(const DifferingHour& one) {
        const auto since_1970 = (one.hour + options_.zone.offset).time_since_epoch();
        const auto hours = std::chrono::duration_cast<std::chrono::hours>(since_1970);
        hour_at(one.series, hours.count()).values = {};
    }

    // UCI 501 was published with CO in µg/m³ under a bare name; whether it still is, its size says.
    void settle_carbon_monoxide() {
        if (!table_.is_uci || !bare_.carbon_monoxide) return;
        bool is_found = false;
        for (std::size_t i = 0; i < feed_.size() && !is_found; ++i) {
            is_found = laid_out_ != nullptr ? is_carbon_monoxide_in_micrograms((*laid_out_)[i])
                                            : is_carbon_monoxide_in_micrograms(feed_.unsettled(i));
        }
        if (!is_found) return;
        feed_.is_carbon_monoxide_in_micrograms_ = true;
        if (laid_out_ != nullptr) {
            for (rules::HourlySeries& one : *laid_out_) take_carbon_monoxide_as_micrograms(one);
        }
        bare_.carbon_monoxide = false;
        warn({reader_.file(), 0, 0}, "the columns of UCI 501 and co far beyond any air in mg/m³",
             "read as µg/m³, as that set was published");
    }

    // True: some values were small negatives.
    bool check(rules::HourlySeries& series) {
        if (auto fault = unit_fault(series, bare_)) {
            fault->place.file = reader_.file();
            add_fault(faults_, std::move(*fault));
        }
        const std::size_t small = has_negatives_ ? settle_small_negatives(series) : 0;
        if (small == 0) return false;
        warn({reader_.file(), 0, 0},
             series.region + ": " + std::to_string(small) + " values between -5 and 0",
             "an instrument's noise about zero; they count as 0");
        return true;
    }

    CsvReader reader_;
    const HourlyCsvOptions& options_;
    std::size_t width_ = 0;
    AirTable table_;
    bool is_named_by_row_ = true;
    bool has_hour_0_ = false;
    bool has_hour_24_ = false;
    LastHour last_hour_;
    BareUnits bare_;
    bool has_negatives_ = false;  // some value below 0 was read
    RegionNumbers numbers_;
    std::vector<SlotRange> ranges_;  // by region
    std::int64_t slots_ = 0;         // of all of them
    std::vector<RepeatedHour> repeats_;
    std::string last_parameter_;
    std::string last_unit_;
    std::optional<PollutantColumn> last_meaning_;
    std::set<std::string> passed_over_;
    PackedFeed feed_;
    std::vector<rules::HourlySeries>* laid_out_ = nullptr;
    std::vector<LaidHours> laid_;  // by region, where they are laid out
    rules::Faults faults_;
};

rules::HourlySeries PackedFeed::empty_series(std::size_t number) const {
    rules::HourlySeries series;
    series.region = names[number].whole();
    series.first = rules::Instant{std::chrono::hours{regions_[number].span.first}} - zone_.offset;
    return series;
}

rules::HourlySeries PackedFeed::unsettled(std::size_t number) const {
    const Region& region = regions_[number];
    rules::HourlySeries series = empty_series(number);
    series.hours.resize(region.span.size);
    region.hours.unpack(region.span.first, series.hours);
    if (is_carbon_monoxide_in_micrograms_) take_carbon_monoxide_as_micrograms(series);
    return series;
}

rules::HourlySeries PackedFeed::series(std::size_t number) const {
    rules::HourlySeries series = unsettled(number);
    // check() has said how many.
    if (regions_[number].has_small_negatives) (void)settle_small_negatives(series);
    return series;
}

namespace {

std::optional<rules::Result<PackedFeed>> read_pieces(const NextBytes& next, const std::string& file,
                                                     const HourlyCsvOptions& options,
                                                     std::vector<rules::HourlySeries>* series) {
    constexpr std::size_t kLookedAt = 512;  // for zeros: UTF-16 without a mark
    Utf8Check check;
    std::size_t seen = 0;
    bool is_good = true;
    const NextBytes checked = [&](std::span<char> into) -> std::size_t {
        const std::size_t size = next(into);
        const std::string_view piece(into.data(), size);
        const bool has_zeros = seen < kLookedAt && piece.substr(0, kLookedAt - seen).find('\0') !=
                                                       std::string_view::npos;
        seen += size;
        is_good = is_good && !has_zeros && (size == 0 ? check.is_whole() : check.take(piece));
        return is_good ? size : 0;
    };
    rules::Result<PackedFeed> feed = HourlyTable(checked, file, options).read(false, series);
    // What a refused table was not read to the end of may still be another encoding.
    std::vector<char> rest(std::size_t{64} << 10);
    while (checked(rest) > 0) {
    }
    if (!is_good) return std::nullopt;
    return feed;
}

rules::Result<PackedFeed> read_bytes(std::string_view bytes, const std::string& file,
                                     const HourlyCsvOptions& options,
                                     std::vector<rules::HourlySeries>* series) {
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    const bool is_utf16 = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
    const bool is_guessed = !converted.empty() && !is_utf16;
    return HourlyTable(*text, file, options).read(is_guessed, series);
}

HourlyFeed with_series(PackedFeed& packed, std::vector<rules::HourlySeries> series) {
    return {std::move(series), std::move(packed.names), std::move(packed.differing),
            std::move(packed.warnings)};
}

}  // namespace

std::optional<rules::Result<PackedFeed>> read_hourly_pieces(const NextBytes& next,
                                                            const std::string& file,
                                                            const HourlyCsvOptions& options) {
    return read_pieces(next, file, options, nullptr);
}

std::optional<rules::Result<HourlyFeed>> read_hourly_feed(const NextBytes& next,
                                                          const std::string& file,
                                                          const HourlyCsvOptions& options) {
    std::vector<rules::HourlySeries> series;
    auto packed = read_pieces(next, file, options, &series);
    if (!packed) return std::nullopt;
    if (!*packed) return packed->error();
    return with_series(**packed, std::move(series));
}

rules::Result<PackedFeed> read_hourly_packed(std::string_view bytes, const std::string& file,
                                             const HourlyCsvOptions& options) {
    return read_bytes(bytes, file, options, nullptr);
}

rules::Result<HourlyFeed> read_hourly_csv(std::string_view bytes, const std::string& file,
                                          const HourlyCsvOptions& options) {
    std::vector<rules::HourlySeries> series;
    rules::Result<PackedFeed> packed = read_bytes(bytes, file, options, &series);
    if (!packed) return packed.error();
    return with_series(*packed, std::move(series));
}

HourlyFeed laid_out(PackedFeed packed) {
    std::vector<rules::HourlySeries> series;
    series.reserve(packed.size());
    for (std::size_t i = 0; i < packed.size(); ++i) series.push_back(packed.series(i));
    return with_series(packed, std::move(series));
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
