#include "daemon/access/token.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>

#include "daemon/base/log.hpp"
#include "daemon/base/messages.hpp"
#include "plans/text/identifier.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/toml_table.hpp"
#include "plans/text/unseen.hpp"
#include "rules/warning/life.hpp"

namespace qk::daemon {
namespace {

// More than a people file can hold within kTomlBytesMax.
constexpr std::size_t kPeopleMax = 50'000;

// A province, a city or a county; what is not a code could cover more than its place.
bool is_region(std::string_view text) {
    constexpr std::size_t kCodeDigits = 6;
    return text.size() == kCodeDigits && !text.starts_with("00") &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

// The log and the machine tell who acted by the id, so no account passes for the daemon itself, for
// an enterprise ("enterprise:e1") or for those without an account ("(public)").
void check_account_id(const std::string& id, plans::TomlTable& table) {
    if (id.empty()) return;
    if (const auto wrong = plans::id_fault(id, plans::IdUse::kName)) {
        table.wrong("id", wrong->what, wrong->cure);
    }
    const bool is_taken = id == rules::kSystem || id == kPublicReader;
    if (is_taken || id.find(':') != std::string::npos) {
        table.wrong("id", "'" + id + "' would pass for somebody who has no account",
                    "letters, digits, '-', '_' and '.', as \"zhang.wei\"");
    }
}

// A name is stricter than a text (plans/text/unseen.hpp).
void check_name(std::string_view name, std::string_view key, plans::TomlTable& table) {
    const auto unseen = plans::find_unseen_in_name(name);
    if (unseen) table.wrong(key, plans::to_text(*unseen), std::string(plans::kUnseenCure));
}

void read_roles(plans::TomlTable& table, Person& person) {
    const std::vector<std::string> roles = table.texts("roles");
    if (roles.empty()) table.wrong("roles", "is missing or empty", "roles = [\"duty_officer\"]");
    for (const std::string& word : roles) {
        if (const auto role = parse_role(word)) {
            person.roles.insert(*role);
        } else {
            table.wrong("roles", "'" + word + "' is not a role",
                        "duty_officer, approver, inspector, county_officer, auditor, admin, feed, "
                        "sms_gateway or addressee");
        }
    }
    if (person.roles.contains(Role::kCountyOfficer) && person.region.empty()) {
        table.wrong("roles",
                    "county_officer '" + person.id + "' has no region, so would be of all of them",
                    "region = \"411002\", the code of the county");
    }
}

// Reads one [[person]]; whatever is wrong with it is noted.
Person read_person(plans::TomlTable& table) {
    Person person;
    person.id = table.required_text("id", "id = \"zhang.wei\"");
    check_account_id(person.id, table);
    person.name = table.required_text("name", "name = \"张伟\"");
    check_name(person.name, "name", table);
    person.region = table.text("region").value_or("");
    if (!person.region.empty() && !is_region(person.region)) {
        table.wrong("region", "'" + person.region + "' of '" + person.id + "' is not a code",
                    "6 digits of GB/T 2260, as \"411002\"");
    }
    // Without one the person logs in by password alone.
    const auto token = table.text("token_sha256");
    person.token_sha256 = token.value_or("");
    if (token && !plans::from_hex(*token, kTokenHexLength / 2)) {
        table.wrong("token_sha256", "of '" + person.id + "' is not a hash",
                    "the 64 hex digits that 'qingkongctl token new' prints");
    }
    for (std::string& position : table.texts("positions")) {
        if (position.empty()) table.wrong("positions", "has an empty text", "[\"director\"]");
        check_name(position, "positions", table);
        person.positions.insert(std::move(position));
    }
    person.expires = table.day("expires");
    // What cannot be read must not let anybody in: it is a fault, and nobody is read.
    person.disabled = table.yes_no("disabled").value_or(false);
    read_roles(table, person);
    table.finish();
    return person;
}

}  // namespace

std::string token_hash(std::string_view token) { return plans::sha256_hex(token); }

std::string_view bearer_token(std::string_view authorization) {
    constexpr std::string_view kScheme = "bearer ";
    const auto lower = [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    };
    const std::string_view scheme = authorization.substr(0, kScheme.size());
    if (!std::ranges::equal(scheme, kScheme, {}, lower)) return {};
    return authorization.substr(kScheme.size());
}

std::string new_token() {
    std::array<unsigned char, kTokenHexLength / 2> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return plans::to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::vector<std::string> people_who_may_act_alone(const std::vector<Person>& people) {
    std::vector<std::string> warnings;
    for (const Person& person : people) {
        if (person.disabled || !person.roles.contains(Role::kApprover)) continue;
        for (const Role other : {Role::kDutyOfficer, Role::kFeed}) {
            if (!person.roles.contains(other)) continue;
            warnings.push_back("'" + person.id + "' is " + std::string(to_text(other)) +
                               " and approver: one account brings forward and signs");
        }
    }
    return warnings;
}

std::string nobody_can_act(const std::vector<Person>& people, rules::Instant now) {
    const auto acts = [now](const Person& person) {
        return admission_of(person, now) == Admission::kGood;
    };
    const auto administrates = [&acts](const Person& person) {
        return acts(person) && person.roles.contains(Role::kAdmin);
    };
    if (people.empty()) {
        return "账号文件中没有任何账号，无人可以登录 / the people file names nobody: nobody can "
               "log in";
    }
    if (std::ranges::none_of(people, acts)) {
        return "账号全部停用或过期，无人可以登录 / every account is disabled or expired: nobody "
               "can log in";
    }
    if (std::ranges::none_of(people, administrates)) {
        return "没有可用的管理员账号，无人可以管理 / no account with the role admin can log in: "
               "nobody can "
               "administrate";
    }
    return {};
}

void say_who_may_act(Log& log, const std::vector<Person>& people, rules::Instant now) {
    for (const std::string& who : people_who_may_act_alone(people)) {
        log.write(kActsAlone, {{"who", who}});
    }
    const std::string what = nobody_can_act(people, now);
    if (!what.empty()) log.write(kNobodyCanAct, {{"what", what}});
}

rules::Faults newly_alone(const std::vector<Person>& running, const std::vector<Person>& wanted,
                          const std::string& file) {
    const std::vector<std::string> before = people_who_may_act_alone(running);
    rules::Faults faults;
    for (const std::string& who : people_who_may_act_alone(wanted)) {
        if (std::ranges::find(before, who) != before.end()) continue;
        faults.push_back(
            {{file, 1, 0},
             "规则包已关闭四眼原则，该账号将可单人提出并签发 / the pack in force does not keep to "
             "four eyes, and this account could do both: " +
                 who,
             "把两种角色分给两个账号，或先启用 [approval] four_eyes；确需如此，请重启服务 / give "
             "the "
             "roles to two accounts, or put a pack with four_eyes in force first; who wants just "
             "this restarts the service",
             rules::Severity::kError});
    }
    return faults;
}

rules::Faults locked_out(const std::vector<Person>& running, const std::vector<Person>& wanted,
                         const std::string& file, rules::Instant now) {
    const auto acts = [now](const Person& person) {
        return admission_of(person, now) == Admission::kGood;
    };
    const auto administrates = [&acts](const Person& person) {
        return acts(person) && person.roles.contains(Role::kAdmin);
    };
    const std::string cure =
        "保留至少一个未停用、未过期的 admin 账号后重新加载；确需如此，请重启服务 / keep an account "
        "with "
        "the role admin that is neither disabled nor expired, and reload; who wants just this "
        "restarts "
        "the service";
    std::string what;
    if (std::ranges::any_of(running, acts) && std::ranges::none_of(wanted, acts)) {
        what =
            "没有任何可用账号，重新加载后所有人都将无法登录 / no account could act any more: "
            "everybody "
            "would be locked out";
    } else if (std::ranges::any_of(running, administrates) &&
               std::ranges::none_of(wanted, administrates)) {
        what =
            "没有可用的管理员账号，重新加载后无人可以管理 / no account with the role admin could "
            "act any "
            "more: nobody could administrate";
    } else {
        return {};
    }
    for (const Person& person : wanted) {
        if (person.roles.contains(Role::kAdmin))
            what += "；" + person.id + " 已停用或过期 / disabled or expired";
    }
    return {{{file, 1, 0}, std::move(what), cure, rules::Severity::kError}};
}

rules::Faults people_refused(const std::vector<Person>& running, const std::vector<Person>& wanted,
                             const std::string& file, rules::Instant now, bool keeps_to_four_eyes) {
    rules::Faults faults = locked_out(running, wanted, file, now);
    if (!faults.empty() || keeps_to_four_eyes) return faults;
    return newly_alone(running, wanted, file);
}

rules::Result<std::vector<Person>> read_people(std::string_view text, const std::string& file) {
    const auto document = plans::parse_toml(text, file);
    if (!document) return document.error();
    rules::Faults faults;
    std::vector<Person> people;
    std::set<std::string> ids;
    std::set<std::string> hashes;
    plans::TomlTable root(*document, "", file, faults);
    for (plans::TomlTable& table : root.tables("person", kPeopleMax)) {
        Person person = read_person(table);
        if (!ids.insert(person.id).second) {
            table.wrong("id", "'" + person.id + "' appears twice", "one entry per person");
        }
        if (!person.token_sha256.empty() && !hashes.insert(person.token_sha256).second) {
            table.wrong("token_sha256", "'" + person.id + "' has another person's token",
                        "a token of their own");
        }
        people.push_back(std::move(person));
    }
    root.finish();
    if (!faults.empty()) return faults;
    return people;
}

}  // namespace qk::daemon
