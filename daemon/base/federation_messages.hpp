// The part of the catalogue of log messages (messages.hpp) that is about documents between the
// tiers.
#pragma once

#include "daemon/base/messages.hpp"

namespace qk::daemon {

inline constexpr Message kFederationTrust{
    "FEDERATION_TRUST", LogSeverity::kWarning, "信任名单：{fault}",
    "The trust list is well formed, and a key in it is revoked, has ended, ends soon or begins "
    "later, or nobody speaks for a region.",
    "Ask the bureau for its new key, compare it by telephone, and reload."};
inline constexpr Message kFederationNotDelivered{
    "FEDERATION_NOT_DELIVERED",
    LogSeverity::kWarning,
    "文书未送达 {peer}：{why}",
    "The peer did not answer, or its answer proves nothing. The document waits and is sent again, "
    "after at most ten minutes, until it expires.",
    "See 'qingkongctl federation list --sent'; check the address, the certificate, and whether the "
    "peer's trust list has our key.",
    true};
inline constexpr Message kFederationRefusedByPeer{
    "FEDERATION_REFUSED_BY_PEER",
    LogSeverity::kWarning,
    "{peer} 验签后拒收文书：{why}",
    "The peer has proved our document and refused it, with a signed receipt. It is not sent again.",
    "Read why, and telephone the peer.",
    true};
inline constexpr Message kFederationQueueLong{
    "FEDERATION_QUEUE_LONG", LogSeverity::kWarning, "待送 {peer} 的文书已有 {count} 份",
    "More waits for one peer than federation.waiting_most. Nothing is lost; what expires is "
    "closed.",
    "Telephone the peer; see 'qingkongctl federation list --sent'."};
inline constexpr Message kFederationRefused{
    "FEDERATION_REFUSED",
    LogSeverity::kWarning,
    "{remote} 发来的文书（第{number}号）未被采信：{why}",
    "A document of another tier was refused and changed nothing. It is kept as it came.",
    "See 'qingkongctl federation show NUMBER'. An unknown key may be one that has just been "
    "replaced: telephone that bureau before it goes into the trust list.",
    true};
inline constexpr Message kFederationOverRate{
    "FEDERATION_OVER_RATE",
    LogSeverity::kWarning,
    "{who} 的文书每分钟超过 {limit} 份，其余未收，请对方稍后再发",
    "More came within a minute than federation.documents_per_minute (of one key) or "
    "federation.refused_per_minute (of all that prove nothing). The rest was told to come again "
    "and is not kept.",
    "If it is a peer, ask why; else close the port to whoever it is.",
    true};

}  // namespace qk::daemon
