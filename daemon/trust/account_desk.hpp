// Accounts that an administrator makes and changes on a screen: who somebody is, with which roles,
// in which county, until when; locking one. They stand beside those of the people file, which stays
// the way in for the first administrator and for machines, and whose ids come first.
//
// Such an account has no token: whoever it is for sets a password by a one-time link
// (login_service.hpp). What an earlier account of the same id came in by is gone when it is made.
// Nobody changes their own, and none is deleted: what it did stays in the log.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "daemon/service/context.hpp"
#include "daemon/trust/kept_people_rows.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class LoginService;
class Router;

inline constexpr std::size_t kKeptPeopleMax = 5000;

class AccountDesk {
 public:
    // Puts a list of people in force, as a reload does.
    using Apply = std::function<void(std::vector<Person>)>;
    AccountDesk(Context& context, LoginService& login, Apply apply)
        : context_(context), login_(login), apply_(std::move(apply)) {}

    // Before anything runs, with the people of the file in force.
    void restore();
    // The people file in force names these.
    void set_file(const std::vector<Person>& of_file);
    void add_routes(Router& router);
    // Those of the people file, and the kept ones that it does not name.
    [[nodiscard]] std::vector<Person> with_kept(std::vector<Person> of_file) const;

 private:
    using Answer = boost::asio::awaitable<ApiResponse>;
    [[nodiscard]] Answer list(Call call);
    [[nodiscard]] Answer make(Call call);
    [[nodiscard]] Answer change(Call call);
    [[nodiscard]] Answer put(Call call, KeptPerson wanted, bool is_new);
    // The people in force with `wanted` among them.
    [[nodiscard]] std::vector<Person> people_with(const Person& wanted) const;
    [[nodiscard]] rules::Faults faults_of(const Person& person) const;
    void take(KeptPerson kept);

    Context& context_;
    LoginService& login_;
    Apply apply_;
    std::vector<KeptPerson> kept_;   // in order of their ids
    std::set<std::string> of_file_;  // ids that the people file names: there it counts
    bool is_busy_ = false;  // one change at a time: each is judged with all others in force
};

}  // namespace qk::daemon
