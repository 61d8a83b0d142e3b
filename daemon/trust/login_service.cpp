#include "daemon/trust/login_service.hpp"

#include <boost/json/object.hpp>

#include "daemon/access/one_time_code.hpp"
#include "daemon/access/password.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/base/account_messages.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

// A driven clock runs through a day in a minute: nothing that people hold may end by it.
constexpr std::chrono::hours kForDriven{24 * 3650};
constexpr std::chrono::minutes kLookedAfterEvery{1};

PauseRule rule_of(const AccountConfig& config, int factor) {
    return {config.tries * factor, config.pause, config.pause_max};
}

}  // namespace

LoginService::LoginService(Context& context)
    : context_(context), hashing_(context.config->store_mode), used_(context.executor) {}

bool LoginService::is_driven() const { return context_.config->clock_mode == ClockMode::kDriven; }

Instant LoginService::end_after(Instant now, std::chrono::hours hours) const {
    return now + (is_driven() ? kForDriven : hours);
}

void LoginService::restore() {
    auto read = [this](Session& db) {
        for (Login& login : list_logins(db)) logins_->put(std::move(login));
        for (Tries& tries : list_tries(db)) pauses_.restore(std::move(tries));
    };
    context_.store.transact_now(std::move(read));
    reload();
}

void LoginService::reload() {
    const Config& config = *context_.config;
    settings_ = config.accounts;
    logins_->set_people(config.people);
    logins_->set_idle(is_driven() ? std::chrono::seconds(kForDriven)
                                  : std::chrono::seconds(settings_.idle));
    logins_->set_secure(!config.http.certificate.empty() ||
                        config.http.public_url.starts_with("https://"));
    if (tell_changed_) tell_changed_();
}

void LoginService::start(TaskGroup& tasks) { tasks.spawn("logins", run()); }

// With nobody logged in there is nothing to look after.
asio::awaitable<void> LoginService::run() {
    for (;;) {
        const std::uint64_t seen = used_.wakes();
        const Instant now = context_.clock.now();
        const std::vector<Logins::Use> uses = logins_->take_uses();
        const std::vector<std::string> ended = drop_ended(now);
        if (!uses.empty() || !ended.empty()) {
            auto work = [&uses, &ended](Session& db) {
                for (const Logins::Use& use : uses) store_login_use(db, use);
                erase_logins(db, ended);
            };
            co_await context_.store.transact(std::move(work));
        }
        if (logins_->empty()) {
            co_await used_.next(seen);
        } else {
            co_await context_.clock.sleep_until(now + kLookedAfterEvery);
        }
    }
}

// What was typed as a name may be a password: of what is not an account the hash alone is kept.
std::string LoginService::tried_name(const std::string& person) const {
    if (logins_->account(person) != nullptr) return account_name(person);
    return "unknown:" + plans::sha256_hex(person).substr(0, kProofMarkDigits);
}

std::optional<ApiResponse> LoginService::refuse_paused(const Attempt& attempt) {
    auto left = pauses_.left(address_name(attempt.remote), attempt.at);
    if (!attempt.person.empty()) {
        left = std::max(left, pauses_.left(tried_name(attempt.person), attempt.at));
    }
    if (left.count() == 0) return std::nullopt;
    context_.metrics.add(Counter::kWrongTokensRefused);
    return answer_paused(left);
}

std::shared_ptr<void> LoginService::take_place(const Attempt& attempt) {
    auto place = hashing_.admit(address_name(attempt.remote));
    if (!place) context_.log.write(kLoginsBusy, {{"remote", attempt.remote}});
    return place;
}

asio::awaitable<LoginService::Checked> LoginService::check_password(Attempt attempt) {
    auto read = [&attempt](Session& db) { return find_credential(db, attempt.person); };
    const auto found = co_await context_.store.read(std::move(read), kPublicReader);
    const int cost = settings_.hash_cost;
    Checked checked;
    const bool is_there = found && !found->password.empty();
    checked.kept = is_there ? found->password : hash_of_nobody(cost);
    std::function<void()> job = [&checked, &attempt, is_there, cost] {
        checked.is_password = is_password(attempt.password, checked.kept) && is_there;
        const bool is_old = checked.is_password && is_weaker(checked.kept, cost);
        if (is_old) checked.stronger = hash_password(attempt.password, cost);
    };
    co_await hashing_.run(std::move(job));
    co_return checked;
}

asio::awaitable<std::string> LoginService::hash_on_thread(std::string password) {
    std::string hash;
    const int cost = settings_.hash_cost;
    std::function<void()> job = [&hash, &password, cost] { hash = hash_password(password, cost); };
    co_await hashing_.run(std::move(job));
    co_return hash;
}

void LoginService::forget_ways_in(const std::string& person) {
    std::vector<std::string> ended;
    for (const bool of_sessions : {true, false}) {
        for (const Login& one : logins_->list(person, of_sessions)) ended.push_back(one.hash);
    }
    end_in_memory(ended);
    pauses_.forget(account_name(person));
}

