// The signed heads of the audit log as a feed (审计日志签名链头订阅): whoever subscribes keeps each
// head out of the bureau's reach, and can prove with it a later rewriting of the log.
//
// An entry carries the head's own document, word for word as /api/v1/audit/heads gives it, so that
// what a feed reader has kept can be handed to `qingkongctl evidence verify --head` as it is.
#pragma once

#include <string>
#include <vector>

#include "plans/documents/atom.hpp"
#include "plans/evidence/audit_chain.hpp"

namespace qk::plans {

struct AuditFeedFrame {
    std::string region_code;
    std::string region;
    std::string issuer;        // empty: the region
    std::string feed_address;  // whole addresses
    std::string heads_address;
    rules::Zone zone;
};

// `heads` newest first. A head that was signed twice in one second is one entry.
[[nodiscard]] AtomFeed audit_feed(const std::vector<AuditHead>& heads, const AuditFeedFrame& frame);

}  // namespace qk::plans
