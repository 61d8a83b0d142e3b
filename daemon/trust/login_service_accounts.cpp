// The API of accounts: what of them is set, one-time links, and what an administrator does for
// somebody who cannot log in.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/enterprise_caller.hpp"
#include "daemon/access/one_time_code.hpp"
#include "daemon/access/password.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "daemon/api/operations/accounts.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/page_links.hpp"
#include "daemon/service/public_address.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/trust/login_service.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

struct WantedLink {
    std::string link;
    std::string password;
    std::string code;
};

// The secret, or the whole address that has it behind its #.
std::string secret_in(const std::string& link) {
    constexpr std::string_view kBefore = "link=";
    const auto at = link.rfind(kBefore);
    return at == std::string::npos ? link : link.substr(at + kBefore.size());
}

rules::Result<WantedLink> read_wanted(const Call& call) {
    const auto fill = [](plans::JsonFields& fields, WantedLink& wanted) {
        wanted.link = secret_in(fields.text("link"));
        wanted.password = fields.maybe_text("password");
        wanted.code = fields.maybe_text("code");
    };
    return read_body<WantedLink>(call, fill);
}

ApiResponse no_such_account() {
    return answer_problem(
        404, "没有这个账号", "no such account",
        rules::refuse("no such account",
                      "账号在人员文件中增加后重新加载 / add it to the people file "
                      "and reload"));
}

const char* word_of(Admission admission) {
    switch (admission) {
        case Admission::kDisabled:
            return "disabled";
        case Admission::kExpired:
            return "expired";
        case Admission::kGood:
        case Admission::kUnknown:
            break;
    }
    return "good";
}

// Whoever administers a part of the region does so for its people alone.
const Person* account_of(const Logins& logins, const Call& call) {
    const Person* const person = logins.account(call.parameter("id"));
    return person != nullptr && covers(call, person->region) ? person : nullptr;
}

bool covers_enterprise(const Context& context, const Call& call, const std::string& enterprise) {
    const auto place = context.inventories.index()->enterprise(enterprise);
    return place && covers(call, context.inventories.current()->enterprises[*place].region.text());
}

}  // namespace

asio::awaitable<ApiResponse> LoginService::list_accounts(Call call) {
    auto read = [](Session& db) { return list_credentials(db); };
    const auto stored = co_await context_.store.read(std::move(read), call.reader());
    const Instant now = context_.clock.now();
    const rules::Zone zone = context_.pack->zone;
    json::array items;
    for (const Person& person : context_.config->people) {
        if (!covers(call, person.region)) continue;
        const auto own = std::ranges::find(stored, person.id, &Credential::person);
        const bool is_set = own != stored.end();
        const Tries* const tries = pauses_.find(account_name(person.id));
        const bool is_paused = tries != nullptr && tries->paused_until > now;
        json::object object{{"id", person.id},
                            {"name", person.name},
                            {"state", word_of(admission_of(person, now))},
                            {"has_password", is_set && !own->password.empty()},
                            {"has_second_factor", is_set && !own->code_secret.empty()},
                            {"has_token", !person.token_sha256.empty()},
                            {"changed_at", nullptr},
                            {"wrong", tries == nullptr ? 0 : tries->wrong},
                            {"paused_until", nullptr},
                            {"sessions", logins_->list(person.id, true).size()},
                            {"tokens", logins_->list(person.id, false).size()}};
        if (is_set) object["changed_at"] = plans::iso(own->changed_at, zone);
        if (is_paused) object["paused_until"] = plans::iso(tries->paused_until, zone);
        items.emplace_back(std::move(object));
    }
    co_return answer_page_of(items, paging_of(call));
}

asio::awaitable<ApiResponse> LoginService::make_link(Call call, LinkKind kind, bool resets) {
    const Person* const person = account_of(*logins_, call);
    if (person == nullptr) co_return no_such_account();
    const Config& config = *context_.config;
    if (kind == LinkKind::kLogin && !settings_.login_links) {
        co_return answer_problem(
            409, "本系统不允许免口令登录链接", "links that log in without a password are off",
            rules::refuse("accounts.login_links is off",
                          "qingkongctl account invite ID；演示系统可在配置中设 [accounts] "
                          "login_links = true / a demo may switch them on"),
            {{"refusal", "login_links_off"}});
    }
    const Instant now = context_.clock.now();
    const std::string secret = new_token();
    AccountLink link;
    link.hash = token_hash(secret);
    link.kind = kind;
    link.person = person->id;
    link.code_secret = kind == LinkKind::kSet ? new_code_secret() : std::string();
    link.made_by = call.caller->id;
    link.made_at = now;
    link.ends_at = end_after(now, settings_.link);
    std::vector<std::string> ended;
    auto work = [&](Session& db) {
        if (resets) {
            erase_credential(db, link.person);
            ended = end_logins_of(db, link.person, LoginsOf::kAll);
            erase_tries(db, account_name(link.person));
        }
        store_link(db, link);
        const char* const action = kind == LinkKind::kLogin ? "account.login_link"
                                   : resets                 ? "account.reset"
                                                            : "account.invited";
        append_audit(db, {now, call.caller->id, call.request.remote, action, link.person,
                          json::object{{"until", plans::iso(link.ends_at, context_.pack->zone)},
                                       {"ended", ended.size()}}});
    };
    co_await context_.store.transact(std::move(work));
    if (resets) pauses_.forget(account_name(link.person));
    end_in_memory(ended);
    context_.events.wake();
    co_return answer_json(json::object{{"id", link.person},
                                       {"kind", json::string(to_text(kind))},
                                       {"link", public_address(config) + "/#link=" + secret},
                                       {"ends_at", plans::iso(link.ends_at, context_.pack->zone)},
                                       {"ended", ended.size()}},
                          201);
}

