#include "rules/warning/proposal.hpp"

#include <algorithm>
#include <utility>

namespace qk::rules {
namespace {

// What the fresh forecasts, floors and prompts call for, near enough to act on.
struct Need {
    bool any = false;
    Colour colour = Colour::kYellow;
    bool mandatory = false;
    Span window{};          // union of the windows that count
    Instant colour_from{};  // where the deciding colour begins
    std::optional<std::size_t> clause;
    std::array<int, kColourCount> agree{};
    int of = 0;
    bool bound = false;             // by a floor or prompt rather than by a forecast
    std::optional<Colour> ordered;  // the strictest that a floor or prompt asks for
    std::vector<EpisodeCause> causes;
    std::vector<ProposalReason> reasons;
    std::vector<std::string> sources;
};

std::string span_text(const Span& span, Zone zone) {
    return to_chinese(span.from, zone) + "至" + to_chinese(span.to, zone);
}

std::string values_text(const std::vector<std::int16_t>& values) {
    std::string text;
    for (const std::int16_t value : values) {
        if (!text.empty()) text += "、";
        text += std::to_string(value);
    }
    return text;
}

ProposalReason window_reason(const Outlook& outlook, const OutlookWindow& window, Zone zone) {
    ProposalReason reason;
    reason.kind = "window";
    reason.source = outlook.source;
    // Advice carries no level, so it is not called by a colour.
    const std::string what(window.mandatory ? to_chinese(window.colour) : "健康提示");
    reason.text = outlook.source + "：" + span_text(window.span, zone) + "达到" + what + "条件";
    for (const LegEvidence& leg : window.legs) {
        reason.text += "；AQI＞" + std::to_string(leg.leg.aqi_above) + "持续" +
                       std::to_string(leg.leg.hours.count()) + "小时";
        if (leg.values.size() <= 8 && !leg.values.empty()) {
            reason.text += "（" + values_text(leg.values) + "）";
        }
        reason.values.insert(reason.values.end(), leg.values.begin(), leg.values.end());
    }
    if (window.open) reason.text += "；预报期末仍未结束";
    return reason;
}

// A window counts when it is not over and opens soon enough.
bool counts(const OutlookWindow& window, Instant now, Instant latest_start) {
    return window.span.to > now && window.span.from <= latest_start;
}

// What is left of an episode: the strictest colour whose own stretch is not over yet. (A red
// stretch that has passed no longer counts, one that is still to come does.)
struct Remaining {
    Colour colour = Colour::kYellow;
    const OutlookWindow* deciding = nullptr;
};

Remaining remaining_of(const Outlook& outlook, const OutlookWindow& episode, Colour lowest,
                       Instant now) {
    if (!episode.mandatory) return {lowest, &episode};  // advice has no levels
    for (int c = static_cast<int>(Colour::kRed); c > static_cast<int>(lowest); --c) {
        for (const OutlookWindow& window : outlook.windows[static_cast<std::size_t>(c)]) {
            if (window.mandatory && window.span.to > now && window.span.overlaps(episode.span)) {
                return {static_cast<Colour>(c), &window};
            }
        }
    }
    return {lowest, &episode};
}

void take_episode(Need& need, const OutlookWindow& episode, const Remaining& remaining) {
    const bool stricter = !need.any || remaining.colour > need.colour;
    const bool earlier = need.any && remaining.colour == need.colour &&
                         remaining.deciding->span.from < need.colour_from;
    if (stricter || earlier) {
        need.colour = remaining.colour;
        need.clause = remaining.deciding->clause;
        need.colour_from = remaining.deciding->span.from;
    }
    need.mandatory = need.mandatory || episode.mandatory;
    if (!need.any) need.window = episode.span;
    need.window.from = std::min(need.window.from, episode.span.from);
    need.window.to = std::max(need.window.to, episode.span.to);
    need.any = true;
}

void need_at_least(Need& need, Colour colour, Span span, ProposalReason reason) {
    if (!need.any || !need.mandatory || colour > need.colour) {
        need.colour = colour;
        need.colour_from = span.from;
        need.clause.reset();
        need.bound = true;
    }
    need.mandatory = true;
    need.ordered = std::max(need.ordered.value_or(colour), colour);
    if (!need.any) need.window = span;
    need.window.from = std::min(need.window.from, span.from);
    need.window.to = std::max(need.window.to, span.to);
    need.any = true;
    need.reasons.push_back(std::move(reason));
}

void take_orders_from_above(Need& need, const Situation& s, Instant latest_start) {
    for (const ColourFloor& floor : s.floors) {
        if (floor.span.to <= s.now || floor.span.from > latest_start) continue;
        need_at_least(need, floor.colour, floor.span,
                      {"floor",
                       floor.document + "：" + span_text(floor.span, s.zone) + "不低于" +
                           std::string(to_chinese(floor.colour)),
                       floor.document,
                       {}});
    }
    for (const RegionalPrompt& prompt : s.prompts) {
        const Instant to = prompt.to.value_or(prompt.from + std::chrono::hours(24));
        if (to <= s.now || prompt.from > latest_start) continue;
        need_at_least(
            need, prompt.colour, {prompt.from, to},
            {"prompt",
             "区域预警提示" + prompt.number + "（" + prompt.zone + "）：" +
                 to_chinese(prompt.from, s.zone) + "起" + std::string(to_chinese(prompt.colour)) +
                 "，" + to_chinese(prompt.deadline, s.zone) + "前落实",
             prompt.number,
             {}});
    }
}

// What people stated about the episode, once.
void state_statements(Need& need, const Situation& s, const OutlookWindow& episode) {
    for (const CauseStatement& one : s.causes) {
        if (!one.span.overlaps(episode.span)) continue;
        ProposalReason reason{"cause", one.text, one.source, {}};
        if (std::ranges::count(need.reasons, reason) == 0) need.reasons.push_back(reason);
    }
}

void state_causes(Need& need, const Outlook& outlook, const OutlookWindow& episode) {
    if (episode.excluded.empty()) return;
    std::string causes;
    for (const EpisodeCause cause : episode.excluded) {
        if (!causes.empty()) causes += "、";
        causes += to_chinese(cause);
        if (std::ranges::count(need.causes, cause) == 0) need.causes.push_back(cause);
    }
    need.reasons.push_back({"cause",
                            outlook.source + "：污染成因含" + causes +
                                (episode.mandatory ? "" : "，只作提示，不采取强制措施"),
                            outlook.source,
                            {}});
}

enum class Weighed { kBinding, kAdvice };

void take_windows(Need& need, const Situation& s, const std::vector<const Outlook*>& fresh,
                  Instant latest_start, Weighed weighed) {
    const Colour lowest = s.rules.lift.lowest;
    need.mandatory = weighed == Weighed::kBinding;
    for (const Outlook* outlook : fresh) {
        std::optional<Colour> shows;
        for (const OutlookWindow& episode : outlook->windows[static_cast<std::size_t>(lowest)]) {
            if (episode.mandatory != need.mandatory) continue;
            if (!counts(episode, s.now, latest_start)) continue;
            const Remaining remaining = remaining_of(*outlook, episode, lowest, s.now);
            take_episode(need, episode, remaining);
            need.reasons.push_back(window_reason(*outlook, *remaining.deciding, s.zone));
            state_statements(need, s, episode);
            state_causes(need, *outlook, episode);
            shows = std::max(shows.value_or(remaining.colour), remaining.colour);
        }
        // One that begins later says nothing about this time.
        if (!shows && outlook->begins > latest_start) continue;
        ++need.of;
        if (!shows) continue;
        need.sources.push_back(outlook->source);
        for (std::size_t c = 0; c <= static_cast<std::size_t>(*shows); ++c) ++need.agree[c];
    }
}

// What binds; where nothing does, what is advised on.
Need find_need(const Situation& s, const std::vector<const Outlook*>& fresh, Instant latest_start) {
    Need need;
    take_windows(need, s, fresh, latest_start, Weighed::kBinding);
    take_orders_from_above(need, s, latest_start);
    if (need.any) return need;
    Need advice;
    take_windows(advice, s, fresh, latest_start, Weighed::kAdvice);
    return advice;
}

// Whether any fresh forecast that came after the last lowering shows the colour, or the air has got
// worse since; an order from above asks for neither.
bool is_new_since_lowering(const Situation& s, const std::vector<const Outlook*>& fresh,
                           const Need& need, Instant latest_start) {
    if (!s.lowered || (need.ordered && *need.ordered >= need.colour)) return true;
    const bool is_worse =
        s.observed && s.lowered->aqi && s.observed->aqi > *s.lowered->aqi + s.rules.lift.margin_aqi;
    return is_worse || std::ranges::any_of(fresh, [&](const Outlook* outlook) {
               if (outlook->revision <= s.lowered->revision) return false;
               const auto& windows = outlook->windows[static_cast<std::size_t>(need.colour)];
               return std::ranges::any_of(windows, [&](const OutlookWindow& window) {
                   return window.mandatory == need.mandatory && counts(window, s.now, latest_start);
               });
           });
}

std::string nothing_new(const Situation& s) {
    return to_chinese(s.lowered->at, s.zone) +
           "已降级或解除，此后没有新的预报，实况也未变差，暂不建议再次启动或升级";
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

// What a lowering is asked for: of a level that is about to begin only that the newest forecast
// does not support it, for it would begin before another could confirm. What is in force already is
// lowered as ever.
LiftRules settling_rules(const Situation& s, Colour to) {
    LiftRules rules = s.rules.lift;
    const auto& in_force = s.running->in_force;
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

Assessment assess_longer(const Situation& s, const Need& need, const std::string& why_not_lower,
                         std::vector<std::string> missing) {
    const RunningWarning& running = *s.running;
    // In a colour that no forecast shows any more nobody is asked to go on for longer.
    const bool is_settling = need.mandatory && need.colour < running.colour && !need.bound;
    if (is_settling && !why_not_lower.empty()) return nothing(why_not_lower, std::move(missing));
    if (!running.expected_to || need.window.to < *running.expected_to + s.rules.tolerance) {
        if (!why_not_lower.empty()) return nothing(why_not_lower, std::move(missing));
        return nothing(
            "现行预警与预报相符" + (need.bound ? "；" + need.reasons.back().text : std::string()),
            std::move(missing));
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
        return nothing("上级要求（" + floor->document + "）" + span_text(floor->span, s.zone) +
                           "不低于" + std::string(to_chinese(floor->colour)) + "，不得解除",
                       std::move(missing));
    }
    const SettlingQuestion question{s.now, latest, s.rules.lift.lowest, s.running->since};
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
    return assess_longer(s, need, why_not_lower, std::move(missing));
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
