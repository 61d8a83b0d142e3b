#include "rules/warning/proposal.hpp"

#include <algorithm>
#include <utility>

#include "rules/warning/need.hpp"

namespace qk::rules {
namespace {

// Whether the forecast shows what is needed in an episode that counts; the colour's own stretch may
// open later than the episode.
bool shows_colour(const Outlook& outlook, const Need& need, const Situation& s,
                  Instant latest_start) {
    const auto& episodes = outlook.windows[static_cast<std::size_t>(s.rules.lift.lowest)];
    const auto& stretches = outlook.windows[static_cast<std::size_t>(need.colour)];
    return std::ranges::any_of(episodes, [&](const OutlookWindow& episode) {
        if (episode.mandatory != need.mandatory || !counts(outlook, episode, s.now, latest_start)) {
            return false;
        }
        return std::ranges::any_of(stretches, [&](const OutlookWindow& stretch) {
            return stretch.mandatory == need.mandatory && stretch.span.to > s.now &&
                   stretch.span.overlaps(episode.span);
        });
    });
}

// Whether any fresh forecast that came after the last lowering shows the colour, or the air has got
// worse since and is heavy by itself (an ordinary evening is worse than the afternoon before); an
// order from above asks for neither.
bool is_new_since_lowering(const Situation& s, const std::vector<const Outlook*>& fresh,
                           const Need& need, Instant latest_start) {
    if (!s.lowered || (need.ordered && *need.ordered >= need.colour)) return true;
    const bool is_worse = s.observed && s.lowered->aqi &&
                          s.observed->aqi > s.rules.immediate_aqi_above &&
                          s.observed->aqi > *s.lowered->aqi + s.rules.lift.margin_aqi;
    return is_worse || std::ranges::any_of(fresh, [&](const Outlook* outlook) {
               return outlook->revision > s.lowered->revision &&
                      shows_colour(*outlook, need, s, latest_start);
           });
}

std::string nothing_new(const Situation& s) {
    return to_chinese(s.lowered->at, s.zone) +
           "已降级、解除或会商从轻，此后没有新的预报，实况也未变差，暂不建议再次启动、升级或延长";
}

Proposal proposal_of(ChangeKind kind, const Need& need, const Situation& s, Instant from) {
    Proposal proposal;
    proposal.kind = kind;
    proposal.colour = need.colour;
    proposal.mandatory = need.mandatory;
    if (!need.mandatory) proposal.causes = need.causes;
    proposal.from = std::max(from, s.now);
    proposal.expected_to = need.window.to;
    proposal.window = need.window;
    proposal.clause = need.clause;
    proposal.agree = need.agree;
    proposal.of = need.of;
    proposal.reasons = need.reasons;
    proposal.sources = need.sources;
    const int showing = need.agree[static_cast<std::size_t>(need.colour)];
    proposal.likelihood = showing == need.of && need.of > 0 ? Likelihood::kAll
                          : showing > 0                     ? Likelihood::kSome
                                                            : Likelihood::kNone;
    return proposal;
}

Assessment propose(Proposal proposal, std::vector<std::string> missing) {
    Assessment answer;
    answer.finding = AssessmentKind::kPropose;
    answer.reason = proposal.reasons.empty() ? std::string() : proposal.reasons.front().text;
    answer.proposal = std::move(proposal);
    answer.missing = std::move(missing);
    return answer;
}

Assessment nothing(std::string reason, std::vector<std::string> missing) {
    Assessment answer;
    answer.finding = AssessmentKind::kNothing;
    answer.reason = std::move(reason);
    answer.missing = std::move(missing);
    return answer;
}

Assessment cannot_tell(std::vector<std::string> missing) {
    Assessment answer;
    answer.finding = AssessmentKind::kCannotTell;
    answer.reason = "无法判断：" + (missing.empty() ? std::string("缺少数据") : missing.front());
    answer.missing = std::move(missing);
    return answer;
}

// Whether hours stay polluted until then: the tail of a 24-hour mean is no pollution to come.
bool is_polluted_until(const Outlook& outlook, Instant until) {
    if (outlook.clean_until) return false;
    return !outlook.polluted || std::ranges::any_of(*outlook.polluted, [until](const Span& span) {
        return span.to >= until;
    });
}

// 持续重污染且 12 小时内无改善: the air is heavy now and every fresh forecast leaves it so.
std::optional<Proposal> immediate_start(const Situation& s,
                                        const std::vector<const Outlook*>& fresh,
                                        std::vector<std::string>& missing) {
    if (!s.observed || s.observed->aqi <= s.rules.immediate_aqi_above) return std::nullopt;
    if (s.observed->until + s.rules.observation_fresh < s.now) return std::nullopt;
    const std::string hours = std::to_string(s.rules.immediate_outlook.count());
    int known = 0;
    for (const Outlook* outlook : fresh) {
        if (outlook->begins > s.now + s.rules.immediate_outlook) continue;
        if (!outlook->least_soon) {
            missing.push_back(outlook->source + "：缺少未来" + hours + "小时预报");
            continue;
        }
        if (*outlook->least_soon <= s.rules.immediate_aqi_above) return std::nullopt;
        if (!is_polluted_until(*outlook, s.now + s.rules.immediate_outlook)) return std::nullopt;
        ++known;
    }
    if (known == 0) return std::nullopt;
    Need need = find_need(s, fresh, s.now + s.rules.immediate_outlook);
    if (!is_new_since_lowering(s, fresh, need, s.now + s.rules.immediate_outlook)) {
        return std::nullopt;
    }
    if (!need.any || !need.mandatory) {
        need.colour = s.rules.lift.lowest;
        need.mandatory = true;
        need.window = {s.now, s.now + s.rules.immediate_outlook};
    }
    need.reasons.insert(
        need.reasons.begin(),
        {"observed",
         "实况：截至" + to_chinese(s.observed->until, s.zone) + "的24小时AQI为" +
             std::to_string(s.observed->aqi) + "，未来" + hours + "小时无明显改善，立即启动",
         "observations",
         {static_cast<std::int16_t>(s.observed->aqi)}});
    Proposal proposal = proposal_of(ChangeKind::kStart, need, s, s.now);
    proposal.immediate = true;
    return proposal;
}

void state_lead(Proposal& proposal, const Situation& s) {
    if (proposal.from - s.now >= s.rules.lead_time) return;
    const std::string hours = std::to_string(s.rules.lead_time.count());
    if (s.rules.same_day_start) {
        proposal.short_lead = true;
        proposal.reasons.push_back(
            {"lead", "距生效不足" + hours + "小时，按规定可随时发布、即时生效", "", {}});
        return;
    }
    proposal.from = s.now + s.rules.lead_time;
    proposal.reasons.push_back(
        {"lead",
         "提前量" + hours + "小时，生效时间顺延至" + to_chinese(proposal.from, s.zone),
         "",
         {}});
}

Assessment assess_start(const Situation& s, const std::vector<const Outlook*>& fresh,
                        std::vector<std::string> missing) {
    if (auto now = immediate_start(s, fresh, missing)) return propose(*now, std::move(missing));
    const Need need = find_need(s, fresh, s.now + s.rules.propose_within);
    if (need.any && (!fresh.empty() || need.bound)) {
        if (!is_new_since_lowering(s, fresh, need, s.now + s.rules.propose_within)) {
            return nothing(nothing_new(s), std::move(missing));
        }
        Proposal proposal = proposal_of(ChangeKind::kStart, need, s, need.window.from);
        state_lead(proposal, s);
        if (proposal.expected_to <= proposal.from) {
            return nothing("窗口在最早可生效时间之前已结束", std::move(missing));
        }
        return propose(std::move(proposal), std::move(missing));
    }
    bool reaches = false;
    for (const Outlook* outlook : fresh) {
        reaches = reaches || outlook->known_until > s.now + s.rules.lift.outlook;
    }
    if (!reaches) return cannot_tell(std::move(missing));
    const std::string hours = std::to_string(s.rules.propose_within.count());
    return nothing("未来" + hours + "小时内没有达到预警条件的时段", std::move(missing));
}

// The time from one forecast of a source to the next, by its last two.
std::chrono::seconds interval_of(const Situation& s, const Outlook& latest) {
    std::chrono::seconds interval = s.rules.lead_time;
    for (const Outlook& before : s.outlooks) {
        if (before.source != latest.source || before.earlier != 1) continue;
        interval = std::min<std::chrono::seconds>(interval, latest.issued_at - before.issued_at);
    }
    return interval;
}

// When the next forecast comes: one that is late may come at any time, so another interval is given
// to it.
Instant next_forecast(const Situation& s) {
    Instant next = s.now + s.rules.lead_time;
    for (const Outlook& latest : s.outlooks) {
        if (latest.earlier > 0 || latest.as_issued) continue;
        const std::chrono::seconds interval = interval_of(s, latest);
        const Instant due = latest.issued_at + interval;
        next = std::min(next, due > s.now ? due : s.now + interval);
    }
    return next;
}

// Whether the level is decided, not in force yet, and would be before another forecast comes.
bool is_about_to_begin(const Situation& s) {
    const auto& takes_effect = s.running->takes_effect;
    return takes_effect && *takes_effect > s.now && *takes_effect <= next_forecast(s);
}

// A level that has not begun may be put to the officer again on one forecast alone; that one has to
// be three times as clear.
constexpr int kWaitingMargin = 3;

// What a lowering is asked for: of a level that is about to begin only that the newest forecast
// does not support it, for it would begin before another could confirm. What is in force already is
// lowered as ever.
LiftRules settling_rules(const Situation& s, Colour to) {
    LiftRules rules = s.rules.lift;
    const auto& in_force = s.running->in_force;
    // Only said here: the windows were made with it (situation.cpp).
    if (s.running->takes_effect) rules.margin_aqi *= kWaitingMargin;
    if (is_about_to_begin(s) && (!in_force || to >= *in_force)) {
        rules.confirmations = 1;
        rules.settle = std::chrono::hours(0);
    }
    return rules;
}

void state_unsupported(Need& need, const Situation& s) {
    if (!is_about_to_begin(s)) return;
    need.reasons.insert(need.reasons.begin(), {"unsupported",
                                               std::string(to_chinese(s.running->colour)) + "定于" +
                                                   to_chinese(*s.running->takes_effect, s.zone) +
                                                   "生效，最新预报不再支持，提请在生效前重新研判",
                                               "",
                                               {}});
}

// The colour to lower to, as far down to `needed` as the 36-hour rule allows now and as has
// settled, also for what opens by `latest`; empty: none. What stands in the way of the first step
// is told in `why_not`.
std::optional<std::pair<Colour, ClearanceAnswer>> lower_target(const Situation& s, Colour needed,
                                                               Instant latest,
                                                               std::string& why_not) {
    std::optional<std::pair<Colour, ClearanceAnswer>> target;
    for (int c = static_cast<int>(s.running->colour) - 1; c >= static_cast<int>(needed); --c) {
        const auto colour = static_cast<Colour>(c);
        ClearanceAnswer answer = check_lower(s.outlooks, s.now, colour, s.rules.lift, s.zone);
        if (answer.clearance != Clearance::kClear) {
            if (!target) why_not = answer.reason;
            return target;
        }
        const SettlingQuestion question{s.now, latest, static_cast<Colour>(c + 1),
                                        s.running->since};
        const SettlingAnswer settling =
            check_settled(s.outlooks, question, settling_rules(s, colour), s.zone);
        if (settling.settling != Settling::kSettled) {
            if (!target) why_not = settling.reason;
            return target;
        }
        target = std::pair(colour, std::move(answer));
    }
    return target;
}

Assessment assess_longer(const Situation& s, const std::vector<const Outlook*>& fresh,
                         const Need& need, const std::string& why_not_lower,
                         std::vector<std::string> missing) {
    const RunningWarning& running = *s.running;
    const Instant latest = std::max(s.now, running.from) + s.rules.merge_gap;
    // In a colour that no forecast shows any more nobody is asked to go on for longer.
    const bool is_settling = need.mandatory && need.colour < running.colour && !need.bound;
    if (is_settling && !why_not_lower.empty()) return nothing(why_not_lower, std::move(missing));
    if (!running.expected_to || need.window.to < *running.expected_to + s.rules.tolerance) {
        if (!why_not_lower.empty()) return nothing(why_not_lower, std::move(missing));
        return nothing(
            "现行预警与预报相符" + (need.bound ? "；" + need.reasons.back().text : std::string()),
            std::move(missing));
    }
    // Neither is an end that people set in a consultation put off again by what they had before
    // them.
    if (!is_new_since_lowering(s, fresh, need, latest)) {
        return nothing(nothing_new(s), std::move(missing));
    }
    const bool is_second = need.window.from > std::max(s.now, running.from);
    Proposal proposal =
        proposal_of(is_second ? ChangeKind::kMerge : ChangeKind::kExtend, need, s, s.now);
    proposal.colour = running.colour;
    proposal.mandatory = running.mandatory;
    proposal.reasons.push_back({"end",
                                "预计结束时间由" + to_chinese(*running.expected_to, s.zone) +
                                    "改为" + to_chinese(need.window.to, s.zone),
                                "",
                                {}});
    return propose(std::move(proposal), std::move(missing));
}

// What binds and is forecast later than a lift looks, by the newest forecasts.
std::vector<std::pair<const Outlook*, const OutlookWindow*>> windows_ahead(const Situation& s,
                                                                           Instant latest) {
    std::vector<std::pair<const Outlook*, const OutlookWindow*>> ahead;
    for (const Outlook& outlook : s.outlooks) {
        if (outlook.earlier > 0 || outlook.as_issued) continue;
        if (!is_fresh(outlook, s.now, s.rules.lift.stale_after)) continue;
        for (const auto& window : outlook.windows[static_cast<std::size_t>(s.rules.lift.lowest)]) {
            if (window.mandatory && window.span.from > latest)
                ahead.emplace_back(&outlook, &window);
        }
    }
    return ahead;
}

// Whoever signs a lift knows that he may start again.
void state_ahead(std::vector<ProposalReason>& reasons, const Situation& s, Instant latest) {
    for (const auto& [outlook, window] : windows_ahead(s, latest)) {
        ProposalReason reason = window_reason(*outlook, *window, s.zone);
        reason.kind = "ahead";
        reason.text = "另有下一次过程，届时另行研判：" + reason.text;
        reasons.push_back(std::move(reason));
    }
}

// A level that came by a lowering need not have been in force for long: a lift goes the same way.
SettlingQuestion lift_question(const Situation& s, Instant latest) {
    const std::optional<Instant> since = s.running->came_down ? std::nullopt : s.running->since;
    return {s.now, latest, s.rules.lift.lowest, since};
}

// The end of what binds: a lift, or a suspension where advice is left.
Assessment assess_lift(const Situation& s, const Need& nearest, Instant latest,
                       std::vector<std::string> missing) {
    const bool has_begun = s.running->from <= s.now;
    ClearanceAnswer answer = check_lift(s.outlooks, s.now, s.rules.lift, s.zone, has_begun);
    switch (answer.clearance) {
        case Clearance::kCannotTell:
            return cannot_tell(std::move(answer.missing));
        case Clearance::kNotClear:
            return nothing(answer.reason, std::move(missing));
        case Clearance::kClear:
            break;
    }
    if (const ColourFloor* floor = forbidding_floor(s.floors, s.now, std::nullopt)) {
        return nothing("上级要求（" + floor->document + "）" + to_chinese(floor->span, s.zone) +
                           "不低于" + std::string(to_chinese(floor->colour)) + "，不得解除",
                       std::move(missing));
    }
    const SettlingQuestion question = lift_question(s, latest);
    // Of a warning that holds nothing yet no level ends by a lift.
    const LiftRules settling_by = has_begun ? s.rules.lift : settling_rules(s, s.rules.lift.lowest);
    const SettlingAnswer settling = check_settled(s.outlooks, question, settling_by, s.zone);
    if (settling.settling != Settling::kSettled) {
        return nothing(settling.reason, std::move(missing));
    }
    Need need = nearest;
    const bool is_suspension = need.any;
    need.colour = s.running->colour;
    need.clause.reset();
    need.reasons.insert(need.reasons.begin(), {"clear", answer.reason, "", {}});
    state_unsupported(need, s);
    if (is_suspension) {
        return propose(proposal_of(ChangeKind::kSuspend, need, s, s.now), std::move(missing));
    }
    need.mandatory = s.running->mandatory;
    need.window = {s.now, s.now + s.rules.lift.outlook};
    need.sources = answer.sources;
    Proposal proposal = proposal_of(ChangeKind::kLift, need, s, s.now);
    proposal.expected_to.reset();
    proposal.likelihood = Likelihood::kAll;
    state_ahead(proposal.reasons, s, latest);
    return propose(std::move(proposal), std::move(missing));
}

// Down to `colour`, as far as may be, where nothing that binds is near.
std::optional<Assessment> lower_to(const Situation& s, Colour colour, Instant latest,
                                   const std::vector<std::string>& missing) {
    std::string why_not;
    const auto target = lower_target(s, colour, latest, why_not);
    if (!target) return std::nullopt;
    Need need;
    need.colour = target->first;
    need.mandatory = true;
    need.window = {s.now, s.running->expected_to.value_or(s.now + s.rules.lift.outlook)};
    need.sources = target->second.sources;
    need.of = static_cast<int>(need.sources.size());
    need.reasons.push_back({"clear", target->second.reason, "", {}});
    state_unsupported(need, s);
    for (const auto& [outlook, window] : windows_ahead(s, latest)) {
        need.window.to = std::max(need.window.to, window->span.to);
    }
    state_ahead(need.reasons, s, latest);
    return propose(proposal_of(ChangeKind::kLower, need, s, s.now), missing);
}

// A raise that nothing supports any more goes back to the level in force, which alone is lifted by
// the hours that were polluted.
std::optional<Assessment> lower_unsupported(const Situation& s, Instant latest,
                                            const std::vector<std::string>& missing) {
    const RunningWarning& running = *s.running;
    if (!is_about_to_begin(s) || !running.in_force || *running.in_force >= running.colour) {
        return std::nullopt;
    }
    return lower_to(s, *running.in_force, latest, missing);
}

// Whether nothing but time stands in the way of a lift, and less than half of the settling time is
// left: then nobody is lowered first and let go a few hours later. That the polluted hours ended
// less than the settling time ago is a matter of time, too.
bool settles_soon(const Situation& s, Instant latest) {
    LiftRules without_waiting = s.rules.lift;
    without_waiting.settle = std::chrono::hours(0);
    if (check_lift(s.outlooks, s.now, without_waiting, s.zone).clearance != Clearance::kClear) {
        return false;
    }
    const SettlingAnswer settling =
        check_settled(s.outlooks, lift_question(s, latest), s.rules.lift, s.zone);
    if (settling.settling == Settling::kUnconfirmed) return false;
    std::optional<Instant> settled_at = settling.settled_at;
    if (settling.settling == Settling::kSettled) settled_at = s.now;
    if (!settled_at) return false;
    for (const Outlook& outlook : s.outlooks) {
        if (outlook.earlier > 0 || outlook.as_issued || !outlook.polluted) continue;
        for (const Span& span : *outlook.polluted) {
            if (span.to <= s.now) settled_at = std::max(*settled_at, span.to + s.rules.lift.settle);
        }
    }
    return *settled_at - s.now <= s.rules.lift.settle / 2;
}

// What is not lifted because another episode comes goes on in the colour of that one.
Assessment lift_or_lower(const Situation& s, const Need& nearest, Instant latest,
                         const std::vector<std::string>& missing) {
    Assessment lift = assess_lift(s, nearest, latest, missing);
    if (lift.finding != AssessmentKind::kNothing || s.running->from > s.now) return lift;
    std::optional<Colour> next;
    for (const auto& [outlook, window] : windows_ahead(s, latest)) {
        next = std::max(next.value_or(window->colour), window->colour);
    }
    const bool is_milder = next && *next < s.running->colour;
    if (nearest.any || !is_milder || !s.running->mandatory) return lift;
    if (settles_soon(s, latest)) return lift;
    return lower_to(s, *next, latest, missing).value_or(std::move(lift));
}

Assessment assess_raise(const Situation& s, const std::vector<const Outlook*>& fresh,
                        const Need& need, Instant latest, std::vector<std::string> missing) {
    const RunningWarning& running = *s.running;
    if (!is_new_since_lowering(s, fresh, need, latest)) {
        return nothing(nothing_new(s), std::move(missing));
    }
    if (!running.mandatory) {
        return propose(proposal_of(ChangeKind::kResume, need, s, need.colour_from),
                       std::move(missing));
    }
    const bool is_second = need.window.from > std::max(s.now, running.from) &&
                           running.expected_to && need.window.to > *running.expected_to;
    return propose(
        proposal_of(is_second ? ChangeKind::kMerge : ChangeKind::kRaise, need, s, need.colour_from),
        std::move(missing));
}

// Beside a running warning: what opens before the merge gap has passed belongs to it.
Assessment assess_running(const Situation& s, const std::vector<const Outlook*>& fresh,
                          std::vector<std::string> missing) {
    const RunningWarning& running = *s.running;
    const Instant latest = std::max(s.now, running.from) + s.rules.merge_gap;
    const Need need = find_need(s, fresh, latest);
    if (!need.any || (running.mandatory && !need.mandatory)) {
        if (auto lower = lower_unsupported(s, latest, missing)) return *std::move(lower);
        return lift_or_lower(s, need, latest, missing);
    }
    const bool is_stricter =
        need.colour > running.colour && need.colour_from <= s.now + s.rules.propose_within;
    if (need.mandatory && (is_stricter || !running.mandatory)) {
        return assess_raise(s, fresh, need, latest, std::move(missing));
    }
    std::string why_not_lower;
    if (need.mandatory && need.colour < running.colour) {
        if (auto target = lower_target(s, need.colour, latest, why_not_lower)) {
            Need lower = need;
            if (target->first != need.colour) lower.clause.reset();
            lower.colour = target->first;
            lower.reasons.insert(lower.reasons.begin(), {"clear", target->second.reason, "", {}});
            state_unsupported(lower, s);
            // A warning that has not begun yet begins no earlier for being lowered.
            return propose(proposal_of(ChangeKind::kLower, lower, s, std::max(s.now, running.from)),
                           std::move(missing));
        }
    }
    return assess_longer(s, fresh, need, why_not_lower, std::move(missing));
}

}  // namespace

Assessment assess(const Situation& situation) {
    std::vector<const Outlook*> fresh;
    std::vector<std::string> missing = situation.unreadable;
    for (const Outlook& outlook : situation.outlooks) {
        if (outlook.earlier > 0 || outlook.as_issued) continue;  // see check_settled()
        if (is_fresh(outlook, situation.now, situation.rules.lift.stale_after)) {
            fresh.push_back(&outlook);
            const Instant until = situation.now + situation.rules.lift.outlook;
            if (outlook.begins <= until && outlook.known_until <= until) {
                missing.push_back(outlook.source + "：" +
                                  to_chinese(outlook.known_until, situation.zone) + "之后缺少预报");
            }
        } else {
            missing.push_back(outlook.source + "：" +
                              to_chinese(outlook.issued_at, situation.zone) + "发布的预报已过期");
        }
    }
    if (fresh.empty()) missing.emplace_back("没有在有效期内的预报");
    return situation.running ? assess_running(situation, fresh, std::move(missing))
                             : assess_start(situation, fresh, std::move(missing));
}

}  // namespace qk::rules
