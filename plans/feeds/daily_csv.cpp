#include "plans/feeds/daily_csv.hpp"

#include <algorithm>

#include "plans/feeds/time_cell.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/missing_mark.hpp"

namespace qk::plans {
namespace {

using rules::Severity;
using Row = FeedRow<rules::DailyRange>;

struct IndexColumns {
    std::optional<std::size_t> aqi;
    std::optional<std::size_t> low;
    std::optional<std::size_t> high;
    std::optional<std::size_t> primary;
    std::optional<std::size_t> cause;

    explicit IndexColumns(const CsvHeader& header) {
        for (std::size_t i = 0; i < header.names().size(); ++i) {
            const std::string name = squeezed(header.names()[i]);
            if (name == "aqi" || name == "空气质量指数" || name == "aqi指数")
                take(aqi, i);
            else if (name == "aqilow" || name == "aqimin" || name == "aqi下限")
                take(low, i);
            else if (name == "aqihigh" || name == "aqimax" || name == "aqi上限")
                take(high, i);
            else if (name == "primary" || name == "primarypollutant" || name == "首要污染物") {
                take(primary, i);
            } else if (name == "cause" || name == "成因" || name == "原因") {
                take(cause, i);
            }
        }
    }

    static void take(std::optional<std::size_t>& place, std::size_t column) {
        if (!place) place = column;
    }
};

class DailyTable {
 public:
    DailyTable(std::string_view text, const std::string& file, const DailyCsvOptions& options)
        : reader_(text, file, csv_shape(text)), options_(options) {}

    rules::Result<DailyFeed> read() {
        if (read_header()) {
            for_each_row(reader_, width_, options_.limits, faults_,
                         [this](const CsvRow& row) { read_row(row); });
        }
        for (const rules::Fault& fault : reader_.faults()) add_fault(faults_, fault);
        check_carbon_monoxide();
        if (faults_.empty()) {
            const auto spans = spans_of(rows_, 1, options_.limits, reader_.file(), faults_);
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
                                "a header row: region,date,aqi",
                                Severity::kError});
            return false;
        }
        const CsvHeader header(row);
        width_ = row.cells.size();
        columns_ = air_columns(header, TableOf::kDays, reader_.place(row, 0), faults_);
        if (options_.by_document) document_columns(header, columns_);
        index_ = IndexColumns(header);
        if (!columns_.region && !columns_.station) {
            refuse(row, 0, "no column of regions", "name one region or city");
        }
        if (!has_time(columns_)) refuse(row, 0, "no column of dates", "name one date");
        const std::string separator = separator_cure(row);
        if (!separator.empty()) refuse(row, 0, "the header is one cell", separator);
        if (index_.low.has_value() != index_.high.has_value()) {
            refuse(row, 0, "one end of a range without the other", "aqi_low and aqi_high");
        }
        feed_.computed = !index_.aqi && !index_.low;
        if (feed_.computed && columns_.values.empty()) {
            refuse(row, 0, "no column of an index or a pollutant",
                   "aqi, or aqi_low and aqi_high, or daily means as pm25, pm10, so2, no2, co, o3");
        }
        return faults_.empty();
    }

    void read_row(const CsvRow& row) {
        Row out;
        out.line = row.line;
        const auto day = day_in(row);
        if (feed_.computed) {
            if (day) out.values = computed(row, *day);
        } else {
            out.values = stated(row);
        }
        const auto number = numbers_.of(reader_, row, columns_, options_.limits, faults_);
        if (!day || !number) return;
        out.slot = day->time_since_epoch().count();
        if (*number >= rows_.size()) rows_.resize(*number + 1);
        rows_[*number].push_back(out);
    }

