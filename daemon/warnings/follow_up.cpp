#include "daemon/warnings/follow_up.hpp"

#include <boost/json/object.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/prompt_rows.hpp"

namespace qk::daemon {

std::vector<std::string> prompts_followed(Session& db, const DeskView& view,
                                          const rules::Warning& warning) {
    std::vector<std::string> numbers;
    const rules::Segment* last = rules::last_segment(warning);
    if (warning.exercise || !rules::is_running(warning.standing) || last == nullptr) return numbers;
    for (const auto& [number, colour] : waiting_prompts(db, view.pack->region_code, view.now)) {
        if (last->mandatory && last->colour >= colour) numbers.push_back(number);
    }
    return numbers;
}

void note_own_follow_up(Session& db, const DeskView& view, const rules::Warning& warning) {
    const std::string& region = view.pack->region_code;
    for (const std::string& number : prompts_followed(db, view, warning)) {
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
