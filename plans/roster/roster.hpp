// The duty roster (值班表): who is on duty in which role and from when to when, who stands in, who
// is away, and when nobody is there. Read from TOML, or from CSV as a spreadsheet saves it.
//
//     needs = ["duty_officer", "approver"]     # roles that are covered at every hour
//     [[shift]]
//     role = "duty_officer"                    # a role of the people file, or a position of the
//     pack person = "zhang.wei" deputy = "wang.fang"                     # stands in while the
//     person is away; may be left out phone = "0374-1234567" from = "2026-12-01T08:00" to =
//     "2026-12-02T08:00"
//     [[absence]]
//     person = "zhang.wei"
//     from = "2026-12-01T18:00"
//     to = "2026-12-02T08:00"
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

// An account as the roster sees it. `roles`: those of the people file and the positions of the pack
// that the person holds.
struct DutyPerson {
    std::string id;
    std::string name;
    std::set<std::string> roles;
    std::string region;  // empty: all regions
};

struct Shift {
    std::string role;
    std::string person;
    std::string deputy;  // empty: nobody
    rules::Span span;
    std::string phone;
    std::string deputy_phone;
    rules::Place place;  // in the file
};
struct Absence {
    std::string person;
    rules::Span span;
    rules::Place place;
};
struct Roster {
    std::vector<std::string> needs;  // roles that must be covered at every hour
    std::vector<Shift> shifts;
    std::vector<Absence> absences;

    [[nodiscard]] bool is_empty() const { return shifts.empty(); }
};
// A year of four people a day, with room.
inline constexpr std::size_t kShiftsMax = 5000;
inline constexpr std::size_t kAbsencesMax = 2000;
inline constexpr std::size_t kNeedsMax = 20;

// By the text alone; where it says no needs, a duty officer and an approver.
[[nodiscard]] rules::Result<Roster> read_roster(std::string_view toml, const std::string& file,
                                                rules::Zone zone);
// Columns role, person, from, to, and where wanted deputy, phone, deputy_phone
// (角色、值班人、起、止、 替班人、电话、替班电话). It has no absences.
[[nodiscard]] rules::Result<Roster> read_roster_csv(std::string_view csv, const std::string& file,
                                                    rules::Zone zone);

// What is wrong with it, held against the accounts there are. Errors: a person that nobody knows,
// without the role of the shift, twice in one role at the same time, or their own deputy. Warnings:
// one person on duty as duty officer and approver at once, who could not sign what they propose.
[[nodiscard]] rules::Faults check_roster(const Roster& roster,
                                         const std::vector<DutyPerson>& people);

struct OnDuty {
    std::string role;
    std::string person;
    std::string phone;
    std::string
        deputy;  // who may be asked next; empty where nobody is left, or the deputy stands in
    std::string deputy_phone;
    bool stands_in = false;  // the deputy, because the person is away
    rules::Instant until{};  // the end of the shift
};
// In the order of the file. A shift whose person and deputy are both away gives nobody.
[[nodiscard]] std::vector<OnDuty> on_duty_at(const Roster& roster, rules::Instant now);

struct RosterGap {
    std::string role;
    rules::Span span;

    friend bool operator==(const RosterGap&, const RosterGap&) = default;
};
// Every stretch of `span` in which a role that is needed has nobody, by role and time.
[[nodiscard]] std::vector<RosterGap> gaps_of(const Roster& roster, rules::Span span);

}  // namespace qk::plans
