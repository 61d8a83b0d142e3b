// One-time links to the page of an enterprise (/e/): a person of the bureau makes one, or a message
// about an order carries one. Only the hash of its secret is kept; it counts once, and opens a
// session that sees and says what is that enterprise's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct Config;

// Of one enterprise; the oldest gives way. Each message about an order carries one.
inline constexpr std::int64_t kPageLinksMax = 20;
// 128 bits: nobody guesses one within the days for which it is good, and it fits a text message.
inline constexpr std::size_t kPageSecretDigits = 32;

struct PageLink {
    std::string hash;
    std::string enterprise;
    std::string made_by;  // an account, or "system" of a message
    rules::Instant made_at{};
    rules::Instant ends_at{};
};
void store_page_link(Session& db, const PageLink& link);
[[nodiscard]] std::optional<PageLink> find_page_link(Session& db, const std::string& hash);
// False: somebody else has used it meanwhile.
[[nodiscard]] bool erase_page_link(Session& db, const std::string& hash);
void erase_page_links_of(Session& db, const std::string& enterprise);
void erase_ended_page_links(Session& db, rules::Instant now);

struct NewPageLink {
    PageLink stored;
    std::string address;  // told once
};
[[nodiscard]] NewPageLink new_page_link(const Config& config, const std::string& enterprise,
                                        const std::string& made_by, rules::Instant now);
// Of a message that may be offered many times: the same for the same secret, so that a dead gateway
// makes one link and not one an attempt, and whatever attempt arrives carries one that opens.
[[nodiscard]] NewPageLink page_link_of(const Config& config, const std::string& enterprise,
                                       const std::string& secret, rules::Instant now);
// How long who came by one stays in.
[[nodiscard]] rules::Instant page_session_end(const Config& config, rules::Instant now);

}  // namespace qk::daemon
