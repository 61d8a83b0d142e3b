#include "daemon/service/page_links.hpp"

#include "daemon/access/token.hpp"
#include "daemon/service/account_config.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/public_address.hpp"

namespace qk::daemon {

namespace {

// A driven clock runs through a day in a minute: nothing that people hold may end by it.
constexpr std::chrono::hours kForDriven{24 * 3650};

rules::Instant end_after(const Config& config, rules::Instant now, std::chrono::hours hours) {
    return now + (config.clock_mode == ClockMode::kDriven ? kForDriven : hours);
}

}  // namespace

NewPageLink new_page_link(const Config& config, const std::string& enterprise,
                          const std::string& made_by, rules::Instant now) {
    NewPageLink made = page_link_of(config, enterprise, new_token(), now);
    made.stored.made_by = made_by;
    return made;
}

NewPageLink page_link_of(const Config& config, const std::string& enterprise,
                         const std::string& secret, rules::Instant now) {
    const std::string said = secret.substr(0, kPageSecretDigits);
    NewPageLink made;
    made.stored = {token_hash(said), enterprise, "system", now,
                   end_after(config, now, config.accounts.page_link)};
    made.address = public_address(config) + "/e/#link=" + said;
    return made;
}

rules::Instant page_session_end(const Config& config, rules::Instant now) {
    return end_after(config, now, config.accounts.page_session);
}

}  // namespace qk::daemon
