#include "plans/feeds/readings_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "plans/feeds/time_cell.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/missing_mark.hpp"
#include "rules/base/number.hpp"
#include "rules/compliance/counter.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::plans {
namespace {

using rules::Instant;
using rules::Severity;
using std::chrono::minutes;

constexpr minutes kIntervalWhenUnknown{15};
constexpr minutes kIntervalMax{24 * 60};
// Beyond any instrument; sums of such figures would leave what a double can hold.
constexpr double kFigureMax = 1e12;

struct Columns {
    std::optional<std::size_t> meter;
    std::optional<std::size_t> outlet;
    std::optional<std::size_t> time;
    std::optional<std::size_t> kwh;
    std::optional<std::size_t> kw;
    std::optional<std::size_t> flow;
    std::optional<std::size_t> valid;
    std::vector<std::pair<std::string, std::size_t>> factors;
};

std::string factor_of(const std::string& name) {
    for (const auto& [start, factor] : {std::pair{"so2", "so2"},
                                        {"二氧化硫", "so2"},
                                        {"nox", "nox"},
                                        {"氮氧化物", "nox"},
                                        {"pm", "pm"},
                                        {"颗粒物", "pm"},
                                        {"烟尘", "pm"},
                                        {"vocs", "vocs"},
                                        {"nmhc", "vocs"},
                                        {"非甲烷总烃", "vocs"}}) {
        if (name == start || name == std::string(start) + "mgm3") return factor;
    }
    return {};
}

Columns columns_of(const CsvHeader& header) {
    Columns columns;
    for (std::size_t i = 0; i < header.names().size(); ++i) {
        const std::string name = squeezed(header.names()[i]);
        const auto is_one_of = [&](std::initializer_list<std::string_view> known) {
            return std::find(known.begin(), known.end(), name) != known.end();
        };
        std::optional<std::size_t>* place = nullptr;
        if (is_one_of({"meter", "meterid", "电表", "电表编号"}))
            place = &columns.meter;
        else if (is_one_of({"outlet", "outletid", "排口", "排口编号"}))
            place = &columns.outlet;
        else if (is_one_of({"time", "t", "end", "时间", "时刻"}))
            place = &columns.time;
        else if (is_one_of({"kwh", "电量", "用电量", "电量kwh"}))
            place = &columns.kwh;
        else if (is_one_of({"kw", "功率", "功率kw"}))
            place = &columns.kw;
        else if (is_one_of({"flow", "flowm3h", "流量"}))
            place = &columns.flow;
        else if (is_one_of({"valid", "flag", "有效", "标记"}))
            place = &columns.valid;
        if (place != nullptr && !*place) *place = i;
        const std::string factor = factor_of(name);
        if (place == nullptr && !factor.empty()) columns.factors.emplace_back(factor, i);
    }
    return columns;
}

bool is_valid_mark(std::string_view cell) {
    return cell.empty() || cell == "1" || cell == "N" || cell == "n" || cell == "yes" ||
           cell == "true" || cell == "是";
}

// One instrument's rows as they came.
struct Row {
    Instant end{};
    int line = 0;
    std::optional<double> kwh;
    std::optional<double> kw;
    std::vector<std::optional<double>> factors;
    std::optional<double> flow;
    bool valid = true;
    bool is_ahead = false;  // ends after now
};

struct Instrument {
    std::string id;
    std::vector<Row> rows;
};

// The most frequent step; ties go to the shorter.
minutes interval_of(const std::vector<Row>& rows) {
    std::map<minutes, int> counts;
    for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto step = std::chrono::floor<minutes>(rows[i].end - rows[i - 1].end);
        if (step > minutes{0} && step <= kIntervalMax) ++counts[step];
    }
    minutes best = kIntervalWhenUnknown;
    int most = 0;
    for (const auto& [step, count] : counts) {
        if (count > most) best = step;
        most = std::max(most, count);
    }
    return best;
}

class ReadingsTable {
 public:
    ReadingsTable(std::string_view text, const std::string& file, const ReadingsCsvOptions& options)
        : reader_(text, file, csv_shape(text)), options_(options) {}

    rules::Result<ReadingsFeed> read() {
        if (read_header()) {
            for_each_row(reader_, width_, options_.limits, faults_,
                         [this](const CsvRow& row) { read_row(row); });
        }
        for (const rules::Fault& fault : reader_.faults()) add_fault(faults_, fault);
        if (!faults_.empty()) return faults_;
        for (Instrument& instrument : instruments_) lay_out(instrument);
        if (!faults_.empty()) return faults_;
        return std::move(feed_);
    }

