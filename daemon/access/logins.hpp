// Who is logged in (登录状态): sessions of browsers, and the tokens that people made for programs
// of their own. All of them are held here in memory, so that a call costs a look into a map; the
// rows behind it are daemon/trust/login_rows.hpp.
//
// A session is a random cookie, and beside it a token against forged requests (CSRF) that is
// computed from the cookie: another site can make a browser send the one, and cannot read it to
// know the other. Only hashes are held.
//
// Used on one executor.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/access/caller_proof.hpp"
#include "daemon/access/person.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// A browser keeps "__Host-" cookies to one host and to TLS; without TLS it takes none.
inline constexpr std::string_view kSecureCookie = "__Host-qingkong";
inline constexpr std::string_view kPlainCookie = "qingkong";
// Of one person; the one that was not used for longest gives way.
inline constexpr std::size_t kSessionsPerPersonMax = 10;
inline constexpr std::size_t kOwnTokensPerPersonMax = 20;
// How old the time of the last use may be in the database: it is written so often.
inline constexpr std::chrono::minutes kLoginUseWrittenEvery{5};

struct Login {
    std::string hash;  // of the cookie or the token
    ProofKind kind = ProofKind::kSession;
    std::string person;
    std::string name;      // what a token is for
    std::set<Role> roles;  // of a token: no others of the person's. Empty: all of them
    bool reads_only = false;
    bool has_second_factor = false;
    std::string remote;  // from where it was made
    rules::Instant made_at{};
    rules::Instant used_at{};
    rules::Instant ends_at{};  // at the latest

    [[nodiscard]] bool is_session() const {
        return kind == ProofKind::kSession || kind == ProofKind::kLink;
    }
    [[nodiscard]] std::string mark() const { return hash.substr(0, kProofMarkDigits); }
};

// What a browser shows, in the place of a bearer token: "Session COOKIE CSRF-TOKEN", written by the
// server of the cookie and the field X-CSRF-Token; "PlainSession …" of the cookie that goes without
// TLS. Empty: there is no such cookie.
[[nodiscard]] std::string session_words(std::string_view cookies, std::string_view csrf_token);
// The cookie in it; empty: these are not such words.
[[nodiscard]] std::string_view cookie_in(std::string_view authorization);

// What a request shows of a login.
struct ShownLogin {
    std::optional<Person> person;  // with the hash of the login in the place of a token's
    CallerProof proof;
    std::string secret;
    bool reads_only = false;
    bool is_by_cookie = false;    // so a request that changes something needs the CSRF token
    bool has_csrf_token = false;  // and shows it
};

// The token of a session against forged requests.
[[nodiscard]] std::string csrf_token_of(std::string_view cookie_value);
// The value of the one cookie of that name; empty: none, or two.
[[nodiscard]] std::string_view cookie_value(std::string_view cookies, std::string_view name);
// Whether two texts are the same, in a time that does not depend on where they differ.
[[nodiscard]] bool is_same_secret(std::string_view one, std::string_view other);

class Logins {
 public:
    void set_people(const std::vector<Person>& people);
    void set_idle(std::chrono::seconds idle) { idle_ = idle; }
    void set_secure(bool is_secure) { is_secure_ = is_secure; }
    [[nodiscard]] std::string_view cookie_name() const {
        return is_secure_ ? kSecureCookie : kPlainCookie;
    }
    [[nodiscard]] bool is_secure() const { return is_secure_; }

    void put(Login login);
    // Whether there was one.
    bool end(const std::string& hash);
    // Of the sessions of a person, or of their tokens, the one that was not used for longest, where
    // there are `most` or more.
    [[nodiscard]] std::optional<Login> oldest_over(const std::string& person, bool of_sessions,
                                                   std::size_t most) const;
    [[nodiscard]] const Login* find(const std::string& hash) const;
    [[nodiscard]] std::vector<Login> list(const std::string& person, bool of_sessions) const;
    // Whose time is over; they are gone with that.
    std::vector<std::string> take_ended(rules::Instant now);
    struct Use {
        std::string hash;
        rules::Instant used_at{};
    };
    std::vector<Use> take_uses();

    [[nodiscard]] bool empty() const { return held_.empty(); }

    [[nodiscard]] const Person* account(const std::string& id) const;
    // As whom somebody calls by it; nobody where the account has gone.
    [[nodiscard]] std::optional<Person> person_of(const Login& login) const;
    // Whose token the people file has by this hash; empty: nobody's.
    [[nodiscard]] std::string owner_of(const std::string& hash) const;
    // By session_words() or a bearer token. Counts as use.
    [[nodiscard]] ShownLogin look(std::string_view authorization, rules::Instant now);
    // Everybody of the people file, and once more by each login as whom it may call: with its hash
    // in the place of a token's. So the router finds them like any other.
    [[nodiscard]] std::vector<Person> callers() const;

 private:
    struct Held {
        Login login;
        rules::Instant written_at{};
    };
    [[nodiscard]] Held* live(const std::string& hash, rules::Instant now);

    std::map<std::string, Person> people_;
    std::map<std::string, std::string> people_tokens_;  // hash -> id
    std::map<std::string, Held> held_;                  // by hash
    std::chrono::seconds idle_{std::chrono::hours{1}};
    bool is_secure_ = false;
};

}  // namespace qk::daemon
