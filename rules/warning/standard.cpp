#include "rules/warning/standard.hpp"

#include <algorithm>
#include <set>

#include "rules/base/enum_words.hpp"

namespace qk::rules {
namespace {

constexpr int kAqiMax = 500;

constexpr EnumWords<Certainty, 4> kCertainties{{
    {Certainty::kPrimary, {"primary", "已核对原文"}},
    {Certainty::kSecondary, {"secondary", "据二手文本"}},
    {Certainty::kRemembered, {"remembered", "未核对"}},
    {Certainty::kSample, {"sample", "样例"}},
}};

bool leg_implies(const Leg& harder, const Leg& easier) {
    return harder.aqi_above >= easier.aqi_above && harder.hours >= easier.hours;
}

// The three below each look at one part of a standard and add what is wrong with it.

void check_leg(const TriggerStandard& standard, std::size_t clause, std::size_t leg_index,
               std::vector<StandardFault>& faults) {
    const Leg& leg = standard.clauses[clause].legs[leg_index];
    if (leg.aqi_above < 0 || leg.aqi_above >= kAqiMax) {
        faults.push_back({clause, leg_index, "aqi_above is " + std::to_string(leg.aqi_above),
                          "0 to 499 (the index ends at 500; 'reaching 500' is above 499)"});
    }
    const HoursAs hours_as = standard.hours_as.value_or(HoursAs::kNaturalDay);
    if (!is_countable(leg, hours_as)) {
        const bool hourly = hours_as == HoursAs::kHourlyRun;
        faults.push_back({clause, leg_index, "hours is " + std::to_string(leg.hours.count()),
                          hourly ? "at least 1"
                                 : "a multiple of 24, because " + std::string(to_text(hours_as)) +
                                       " counts whole days"});
    }
}

void check_order_of_colours(const TriggerStandard& standard, std::vector<StandardFault>& faults) {
    const auto& clauses = standard.clauses;
    for (std::size_t strict = 0; strict < clauses.size(); ++strict) {
        for (std::size_t mild = 0; mild < clauses.size(); ++mild) {
            if (strict == mild || clauses[strict].legs.empty() || clauses[mild].legs.empty()) {
                continue;
            }
            if (!is_implied(clauses[strict], clauses[mild])) continue;
            if (clauses[strict].colour > clauses[mild].colour) {
                faults.push_back({strict, std::nullopt,
                                  std::string(to_text(clauses[strict].colour)) + " '" +
                                      clauses[strict].id + "' is weaker than " +
                                      std::string(to_text(clauses[mild].colour)) + " '" +
                                      clauses[mild].id + "': it holds whenever that one does",
                                  "a higher limit or more hours for the stricter colour"});
            } else if (clauses[strict].colour == clauses[mild].colour &&
                       (strict < mild || !is_implied(clauses[mild], clauses[strict]))) {
                faults.push_back({mild, std::nullopt,
                                  "'" + clauses[mild].id + "' never decides: '" +
                                      clauses[strict].id + "' holds whenever it does",
                                  "leave one of them out", Severity::kWarning});
            }
        }
    }
}

void check_head(const TriggerStandard& standard, std::vector<StandardFault>& faults) {
    const auto wrong = [&](std::string what, std::string cure) {
        faults.push_back({std::nullopt, std::nullopt, std::move(what), std::move(cure)});
    };
    if (standard.id.empty()) wrong("id is missing", "a short name such as \"cn-2024\"");
    if (standard.name.empty()) wrong("name is missing", "the title that people read");
    if (standard.source.empty()) {
        wrong("source is missing", "the document number and article the limits come from");
    }
    if (standard.effective_from && standard.effective_to &&
        *standard.effective_to <= *standard.effective_from) {
        wrong("effective_to " + to_iso(*standard.effective_to) + " is not after effective_from " +
                  to_iso(*standard.effective_from),
              "the first day on which it is no longer in force");
    }
    if (standard.lifting_outlook < std::chrono::hours{0} ||
        standard.lifting_outlook > std::chrono::hours{240}) {
        wrong("lifting_outlook_hours is " + std::to_string(standard.lifting_outlook.count()),
              "0 to 240");
    }
    if (standard.clauses.empty()) wrong("there is no clause", "at least one [[clause]]");
}

}  // namespace

std::string_view to_text(HoursAs hours_as) {
    switch (hours_as) {
        case HoursAs::kNaturalDay:
            return "natural-day";
        case HoursAs::kRolling:
            return "rolling";
        case HoursAs::kHourlyRun:
            return "hourly-run";
    }
    return "";
}

std::optional<HoursAs> parse_hours_as(std::string_view text) {
    for (const HoursAs one : {HoursAs::kNaturalDay, HoursAs::kRolling, HoursAs::kHourlyRun}) {
        if (text == to_text(one)) return one;
    }
    return std::nullopt;
}

std::string_view to_text(Certainty certainty) { return kCertainties.english(certainty); }
std::string_view to_chinese(Certainty certainty) { return kCertainties.chinese(certainty); }
std::optional<Certainty> parse_certainty(std::string_view text) {
    return kCertainties.parse_english(text);
}

std::optional<EpisodeCause> parse_excludable_cause(std::string_view text) {
    // Packs of earlier releases mean 境外 by the bare word.
    if (text == to_text(EpisodeCause::kTransport)) return EpisodeCause::kTransboundary;
    const EpisodeCause cause = parse_cause(text);
    if (is_advisory(cause)) return cause;
    return std::nullopt;
}

bool is_countable(const Leg& leg, HoursAs hours_as) {
    const auto hours = leg.hours.count();
    switch (hours_as) {
        case HoursAs::kNaturalDay:
        case HoursAs::kRolling:
            return hours > 0 && hours % 24 == 0;
        case HoursAs::kHourlyRun:
            return hours > 0;
    }
    return false;
}

bool is_implied(const Clause& easier, const Clause& harder) {
    const auto implied_by_any = [&](const Leg& leg) {
        return std::ranges::any_of(harder.legs,
                                   [&](const Leg& other) { return leg_implies(other, leg); });
    };
    if (easier.legs.size() == 1) return implied_by_any(easier.legs.front());
    // The run that must hold the other legs is that of the first leg, so the first must imply the
    // first.
    return leg_implies(harder.legs.front(), easier.legs.front()) &&
           std::ranges::all_of(easier.legs, implied_by_any);
}

bool is_at_least_as_strict(const TriggerStandard& child, const TriggerStandard& parent) {
    return std::ranges::all_of(parent.clauses, [&](const Clause& wanted) {
        return std::ranges::any_of(child.clauses, [&](const Clause& offered) {
            return offered.colour >= wanted.colour && is_implied(offered, wanted);
        });
    });
}

std::vector<StandardFault> check(const TriggerStandard& standard) {
    std::vector<StandardFault> faults;
    check_head(standard, faults);
    std::set<std::string> ids;
    for (std::size_t i = 0; i < standard.clauses.size(); ++i) {
        const Clause& clause = standard.clauses[i];
        const auto wrong = [&](std::string what, std::string cure) {
            faults.push_back({i, std::nullopt, std::move(what), std::move(cure)});
        };
        if (clause.id.empty())
            wrong("the clause has no id", "for example \"orange-1\"");
        else if (!ids.insert(clause.id).second) {
            wrong("the id '" + clause.id + "' is used twice", "an id of its own");
        }
        if (clause.text.empty()) wrong("the clause has no text", "its words, in Chinese");
        if (clause.legs.empty()) wrong("the clause has no leg", "legs = [{ aqi_above, hours }]");
        for (std::size_t leg = 0; leg < clause.legs.size(); ++leg) {
            check_leg(standard, i, leg, faults);
        }
    }
    check_order_of_colours(standard, faults);
    return faults;
}

}  // namespace qk::rules
