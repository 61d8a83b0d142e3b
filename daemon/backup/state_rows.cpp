#include "daemon/backup/state_rows.hpp"

#include <fmt/format.h>

#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

struct Asked {
    std::string_view name;
    std::string_view table;
    std::string_view query;  // every row, each column as text, makes one digest with their count
};

// In the order of a key, so that the same rows make the same digest.
constexpr Asked kDigests[] = {
    {"orders", "orders",
     "SELECT enterprise, order_id, revision, content_sha256, wanted, satisfied FROM orders ORDER "
     "BY "
     "enterprise"},
    {"warnings", "warnings",
     "SELECT id, standing, coalesce(colour, ''), generation, plan_generation, exercise FROM "
     "warnings ORDER BY id"},
    {"inventory", "inventory_editions",
     "SELECT edition, sha256 FROM inventory_editions ORDER BY number"},
    {"signing_keys", "signing_keys", "SELECT key, valid_from FROM signing_keys ORDER BY number"},
};

constexpr Asked kLines[] = {
    {"schema", "schema_steps", "SELECT coalesce(max(number), 0) FROM schema_steps"},
    {"audit_head", "audit", "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1"},
    {"order_revisions", "order_revisions",
     "SELECT count(*), coalesce(sum(revision), 0) FROM order_revisions"},
    {"receipts", "receipts", "SELECT count(*), coalesce(max(number), 0) FROM receipts"},
    {"verdicts", "verdicts",
     "SELECT compliance, count(*) FROM verdicts GROUP BY compliance ORDER BY compliance"},
    {"cases", "cases", "SELECT state, count(*) FROM cases GROUP BY state ORDER BY state"},
    {"warning_story", "warning_story", "SELECT coalesce(max(number), 0) FROM warning_story"},
    {"events", "events", "SELECT coalesce(max(number), 0) FROM events"},
    {"readings_newest", "readings", "SELECT coalesce(max(t_end), 0) FROM readings"},
    {"journal_position", "meta", "SELECT value FROM meta WHERE key = 'journal_position'"},
};

bool has_table(Session& db, std::string_view name) {
    return db.has("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
                  std::string(name));
}

std::string row_text(const Statement& row) {
    std::string text;
    for (int i = 0; i < row.columns(); ++i) text += (i == 0 ? "" : " ") + row.text(i);
    return text;
}

}  // namespace

StateFacts state_facts(Session& db) {
    StateFacts facts;
    for (const Asked& asked : kDigests) {
        if (!has_table(db, asked.table)) continue;
        plans::Sha256 hash;
        std::size_t count = 0;
        Statement rows(db, asked.query);
        while (rows.next()) {
            hash.add(row_text(rows) + "\n");
            ++count;
        }
        facts[std::string(asked.name)] = fmt::format("{} {}", count, hash.hex());
    }
    for (const Asked& asked : kLines) {
        if (!has_table(db, asked.table)) continue;
        std::string& text = facts[std::string(asked.name)];
        Statement rows(db, asked.query);
        while (rows.next()) text += (text.empty() ? "" : ", ") + row_text(rows);
    }
    return facts;
}

}  // namespace qk::daemon
