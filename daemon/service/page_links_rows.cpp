#include "daemon/service/page_links.hpp"

namespace qk::daemon {

void store_page_link(Session& db, const PageLink& link) {
    // Of a message that is offered again it is the same link.
    db.exec(
        "INSERT INTO page_links(hash, enterprise, made_by, made_at, ends_at) VALUES(?,?,?,?,?) "
        "ON CONFLICT(hash) DO UPDATE SET made_at = excluded.made_at, ends_at = excluded.ends_at",
        link.hash, link.enterprise, link.made_by, link.made_at, link.ends_at);
    db.exec(
        "DELETE FROM page_links WHERE hash IN (SELECT hash FROM page_links WHERE enterprise = ?1 "
        "ORDER BY made_at DESC, hash = ?2 DESC LIMIT -1 OFFSET ?3)",
        link.enterprise, link.hash, kPageLinksMax);
}

std::optional<PageLink> find_page_link(Session& db, const std::string& hash) {
    Statement row(
        db, "SELECT hash, enterprise, made_by, made_at, ends_at FROM page_links WHERE hash = ?",
        hash);
    if (!row.next()) return std::nullopt;
    return PageLink{row.text(0), row.text(1), row.text(2), row.instant(3), row.instant(4)};
}

bool erase_page_link(Session& db, const std::string& hash) {
    return db.exec("DELETE FROM page_links WHERE hash = ?", hash) > 0;
}

void erase_page_links_of(Session& db, const std::string& enterprise) {
    db.exec("DELETE FROM page_links WHERE enterprise = ?", enterprise);
}

void erase_ended_page_links(Session& db, rules::Instant now) {
    db.exec("DELETE FROM page_links WHERE ends_at <= ?", now);
}

}  // namespace qk::daemon
