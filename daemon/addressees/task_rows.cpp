#include "daemon/addressees/task_rows.hpp"

#include "daemon/store/row_filter.hpp"

namespace qk::daemon {
namespace {

using plans::TaskState;
using rules::Instant;

constexpr const char* kTaskSelect =
    "SELECT number, addressee, kind, name, region, contact, phone, account, about, subject, "
    "exercise, revision, digest, document, wanted, lifted, issued_at, deadline, state, state_at, "
    "state_by, due_at, listed_at FROM tasks";

TaskState state_in(const std::string& text) {
    return plans::parse_task_state(text).value_or(TaskState::kNone);
}

TaskRow task_in(const Statement& read) {
    TaskRow row;
    row.number = read.integer(0);
    row.addressee = read.text(1);
    row.kind = read.text(2);
    row.name = read.text(3);
    row.region = read.text(4);
    row.contact = read.text(5);
    row.phone = read.text(6);
    row.account = read.text(7);
    row.about = read.text(8);
    row.subject = read.text(9);
    row.exercise = read.flag(10);
    row.revision = read.integer(11);
    row.digest = read.text(12);
    row.document = read.text(13);
    row.wanted = state_in(read.text(14));
    row.is_lifted = read.flag(15);
    row.issued_at = read.instant(16);
    row.deadline = read.maybe<Instant>(17);
    row.state = state_in(read.text(18));
    row.state_at = read.maybe<Instant>(19);
    row.state_by = read.text(20);
    row.due_at = read.maybe<Instant>(21);
    row.listed_at = read.maybe<Instant>(22);
    return row;
}

std::vector<TaskRow> tasks_in(Statement& read) {
    std::vector<TaskRow> rows;
    while (read.next()) rows.push_back(task_in(read));
    return rows;
}

std::optional<TaskRow> first_task_in(Statement& read) {
    if (!read.next()) return std::nullopt;
    return task_in(read);
}

RowFilter filter_of(const TaskQuery& query) {
    RowFilter filter;
    if (query.is_open_only) filter.add("lifted = 0");
    if (query.is_due_only) filter.add("due_at IS NOT NULL AND listed_at IS NOT NULL");
    filter.add_if_given("addressee = ?", query.addressee);
    filter.add_if_given("about = ?", query.about);
    filter.add_if_given("subject = ?", query.subject);
    filter.add_if_given("account = ?", query.account);
    filter.add_beginning("region", query.region_prefix);
    return filter;
}

}  // namespace

plans::TaskStanding standing_of(const TaskRow& row) {
    return {row.revision, row.state, row.wanted, row.is_lifted};
}

std::optional<Instant> due_since(const TaskRow& row) {
    if (plans::is_answered(standing_of(row))) return std::nullopt;
    if (row.state == TaskState::kNone) return row.issued_at;
    if (row.state == TaskState::kDifficulty) return row.state_at;
    return row.deadline;
}

std::optional<TaskRow> load_task(Session& db, std::int64_t number) {
    Statement read(db, std::string(kTaskSelect) + " WHERE number = ?", number);
    return first_task_in(read);
}

std::optional<TaskRow> task_of(Session& db, const std::string& addressee, const std::string& about,
                               const std::string& subject) {
    Statement read(db,
                   std::string(kTaskSelect) + " WHERE addressee = ? AND about = ? AND subject = ?",
                   addressee, about, subject);
    return first_task_in(read);
}

std::vector<TaskRow> tasks_of_subject(Session& db, const std::string& about,
                                      const std::string& subject) {
    Statement read(db, std::string(kTaskSelect) + " WHERE about = ? AND subject = ? AND lifted = 0",
                   about, subject);
    return tasks_in(read);
}

std::int64_t insert_task(Session& db, TaskRow& row) {
    db.exec(
        "INSERT INTO tasks(addressee, kind, name, region, contact, phone, account, about, subject, "
        "exercise, revision, digest, document, wanted, lifted, issued_at) "
        "VALUES(?,?,?,?,?,?,?,?,?,?,0,'','','received',0,?)",
        row.addressee, row.kind, row.name, row.region, row.contact, row.phone, row.account,
        row.about, row.subject, row.exercise, row.issued_at);
    row.number = db.last_id();
    return row.number;
}

void store_task_revision(Session& db, const TaskRow& row) {
    db.exec(
        "UPDATE tasks SET kind = ?2, name = ?3, region = ?4, contact = ?5, phone = ?6, account = "
        "?7, exercise = ?8, revision = ?9, digest = ?10, document = ?11, wanted = ?12, lifted = "
        "?13, issued_at = ?14, deadline = ?15, listed_at = NULL WHERE number = ?1",
        row.number, row.kind, row.name, row.region, row.contact, row.phone, row.account,
        row.exercise, row.revision, row.digest, row.document, plans::to_text(row.wanted),
        row.is_lifted, row.issued_at, row.deadline);
    store_task_state(db, row);
    db.exec("INSERT INTO task_revisions(task, revision, issued_at, document) VALUES(?,?,?,?)",
            row.number, row.revision, row.issued_at, row.document);
}

void store_task_state(Session& db, const TaskRow& row) {
    db.exec(
        "UPDATE tasks SET state = ?2, state_at = ?3, state_by = ?4, due_at = ?5, listed_at = CASE "
        "WHEN ?5 IS NULL THEN NULL ELSE listed_at END WHERE number = ?1",
        row.number, plans::to_text(row.state), row.state_at, row.state_by, due_since(row));
}

void list_task_call(Session& db, std::int64_t number, Instant now) {
    db.exec(
        "UPDATE tasks SET listed_at = coalesce(listed_at, ?2) WHERE number = ?1 AND due_at IS NOT "
        "NULL",
        number, now);
}

std::vector<TaskRow> list_tasks(Session& db, const TaskQuery& query) {
    RowFilter filter = filter_of(query);
    if (query.below != INT64_MAX) filter.add("number < ?", query.below);
    Statement read(
        db, std::string(kTaskSelect) + filter.where() + " ORDER BY number DESC LIMIT ? OFFSET ?");
    const int next = filter.bind_to(read);
    read.bind(next, query.limit);
    read.bind(next + 1, query.offset);
    return tasks_in(read);
}

std::size_t count_tasks(Session& db, const TaskQuery& query) {
    const RowFilter filter = filter_of(query);
    Statement read(db, "SELECT count(*) FROM tasks" + filter.where());
    filter.bind_to(read);
    return read.next() ? static_cast<std::size_t>(read.integer(0)) : 0;
}

std::vector<TaskRow> open_tasks_about(Session& db, const std::string& about,
                                      const std::string& except_subject) {
    Statement read(db,
                   std::string(kTaskSelect) +
                       " WHERE about = ? AND subject <> ? AND lifted = 0 ORDER BY number",
                   about, except_subject);
    return tasks_in(read);
}

std::vector<TaskRow> tasks_held(Session& db, const std::string& addressee, std::size_t limit) {
    Statement read(db,
                   std::string(kTaskSelect) +
                       " WHERE addressee = ? AND (lifted = 0 OR state = 'none') ORDER BY lifted, "
                       "number DESC LIMIT ?",
                   addressee, limit);
    return tasks_in(read);
}

std::vector<TaskRow> tasks_of_phone(Session& db, const std::string& phone, std::size_t limit) {
    Statement read(db,
                   std::string(kTaskSelect) +
                       " WHERE phone = ? AND phone <> '' AND lifted = 0 ORDER BY number DESC LIMIT "
                       "?",
                   phone, limit);
    return tasks_in(read);
}

std::vector<TaskRow> tasks_waiting(Session& db, Instant since, std::size_t limit,
                                   std::int64_t number) {
    RowFilter filter;
    if (number > 0) filter.add("number = ?", number);
    filter.add("due_at <= ?", since);
    Statement read(db,
                   std::string(kTaskSelect) + filter.where() + " ORDER BY due_at, number LIMIT ?");
    read.bind(filter.bind_to(read), limit);
    return tasks_in(read);
}

std::optional<Instant> next_task_waiting(Session& db, Instant after) {
    return db.one<std::optional<Instant>>("SELECT min(due_at) FROM tasks WHERE due_at > ?", after)
        .value();
}

std::int64_t store_task_answer(Session& db, const TaskAnswerRow& row) {
    db.exec(
        "INSERT INTO task_answers(task, revision, state, arrived_at, by, note, person, channel, "
        "remote, effect, file) VALUES(?,?,?,?,?,?,?,?,?,?,?)",
        row.task, row.revision, row.state, row.arrived_at, row.by, row.note, row.person,
        row.channel, row.remote, row.effect, row.file);
    return db.last_id();
}

std::vector<TaskAnswerRow> answers_of_task(Session& db, std::int64_t task) {
    Statement read(db,
                   "SELECT number, task, revision, state, arrived_at, by, note, person, channel, "
                   "remote, effect, file FROM task_answers WHERE task = ? ORDER BY number DESC "
                   "LIMIT ?",
                   task, kTaskAnswersShown);
    std::vector<TaskAnswerRow> rows;
    while (read.next()) {
        rows.push_back({read.integer(0), read.integer(1), read.integer(2), read.text(3),
                        read.instant(4), read.text(5), read.text(6), read.text(7), read.text(8),
                        read.text(9), read.text(10), read.maybe<std::int64_t>(11)});
    }
    return rows;
}

std::int64_t count_task_repeats(Session& db, std::int64_t task) {
    return db.count("SELECT count(*) FROM task_answers WHERE task = ? AND effect = 'repeat'", task);
}

std::int64_t store_task_file(Session& db, const TaskFileRow& row, std::string_view content) {
    const auto there = db.one<std::int64_t>(
        "SELECT number FROM task_files WHERE task = ? AND sha256 = ?", row.task, row.sha256);
    if (there) return *there;
    db.exec(
        "INSERT INTO task_files(task, at, person, name, media, bytes, sha256, content) "
        "VALUES(?,?,?,?,?,?,?,?)",
        row.task, row.at, row.person, row.name, row.media, row.bytes, row.sha256, Blob{content});
    return db.last_id();
}

std::vector<TaskFileRow> files_of_task(Session& db, std::int64_t task) {
    Statement read(db,
                   "SELECT number, task, at, person, name, media, bytes, sha256 FROM task_files "
                   "WHERE task = ? ORDER BY number",
                   task);
    std::vector<TaskFileRow> rows;
    while (read.next()) {
        rows.push_back({read.integer(0), read.integer(1), read.instant(2), read.text(3),
                        read.text(4), read.text(5), read.integer(6), read.text(7)});
    }
    return rows;
}

std::int64_t count_task_files(Session& db, std::int64_t task) {
    return db.count("SELECT count(*) FROM task_files WHERE task = ?", task);
}

std::optional<std::string> content_of_task_file(Session& db, std::int64_t task, std::int64_t file) {
    return db.one<std::string>("SELECT content FROM task_files WHERE number = ? AND task = ?", file,
                               task);
}

void tie_task_to_matter(Session& db, std::int64_t task, std::int64_t matter) {
    db.exec("INSERT INTO task_matters(matter, task) VALUES(?,?) ON CONFLICT DO NOTHING", matter,
            task);
}

std::vector<std::int64_t> release_matter(Session& db, std::int64_t matter) {
    std::vector<std::int64_t> tied;
    db.each("SELECT task FROM task_matters WHERE matter = ?", matter,
            [&](const Statement& row) { tied.push_back(row.integer(0)); });
    if (tied.empty()) return {};
    db.exec("DELETE FROM task_matters WHERE matter = ?", matter);
    std::vector<std::int64_t> free;
    for (const std::int64_t task : tied) {
        if (!db.has("SELECT 1 FROM task_matters WHERE task = ? LIMIT 1", task)) {
            free.push_back(task);
        }
    }
    return free;
}

}  // namespace qk::daemon
