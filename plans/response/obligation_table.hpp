// The answer of derive in a form that a province fits into memory with: sixteen to twenty bytes a
// duty, sentences and chains of reasons made only for who asks.
//
// A table keeps references to the inventory, catalogue, rules and season it was derived from; it
// must not outlive them. Reductions are exact grams; a line's cut is the largest share that any
// measure in force from the start puts on it (measures do not add up on one line), rounded half to
// even once per enterprise.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plans/response/assemble.hpp"
#include "plans/response/derive.hpp"
#include "plans/response/grade_changes.hpp"
#include "rules/duty/continuity.hpp"

namespace qk::plans {

class JsonText;  // plans/text/json_out.hpp

class ObligationTable {
 public:
    struct Answer {
        RowRange duties;         // into Content::duties
        std::uint32_t kind = 0;  // into Content::kinds
        DailyEmission reduction;
    };
    // What the four steps found, with everything that the sentences are made from.
    struct Content {
        std::shared_ptr<const std::vector<EnterpriseRows>> rows;
        std::unique_ptr<const LevelMeasures> level;
        MeasureList measures;
        std::vector<Classification> kinds;
        std::vector<CompactObligation> duties;
        std::vector<Answer> answers;  // one per enterprise
        std::vector<LineShares> line_shares;
        std::vector<std::int16_t> line_trades;  // one per line, as CompactObligation::trade
        // One per line, as CompactObligation::part; empty: no line names a reason of its own.
        std::vector<std::int16_t> line_parts;
        bool is_relaxed = false;  // somebody, by a reason that relaxes
        std::vector<ObligationRemark> remarks;
        rules::Faults general_remarks;  // of no single enterprise
        std::vector<FloorAnswer> floors;
        DailyEmission total;
    };

    ObligationTable(const DeriveInput& input, Content content)
        : input_(input), content_(std::move(content)), grades_(input.rules, input.grade_changes) {}

    [[nodiscard]] std::size_t size() const { return content_.answers.size(); }
    [[nodiscard]] const DailyEmission& reduction(std::size_t enterprise) const {
        return content_.answers[enterprise].reduction;
    }
    [[nodiscard]] std::size_t duty_count(std::size_t enterprise) const {
        return content_.answers[enterprise].duties.size();
    }
    [[nodiscard]] std::vector<rules::Obligation> obligations(std::size_t enterprise) const;
    // The same without reasons, which are most of the work: enough to see what goes on.
    [[nodiscard]] std::vector<rules::Obligation> obligations_without_basis(
        std::size_t enterprise) const;
    [[nodiscard]] std::vector<rules::Reason> reasons(std::size_t enterprise) const;
    // The obligations without words and reasons, in the same order: enough to count and to compare.
    struct Terms {
        std::string id;
        rules::AskedShare asked;
        rules::Instant from{};
        std::optional<rules::Instant> to;
    };
    [[nodiscard]] std::vector<Terms> terms(std::size_t enterprise) const;
    // Whether an enterprise owes the same by another table of this inventory, catalogue and start,
    // though what the season asks may have changed.
    [[nodiscard]] bool owes_the_same(const ObligationTable& other, std::size_t enterprise) const;
    [[nodiscard]] const std::vector<FloorAnswer>& floors() const { return content_.floors; }
    [[nodiscard]] const DailyEmission& total() const { return content_.total; }
    [[nodiscard]] rules::Faults remarks() const;
    [[nodiscard]] std::size_t remark_count() const {
        return content_.general_remarks.size() + content_.remarks.size();
    }
    [[nodiscard]] std::vector<ObligationRemark> remarks_of(ObligationRemark::Kind kind) const;
    // Who emits and owes nothing, and nobody has said why.
    [[nodiscard]] std::vector<ObligationRemark> questions() const;
    [[nodiscard]] rules::Fault remark_text(const ObligationRemark& remark) const;
    [[nodiscard]] const Classification& classification(std::size_t enterprise) const {
        return content_.kinds[content_.answers[enterprise].kind];
    }
    [[nodiscard]] const EnterpriseRows& rows(std::size_t enterprise) const {
        return (*content_.rows)[enterprise];
    }
    [[nodiscard]] rules::Colour colour() const { return input_.colour; }
    [[nodiscard]] const LineShares& line_shares(std::size_t line) const {
        return content_.line_shares[line];
    }
    [[nodiscard]] std::vector<LineReduction> line_reductions(std::size_t enterprise) const;
    // What write_json() of its EnterpriseObligations writes, in half of the time: a reason that the
    // duties of an enterprise share is put into words once.
    void write(JsonText& out, std::size_t enterprise) const;
    // Bytes this table holds beyond the inventory.
    [[nodiscard]] std::size_t bytes() const;

