// How often a warning turns round: the winters of a file of hourly air, played hour by hour with
// simulated forecasts of 20 seeds, every proposal signed an hour after it is made.
//
//   flap_bench [HOURLY.csv...]    default: the episode that the tree ships
//
// Printed: changes and reversals per winter, and lowerings or lifts that were followed by a raise
// or start within 24 hours without a newer forecast. A reversal is a change in the other direction
// that is felt within 48 hours of the one before; the start of another episode days later is none.
// The same winters are played a second time as they were decided before: earlier forecasts read
// with today's observations, no margin, no hours. Exit code 1 when one lowering was undone without
// a newer forecast, or when there are more than half of the reversals of before.
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <random>
#include <sstream>

#include "plans/decision/air_reading.hpp"
#include "plans/decision/situation.hpp"
#include "plans/feeds/hourly_csv.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/warning/proposal.hpp"

namespace {

using namespace qk;
using rules::ChangeKind;
using rules::Instant;
using std::chrono::hours;

constexpr int kSeeds = 20;
constexpr hours kLookBack{14 * 24};
constexpr hours kHorizon{168};
constexpr hours kForecastEvery{12};
constexpr hours kAnswersAfter{1};  // a proposal is signed then, if it still stands
constexpr hours kUndone{24};
constexpr hours kReversal{48};
constexpr std::size_t kPm25 = static_cast<std::size_t>(rules::Pollutant::kPm25);
constexpr std::size_t kPm10 = static_cast<std::size_t>(rules::Pollutant::kPm10);

enum class Decided { kNow, kBefore };

// Normal numbers that are the same with every standard library.
class Normal {
 public:
    explicit Normal(unsigned seed) : bits_(seed) {}
    double next() {
        const double u = (static_cast<double>(bits_() >> 11) + 1) * 0x1p-53;
        const double v = static_cast<double>(bits_() >> 11) * 0x1p-53;
        return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
    }

 private:
    std::mt19937_64 bits_;
};

rules::Concentration scaled(rules::Concentration value, double by) {
    if (value.is_missing()) return value;
    const double micro = static_cast<double>(value.value().millionths) * by;
    return rules::Concentration(rules::Decimal{static_cast<std::int64_t>(micro)});
}

// The truth with an error of its own: one of the whole issue, and one that wanders; both grow with
// the lead time, to some 40 % after four days.
rules::HourlySeries forecast_of(const rules::HourlySeries& truth, Instant issued_at,
                                Normal& normal) {
    rules::HourlySeries forecast{truth.region, issued_at, {}};
    const double of_issue = normal.next();
    double wandering = normal.next();
    for (hours lead{0}; lead < kHorizon; lead += hours{1}) {
        const auto at = static_cast<std::size_t>((issued_at + lead - truth.first) / hours{1});
        if (at >= truth.hours.size()) break;
        constexpr double kMemory = 0.97;
        wandering = kMemory * wandering + std::sqrt(1 - kMemory * kMemory) * normal.next();
        const double days = std::min(1.0, static_cast<double>(lead.count()) / 96);
        const double error = (0.1 + 0.3 * days) * (0.6 * of_issue + 0.8 * wandering);
        rules::HourlyConcentrations hour = truth.hours[at];
        for (rules::Concentration& value : hour) value = scaled(value, std::exp(error));
        forecast.hours.push_back(hour);
    }
    return forecast;
}

struct Issue {
    std::int64_t revision = 0;
    Instant at{};
    rules::HourlySeries hours;
    plans::SeriesInput as_issued;
};

struct Applied {
    Instant at{};      // when it was signed
    Instant effect{};  // when it is felt
    bool is_up = false;
    std::int64_t revision = 0;  // of the newest forecast then
};

struct Count {
    int changes = 0;
    int reversals = 0;
    int undone = 0;  // without a newer forecast within 24 hours

    void operator+=(const Count& other) {
        changes += other.changes;
        reversals += other.reversals;
        undone += other.undone;
    }
};

bool is_down(ChangeKind kind) {
    return kind == ChangeKind::kLower || kind == ChangeKind::kLift || kind == ChangeKind::kSuspend;
}

// One winter with one seed.
class Winter {
 public:
    Winter(const rules::HourlySeries& truth, const plans::RegionPack& pack, unsigned seed,
           Decided decided)
        : truth_(truth), pack_(pack), normal_(seed), decided_(decided) {}

    Count play() {
        const Instant end = truth_.first + hours(truth_.hours.size());
        for (Instant now = truth_.first + hours{48}; now < end - hours{72}; now += hours{1}) {
            if ((now - truth_.first) % kForecastEvery == hours{0}) issue(now);
            if (!issues_.empty()) decide(now);
        }
        return count_;
    }

 private:
    [[nodiscard]] plans::AirQuestion question(Instant now) const {
        return {pack_.trigger.standard,
                {.trigger = {pack_.trigger.standard.hours_as, pack_.zone, now}, .edition = {}},
                now};
    }

