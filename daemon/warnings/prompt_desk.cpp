#include "daemon/warnings/prompt_desk.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/warnings/follow_up.hpp"
#include "daemon/warnings/task_effects.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

void tell_recorded(Session& db, const DeskView& desk, const Recorder& recorder, const char* name,
                   const std::string& subject, const json::object& data) {
    append_event(db, desk.now, name, data);
    append_audit(db, {desk.now, recorder.person, recorder.remote, name, subject, data});
}

void tell_prompt(Session& db, const DeskView& desk, const Recorder& recorder,
                 const PromptRow& row) {
    if (const auto open = open_warning(db, false)) note_own_follow_up(db, desk, open->state);
    tell_recorded(db, desk, recorder, "prompt.recorded", row.prompt.number,
                  prompt_view(db, row, desk));
}

}  // namespace

rules::ColourFloor enter_floor(Session& db, const DeskView& desk, const Recorder& recorder,
                               rules::ColourFloor floor) {
    floor.id = fmt::format("F{}", count_floors(db) + 1);
    store_floor(db, floor, desk.now, recorder.person);
    tell_recorded(db, desk, recorder, "floor.recorded", floor.id,
                  floor_view(floor, desk.pack->zone));
    return floor;
}

void enter_changed_floor(Session& db, const DeskView& desk, const Recorder& recorder,
                         const rules::ColourFloor& floor) {
    change_floor(db, floor, desk.now, recorder.person);
    tell_recorded(db, desk, recorder, "floor.recorded", floor.id,
                  floor_view(floor, desk.pack->zone));
}

void enter_prompt(Session& db, const DeskView& desk, const Recorder& recorder, PromptRow row) {
    row.recorded_at = desk.now;
    row.recorded_by = recorder.person;
    store_prompt(db, row);
    const std::string& number = row.prompt.number;
    store_follow_up(db, number, desk.pack->region_code, desk.pack->name);
    for (const plans::SubRegion& county : desk.pack->sub_regions) {
        if (county.code != desk.pack->region_code) {
            store_follow_up(db, number, county.code, county.name);
        }
    }
    write_prompt_tasks(db, desk, row, recorder.person);
    tell_prompt(db, desk, recorder, row);
}

void enter_changed_prompt(Session& db, const DeskView& desk, const Recorder& recorder,
                          PromptRow row) {
    const auto before = load_prompt(db, row.prompt.number);
    row.recorded_at = desk.now;
    row.recorded_by = recorder.person;
    change_prompt(db, row);
    const bool asks_more =
        before && (row.prompt.colour > before->prompt.colour || row.asks != before->asks);
    if (asks_more) {
        for (const FollowUpRow& place : list_follow_up(db, row.prompt.number)) {
            (void)update_follow_up(
                db, {row.prompt.number, place.region, "", "waiting", std::nullopt, "", ""});
        }
    }
    write_prompt_tasks(db, desk, row, recorder.person);
    tell_prompt(db, desk, recorder, row);
}

bool enter_follow_up(Session& db, const DeskView& desk, const Recorder& recorder, FollowUpRow row) {
    row.at = desk.now;
    row.by = recorder.person;
    if (!update_follow_up(db, row)) return false;
    note_prompt_followed(db, row, recorder.remote);
    tell_recorded(
        db, desk, recorder, "prompt.followed", row.prompt,
        {{"number", row.prompt}, {"region", row.region}, {"state", row.state}, {"note", row.note}});
    return true;
}

json::object floor_view(const rules::ColourFloor& floor, rules::Zone zone) {
    return {{"id", floor.id},
            {"document", floor.document},
            {"clause", floor.clause},
            {"colour", json::string(rules::to_text(floor.colour))},
            {"from", rules::to_iso(floor.span.from, zone)},
            {"to", rules::to_iso(floor.span.to, zone)},
            {"source", floor.source}};
}

json::object prompt_view(Session& db, const PromptRow& row, const DeskView& desk) {
    const rules::Zone zone = desk.pack->zone;
    const rules::RegionalPrompt& prompt = row.prompt;
    json::object view{{"number", prompt.number},
                      {"zone", prompt.zone},
                      {"colour", json::string(rules::to_text(prompt.colour))},
                      {"from", rules::to_iso(prompt.from, zone)},
                      {"to", plans::iso(prompt.to, zone)},
                      {"deadline", rules::to_iso(prompt.deadline, zone)},
                      {"note", row.note},
                      {"asks", row.asks},
                      {"recorded_at", rules::to_iso(row.recorded_at, zone)},
                      {"recorded_by", row.recorded_by},
                      {"source", prompt.source}};
    json::array list;
    int waiting = 0;
    for (const FollowUpRow& follow : list_follow_up(db, prompt.number)) {
        const bool is_waiting = follow.state == "waiting";
        waiting += is_waiting ? 1 : 0;
        const bool late =
            is_waiting ? desk.now > prompt.deadline : follow.at && *follow.at > prompt.deadline;
        list.emplace_back(json::object{{"region", follow.region},
                                       {"name", follow.name},
                                       {"state", follow.state},
                                       {"at", plans::iso(follow.at, zone)},
                                       {"by", follow.by},
                                       {"note", follow.note},
                                       {"late", late}});
    }
    view["waiting"] = waiting;
    view["overdue"] = waiting > 0 && desk.now > prompt.deadline;
    view["follow_up"] = std::move(list);
    return view;
}

}  // namespace qk::daemon
