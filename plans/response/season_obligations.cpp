#include "plans/response/season_obligations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "plans/measures/trades.hpp"
#include "plans/response/enterprise_rows.hpp"
#include "plans/response/rotation.hpp"

namespace qk::plans {
namespace {

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
    looked.grade = base_grade(rules, enterprise.grade.name);
    looked.grade_as = treated_as(rules, looked.grade);
    looked.subject.enterprise = enterprise.id;
    looked.subject.region = enterprise.region;
    looked.subject.grade = looked.grade;
    looked.subject.grade_as = looked.grade_as;
    looked.subject.category = enterprise.category;
    looked.subject.exempt_class = enterprise.exempt_class;
}

// Calls `use(window, enterprise number, line or null)` for everything that a window speaks of.
template <class Holds, class Use>
void each_target(const Inventory& inventory, const std::vector<EnterpriseRows>& rows,
                 const SeasonPlan& season, const RegionRules& rules, Holds day_of_window, Use use) {
    const LineWords& words = rules.line_words ? *rules.line_words : built_in_line_words();
    Looked looked;
    for (std::size_t i = 0; i < inventory.enterprises.size(); ++i) {
        const Enterprise& enterprise = inventory.enterprises[i];
        look_at(looked, enterprise, rules);
        for (const SeasonWindow& window : season.windows) {
            const std::optional<rules::CivilDay> day = day_of_window(window);
            if (!day) continue;
            looked.subject.is_untouched = is_untouched(rules, inventory, enterprise, *day);
            if (!covers_any(window, looked, *day)) continue;
            if (rules::is_of_enterprise(window.measure.form) || rows[i].lines.size() == 0) {
                use(window, i, nullptr);
                continue;
            }
            for (std::uint32_t l = rows[i].lines.first; l < rows[i].lines.end; ++l) {
                const Line& line = inventory.lines[l];
                if (names_line(window.measure, line, words) &&
                    covers_line(window, looked, line, rules.trade_ties, *day)) {
                    use(window, i, &line);
                }
            }
        }
    }
}

}  // namespace

std::string season_ramp_sentence(std::chrono::minutes ramp) {
    if (ramp.count() <= 0) return {};
    return fmt::format("该线不可骤停，应立即降负荷，{:g}小时内到位。",
                       static_cast<double>(ramp.count()) / 60);
}

std::vector<SeasonObligation> list_season_obligations(const Inventory& inventory,
                                                      const SeasonPlan& season,
                                                      const RegionRules& rules, rules::CivilDay day,
                                                      rules::Zone zone) {
    std::vector<SeasonObligation> duties;
    const std::span<const Line> lines(inventory.lines);
    // One that is announced is looked at as on its first day.
    const auto on_day = [day](const SeasonWindow& window) {
        const bool is_held = held_from(window) <= day && day <= window.to;
        return is_held ? std::optional(std::max(day, window.from)) : std::nullopt;
    };
    const bool is_off_season = std::none_of(season.windows.begin(), season.windows.end(), on_day);
    if (is_off_season) return duties;
    const std::vector<EnterpriseRows> rows = rows_of(inventory);
    const auto lines_of = [&](std::size_t i) {
        return lines.subspan(rows[i].lines.first, rows[i].lines.size());
    };
    each_target(inventory, rows, season, rules, on_day,
                [&](const SeasonWindow& window, std::size_t i, const Line* line) {
                    SeasonObligation duty{
                        static_cast<std::size_t>(&window - season.windows.data()), i,
                        put(window, inventory.enterprises[i], lines_of(i), line, rules, zone)};
                    if (line != nullptr && rules::shown_by_power(window.measure) &&
                        has_production_meter(inventory, rows[i], line)) {
                        duty.obligation.verified_by = rules::VerifiedBy::kPower;
                    }
                    duties.push_back(std::move(duty));
                });
    say_which_binds(duties, season);
    return duties;
}

std::vector<rules::Obligation> season_duties(const Inventory& inventory, const SeasonPlan& season,
                                             const RegionRules& rules, rules::CivilDay day,
                                             rules::Zone zone) {
    std::vector<rules::Obligation> duties;
    for (SeasonObligation& duty : list_season_obligations(inventory, season, rules, day, zone)) {
        duties.push_back(std::move(duty.obligation));
    }
    return duties;
}

std::vector<SeasonTarget> season_targets(const Inventory& inventory, const SeasonPlan& season,
                                         const RegionRules& rules, rules::CivilDay as_of) {
    std::vector<SeasonTarget> targets;
    const auto begun = [as_of](const SeasonWindow& window) {
        return window.from <= as_of ? std::optional(window.from) : std::nullopt;
    };
    each_target(inventory, rows_of(inventory), season, rules, begun,
                [&](const SeasonWindow& window, std::size_t i, const Line* line) {
                    SeasonTarget target{static_cast<std::size_t>(&window - season.windows.data()),
                                        i, std::nullopt};
                    if (line != nullptr) {
                        target.line = static_cast<std::size_t>(line - inventory.lines.data());
                    }
                    targets.push_back(target);
                });
    return targets;
}

}  // namespace qk::plans
