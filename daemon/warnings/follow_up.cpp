#include "daemon/warnings/follow_up.hpp"

#include <boost/json/object.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

// Prompts that wait for this region and end only after now.
std::vector<std::pair<std::string, rules::Colour>> waiting_prompts(Session& db,
                                                                   const DeskView& view) {
    Statement row(
        db,
        "SELECT p.number, p.colour FROM prompts AS p JOIN prompt_follow_up AS f "
        "ON f.prompt=p.number WHERE f.region=?1 AND f.state='waiting' AND p.asks='warning' "
        "AND (p.\"to\" IS NULL OR p.\"to\">?2) ORDER BY p.number",
        view.pack->region_code, view.now);
    std::vector<std::pair<std::string, rules::Colour>> prompts;
    while (row.next()) {
        const auto colour = rules::parse_colour(row.text(1));
        if (colour) prompts.emplace_back(row.text(0), *colour);
    }
    return prompts;
}

}  // namespace

void note_own_follow_up(Session& db, const DeskView& view, const rules::Warning& warning) {
    const rules::Segment* last = rules::last_segment(warning);
    if (warning.exercise || !rules::is_running(warning.standing) || last == nullptr) return;
    for (const auto& [number, colour] : waiting_prompts(db, view)) {
        if (!last->mandatory || last->colour < colour) continue;
        const std::string note = "预警" + warning.id;
        db.exec(
            "UPDATE prompt_follow_up SET state='followed', at=?3, by=?4, note=?5 WHERE "
            "prompt=?1 AND region=?2",
            number, view.pack->region_code, view.now, rules::kSystem, note);
        const boost::json::object data{{"number", number},
                                       {"region", view.pack->region_code},
                                       {"state", "followed"},
                                       {"note", note}};
        append_event(db, view.now, "prompt.followed", data);
        append_audit(db,
                     {view.now, std::string(rules::kSystem), "", "prompt.followed", number, data});
    }
}

}  // namespace qk::daemon