    std::optional<rules::CivilDay> day_in(const CsvRow& row) {
        if (columns_.civil[0]) {
            AirColumns dates = columns_;
            dates.hour.reset();
            const auto midnight = time_of(reader_, row, dates, options_.air.zone, faults_);
            if (!midnight) return std::nullopt;
            return rules::day_of(*midnight, options_.air.zone);
        }
        const std::string_view cell = row.cells[*columns_.time];
        if (const auto day = rules::parse_day(cell)) return day;
        const auto instant = read_time(cell, options_.air.zone);
        if (instant && rules::minute_of_day(*instant, options_.air.zone) == 0) {
            return rules::day_of(*instant, options_.air.zone);
        }
        refuse(row, *columns_.time, quoted_cell(cell) + " is not a date", "as 2016-12-16");
        return std::nullopt;
    }

    std::int16_t index_in(const CsvRow& row, std::size_t column) {
        rules::Concentration value;
        const CellIs is = read_concentration(row.cells[column], PollutantColumn{}, value);
        if (is == CellIs::kMissing) return rules::kNoAqi;
        const std::int64_t whole = is == CellIs::kValue ? value.value().millionths / 1'000'000 : -1;
        if (whole >= 0 && whole <= rules::kAqiMax && value.value() == rules::Decimal::of(whole)) {
            return static_cast<std::int16_t>(whole);
        }
        refuse(row, column, quoted_cell(row.cells[column]) + " is not an AQI",
               "a whole number from 0 to 500, or nothing where it is missing");
        return rules::kNoAqi;
    }

    rules::DailyRange stated(const CsvRow& row) {
        rules::DailyRange day;
        if (index_.aqi) day.low = day.high = index_in(row, *index_.aqi);
        // A range beside a single figure says more; without one the figure stands.
        if (index_.low) {
            const std::size_t faults_before = faults_.size();
            const std::int16_t low = index_in(row, *index_.low);
            const std::int16_t high = index_in(row, *index_.high);
            if (faults_.size() != faults_before) return day;
            if ((low == rules::kNoAqi) != (high == rules::kNoAqi)) {
                refuse(row, *index_.low, "one end of a range without the other", "both, or none");
            } else if (low > high) {
                refuse(row, *index_.low, "the lower end lies above the upper", "swap the two");
            } else if (low != rules::kNoAqi) {
                day.low = low;
                day.high = high;
            }
        }
        if (index_.primary) {
            const auto primary = parse_pollutants(row.cells[*index_.primary]);
            if (primary) {
                day.primary = *primary;
            } else {
                refuse(row, *index_.primary,
                       quoted_cell(row.cells[*index_.primary]) + " names no pollutant",
                       "as PM2.5, several joined by +");
            }
        }
        if (index_.cause) {
            day.cause = rules::parse_cause(row.cells[*index_.cause]);
            if (day.cause == rules::EpisodeCause::kOther) {
                add_fault(
                    feed_.warnings,
                    {reader_.place(row, *index_.cause),
                     quoted_cell(row.cells[*index_.cause]) + " is not a known cause",
                     "细颗粒物, 区域传输, 臭氧, 沙尘, 火灾 or 境外传输; it binds like 细颗粒物",
                     Severity::kWarning});
            }
        }
        return day;
    }

    rules::DailyRange computed(const CsvRow& row, rules::CivilDay date) {
        rules::HourlyConcentrations means;
        for (const auto& [column, meaning] : columns_.values) {
            rules::Concentration& value = means[static_cast<std::size_t>(meaning.pollutant)];
            if (read_concentration(row.cells[column], meaning, value) == CellIs::kNotANumber) {
                refuse(row, column, quoted_cell(row.cells[column]) + " is not a concentration",
                       number_cure(row.cells[column]));
            }
            if (options_.ozone == rules::Ozone::kLeftOut &&
                meaning.pollutant == rules::Pollutant::kO3) {
                value = {};
                continue;
            }
            if (options_.air.limits.allows(meaning.pollutant, value)) continue;
            add_fault(feed_.warnings, {reader_.place(row, column),
                                       (value.is_missing() ? "no " : "not usable as ") +
                                           std::string(rules::to_text(meaning.pollutant)),
                                       "the day's AQI is that of the others", Severity::kWarning});
        }
        note_carbon_monoxide(means);
        const rules::AirDay day = rules::day_from_means(date, means, options_.air);
        return {day.index.aqi, day.index.aqi, day.index.primary, rules::EpisodeCause::kNotStated};
    }

