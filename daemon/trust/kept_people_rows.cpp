#include "daemon/trust/kept_people_rows.hpp"

#include <boost/json/array.hpp>

#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

std::vector<std::string> texts_of(const std::string& stored) {
    std::vector<std::string> texts;
    const auto value = plans::parse_json(stored, "kept_people");
    if (!value || !value->is_array()) return texts;
    for (const json::value& one : value->get_array()) {
        if (one.is_string()) texts.emplace_back(one.get_string());
    }
    return texts;
}

// A role that this program does not know gives nothing.
std::set<Role> roles_of(const std::string& stored) {
    std::set<Role> roles;
    for (const std::string& word : texts_of(stored)) {
        if (const auto role = parse_role(word)) roles.insert(*role);
    }
    return roles;
}

std::string stored_roles(const std::set<Role>& roles) {
    json::array words;
    for (const Role role : roles) words.emplace_back(plans::word(to_text(role)));
    return plans::to_text(words);
}

std::string stored_texts(const std::set<std::string>& texts) {
    return plans::to_text(plans::texts({texts.begin(), texts.end()}));
}

}  // namespace

std::vector<KeptPerson> list_kept_people(Session& db) {
    Statement row(db,
                  "SELECT id, name, roles, positions, region, expires, disabled, made_by, made_at, "
                  "changed_by, changed_at FROM kept_people ORDER BY id");
    std::vector<KeptPerson> people;
    while (row.next()) {
        KeptPerson kept;
        kept.person.id = row.text(0);
        kept.person.name = row.text(1);
        kept.person.roles = roles_of(row.text(2));
        const std::vector<std::string> positions = texts_of(row.text(3));
        kept.person.positions = {positions.begin(), positions.end()};
        kept.person.region = row.text(4);
        const std::string expires = row.text(5);
        kept.person.expires = rules::parse_day(expires);
        // An end that cannot be read has passed.
        kept.person.disabled = row.flag(6) || (!expires.empty() && !kept.person.expires);
        kept.made_by = row.text(7);
        kept.made_at = row.instant(8);
        kept.changed_by = row.text(9);
        kept.changed_at = row.instant(10);
        people.push_back(std::move(kept));
    }
    return people;
}

bool has_kept_person(Session& db, const std::string& id) {
    return db.has("SELECT 1 FROM kept_people WHERE id=?1", id);
}

void store_kept_person(Session& db, const KeptPerson& kept) {
    const Person& person = kept.person;
    db.exec(
        "INSERT INTO kept_people(id, name, roles, positions, region, expires, disabled, made_by, "
        "made_at, changed_by, changed_at) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11) ON "
        "CONFLICT(id) DO UPDATE SET name=?2, roles=?3, positions=?4, region=?5, expires=?6, "
        "disabled=?7, changed_by=?10, changed_at=?11",
        person.id, person.name, stored_roles(person.roles), stored_texts(person.positions),
        person.region, person.expires ? rules::to_iso(*person.expires) : std::string(),
        person.disabled ? 1 : 0, kept.made_by, kept.made_at, kept.changed_by, kept.changed_at);
}

}  // namespace qk::daemon