asio::awaitable<ApiResponse> LoginService::look_at_link(Call call) {
    const auto wanted = read_wanted(call);
    if (!wanted) co_return answer_wrong_account_content(wanted.error());
    const Attempt attempt{
        {}, {}, {}, std::string(address_in(call.request.remote)), context_.clock.now()};
    if (auto refused = refuse_paused(attempt)) co_return std::move(*refused);
    const std::string hash = token_hash(wanted->link);
    auto read = [&hash](Session& db) { return find_link(db, hash); };
    const auto link = co_await context_.store.read(std::move(read), call.reader());
    const Person* const person = link ? logins_->account(link->person) : nullptr;
    if (person == nullptr || link->ends_at <= attempt.at) {
        co_await note_wrong(attempt);
        co_return answer_wrong_link();
    }
    json::object object{{"id", person->id},
                        {"name", person->name},
                        {"kind", json::string(to_text(link->kind))},
                        {"ends_at", plans::iso(link->ends_at, context_.pack->zone)},
                        {"needs_code", settings_.second_factor},
                        {"password_least", settings_.password_least},
                        {"code_secret", nullptr},
                        {"code_address", nullptr}};
    if (link->kind == LinkKind::kSet) {
        object["code_secret"] = link->code_secret;
        object["code_address"] =
            code_address(link->code_secret, person->id, "Qingkong " + context_.pack->region_code);
    }
    co_return answer_json(object);
}

asio::awaitable<ApiResponse> LoginService::use_link(Call call) {
    const auto wanted = read_wanted(call);
    if (!wanted) co_return answer_wrong_account_content(wanted.error());
    Attempt attempt{
        {}, {}, wanted->code, std::string(address_in(call.request.remote)), context_.clock.now()};
    if (auto refused = refuse_paused(attempt)) co_return std::move(*refused);
    const std::string hash = token_hash(wanted->link);
    auto read = [&hash](Session& db) { return find_link(db, hash); };
    const auto link = co_await context_.store.read(std::move(read), call.reader());
    const Person* const person = link ? logins_->account(link->person) : nullptr;
    const bool is_good = person != nullptr && link->ends_at > attempt.at &&
                         admission_of(*person, attempt.at) == Admission::kGood;
    if (!is_good) {
        co_await note_wrong(attempt);
        co_return answer_wrong_link();
    }
    const AccountConfig config = settings_;
    Credential set{link->person, {}, {}, 0, attempt.at};
    const bool sets = link->kind == LinkKind::kSet;
    if (!sets && !config.login_links) co_return answer_wrong_link();
    if (sets) {
        const rules::Faults faults =
            password_faults(wanted->password, link->person, config.password_least);
        if (!faults.empty()) co_return answer_wrong_account_content(faults);
        // The first code shows that the app has the secret; it counts, as any.
        const auto step = find_code_step(link->code_secret, wanted->code, attempt.at, 0);
        if (!step && (config.second_factor || !wanted->code.empty())) {
            co_return answer_wrong_account_content(rules::refuse(
                "验证码不符 / the code is not that of this secret",
                "在验证器中添加本页的密钥，填写它显示的六位数字；手机时间须准 / add the secret to "
                "your "
                "authenticator and enter its six digits; the phone's clock must be right"));
        }
        const auto place = take_place(attempt);
        if (!place) co_return answer_logins_busy();
        set.password = co_await hash_on_thread(wanted->password);
        set.code_secret = step ? link->code_secret : std::string();
        set.code_step = step.value_or(0);
    }
    const std::string secret = new_token();
    const Login login = session_for(link->person, sets ? ProofKind::kSession : ProofKind::kLink,
                                    !set.code_secret.empty(), attempt.remote, secret, attempt.at);
    const std::vector<std::string> over = drop_ended(attempt.at);
    std::vector<std::string> ended;
    bool is_used = false;
    auto work = [&](Session& db) {
        if (!erase_link(db, hash)) return;
        is_used = true;
        ended = over;
        if (sets) {
            // Whoever had the old password is out.
            const auto of_old = end_logins_of(db, link->person, LoginsOf::kSessions);
            ended.insert(ended.end(), of_old.begin(), of_old.end());
            store_credential(db, set);
            append_audit(db, {attempt.at, link->person, attempt.remote, "account.set", link->person,
                              json::object{{"second_factor", set.code_step > 0},
                                           {"invited_by", link->made_by}}});
        }
        put_session(db, login, ended);
    };
    co_await context_.store.transact(std::move(work));
    if (!is_used) co_return answer_wrong_link();
    pauses_.forget(account_name(link->person));
    context_.events.wake();
    co_return answer_opened(login, secret, ended);
}

