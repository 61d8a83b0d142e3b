#include "daemon/roster/handover_desk.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/orders/receipt_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

plans::HandoverPerson person_of(const DutyView& view, const std::string& id) {
    const auto found = std::ranges::find(view.people, id, &plans::DutyPerson::id);
    return {id, found == view.people.end() ? id : found->name};
}

std::string standing_of(Session& db, const DutyView& view) {
    std::string words;
    for (const bool exercise : {false, true}) {
        const auto open = open_warning(db, exercise);
        if (!open) continue;
        const rules::Segment* segment = rules::segment_at(open->state, view.now);
        words += fmt::format("{}{}：{}{}。", exercise ? "【演练】" : "", open->state.id,
                             segment == nullptr ? "" : rules::to_chinese(segment->colour),
                             rules::to_chinese(open->state.standing));
    }
    return words.empty() ? "无预警。" : words;
}

plans::HandoverMatter matter_of(Session& db, const MatterRow& row) {
    plans::HandoverMatter matter{row.number,
                                 std::string(to_text(row.key.kind)),
                                 std::string(to_chinese(row.key.kind)),
                                 (row.exercise ? "【演练】" : "") + row.text,
                                 row.opened_at,
                                 row.deadline,
                                 row.closed_at,
                                 {},
                                 steps_of(db, row.number).size()};
    for (const ActRow& act : acts_of(db, row.number)) {
        const bool is_new = std::ranges::find(matter.taken_by, act.person) == matter.taken_by.end();
        if (act.act == "acknowledge" && is_new) matter.taken_by.push_back(act.person);
    }
    return matter;
}

plans::HandoverList<plans::HandoverMatter> matters_of(Session& db,
                                                      const std::vector<MatterRow>& rows) {
    plans::HandoverList<plans::HandoverMatter> list;
    list.total = rows.size();
    for (const MatterRow& row : rows) {
        if (list.items.size() == plans::kHandoverItemsMost) break;
        list.items.push_back(matter_of(db, row));
    }
    return list;
}

plans::Handover compose(Session& db, const DutyView& view, rules::Instant since,
                        const DutyActor& actor, const HandoverRequest& request) {
    // As many as are counted beyond those that are named.
    constexpr std::size_t kClosedMost = 100'000;
    plans::Handover handover;
    handover.region = view.pack->name;
    handover.span = {since, view.now};
    handover.given_by = person_of(view, actor.person);
    handover.given_to = person_of(view, request.to);
    handover.note = request.note;
    handover.standing = standing_of(db, view);
    for (const plans::OnDuty& one : plans::on_duty_at(*view.roster, view.now)) {
        handover.on_duty.push_back(
            {one.role, person_of(view, one.person), one.stands_in, one.until});
    }
    handover.decisions = decisions_in(db, handover.span, plans::kHandoverItemsMost);
    handover.open = matters_of(db, open_matters(db));
    handover.closed = matters_of(db, matters_closed(db, handover.span, kClosedMost));
    const auto orders = orders_by_receipt(db);
    for (const auto& [state, count] : orders) handover.orders += count;
    const auto count_of = [&orders](const char* state) {
        const auto found = orders.find(state);
        return found == orders.end() ? std::size_t{0} : found->second;
    };
    handover.without_receipt = count_of("none");
    handover.refused = count_of("refused");
    handover.to_telephone = count_phone_list(db);
    handover.leads = count_leads(db);
    if (view.roster->is_empty()) return handover;
    for (const plans::RosterGap& gap :
         plans::gaps_of(*view.roster, {view.now, view.now + view.gap_span})) {
        handover.gaps.push_back(fmt::format("{} {}—{}", gap.role,
                                            rules::to_chinese(gap.span.from, view.pack->zone),
                                            rules::to_chinese(gap.span.to, view.pack->zone)));
    }
    return handover;
}

