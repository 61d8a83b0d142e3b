#include "daemon/store/signing_keys.hpp"

#include "daemon/store/statement.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

std::vector<plans::KeyRecord> key_history(SQLite::Database& db) {
    SQLite::Statement row(
        db, "SELECT key, valid_from, valid_to, succession FROM signing_keys ORDER BY number");
    std::vector<plans::KeyRecord> keys;
    while (row.executeStep()) {
        plans::KeyRecord record{text_at(row, 0), instant_at(row, 1), optional_instant_at(row, 2),
                                std::nullopt};
        if (!row.isColumnNull(3)) {
            // One that was made unreadable leads nowhere, as the check of an export then says.
            const std::string file = "signing_keys.succession";
            const auto value = plans::parse_json(text_at(row, 3), file);
            auto succession = value ? plans::succession_from_json(*value, file) : value.error();
            if (succession) record.succession = std::move(*succession);
        }
        keys.push_back(std::move(record));
    }
    return keys;
}

void add_key(SQLite::Database& db, const std::string& key,
             const std::optional<plans::Succession>& succession, rules::Instant now) {
    run_statement(db, "UPDATE signing_keys SET valid_to=?1 WHERE valid_to IS NULL", now);
    std::optional<std::string> text;
    if (succession) text = plans::canonical_text(to_json(*succession));
    run_statement(db, "INSERT INTO signing_keys(key, valid_from, succession) VALUES(?1,?2,?3)", key,
                  now, text);
}

}  // namespace qk::daemon
