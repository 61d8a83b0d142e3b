#include "daemon/trust/known_facts.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/trust/login_rows.hpp"
#include "plans/documents/pack_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr const char* kConfigKey = "known_config";
constexpr const char* kPeopleKey = "known_people";

Facts known(Session& db, const char* key) {
    Facts facts;
    const auto value = plans::parse_json(get_meta(db, key).value_or("{}"), key);
    if (!value || !value->is_object()) return facts;
    for (const auto& [name, text] : value->get_object()) {
        if (text.is_string()) facts[std::string(name)] = std::string(text.get_string());
    }
    return facts;
}

void keep(Session& db, const char* key, const Facts& facts) {
    json::object object;
    for (const auto& [name, text] : facts) object[name] = text;
    set_meta(db, key, plans::canonical_text(object));
}

struct Difference {
    std::string name;
    const std::string* before = nullptr;
    const std::string* after = nullptr;
};

std::vector<Difference> differences(const Facts& before, const Facts& after) {
    std::map<std::string, Difference> all;
    for (const auto& [name, text] : before) all[name] = {name, &text, nullptr};
    for (const auto& [name, text] : after) {
        Difference& one = all[name];
        one.name = name;
        one.after = &text;
    }
    std::vector<Difference> found;
    for (const auto& [name, one] : all) {
        const bool is_same =
            one.before != nullptr && one.after != nullptr && *one.before == *one.after;
        if (!is_same) found.push_back(one);
    }
    return found;
}

json::value text_or_null(const std::string* text) {
    return text == nullptr ? json::value(nullptr) : json::value(*text);
}

json::object to_json(const Difference& one) {
    return {{"before", text_or_null(one.before)}, {"after", text_or_null(one.after)}};
}

}  // namespace

Facts facts_of(const std::vector<Person>& people) {
    Facts facts;
    for (const Person& person : people) {
        std::string text = "name " + person.name + "; roles";
        for (const Role role : person.roles) text += " " + std::string(to_text(role));
        text += "; positions";
        for (const std::string& position : person.positions) text += " " + position;
        text += "; region " + person.region + "; token " +
                person.token_sha256.substr(0, kTokenMarkDigits);
        if (person.expires) text += "; expires " + rules::to_iso(*person.expires);
        if (person.disabled) text += "; disabled";
        facts[person.id] = std::move(text);
    }
    return facts;
}

Facts facts_of(Facts config, const plans::RegionPack& configured) {
    std::string approvals;
    for (const std::string& one : plans::approval_changes(plans::RegionPack{}, configured)) {
        if (!approvals.empty()) approvals += " | ";
        approvals += one;
    }
    config["region.pack: approvals"] = std::move(approvals);
    config["region.pack: sha256"] =
        plans::sha256_hex(plans::canonical_text(plans::to_json(configured)));
    return config;
}

bool note_config(Session& db, const Facts& config, rules::Instant now) {
    const Facts before = known(db, kConfigKey);
    json::object changed;
    for (const Difference& one : differences(before, config)) changed[one.name] = to_json(one);
    if (changed.empty()) return false;
    append_audit(db, {now, "system", "", "config.changed", "config", changed});
    keep(db, kConfigKey, config);
    return true;
}

PeopleNoted note_people(Session& db, const Facts& people, rules::Instant now) {
    const Facts before = known(db, kPeopleKey);
    const auto found = differences(before, people);
    PeopleNoted noted{found.size(), {}};
    for (const Difference& one : found) {
        const std::string action = one.before == nullptr  ? "account.added"
                                   : one.after == nullptr ? "account.removed"
                                                          : "account.changed";
        append_audit(db, {now, "system", "", action, one.name, to_json(one)});
        // At the first start everybody is new, and nobody has left.
        if (one.before != nullptr || before.empty()) continue;
        erase_ways_in(db, one.name);
        noted.added.push_back(one.name);
    }
    if (!found.empty()) keep(db, kPeopleKey, people);
    return noted;
}

void note_refused(Session& db, const rules::Faults& faults, rules::Instant now) {
    constexpr std::size_t kFaultsKept = 20;
    json::array why;
    for (const rules::Fault& fault : faults) {
        if (why.size() < kFaultsKept) why.emplace_back(json::string(rules::to_text(fault)));
    }
    const json::object data{{"count", faults.size()}, {"why", std::move(why)}};
    append_event(db, now, "config.refused", data);
    append_audit(db, {now, "system", "", "config.refused", "config", data});
}

}  // namespace qk::daemon
