#include "daemon/store/audit.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <cassert>
#include <charconv>
#include <limits>
#include <map>
#include <set>

#include "daemon/base/canary.hpp"
#include "daemon/store/audit_tree.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/row_filter.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/signing_keys.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kHeadKey = "audit_head";
constexpr const char* kEntryColumns =
    "number, at, person, remote, action, subject, detail, before, hash";

// Numbers that the log gives out; a number in JSON is exact up to here. An entry beyond was put
// there by somebody else, and takes no room from those that follow.
constexpr std::int64_t kNumberMax = (std::int64_t{1} << 53) - 1;
// Where so many numbers are free, whatever stands behind them was put there by somebody else.
constexpr std::int64_t kNumbersFree = 1'000'000;

struct Link {
    std::int64_t number = 0;
    std::string hash{plans::kNothingBefore};
    std::string action;
};

constexpr const char* kSelectLink = "SELECT number, hash, action FROM audit AS a";

std::optional<Link> link_at(Statement& row) {
    if (!row.next()) return std::nullopt;
    return Link{row.integer(0), row.text(1), row.text(2)};
}

std::optional<Link> link_of(Session& db, std::int64_t number) {
    Statement row(db, fmt::format("{} WHERE number=?1", kSelectLink), number);
    return link_at(row);
}

std::string head_text(const Link& link) { return fmt::format("{} {}", link.number, link.hash); }

// What was written last, by the note beside the log.
std::string noted_head(Session& db) { return get_meta(db, kHeadKey).value_or(head_text(Link{})); }

// 0: it names none that the log gives out.
std::int64_t number_in(const std::string& head) {
    std::int64_t number = 0;
    std::from_chars(head.data(), head.data() + head.size(), number);
    return number > 0 && number <= kNumberMax ? number : 0;
}

// The last entry before the numbers that nobody has used. Reads the whole log, at worst.
Link link_before_room(Session& db) {
    Statement row(
        db,
        fmt::format("{} WHERE number BETWEEN 1 AND ?1 AND NOT EXISTS(SELECT 1 FROM audit AS b "
                    "WHERE b.number > a.number AND b.number <= a.number + ?2) ORDER BY number "
                    "LIMIT 1",
                    kSelectLink),
        kNumberMax - kNumbersFree, kNumbersFree);
    return link_at(row).value_or(Link{});
}

// Where the log goes on. That is its end, unless somebody put an entry there behind which there are
// no numbers: then it is the entry that was written last, or the last one before there is room.
Link last_link(Session& db) {
    Statement row(db, fmt::format("{} ORDER BY number DESC LIMIT 1", kSelectLink));
    const Link last = link_at(row).value_or(Link{});
    if (last.number < 1) return Link{};
    if (last.number < kNumberMax) return last;
    const std::string written = noted_head(db);
    const auto noted = link_of(db, number_in(written));
    const bool is_sound = noted && head_text(*noted) == written && noted->number < kNumberMax &&
                          !link_of(db, noted->number + 1);
    return is_sound ? *noted : link_before_room(db);
}

// The first number from `wanted` on that can be given out.
std::int64_t free_number(Session& db, std::int64_t wanted) {
    if (wanted <= kNumberMax && !link_of(db, wanted)) return wanted;
    return link_before_room(db).number + 1;
}

// A time that was changed to one which no calendar has is shown as the first or the last that has
// one.
rules::Instant told_at(Statement& row, int column) {
    constexpr std::int64_t kSecondsMax = 253'402'300'799;  // the end of the year 9999
    return instant_of(std::clamp<std::int64_t>(row.integer(column), 0, kSecondsMax));
}

plans::ChainEntry entry_of(Statement& row) {
    plans::ChainEntry entry;
    entry.number = row.integer(0);
    entry.at = row.integer(1);
    entry.person = row.text(2);
    entry.remote = row.text(3);
    entry.action = row.text(4);
    entry.subject = row.text(5);
    entry.detail = row.text(6);
    entry.before = row.text(7);
    entry.hash = row.text(8);
    return entry;
}

