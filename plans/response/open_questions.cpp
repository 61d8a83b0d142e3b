#include "plans/response/open_questions.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "plans/response/obligation_table.hpp"

namespace qk::plans {
namespace {

// Of a day in no season and before any expiry: the classes as the edition has them.
DeriveInput input_of(const Inventory& inventory, const Catalogue& catalogue,
                     const RegionRules& region, rules::Colour colour, rules::Zone zone) {
    return {inventory, catalogue, region, colour, rules::Instant{}, {}, zone};
}

}  // namespace

rules::Faults open_questions(const Inventory& inventory, const Catalogue& catalogue,
                             const RegionRules& region, rules::Zone zone) {
    std::map<std::pair<std::uint32_t, std::int32_t>, rules::Fault> found;
    const auto rows = std::make_shared<const std::vector<EnterpriseRows>>(rows_of(inventory));
    for (const rules::Colour colour : kResponseColours) {
        const DeriveInput input = input_of(inventory, catalogue, region, colour, zone);
        const ObligationTable table = derive_table(input, rows);
        for (const ObligationRemark& question : table.questions()) {
            found.try_emplace({question.enterprise, question.row}, table.remark_text(question));
        }
    }
    rules::Faults all;
    all.reserve(found.size());
    for (auto& [place, fault] : found) all.push_back(std::move(fault));
    return all;
}

rules::Faults missing_evidence(const Inventory& inventory, const Catalogue& catalogue,
                               const RegionRules& region, rules::Zone zone) {
    const DeriveInput input =
        input_of(inventory, catalogue, region, kResponseColours.front(), zone);
    const ObligationTable table = derive_table(input);
    rules::Faults all;
    for (const ObligationRemark& remark :
         table.remarks_of(ObligationRemark::Kind::kCategoryNoEvidence)) {
        all.push_back(table.remark_text(remark));
    }
    return all;
}

rules::Faults reason_findings(const Inventory& inventory, const Catalogue& catalogue,
                              const RegionRules& region, rules::Zone zone) {
    const auto names_some = [](const auto& row) { return !row.reasons.empty(); };
    if (std::ranges::none_of(inventory.enterprises, names_some) &&
        std::ranges::none_of(inventory.lines, names_some)) {
        return {};
    }
    const DeriveInput input =
        input_of(inventory, catalogue, region, kResponseColours.front(), zone);
    const ObligationTable table = derive_table(input);
    rules::Faults all;
    using Kind = ObligationRemark::Kind;
    for (const Kind kind : {Kind::kReasonUnknown, Kind::kReasonNoEvidence}) {
        for (const ObligationRemark& remark : table.remarks_of(kind)) {
            all.push_back(table.remark_text(remark));
        }
    }
    return all;
}

}  // namespace qk::plans