 private:
    void refuse(const CsvRow& row, std::size_t cell, std::string what, std::string cure) {
        add_fault(faults_,
                  {reader_.place(row, cell), std::move(what), std::move(cure), Severity::kError});
    }
    void warn(int line, std::string what, std::string cure) {
        add_fault(
            feed_.warnings,
            {{reader_.file(), line, 0}, std::move(what), std::move(cure), Severity::kWarning});
    }

    bool read_header() {
        CsvRow row;
        if (!reader_.next(row)) {
            add_fault(faults_, {{reader_.file(), 1, 0},
                                "is empty",
                                "a header row: meter,time,kwh",
                                Severity::kError});
            return false;
        }
        width_ = row.cells.size();
        columns_ = columns_of(CsvHeader(row));
        const std::size_t before = faults_.size();
        if (columns_.meter.has_value() == columns_.outlet.has_value()) {
            refuse(row, 0, "names neither meters nor outlets, or both",
                   "one column 'meter' (power) or 'outlet' (stack)");
        }
        if (!columns_.time) refuse(row, 0, "no column of times", "name one 'time'");
        if (columns_.meter && !columns_.kwh && !columns_.kw) {
            refuse(row, 0, "no column of energy or power", "name one 'kwh' or 'kw'");
        }
        if (columns_.outlet && columns_.factors.empty()) {
            refuse(row, 0, "no column of a factor", "name one of so2, nox, pm, vocs (mg/m3)");
        }
        return faults_.size() == before;
    }

    std::optional<double> number(const CsvRow& row, const std::optional<std::size_t>& column) {
        if (!column) return std::nullopt;
        const std::string_view cell = row.cells[*column];
        if (is_missing_mark(cell)) return std::nullopt;
        const auto value = rules::parse_number(cell);
        if (!value || std::fabs(*value) > kFigureMax) {
            refuse(row, *column, quoted_cell(cell) + " is not a reading", number_cure(cell));
            return std::nullopt;
        }
        return value;
    }

    void read_row(const CsvRow& row) {
        const std::size_t id_column = columns_.meter ? *columns_.meter : *columns_.outlet;
        const std::string_view id = row.cells[id_column];
        const auto end = read_time(row.cells[*columns_.time], options_.zone);
        if (id.empty()) refuse(row, id_column, "no id", "the id of the meter or outlet");
        if (!end) {
            refuse(row, *columns_.time, quoted_cell(row.cells[*columns_.time]) + " is not a time",
                   "the end of the interval, " + time_cure(row.cells[*columns_.time]));
        }
        Row read;
        read.line = row.line;
        read.kwh = number(row, columns_.kwh);
        read.kw = number(row, columns_.kw);
        read.flow = number(row, columns_.flow);
        for (const auto& [factor, column] : columns_.factors) {
            read.factors.push_back(number(row, column));
        }
        if (columns_.valid) read.valid = is_valid_mark(row.cells[*columns_.valid]);
        if (id.empty() || !end) return;
        read.end = *end;
        read.is_ahead = options_.now && read.end > *options_.now;
        instrument(id).rows.push_back(std::move(read));
    }

    Instrument& instrument(std::string_view id) {
        const auto found = numbers_.find(id);
        if (found != numbers_.end()) return instruments_[found->second];
        numbers_.emplace(std::string(id), instruments_.size());
        instruments_.push_back({std::string(id), {}});
        return instruments_.back();
    }

    // Sorts by time and merges repeats: the same values once, differing values as invalid.
    void order(Instrument& instrument) {
        auto& rows = instrument.rows;
        std::stable_sort(rows.begin(), rows.end(),
                         [](const Row& a, const Row& b) { return a.end < b.end; });
        std::vector<Row> kept;
        for (Row& row : rows) {
            if (kept.empty() || kept.back().end != row.end) {
                kept.push_back(std::move(row));
                continue;
            }
            Row& first = kept.back();
            const bool is_same = first.kwh == row.kwh && first.kw == row.kw &&
                                 first.factors == row.factors && first.flow == row.flow;
            warn(
                row.line,
                fmt::format(
                    "'{}' reports {} again{}", instrument.id, rules::to_iso(row.end, options_.zone),
                    is_same ? "" : fmt::format(" with other values than line {}", first.line)),
                is_same ? "once" : "one value; neither is used as evidence");
            if (!is_same) first.valid = false;
        }
        rows = std::move(kept);
    }