rules::Fault break_at(std::int64_t number, std::string what) {
    constexpr std::int64_t kLineMax = std::numeric_limits<int>::max();
    return {{"audit", static_cast<int>(std::clamp<std::int64_t>(number, 0, kLineMax)), 0},
            fmt::format("entry {}: {}", number, what),
            "the log was changed outside qingkongd; compare with a copy",
            rules::Severity::kError};
}

void add_numbers_never_given(Session& db, rules::Faults& faults) {
    Statement row(db, "SELECT number FROM audit WHERE number<1 OR number>?1 LIMIT ?2", kNumberMax,
                  kBreaksMax);
    while (row.next()) {
        faults.push_back(break_at(row.integer(0), "has a number that the log never gave out"));
    }
}

// Whom an entry is about: the enterprise that its detail names, of one on a case the case's. Empty:
// no enterprise.
std::optional<std::string> enterprise_of(Session& db, const AuditEntry& entry) {
    if (entry.action.starts_with("case.")) {
        return db.one<std::string>(
            "SELECT enterprise FROM cases WHERE number = ?1 AND CAST(number AS TEXT) = ?1",
            entry.subject);
    }
    const boost::json::value* named = plans::find_member(entry.detail, "enterprise");
    if (named == nullptr || !named->is_string()) return std::nullopt;
    return std::string(named->get_string());
}

Link write_link(Session& db, std::int64_t number, const std::string& before,
                const AuditEntry& written) {
    assert(number > 0 && number <= kNumberMax);  // whatever was found in the log
    plans::ChainEntry entry{number,
                            seconds_of(written.at),
                            written.person,
                            written.remote,
                            written.action,
                            written.subject,
                            plans::canonical_text(written.detail),
                            before,
                            ""};
    entry.hash = plans::hash_of(entry);
    db.exec(
        "INSERT INTO audit(number, at, person, remote, action, subject, detail, before, "
        "hash, enterprise) VALUES(?,?,?,?,?,?,?,?,?,?)",
        entry.number, entry.at, entry.person, entry.remote, entry.action, entry.subject,
        entry.detail, entry.before, entry.hash, enterprise_of(db, written));
    Link link{number, std::move(entry.hash), written.action};
    set_meta(db, kHeadKey, head_text(link));
    return link;
}

// The log goes on, with a number beyond what was lost, and says for good that it was broken here.
Link write_break(Session& db, rules::Instant at, const Link& found, const std::string& written,
                 const std::string& why) {
    const boost::json::object detail{
        {"written", written}, {"found", head_text(found)}, {"why", why}};
    const std::int64_t number = free_number(db, std::max(number_in(written), found.number) + 1);
    AuditEntry entry{at, "system", "", std::string(plans::kBreakAction), "audit", detail};
    append_event(db, at, "audit.broken", detail);
    return write_link(db, number, found.hash, entry);
}

// The last link, after a break was noted if the log does not end with what was written last.
Link sound_link(Session& db, rules::Instant at) {
    const Link found = last_link(db);
    const std::string written = noted_head(db);
    if (written == head_text(found) || planted(Canary::kAuditEndNotCompared)) return found;
    return write_break(db, at, found, written, "the last entry is not the one written last");
}

bool is_ours(Session& db, const plans::AuditHead& head) {
    Statement key(db, "SELECT 1 FROM signing_keys WHERE key=?1", head.key);
    return key.next() && plans::is_signed(head);
}

// The last one that a key of ours has signed: others say nothing about the log.
std::optional<plans::AuditHead> last_head(Session& db) {
    constexpr std::size_t kPiece = 16;
    for (std::size_t seen = 0;; seen += kPiece) {
        const auto heads = audit_heads(db, seen, kPiece);
        for (const plans::AuditHead& head : heads) {
            if (is_ours(db, head)) return head;
        }
        if (heads.size() < kPiece) return std::nullopt;
    }
}

using HeadsByNumber = std::multimap<std::int64_t, plans::AuditHead>;

