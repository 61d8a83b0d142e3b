#include "daemon/http/token.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <set>
#include <stdexcept>
#include <toml++/toml.h>

namespace qk::daemon {
namespace {

std::string to_hex(const unsigned char* bytes, std::size_t size) {
    static constexpr char kHex[] = "0123456789abcdef";
    std::string text;
    for (std::size_t i = 0; i < size; ++i) {
        text += kHex[bytes[i] >> 4];
        text += kHex[bytes[i] & 15];
    }
    return text;
}

rules::Place place_of(const toml::node& node, const std::string& file) {
    return {file, static_cast<int>(node.source().begin.line),
            static_cast<int>(node.source().begin.column)};
}

bool is_hash(std::string_view text) {
    return text.size() == kTokenHexLength &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Reads one [[person]]; whatever is wrong with it is added to `faults`.
Person read_person(const toml::table& table, const std::string& file, rules::Faults& faults) {
    const auto fault = [&](const toml::node& node, std::string what, std::string cure) {
        faults.push_back({place_of(node, file), std::move(what), std::move(cure)});
    };
    static const std::set<std::string_view> kKnown{"id",        "name",   "roles",
                                                   "positions", "region", "token_sha256"};
    for (const auto& [key, value] : table) {
        if (!kKnown.contains(key.str())) {
            fault(value, "unknown key '" + std::string(key.str()) + "'",
                  "id, name, roles, positions, region or token_sha256");
        }
    }
    Person person;
    person.id = table["id"].value_or(std::string{});
    person.name = table["name"].value_or(std::string{});
    person.region = table["region"].value_or(std::string{});
    person.token_sha256 = table["token_sha256"].value_or(std::string{});
    if (person.id.empty()) fault(table, "a person without id", "id = \"zhang.wei\"");
    if (person.name.empty()) fault(table, "a person without name", "name = \"张伟\"");
    if (!is_hash(person.token_sha256)) {
        fault(table, "token_sha256 of '" + person.id + "' is not a hash",
              "the 64 hex digits that 'qingkongctl token new' prints");
    }
    if (const toml::array* positions = table["positions"].as_array()) {
        for (const toml::node& node : *positions) {
            const std::string position = node.value_or(std::string{});
            if (position.empty()) fault(node, "a position is not a text", "\"director\"");
            person.positions.insert(position);
        }
    } else if (table.contains("positions")) {
        fault(table, "positions of '" + person.id + "' is not a list", "positions = [\"director\"]");
    }
    const toml::array* roles = table["roles"].as_array();
    if (roles == nullptr || roles->empty()) {
        fault(table, "'" + person.id + "' has no roles", "roles = [\"duty_officer\"]");
        return person;
    }
    for (const toml::node& node : *roles) {
        const auto role = parse_role(node.value_or(std::string_view{}));
        if (role) {
            person.roles.insert(*role);
        } else {
            fault(node, "unknown role '" + node.value_or(std::string{}) + "'",
                  "duty_officer, approver, inspector, county_officer, auditor, admin or feed");
        }
    }
    return person;
}

}  // namespace

std::string token_hash(std::string_view token) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(token.data(), token.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available");
    }
    return to_hex(digest.data(), size);
}

std::string new_token() {
    std::array<unsigned char, kTokenHexLength / 2> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return to_hex(bytes.data(), bytes.size());
}

rules::Result<std::vector<Person>> read_people(std::string_view text, const std::string& file) {
    rules::Faults faults;
    toml::table root;
    try {
        root = toml::parse(text, file);
    } catch (const toml::parse_error& error) {
        const auto at = error.source().begin;
        return rules::Faults{{{file, static_cast<int>(at.line), static_cast<int>(at.column)},
                              std::string(error.description()), "valid TOML"}};
    }
    std::vector<Person> people;
    std::set<std::string> ids;
    std::set<std::string> hashes;
    for (const auto& [key, value] : root) {
        const toml::array* entries = value.as_array();
        if (key.str() != "person" || entries == nullptr) {
            faults.push_back({place_of(value, file), "unknown key '" + std::string(key.str()) + "'",
                              "[[person]]"});
            continue;
        }
        for (const toml::node& node : *entries) {
            const toml::table* table = node.as_table();
            if (table == nullptr) continue;
            Person person = read_person(*table, file, faults);
            if (!ids.insert(person.id).second) {
                faults.push_back({place_of(node, file), "id '" + person.id + "' appears twice",
                                  "one entry a person"});
            }
            if (!hashes.insert(person.token_sha256).second) {
                faults.push_back({place_of(node, file),
                                  "'" + person.id + "' has another person's token",
                                  "a token of their own"});
            }
            people.push_back(std::move(person));
        }
    }
    if (!faults.empty()) return faults;
    return people;
}

}  // namespace qk::daemon
