// The password file of mosquitto 2: a line "NAME:HASH" for each user. Passwords are made here and
// kept nowhere but as hashes; the hash is what mosquitto_passwd writes, made by OpenSSL.
//
// A password has 120 random bits, so that a slow hash would add nothing. It would cost: mosquitto
// has one thread and hashes at each connect, and for every client that is connected at each reload.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::broker {

// What mosquitto_passwd 2.0 takes too.
inline constexpr int kHashIterations = 101;
inline constexpr std::size_t kUsersMax = 200'000;
inline constexpr std::size_t kUserBytesMax = 64;

// "ABCD-EFGH-...": six groups of letters and digits that nobody mistakes for another.
[[nodiscard]] std::string new_password();

// "$7$101$SALT$HASH": PBKDF2 with SHA-512, salt and hash in base64.
[[nodiscard]] std::string password_hash(std::string_view password);
[[nodiscard]] std::string password_hash(std::string_view password, std::string_view salt,
                                        int iterations);
[[nodiscard]] bool is_password_of(std::string_view hash, std::string_view password);

// Empty: the name can be a user, a level of a topic and the name of a file.
[[nodiscard]] std::string user_fault(std::string_view name);

using Users = std::map<std::string, std::string>;  // name: hash
// Refused whole where a line is not "NAME:$7$...", or a name stands there twice.
[[nodiscard]] rules::Result<Users> read_users(std::string_view text, const std::string& file);
[[nodiscard]] std::string to_text(const Users& users);

}  // namespace qk::broker
