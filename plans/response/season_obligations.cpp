#include "plans/response/season_obligations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "plans/inventory/grade_cell.hpp"
#include "plans/measures/trades.hpp"
#include "plans/response/enterprise_rows.hpp"
#include "plans/response/rotation.hpp"

namespace qk::plans {
namespace {

// Why a limit asks for less than the window says.
rules::Reason least_load_reason(const rules::Measure& measure, const Line& line) {
    const std::optional<double> least = minimum_load_of(line);
    return {"least-load",
            fmt::format("最低安全负荷为正常负荷的{:g}%：规定压减{:g}%，按{:g}%执行",
                        least.value_or(0) * 100, rules::emission_share(measure) * 100,
                        rules::cut_on(measure, least) * 100),
            fmt::format("lines.csv:{}", line.row)};
}

// What an obligation says of the window that asks it.
std::string said_of(const SeasonWindow& window) {
    const std::string days =
        fmt::format("{}至{}", rules::to_iso(window.from), rules::to_iso(window.to));
    if (window.kind == SeasonKind::kTemporary) {
        return fmt::format("{}（{}；{}），到期自行终止", to_chinese(window.kind), days,
                           window.source);
    }
    return fmt::format("{}（{}；{}），不因解除预警而终止", to_chinese(window.kind), days,
                       rules::to_chinese(window.certainty));
}

// `lines`: all of the enterprise.
rules::Obligation put(const SeasonWindow& window, const Enterprise& enterprise,
                      std::span<const Line> lines, const Line* line, const RegionRules& rules,
                      rules::Zone zone) {
    rules::MeasureTarget target;
    target.treatment_after_stop = rules.treatment_after_stop;
    rules::Obligation obligation;
    obligation.enterprise = enterprise.id;
    if (line != nullptr) {
        target.name = line->name.empty() ? line->id : line->name;
        target.lines = {line->id};
        target.keep_hot = line->uninterruptible;
        target.is_step = is_step_of(window.measure, line);
        target.minimum_load = minimum_load_of(*line);
        target.baseline_kwh_d = baseline_kwh_d_of(*line);
        if (line->uninterruptible) {
            target.ramp_down = std::chrono::minutes{static_cast<int>(line->ramp_down_hours * 60)};
        }
        obligation.line = line->id;
    }
    if (const int batches = window.measure.batches; batches > 0) {
        const int batch = line == nullptr ? batch_of(enterprise, batches)
                                          : batch_of(enterprise, lines, *line, batches);
        target.turn = turn_in_round(batch, rules.first_batch, batches);
        target.batch = batch_name(enterprise, batch, batches);
    }
    obligation.action = rules::action_of(window.measure.form);
    obligation.id = fmt::format("{}/{}/{}/{}", enterprise.id, obligation.line,
                                rules::to_text(obligation.action), window.id);
    obligation.ratio = rules::cut_on(window.measure, target.minimum_load);
    obligation.from = rules::start_of(window.from, zone);
    obligation.to = rules::start_of(window.to + std::chrono::days{1}, zone);
    obligation.detail = rules::sentence_of(window.measure, target);
    if (rules::asks_to_come_down(window.measure.form)) {
        obligation.detail += season_ramp_sentence(target.ramp_down);
    }
    obligation.check = rules::check_of(window.measure, target);
    obligation.verified_by = rules::VerifiedBy::kSiteCheck;
    if (obligation.action == rules::Action::kStop) {
        obligation.treatment_after_stop =
            std::max(window.measure.treatment_after_stop, target.treatment_after_stop);
    }
    obligation.basis = {
        {"inventory", fmt::format("清单第{}行：{}", enterprise.row, enterprise.name),
         fmt::format("enterprises.csv:{}", enterprise.row)},
        {"season", said_of(window), fmt::format("{}；{}", window.id, window.source)}};
    if (line != nullptr && rules::is_held_up(window.measure, target.minimum_load)) {
        obligation.basis.push_back(least_load_reason(window.measure, *line));
    }
    return obligation;
}

// Whether two duties of one enterprise limit production of the same thing in the same days.
bool meet(const SeasonObligation& a, const SeasonObligation& b, const SeasonPlan& season) {
    const SeasonWindow& one = season.windows[a.window];
    const SeasonWindow& other = season.windows[b.window];
    return one.from <= other.to && other.from <= one.to && a.enterprise == b.enterprise &&
           a.obligation.line == b.obligation.line && rules::limits_production(one.measure.form) &&
           rules::limits_production(other.measure.form);
}

std::string named(const SeasonWindow& window) {
    return fmt::format("{}“{}”", to_chinese(window.kind), window.id);
}

// Of two windows on one line the stricter binds; both duties say so. Of equals the first binds.
void say_which_binds(std::vector<SeasonObligation>& duties, const SeasonPlan& season) {
    for (std::size_t i = 0; i < duties.size(); ++i) {
        for (std::size_t k = i + 1;
             k < duties.size() && duties[k].enterprise == duties[i].enterprise; ++k) {
            if (!meet(duties[i], duties[k], season)) continue;
            const SeasonWindow& a = season.windows[duties[i].window];
            const SeasonWindow& b = season.windows[duties[k].window];
            const bool second_binds = rules::is_stricter(b.measure, a.measure);
            const SeasonWindow& binding = second_binds ? b : a;
            const SeasonWindow& beaten = second_binds ? a : b;
            const bool equal = !second_binds && !rules::is_stricter(a.measure, b.measure);
            const std::string text =
                fmt::format("从严执行：{}{}{}{}", named(binding), equal ? "与" : "严于",
                            named(beaten), equal ? "要求相同" : "");
            for (const std::size_t place : {i, k}) {
                duties[place].obligation.basis.push_back({"strictest", text, binding.id});
            }
        }
    }
}

// An enterprise as the windows look at it.
struct Looked {
    std::string industry;  // with its codes
    std::vector<const Trade*> trades;
    const Grade* counts = nullptr;  // by which the two below were made
    std::string grade;
    std::string grade_as;
    SeasonSubject subject;
};

// Whether the window speaks of the enterprise by any of its trades.
bool covers_any(const SeasonWindow& window, Looked& looked, rules::CivilDay day) {
    looked.subject.trade = {};
    if (looked.trades.empty()) return covers(window, looked.subject, day);
    return std::any_of(looked.trades.begin(), looked.trades.end(), [&](const Trade* trade) {
        looked.subject.trade = trade == nullptr ? std::string_view() : trade->id;
        return covers(window, looked.subject, day);
    });
}

// A line that names its trade is spoken of by the windows of that trade alone.
bool covers_line(const SeasonWindow& window, Looked& looked, const Line& line,
                 const TradeTies& ties, rules::CivilDay day) {
    if (window.trades.empty() || line.industry.empty()) return true;
    const Trade* trade = trade_of_line(line.industry, looked.industry, ties);
    if (trade == nullptr) return true;
    looked.subject.trade = trade->id;
    return covers(window, looked.subject, day);
}

// The subject has views into the rest.
void look_at(Looked& looked, const Enterprise& enterprise, const RegionRules& rules) {
    looked.industry = with_codes(enterprise.industry, enterprise.trade_code);
    looked.trades.clear();
    for (const std::string_view part : split_trades(looked.industry)) {
        looked.trades.push_back(find_trade(part, rules.trade_ties));
    }
    looked.counts = nullptr;
    looked.subject.enterprise = enterprise.id;
    looked.subject.region = enterprise.region;
    looked.subject.category = enterprise.category;
    looked.subject.exempt_class = enterprise.exempt_class;
}

void look_at_grade(Looked& looked, const Grade& counts, const RegionRules& rules) {
    if (looked.counts == &counts) return;
    looked.counts = &counts;
    looked.grade = base_grade(rules, counts.name);
    looked.grade_as = treated_as(rules, looked.grade);
    looked.subject.grade = looked.grade;
    looked.subject.grade_as = looked.grade_as;
}

struct SeasonQuestion {
    const Inventory& inventory;
    const SeasonPlan& season;
    const RegionRules& rules;
    const GradesOnDays& grades;
    const std::vector<EnterpriseRows>& rows;
};

// Calls `use(line or null)` for everything that the window speaks of on the day.
template <class Use>
void each_on_day(const SeasonQuestion& of, const SeasonWindow& window, std::size_t i,
                 Looked& looked, rules::CivilDay day, Use use) {
    const LineWords& words = of.rules.line_words ? *of.rules.line_words : built_in_line_words();
    const Enterprise& enterprise = of.inventory.enterprises[i];
    look_at_grade(looked, of.grades.of(enterprise, day), of.rules);
    looked.subject.is_untouched = is_untouched(of.rules, of.inventory, enterprise, day);
    if (!covers_any(window, looked, day)) return;
    if (rules::is_of_enterprise(window.measure.form) || of.rows[i].lines.size() == 0) {
        use(nullptr);
        return;
    }
    for (std::uint32_t l = of.rows[i].lines.first; l < of.rows[i].lines.end; ++l) {
        const Line& line = of.inventory.lines[l];
        if (names_line(window.measure, line, words) &&
            covers_line(window, looked, line, of.rules.trade_ties, day)) {
            use(&line);
        }
    }
}

// Calls `use(window, enterprise number, looked)` for every window that `is_asked` about.
template <class IsAsked, class Use>
void each_window(const SeasonQuestion& of, IsAsked is_asked, Use use) {
    Looked looked;
    for (std::size_t i = 0; i < of.inventory.enterprises.size(); ++i) {
        look_at(looked, of.inventory.enterprises[i], of.rules);
        for (const SeasonWindow& window : of.season.windows) {
            if (is_asked(window)) use(window, i, looked);
        }
    }
}

// That an enterprise is covered by a grade which no edition has printed yet.
void say_grade(rules::Obligation& obligation, const GradeChange* change) {
    if (change == nullptr) return;
    std::string text =
        fmt::format("绩效分级：{}（清单印发后变更，按新级别），自{}起",
                    grade_in_chinese(change->grade.name), rules::to_iso(change->from));
    if (!change->decided_by.empty()) text += fmt::format("，{}决定", change->decided_by);
    obligation.basis.insert(obligation.basis.begin() + 1,
                            {"grade", std::move(text), change->source});
}

// The targets of one window and enterprise, found on each of the days from which another grade
// counts.
class TargetsOfDays {
 public:
    TargetsOfDays(std::vector<SeasonTarget>& all, std::vector<rules::CivilDay> days)
        : all_(all), first_(all.size()), days_(std::move(days)) {}

