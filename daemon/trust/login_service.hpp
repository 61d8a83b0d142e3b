// Log-in (登录) with password and one-time code; sessions of browsers; one-time links by which a
// person sets both; tokens that people make for programs of theirs.
//
// Who somebody is, and what they may do, stands in the people file. Here is what proves that it is
// them: stored as hashes, told once, and in no log. Whatever is wrong with a log-in, the answer is
// the same and costs the same: nobody learns from it which accounts exist.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/access/login_pauses.hpp"
#include "daemon/access/logins.hpp"
#include "daemon/service/account_config.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/trust/hashing.hpp"
#include "daemon/trust/login_rows.hpp"

namespace qk::daemon {

struct ApiRequest;
struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

class LoginService {
 public:
    explicit LoginService(Context& context);
    // Before anything runs: sessions, tokens and wrong tries of before the start.
    void restore();
    // People and settings in force.
    void reload();
    void add_routes(Router& router);
    void start(TaskGroup& tasks);
    // Told when somebody is in or out: those who may call are others (Logins::callers).
    void on_changed(std::function<void()> tell) { tell_changed_ = std::move(tell); }
    // Told in its place where only some logins have ended (by their hashes), or one has come.
    using Come = std::function<void(const std::vector<std::string>& gone, std::optional<Person>)>;
    void on_come(Come tell) { tell_come_ = std::move(tell); }
    [[nodiscard]] const Logins& logins() const { return *logins_; }
    // An account is made anew, perhaps of an id that somebody had who has left: what that one came
    // in by opens nothing any more. After erase_ways_in() (login_rows.hpp), which belongs to the
    // transaction.
    void forget_ways_in(const std::string& person);

    // Before the router: a session becomes the token that the router knows it by, a session without
    // its token against forged requests and a token that may only read are refused where something
    // would change, a signature that needs a code is held against it. `remote` of the request then
    // says how the caller was proved. An answer ends the call.
    [[nodiscard]] boost::asio::awaitable<std::optional<ApiResponse>> admit(ApiRequest& request);
    // The first of it alone, for a head whose body is still to come.
    void translate(ApiRequest& head);

 private:
    using Answer = boost::asio::awaitable<ApiResponse>;

    // What was tried, by what, and from where.
    struct Attempt {
        std::string person;  // empty: by a link
        std::string password;
        std::string code;
        std::string remote;
        rules::Instant at{};
    };
    // What the thread found out: whether the password is that of the stored hash.
    struct Checked {
        bool is_password = false;
        std::string kept;      // the hash it was held against
        std::string stronger;  // the same password hashed by the settings of today; empty: no need
    };
    enum class Outcome { kGood, kWrong, kNoSecondFactor };

    void add_account_routes(Router& router);
    void add_own_token_routes(Router& router);
    void add_page_link_routes(Router& router);
    [[nodiscard]] Answer open_session(Call call);
    [[nodiscard]] Answer show_session(Call call);
    [[nodiscard]] Answer close_session(Call call);
    [[nodiscard]] Answer change_password(Call call);
    [[nodiscard]] Answer look_at_link(Call call);
    [[nodiscard]] Answer use_link(Call call);
    [[nodiscard]] Answer list_accounts(Call call);
    [[nodiscard]] Answer make_link(Call call, LinkKind kind, bool resets);
    [[nodiscard]] Answer make_page_link(Call call);
    [[nodiscard]] Answer use_page_link(Call call);
    [[nodiscard]] Answer unlock_account(Call call);
    [[nodiscard]] Answer drop_second_factor(Call call);
    [[nodiscard]] Answer end_sessions(Call call);
    [[nodiscard]] Answer list_own_tokens(Call call);
    [[nodiscard]] Answer make_own_token(Call call);
    [[nodiscard]] Answer end_own_token(Call call);
    [[nodiscard]] boost::asio::awaitable<std::optional<ApiResponse>> need_code(ApiRequest& request,
                                                                               std::string person,
                                                                               CallerProof proof);

    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<Checked> check_password(Attempt attempt);
    [[nodiscard]] boost::asio::awaitable<std::string> hash_on_thread(std::string password);
    // One more wrong try, stored, counted and told.
    [[nodiscard]] boost::asio::awaitable<void> note_wrong(Attempt attempt);
    [[nodiscard]] std::optional<ApiResponse> refuse_paused(const Attempt& attempt);
    [[nodiscard]] std::shared_ptr<void> take_place(const Attempt& attempt);
    // In a transaction: whether password and code are right; then the code has counted.
    [[nodiscard]] Outcome judge(Session& db, const Attempt& attempt, const Checked& checked) const;
    [[nodiscard]] Login session_for(const std::string& person, ProofKind kind,
                                    bool has_second_factor, std::string_view remote,
                                    const std::string& secret, rules::Instant now) const;
    // Stores it, in the place of the oldest where there are too many; what has ended goes.
    void put_session(Session& db, const Login& login, std::vector<std::string>& ended) const;
    [[nodiscard]] ApiResponse answer_opened(const Login& login, const std::string& secret,
                                            const std::vector<std::string>& ended);
    void tell_of(const std::vector<std::string>& gone, std::optional<Person> came) const;
    void end_in_memory(const std::vector<std::string>& hashes);
    // Those whose time is over. The router forgets them at the same moment: between the two it
    // would take what is no longer looked at here.
    [[nodiscard]] std::vector<std::string> drop_ended(rules::Instant now);
    void forget_tries(const Attempt& attempt);
    [[nodiscard]] std::string tried_name(const std::string& person) const;
    [[nodiscard]] bool is_driven() const;
    [[nodiscard]] rules::Instant end_after(rules::Instant now, std::chrono::hours hours) const;

    Context& context_;
    AccountConfig settings_;
    std::unique_ptr<Logins> logins_ = std::make_unique<Logins>();
    LoginPauses pauses_;
    Hashing hashing_;
    EventFeed used_;  // wakes run()
    std::function<void()> tell_changed_;
    Come tell_come_;  // may be empty
    // The signature that a person's last code was shown with: sent again, it needs no other.
    std::map<std::string, std::string> last_signed_;
};

}  // namespace qk::daemon
