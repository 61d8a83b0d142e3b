// Bearer tokens: 256 random bits as hex, made by `qingkongctl token new`. The daemon knows only
// their SHA-256; with that much entropy a slow hash would add nothing.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "daemon/access/person.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class Log;

inline constexpr std::size_t kTokenHexLength = 64;

[[nodiscard]] std::string token_hash(std::string_view token);  // 64 hex digits
// Of "Bearer TOKEN", the scheme in any case; empty: it is something else. However a header spells
// it, the same token is the same caller.
[[nodiscard]] std::string_view bearer_token(std::string_view authorization);
[[nodiscard]] std::string new_token();  // from the system's random source

// Pairs of roles in one account with which a person could act without another: told at the start
// and by --check-config. The rule packs refuse it where they keep to four eyes.
[[nodiscard]] std::vector<std::string> people_who_may_act_alone(const std::vector<Person>& people);

// Whether anybody could log in, and administrate; said at the start, where a first one must be
// possible all the same. Empty: somebody can.
[[nodiscard]] std::string nobody_can_act(const std::vector<Person>& people, rules::Instant now);

// Both of these, as warnings in the log.
void say_who_may_act(Log& log, const std::vector<Person>& people, rules::Instant now);

// What speaks against going on with `wanted`, read from `file`, in the place of `running`: nobody
// could do anything any more, or nobody administrate, and until now somebody could. Who wants just
// that starts the service again.
[[nodiscard]] rules::Faults locked_out(const std::vector<Person>& running,
                                       const std::vector<Person>& wanted, const std::string& file,
                                       rules::Instant now);

// What speaks against a reload where the pack in force does not keep to four eyes: an account that
// could not bring forward and sign by itself until now, and could then.
[[nodiscard]] rules::Faults newly_alone(const std::vector<Person>& running,
                                        const std::vector<Person>& wanted, const std::string& file);

// Either of the two.
[[nodiscard]] rules::Faults people_refused(const std::vector<Person>& running,
                                           const std::vector<Person>& wanted,
                                           const std::string& file, rules::Instant now,
                                           bool keeps_to_four_eyes);

// Reads the people file: [[person]] id, name, roles = [...], region = "", token_sha256, and where
// wanted positions, expires (the last day) and disabled.
[[nodiscard]] rules::Result<std::vector<Person>> read_people(std::string_view text,
                                                             const std::string& file);

}  // namespace qk::daemon
