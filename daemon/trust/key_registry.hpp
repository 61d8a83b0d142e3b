// The bureau's keys (签名公钥): which one signs, which came before, and how one followed the other.
//
// A new key is taken into use at a start, and only with the succession document that the key before
// it has signed, or with the emergency document of a key that was lost. Every order in force is
// then signed again with the new key, its content and revision unchanged.
#pragma once

#include <optional>
#include <string>

#include "daemon/service/context.hpp"
#include "daemon/store/session.hpp"
#include "plans/evidence/key_history.hpp"

namespace qk::daemon {

class Router;

enum class KeyStep { kSame, kFirst, kSucceeded, kEmergency };
struct KeyOpened {
    KeyStep step = KeyStep::kSame;
    std::size_t orders = 0;  // signed again
};
// At the start, before anything is signed. `succession`: the text of the document beside the key
// file; may be empty. Refused where the key is not the one in use and nothing leads to it.
[[nodiscard]] rules::Result<KeyOpened> open_keys(Session& db, const plans::SigningKey& key,
                                                 const std::string& succession, rules::Instant now);

// The open list of keys, and the present one for the public page.
void add_key_routes(Router& router, Context& context);

}  // namespace qk::daemon
