#include "daemon/trust/login_rows.hpp"

#include <boost/json/array.hpp>

#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kKinds[] = {"", "token", "own_token", "session", "link"};

std::string word_of(ProofKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

ProofKind kind_of(std::string_view word) {
    for (const ProofKind kind : {ProofKind::kOwnToken, ProofKind::kSession, ProofKind::kLink}) {
        if (word == kKinds[static_cast<std::size_t>(kind)]) return kind;
    }
    return ProofKind::kNone;
}

std::string roles_text(const std::set<Role>& roles) {
    boost::json::array words;
    for (const Role role : roles) words.emplace_back(boost::json::string(to_text(role)));
    return plans::to_text(words);
}

std::set<Role> roles_in(const std::string& text) {
    std::set<Role> roles;
    const auto words = plans::parse_json(text, "logins.roles");
    if (!words || !words->is_array()) return roles;
    for (const boost::json::value& word : words->get_array()) {
        const auto role =
            word.is_string() ? parse_role(std::string(word.get_string())) : std::nullopt;
        if (role) roles.insert(*role);
    }
    return roles;
}

constexpr const char* kCredentialColumns =
    "SELECT person, password, code_secret, code_step, changed_at FROM credentials";

Credential credential_at(Statement& row) {
    return {row.text(0), row.text(1), row.text(2), row.integer(3), row.instant(4)};
}

}  // namespace

std::optional<Credential> find_credential(Session& db, const std::string& person) {
    Statement row(db, std::string(kCredentialColumns) + " WHERE person=?1", person);
    if (!row.next()) return std::nullopt;
    return credential_at(row);
}

std::vector<Credential> list_credentials(Session& db) {
    Statement row(db, kCredentialColumns);
    std::vector<Credential> all;
    while (row.next()) all.push_back(credential_at(row));
    return all;
}

void store_credential(Session& db, const Credential& credential) {
    db.exec(
        "INSERT OR REPLACE INTO credentials(person, password, code_secret, code_step, changed_at) "
        "VALUES(?1,?2,?3,?4,?5)",
        credential.person, credential.password, credential.code_secret, credential.code_step,
        credential.changed_at);
}

void store_password(Session& db, const std::string& person, const std::string& hash) {
    db.exec("UPDATE credentials SET password=?2 WHERE person=?1", person, hash);
}

bool take_code_step(Session& db, const std::string& person, std::int64_t step) {
    return db.exec("UPDATE credentials SET code_step=?2 WHERE person=?1 AND code_step<?2", person,
                   step) > 0;
}

void erase_credential(Session& db, const std::string& person) {
    db.exec("DELETE FROM credentials WHERE person=?1", person);
}

std::vector<Login> list_logins(Session& db) {
    Statement row(db,
                  "SELECT hash, kind, person, name, roles, reads_only, second_factor, remote, "
                  "made_at, used_at, ends_at FROM logins");
    std::vector<Login> all;
    while (row.next()) {
        Login login;
        login.hash = row.text(0);
        login.kind = kind_of(row.view(1));
        login.person = row.text(2);
        login.name = row.text(3);
        login.roles = roles_in(row.text(4));
        login.reads_only = row.flag(5);
        login.has_second_factor = row.flag(6);
        login.remote = row.text(7);
        login.made_at = row.instant(8);
        login.used_at = row.instant(9);
        login.ends_at = row.instant(10);
        if (login.kind != ProofKind::kNone) all.push_back(std::move(login));
    }
    return all;
}

void store_login(Session& db, const Login& login) {
    db.exec(
        "INSERT INTO logins(hash, kind, person, name, roles, reads_only, second_factor, remote, "
        "made_at, used_at, ends_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)",
        login.hash, word_of(login.kind), login.person, login.name, roles_text(login.roles),
        login.reads_only, login.has_second_factor, login.remote, login.made_at, login.used_at,
        login.ends_at);
}

void store_login_use(Session& db, const Logins::Use& use) {
    db.exec("UPDATE logins SET used_at=?2 WHERE hash=?1", use.hash, use.used_at);
}

void erase_logins(Session& db, const std::vector<std::string>& hashes) {
    for (const std::string& hash : hashes) db.exec("DELETE FROM logins WHERE hash=?1", hash);
}

void erase_logins_of(Session& db, const std::string& person) {
    db.exec("DELETE FROM logins WHERE person=?1", person);
}

std::vector<std::string> end_logins_of(Session& db, const std::string& person, LoginsOf which,
                                       const std::string& but) {
    std::vector<std::string> ended;
    Statement row(db,
                  "DELETE FROM logins WHERE person=?1 AND hash<>?2 AND (?3 OR kind<>?4) "
                  "RETURNING hash",
                  person, but, which == LoginsOf::kAll, word_of(ProofKind::kOwnToken));
    while (row.next()) ended.push_back(row.text(0));
    return ended;
}

std::string_view to_text(LinkKind kind) { return kind == LinkKind::kSet ? "set" : "login"; }

std::optional<AccountLink> find_link(Session& db, const std::string& hash) {
    Statement row(db,
                  "SELECT hash, kind, person, code_secret, made_by, made_at, ends_at FROM "
                  "account_links WHERE hash=?1",
                  hash);
    if (!row.next()) return std::nullopt;
    const LinkKind kind = row.view(1) == "login" ? LinkKind::kLogin : LinkKind::kSet;
    return AccountLink{row.text(0), kind,           row.text(2),   row.text(3),
                       row.text(4), row.instant(5), row.instant(6)};
}

void store_link(Session& db, const AccountLink& link) {
    erase_links(db, link.person);
    db.exec(
        "INSERT INTO account_links(hash, kind, person, code_secret, made_by, made_at, ends_at) "
        "VALUES(?1,?2,?3,?4,?5,?6,?7)",
        link.hash, to_text(link.kind), link.person, link.code_secret, link.made_by, link.made_at,
        link.ends_at);
}

bool erase_link(Session& db, const std::string& hash) {
    return db.exec("DELETE FROM account_links WHERE hash=?1", hash) > 0;
}

void erase_links(Session& db, const std::string& person) {
    db.exec("DELETE FROM account_links WHERE person=?1", person);
}

void erase_ended_links(Session& db, rules::Instant now) {
    db.exec("DELETE FROM account_links WHERE ends_at<=?1", now);
}

std::vector<Tries> list_tries(Session& db) {
    Statement row(db, "SELECT name, wrong, last, paused_until FROM login_tries");
    std::vector<Tries> all;
    while (row.next()) {
        all.push_back(
            {row.text(0), static_cast<int>(row.integer(1)), row.instant(2), row.instant(3)});
    }
    return all;
}

void store_tries(Session& db, const Tries& tries) {
    db.exec(
        "INSERT OR REPLACE INTO login_tries(name, wrong, last, paused_until) VALUES(?1,?2,?3,?4)",
        tries.name, tries.wrong, tries.last, tries.paused_until);
}

void erase_tries(Session& db, const std::string& name) {
    db.exec("DELETE FROM login_tries WHERE name=?1", name);
}

void erase_ways_in(Session& db, const std::string& person) {
    erase_credential(db, person);
    erase_logins_of(db, person);
    erase_links(db, person);
    erase_tries(db, account_name(person));
}

}  // namespace qk::daemon
