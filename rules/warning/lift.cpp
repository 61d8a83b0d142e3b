#include "rules/warning/lift.hpp"

#include <algorithm>

namespace qk::rules {
namespace {

// The latest forecast of a source, fresh, and about the time in question.
bool is_asked(const Outlook& outlook, Instant now, const LiftRules& rules) {
    return outlook.earlier == 0 && !outlook.as_issued &&
           is_fresh(outlook, now, rules.stale_after) && outlook.begins <= now + rules.outlook;
}

using Windows = std::array<std::vector<OutlookWindow>, kColourCount>;

bool is_within(const OutlookWindow& window, const SettlingQuestion& question, Instant since) {
    return window.mandatory && window.span.to > since && window.span.from <= question.until;
}

// What binds and is not over at `since`.
bool shows(const Windows& by_colour, const SettlingQuestion& question, Instant since) {
    const auto& windows = by_colour[static_cast<std::size_t>(question.colour)];
    return std::ranges::any_of(
        windows, [&](const OutlookWindow& window) { return is_within(window, question, since); });
}

// The same of windows that are near the condition. The margin asks whether the condition is almost
// met; it does not bring forward an episode that meets it anyway, after the outlook.
bool shows_near(const Outlook& outlook, const SettlingQuestion& question, Instant since) {
    const auto colour = static_cast<std::size_t>(question.colour);
    const auto is_early_part = [&](const OutlookWindow& near) {
        return near.span.from > question.now &&
               std::ranges::any_of(outlook.windows[colour], [&](const OutlookWindow& met) {
                   return met.mandatory && met.span.from > question.until &&
                          met.span.from < near.span.to && met.span.to > near.span.from;
               });
    };
    return std::ranges::any_of(outlook.near_windows[colour], [&](const OutlookWindow& near) {
        return is_within(near, question, since) && !is_early_part(near);
    });
}

// When the air and the newest forecast will have been below for the settling time; empty: the
// forecast is above again.
std::optional<Instant> air_settled_at(const Outlook& latest, const SettlingQuestion& question,
                                      std::chrono::hours settle) {
    if (shows_near(latest, question, question.now)) return std::nullopt;
    const auto colour = static_cast<std::size_t>(question.colour);
    Instant last = latest.last_above[colour].value_or(question.now - settle);
    for (const OutlookWindow& window : latest.near_windows[colour]) {
        if (is_within(window, question, question.now - settle) && window.span.to <= question.now) {
            last = std::max(last, window.span.to);
        }
    }
    return last + settle;
}

// When every source's newest forecast and the level itself will have settled; empty: one of them
// is above again, so that more than time is in the way.
std::optional<Instant> all_settled_at(const std::vector<Outlook>& outlooks,
                                      const SettlingQuestion& question, const LiftRules& rules) {
    Instant settled_at = question.since ? *question.since + rules.settle : question.now;
    for (const Outlook& latest : outlooks) {
        if (!is_asked(latest, question.now, rules)) continue;
        const auto of_source = air_settled_at(latest, question, rules.settle);
        if (!of_source) return std::nullopt;
        settled_at = std::max(settled_at, *of_source);
    }
    return settled_at;
}

// What keeps the newest forecast from having settled, in words.
std::string too_near(const std::optional<Instant>& settled_at, const std::string& condition,
                     const LiftRules& rules) {
    if (!settled_at) {
        return "最新预报仍接近" + condition + "，余量不足" + std::to_string(rules.margin_aqi) +
               "（AQI）";
    }
    return "实况低于" + condition + "未满" + std::to_string(rules.settle.count()) + "小时";
}

// A revision as it was issued; inputs of earlier releases have it with the air of today alone.
const Outlook* find_revision(const std::vector<Outlook>& outlooks, const std::string& source,
                             int earlier) {
    const Outlook* found = nullptr;
    for (const Outlook& outlook : outlooks) {
        if (outlook.source != source || outlook.earlier != earlier) continue;
        if (outlook.as_issued) return &outlook;
        if (found == nullptr) found = &outlook;
    }
    return found;
}

// The first polluted hour that forbids a lift, in words; empty: none does.
std::string polluted_hours(const std::vector<Outlook>& outlooks, Instant now,
                           const LiftRules& rules, Zone zone) {
    for (const Outlook& outlook : outlooks) {
        if (!is_asked(outlook, now, rules) || !outlook.polluted) continue;
        for (const Span& span : *outlook.polluted) {
            if (span.to <= now - rules.settle || span.from > now + rules.outlook) continue;
            const std::string hours =
                to_chinese(span.from, zone) + "至" + to_chinese(span.to, zone);
            if (span.to > now) {
                return outlook.source + "：" + hours + "仍有污染小时，未来" +
                       std::to_string(rules.outlook.count()) + "小时内不满足解除条件";
            }
            return "污染小时于" + to_chinese(span.to, zone) + "结束，未满" +
                   std::to_string(rules.settle.count()) + "小时，暂不满足解除条件";
        }
    }
    return {};
}

// Clear of the windows of `colour` and stricter ones for longer than the outlook.
ClearanceAnswer check_clear(const std::vector<Outlook>& outlooks, Instant now, Colour colour,
                            const LiftRules& rules, Zone zone) {
    ClearanceAnswer answer;
    const Instant until = now + rules.outlook;
    const std::string hours = std::to_string(rules.outlook.count()) + "小时";
    for (const Outlook& outlook : outlooks) {
        if (!is_asked(outlook, now, rules)) continue;
        answer.sources.push_back(outlook.source);
        for (const OutlookWindow& window : outlook.windows[static_cast<std::size_t>(colour)]) {
            if (!window.mandatory || window.span.to <= now || window.span.from > until) continue;
            if (answer.next_window && *answer.next_window <= window.span.from) continue;
            answer.next_window = window.span.from;
            answer.clearance = Clearance::kNotClear;
            answer.reason = outlook.source + "：" + to_chinese(window.span.from, zone) + "至" +
                            to_chinese(window.span.to, zone) + "仍达到" +
                            std::string(to_chinese(window.colour)) + "条件，未来" + hours +
                            "内不满足解除（降级）条件";
        }
        if (outlook.known_until <= until) {
            answer.missing.push_back(outlook.source + "：" + to_chinese(outlook.known_until, zone) +
                                     "之后缺少预报，判断需超过" + hours);
        }
    }
    if (answer.next_window) return answer;
    if (answer.sources.empty()) answer.missing.emplace_back("没有在有效期内的预报");
    if (!answer.missing.empty()) {
        answer.reason = "无法判断：" + answer.missing.front();
        return answer;
    }
    answer.clearance = Clearance::kClear;
    answer.reason = "现已低于" + std::string(to_chinese(colour)) + "条件，且预报此后超过";
    answer.reason += hours + "不再达到（" + std::to_string(answer.sources.size()) + "份预报一致）";
    return answer;
}

}  // namespace

std::string_view to_text(Clearance clearance) {
    switch (clearance) {
        case Clearance::kClear:
            return "clear";
        case Clearance::kNotClear:
            return "not_clear";
        case Clearance::kCannotTell:
            break;
    }
    return "cannot_tell";
}

bool is_fresh(const Outlook& outlook, Instant now, std::chrono::hours stale_after) {
    return outlook.issued_at <= now && outlook.issued_at + stale_after >= now;
}

ClearanceAnswer check_lift(const std::vector<Outlook>& outlooks, Instant now,
                           const LiftRules& rules, Zone zone, bool has_begun) {
    ClearanceAnswer answer = check_clear(outlooks, now, rules.lowest, rules, zone);
    if (answer.clearance == Clearance::kNotClear || !has_begun) return answer;
    std::string polluted = polluted_hours(outlooks, now, rules, zone);
    if (polluted.empty()) return answer;
    answer.clearance = Clearance::kNotClear;
    answer.reason = std::move(polluted);
    return answer;
}

ClearanceAnswer check_lower(const std::vector<Outlook>& outlooks, Instant now, Colour colour,
                            const LiftRules& rules, Zone zone) {
    if (colour == Colour::kRed) {
        ClearanceAnswer answer;
        answer.clearance = Clearance::kNotClear;
        answer.reason = "红色为最高级别，不存在降至红色";
        return answer;
    }
    const auto stricter = static_cast<Colour>(static_cast<int>(colour) + 1);
    return check_clear(outlooks, now, stricter, rules, zone);
}

SettlingAnswer check_settled(const std::vector<Outlook>& outlooks, const SettlingQuestion& question,
                             const LiftRules& rules, Zone zone) {
    if (question.since && question.now < *question.since + rules.settle) {
        return {Settling::kTooSoon,
                "现行级别自" + to_chinese(*question.since, zone) + "起执行，未满" +
                    std::to_string(rules.settle.count()) + "小时，暂不建议降级或解除",
                all_settled_at(outlooks, question, rules)};
    }
    const std::string wanted =
        "；须连续" + std::to_string(rules.confirmations) + "次预报一致才建议降级或解除";
    const std::string condition = std::string(to_chinese(question.colour)) + "条件";
    for (const Outlook& latest : outlooks) {
        if (!is_asked(latest, question.now, rules)) continue;
        const auto settled_at = air_settled_at(latest, question, rules.settle);
        if (!settled_at || *settled_at > question.now) {
            return {Settling::kTooNear,
                    latest.source + "：" + too_near(settled_at, condition, rules) +
                        "，暂不建议降级或解除",
                    all_settled_at(outlooks, question, rules)};
        }
        for (int earlier = 0; earlier < rules.confirmations; ++earlier) {
            const Outlook* outlook = find_revision(outlooks, latest.source, earlier);
            if (outlook == nullptr) {
                return {Settling::kUnconfirmed,
                        latest.source + "：只有" + std::to_string(earlier) + "次预报" + wanted};
            }
            if (!shows(outlook->windows, question, question.now) &&
                !shows_near(*outlook, question, question.now)) {
                continue;
            }
            return {Settling::kUnconfirmed, latest.source + "：" +
                                                to_chinese(outlook->issued_at, zone) +
                                                "发布的预报仍达到（或接近）" + condition + wanted};
        }
    }
    return {};
}

}  // namespace qk::rules