    [[nodiscard]] rules::HourlySeries observed(Instant now) const {
        const auto known = (now - truth_.first) / hours{1};
        const auto from = std::max<std::int64_t>(0, known - kLookBack.count());
        return {truth_.region,
                truth_.first + hours{from},
                {truth_.hours.begin() + from, truth_.hours.begin() + known}};
    }

    void issue(Instant now) {
        Issue made;
        made.revision = ++revision_;
        made.at = now;
        made.hours = forecast_of(truth_, now, normal_);
        made.as_issued = plans::hourly_as_issued(observed(now), made.hours, question(now));
        issues_.insert(issues_.begin(), std::move(made));
        if (issues_.size() > 2) issues_.pop_back();
    }

    static void name(plans::SeriesInput& input, const Issue& issue, int earlier) {
        input.source = "simulated";
        input.forecast = std::to_string(issue.revision);
        input.issued_at = issue.at;
        input.earlier = earlier;
    }

    void add_as_before(plans::DecisionInputs& inputs, const rules::HourlySeries& seen) const {
        for (std::size_t i = 0; i < issues_.size(); ++i) {
            plans::SeriesInput input =
                plans::hourly_reading(seen, issues_[i].hours, question(inputs.now));
            input.own.clear();
            input.own_binding.clear();
            name(input, issues_[i], static_cast<int>(i));
            inputs.series.push_back(std::move(input));
        }
        inputs.rules.lift.margin_aqi = 0;
        inputs.lowered.reset();
        if (inputs.running) {
            inputs.running->takes_effect.reset();
            inputs.running->came_down = false;
        }
    }

    void add_as_now(plans::DecisionInputs& inputs, const rules::HourlySeries& seen) const {
        plans::SeriesInput latest =
            plans::hourly_reading(seen, issues_.front().hours, question(inputs.now));
        name(latest, issues_.front(), 0);
        inputs.series.push_back(std::move(latest));
        for (std::size_t i = 0; i < issues_.size(); ++i) {
            inputs.series.push_back(issues_[i].as_issued);
            name(inputs.series.back(), issues_[i], static_cast<int>(i));
        }
    }

    void decide(Instant now) {
        if (running_ && running_->takes_effect && *running_->takes_effect <= now) {
            running_->since = running_->takes_effect;
            running_->takes_effect.reset();
            running_->in_force.reset();
        }
        plans::DecisionInputs inputs{.zone = pack_.zone};
        inputs.now = now;
        inputs.standard = pack_.trigger.standard;
        inputs.rules = plans::proposal_rules_of(pack_);
        inputs.running = running_;
        inputs.lowered = lowered_;
        const rules::HourlySeries seen = observed(now);
        inputs.observed = plans::observed_air(seen, pack_.zone);
        if (decided_ == Decided::kNow) {
            add_as_now(inputs, seen);
        } else {
            add_as_before(inputs, seen);
        }
        const rules::Assessment found = rules::assess(plans::situation_of(inputs));
        switch (rules::compare(found, pending_, {}, now, inputs.rules)) {
            case rules::Novelty::kKeep:
                break;
            case rules::Novelty::kMake:
            case rules::Novelty::kSupersede:
                pending_ = found.proposal;
                pending_since_ = now;
                break;
            case rules::Novelty::kWithdraw:
                pending_.reset();
                break;
        }
        if (pending_ && now - pending_since_ >= kAnswersAfter) {
            apply(*std::exchange(pending_, std::nullopt), inputs);
        }
    }

    void apply(const rules::Proposal& proposal, const plans::DecisionInputs& inputs) {
        const Instant now = inputs.now;
        const bool down = is_down(proposal.kind);
        const bool is_turn = down || !running_ || proposal.colour > running_->colour ||
                             proposal.kind == ChangeKind::kResume;
        if (is_turn) count({now, std::max(now, proposal.from), !down, revision_});
        if (down) {
            lowered_ = rules::LastLowering{now, revision_, std::nullopt};
            if (inputs.observed) lowered_->aqi = inputs.observed->aqi;
        }
        if (proposal.kind == ChangeKind::kLift) {
            running_.reset();
            return;
        }
        // What holds until the new level takes effect.
        std::optional<rules::Colour> holds;
        if (running_) {
            holds = running_->takes_effect ? running_->in_force : std::optional(running_->colour);
        }
        if (!running_) {
            running_.emplace();
            running_->id = "W";
            running_->from = std::max(now, proposal.from);
        }
        if (is_turn) {
            const Instant from = std::max(now, proposal.from);
            running_->since.reset();
            running_->takes_effect.reset();
            running_->came_down = down && proposal.colour < running_->colour;
            (from <= now ? running_->since : running_->takes_effect) = from;
            running_->in_force = from <= now ? std::nullopt : holds;
        }
        running_->colour = proposal.colour;
        running_->mandatory = proposal.mandatory;
        if (proposal.expected_to) running_->expected_to = proposal.expected_to;
    }

