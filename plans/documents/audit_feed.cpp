#include "plans/documents/audit_feed.hpp"

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

// No two heads have the same signature.
constexpr std::size_t kSignatureDigitsInId = 32;

AtomEntry entry_of(const AuditHead& head, const AuditFeedFrame& frame) {
    AtomEntry entry;
    const std::string number = std::to_string(head.number);
    entry.id = "urn:qingkong:audit-head:" + frame.region_code + ":" + number + ":" +
               head.signature.substr(0, kSignatureDigitsInId);
    entry.title = "审计日志签名链头 " + number;
    entry.summary = "审计日志至第" + number + "条，" + rules::to_iso(head.at, frame.zone) +
                    "签名 / head of the audit log at entry " + number + "; keep it";
    entry.address = frame.heads_address;
    entry.published = head.at;
    entry.content = canonical_text(to_json(head));
    return entry;
}

}  // namespace

AtomFeed audit_feed(const std::vector<AuditHead>& heads, const AuditFeedFrame& frame) {
    AtomFeed feed;
    feed.id = "urn:qingkong:audit-heads:" + frame.region_code;
    feed.title = frame.region + "审计日志签名链头";
    feed.author = frame.issuer.empty() ? frame.region : frame.issuer;
    feed.address = frame.feed_address;
    feed.entry_type = "application/json";
    for (const AuditHead& head : heads) {
        AtomEntry entry = entry_of(head, frame);
        if (!feed.entries.empty() && feed.entries.back().id == entry.id) continue;
        feed.entries.push_back(std::move(entry));
    }
    if (!feed.entries.empty()) feed.updated = feed.entries.front().published;
    return feed;
}

}  // namespace qk::plans
