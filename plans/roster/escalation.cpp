#include "plans/roster/escalation.hpp"

#include <algorithm>

namespace qk::plans {
namespace {

using rules::Instant;
using std::chrono::seconds;

// By the ladder alone, none before the one before it.
std::vector<Instant> times_of(const MatterState& matter, const Ladder& ladder) {
    std::vector<Instant> times;
    Instant last = matter.opened_at;
    for (const LadderStep& step : ladder.steps) {
        const Instant at = step.is_before_deadline ? matter.deadline - step.minutes
                                                   : matter.opened_at + step.minutes;
        last = std::max(last, at);
        times.push_back(last);
    }
    return times;
}

// The step that follows all that were taken; past the end: none.
std::size_t next_index(const MatterHistory& history) {
    std::size_t next = 0;
    for (const TakenStep& step : history.steps) next = std::max(next, step.index + 1);
    return next;
}

// The chosen step that is still to be taken.
const ChosenStep* chosen_step(const MatterHistory& history) {
    if (history.chosen.empty() || history.chosen.back().index < next_index(history)) return nullptr;
    return &history.chosen.back();
}

bool is_after_last_step(const MatterHistory& history, Instant at) {
    return history.steps.empty() || at >= history.steps.back().at;
}

// Until when those who have taken it over are left in peace; each counts once after each step.
Instant held_until(const Ladder& ladder, const MatterHistory& history) {
    std::set<std::string> people;
    Instant until{};
    for (const Acknowledgement& one : history.acknowledged) {
        if (!is_after_last_step(history, one.at) || !people.insert(one.person).second) continue;
        until = std::max(until, one.at + ladder.hold);
    }
    if (!ladder.is_answered_by_all) return until;
    const auto asking =
        std::ranges::find_if(history.steps.rbegin(), history.steps.rend(),
                             [](const TakenStep& one) { return !one.asked.empty(); });
    if (asking == history.steps.rend()) return {};
    const bool have_all = std::ranges::all_of(
        asking->asked, [&](const std::string& one) { return people.contains(one); });
    return have_all ? until : Instant{};
}

// When the step is due, however late it is.
Instant due_at(const std::vector<Instant>& times, const Ladder& ladder,
               const MatterHistory& history, std::size_t index) {
    if (const ChosenStep* chosen = chosen_step(history)) return chosen->at;
    Instant due = times[index];
    if (!history.steps.empty()) {
        const TakenStep& last = history.steps.back();
        const seconds between =
            std::max<seconds>(times[index] - times[std::min(last.index, index)], kStepsApart);
        due = std::max(due, last.at + between);
    }
    due = std::max(due, held_until(ladder, history));
    for (const Snooze& snooze : history.snoozed) due = std::max(due, snooze.until);
    return due;
}

bool is_role_of(const DutyPerson& person, const std::string& role, const MatterState& matter) {
    if (!person.roles.contains(role)) return false;
    if (person.region.empty() || matter.region.empty()) return true;
    std::string_view stem = person.region;
    while (stem.size() > 2 && stem.ends_with("00")) stem.remove_suffix(2);
    return matter.region.starts_with(stem);
}

class Asking {
 public:
    Asking(const MatterState& matter, const Roster& roster, const std::vector<DutyPerson>& people,
           Instant now)
        : matter_(matter), people_(people), on_duty_(on_duty_at(roster, now)) {}

    void ask(const std::string& who) {
        std::string role = who;
        const bool is_deputy = who.ends_with(kDeputyEnding);
        if (is_deputy) role.resize(role.size() - kDeputyEnding.size());
        if (role != kAwaited) return ask_role(role, is_deputy);
        for (const std::string& awaited : matter_.awaits) ask_role(awaited, is_deputy);
    }
    void leave_out(const std::set<std::string>& people) {
        std::erase_if(asked_, [&](const AskedPerson& one) { return people.contains(one.person); });
    }
    [[nodiscard]] std::vector<AskedPerson> asked() && { return std::move(asked_); }

 private:
    void ask_role(const std::string& role, bool is_deputy) {
        // On duty in that role; else on duty in another and with that one, too.
        if (ask_shifts(role, is_deputy, true) || ask_shifts(role, is_deputy, false)) return;
        if (is_deputy) return;
        for (const DutyPerson& person : people_) {
            if (is_role_of(person, role, matter_)) add({person.id, role, {}, false});
        }
    }
    // Whether anybody is on duty.
    bool ask_shifts(const std::string& role, bool is_deputy, bool is_of_role) {
        bool is_covered = false;
        for (const OnDuty& one : on_duty_) {
            if ((one.role == role) != is_of_role || !concerns(one.person, role)) continue;
            is_covered = true;
            if (!is_deputy) add({one.person, role, one.phone, true});
            if (is_deputy && !one.deputy.empty()) add({one.deputy, role, one.deputy_phone, true});
        }
        return is_covered;
    }
    // People of another county are not asked about this one.
    [[nodiscard]] bool concerns(const std::string& id, const std::string& role) const {
        const auto found = std::ranges::find(people_, id, &DutyPerson::id);
        return found != people_.end() && is_role_of(*found, role, matter_);
    }
    void add(AskedPerson one) {
        const bool is_for_answer =
            std::ranges::find(matter_.awaits, one.role) != matter_.awaits.end();
        if (is_for_answer && matter_.barred.contains(one.person)) return;
        const auto same = std::ranges::find(asked_, one.person, &AskedPerson::person);
        if (same == asked_.end()) asked_.push_back(std::move(one));
    }