    // What ends after now is no evidence. A clock that is some minutes fast, or local time sent as
    // UTC, shifts all that the instrument says.
    void check_clock(Instrument& instrument) {
        std::vector<Row>& rows = instrument.rows;
        const auto ahead = static_cast<std::size_t>(std::ranges::count(rows, true, &Row::is_ahead));
        if (ahead == 0) return;
        const auto lead = std::chrono::ceil<minutes>(rows.back().end - *options_.now);
        constexpr minutes kLeadMax{90}, kLeadMin{2}, kLocalAsUtc{8 * 60};
        // A row that stands alone is a wrong time, and says nothing of the others.
        const std::size_t past = rows.size() - ahead;
        const bool goes_on =
            past == 0 || rows[past].end - rows[past - 1].end <= 2 * interval_of(rows);
        const bool is_fast = goes_on && lead >= kLeadMin && lead <= kLeadMax;
        const bool is_local_as_utc =
            goes_on && lead > kLocalAsUtc - kLeadMax && lead <= kLocalAsUtc + kLeadMin;
        for (Row& row : rows) {
            if (row.is_ahead || is_fast || is_local_as_utc) row.valid = false;
        }
        const Row& first = *std::ranges::find(rows, true, &Row::is_ahead);
        const std::string what = fmt::format(
            "{} reading{} of '{}' {} from the future, the last by {} min", ahead,
            ahead == 1 ? "" : "s", instrument.id, ahead == 1 ? "is" : "are", lead.count());
        if (is_fast) {
            warn(first.line, what + ": its clock runs ahead",
                 "set the clock; none of its readings is used as evidence");
        } else if (is_local_as_utc) {
            warn(first.line, what + ": local time sent as UTC?",
                 "times with +08:00; none of its readings is used as evidence");
        } else {
            warn(first.line, what, "ends of intervals that have passed; not used as evidence");
        }
    }

    void lay_out(Instrument& instrument) {
        order(instrument);
        check_clock(instrument);
        const minutes interval = interval_of(instrument.rows);
        if (columns_.meter)
            lay_out_power(instrument, interval);
        else
            lay_out_stack(instrument, interval);
    }

    // Rising without a break to many times what the meter could ever count in one interval.
    [[nodiscard]] static bool is_register(const std::vector<Row>& rows, double kwh_possible) {
        std::size_t beyond = 0;
        std::optional<double> last;
        for (const Row& row : rows) {
            if (!row.kwh || row.kw) return false;
            if (last && *row.kwh < *last) return false;
            last = row.kwh;
            if (*row.kwh > kwh_possible) ++beyond;
        }
        return rows.size() >= 4 && beyond * 2 > rows.size();
    }

    void lay_out_power(const Instrument& instrument, minutes interval) {
        rules::PowerSeries series;
        series.interval = interval;
        const rules::MeterFacts* facts = options_.meter ? options_.meter(instrument.id) : nullptr;
        if (facts != nullptr) series.meter = *facts;
        series.meter.id = instrument.id;
        const double hours = static_cast<double>(interval.count()) / 60;
        const auto& rated = series.meter.rated_kw;
        if (rated && is_register(instrument.rows, rules::kAbsurdTimesRated * *rated * hours)) {
            add_fault(faults_, {{reader_.file(), instrument.rows.front().line, 0},
                                fmt::format("kwh of '{}' only rises, far beyond its rated {} kW",
                                            instrument.id, *rated),
                                "the energy of each interval, not the register's total",
                                Severity::kError});
            return;
        }
        std::vector<int> lines;
        for (const Row& row : instrument.rows) {
            if (!row.kwh && !row.kw) continue;
            rules::PowerReading reading{row.end, row.kw ? *row.kw : *row.kwh / hours, row.valid};
            if (reading.kw < 0) {
                warn(row.line,
                     fmt::format("{:.6g} kW of '{}' is negative", reading.kw, instrument.id),
                     "0 or more; not used as evidence");
                reading.valid = false;
            }
            series.readings.push_back(reading);
            lines.push_back(row.line);
        }
        if (!disbelieve_counter(series, lines)) disbelieve_unit(series, lines);
        feed_.meters.push_back(std::move(series));
    }

    // True with a warning where the readings look like a counter; they are then no evidence.
    bool disbelieve_counter(rules::PowerSeries& series, const std::vector<int>& lines) {
        std::vector<double> values;
        for (const rules::PowerReading& reading : series.readings) values.push_back(reading.kw);
        const rules::CounterLook look = rules::counter_look(values);
        rules::CounterRun run{0, look.is_counter ? values.size() : 0};
        if (!look.is_counter) run = rules::counter_run(values);
        if (run.size == 0) return false;
        for (std::size_t i = run.first; i < run.first + run.size; ++i) {
            series.readings[i].valid = false;
        }
        const std::string_view id = series.meter.id;
        std::string what = fmt::format(
            "{} readings of '{}' look like a counter: they rise and rise", run.size, id);
        if (look.is_counter && look.falls > 0) {
            what = fmt::format(
                "readings of '{}' look like a counter: {} of {} steps rise, and it falls {} time{} "
                "(midnight, roll-over, a momentary zero, or the meter was exchanged)",
                id, look.rises, look.steps, look.falls, look.falls == 1 ? "" : "s");
        }
        warn(
            lines[run.first], std::move(what),
            "the energy of each interval, not the register or the day's sum; not used as evidence");
        return look.is_counter;
    }