void tell(Session& db, const DutyView& view, const DutyActor& actor, const char* action,
          const HandoverRow& row) {
    const json::object data{{"number", row.number},
                            {"given_by", row.given_by},
                            {"given_to", row.given_to},
                            {"taken_by", row.taken_by},
                            {"sha256", row.sha256}};
    append_event(db, view.now, action, data);
    append_audit(db,
                 {view.now, actor.person, actor.remote, action, std::to_string(row.number), data});
}

HandoverAnswer refuse_handover(const char* what, const char* cure) {
    return {HandoverAnswer::Outcome::kRefused, rules::refuse(what, cure), {}};
}

}  // namespace

HandoverAnswer give_handover(Session& db, const DutyView& view, const DutyActor& actor,
                             const HandoverRequest& request) {
    if (request.to == actor.person) {
        return refuse_handover("不能交班给自己 / nobody hands over to themselves",
                               "另一人的账号 / another person's account");
    }
    if (std::ranges::find(view.people, request.to, &plans::DutyPerson::id) == view.people.end()) {
        return refuse_handover("没有该账号 / there is no such account",
                               "账号文件中的编号 / an id of the people file");
    }
    const auto before = list_handovers(db, {.limit = 1});
    HandoverRow row;
    row.since = before.empty() ? view.now - kFirstHandoverSpan : before.front().given_at;
    row.given_at = view.now;
    row.given_by = actor.person;
    row.given_to = request.to;
    const plans::Handover handover = compose(db, view, row.since, actor, request);
    row.content = plans::canonical_text(plans::to_json(handover, view.pack->zone));
    row.sha256 = plans::sha256_hex(row.content);
    row.number = store_handover(db, row);
    tell(db, view, actor, "duty.handover_given", row);
    return {HandoverAnswer::Outcome::kDone, {}, handover_view(row, view.pack->zone)};
}

HandoverAnswer take_over_shift(Session& db, const DutyView& view, const DutyActor& actor,
                               std::int64_t number, const std::string& note) {
    auto row = load_handover(db, number);
    if (!row) return {HandoverAnswer::Outcome::kNoSuchHandover, {}, {}};
    if (row->given_by == actor.person) {
        return refuse_handover("交班人不能接班 / who handed over does not take over",
                               "由接班人签字 / the other person signs");
    }
    if (row->taken_at) {
        return refuse_handover("已经接班 / it is taken over already",
                               "查看交接班记录 / look at the list again");
    }
    row->taken_at = view.now;
    row->taken_by = actor.person;
    row->taken_note = note;
    take_handover(db, *row);
    tell(db, view, actor, "duty.handover_taken", *row);
    return {HandoverAnswer::Outcome::kDone, {}, handover_view(*row, view.pack->zone)};
}

json::object handover_view(const HandoverRow& row, rules::Zone zone) {
    json::object object{{"number", row.number},
                        {"since", plans::iso(row.since, zone)},
                        {"given_at", plans::iso(row.given_at, zone)},
                        {"given_by", row.given_by},
                        {"given_to", row.given_to},
                        {"taken_at", plans::iso(row.taken_at, zone)},
                        {"taken_by", row.taken_by},
                        {"taken_note", row.taken_note},
                        {"sha256", row.sha256}};
    if (!row.content.empty()) {
        object["content"] = plans::parse_json(row.content, "handovers.content").value();
    }
    return object;
}

std::string handover_html(const HandoverRow& row, const DutyView& view, bool is_english) {
    plans::HandoverSignatures signatures;
    signatures.number = row.number;
    signatures.given_at = rules::to_iso(row.given_at, view.pack->zone);
    if (row.taken_at) {
        signatures.taken_at = rules::to_iso(*row.taken_at, view.pack->zone);
        signatures.taken_by = person_of(view, row.taken_by).name;
        signatures.taken_note = row.taken_note;
    }
    signatures.sha256 = row.sha256;
    const auto language =
        is_english ? plans::HandoverLanguage::kEnglish : plans::HandoverLanguage::kChinese;
    return plans::handover_page(plans::parse_json(row.content, "handovers.content").value(),
                                signatures, language);
}

}  // namespace qk::daemon
