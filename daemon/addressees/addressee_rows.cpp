#include "daemon/addressees/addressee_rows.hpp"

namespace qk::daemon {

std::int64_t store_addressee_list(Session& db, const AddresseeListRow& row) {
    db.exec(
        "INSERT INTO addressee_lists(at, person, source, form, sha256, text) "
        "VALUES(?,?,?,?,?,?)",
        row.at, row.person, row.source, row.form, row.sha256, row.text);
    const std::int64_t number = db.last_id();
    db.exec("UPDATE addressee_lists SET text = '' WHERE number = ?", number - kAddresseeListsKept);
    return number;
}

std::optional<AddresseeListRow> newest_addressee_list(Session& db) {
    Statement row(db,
                  "SELECT number, at, person, source, form, sha256, text FROM addressee_lists "
                  "ORDER BY number DESC LIMIT 1");
    if (!row.next()) return std::nullopt;
    return AddresseeListRow{row.integer(0), row.instant(1), row.text(2), row.text(3),
                            row.text(4),    row.text(5),    row.text(6)};
}

std::string last_addressee_file(Session& db) {
    return db
        .one<std::string>(
            "SELECT sha256 FROM addressee_lists WHERE source = 'file' ORDER BY number DESC LIMIT 1")
        .value_or("");
}

}  // namespace qk::daemon
