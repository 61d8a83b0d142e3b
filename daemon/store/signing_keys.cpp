#include "daemon/store/signing_keys.hpp"

#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

std::vector<plans::KeyRecord> key_history(Session& db) {
    Statement row(db,
                  "SELECT key, valid_from, valid_to, succession FROM signing_keys ORDER BY number");
    std::vector<plans::KeyRecord> keys;
    while (row.next()) {
        plans::KeyRecord record{row.text(0), row.instant(1), row.maybe<rules::Instant>(2),
                                std::nullopt};
        if (!row.is_null(3)) {
            // One that was made unreadable leads nowhere, as the check of an export then says.
            const std::string file = "signing_keys.succession";
            const auto value = plans::parse_json(row.text(3), file);
            auto succession = value ? plans::succession_from_json(*value, file) : value.error();
            if (succession) record.succession = std::move(*succession);
        }
        keys.push_back(std::move(record));
    }
    return keys;
}

void add_key(Session& db, const std::string& key,
             const std::optional<plans::Succession>& succession, rules::Instant now) {
    db.exec("UPDATE signing_keys SET valid_to=?1 WHERE valid_to IS NULL", now);
    std::optional<std::string> text;
    if (succession) text = plans::canonical_text(to_json(*succession));
    db.exec("INSERT INTO signing_keys(key, valid_from, succession) VALUES(?1,?2,?3)", key, now,
            text);
}

}  // namespace qk::daemon
