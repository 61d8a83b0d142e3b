// The public page (公众页面), readable without login: what is in force, from when, what is asked of
// whom, health advice, and what was published before. Chinese, or English for those who read no
// Chinese; the text that has force is the Chinese one, and stands below the English too.
//
// One HTML document without scripts; its style is a file of its own, so that a policy of "nothing
// from elsewhere, nothing inline" holds. Everything is escaped. Sample settings of the pack that
// shaped it are said so at its foot.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::plans {

enum class PublicLanguage { kChinese, kEnglish };

struct PublicNotice {
    rules::Instant sent{};
    std::string headline;
    std::string body;
    std::string cap_address;
    bool exercise = false;
    std::string headline_en{};  // empty: published without one
};

struct PublicWarning {
    rules::Colour colour = rules::Colour::kYellow;
    bool mandatory = true;
    bool exercise = false;
    bool in_force = false;  // false: issued, takes effect at `from`
    rules::Instant from{};
    std::optional<rules::Instant> expected_to;
    std::string headline;
    std::string headline_en;  // empty: published without one
    std::string body;
    std::string measures;
    std::vector<std::string> advice;
};

// What everybody should do at a level, in the words of the pack.
struct PublicAdvice {
    rules::Colour colour = rules::Colour::kYellow;
    std::vector<std::string> lines;
};
// As many as somebody reads who only wants to know what to do.
inline constexpr std::size_t kAdviceLines = 3;

// A key that orders and heads of the audit log are signed with.
struct PublicKey {
    std::string fingerprint;  // 64 hex digits
    rules::Instant from{};
    std::optional<rules::Instant> to;  // empty: in use
    bool emergency = false;            // the key before could not sign it
};

struct PublicView {
    PublicLanguage language = PublicLanguage::kChinese;
    std::string region;
    std::string issuer;
    rules::Instant now{};
    rules::Zone zone;
    std::vector<PublicWarning> warnings;  // empty: no warning
    std::vector<PublicAdvice> advice;     // from the lowest level to the highest
    std::vector<PublicNotice> history;    // newest first
    std::string feed_address;
    std::string style_address;
    std::string other_address;    // of this page in the other language
    std::vector<PublicKey> keys;  // newest first
    std::string keys_address;
    std::string heads_feed_address;    // signed heads of the audit log
    std::vector<std::string> samples;  // settings nobody has confirmed yet, Chinese
};

[[nodiscard]] std::string public_page(const PublicView& view);
[[nodiscard]] std::string_view public_page_style();

}  // namespace qk::plans
