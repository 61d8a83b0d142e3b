#include "plans/response/open_questions.hpp"

#include <map>
#include <memory>
#include <utility>

#include "plans/response/duty_table.hpp"

namespace qk::plans {

rules::Faults open_questions(const Inventory& inventory, const Catalogue& catalogue,
                             const RegionRules& region, rules::Zone zone) {
    std::map<std::pair<std::uint32_t, std::int32_t>, rules::Fault> found;
    const auto rows = std::make_shared<const std::vector<EnterpriseRows>>(rows_of(inventory));
    for (const rules::Colour colour : kResponseColours) {
        // Of a day in no season and before any expiry: the classes as the edition has them.
        const DeriveInput input{inventory, catalogue, region, colour, rules::Instant{}, {}, zone};
        const DutyTable table = derive_table(input, rows);
        for (const DutyRemark& question : table.questions()) {
            found.try_emplace({question.enterprise, question.row}, table.remark_text(question));
        }
    }
    rules::Faults all;
    all.reserve(found.size());
    for (auto& [place, fault] : found) all.push_back(std::move(fault));
    return all;
}

}  // namespace qk::plans
