// Lists what one enterprise owes out of the compact table: as obligations with their reasons and
// without, as terms alone, and as text.
#include <fmt/format.h>

#include <algorithm>

#include "plans/response/obligation_table.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json_out.hpp"

namespace qk::plans {
namespace {

// The ids of one enterprise's duties: of a line, or of the whole enterprise; a second one of the
// same action gets a number.
class Ids {
 public:
    explicit Ids(std::size_t duties) { given_.reserve(duties); }

    // `line`: as of a CompactObligation.
    std::string next(const Inventory& inventory, std::size_t enterprise, std::int32_t line,
                     rules::Action action) {
        const bool is_whole = line == CompactObligation::kWhole;
        std::string id = text(inventory.enterprises[enterprise].id.text(),
                              is_whole ? std::string_view()
                                       : inventory.lines[static_cast<std::size_t>(line)].id.text(),
                              action);
        const auto nth = 1 + std::ranges::count(given_, std::pair{line, action});
        given_.emplace_back(line, action);
        if (nth > 1) id += fmt::format("/{}", nth);
        return id;
    }

 private:
    static std::string text(std::string_view enterprise, std::string_view line,
                            rules::Action action) {
        const std::string_view what = rules::to_text(action);
        std::string id;
        constexpr std::size_t kNumber = 4;  // room for the number of a second one
        id.reserve(enterprise.size() + line.size() + what.size() + 2 + kNumber);
        id += enterprise;
        id += '/';
        id += line;
        id += '/';
        id += what;
        return id;
    }

    std::vector<std::pair<std::int32_t, rules::Action>> given_;
};

}  // namespace

std::vector<ObligationTable::Terms> ObligationTable::terms(std::size_t enterprise) const {
    const RowRange range = content_.answers[enterprise].duties;
    std::vector<Terms> all;
    all.reserve(range.size());
    Ids ids(range.size());
    for (std::uint32_t d = range.first; d < range.end; ++d) {
        const CompactObligation& duty = content_.duties[d];
        rules::Measure scratch;
        const rules::Measure& used = measure(duty.measure, scratch);
        Terms& one = all.emplace_back();
        one.asked.action = rules::action_of(used.form);
        one.asked.ratio = rules::cut_on(used, least_load(enterprise, duty, used));
        one.id = ids.next(input_.inventory, enterprise, duty.line, one.asked.action);
        const Times times = times_of(used);
        one.from = times.from;
        one.to = times.to;
    }
    return all;
}

bool ObligationTable::owes_the_same(const ObligationTable& other, std::size_t enterprise) const {
    const RowRange mine = content_.answers[enterprise].duties;
    const RowRange theirs = other.content_.answers[enterprise].duties;
    if (mine.size() != theirs.size()) return false;
    for (std::uint32_t d = 0; d < mine.size(); ++d) {
        const CompactObligation& one = content_.duties[mine.first + d];
        const CompactObligation& two = other.content_.duties[theirs.first + d];
        rules::Measure scratch;
        rules::Measure other_scratch;
        const rules::Measure& measure_here = measure(one.measure, scratch);
        const rules::Measure& measure_there = other.measure(two.measure, other_scratch);
        const bool is_same = &measure_here == &measure_there || measure_here == measure_there;
        if (one.line != two.line || one.trade != two.trade || !is_same) return false;
    }
    const RowRange lines = rows(enterprise).lines;
    return std::equal(content_.line_trades.begin() + lines.first,
                      content_.line_trades.begin() + lines.end,
                      other.content_.line_trades.begin() + lines.first);
}

template <class Take>
void ObligationTable::for_each_obligation(std::size_t enterprise, Take take) const {
    const RowRange range = content_.answers[enterprise].duties;
    Ids ids(range.size());
    for (std::uint32_t d = range.first; d < range.end; ++d) {
        const CompactObligation& duty = content_.duties[d];
        rules::Obligation made = obligation(enterprise, duty);
        made.id = ids.next(input_.inventory, enterprise, duty.line, made.action);
        take(std::move(made), duty);
    }
}

std::vector<rules::Obligation> ObligationTable::obligations(std::size_t enterprise) const {
    std::vector<rules::Obligation> all;
    all.reserve(duty_count(enterprise));
    const std::vector<rules::Reason> shared = reasons(enterprise);
    for_each_obligation(enterprise, [&](rules::Obligation made, const CompactObligation& duty) {
        Basis basis = basis_of(enterprise, duty, shared);
        made.basis.reserve(basis.order.size());
        for (const int one : basis.order) {
            if (one >= 0)
                made.basis.push_back(shared[static_cast<std::size_t>(one)]);
            else
                made.basis.push_back(std::move(basis.own[static_cast<std::size_t>(-one - 1)]));
        }
        all.push_back(std::move(made));
    });
    return all;
}

std::vector<rules::Obligation> ObligationTable::obligations_without_basis(
    std::size_t enterprise) const {
    std::vector<rules::Obligation> all;
    all.reserve(duty_count(enterprise));
    for_each_obligation(enterprise, [&all](rules::Obligation made, const CompactObligation&) {
        all.push_back(std::move(made));
    });
    return all;
}

void ObligationTable::write(JsonText& out, std::size_t enterprise) const {
    const std::vector<rules::Reason> shared = reasons(enterprise);
    std::vector<std::string> texts(shared.size());
    for (std::size_t i = 0; i < shared.size(); ++i) {
        JsonText text(texts[i]);
        write_json(text, shared[i]);
    }
    const auto write_basis = [&](const CompactObligation& duty) {
        const Basis basis = basis_of(enterprise, duty, shared);
        out.begin_array();
        for (const int one : basis.order) {
            if (one >= 0)
                out.raw(texts[static_cast<std::size_t>(one)]);
            else
                write_json(out, basis.own[static_cast<std::size_t>(-one - 1)]);
        }
        out.end_array();
    };
    const auto write_obligations = [&] {
        for_each_obligation(enterprise,
                            [&](const rules::Obligation& made, const CompactObligation& duty) {
                                write_json(out, made, input_.zone, [&] { write_basis(duty); });
                            });
    };
    EnterpriseObligations frame;
    frame.enterprise = enterprise;
    frame.reduction = reduction(enterprise);
    frame.lines = line_reductions(enterprise);
    write_json(out, frame, input_.inventory, write_obligations, [&] {
        for (const std::string& text : texts) out.raw(text);
    });
}

}  // namespace qk::plans