// Ours and those that were kept, without those that no key of ours has signed: each is a fault.
HeadsByNumber sound_heads(Session& db, const std::vector<plans::AuditHead>& kept,
                          rules::Faults& faults) {
    std::set<std::string> keys;
    for (const plans::KeyRecord& record : key_history(db)) keys.insert(record.key);
    HeadsByNumber heads;
    const auto add = [&](const plans::AuditHead& head) {
        if (keys.contains(head.key) && plans::is_signed(head)) {
            heads.emplace(head.number, head);
        } else if (faults.size() < kBreaksMax) {
            faults.push_back(break_at(head.number, "a head of it is not signed by a key of ours"));
        }
    };
    for (const plans::AuditHead& head : audit_heads(db, 0, kAllHeads)) add(head);
    for (const plans::AuditHead& head : kept) add(head);
    return heads;
}

bool is_refused(int code) {
    const int kind = code & 0xff;
    return kind == SQLITE_CONSTRAINT || kind == SQLITE_MISMATCH || kind == SQLITE_ERROR;
}

// No statement of ours is refused on a log that we wrote: where one is, the log was altered.
template <class Work>
auto on_the_log(Session& db, Work work) {
    try {
        return work();
    } catch (const DatabaseError& error) {
        if (!is_refused(error.code())) throw;
        throw AuditAltered(fmt::format(
            "审计日志被外部改动，无法续写（末条应为第 {} 条；{}）。请停止服务，另存数据库（连同 "
            "-wal、"
            "-shm 文件）作为证据，查明何人可写该文件，再恢复最近的备份 / the audit log was altered "
            "outside qingkongd and takes no more entries; keep a copy of the database as evidence, "
            "find out who could write it, and restore the last backup",
            number_in(noted_head(db)), error.what()));
    }
}

// A caller travels as an address and, behind a blank, how they proved who they are
// (access/caller_proof.hpp). The address stays in its place; the proof goes into the detail.
AuditEntry with_proof(AuditEntry entry) {
    const auto blank = entry.remote.find(' ');
    if (blank == std::string::npos) return entry;
    if (entry.detail.is_null()) entry.detail = boost::json::object{};
    if (entry.detail.is_object()) {
        entry.detail.as_object()["proof"] = entry.remote.substr(blank + 1);
    }
    entry.remote.resize(blank);
    return entry;
}

}  // namespace

std::int64_t append_audit(Session& db, const AuditEntry& given) {
    const AuditEntry entry = with_proof(given);
    if (planted(Canary::kAuditApart)) db.script("COMMIT; BEGIN IMMEDIATE");
    return on_the_log(db, [&] {
        const Link before = sound_link(db, entry.at);
        const bool is_chained = !planted(Canary::kAuditLinkSkipped);
        const std::string hash = is_chained ? before.hash : std::string(plans::kNothingBefore);
        return write_link(db, before.number + 1, hash, entry).number;
    });
}

rules::Faults check_audit_chain(Session& db, std::int64_t after,
                                const std::vector<plans::AuditHead>& kept) {
    rules::Faults faults;
    const HeadsByNumber heads = sound_heads(db, kept, faults);
    add_numbers_never_given(db, faults);
    Link before;
    Statement read(
        db,
        fmt::format("SELECT {} FROM audit WHERE number BETWEEN ?1 AND ?2 ORDER BY number",
                    kEntryColumns),
        std::max<std::int64_t>(after, 1), kNumberMax);
    bool is_first = after > 0;
    while (read.next()) {
        const plans::ChainEntry entry = entry_of(read);
        const std::int64_t number = entry.number;
        if (std::exchange(is_first, false)) {
            if (number != after) faults.push_back(break_at(after, "is no longer there"));
            before = {number - 1, entry.before, {}};
        }
        if (number != before.number + 1) {
            faults.push_back(break_at(number, fmt::format("stands after entry {}", before.number)));
        }
        if (entry.before != before.hash) {
            faults.push_back(break_at(number, "does not follow from the entry before it"));
        }
        if (entry.hash != plans::hash_of(entry)) {
            faults.push_back(break_at(number, "does not have the content it was written with"));
        }
        if (entry.action == plans::kBreakAction) {
            faults.push_back(
                break_at(number, "says that the log was found broken: " + entry.detail));
        }
        const auto [begin, end] = heads.equal_range(number);
        for (auto head = begin; head != end; ++head) {
            if (head->second.hash == entry.hash) continue;
            faults.push_back(break_at(number,
                                      "is not the entry that stood there when its head was "
                                      "signed at " +
                                          rules::to_iso(head->second.at, rules::kBeijingTime)));
        }
        before = {number, entry.hash, entry.action};
        if (faults.size() >= kBreaksMax) return faults;
    }
    if (!heads.empty() && heads.rbegin()->first > before.number) {
        faults.push_back(break_at(heads.rbegin()->first, "was signed, and is no longer there"));
    }
    const bool compares = !planted(Canary::kAuditEndNotCompared);
    if (compares && noted_head(db) != head_text(before)) {
        faults.push_back(break_at(before.number, "is the last one, but was not the last written"));
    }
    if (before.number == 0 && has_history(db)) {
        faults.push_back(break_at(0, "the log is empty, and there are warnings or orders"));
    }
    return faults;
}

