// What log-ins are answered, for the routes of LoginService alone.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "daemon/access/logins.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct AccountConfig;
struct ApiResponse;
struct Context;

// One and the same for an account that does not exist, a wrong password, a wrong code and one that
// has been used.
[[nodiscard]] ApiResponse answer_wrong_login();
[[nodiscard]] ApiResponse answer_wrong_link();
[[nodiscard]] ApiResponse answer_no_second_factor();
[[nodiscard]] ApiResponse answer_paused(std::chrono::seconds left);
[[nodiscard]] ApiResponse answer_logins_busy();
[[nodiscard]] ApiResponse answer_wrong_account_content(const rules::Faults& faults);

// Of a bearer token `login` is null and the token against forged requests empty.
[[nodiscard]] boost::json::object session_json(const Context& context,
                                               const AccountConfig& settings, const Person& person,
                                               const Login* login, const std::string& csrf_token);
// The value of Set-Cookie; of no time at all: the browser forgets it.
[[nodiscard]] std::string cookie_text(const Logins& logins, std::string_view secret,
                                      std::chrono::seconds lasts);

}  // namespace qk::daemon