    // Readings beyond what the meter can see. Where they are many, its unit or its transformer
    // ratio is wrong, and the others are no evidence either.
    void disbelieve_unit(rules::PowerSeries& series, const std::vector<int>& lines) {
        const double rated = series.meter.rated_kw.value_or(0);
        if (rated <= 0) return;
        constexpr std::size_t kSaidSingly = 3, kManyShare = 5;
        std::vector<std::size_t> absurd;
        double most = 0;
        for (std::size_t i = 0; i < series.readings.size(); ++i) {
            rules::PowerReading& reading = series.readings[i];
            most = std::max(most, reading.kw);
            if (reading.kw <= rules::kAbsurdTimesRated * rated) continue;
            reading.valid = false;
            absurd.push_back(i);
        }
        const std::string_view id = series.meter.id;
        if (absurd.empty()) {
            warn_of_a_thousandth(series, lines, most, rated);
            return;
        }
        if (absurd.size() <= kSaidSingly) {
            for (const std::size_t i : absurd) {
                warn(lines[i],
                     fmt::format("{:.6g} kW of '{}' against {:.6g} kW rated", series.readings[i].kw,
                                 id, rated),
                     "check unit and transformer ratio; not used as evidence");
            }
            return;
        }
        const bool are_many = absurd.size() * kManyShare >= series.readings.size();
        if (are_many) {
            for (rules::PowerReading& reading : series.readings) reading.valid = false;
        }
        const bool is_thousandfold = most / 1000 <= 1.5 * rated && most / 1000 >= 0.02 * rated;
        warn(lines[absurd.front()],
             fmt::format(
                 "{} of {} readings of '{}' are beyond its {:.6g} kW rated, up to {:.6g} kW{}",
                 absurd.size(), series.readings.size(), id, rated, most,
                 is_thousandfold ? ": a unit off by a thousand (Wh for kWh)?" : ""),
             are_many ? "check unit and transformer ratio; none of its readings is used as evidence"
                      : "check unit and transformer ratio; not used as evidence");
    }

    void warn_of_a_thousandth(const rules::PowerSeries& series, const std::vector<int>& lines,
                              double most, double rated) {
        constexpr std::size_t kManyMin = 8;
        const bool fits = most * 1000 >= 0.2 * rated && most * 1000 <= 1.5 * rated;
        if (series.readings.size() < kManyMin || !fits) return;
        warn(lines.front(),
             fmt::format(
                 "'{}' never shows more than {:.6g} kW against {:.6g} kW rated: a unit off by "
                 "a thousand (MWh for kWh)?",
                 series.meter.id, most, rated),
             "check unit and transformer ratio before standing is believed");
    }

    void lay_out_stack(const Instrument& instrument, minutes interval) {
        for (std::size_t i = 0; i < columns_.factors.size(); ++i) {
            rules::StackSeries series{instrument.id, {}, columns_.factors[i].first, interval, {}};
            for (const Row& row : instrument.rows) {
                if (!row.factors[i]) continue;
                rules::StackReading reading{row.end, *row.factors[i], row.flow, row.valid};
                if (reading.mg_per_m3 < 0) {
                    warn(row.line,
                         fmt::format("{:.6g} mg/m3 of '{}' is negative", reading.mg_per_m3,
                                     instrument.id),
                         "0 or more; not used as evidence");
                    reading.valid = false;
                }
                series.readings.push_back(reading);
            }
            feed_.stacks.push_back(std::move(series));
        }
    }

    CsvReader reader_;
    const ReadingsCsvOptions& options_;
    std::size_t width_ = 0;
    Columns columns_;
    std::map<std::string, std::size_t, std::less<>> numbers_;
    std::vector<Instrument> instruments_;
    ReadingsFeed feed_;
    rules::Faults faults_;
};

}  // namespace

rules::Result<ReadingsFeed> read_readings_csv(std::string_view bytes, const std::string& file,
                                              const ReadingsCsvOptions& options) {
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    return ReadingsTable(*text, file, options).read();
}

}  // namespace qk::plans
