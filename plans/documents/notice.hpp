// The words of a warning notice (预警发布、调整、解除文本) from the region's templates: what the
// law wants said (突发事件应对法 2024 art. 64, 70): category, level, start, area, caution,
// measures, issuer, time.
//
// Chinese first; the short English text is for the en-US block of CAP. An exercise says so in its
// first words. The end is always "预计": a warning goes on until it is lifted. A placeholder that
// has no value, or one that is itself to be filled in, is named in `unfilled` with where to fill
// it; such a text is shown and never issued.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plans/documents/cap.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/warning/life.hpp"

namespace qk::plans {

struct NoticeFacts {
    rules::NoticeKind kind = rules::NoticeKind::kAlert;
    std::string text_kind;  // one of kNoticeKinds
    rules::Colour colour = rules::Colour::kYellow;
    std::optional<rules::Colour> from_colour;  // of a mandatory warning that went before
    bool mandatory = true;
    bool exercise = false;
    std::string number;    // of the message, as printed
    std::string document;  // 文号, as the bureau counts it
    rules::Instant issued_at{};
    rules::Instant effective_from{};  // when the colour begins or began; of a lift: its end
    std::optional<rules::Instant> expected_to;
    std::string clause;    // words of the clause that decided
    std::string cause;     // Chinese; empty: 细颗粒物, and of advice no pollutant is named
    std::string measures;  // the mandatory measures in a sentence; empty: none
};

// What is missing in a text, and where somebody fills it in; both Chinese.
struct UnfilledPlace {
    std::string what;
    std::string where;

    friend bool operator==(const UnfilledPlace&, const UnfilledPlace&) = default;
};
// One sentence that names them all, with what to do; Chinese and English.
[[nodiscard]] std::string to_sentence(const std::vector<UnfilledPlace>& unfilled);

struct NoticeText {
    std::string headline;
    std::string body;
    std::string instruction;  // health advice and suggestions, one per line
    std::string measures;
    std::string headline_en;
    std::string body_en;
    std::vector<UnfilledPlace> unfilled;  // not empty: must not be issued
};

[[nodiscard]] NoticeText compose_notice(const RegionPack& pack, const NoticeFacts& facts);

// What of the pack itself no notice of it could go out with: asked before anybody signs.
[[nodiscard]] std::vector<UnfilledPlace> unfilled_places(const RegionPack& pack);

// The number of a document in the bureau's numbering; empty where the bureau has set none.
[[nodiscard]] std::string document_text(const RegionPack& pack, int year, std::int64_t count,
                                        bool exercise);

// The CAP message of a notice. Identifier, references, certainty and web address are the caller's.
[[nodiscard]] CapMessage cap_of(const RegionPack& pack, const NoticeFacts& facts,
                                const NoticeText& text);

}  // namespace qk::plans