    [[nodiscard]] const std::vector<rules::CivilDay>& days() const { return days_; }
    void found(SeasonTarget one, std::size_t day) {
        std::size_t place = day == 0 ? all_.size() : first_;
        while (place < all_.size() && all_[place].line != one.line) ++place;
        if (place == all_.size()) all_.push_back(std::move(one));
        if (days_.size() == 1) return;
        on_.resize(all_.size() - first_, std::vector<bool>(days_.size()));
        on_[place - first_][day] = true;
    }
    // What follows `last` is not counted.
    void put_spared(rules::CivilDay last) {
        for (std::size_t t = 0; t < on_.size(); ++t) {
            for (std::size_t d = 0; d < days_.size(); ++d) {
                if (on_[t][d]) continue;
                const rules::CivilDay end =
                    d + 1 < days_.size() ? days_[d + 1] : last + std::chrono::days{1};
                for (rules::CivilDay day = days_[d]; day < end; day += std::chrono::days{1}) {
                    all_[first_ + t].spared.push_back(day);
                }
            }
        }
    }

 private:
    std::vector<SeasonTarget>& all_;
    std::size_t first_;
    std::vector<rules::CivilDay> days_;
    std::vector<std::vector<bool>> on_;  // beside the targets: on which of the days
};

}  // namespace

std::string season_ramp_sentence(std::chrono::minutes ramp) {
    if (ramp.count() <= 0) return {};
    return fmt::format("该线不可骤停，应立即降负荷，{:g}小时内到位。",
                       static_cast<double>(ramp.count()) / 60);
}

std::vector<SeasonObligation> list_season_obligations(
    const Inventory& inventory, const SeasonPlan& season, const RegionRules& rules,
    rules::CivilDay day, rules::Zone zone, const std::vector<GradeChange>* grade_changes) {
    std::vector<SeasonObligation> duties;
    const auto is_held = [day](const SeasonWindow& window) {
        return held_from(window) <= day && day <= window.to;
    };
    const bool is_off_season = std::ranges::none_of(season.windows, is_held);
    if (is_off_season) return duties;
    const std::vector<EnterpriseRows> rows = rows_of(inventory);
    const GradesOnDays grades(rules, grade_changes);
    const SeasonQuestion question{inventory, season, rules, grades, rows};
    const auto use = [&](const SeasonWindow& window, std::size_t i, Looked& looked) {
        // One that is announced is looked at as on its first day.
        const rules::CivilDay on = std::max(day, window.from);
        const Enterprise& enterprise = inventory.enterprises[i];
        const auto lines =
            std::span(inventory.lines).subspan(rows[i].lines.first, rows[i].lines.size());
        each_on_day(question, window, i, looked, on, [&](const Line* line) {
            SeasonObligation duty{static_cast<std::size_t>(&window - season.windows.data()), i,
                                  put(window, enterprise, lines, line, rules, zone)};
            say_grade(duty.obligation, grades.change(enterprise.id, on));
            if (line != nullptr && rules::shown_by_power(window.measure) &&
                has_production_meter(inventory, rows[i], line)) {
                duty.obligation.verified_by = rules::VerifiedBy::kPower;
            }
            duties.push_back(std::move(duty));
        });
    };
    each_window(question, is_held, use);
    say_which_binds(duties, season);
    return duties;
}

std::vector<rules::Obligation> season_duties(const Inventory& inventory, const SeasonPlan& season,
                                             const RegionRules& rules, rules::CivilDay day,
                                             rules::Zone zone,
                                             const std::vector<GradeChange>* grade_changes) {
    std::vector<rules::Obligation> duties;
    for (SeasonObligation& duty :
         list_season_obligations(inventory, season, rules, day, zone, grade_changes)) {
        duties.push_back(std::move(duty.obligation));
    }
    return duties;
}

std::vector<SeasonTarget> season_targets(const Inventory& inventory, const SeasonPlan& season,
                                         const RegionRules& rules, rules::CivilDay as_of,
                                         const std::vector<GradeChange>* grade_changes) {
    std::vector<SeasonTarget> targets;
    const std::vector<EnterpriseRows> rows = rows_of(inventory);
    const GradesOnDays grades(rules, grade_changes);
    const SeasonQuestion question{inventory, season, rules, grades, rows};
    const auto has_begun = [as_of](const SeasonWindow& window) { return window.from <= as_of; };
    const auto use = [&](const SeasonWindow& window, std::size_t i, Looked& looked) {
        const rules::CivilDay last = std::min(window.to, as_of);
        std::vector<rules::CivilDay> days =
            grades.turns_of(inventory.enterprises[i].id, window.from, last);
        days.insert(days.begin(), window.from);
        const auto place = static_cast<std::size_t>(&window - season.windows.data());
        TargetsOfDays of_days(targets, std::move(days));
        for (std::size_t d = 0; d < of_days.days().size(); ++d) {
            each_on_day(question, window, i, looked, of_days.days()[d], [&](const Line* line) {
                SeasonTarget target{place, i, std::nullopt};
                if (line != nullptr) {
                    target.line = static_cast<std::size_t>(line - inventory.lines.data());
                }
                of_days.found(std::move(target), d);
            });
        }
        of_days.put_spared(last);
    };
    each_window(question, has_begun, use);
    return targets;
}

}  // namespace qk::plans