asio::awaitable<ApiResponse> LoginService::unlock_account(Call call) {
    const Person* const person = account_of(*logins_, call);
    if (person == nullptr) co_return no_such_account();
    const std::string id = person->id;
    const Instant now = context_.clock.now();
    const Tries* const tries = pauses_.find(account_name(id));
    const int wrong = tries == nullptr ? 0 : tries->wrong;
    auto work = [&](Session& db) {
        erase_tries(db, account_name(id));
        append_audit(db, {now, call.caller->id, call.request.remote, "account.unlocked", id,
                          json::object{{"wrong", wrong}}});
    };
    co_await context_.store.transact(std::move(work));
    pauses_.forget(account_name(id));
    context_.events.wake();
    co_return answer_json(json::object{{"id", id}, {"wrong", wrong}});
}

asio::awaitable<ApiResponse> LoginService::drop_second_factor(Call call) {
    const Person* const person = account_of(*logins_, call);
    if (person == nullptr) co_return no_such_account();
    const std::string id = person->id;
    if (settings_.second_factor) {
        co_return answer_problem(
            409, "本系统要求动态验证码，不能只凭口令登录", "a second factor is required here",
            rules::refuse(
                "accounts.second_factor is on",
                "换手机时用 qingkongctl account reset ID 重发链接 / for a lost phone make a "
                "new link: qingkongctl account reset ID"),
            {{"refusal", "second_factor_required"}});
    }
    const Instant now = context_.clock.now();
    std::vector<std::string> ended;
    bool had_one = false;
    auto work = [&](Session& db) {
        auto found = find_credential(db, id);
        had_one = found && !found->code_secret.empty();
        if (!had_one) return;
        found->code_secret.clear();
        found->changed_at = now;
        store_credential(db, *found);
        ended = end_logins_of(db, id, LoginsOf::kSessions);
        append_audit(
            db, {now, call.caller->id, call.request.remote, "account.second_factor_dropped", id,
                 json::object{{"ended", ended.size()}}});
    };
    co_await context_.store.transact(std::move(work));
    if (had_one) end_in_memory(ended);
    context_.events.wake();
    co_return answer_json(json::object{{"id", id}, {"had_one", had_one}});
}

// Of an account, or of an enterprise on its page ("enterprise:e1"): its telephone may be lost, and
// what was sent to it may be read by somebody else. Links that nobody has used go with them.
asio::awaitable<ApiResponse> LoginService::end_sessions(Call call) {
    const std::string id = call.parameter("id");
    const std::string enterprise = enterprise_behind(id);
    const bool may_end = enterprise.empty() ? account_of(*logins_, call) != nullptr
                                            : covers_enterprise(context_, call, enterprise);
    if (!may_end) co_return no_such_account();
    const Instant now = context_.clock.now();
    std::vector<std::string> ended;
    auto work = [&](Session& db) {
        ended = end_logins_of(db, id, LoginsOf::kAll);
        if (!enterprise.empty()) erase_page_links_of(db, enterprise);
        append_audit(db, {now, call.caller->id, call.request.remote, "account.logged_out", id,
                          json::object{{"ended", ended.size()}}});
    };
    co_await context_.store.transact(std::move(work));
    end_in_memory(ended);
    context_.events.wake();
    co_return answer_json(json::object{{"id", id}, {"ended", ended.size()}});
}

void LoginService::add_account_routes(Router& router) {
    router.serve(operation::kListAccounts, kAuditors,
                 [this](const Call& call) { return list_accounts(call); });
    router.serve(operation::kInviteAccount, kAdmins,
                 [this](const Call& call) { return make_link(call, LinkKind::kSet, false); });
    router.serve(operation::kResetAccount, kAdmins,
                 [this](const Call& call) { return make_link(call, LinkKind::kSet, true); });
    router.serve(operation::kMakeLoginLink, kAdmins,
                 [this](const Call& call) { return make_link(call, LinkKind::kLogin, false); });
    router.serve(operation::kUnlockAccount, kAdmins,
                 [this](const Call& call) { return unlock_account(call); });
    router.serve(operation::kDropSecondFactor, kAdmins,
                 [this](const Call& call) { return drop_second_factor(call); });
    router.serve(operation::kEndSessions, kAdmins,
                 [this](const Call& call) { return end_sessions(call); });
    router.serve(operation::kLookAtLink, kAnyone,
                 [this](const Call& call) { return look_at_link(call); });
    router.serve(operation::kUseLink, kAnyone, [this](const Call& call) { return use_link(call); });
}

}  // namespace qk::daemon
