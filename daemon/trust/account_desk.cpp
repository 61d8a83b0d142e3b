#include "daemon/trust/account_desk.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/operations/accounts.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/known_facts.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/trust/login_rows.hpp"
#include "daemon/trust/login_service.hpp"
#include "plans/text/identifier.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

const std::string kBody = "body";

// Machines show a token, which stands in the people file; addressees log in where they are listed.
constexpr Role kRolesOfPeople[] = {Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                                   Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};

bool is_of_people(Role role) {
    return std::ranges::find(kRolesOfPeople, role) != std::end(kRolesOfPeople);
}

void read_roles(plans::JsonFields& fields, Person& person) {
    for (const std::string& word : fields.maybe_texts("roles")) {
        const auto role = parse_role(word);
        if (role && is_of_people(*role)) {
            person.roles.insert(*role);
        } else {
            fields.fault(
                "roles", "'" + word + "' 不能在此授予 / cannot be given here",
                "duty_officer, approver, inspector, county_officer, auditor, admin；"
                "机器的账号写在人员文件中 / accounts of machines stand in the people file");
        }
    }
}

// Everything of a person but the id. What a change does not name stays as it is: whoever mends a
// name unlocks nobody, and widens no county, by leaving something out.
void read_rest(plans::JsonFields& fields, Person& person) {
    const auto is_given = [&fields](std::string_view key) {
        const json::value* given = fields.member(key);
        return given != nullptr && !given->is_null();
    };
    person.name = fields.text("name");
    person.roles.clear();
    read_roles(fields, person);
    if (is_given("positions")) {
        const std::vector<std::string> positions = fields.maybe_texts("positions");
        person.positions = {positions.begin(), positions.end()};
    }
    if (is_given("region")) person.region = fields.maybe_text("region");
    if (is_given("disabled")) person.disabled = fields.maybe_flag("disabled");
    if (is_given("expires")) {
        const std::string expires = fields.maybe_text("expires");
        person.expires = rules::parse_day(expires);
        if (!expires.empty() && !person.expires) {
            fields.fault("expires", "'" + expires + "' 不是日期 / is not a day", "2026-12-31");
        }
    }
}

rules::Result<Person> read_body(const Call& call, Person person, bool with_id) {
    auto parsed = plans::parse_json(call.request.body, kBody);
    if (!parsed) return parsed.error();
    rules::Faults faults = faults_of_said(*parsed);
    if (!faults.empty()) return faults;
    plans::JsonFields fields(*parsed, "", kBody, faults);
    if (with_id) person.id = fields.text("id");
    read_rest(fields, person);
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return person;
}

void add(rules::Faults& faults, std::string what, std::string cure) {
    faults.push_back({{kBody, 1, 0}, std::move(what), std::move(cure), rules::Severity::kError});
}

json::object kept_json(const KeptPerson& kept, bool is_in_file, rules::Zone zone) {
    const Person& person = kept.person;
    json::array roles;
    for (const Role role : person.roles) roles.emplace_back(plans::word(to_text(role)));
    json::object object{
        {"id", person.id},
        {"name", person.name},
        {"roles", std::move(roles)},
        {"positions", plans::texts({person.positions.begin(), person.positions.end()})},
        {"region", person.region},
        {"expires", nullptr},
        {"disabled", person.disabled},
        {"in_file", is_in_file},
        {"made_by", kept.made_by},
        {"made_at", plans::iso(kept.made_at, zone)},
        {"changed_by", kept.changed_by},
        {"changed_at", plans::iso(kept.changed_at, zone)}};
    if (person.expires) object["expires"] = rules::to_iso(*person.expires);
    return object;
}

bool is_among(const std::vector<Person>& people, const std::string& id) {
    return std::ranges::find(people, id, &Person::id) != people.end();
}

ApiResponse answer_conflict(const char* zh, const char* en, const char* refusal,
                            const rules::Faults& faults = {}) {
    return answer_problem(409, zh, en, faults, {{"refusal", refusal}});
}

}  // namespace

