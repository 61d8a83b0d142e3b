// From when an enterprise could know what an order asks (知悉时间). A verdict counts only from
// then: nobody breaks an order that has not reached them, whatever instant it names for taking
// effect.
//
// Three things are on record of a revision, and the earliest of them proves that its content could
// be known: the broker acknowledged its publication and holds it for the enterprise from then on;
// the enterprise sent a receipt for it, counted from its arrival here, since the enterprise's own
// clock proves nothing; a named person recorded having told it on the telephone, counted from the
// call. That an order was signed proves nothing of the kind. Where none is on record, nobody can
// tell.
#pragma once

#include <optional>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::rules {

// What is on record of how one revision of an order, or an obligation in it, reached the
// enterprise.
struct Delivery {
    std::optional<Instant> published_at;   // acknowledged by the broker, for the first time
    std::optional<Instant> received_at;    // the first receipt arrived
    std::optional<Instant> telephoned_at;  // the first call on record
    // When an earlier order of the same warning could be known; empty: there was none.
    std::optional<Instant> warned_at{};

    friend bool operator==(const Delivery&, const Delivery&) = default;
};

enum class KnownBy { kPublication, kReceipt, kTelephone };
[[nodiscard]] std::string_view to_text(KnownBy by);     // "publication", "receipt", "telephone"
[[nodiscard]] std::string_view to_chinese(KnownBy by);  // "消息代理确认发布"

struct Known {
    Instant from{};
    KnownBy by = KnownBy::kPublication;

    friend bool operator==(const Known&, const Known&) = default;
};

// The earliest proof; empty: on no record of these could the order be known.
[[nodiscard]] std::optional<Known> known_from(const Delivery& delivery);

// An obligation that goes on unchanged in a later revision could be known from the first that
// carried it: the earliest of each.
[[nodiscard]] Delivery earliest(const Delivery& a, const Delivery& b);

}  // namespace qk::rules
