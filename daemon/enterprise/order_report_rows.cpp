#include "daemon/enterprise/order_report_rows.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kPhotoColumns =
    "SELECT number, holder, revision, at, name, media, bytes, sha256, taken_at, longitude, "
    "latitude, datum FROM order_photos";

OrderPhoto photo_of(Statement& row) {
    return {row.integer(0),       row.text(1),           row.integer(2),
            row.instant(3),       row.text(4),           row.text(5),
            row.integer(6),       row.text(7),           row.maybe<rules::Instant>(8),
            row.maybe<double>(9), row.maybe<double>(10), row.text(11)};
}

}  // namespace

std::int64_t store_order_photo(Session& db, const OrderPhoto& photo, std::string_view content) {
    if (const auto there = same_order_photo(db, photo)) return there->number;
    db.exec(
        "INSERT INTO order_photos(holder, revision, at, name, media, bytes, sha256, taken_at, "
        "longitude, latitude, datum, content) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
        photo.holder, photo.revision, photo.at, photo.name, photo.media, photo.bytes, photo.sha256,
        photo.taken_at, photo.longitude, photo.latitude, photo.datum, Blob{content});
    return db.last_id();
}

std::optional<OrderPhoto> same_order_photo(Session& db, const OrderPhoto& photo) {
    Statement row(db,
                  std::string(kPhotoColumns) + " WHERE holder = ? AND revision = ? AND sha256 = ?",
                  photo.holder, photo.revision, photo.sha256);
    if (!row.next()) return std::nullopt;
    return photo_of(row);
}

std::optional<OrderPhoto> find_order_photo(Session& db, std::int64_t number) {
    Statement row(db, std::string(kPhotoColumns) + " WHERE number = ?", number);
    if (!row.next()) return std::nullopt;
    return photo_of(row);
}

std::optional<std::string> content_of_order_photo(Session& db, std::int64_t number) {
    return db.one<std::string>("SELECT content FROM order_photos WHERE number = ?", number);
}

std::int64_t count_order_photos(Session& db, const std::string& holder, std::int64_t revision) {
    return db
        .one<std::int64_t>("SELECT COUNT(*) FROM order_photos WHERE holder = ? AND revision = ?",
                           holder, revision)
        .value_or(0);
}

std::vector<OrderPhoto> photos_of_report(Session& db, std::int64_t report) {
    Statement row(db,
                  std::string(kPhotoColumns) +
                      " WHERE number IN (SELECT photo FROM order_report_photos WHERE report = ?) "
                      "ORDER BY number",
                  report);
    std::vector<OrderPhoto> all;
    while (row.next()) all.push_back(photo_of(row));
    return all;
}

void name_photo(Session& db, std::int64_t photo, std::int64_t report) {
    db.exec("INSERT OR IGNORE INTO order_report_photos(report, photo) VALUES(?2, ?1)", photo,
            report);
}

std::int64_t store_order_report(Session& db, const OrderReport& report) {
    db.exec(
        "INSERT INTO order_reports(holder, revision, line, at, by_whom, note, person) "
        "VALUES(?,?,?,?,?,?,?)",
        report.holder, report.revision, report.line, report.at, report.by, report.note,
        report.person);
    return db.last_id();
}

std::int64_t count_order_reports(Session& db, const std::string& holder, std::int64_t revision) {
    return db
        .one<std::int64_t>("SELECT COUNT(*) FROM order_reports WHERE holder = ? AND revision = ?",
                           holder, revision)
        .value_or(0);
}

std::vector<OrderReport> list_order_reports(Session& db, const std::string& holder,
                                            const std::string& other_holder, std::int64_t below,
                                            std::size_t offset, std::size_t limit) {
    Statement row(
        db,
        "SELECT number, holder, revision, line, at, by_whom, note, person FROM "
        "order_reports WHERE holder IN (?, ?) AND number < ? ORDER BY number DESC LIMIT ? "
        "OFFSET ?",
        holder, other_holder, below, limit, offset);
    std::vector<OrderReport> all;
    while (row.next()) {
        all.push_back({row.integer(0), row.text(1), row.integer(2), row.text(3), row.instant(4),
                       row.text(5), row.text(6), row.text(7)});
    }
    return all;
}

std::size_t count_all_order_reports(Session& db, const std::string& holder,
                                    const std::string& other_holder) {
    Statement row(db, "SELECT COUNT(*) FROM order_reports WHERE holder IN (?, ?)", holder,
                  other_holder);
    return row.next() ? row.get<std::size_t>(0) : 0;
}

}  // namespace qk::daemon