    void count(const Applied& applied) {
        ++count_.changes;
        if (last_ && last_->is_up != applied.is_up && applied.effect - last_->effect < kReversal) {
            ++count_.reversals;
        }
        const bool is_undone = last_ && !last_->is_up && applied.is_up &&
                               applied.at - last_->at <= kUndone &&
                               applied.revision == last_->revision;
        if (is_undone) ++count_.undone;
        last_ = applied;
    }

    const rules::HourlySeries& truth_;
    const plans::RegionPack& pack_;
    Normal normal_;
    Decided decided_;
    std::int64_t revision_ = 0;
    std::vector<Issue> issues_;  // the latest first
    std::optional<rules::RunningWarning> running_;
    std::optional<rules::LastLowering> lowered_;
    std::optional<rules::Proposal> pending_;
    Instant pending_since_{};
    std::optional<Applied> last_;
    Count count_;
};

// The mean of all stations, particles alone.
rules::HourlySeries city_of(const std::vector<rules::HourlySeries>& stations) {
    rules::HourlySeries city{"city", stations.front().first, {}};
    for (std::size_t i = 0; i < stations.front().hours.size(); ++i) {
        rules::HourlyConcentrations hour;
        for (const std::size_t pollutant : {kPm25, kPm10}) {
            std::int64_t sum = 0;
            int values = 0;
            for (const rules::HourlySeries& station : stations) {
                const auto at =
                    static_cast<std::int64_t>(i) + (city.first - station.first) / hours{1};
                if (at < 0 || at >= static_cast<std::int64_t>(station.hours.size())) continue;
                const auto value = station.hours[static_cast<std::size_t>(at)][pollutant];
                if (value.is_missing()) continue;
                sum += value.value().millionths;
                ++values;
            }
            if (values > 0) hour[pollutant] = rules::Concentration(rules::Decimal{sum / values});
        }
        city.hours.push_back(hour);
    }
    return city;
}

// November to March, by the year in which it begins.
std::map<int, rules::HourlySeries> winters_of(const rules::HourlySeries& city, rules::Zone zone) {
    std::map<int, rules::HourlySeries> winters;
    for (std::size_t i = 0; i < city.hours.size(); ++i) {
        const Instant hour = city.first + hours(i);
        const std::chrono::year_month_day day(rules::day_of(hour, zone));
        const unsigned month = static_cast<unsigned>(day.month());
        if (month > 3 && month < 11) continue;
        const int year = static_cast<int>(day.year()) - (month <= 3 ? 1 : 0);
        rules::HourlySeries& winter = winters[year];
        if (winter.hours.empty()) winter = {city.region, hour, {}};
        winter.hours.push_back(city.hours[i]);
    }
    return winters;
}

void print(const char* what, const Count& count, std::size_t winters) {
    const double played = static_cast<double>(winters * kSeeds);
    fmt::print(
        "{:<8} 每冬 a winter: 变动 changes {:6.2f}, 反复 reversals {:5.2f}; "
        "无新预报而回升 undone without a newer forecast {}\n",
        what, count.changes / played, count.reversals / played, count.undone);
}

// The city of one file. Ends the benchmark where there is none in it.
rules::HourlySeries read_city(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    const auto feed = plans::read_hourly_csv(text.str(), path, {.zone = rules::kBeijingTime});
    if (feed && !feed->regions.empty()) return city_of(feed->regions);
    fmt::print(stderr, "{}\n", feed ? path + ": no region" : rules::to_text(feed.error()));
    std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> paths(argv + 1, argv + argc);
    if (paths.empty()) {
        paths = {QK_SOURCE_DIR "/packaging/demo-data/beijing_2015-11-25_2015-12-31.csv"};
    }
    const plans::RegionPack pack = plans::built_in_pack("beijing-demo").value();
    std::vector<std::pair<int, rules::HourlySeries>> winters;
    for (const std::string& path : paths) {
        for (auto& winter : winters_of(read_city(path), pack.zone)) winters.push_back(winter);
    }
    std::map<Decided, Count> total;
    for (const auto& [year, winter] : winters) {
        Count of_winter;
        for (unsigned seed = 1; seed <= kSeeds; ++seed) {
            of_winter += Winter(winter, pack, seed, Decided::kNow).play();
            total[Decided::kBefore] += Winter(winter, pack, seed, Decided::kBefore).play();
        }
        total[Decided::kNow] += of_winter;
        print(std::to_string(year).c_str(), of_winter, 1);
    }
    const Count& now = total[Decided::kNow];
    const Count& before = total[Decided::kBefore];
    print("now", now, winters.size());
    print("before", before, winters.size());
    const bool good = now.undone == 0 && now.reversals * 2 <= before.reversals;
    fmt::print("{}\n",
               good ? "达到 ok" : "未达到 MISSED: 0 undone, half of the reversals of before");
    return good ? 0 : 1;
}
