// What the commands that enrol enterprises have in common, by a password or by a certificate.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/broker/enrolment.hpp"
#include "daemon/broker/kit.hpp"
#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

[[nodiscard]] int refuse_all(const rules::Faults& faults);
[[nodiscard]] std::set<std::string> reserved_of(const broker::BrokerUserFile& book);
[[nodiscard]] rules::Result<std::vector<broker::Applicant>> from_inventory(const std::string& path);
// Those that are named, each with its name where the inventory knows it; without ids all of it.
[[nodiscard]] rules::Result<std::vector<broker::Applicant>> applicants_of(const Call& call);
[[nodiscard]] rules::Result<broker::LetterFacts> letter_facts(const Call& call,
                                                              const broker::BrokerUserFile& book,
                                                              bool is_rotation);
// Has the broker read its users and lists again; says on stderr where it did not.
[[nodiscard]] int reload_users(const Call& call);
void say_left_alone(const std::vector<std::string>& names, std::string_view why);

// ---- enterprise_certificate_command.cpp ----

// Where the call names a folder for certificates.
[[nodiscard]] int give_certificates(const Call& call, bool is_rotation);
// Who of the kit comes by a certificate that counts; nobody where it has no door for them.
[[nodiscard]] rules::Result<std::set<std::string>> certified_users(
    const Call& call, const broker::BrokerUserFile& book);
// Makes void what these hold, and ends their links once the broker has read it. Whoever holds none
// is left alone. The caller has reloaded nothing yet.
[[nodiscard]] int void_certificates(const Call& call, const broker::BrokerUserFile& book,
                                    const std::vector<std::string>& users);
[[nodiscard]] int list_certificates(const Call& call);

}  // namespace qk::ctl
