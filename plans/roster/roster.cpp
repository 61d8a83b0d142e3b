#include "plans/roster/roster.hpp"

#include <algorithm>
#include <map>

#include "rules/base/fault_list.hpp"

namespace qk::plans {
namespace {

using rules::Instant;
using rules::Span;

bool is_away(const Roster& roster, const std::string& person, Instant now) {
    return std::ranges::any_of(roster.absences, [&](const Absence& absence) {
        return absence.person == person && absence.span.holds(now);
    });
}

// Who of a shift is there; empty: nobody.
std::string present_of(const Roster& roster, const Shift& shift, Instant now) {
    if (!is_away(roster, shift.person, now)) return shift.person;
    if (!shift.deputy.empty() && !is_away(roster, shift.deputy, now)) return shift.deputy;
    return {};
}

bool is_covered(const Roster& roster, const std::string& role, Instant now) {
    return std::ranges::any_of(roster.shifts, [&](const Shift& shift) {
        return shift.role == role && shift.span.holds(now) &&
               !present_of(roster, shift, now).empty();
    });
}

// Between two of these nothing changes for a role.
std::vector<Instant> edges_of(const Roster& roster, const std::string& role, Span span) {
    std::vector<Instant> edges{span.from};
    const auto add = [&](const Span& of) {
        for (const Instant at : {of.from, of.to}) {
            if (span.holds(at)) edges.push_back(at);
        }
    };
    std::set<std::string> people;
    for (const Shift& shift : roster.shifts) {
        if (shift.role != role) continue;
        add(shift.span);
        people.insert(shift.person);
        people.insert(shift.deputy);
    }
    for (const Absence& absence : roster.absences) {
        if (people.contains(absence.person)) add(absence.span);
    }
    std::ranges::sort(edges);
    const auto twice = std::ranges::unique(edges);
    edges.erase(twice.begin(), twice.end());
    return edges;
}

using PeopleById = std::map<std::string, const DutyPerson*>;

void check_person(const PeopleById& people, const Shift& shift, const std::string& person,
                  rules::Faults& faults) {
    const auto found = people.find(person);
    if (found == people.end()) {
        faults.push_back({shift.place,
                          "没有账号'" + person + "' / there is no account '" + person + "'",
                          "账号文件中的编号 / an id of the people file", rules::Severity::kError});
        return;
    }
    if (found->second->roles.contains(shift.role)) return;
    faults.push_back(
        {shift.place,
         "'" + person + "'没有角色'" + shift.role + "' / '" + person +
             "' does not have the role '" + shift.role + "'",
         "换人，或在账号文件中给予该角色 / another person, or the role in the people file",
         rules::Severity::kError});
}

// Shifts in order of their begin, so that each is held against those after it that begin in time.
std::vector<const Shift*> by_begin(const Roster& roster) {
    std::vector<const Shift*> shifts;
    shifts.reserve(roster.shifts.size());
    for (const Shift& shift : roster.shifts) shifts.push_back(&shift);
    std::ranges::stable_sort(shifts, {}, [](const Shift* shift) { return shift->span.from; });
    return shifts;
}

void check_pair(const Shift& first, const Shift& second, rules::Faults& faults) {
    if (first.person != second.person) return;
    if (first.role == second.role) {
        faults.push_back(
            {second.place,
             "'" + second.person + "'同一角色的班次与第" + std::to_string(first.place.line) +
                 "行重叠 / overlaps the shift of line " + std::to_string(first.place.line),
             "同一人同一角色的班次首尾相接 / shifts of one person that follow each other",
             rules::Severity::kError});
        return;
    }
    const std::set<std::string> roles{first.role, second.role};
    if (!roles.contains("duty_officer") || !roles.contains("approver")) return;
    faults.push_back(
        {second.place,
         "'" + second.person +
             "'同时值班和带班，自己提出的自己不能签发 / is duty officer and approver at once, "
             "and cannot sign what they propose",
         "分由两人 / two persons", rules::Severity::kWarning});
}

void check_overlaps(const Roster& roster, rules::Faults& faults) {
    const std::vector<const Shift*> shifts = by_begin(roster);
    for (std::size_t i = 0; i < shifts.size(); ++i) {
        for (std::size_t j = i + 1; j < shifts.size(); ++j) {
            if (shifts[j]->span.from >= shifts[i]->span.to) break;
            if (faults.size() >= rules::kFindingsMax) return;
            check_pair(*shifts[i], *shifts[j], faults);
        }
    }
}

}  // namespace

rules::Faults check_roster(const Roster& roster, const std::vector<DutyPerson>& people) {
    PeopleById by_id;
    for (const DutyPerson& person : people) by_id[person.id] = &person;
    rules::Faults faults;
    for (const Shift& shift : roster.shifts) {
        check_person(by_id, shift, shift.person, faults);
        if (shift.deputy.empty()) continue;
        check_person(by_id, shift, shift.deputy, faults);
        if (shift.deputy != shift.person) continue;
        faults.push_back({shift.place, "'" + shift.person + "'替自己的班 / is their own deputy",
                          "另一人，或不填 / another person, or nobody", rules::Severity::kError});
    }
    for (const Absence& absence : roster.absences) {
        if (by_id.contains(absence.person)) continue;
        faults.push_back(
            {absence.place,
             "没有账号'" + absence.person + "' / there is no account '" + absence.person + "'",
             "账号文件中的编号 / an id of the people file", rules::Severity::kError});
    }
    check_overlaps(roster, faults);
    return faults;
}

std::vector<OnDuty> on_duty_at(const Roster& roster, Instant now) {
    std::vector<OnDuty> all;
    for (const Shift& shift : roster.shifts) {
        if (!shift.span.holds(now)) continue;
        const std::string present = present_of(roster, shift, now);
        if (present.empty()) continue;
        OnDuty one{shift.role,   present, shift.phone, {}, {}, present != shift.person,
                   shift.span.to};
        if (one.stands_in) {
            one.phone = shift.deputy_phone;
        } else if (!shift.deputy.empty() && !is_away(roster, shift.deputy, now)) {
            one.deputy = shift.deputy;
            one.deputy_phone = shift.deputy_phone;
        }
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<RosterGap> gaps_of(const Roster& roster, Span span) {
    std::vector<RosterGap> gaps;
    if (span.from >= span.to) return gaps;
    for (const std::string& role : roster.needs) {
        const std::vector<Instant> edges = edges_of(roster, role, span);
        for (std::size_t i = 0; i < edges.size(); ++i) {
            if (is_covered(roster, role, edges[i])) continue;
            const Instant end = i + 1 < edges.size() ? edges[i + 1] : span.to;
            const bool goes_on =
                !gaps.empty() && gaps.back().role == role && gaps.back().span.to == edges[i];
            if (goes_on) {
                gaps.back().span.to = end;
            } else {
                gaps.push_back({role, {edges[i], end}});
            }
        }
    }
    return gaps;
}

}  // namespace qk::plans