rules::Faults check_audit_at_start(Session& db, rules::Instant now) {
    return on_the_log(db, [&] {
        const auto head = last_head(db);
        rules::Faults faults = check_audit_chain(db, head ? head->number : 0);
        const Link last = last_link(db);
        if (!faults.empty() && last.action != plans::kBreakAction) {
            write_break(db, now, last, noted_head(db), faults.front().what);
        }
        return faults;
    });
}

std::int64_t last_audit_number(Session& db) { return last_link(db).number; }

bool has_history(Session& db) {
    return db.count(
               "SELECT EXISTS(SELECT 1 FROM warnings) OR EXISTS(SELECT 1 FROM orders) OR "
               "EXISTS(SELECT 1 FROM audit_heads) OR EXISTS(SELECT 1 FROM adopted_packs)") != 0;
}

std::string_view to_text(HeadOccasion occasion) {
    switch (occasion) {
        case HeadOccasion::kHour:
            return "hour";
        case HeadOccasion::kStart:
            return "start";
        case HeadOccasion::kStop:
            return "stop";
        case HeadOccasion::kDecision:
            return "decision";
        case HeadOccasion::kExport:
            return "export";
    }
    return "hour";
}

plans::AuditHead sign_audit_head(Session& db, const plans::SigningKey& key, rules::Instant now,
                                 HeadOccasion occasion) {
    Link link = on_the_log(db, [&] { return sound_link(db, now); });
    // What was signed before must still be there, or the next head would cover the cut.
    const auto before = last_head(db);
    if (before) {
        const auto signed_one = link_of(db, before->number);
        const bool is_there =
            before->number == 0 || (signed_one && signed_one->hash == before->hash);
        if (!is_there && link.action != plans::kBreakAction) {
            link = write_break(db, now, link, head_text({before->number, before->hash, {}}),
                               "the entry of the last signed head is gone or changed");
        }
    }
    const plans::MerkleFrontier tree = audit_tree(db, link.number, before);
    const plans::AuditHead head = plans::sign_head(link.number, link.hash, now, key, tree);
    db.exec(
        "INSERT INTO audit_heads(number, hash, at, key, signature, occasion, size, root, tree) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        head.number, head.hash, head.at, head.key, head.signature, to_text(occasion), head.size,
        head.root, tree.text());
    return head;
}

bool has_decided_after(Session& db, std::int64_t number) {
    return db.has(
        "SELECT 1 FROM audit WHERE number>?1 AND substr(action, 1, instr(action, '.')) IN "
        "('warning.','prompt.','floor.','pack.','case.','inventory.','key.','account.','config.',"
        "'control.','grades.','catalogue.','cause.','enterprise-key.','season.','report.','targets."
        "') "
        "AND action NOT IN ('account.login','account.refused') LIMIT 1",
        number);
}

