#include "daemon/enterprise/own_board.hpp"

#include "daemon/service/context.hpp"
#include "plans/documents/public_documents.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/derive.hpp"

namespace qk::daemon {
namespace {

template <class Row>
std::vector<Row> rows_of(const std::vector<Row>& all, const plans::SharedText& enterprise) {
    std::vector<Row> own;
    for (const Row& row : all) {
        if (row.enterprise == enterprise) own.push_back(row);
    }
    return own;
}

// Measures are derived for each enterprise by itself; the floors, which are not, stand on no board.
plans::Inventory inventory_of_one(const OwnCaller& own) {
    const plans::Inventory& all = *own.inventory;
    const plans::SharedText& id = own.row().id;
    plans::Inventory one;
    one.edition = all.edition;
    one.has_evidence_column = all.has_evidence_column;
    one.enterprises = {own.row()};
    one.lines = rows_of(all.lines, id);
    one.own_measures = rows_of(all.own_measures, id);
    one.meters = rows_of(all.meters, id);
    one.outlets = rows_of(all.outlets, id);
    one.series = rows_of(all.series, id);
    return one;
}

}  // namespace

std::string own_board_html(const OwnCaller& own, const Context& context) {
    const plans::Inventory inventory = inventory_of_one(own);
    const auto bureau = context.catalogue;
    const plans::Catalogue& catalogue = bureau ? bureau->catalogue : plans::built_in_catalogue();
    const plans::RegionRules region_rules = plans::from_pack(*context.pack);
    std::vector<plans::DerivedObligations> levels;
    for (const rules::Colour colour : plans::kResponseColours) {
        const plans::DeriveInput input{inventory,           catalogue,    region_rules,      colour,
                                       context.clock.now(), std::nullopt, context.pack->zone};
        levels.push_back(plans::derive(input));
    }
    std::vector<const plans::DerivedObligations*> pointers;
    for (const plans::DerivedObligations& level : levels) pointers.push_back(&level);
    const plans::DocumentSource source(
        inventory, std::move(pointers),
        {context.pack->name,
         inventory.edition,
         {},
         region_rules.samples.empty()
             ? std::string()
             : std::string("减排措施目录和区域规则中有样例内容，使用前请确认")});
    return plans::public_board_html(source, 0);
}

}  // namespace qk::daemon
