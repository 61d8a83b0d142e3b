#include "plans/feeds/readings_csv.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include "plans/feeds/time_cell.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/missing_mark.hpp"
#include "rules/base/number.hpp"
#include "rules/proof/standing.hpp"

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
            refuse(row, *column, quoted_cell(cell) + " is no reading", number_cure(cell));
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
            refuse(row, *columns_.time, quoted_cell(row.cells[*columns_.time]) + " is no time",
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
        if (options_.now && read.end > *options_.now) {
            warn(row.line, quoted_cell(row.cells[*columns_.time]) + " is from the future",
                 "the end of an interval that has passed");
            read.valid = false;
        }
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

    void lay_out(Instrument& instrument) {
        order(instrument);
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
        for (const Row& row : instrument.rows) {
            if (!row.kwh && !row.kw) continue;
            rules::PowerReading reading{row.end, row.kw ? *row.kw : *row.kwh / hours, row.valid};
            if (reading.kw < 0) {
                warn(row.line,
                     fmt::format("{:.6g} kW of '{}' is negative", reading.kw, instrument.id),
                     "0 or more; not used as evidence");
                reading.valid = false;
            }
            if (rated && *rated > 0 && reading.kw > rules::kAbsurdTimesRated * *rated) {
                warn(row.line,
                     fmt::format("{:.6g} kW of '{}' against {:.6g} kW rated", reading.kw,
                                 instrument.id, *rated),
                     "check unit and transformer ratio; not used as evidence");
                reading.valid = false;
            }
            series.readings.push_back(reading);
        }
        feed_.meters.push_back(std::move(series));
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
