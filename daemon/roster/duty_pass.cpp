#include "daemon/roster/duty_pass.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>

#include "daemon/addressees/tasks.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/roster/duty_call_rows.hpp"
#include "daemon/roster/follow_up_tasks.hpp"
#include "daemon/roster/matter_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "plans/text/json.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::LadderAction;
using plans::MatterKind;
using rules::Instant;

// What is said of one step of many matters names so many of them.
constexpr std::size_t kMattersNamed = 50;

// Steps that are told together: of one kind, one step, one county, to the same people.
struct StepGroup {
    MatterKind kind = MatterKind::kSignature;
    std::size_t step = 0;
    LadderAction action = LadderAction::kRemind;
    std::string region;
    bool exercise = false;
    std::string asked;  // JSON

    friend auto operator<=>(const StepGroup&, const StepGroup&) = default;
};
struct GroupedMatters {
    std::vector<std::int64_t> matters;
    std::vector<std::string> people;
    std::vector<FollowedMatter> followed;  // of which a county or inspectors are given a task
};

struct LiveMatter {
    MatterRow row;
    FoundMatter found;
};

class Pass {
 public:
    Pass(Session& db, const DutyView& view)
        : db_(db), view_(view), found_(find_matters(db, view)) {}

    PassPreview preview() {
        compare();
        outcome_.open = live_.size();
        outcome_.opened = to_open_.size();
        outcome_.closed = to_close_.size();
        const bool is_due = std::ranges::any_of(live_, [this](const LiveMatter& one) {
            return one.row.look_at && *one.row.look_at <= view_.now;
        });
        settle();
        return {is_due || outcome_.has_changed(), outcome_};
    }

    PassOutcome run() {
        compare();
        close_answered();
        open_new();
        for (LiveMatter& one : live_) {
            if (!one.row.look_at || *one.row.look_at > view_.now) continue;
            if (outcome_.steps == kStepsPerPass) break;
            follow_up(one);
        }
        tell();
        outcome_.open = live_.size();
        settle();
        return std::move(outcome_);
    }

 private:
    // The rows against what is found: live_, to_close_ and to_open_.
    void compare() {
        std::set<MatterKey> known;
        for (MatterRow& row : open_matters(db_)) {
            known.insert(row.key);
            if (auto found = found_of(row.key)) {
                live_.push_back({std::move(row), *std::move(found)});
            } else {
                to_close_.push_back(std::move(row));
            }
        }
        std::size_t tasks = 0;
        for (const LiveMatter& one : live_) tasks += is_task(one.row.key) ? 1 : 0;
        for (const auto& [key, found] : found_.all) {
            if (known.contains(key)) continue;
            // Tasks without an answer never take the room of orders without one.
            const bool is_beyond = live_.size() + to_open_.size() >= view_.matters_most ||
                                   (is_task(key) && tasks >= view_.matters_most / 2);
            if (is_beyond) {
                ++outcome_.beyond;
                continue;
            }
            tasks += is_task(key) ? 1 : 0;
            to_open_.push_back(key);
        }
    }

    static bool is_task(const MatterKey& key) { return key.kind == MatterKind::kTask; }

    std::optional<FoundMatter> found_of(const MatterKey& key) {
        const auto found = found_.all.find(key);
        if (found != found_.all.end()) return found->second;
        if (!found_.cut.contains(key.kind)) return std::nullopt;
        return find_matter(db_, view_, key);
    }

    void close_answered() {
        for (const MatterRow& row : to_close_) {
            close_matter(db_, row.number, view_.now);
            lift_follow_up_tasks(db_, view_, row.number);
        }
        outcome_.closed = to_close_.size();
    }

    void open_new() {
        for (const MatterKey& key : to_open_) {
            FoundMatter& found = found_.all.at(key);
            const plans::Ladder& ladder = view_.ladders->at(key.kind);
            MatterRow row;
            row.key = key;
            row.exercise = found.exercise;
            row.region = found.region;
            row.text = found.text;
            row.opened_at = std::min(found.since.value_or(view_.now), view_.now);
            row.deadline = found.deadline.value_or(row.opened_at + ladder.deadline);
            row.look_at = view_.now;
            row.number = store_matter(db_, row);
            if (key.kind == MatterKind::kRosterGap) outcome_.new_gaps.push_back(row.text);
            live_.push_back({std::move(row), std::move(found)});
        }
        outcome_.opened = to_open_.size();
    }

