#include "daemon/compliance/case_view.hpp"

#include <boost/json/array.hpp>

#include "daemon/compliance/verdict_rows.hpp"
#include "plans/response/delivery_json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

json::array steps_json(Session& db, std::int64_t number, rules::Zone zone) {
    json::array steps;
    for (CaseStepRow& row : steps_of_case(db, number)) {
        steps.emplace_back(json::object{{"at", rules::to_iso(row.at, zone)},
                                        {"step", row.step},
                                        {"person", row.person},
                                        {"detail", std::move(row.detail)}});
    }
    return steps;
}

json::array checklist_json() {
    json::array items;
    for (const plans::CheckItem& item : plans::check_items()) {
        items.emplace_back(json::object{{"id", plans::word(item.id)},
                                        {"text", plans::word(item.text)},
                                        {"optional", item.is_optional}});
    }
    return items;
}

// From when its order could be known, as the verdict has it.
void add_delivery(Session& db, const StoredCase& row, rules::Zone zone, json::object& object) {
    if (!row.verdict) return;
    const auto verdict = load_verdict(db, *row.verdict, zone);
    if (!verdict || !verdict->verdict.delivery) return;
    object["delivery"] = plans::to_json(*verdict->verdict.delivery, zone);
}

}  // namespace

json::object case_json(const StoredCase& row, const CaseRules& rules, const std::string& person) {
    const plans::CaseStanding& standing = row.standing;
    json::object object;
    object["number"] = row.number;
    object["kind"] = plans::word(plans::to_text(standing.kind));
    object["enterprise"] = row.enterprise;
    object["obligation"] = row.obligation;
    object["warning"] = row.warning;
    if (row.verdict) object["verdict"] = *row.verdict;
    object["state"] = plans::word(plans::to_text(standing.state));
    object["state_zh"] = plans::word(plans::to_chinese(standing.state));
    object["conclusion"] =
        plans::word(standing.conclusion ? plans::to_text(*standing.conclusion) : "");
    object["opened_at"] = rules::to_iso(row.opened_at, rules.zone);
    object["changed_at"] = rules::to_iso(row.changed_at, rules.zone);
    object["text"] = row.text;
    object["suspected"] = standing.is_suspected;
    object["inspectors"] = plans::texts(row.inspectors);
    if (row.due_at) object["due_at"] = rules::to_iso(*row.due_at, rules.zone);
    json::array next;
    for (const plans::CaseAct act : plans::next_acts(standing, rules.four_eyes, person)) {
        next.emplace_back(plans::word(plans::to_text(act)));
    }
    object["next"] = std::move(next);
    return object;
}

json::object case_story(Session& db, const StoredCase& row, const CaseRules& rules,
                        const std::string& person, rules::Instant now) {
    json::object object = case_json(row, rules, person);
    add_delivery(db, row, rules.zone, object);
    object["steps"] = steps_json(db, row.number, rules.zone);
    json::array files;
    for (const CaseFileRow& file : files_of_case(db, row.number)) {
        files.emplace_back(case_file_json(file, rules.zone));
    }
    object["files"] = std::move(files);
    object["checklist"] = checklist_json();
    json::array proposals;
    for (const plans::ProposedConsequence& one : proposals_for(db, row, rules, now)) {
        proposals.emplace_back(plans::to_json(one));
    }
    object["proposals"] = std::move(proposals);
    return object;
}

json::object case_file_json(const CaseFileRow& row, rules::Zone zone) {
    json::object object{{"number", row.number}, {"name", row.name},
                        {"media", row.media},   {"bytes", row.bytes},
                        {"sha256", row.sha256}, {"at", rules::to_iso(row.at, zone)},
                        {"person", row.person}};
    if (row.taken_at) object["taken_at"] = rules::to_iso(*row.taken_at, zone);
    if (row.longitude && row.latitude) {
        object["longitude"] = *row.longitude;
        object["latitude"] = *row.latitude;
        object["datum"] = row.datum;
    }
    return object;
}

}  // namespace qk::daemon