void AccountDesk::set_file(const std::vector<Person>& of_file) {
    of_file_.clear();
    for (const Person& person : of_file) of_file_.insert(person.id);
}

void AccountDesk::restore() {
    set_file(context_.config->people);
    auto read = [](Session& db) { return list_kept_people(db); };
    kept_ = context_.store.transact_now(std::move(read));
    if (!kept_.empty()) apply_(with_kept(context_.config->people));
}

std::vector<Person> AccountDesk::with_kept(std::vector<Person> of_file) const {
    for (const KeptPerson& kept : kept_) {
        if (!is_among(of_file, kept.person.id)) of_file.push_back(kept.person);
    }
    return of_file;
}

std::vector<Person> AccountDesk::people_with(const Person& wanted) const {
    std::vector<Person> people = context_.config->people;
    const auto found = std::ranges::find(people, wanted.id, &Person::id);
    if (found == people.end()) {
        people.push_back(wanted);
    } else {
        *found = wanted;
    }
    return people;
}

void AccountDesk::take(KeptPerson kept) {
    const auto place = std::ranges::lower_bound(
        kept_, kept.person.id, {}, [](const KeptPerson& one) { return one.person.id; });
    if (place != kept_.end() && place->person.id == kept.person.id) {
        *place = std::move(kept);
    } else {
        kept_.insert(place, std::move(kept));
    }
}

rules::Faults AccountDesk::faults_of(const Person& person) const {
    rules::Faults faults;
    if (const auto wrong = plans::id_fault(person.id, plans::IdUse::kName)) {
        add(faults, "id: " + wrong->what, wrong->cure);
    } else if (person.id == "system" || person.id == kPublicReader ||
               person.id.find(':') != std::string::npos) {
        add(faults,
            "'" + person.id + "' 会被误认为没有账号者 / would pass for somebody without an account",
            "字母、数字、-、_ 和 . / letters, digits, '-', '_' and '.', as \"zhang.wei\"");
    }
    if (const auto unseen = plans::find_unseen_in_name(person.name)) {
        add(faults, "name: " + plans::to_text(*unseen), std::string(plans::kUnseenCure));
    }
    for (const std::string& position : person.positions) {
        if (const auto unseen = plans::find_unseen_in_name(position)) {
            add(faults, "positions: " + plans::to_text(*unseen), std::string(plans::kUnseenCure));
        }
    }
    if (person.roles.empty()) {
        add(faults, "没有角色 / no role is given", "至少一个角色 / at least one role");
    }
    const plans::RegionPack& pack = *context_.pack;
    const bool is_known = person.region.empty() || person.region == pack.region_code ||
                          std::ranges::find(pack.sub_regions, person.region,
                                            &plans::SubRegion::code) != pack.sub_regions.end();
    if (!is_known) {
        add(faults, "'" + person.region + "' 不是规则包列出的县区 / is no county of the rule pack",
            "县区代码，或留空表示全市 / the code of a county; empty: the whole region");
    }
    if (person.roles.contains(Role::kCountyOfficer) && person.region.empty()) {
        add(faults, "县区账号没有辖区 / a county officer has no county",
            "选择县区 / choose the county");
    }
    return faults;
}

asio::awaitable<ApiResponse> AccountDesk::list(Call call) {
    json::array items;
    for (const KeptPerson& kept : kept_) {
        if (!covers(call, kept.person.region)) continue;
        const bool is_in_file = of_file_.contains(kept.person.id);
        items.emplace_back(kept_json(kept, is_in_file, context_.pack->zone));
    }
    co_return answer_page_of(items, paging_of(call));
}

asio::awaitable<ApiResponse> AccountDesk::make(Call call) {
    auto person = read_body(call, Person{}, true);
    if (!person) co_return answer_wrong_account_content(person.error());
    if (is_among(context_.config->people, person->id)) {
        co_return answer_conflict("已有此账号", "there is such an account already",
                                  "account_exists");
    }
    if (kept_.size() >= kKeptPeopleMax) {
        co_return answer_conflict("在此建立的账号已达上限", "as many accounts as may be made here",
                                  "too_many_accounts");
    }
    const Instant now = context_.clock.now();
    KeptPerson wanted{std::move(*person), call.caller->id, now, call.caller->id, now};
    co_return co_await put(std::move(call), std::move(wanted), true);
}