    const MatterState& matter_;
    const std::vector<DutyPerson>& people_;
    std::vector<OnDuty> on_duty_;
    std::vector<AskedPerson> asked_;
};

rules::Faults not_open() {
    return rules::refuse("该事项已经办结 / the matter is answered already",
                         "查看待办事项 / look at the list again");
}

}  // namespace

DueStep due_step(const MatterState& matter, const Ladder& ladder, const MatterHistory& history,
                 Instant now) {
    if (!matter.is_open) return {};
    const std::vector<Instant> times = times_of(matter, ladder);
    const ChosenStep* chosen = chosen_step(history);
    const std::size_t index = chosen != nullptr ? chosen->index : next_index(history);
    if (index >= times.size()) return {};
    const Instant at = due_at(times, ladder, history, index);
    if (at > now) return {std::nullopt, at};
    MatterHistory after = history;
    after.steps.push_back({index, now, {}});
    if (index + 1 >= times.size()) return {index, std::nullopt};
    return {index, due_at(times, ladder, after, index + 1)};
}

std::chrono::minutes first_step_after(const Ladder& ladder) {
    if (ladder.steps.empty()) return std::chrono::minutes{0};
    const LadderStep& first = ladder.steps.front();
    const auto after = first.is_before_deadline ? ladder.deadline - first.minutes : first.minutes;
    return std::max(after, std::chrono::minutes{0});
}

std::vector<AskedPerson> people_to_ask(const MatterState& matter, const LadderStep& step,
                                       const Roster& roster, const std::vector<DutyPerson>& people,
                                       const MatterHistory& history, bool is_answered_by_all,
                                       Instant now) {
    Asking asking(matter, roster, people, now);
    for (const std::string& who : step.ask) asking.ask(who);
    asking.leave_out(matter.answered);
    if (is_answered_by_all) {
        std::set<std::string> took_over;
        for (const Acknowledgement& one : history.acknowledged) took_over.insert(one.person);
        asking.leave_out(took_over);
    }
    return std::move(asking).asked();
}

rules::Result<void> may_acknowledge(const MatterState& matter, const MatterHistory& history,
                                    const std::string& person) {
    if (!matter.is_open) return not_open();
    const bool has = std::ranges::any_of(history.acknowledged, [&](const Acknowledgement& one) {
        return one.person == person && is_after_last_step(history, one.at);
    });
    if (!has) return {};
    return rules::refuse("您已接手，下一步骤之前不必再次接手 / you have taken it over already",
                         "办理该事项 / answer the matter itself");
}

rules::Result<void> may_snooze(const MatterState& matter, const Ladder& ladder,
                               const MatterHistory& history, Instant until, Instant now,
                               rules::Zone zone) {
    if (!matter.is_open) return not_open();
    Instant latest = now + ladder.snooze;
    if (matter.deadline > now) latest = std::min(latest, matter.deadline);
    const std::string bound = rules::to_iso(latest, zone);
    if (until <= now || until > latest) {
        return rules::refuse("暂缓到'" + rules::to_iso(until, zone) +
                                 "'不在允许的范围内 / it cannot be snoozed until then",
                             "晚于现在，不晚于" + bound + " / later than now, at most " + bound);
    }
    if (history.snoozed.size() >= static_cast<std::size_t>(ladder.snoozes)) {
        return rules::refuse("暂缓次数已满 / it was snoozed as often as it may be",
                             "接手办理，或直接升级 / take it over, or escalate it");
    }
    return {};
}

rules::Result<void> may_choose(const MatterState& matter, const Ladder& ladder,
                               const MatterHistory& history, std::size_t index) {
    if (!matter.is_open) return not_open();
    std::size_t least = next_index(history);
    if (const ChosenStep* chosen = chosen_step(history)) least = chosen->index + 1;
    if (index >= least && index < ladder.steps.size()) return {};
    if (least >= ladder.steps.size()) {
        return rules::refuse("阶梯的步骤已全部采取 / every step of the ladder is taken",
                             "办理该事项 / answer the matter itself");
    }
    const std::string first = std::to_string(least + 1);
    const std::string last = std::to_string(ladder.steps.size());
    return rules::refuse(
        "第" + std::to_string(index + 1) + "步不能选择 / this step cannot be chosen",
        "第" + first + "至" + last + "步 / a step from " + first + " to " + last);
}

}  // namespace qk::plans