LoginService::Outcome LoginService::judge(Session& db, const Attempt& attempt,
                                          const Checked& checked) const {
    const auto found = find_credential(db, attempt.person);
    const Person* const person = logins_->account(attempt.person);
    const bool is_right = checked.is_password && found && found->password == checked.kept &&
                          person != nullptr &&
                          admission_of(*person, attempt.at) == Admission::kGood;
    if (!is_right) return Outcome::kWrong;
    if (found->code_secret.empty()) {
        return settings_.second_factor ? Outcome::kNoSecondFactor : Outcome::kGood;
    }
    const auto step =
        find_code_step(found->code_secret, attempt.code, attempt.at, found->code_step);
    if (!step || !take_code_step(db, attempt.person, *step)) return Outcome::kWrong;
    return Outcome::kGood;
}

asio::awaitable<void> LoginService::note_wrong(Attempt attempt) {
    context_.metrics.add(Counter::kWrongTokens);
    const bool is_account = logins_->account(attempt.person) != nullptr;
    std::vector<Tries> all{pauses_.note_wrong(address_name(attempt.remote), attempt.at,
                                              rule_of(settings_, kAddressTriesFactor))};
    // A link is long and random: whoever tries some keeps nobody else from theirs.
    if (!attempt.person.empty()) {
        all.push_back(
            pauses_.note_wrong(tried_name(attempt.person), attempt.at, rule_of(settings_, 1)));
    }
    const std::vector<std::string> dropped = pauses_.take_dropped(attempt.at);
    auto work = [&](Session& db) {
        for (const std::string& name : dropped) erase_tries(db, name);
        for (const Tries& tries : all) {
            store_tries(db, tries);
            if (tries.paused_until <= attempt.at) continue;
            append_audit(
                db,
                {attempt.at, is_account ? attempt.person : std::string(kPublicReader),
                 attempt.remote, "session.paused", tries.name,
                 json::object{{"wrong", tries.wrong},
                              {"until", rules::to_iso(tries.paused_until, context_.pack->zone)}}});
        }
    };
    co_await context_.store.transact(std::move(work));
    for (const Tries& tries : all) {
        if (tries.paused_until <= attempt.at) continue;
        const bool is_unknown = tries.name.starts_with("unknown:");
        context_.log.write(kLoginPaused, {{"who", is_unknown ? "(unknown account)" : tries.name},
                                          {"wrong", tries.wrong},
                                          {"remote", attempt.remote},
                                          {"seconds", (tries.paused_until - attempt.at).count()}});
    }
}

// Of the account alone: whoever tries many from one address does not begin anew with each that
// they know.
void LoginService::forget_tries(const Attempt& attempt) {
    pauses_.forget(tried_name(attempt.person));
}

Login LoginService::session_for(const std::string& person, ProofKind kind, bool has_second_factor,
                                std::string_view remote, const std::string& secret,
                                Instant now) const {
    Login login;
    login.hash = token_hash(secret);
    login.kind = kind;
    login.person = person;
    login.has_second_factor = has_second_factor;
    login.remote = std::string(remote);
    login.made_at = now;
    login.used_at = now;
    login.ends_at = end_after(now, settings_.longest);
    return login;
}

void LoginService::put_session(Session& db, const Login& login,
                               std::vector<std::string>& ended) const {
    const auto oldest = logins_->oldest_over(login.person, true, kSessionsPerPersonMax);
    if (oldest) ended.push_back(oldest->hash);
    erase_logins(db, ended);
    store_login(db, login);
    erase_ended_links(db, login.made_at);
    const Tries* const tries = pauses_.find(account_name(login.person));
    json::object detail{{"by", login.kind == ProofKind::kLink ? "link" : "password"},
                        {"second_factor", login.has_second_factor},
                        {"session", login.mark()},
                        {"wrong_before", tries == nullptr ? 0 : tries->wrong}};
    append_audit(db, {login.made_at, login.person, login.remote, "session.opened", login.person,
                      std::move(detail)});
    erase_tries(db, account_name(login.person));
}

std::vector<std::string> LoginService::drop_ended(Instant now) {
    std::vector<std::string> ended = logins_->take_ended(now);
    tell_of(ended, std::nullopt);
    return ended;
}

void LoginService::tell_of(const std::vector<std::string>& gone, std::optional<Person> came) const {
    if (gone.empty() && !came) return;
    if (tell_come_) {
        tell_come_(gone, std::move(came));
    } else if (tell_changed_) {
        tell_changed_();
    }
}

void LoginService::end_in_memory(const std::vector<std::string>& hashes) {
    for (const std::string& hash : hashes) logins_->end(hash);
    tell_of(hashes, std::nullopt);
}

ApiResponse LoginService::answer_opened(const Login& login, const std::string& secret,
                                        const std::vector<std::string>& ended) {
    for (const std::string& hash : ended) logins_->end(hash);
    logins_->put(login);
    const std::optional<Person> person = logins_->person_of(login);
    tell_of(ended, person);
    used_.wake();
    if (!person) return answer_wrong_login();  // has gone since it was looked up
    ApiResponse answer =
        answer_json(session_json(context_, settings_, *person, &login, csrf_token_of(secret)));
    answer.headers.emplace_back("Set-Cookie",
                                cookie_text(*logins_, secret, login.ends_at - login.made_at));
    return answer;
}

}  // namespace qk::daemon
