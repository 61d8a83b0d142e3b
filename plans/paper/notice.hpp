// The words of a warning notice (预警发布、调整、解除文本) from the region's templates: what the
// law wants said (突发事件应对法 2024 art. 64, 70): category, level, start, area, caution,
// measures, issuer, time.
//
// Chinese first; the short English text is for the en-US block of CAP. A drill says so in its first
// words. A placeholder that has no value stays visible (fill_template), so nothing goes out with a
// gap.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plans/packs/region_pack.hpp"
#include "plans/paper/cap.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

struct NoticeFacts {
    rules::NoticeKind kind = rules::NoticeKind::kAlert;
    std::string text_kind;  // one of kNoticeKinds
    rules::Colour colour = rules::Colour::kYellow;
    std::optional<rules::Colour> from_colour;
    bool mandatory = true;
    bool exercise = false;
    std::string number;  // of the message, as printed
    rules::Instant issued_at{};
    rules::Instant effective_from{};
    std::optional<rules::Instant> expected_to;
    std::string clause;    // words of the clause that decided
    std::string cause;     // Chinese; empty: 细颗粒物, and of advice no pollutant is named
    std::string measures;  // the mandatory measures in a sentence; empty: none
};

struct NoticeText {
    std::string headline;
    std::string body;
    std::string instruction;  // health advice and suggestions, one per line
    std::string measures;
    std::string headline_en;
    std::string body_en;
};

[[nodiscard]] NoticeText compose_notice(const RegionPack& pack, const NoticeFacts& facts);

// The CAP message of a notice. Identifier, references, certainty and web address are the caller's.
[[nodiscard]] CapMessage cap_of(const RegionPack& pack, const NoticeFacts& facts,
                                const NoticeText& text);

}  // namespace qk::plans