namespace {

constexpr const char* kSelectHeads =
    "SELECT number, hash, at, key, signature, size, root FROM audit_heads";

std::vector<plans::AuditHead> read_heads(Statement& row) {
    std::vector<plans::AuditHead> heads;
    while (row.next()) {
        heads.push_back({row.integer(0), row.text(1), told_at(row, 2), row.text(3), row.text(4),
                         row.integer(5), row.text(6)});
    }
    return heads;
}

}  // namespace

std::vector<plans::AuditHead> audit_heads(Session& db, std::size_t offset, std::size_t limit) {
    Statement row(db,
                  fmt::format("{} ORDER BY number DESC, id DESC LIMIT ?1 OFFSET ?2", kSelectHeads),
                  limit, offset);
    return read_heads(row);
}

std::size_t count_audit_heads(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM audit_heads"));
}

std::vector<plans::AuditHead> heads_of_feed(Session& db, std::size_t hours, std::size_t others) {
    Statement row(
        db,
        fmt::format("{} WHERE id IN (SELECT id FROM audit_heads WHERE occasion='hour' ORDER BY "
                    "number DESC, id DESC LIMIT ?1) OR id IN (SELECT id FROM audit_heads WHERE "
                    "occasion<>'hour' ORDER BY number DESC, id DESC LIMIT ?2) ORDER BY number "
                    "DESC, id DESC",
                    kSelectHeads),
        static_cast<std::int64_t>(hours), static_cast<std::int64_t>(others));
    return read_heads(row);
}

std::vector<plans::ChainEntry> chain_entries(Session& db, std::int64_t after, std::int64_t last,
                                             std::size_t limit) {
    Statement row(db,
                  fmt::format("SELECT {} FROM audit WHERE number>?1 AND number<=?2 "
                              "ORDER BY number LIMIT ?3",
                              kEntryColumns),
                  after, last, limit);
    std::vector<plans::ChainEntry> entries;
    while (row.next()) entries.push_back(entry_of(row));
    return entries;
}

namespace {

RowFilter filter_of(const AuditQuery& query) {
    RowFilter filter;
    filter.add_if_given("a.subject = ?", query.subject);
    filter.add_if_given(
        "coalesce(a.enterprise IN (SELECT value FROM json_each(?)), a.action NOT LIKE 'case.%' AND "
        "a.action NOT LIKE 'account.%' AND a.action NOT LIKE 'config.%')",
        query.enterprises);
    return filter;
}

// What somebody wrote into the file is no reason to show none of the others.
boost::json::value detail_in(const std::string& text) {
    auto detail = plans::parse_json(text, "audit.detail");
    if (detail) return std::move(*detail);
    return boost::json::object{{"unreadable", rules::to_text(detail.error().front())}};
}

}  // namespace

std::vector<NumberedAuditEntry> audit_entries(Session& db, const AuditQuery& query) {
    std::vector<NumberedAuditEntry> entries;
    RowFilter filter = filter_of(query);
    filter.add("a.number < ?", query.below);
    Statement read(db,
                   "SELECT number, at, person, remote, action, subject, detail, hash FROM audit AS "
                   "a" +
                       filter.where() + " ORDER BY number DESC LIMIT ? OFFSET ?");
    const int place = filter.bind_to(read);
    read.bind(place, query.limit);
    read.bind(place + 1, query.offset);
    while (read.next()) {
        NumberedAuditEntry entry;
        entry.number = read.integer(0);
        entry.entry.at = told_at(read, 1);
        entry.entry.person = read.text(2);
        entry.entry.remote = read.text(3);
        entry.entry.action = read.text(4);
        entry.entry.subject = read.text(5);
        entry.entry.detail = detail_in(read.text(6));
        entry.hash = read.text(7);
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::size_t count_audit_entries(Session& db, const AuditQuery& query) {
    const RowFilter filter = filter_of(query);
    Statement read(db, "SELECT count(*) FROM audit AS a" + filter.where());
    filter.bind_to(read);
    return read.next() ? read.get<std::size_t>(0) : 0;
}

}  // namespace qk::daemon
