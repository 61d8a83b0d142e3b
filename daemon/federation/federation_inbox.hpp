// Documents that come from other tiers: held against the trust list, stored as they came with their
// verdict, and put on record where they are believed; all in the transaction of the caller, before
// there is an answer. The same document twice changes nothing and gets the same receipt.
#pragma once

#include <string>

#include "daemon/federation/federation_rows.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/desk.hpp"
#include "plans/federation/federation_check.hpp"

namespace qk::daemon {

struct InboxView {
    const plans::TrustList& trust;
    std::chrono::seconds clock_skew{};
    std::size_t refused_kept = 0;
};
struct TakenIn {
    FederationReceived row;
    bool has_changed = false;  // something is on record that was not before
};
// `verdict`: that of check_federation on this text now.
[[nodiscard]] TakenIn take_federation(Session& db, const DeskView& desk, const InboxView& view,
                                      const plans::FederationVerdict& verdict,
                                      const std::string& text, const std::string& remote);

}  // namespace qk::daemon
