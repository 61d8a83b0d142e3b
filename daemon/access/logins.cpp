#include "daemon/access/logins.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "daemon/access/enterprise_caller.hpp"
#include "daemon/access/token.hpp"

namespace qk::daemon {

using rules::Instant;

namespace {

constexpr std::string_view kSecureWords = "Session ";
constexpr std::string_view kPlainWords = "PlainSession ";

// A person at a desk goes away and leaves it open; the telephone at a plant is looked at again when
// it rings at night.
bool is_idle_too_long(const Login& login, Instant now, std::chrono::seconds idle) {
    return login.is_session() && !is_enterprise_caller(login.person) && now - login.used_at >= idle;
}

Person enterprise_person(const Login& login) {
    Person person;
    person.id = login.person;
    person.name = enterprise_behind(login.person);
    person.roles = {Role::kAddressee};
    person.region = kRegionOfNoPlace;
    person.token_sha256 = login.hash;
    return person;
}

}  // namespace

std::string session_words(std::string_view cookies, std::string_view csrf_token) {
    const std::string_view secure = cookie_value(cookies, kSecureCookie);
    const std::string_view value = secure.empty() ? cookie_value(cookies, kPlainCookie) : secure;
    const bool is_plain = value.find_first_of(" \t") == std::string_view::npos;
    if (value.empty() || !is_plain) return {};
    std::string words(secure.empty() ? kPlainWords : kSecureWords);
    words += value;
    words += " ";
    return words.append(csrf_token.substr(0, csrf_token.find(' ')));
}

std::string_view cookie_in(std::string_view authorization) {
    for (const std::string_view scheme : {kSecureWords, kPlainWords}) {
        if (!authorization.starts_with(scheme)) continue;
        authorization.remove_prefix(scheme.size());
        return authorization.substr(0, authorization.find(' '));
    }
    return {};
}

std::string csrf_token_of(std::string_view cookie_value) {
    return token_hash("qingkong csrf " + std::string(cookie_value));
}

std::string_view cookie_value(std::string_view cookies, std::string_view name) {
    std::string_view found;
    bool is_found = false;
    while (!cookies.empty()) {
        const auto end = std::min(cookies.find(';'), cookies.size());
        std::string_view pair = cookies.substr(0, end);
        cookies.remove_prefix(std::min(end + 1, cookies.size()));
        pair.remove_prefix(std::min(pair.find_first_not_of(" \t"), pair.size()));
        while (pair.ends_with(' ') || pair.ends_with('\t')) pair.remove_suffix(1);
        const auto sign = pair.find('=');
        if (sign == std::string_view::npos || pair.substr(0, sign) != name) continue;
        if (is_found) return {};  // one of them is not ours, and nobody can tell which
        is_found = true;
        found = pair.substr(sign + 1);
    }
    return found;
}

bool is_same_secret(std::string_view one, std::string_view other) {
    return one.size() == other.size() && CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

void Logins::set_people(const std::vector<Person>& people) {
    people_.clear();
    people_tokens_.clear();
    for (const Person& person : people) {
        people_[person.id] = person;
        if (!person.token_sha256.empty()) people_tokens_[person.token_sha256] = person.id;
    }
}

std::string Logins::owner_of(const std::string& hash) const {
    const auto found = people_tokens_.find(hash);
    return found == people_tokens_.end() ? std::string() : found->second;
}

const Person* Logins::account(const std::string& id) const {
    const auto found = people_.find(id);
    return found == people_.end() ? nullptr : &found->second;
}

void Logins::put(Login login) {
    Held held;
    held.written_at = login.used_at;
    held.login = std::move(login);
    held_[held.login.hash] = std::move(held);
}

bool Logins::end(const std::string& hash) { return held_.erase(hash) > 0; }

std::optional<Login> Logins::oldest_over(const std::string& person, bool of_sessions,
                                         std::size_t most) const {
    const std::vector<Login> all = list(person, of_sessions);
    if (all.size() < most || all.empty()) return std::nullopt;
    return *std::ranges::min_element(all, {}, &Login::used_at);
}

const Login* Logins::find(const std::string& hash) const {
    const auto found = held_.find(hash);
    return found == held_.end() ? nullptr : &found->second.login;
}

std::vector<Login> Logins::list(const std::string& person, bool of_sessions) const {
    std::vector<Login> all;
    for (const auto& [hash, held] : held_) {
        const Login& login = held.login;
        if (login.person == person && login.is_session() == of_sessions) all.push_back(login);
    }
    std::ranges::sort(all, std::greater<>{}, &Login::made_at);
    return all;
}

std::vector<std::string> Logins::take_ended(Instant now) {
    std::vector<std::string> ended;
    for (const auto& [hash, held] : held_) {
        const Login& login = held.login;
        const bool is_idle = is_idle_too_long(login, now, idle_);
        if (is_idle || now >= login.ends_at) ended.push_back(hash);
    }
    for (const std::string& hash : ended) held_.erase(hash);
    return ended;
}

std::vector<Logins::Use> Logins::take_uses() {
    std::vector<Use> uses;
    for (auto& [hash, held] : held_) {
        if (held.login.used_at - held.written_at < kLoginUseWrittenEvery) continue;
        held.written_at = held.login.used_at;
        uses.push_back({hash, held.login.used_at});
    }
    return uses;
}

Logins::Held* Logins::live(const std::string& hash, Instant now) {
    const auto found = held_.find(hash);
    if (found == held_.end()) return nullptr;
    const Login& login = found->second.login;
    const bool is_idle = is_idle_too_long(login, now, idle_);
    return is_idle || now >= login.ends_at ? nullptr : &found->second;
}

std::optional<Person> Logins::person_of(const Login& login) const {
    if (is_enterprise_caller(login.person)) {
        if (!login.is_session()) return std::nullopt;
        return enterprise_person(login);
    }
    const Person* account = this->account(login.person);
    if (account == nullptr) return std::nullopt;
    Person person = *account;
    person.token_sha256 = login.hash;
    if (login.is_session()) return person;
    // A role that the person has lost meanwhile is lost to the token, too.
    std::erase_if(person.roles, [&login](Role role) { return !login.roles.contains(role); });
    return person;
}

std::vector<Person> Logins::callers() const {
    std::vector<Person> all;
    for (const auto& [id, person] : people_) all.push_back(person);
    for (const auto& [hash, held] : held_) {
        if (auto person = person_of(held.login)) all.push_back(std::move(*person));
    }
    return all;
}

ShownLogin Logins::look(std::string_view authorization, Instant now) {
    ShownLogin shown;
    const std::string_view cookie = cookie_in(authorization);
    shown.is_by_cookie = !cookie.empty();
    // Behind TLS the cookie that a page without TLS could have put there is not taken.
    if (shown.is_by_cookie && is_secure_ != authorization.starts_with(kSecureWords)) return shown;
    const std::string_view secret = shown.is_by_cookie ? cookie : bearer_token(authorization);
    if (secret.size() != kTokenHexLength) return shown;
    Held* const held = live(token_hash(secret), now);
    if (held == nullptr || held->login.is_session() != shown.is_by_cookie) return shown;
    shown.person = person_of(held->login);
    if (!shown.person) return shown;
    held->login.used_at = std::max(held->login.used_at, now);
    const Login& login = held->login;
    shown.proof = {login.kind, login.mark(), login.has_second_factor, false};
    shown.secret = secret;
    shown.reads_only = login.reads_only;
    const std::string_view csrf = authorization.substr(authorization.rfind(' ') + 1);
    shown.has_csrf_token = shown.is_by_cookie && is_same_secret(csrf, csrf_token_of(secret));
    return shown;
}

}  // namespace qk::daemon
