#include "rules/compliance/delivery.hpp"

#include <algorithm>

namespace qk::rules {
namespace {

std::optional<Instant> earlier(const std::optional<Instant>& a, const std::optional<Instant>& b) {
    if (!a) return b;
    if (!b) return a;
    return std::min(*a, *b);
}

}  // namespace

std::string_view to_text(KnownBy by) {
    switch (by) {
        case KnownBy::kPublication:
            return "publication";
        case KnownBy::kReceipt:
            return "receipt";
        case KnownBy::kTelephone:
            return "telephone";
    }
    return "publication";
}

std::string_view to_chinese(KnownBy by) {
    switch (by) {
        case KnownBy::kPublication:
            return "消息代理确认发布";
        case KnownBy::kReceipt:
            return "企业回执到达";
        case KnownBy::kTelephone:
            return "电话告知并记录";
    }
    return "消息代理确认发布";
}

std::optional<Known> known_from(const Delivery& delivery) {
    std::optional<Known> known;
    const auto take = [&known](const std::optional<Instant>& at, KnownBy by) {
        if (at && (!known || *at < known->from)) known = Known{*at, by};
    };
    take(delivery.published_at, KnownBy::kPublication);
    take(delivery.received_at, KnownBy::kReceipt);
    take(delivery.telephoned_at, KnownBy::kTelephone);
    return known;
}

Delivery earliest(const Delivery& a, const Delivery& b) {
    return {earlier(a.published_at, b.published_at), earlier(a.received_at, b.received_at),
            earlier(a.telephoned_at, b.telephoned_at), earlier(a.warned_at, b.warned_at)};
}

}  // namespace qk::rules