asio::awaitable<ApiResponse> AccountDesk::change(Call call) {
    const std::string id = call.parameter("id");
    const auto kept =
        std::ranges::find(kept_, id, [](const KeptPerson& one) { return one.person.id; });
    const bool is_in_file = of_file_.contains(id);
    if (kept == kept_.end() || is_in_file || !covers(call, kept->person.region)) {
        co_return answer_problem(
            404, "没有在此建立的这个账号", "no account of this id was made here",
            rules::refuse("account " + id,
                          is_in_file
                              ? "此账号写在人员文件中，请改文件后重新加载 / it stands in the "
                                "people file: change the file and reload"
                              : "核对账号 / look at the list"));
    }
    if (id == call.caller->id) {
        co_return answer_conflict("不能更改自己的账号，请由另一管理员办理",
                                  "nobody changes their own account: another administrator does",
                                  "own_account");
    }
    KeptPerson wanted = *kept;
    auto person = read_body(call, wanted.person, false);
    if (!person) co_return answer_wrong_account_content(person.error());
    wanted.person = std::move(*person);
    wanted.changed_by = call.caller->id;
    wanted.changed_at = context_.clock.now();
    co_return co_await put(std::move(call), std::move(wanted), false);
}

asio::awaitable<ApiResponse> AccountDesk::put(Call call, KeptPerson wanted, bool is_new) {
    const Person& person = wanted.person;
    rules::Faults faults = faults_of(person);
    if (!faults.empty()) co_return answer_wrong_account_content(faults);
    if (!covers(call, person.region)) {
        co_return answer_problem(403, "您的辖区不含该辖区，无权进行此操作",
                                 "you administer a part of the region alone");
    }
    faults = people_refused(context_.config->people, people_with(person), "accounts",
                            wanted.changed_at, context_.pack->approval.four_eyes);
    if (!faults.empty()) {
        co_return answer_conflict("如此更改后无人可以管理，或一人即可提出并签发",
                                  "nobody could administrate any more, or one could act alone",
                                  "people_refused", faults);
    }
    if (is_busy_) {
        co_return answer_conflict("另一账号正在更改，请重试",
                                  "another account is being changed: try again", "busy");
    }
    is_busy_ = true;
    const auto free = std::shared_ptr<void>(nullptr, [this](void*) { is_busy_ = false; });
    const std::vector<Person> people = people_with(person);
    const rules::Zone zone = context_.pack->zone;
    bool is_done = false;
    auto work = [&](Session& db) {
        store_kept_person(db, wanted);
        if (is_new) erase_ways_in(db, person.id);
        append_audit(db, {wanted.changed_at, call.caller->id, call.request.remote,
                          is_new ? "account.made" : "account.edited", person.id,
                          kept_json(wanted, false, zone)});
        // What the next start finds is no difference then.
        note_people(db, facts_of(people), wanted.changed_at);
        is_done = true;
        return answer_json(kept_json(wanted, false, zone), is_new ? 201 : 200);
    };
    ApiResponse answer = co_await answer_once(context_.store, call, std::move(work));
    // A repeat that was answered before has put it in force already.
    if (!is_done) co_return answer;
    if (is_new) login_.forget_ways_in(person.id);
    take(wanted);
    // Beside the people of now: a reload may have come in between, and may name this id itself.
    if (!of_file_.contains(person.id)) apply_(people_with(person));
    context_.events.wake();
    co_return answer;
}

void AccountDesk::add_routes(Router& router) {
    router.serve(operation::kListKeptAccounts, kAuditors,
                 [this](const Call& call) { return list(call); });
    router.serve(operation::kMakeAccount, kAdmins, [this](const Call& call) { return make(call); });
    router.serve(operation::kChangeAccount, kAdmins,
                 [this](const Call& call) { return change(call); });
}

}  // namespace qk::daemon
