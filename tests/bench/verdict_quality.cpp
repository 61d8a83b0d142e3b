// How good verdicts are, in figures that anybody can make again.
//
//   verdict_quality FOLDER [LINES]
//
// FOLDER holds power series: NAME.csv or NAME.csv.gz with columns day or time first and kW or kWh
// of a quarter of an hour (the two series of real load that this project is judged on, or others).
// Prints the coverage of the stated intervals by series and month, of quarters of an hour, four
// hours and days; then what becomes of planted stops, limits and breaches on those series (truth by
// row, verdict by column), of limits that are kept or ignored by made lines for one, three and
// seven days, and of LINES made line-winters (10,000 if not given) that are looked at after each
// quarter of an hour that can change anything. Exit code 1 where a figure misses what is asked of
// it.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <sstream>
#include <string>

#include "plans/packs/judging.hpp"
#include "rules/compliance/accusation.hpp"
#include "rules/compliance/judge.hpp"

namespace {

using namespace qk::rules;
using namespace std::chrono;
namespace fs = std::filesystem;

constexpr minutes kQuarter{15};
bool all_hold = true;

void ask(bool holds, const std::string& what) {
    if (holds) return;
    all_hold = false;
    std::printf("  MISSED: %s\n", what.c_str());
}

struct Series {
    std::string name;
    PowerSeries power;
};

struct CloseFile {
    void operator()(std::FILE* file) const { ::pclose(file); }
};

// Lines of a file, unpacked where it is packed.
std::vector<std::string> lines_of(const fs::path& path) {
    const std::string command =
        (path.extension() == ".gz" ? "zcat '" : "cat '") + path.string() + "'";
    const std::unique_ptr<std::FILE, CloseFile> pipe(::popen(command.c_str(), "r"));
    std::vector<std::string> lines;
    std::string line;
    for (int c = 0; pipe && (c = std::fgetc(pipe.get())) != EOF;) {
        if (c != '\n') {
            line.push_back(static_cast<char>(c));
            continue;
        }
        lines.push_back(std::move(line));
        line.clear();
    }
    return lines;
}

// Labels name the end of an interval where the first of a day is 00:15 and the start where it is
// 00:00; a day's last label may be 00:00 of the same day, so the order of lines decides.
Series read_series(const fs::path& path) {
    Series series;
    series.name = path.filename().string();
    const std::vector<std::string> lines = lines_of(path);
    if (lines.size() < 2) return series;
    const bool is_energy = lines[0].find("kwh") != std::string::npos;
    const bool marks_end = lines[1].find(" 00:15") != std::string::npos;
    Instant before{};
    for (std::size_t i = 1; i < lines.size(); ++i) {
        std::istringstream cells(lines[i]);
        std::string label;
        std::string value;
        std::getline(cells, label, ',');
        std::getline(cells, value, ',');
        const auto at =
            parse_instant(label.substr(0, 10) + "T" + label.substr(11) + ":00", kBeijingTime);
        if (!at || value.empty()) continue;
        Instant end = marks_end ? *at : *at + kQuarter;
        if (marks_end && end <= before) end += 24h;
        const double kw = std::strtod(value.c_str(), nullptr) * (is_energy ? 4 : 1);
        if (end > before) series.power.readings.push_back({end, kw});
        before = std::max(before, end);
    }
    series.power.meter = {series.name, "E1", "L1", MeterRole::kProduction, {}, {}};
    series.power.interval = kQuarter;
    return series;
}

// ---- coverage ----

struct Held {
    double count = 0;
    double in_90 = 0;
    double in_99 = 0;
    void add(bool in90, bool in99, double weight = 1) {
        count += weight;
        in_90 += in90 ? weight : 0;
        in_99 += in99 ? weight : 0;
    }
};
struct HeldByLength {
    Held quarter, block, day;
};

void print(const std::string& name, const HeldByLength& held) {
    const auto share = [](double in, double of) { return of > 0 ? 100 * in / of : 0; };
    std::printf("  %-9s", name.c_str());
    for (const Held* one : {&held.quarter, &held.block, &held.day}) {
        std::printf(" | %6.0f: 90 %% holds %5.1f, 99 %% holds %6.2f", one->count,
                    share(one->in_90, one->count), share(one->in_99, one->count));
    }
    std::printf("\n");
}

PowerSeries piece_of(const PowerSeries& all, Instant from, Instant to) {
    PowerSeries piece{all.meter, all.interval, {}};
    const auto first = std::ranges::upper_bound(all.readings, from, {}, &PowerReading::end);
    for (auto at = first; at != all.readings.end() && at->end <= to; ++at) {
        piece.readings.push_back(*at);
    }
    return piece;
}

void count_quarters(const PowerSeries& day, const MeterBaseline& baseline, const Tails& tails,
                    HeldByLength& into) {
    const Calibration& c = *baseline.calibration;
    for (const PowerReading& reading : day.readings) {
        const int minute = minute_of_day(reading.end - 1s, kBeijingTime);
        const auto slot = static_cast<std::size_t>(minute / 15);
        const double off = (reading.kw - *baseline.kw_at(reading.end, kBeijingTime)) / c.level_kw /
                           c.slot_scale[slot];
        into.quarter.add(off <= tails.above.once_in_20 && -off <= tails.below.once_in_20,
                         off <= tails.above.once_in_200 && -off <= tails.below.once_in_200);
    }
}

void count_span(const PowerSeries& day, const MeterBaseline& baseline, const Span& span,
                Held& into) {
    const auto band = energy_band(baseline, span, kQuarter, kBeijingTime);
    double kwh = 0;
    long seen = 0;
    for (const PowerReading& reading : day.readings) {
        if (reading.end <= span.from || reading.end > span.to) continue;
        kwh += reading.kw / 4;
        ++seen;
    }
    if (!band || seen != span.length() / kQuarter) return;  // a gap makes no statement
    into.add(kwh >= band->low(0.05) && kwh <= band->high(0.05),
             kwh >= band->low(0.005) && kwh <= band->high(0.005));
}

void print_coverage(const Series& series, const JudgingParameters& parameters) {
    std::printf("\n%s: each day guessed from those before it (quarters | 4 hours | days)\n",
                series.name.c_str());
    std::map<std::string, HeldByLength> held;
    const Instant last = series.power.readings.back().end;
    CivilDay day = day_of(series.power.readings.front().end, kBeijingTime) + days{1};
    for (; start_of(day + days{1}, kBeijingTime) <= last; day += days{1}) {
        const Instant start = start_of(day, kBeijingTime);
        const PowerSeries past = piece_of(series.power, start - days{70}, start);
        const auto baseline = baseline_of(past, start, {}, parameters, kBeijingTime);
        if (!baseline.calibration) continue;
        const PowerSeries own = piece_of(series.power, start, start + 24h);
        const SpecialDay* special = baseline.special_day(day);
        const int ahead = static_cast<int>((day - baseline.last_day).count());
        const Tails tails =
            baseline.calibration->tails_at(ahead, special != nullptr && special->is_ramp).slot;
        const std::string month = to_iso(day).substr(5, 2);
        std::vector<std::string> keys{"all", "month " + month};
        if (month == "01" || month == "02") keys.emplace_back("Jan-Feb");
        for (const std::string& key : keys) {
            HeldByLength& into = held[key];
            count_quarters(own, baseline, tails, into);
            for (int block = 0; block < 6; ++block) {
                const Instant from = start + hours{4 * block};
                count_span(own, baseline, {from, from + 4h}, into.block);
            }
            count_span(own, baseline, {start, start + 24h}, into.day);
        }
    }
    for (const auto& [key, one] : held) print(key, one);
    for (const std::string key : {"all", "Jan-Feb", "month 01", "month 02"}) {
        const auto check = [&key](const char* what, const Held& one) {
            if (one.count == 0) return;
            const double in_90 = one.in_90 / one.count;
            const double in_99 = one.in_99 / one.count;
            const std::string of = key + ", " + what;
            ask(in_90 >= 0.88 && in_90 <= 0.92, of + ": the 90 % interval holds 88-92 %");
            ask(in_99 >= 0.985 && in_99 <= 0.995, of + ": the 99 % interval holds 98.5-99.5 %");
        };
        check("quarters", held[key].quarter);
        check("4 hours", held[key].block);
        check("days", held[key].day);
    }
}

// ---- behaviours ----

using Change = double (*)(double kw, double standing_kw, Instant end, Instant start);

struct Behaviour {
    const char* name;
    bool is_stop;
    double cut;
    bool obeys;
    Change change;
};

bool at_night(Instant end) {
    const int hour = hour_of_day(end - 1s, kBeijingTime);
    return hour >= 23 || hour < 5;
}
bool on_shift(Instant end, Instant start) {
    const auto hour = duration_cast<hours>(end - 1s - start).count();
    return hour >= 32 && hour < 40;  // eight hours of the second day
}

const std::vector<Behaviour> kBehaviours{
    {"stop kept", true, 1, true, [](double, double s, Instant, Instant) { return s; }},
    {"stop: one shift run", true, 1, false,
     [](double kw, double s, Instant end, Instant start) {
         return on_shift(end, start) ? std::max(kw, 10 * s) : s;
     }},
    {"stop: every night run", true, 1, false,
     [](double kw, double s, Instant end, Instant) {
         return at_night(end) ? std::max(kw, 10 * s) : s;
     }},
    {"stop ignored", true, 1, false, [](double kw, double, Instant, Instant) { return kw; }},
    {"limit 30 % kept exactly", false, 0.3, true,
     [](double kw, double, Instant, Instant) { return 0.7 * kw; }},
    {"limit 50 % kept exactly", false, 0.5, true,
     [](double kw, double, Instant, Instant) { return 0.5 * kw; }},
    {"limit 30 %: ignored", false, 0.3, false,
     [](double kw, double, Instant, Instant) { return kw; }},
    {"limit 50 %: ignored", false, 0.5, false,
     [](double kw, double, Instant, Instant) { return kw; }},
    {"limit 50 %: half of it", false, 0.5, false,
     [](double kw, double, Instant, Instant) { return 0.75 * kw; }},
    {"limit 30 %: one day of three", false, 0.3, false,
     [](double kw, double, Instant end, Instant start) {
         const bool is_second = end > start + 24h && end <= start + 48h;
         return is_second ? kw : 0.7 * kw;
     }},
};

struct Tally {
    std::map<Compliance, int> count;
    int all = 0;
    int listed_leads() { return count[Compliance::kBreach] + count[Compliance::kBreachSuspected]; }
    void add(Compliance compliance) {
        ++count[compliance];
        ++all;
    }
};

void print(const char* name, Tally& tally) {
    std::printf("  %-58s %7d: compliant %6d, cannot tell %6d, suspected %6d, breach %6d\n", name,
                tally.all, tally.count[Compliance::kCompliant],
                tally.count[Compliance::kCannotTell], tally.count[Compliance::kBreachSuspected],
                tally.count[Compliance::kBreach]);
}

Obligation obligation_of(const Behaviour& behaviour, Instant start, hours length) {
    Obligation owed;
    owed.id = "E1/L1";
    owed.enterprise = "E1";
    owed.line = "L1";
    owed.action = behaviour.is_stop ? Action::kStop : Action::kLimitLoad;
    owed.ratio = behaviour.cut;
    owed.from = start;
    owed.to = start + length;
    owed.verified_by = VerifiedBy::kPower;
    if (behaviour.is_stop) {
        owed.check = LineStands{};
    } else {
        owed.check = LoadAtMost{behaviour.cut, 0min, {}};
    }
    return owed;
}

std::optional<Compliance> verdict_on(const PowerSeries& power, const MeterBaseline& baseline,
                                     const Obligation& owed, Instant to,
                                     const JudgingParameters& parameters) {
    Evidence evidence;
    evidence.lines = {"L1"};
    evidence.meters.push_back({power, baseline});
    const auto answer = judge({owed, evidence, {owed.from, to}, parameters, kBeijingTime});
    if (!answer.verdict) return std::nullopt;
    return answer.verdict->compliance;
}

void judge_real(const Series& series, const JudgingParameters& parameters) {
    std::printf("\n%s: orders of three days planted every third day\n", series.name.c_str());
    std::map<std::string, Tally> tallies;
    const hours length{72};
    const Instant last = series.power.readings.back().end;
    CivilDay day = day_of(series.power.readings.front().end, kBeijingTime) + days{15};
    for (; start_of(day, kBeijingTime) + length <= last; day += days{3}) {
        const Instant start = start_of(day, kBeijingTime);
        PowerSeries past = piece_of(series.power, start - days{70}, start);
        const PowerSeries own = piece_of(series.power, start, start + length);
        double standing = 0;
        std::vector<double> kws;
        for (const PowerReading& reading : past.readings) kws.push_back(reading.kw);
        if (kws.empty() || own.readings.empty()) continue;
        std::ranges::nth_element(kws,
                                 kws.begin() + static_cast<std::ptrdiff_t>(kws.size() * 9 / 10));
        standing = 0.05 * kws[kws.size() * 9 / 10];
        past.meter.idle_kw = standing;
        const auto baseline = baseline_of(past, start, {}, parameters, kBeijingTime);
        for (const Behaviour& behaviour : kBehaviours) {
            PowerSeries power = own;
            power.meter = past.meter;
            for (PowerReading& reading : power.readings) {
                reading.kw = behaviour.change(reading.kw, standing, reading.end, start);
            }
            const auto found = verdict_on(power, baseline, obligation_of(behaviour, start, length),
                                          start + length, parameters);
            if (found) tallies[behaviour.name].add(*found);
        }
    }
    for (const Behaviour& behaviour : kBehaviours) {
        Tally& tally = tallies[behaviour.name];
        print(behaviour.name, tally);
        if (behaviour.obeys) {
            ask(tally.count[Compliance::kBreach] == 0, "no breach of a line that obeys");
        } else if (behaviour.is_stop) {
            ask(tally.listed_leads() >= 0.95 * tally.all,
                "at least 95 % of broken stops are leads");
        }
    }
}

// ---- made lines ----

struct MadeLine {
    double day_noise;
    double slot_noise;
    bool has_shifts = false;
    bool rests_on_sundays = false;
    bool works_rests_in_orders = false;
    bool level_moves = false;  // ten days of fifty at three quarters
    bool has_long_orders = false;
};

// So many days from `from` on: a level that wanders and days with heavy tails.
PowerSeries made_power(std::mt19937_64& random, const MadeLine& line, Instant from, int length,
                       const std::vector<Span>& orders) {
    std::student_t_distribution<double> heavy(5);
    std::normal_distribution<double> normal(0, 1);
    PowerSeries power;
    power.meter = {"M1", "E1", "L1", MeterRole::kProduction, 1200.0, 30.0};
    power.interval = kQuarter;
    double wander = 0;
    for (int day = 0; day < length; ++day) {
        wander = 0.9 * wander + line.day_noise * 0.4 * normal(random);
        double level = 600 * std::exp(wander + line.day_noise * heavy(random) * 0.77);
        if (line.level_moves && day / 10 % 5 == 4) level *= 0.75;
        const Instant start = from + days{day};
        const bool is_ordered = std::ranges::any_of(orders, [&](const Span& order) {
            return order.overlaps({start, start + 24h});
        });
        const bool is_sunday = weekday{day_of(start, kBeijingTime)} == Sunday;
        const bool rests =
            line.rests_on_sundays && is_sunday && !(line.works_rests_in_orders && is_ordered);
        for (int slot = 0; slot < 96; ++slot) {
            const Instant end = start + kQuarter * (slot + 1);
            const bool is_on = !rests && (!line.has_shifts || (slot >= 24 && slot < 88));
            const double noise = std::max(0.2, 1 + line.slot_noise * normal(random));
            power.readings.push_back({end, is_on ? level * noise : 30 * noise});
        }
    }
    return power;
}

bool is_worse(Compliance a, Compliance b) {
    const auto rank = [](Compliance one) {
        if (one == Compliance::kBreach) return 3;
        if (one == Compliance::kBreachSuspected) return 2;
        return one == Compliance::kCannotTell ? 1 : 0;
    };
    return rank(a) > rank(b);
}

// The worst answer of any look; of a stop, looks every six hours, of a limit, after each day.
Compliance worst_look(const PowerSeries& power, const MeterBaseline& baseline,
                      const Obligation& owed, const JudgingParameters& parameters) {
    const auto step = owed.action == Action::kStop ? hours{6} : hours{24};
    Compliance worst = Compliance::kCompliant;
    for (Instant now = owed.from + step; now <= *owed.to; now += step) {
        const auto found = verdict_on(power, baseline, owed, now, parameters);
        if (found && is_worse(*found, worst)) worst = *found;
    }
    return worst;
}

// Limits that are ignored, and kept to the letter, by lines whose days and quarters differ by 5 %.
void judge_ignored(const JudgingParameters& parameters) {
    constexpr int kLines = 200;
    std::printf(
        "\nlimits kept and ignored by %d made lines each, days and quarters of 5 %% noise\n",
        kLines);
    const Instant start = start_of(local_days{2025y / November / 17}, kBeijingTime);
    std::normal_distribution<double> normal(0, 1);
    for (const int past : {14, 63}) {
        for (const double cut : {0.1, 0.2, 0.3, 0.5}) {
            for (const int length : {1, 3, 7}) {
                Tally ignored;
                Tally kept;
                std::mt19937_64 random(20261130);
                for (int i = 0; i < kLines; ++i) {
                    PowerSeries power;
                    power.meter = {"M1", "E1", "L1", MeterRole::kProduction, 1200.0, 30.0};
                    power.interval = kQuarter;
                    for (int day = -past; day < length; ++day) {
                        const double level = 600 * (1 + 0.05 * normal(random));
                        for (int slot = 0; slot < 96; ++slot) {
                            power.readings.push_back({start + days{day} + kQuarter * (slot + 1),
                                                      level * (1 + 0.05 * normal(random))});
                        }
                    }
                    const auto baseline = baseline_of(power, start, {}, parameters, kBeijingTime);
                    const Behaviour behaviour{"", false, cut, false, nullptr};
                    const hours whole{24 * length};
                    const Obligation owed = obligation_of(behaviour, start, whole);
                    PowerSeries own = piece_of(power, start, start + whole);
                    // At its end; of who keeps to it, the worst that any look says.
                    if (const auto last =
                            verdict_on(own, baseline, owed, start + whole, parameters)) {
                        ignored.add(*last);
                    }
                    for (PowerReading& reading : own.readings) reading.kw *= 1 - cut;
                    kept.add(worst_look(own, baseline, owed, parameters));
                }
                const std::string name = std::to_string(past) + " days known, limit " +
                                         std::to_string(static_cast<int>(cut * 100 + 0.5)) +
                                         " %, " + std::to_string(length) + " days";
                print((name + ", ignored").c_str(), ignored);
                print((name + ", kept").c_str(), kept);
                ask(kept.count[Compliance::kBreach] == 0, name + ": no breach of a kept limit");
                if (cut < 0.3) continue;
                ask(ignored.listed_leads() >= 0.99 * ignored.all,
                    name + ": at least 99 % of ignored limits are leads");
            }
        }
    }
}

void judge_made(int lines, const JudgingParameters& parameters) {
    std::printf(
        "\n%d made line-winters of lines that obey, each with up to twelve orders; the worst "
        "answer "
        "of a winter\n",
        lines);
    std::map<std::string, Tally> tallies;
    const Instant from = start_of(local_days{2025y / September / 1}, kBeijingTime);
    constexpr int kDays = 160;
    std::mt19937_64 random(20261130);
    const std::vector<const Behaviour*> kept{&kBehaviours[0], &kBehaviours[4], &kBehaviours[5]};
    for (int i = 0; i < lines; ++i) {
        const MadeLine line{0.01 + 0.01 * (i % 12),
                            0.02 + 0.02 * (i % 5),
                            i % 6 < 2,
                            i % 4 == 0,
                            i % 8 == 0,
                            i % 7 == 3,
                            i % 5 == 2};
        const Behaviour& played = *kept[static_cast<std::size_t>(i / 4) % kept.size()];
        std::vector<Span> orders;
        Instant start = from + days{63};
        for (int order = 0;; ++order) {
            const days length{line.has_long_orders ? 10 + order % 5 : 3 + order % 3};
            if (start + length > from + days{kDays}) break;
            orders.push_back({start, start + length});
            start += 2 * length;
        }
        const PowerSeries power = made_power(random, line, from, kDays, orders);
        Compliance worst = Compliance::kCompliant;
        std::vector<Span> earlier;
        for (const Span& order : orders) {
            const auto baseline = baseline_of(power, order.from, earlier, parameters, kBeijingTime);
            PowerSeries own = piece_of(power, order.from, order.to);
            for (PowerReading& reading : own.readings) {
                reading.kw = played.change(reading.kw, 30, reading.end, order.from);
            }
            const auto length = std::chrono::duration_cast<hours>(order.length());
            const Compliance look =
                worst_look(own, baseline, obligation_of(played, order.from, length), parameters);
            if (is_worse(look, worst)) worst = look;
            earlier.push_back(order);
        }
        std::string name = played.name;
        if (line.works_rests_in_orders) name += ", rest days worked";
        if (line.level_moves) name += ", level moves";
        if (line.has_long_orders) name += ", long orders";
        tallies[name].add(worst);
    }
    Tally all;
    for (auto& [name, tally] : tallies) {
        print(name.c_str(), tally);
        for (const auto& [compliance, count] : tally.count) all.count[compliance] += count;
        all.all += tally.all;
        ask(tally.count[Compliance::kBreach] == 0, name + ": no breach in a winter");
    }
    print("all", all);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) {
        std::fprintf(stderr, "verdict_quality FOLDER [LINES]\n");
        return 2;
    }
    const JudgingParameters parameters = qk::plans::sample_judging_parameters();
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(arguments[1])) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with("power_15min_")) files.push_back(entry.path());
    }
    std::ranges::sort(files);
    for (const fs::path& file : files) {
        const Series series = read_series(file);
        if (series.power.readings.empty()) continue;
        print_coverage(series, parameters);
        judge_real(series, parameters);
    }
    judge_ignored(parameters);
    judge_made(count > 2 ? std::atoi(arguments[2]) : 10'000, parameters);
    return all_hold ? 0 : 1;
}
