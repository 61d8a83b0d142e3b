#include "rules/warning/need.hpp"

#include <algorithm>
#include <utility>

namespace qk::rules {
namespace {

std::string values_text(const std::vector<std::int16_t>& values) {
    std::string text;
    for (const std::int16_t value : values) {
        if (!text.empty()) text += "、";
        text += std::to_string(value);
    }
    return text;
}

bool goes_on(const Outlook& outlook, const OutlookWindow& window, Instant now) {
    if (window.span.to <= now) return false;
    const bool is_tail =
        outlook.clean_until && window.span.from <= now && window.span.to <= *outlook.clean_until;
    return !is_tail;
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
            if (window.mandatory && goes_on(outlook, window, now) &&
                window.span.overlaps(episode.span)) {
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

std::string named_source(const std::string& source) {
    return source.empty() ? std::string() : "（来源：" + source + "）";
}

void take_orders_from_above(Need& need, const Situation& s, Instant latest_start) {
    for (const ColourFloor& floor : s.floors) {
        if (floor.span.to <= s.now || floor.span.from > latest_start) continue;
        need_at_least(need, floor.colour, floor.span,
                      {"floor",
                       floor.document + "：" + to_chinese(floor.span, s.zone) + "不低于" +
                           std::string(to_chinese(floor.colour)) + named_source(floor.source),
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
                 "，" + to_chinese(prompt.deadline, s.zone) + "前落实" +
                 named_source(prompt.source),
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
            if (!counts(*outlook, episode, s.now, latest_start)) continue;
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

}  // namespace

ProposalReason window_reason(const Outlook& outlook, const OutlookWindow& window, Zone zone) {
    ProposalReason reason;
    reason.kind = "window";
    reason.source = outlook.source;
    // Advice carries no level, so it is not called by a colour.
    const std::string what(window.mandatory ? to_chinese(window.colour) : "健康提示");
    reason.text = outlook.source + "：" + to_chinese(window.span, zone) + "达到" + what + "条件";
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

bool counts(const Outlook& outlook, const OutlookWindow& window, Instant now,
            Instant latest_start) {
    return goes_on(outlook, window, now) && window.span.from <= latest_start;
}

Need find_need(const Situation& s, const std::vector<const Outlook*>& fresh, Instant latest_start) {
    Need need;
    take_windows(need, s, fresh, latest_start, Weighed::kBinding);
    take_orders_from_above(need, s, latest_start);
    if (need.any) return need;
    Need advice;
    take_windows(advice, s, fresh, latest_start, Weighed::kAdvice);
    return advice;
}

}  // namespace qk::rules
