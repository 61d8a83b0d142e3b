#include "daemon/addressees/task_view.hpp"

#include "daemon/addressees/task_sending_rows.hpp"
#include "plans/addressees/task_document.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

json::array answers_json(Session& db, std::int64_t task, rules::Zone zone) {
    json::array answers;
    for (const TaskAnswerRow& row : answers_of_task(db, task)) {
        json::object one{{"number", row.number}, {"revision", row.revision},
                         {"state", row.state},   {"arrived_at", plans::iso(row.arrived_at, zone)},
                         {"by", row.by},         {"note", row.note},
                         {"person", row.person}, {"channel", row.channel},
                         {"effect", row.effect}, {"file", nullptr}};
        if (row.file) one["file"] = *row.file;
        answers.emplace_back(std::move(one));
    }
    return answers;
}

json::array files_json(Session& db, std::int64_t task, rules::Zone zone) {
    json::array files;
    for (const TaskFileRow& row : files_of_task(db, task)) {
        files.emplace_back(json::object{{"number", row.number},
                                        {"name", row.name},
                                        {"media", row.media},
                                        {"bytes", row.bytes},
                                        {"sha256", row.sha256},
                                        {"at", plans::iso(row.at, zone)},
                                        {"person", row.person}});
    }
    return files;
}

json::array task_sendings_json(Session& db, const TaskRow& task, rules::Zone zone) {
    json::array sendings;
    for (const TaskSendingRow& row : sendings_of_task(db, task.number, task.revision)) {
        json::array attempts;
        for (const TaskAttemptRow& one : attempts_of_task(db, row.number)) {
            attempts.emplace_back(
                json::object{{"began_at", plans::iso(one.began_at, zone)},
                             {"ended_at", plans::iso(one.ended_at, zone)},
                             {"answer", one.answer},
                             {"taken", one.ended_at.has_value() && one.answer.empty()}});
        }
        sendings.emplace_back(json::object{{"channel", row.channel},
                                           {"standing", row.standing},
                                           {"closed_why", row.closed_why},
                                           {"attempts", std::move(attempts)}});
    }
    return sendings;
}

}  // namespace

json::object task_head(const TaskRow& row, rules::Zone zone) {
    const auto kind = plans::parse_addressee_kind(row.kind);
    const auto about = plans::parse_task_subject(row.about);
    return {{"number", row.number},
            {"addressee", row.addressee},
            {"kind", row.kind},
            {"kind_zh", plans::word(kind ? plans::to_chinese(*kind) : "")},
            {"name", row.name},
            {"region", row.region},
            {"contact", row.contact},
            {"phone", row.phone},
            {"about", row.about},
            {"about_zh", plans::word(about ? plans::to_chinese(*about) : "")},
            {"subject", row.subject},
            {"exercise", row.exercise},
            {"revision", row.revision},
            {"lifted", row.is_lifted},
            {"issued_at", plans::iso(row.issued_at, zone)},
            {"deadline", plans::iso(row.deadline, zone)},
            {"wanted", plans::word(plans::to_text(row.wanted))},
            {"state", plans::word(plans::to_text(row.state))},
            {"state_zh", plans::word(plans::to_chinese(row.state))},
            {"state_at", plans::iso(row.state_at, zone)},
            {"state_by", row.state_by},
            {"waiting_since", plans::iso(row.due_at, zone)},
            {"listed_at", plans::iso(row.listed_at, zone)}};
}

json::object task_json(Session& db, const TaskRow& row, rules::Zone zone) {
    json::object object = task_head(row, zone);
    object["document"] = plans::parse_json(row.document, "tasks.document").value();
    object["answers"] = answers_json(db, row.number, zone);
    object["files"] = files_json(db, row.number, zone);
    object["sendings"] = task_sendings_json(db, row, zone);
    return object;
}

json::object addressee_json(const plans::Addressee& one) {
    return {{"id", one.id},
            {"kind", plans::word(plans::to_text(one.kind))},
            {"kind_zh", plans::word(plans::to_chinese(one.kind))},
            {"name", one.name},
            {"region", one.region},
            {"contact", one.contact},
            {"phone", one.phone},
            {"account", one.account},
            {"channels", plans::texts(one.channels)},
            {"blocks", plans::texts(one.blocks)}};
}

json::object drafted_json(const plans::DraftedTask& task, rules::Zone zone) {
    json::array items;
    for (const plans::TaskItem& item : task.items) {
        items.emplace_back(json::object{{"text", item.text},
                                        {"reason", item.reason},
                                        {"source", item.source},
                                        {"sample", item.is_sample},
                                        {"deadline", plans::iso(item.deadline, zone)}});
    }
    return {{"addressee", addressee_json(task.addressee)},
            {"deadline", plans::iso(task.deadline, zone)},
            {"items", std::move(items)}};
}

}  // namespace qk::daemon
