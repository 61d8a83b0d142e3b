// What the bureau's papers are written from: one inventory and what was derived from it at each
// level.
//
// Operating plan, board, public list and task lists all take their rows from here and from nowhere
// else, so that they cannot disagree with each other, with the inventory or with an order. Pages
// are HTML for A4 with their own style and nothing from outside; tables are also sheets of a
// workbook.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/response/derive.hpp"
#include "plans/text/xlsx_writer.hpp"

namespace qk::plans {

struct DocumentOptions {
    std::string region_name;        // "示例市"; may be empty
    std::string edition_note;       // name of the edition, who signed it off and when
    std::string supervision_phone;  // shown on the board; empty: a line to write it on
    // Set where catalogue or rules are samples: printed on every page.
    std::string sample_note;
};

class DocumentSource {
 public:
    // All outlive the object; `levels` from the lowest to the highest, each derived from
    // `inventory`.
    DocumentSource(const Inventory& inventory, std::vector<const DerivedObligations*> levels,
                   DocumentOptions options);

    [[nodiscard]] const Inventory& inventory() const { return inventory_; }
    [[nodiscard]] const DocumentOptions& options() const { return options_; }
    [[nodiscard]] const std::vector<const DerivedObligations*>& levels() const { return levels_; }
    [[nodiscard]] std::span<const Line> lines(std::size_t enterprise) const;
    [[nodiscard]] std::span<const Meter> meters(std::size_t enterprise) const;
    [[nodiscard]] std::span<const Outlet> outlets(std::size_t enterprise) const;
    // "1号熟料线 (K1)"; "全厂" for an obligation of the whole enterprise.
    [[nodiscard]] std::string line_words(std::size_t enterprise, std::string_view line) const;

 private:
    struct Range {
        std::size_t from = 0;
        std::size_t to = 0;
    };

    const Inventory& inventory_;
    std::vector<const DerivedObligations*> levels_;
    DocumentOptions options_;
    std::vector<Range> lines_, meters_, outlets_;  // by enterprise
};

// "停产", "限产20%", "自主减排".
[[nodiscard]] std::string action_words(const rules::Obligation& obligation);
[[nodiscard]] std::string_view verification_words(rules::VerifiedBy by);
// "不可中断", grade and trade words: "B（绩效等级暂停，按C级管控）".
[[nodiscard]] std::string grade_words(const Enterprise& enterprise);
// What the enterprise owes at a level in one paragraph; names the reason when it owes nothing.
[[nodiscard]] std::string obligation_words(const DocumentSource& source, std::size_t level,
                                           std::size_t enterprise);

// The reasons that tighten or relax what it owes at any level, each once; empty: none does.
[[nodiscard]] std::string treatment_reason_words(const DocumentSource& source,
                                                 std::size_t enterprise);

enum class PageShape { kPortrait, kLandscape };
// A whole HTML document; `body` is markup whose texts are escaped already.
[[nodiscard]] std::string document_page(const DocumentSource& source, std::string_view title,
                                        PageShape shape, std::string_view body);
// Markup of a sheet: the same table on paper as in the workbook.
[[nodiscard]] std::string table_html(const XlsxSheet& sheet);

}  // namespace qk::plans