    void follow_up(LiveMatter& one) {
        MatterRow& row = one.row;
        const plans::Ladder& ladder = view_.ladders->at(row.key.kind);
        const plans::MatterHistory history = history_of(db_, row.number);
        const plans::MatterState state = state_of(row, one.found);
        const plans::DueStep due = plans::due_step(state, ladder, history, view_.now);
        row.look_at = due.look_at;
        set_look_at(db_, row.number, row.look_at);
        if (row.text != one.found.text) set_matter_text(db_, row.number, one.found.text);
        if (!due.step) return;
        ++outcome_.steps;
        const plans::LadderStep& step = ladder.steps[*due.step];
        act(row, step.action);
        StepGroup group{row.key.kind, *due.step, step.action, row.region, row.exercise, {}};
        std::vector<std::string> people;
        if (step.action != LadderAction::kRepeat) {
            const auto asked = plans::people_to_ask(state, step, *view_.roster, view_.people,
                                                    history, ladder.is_answered_by_all, view_.now);
            group.asked = plans::to_text(asked_json(asked));
            for (const plans::AskedPerson& person : asked) people.push_back(person.person);
        }
        GroupedMatters& grouped = groups_[std::move(group)];
        grouped.matters.push_back(row.number);
        if (is_followed_by_others(db_, row)) grouped.followed.push_back({row.number, row.text});
        grouped.people = std::move(people);
    }

    // What a step does beside telling people.
    void act(const MatterRow& row, LadderAction action) {
        if (row.key.kind == MatterKind::kTask) act_on_task(db_, row, action, view_.now);
        if (row.key.kind == MatterKind::kPrompt) ask_county_again(db_, row, view_.now);
        if (row.key.kind != MatterKind::kOrder) return;
        if (action == LadderAction::kRepeat) (void)ask_again(db_, row.key.subject);
        if (action != LadderAction::kPhoneList) return;
        const auto revision = rules::parse_whole(row.key.revision, 1, rules::kWholeMost);
        if (revision) (void)list_not_known(db_, row.key.subject, *revision, view_.now);
    }

    [[nodiscard]] json::array asked_json(const std::vector<plans::AskedPerson>& asked) const {
        json::array people;
        for (const plans::AskedPerson& one : asked) {
            const auto known = std::ranges::find(view_.people, one.person, &plans::DutyPerson::id);
            people.emplace_back(
                json::object{{"person", one.person},
                             {"name", known == view_.people.end() ? "" : known->name},
                             {"role", one.role},
                             {"phone", one.phone},
                             {"on_roster", one.is_on_roster}});
        }
        return people;
    }

    void tell() {
        for (const auto& [group, grouped] : groups_) {
            std::optional<std::int64_t> call;
            if (!grouped.people.empty()) {
                call = store_call(
                    db_,
                    {0, view_.now, std::string(to_text(group.kind)), group.step,
                     std::string(to_text(group.action)), group.region, group.exercise, group.asked},
                    view_.hooks);
            }
            for (const std::int64_t matter : grouped.matters) {
                store_step(db_, {matter, group.step, view_.now, std::string(to_text(group.action)),
                                 grouped.people, call});
            }
            give_follow_up_tasks(db_, view_, step_of(group), grouped.followed);
            const json::object data = group_json(group, grouped);
            append_event(db_, view_.now, "duty.step", data);
            append_audit(db_, {view_.now, "system", "", "duty.step",
                               std::string(to_text(group.kind)), data});
        }
    }

    [[nodiscard]] static FollowUpStep step_of(const StepGroup& group) {
        return {group.kind, group.step, group.action, group.region, group.exercise};
    }

    // No enterprise is named: a step is often about many.
    [[nodiscard]] static json::object group_json(const StepGroup& group,
                                                 const GroupedMatters& grouped) {
        json::array matters;
        for (const std::int64_t matter : grouped.matters) {
            if (matters.size() == kMattersNamed) break;
            matters.emplace_back(matter);
        }
        json::array people;
        for (const std::string& person : grouped.people) people.emplace_back(person);
        return {{"kind", json::string(to_text(group.kind))},
                {"step", group.step + 1},
                {"action", json::string(to_text(group.action))},
                {"region", group.region},
                {"exercise", group.exercise},
                {"count", grouped.matters.size()},
                {"matters", std::move(matters)},
                {"asked", std::move(people)}};
    }

    // When to look again, and the gaps there are.
    void settle() {
        outcome_.look_at = found_.look_at;
        for (const LiveMatter& one : live_) {
            if (one.row.key.kind == MatterKind::kRosterGap) ++outcome_.gaps;
            if (!one.row.look_at) continue;
            if (!outcome_.look_at || *one.row.look_at < *outcome_.look_at) {
                outcome_.look_at = one.row.look_at;
            }
        }
    }

    Session& db_;
    const DutyView& view_;
    FoundMatters found_;
    std::vector<LiveMatter> live_;
    std::vector<MatterRow> to_close_;
    std::vector<MatterKey> to_open_;
    std::map<StepGroup, GroupedMatters> groups_;
    PassOutcome outcome_;
};

}  // namespace

plans::MatterState state_of(const MatterRow& row, const FoundMatter& found) {
    plans::MatterState state;
    state.is_open = !row.closed_at;
    state.opened_at = row.opened_at;
    state.deadline = row.deadline;
    state.awaits = found.awaits;
    state.answered = found.answered;
    state.barred = found.barred;
    state.region = row.region;
    return state;
}

PassPreview preview_pass(Session& db, const DutyView& view) { return Pass(db, view).preview(); }

PassOutcome run_pass(Session& db, const DutyView& view) { return Pass(db, view).run(); }

}  // namespace qk::daemon
