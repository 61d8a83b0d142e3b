// What comes from above and who has followed, put on record: by a person through the API, or by a
// document of another tier that has proved whose it is (daemon/federation). Each is written with
// its event and its audit entry, in the transaction of the caller.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "daemon/store/session.hpp"
#include "daemon/warnings/desk.hpp"
#include "daemon/warnings/prompt_rows.hpp"

namespace qk::daemon {

// Who puts it on record, for the audit log: an account and its address, or the name of a source.
struct Recorder {
    std::string person;
    std::string remote;
};

// Its id is given here.
rules::ColourFloor enter_floor(Session& db, const DeskView& desk, const Recorder& recorder,
                               rules::ColourFloor floor);
// One that is on record under its id.
void enter_changed_floor(Session& db, const DeskView& desk, const Recorder& recorder,
                         const rules::ColourFloor& floor);
// A number that is not on record yet. This region and each county of the pack wait to follow; this
// region has followed at once where a warning that does runs already.
void enter_prompt(Session& db, const DeskView& desk, const Recorder& recorder, PromptRow row);
// One that is on record under its number. Where it asks for more than before, this region waits
// anew.
void enter_changed_prompt(Session& db, const DeskView& desk, const Recorder& recorder,
                          PromptRow row);
// What a place says of a prompt; false: no such prompt or place.
[[nodiscard]] bool enter_follow_up(Session& db, const DeskView& desk, const Recorder& recorder,
                                   FollowUpRow row);

// As the API and the events show them; a prompt with its follow-up list.
[[nodiscard]] boost::json::object floor_view(const rules::ColourFloor& floor, rules::Zone zone);
[[nodiscard]] boost::json::object prompt_view(Session& db, const PromptRow& row,
                                              const DeskView& desk);

}  // namespace qk::daemon
