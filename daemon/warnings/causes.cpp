#include "daemon/warnings/causes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/warnings/air_now.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

void tell(Session& db, const DeskView& view, const DeskPerson& person, const char* name,
          std::int64_t number) {
    const json::object data = cause_view(load_cause(db, number).value(), *view.pack);
    append_event(db, view.now, name, data);
    append_audit(
        db, {view.now, person.actor.person, person.remote, name, std::to_string(number), data});
}

}  // namespace

std::optional<rules::Refused> may_not_state(Session& db, const DeskView& view,
                                            const std::vector<plans::StatedCause>& causes) {
    if (causes.empty()) return std::nullopt;
    const rules::CivilDay today = rules::day_of(view.now, view.pack->zone);
    const std::size_t hold =
        causes_now(db, rules::day_of(view.now - kLookBack, view.pack->zone)).size();
    if (hold + causes.size() > kCausesMax) {
        return rules::Refused{
            rules::Refusal::kNotNow,
            fmt::format("有效的成因认定已有{}条，最多{}条：先撤销不再需要的", hold, kCausesMax),
            {}};
    }
    const auto is_far = [&](const plans::StatedCause& one) {
        return one.from > today + kCauseAheadMax;
    };
    const auto far = std::ranges::find_if(causes, is_far);
    if (far == causes.end()) return std::nullopt;
    return rules::Refused{rules::Refusal::kWrongSpan,
                          fmt::format("{}尚无预报，成因认定最多提前{}天", rules::to_iso(far->from),
                                      kCauseAheadMax.count()),
                          {}};
}

std::int64_t state_cause(Session& db, const DeskView& view, const DeskPerson& person,
                         plans::StatedCause stated, const std::string& warning) {
    CauseRow row;
    row.stated = std::move(stated);
    row.stated.person = person.actor.person;
    row.warning = warning;
    row.at = view.now;
    const std::int64_t number = store_cause(db, row);
    tell(db, view, person, "cause.stated", number);
    return number;
}

bool take_back_cause(Session& db, const DeskView& view, const DeskPerson& person,
                     const CauseWithdrawal& withdrawal) {
    if (!withdraw_cause(db, withdrawal.number, view.now, person.actor.person, withdrawal.why)) {
        return false;
    }
    tell(db, view, person, "cause.withdrawn", withdrawal.number);
    return true;
}

json::object cause_view(const CauseRow& row, const plans::RegionPack& pack) {
    const plans::StatedCause& stated = row.stated;
    json::array advice;
    for (const plans::CauseAdvice& one : pack.cause_advice) {
        if (one.cause != stated.cause) continue;
        advice.emplace_back(
            json::object{{"addressee", one.addressee}, {"text", plans::texts(one.text)}});
    }
    return {{"number", stated.number},
            {"warning", row.warning},
            {"source", stated.source},
            {"from", rules::to_iso(stated.from)},
            {"to", rules::to_iso(stated.to)},
            {"cause", json::string(rules::to_text(stated.cause))},
            {"cause_zh", json::string(rules::to_chinese(stated.cause))},
            {"binds", !rules::is_advisory(stated.cause)},
            {"reason", stated.why},
            {"at", rules::to_iso(row.at, pack.zone)},
            {"person", stated.person},
            {"withdrawn_at", plans::iso(row.withdrawn_at, pack.zone)},
            {"withdrawn_by", row.withdrawn_by},
            {"withdrawn_reason", row.withdrawn_why},
            {"advice", std::move(advice)}};
}

}  // namespace qk::daemon