 private:
    [[nodiscard]] const rules::Measure& measure(std::int32_t code, rules::Measure& scratch) const;
    [[nodiscard]] rules::MeasureTarget target(std::size_t enterprise, const CompactObligation& duty,
                                              const rules::Measure& measure) const;
    [[nodiscard]] rules::Obligation obligation(std::size_t enterprise,
                                               const CompactObligation& duty) const;
    [[nodiscard]] bool is_down_by_season(const CompactObligation& duty,
                                         const rules::Measure& measure, const Line& line) const;
    struct Times {
        rules::Instant from{};
        std::optional<rules::Instant> to;
    };
    [[nodiscard]] Times times_of(const rules::Measure& measure) const;
    // The reasons of a duty, some of which are the enterprise's and shared by all of its duties.
    struct Basis {
        std::vector<rules::Reason> own;
        std::vector<int> order;  // from 0: of the shared ones; -1, -2, ...: the first, second own
    };
    [[nodiscard]] Basis basis_of(std::size_t enterprise, const CompactObligation& duty,
                                 const std::vector<rules::Reason>& shared) const;
    // Calls take(obligation, duty) for each of an enterprise, with its id and without its basis.
    template <class Take>
    void for_each_obligation(std::size_t enterprise, Take take) const;
    [[nodiscard]] rules::Reason origin_reason(std::size_t enterprise,
                                              const CompactObligation& duty) const;
    [[nodiscard]] rules::Reason season_reason(const CompactObligation& duty) const;
    [[nodiscard]] rules::Reason level_reason() const;
    [[nodiscard]] rules::Fault exemption_text(const ObligationRemark& remark) const;
    [[nodiscard]] rules::Fault owes_nothing_text(const ObligationRemark& remark) const;
    [[nodiscard]] rules::Reason batch_reason(std::size_t enterprise, int batches) const;
    void put_turn(rules::MeasureTarget& target, std::size_t enterprise, const Line* line,
                  int batches) const;
    [[nodiscard]] rules::Fault own_remark_text(const ObligationRemark& remark) const;
    // The running lines that a duty of the whole enterprise speaks of.
    [[nodiscard]] std::vector<const Line*> lines_of(std::size_t enterprise,
                                                    const CompactObligation& duty,
                                                    const rules::Measure& measure) const;
    // The least safe load that bounds what the duty may ask; of several lines, that of the one that
    // can go lowest, where it is known of all.
    [[nodiscard]] std::optional<double> least_load(std::size_t enterprise,
                                                   const CompactObligation& duty,
                                                   const rules::Measure& measure) const;
    // Why the duty asks for less than its measure says; empty: it does not.
    [[nodiscard]] std::optional<rules::Reason> least_load_reason(std::size_t enterprise,
                                                                 const CompactObligation& duty,
                                                                 const rules::Measure& used) const;
    [[nodiscard]] rules::Fault least_load_text(const ObligationRemark& remark) const;
    [[nodiscard]] bool is_of_part(const CompactObligation& duty, std::uint32_t line) const;
    void put_treatment_reasons(std::vector<rules::Reason>& chain, std::size_t enterprise) const;
    void put_line_reasons(Basis& basis, const std::vector<rules::Reason>& shared,
                          std::size_t enterprise, const Line& line) const;
    [[nodiscard]] rules::Reason reason_of_measure(const CompactObligation& duty,
                                                  const rules::Measure& used) const;
    [[nodiscard]] rules::Fault reason_remark_text(const ObligationRemark& remark) const;

    DeriveInput input_;
    Content content_;
    GradesOnDays grades_;
};

// `rows` may be shared between the levels of one inventory; null: made here.
[[nodiscard]] ObligationTable derive_table(
    const DeriveInput& input, std::shared_ptr<const std::vector<EnterpriseRows>> rows = nullptr);

}  // namespace qk::plans
