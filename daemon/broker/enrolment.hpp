// Who of a list of enterprises gets a user, a new password, or none any more. Pure; the letters
// carry the passwords, the users only their hashes.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "daemon/broker/letters.hpp"
#include "daemon/broker/passwords.hpp"
#include "rules/base/result.hpp"

namespace qk::broker {

struct Applicant {
    std::string id;
    std::string name;
};

struct Enrolment {
    Users users;  // as they are to be
    std::vector<Letter> letters;
    std::vector<std::string> left_alone;  // enrolled already, or not enrolled
};

// Those of a list who are enrolled, or those who are not. `by_certificate`: who is enrolled by a
// certificate, and is no user with a password.
struct Chosen {
    std::vector<Applicant> applicants;
    std::vector<std::string> left_alone;
};
[[nodiscard]] rules::Result<Chosen> choose(const Users& users,
                                           const std::set<std::string>& by_certificate,
                                           const std::set<std::string>& reserved,
                                           const std::vector<Applicant>& applicants,
                                           bool wants_enrolled);

using PasswordSource = std::function<std::string()>;

// Who is enrolled already keeps the password. `reserved`: names that are not an enterprise's.
[[nodiscard]] rules::Result<Enrolment> enrol(const Users& users,
                                             const std::set<std::string>& reserved,
                                             const std::vector<Applicant>& applicants,
                                             const PasswordSource& source = new_password,
                                             const std::set<std::string>& by_certificate = {});
// Who is not enrolled is left alone.
[[nodiscard]] rules::Result<Enrolment> rotate(const Users& users,
                                              const std::set<std::string>& reserved,
                                              const std::vector<Applicant>& applicants,
                                              const PasswordSource& source = new_password,
                                              const std::set<std::string>& by_certificate = {});
[[nodiscard]] rules::Result<Enrolment> revoke(const Users& users,
                                              const std::set<std::string>& reserved,
                                              const std::vector<std::string>& ids);
// Those enrolled who are not among them.
[[nodiscard]] std::vector<std::string> enrolled_beside(const Users& users,
                                                       const std::set<std::string>& reserved,
                                                       const std::vector<Applicant>& applicants);

}  // namespace qk::broker
