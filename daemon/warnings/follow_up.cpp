#include "daemon/warnings/follow_up.hpp"

#include <boost/json/object.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/prompt_rows.hpp"

namespace qk::daemon {
void note_own_follow_up(Session& db, const DeskView& view, const rules::Warning& warning) {
    const rules::Segment* last = rules::last_segment(warning);
    if (warning.exercise || !rules::is_running(warning.standing) || last == nullptr) return;
    const std::string& region = view.pack->region_code;
    for (const auto& [number, colour] : waiting_prompts(db, region, view.now)) {
        if (!last->mandatory || last->colour < colour) continue;
        const std::string note = "预警" + warning.id;
        update_follow_up(
            db, {number, region, "", "followed", view.now, std::string(rules::kSystem), note});
        const boost::json::object data{
            {"number", number}, {"region", region}, {"state", "followed"}, {"note", note}};
        append_event(db, view.now, "prompt.followed", data);
        append_audit(db,
                     {view.now, std::string(rules::kSystem), "", "prompt.followed", number, data});
    }
}

}  // namespace qk::daemon