    // Means beyond the end of the index's scale, 60 mg/m³, under a name without a unit.
    void note_carbon_monoxide(const rules::HourlyConcentrations& means) {
        const rules::Concentration co = means[static_cast<std::size_t>(rules::Pollutant::kCo)];
        if (co.is_missing()) return;
        ++days_of_co_;
        if (co.value() > rules::Decimal::of(60)) ++absurd_days_of_co_;
    }
    void check_carbon_monoxide() {
        const auto is_bare_co = [](const AirColumns::Value& value) {
            return value.meaning.pollutant == rules::Pollutant::kCo && !value.meaning.is_unit_named;
        };
        if (absurd_days_of_co_ * 2 <= days_of_co_) return;
        if (std::ranges::none_of(columns_.values, is_bare_co)) return;
        add_fault(faults_,
                  {{reader_.file(), 0, 0},
                   "co is beyond any air in mg/m³ on " + std::to_string(absurd_days_of_co_) +
                       " of " + std::to_string(days_of_co_) + " days",
                   "name the column co_ugm3 if the values are µg/m³",
                   Severity::kError});
    }

    void lay_out(std::size_t number, const SlotSpan& span) {
        rules::DailyForecastSeries& series = feed_.regions.emplace_back();
        series.region = feed_.names[number].whole();
        series.first = rules::CivilDay{std::chrono::days{span.first}};
        series.days.resize(span.size);
        std::vector<int> lines(span.size, 0);  // where each slot was filled from
        for (const Row& row : rows_[number]) {
            const auto slot = static_cast<std::size_t>(row.slot - span.first);
            if (lines[slot] == 0) {
                lines[slot] = row.line;
                series.days[slot] = row.values;
                continue;
            }
            const bool is_same = series.days[slot] == row.values;
            const std::string what = series.region + " " +
                                     rules::to_iso(series.first + std::chrono::days{slot}) +
                                     " stands at line " + std::to_string(lines[slot]) + " already" +
                                     (is_same ? "" : ", with other values");
            const rules::Place place{reader_.file(), row.line,
                                     static_cast<int>(columns_.time.value_or(0)) + 1};
            if (is_same) {
                add_fault(feed_.warnings,
                          {place, what, "the same values; taken once", Severity::kWarning});
            } else {
                add_fault(faults_, {place, what, "one row a day", Severity::kError});
            }
        }
    }

    CsvReader reader_;
    const DailyCsvOptions& options_;
    std::size_t width_ = 0;
    AirColumns columns_;
    IndexColumns index_{CsvHeader(CsvRow{})};
    RegionNumbers numbers_;
    std::size_t days_of_co_ = 0;
    std::size_t absurd_days_of_co_ = 0;
    std::vector<std::vector<Row>> rows_;  // by region
    DailyFeed feed_;
    rules::Faults faults_;
};

}  // namespace

std::optional<rules::PollutantSet> parse_pollutants(std::string_view text) {
    rules::PollutantSet set;
    std::string word;
    const auto end_word = [&] {
        const std::string name = std::exchange(word, {});
        if (is_missing_mark(name)) return true;
        auto column = pollutant_column(name, TableOf::kDays);
        if (!column) column = pollutant_column(name, TableOf::kHours);
        if (column) set.insert(column->pollutant);
        return column.has_value();
    };
    constexpr std::string_view kChineseComma = "、";
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_chinese_comma = text.substr(i).starts_with(kChineseComma);
        if (is_chinese_comma || std::string_view("+,;/ ").find(text[i]) != std::string_view::npos) {
            if (!end_word()) return std::nullopt;
            if (is_chinese_comma) i += kChineseComma.size() - 1;
        } else {
            word += text[i];
        }
    }
    if (!end_word()) return std::nullopt;
    return set;
}

rules::Result<DailyFeed> read_daily_csv(std::string_view bytes, const std::string& file,
                                        const DailyCsvOptions& options) {
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    return DailyTable(*text, file, options).read();
}

}  // namespace qk::plans
