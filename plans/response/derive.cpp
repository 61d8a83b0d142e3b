#include "plans/response/derive.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/response/floors.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/response/order.hpp"

namespace qk::plans {

namespace json = boost::json;

DerivedObligations derive(const DeriveInput& input) {
    const ObligationTable table = derive_table(input);
    DerivedObligations all;
    all.colour = input.colour;
    all.enterprises.reserve(table.size());
    for (std::size_t i = 0; i < table.size(); ++i) {
        EnterpriseObligations duties;
        duties.enterprise = i;
        duties.obligations = table.obligations(i);
        duties.reduction = table.reduction(i);
        duties.reasons = table.reasons(i);
        duties.lines = table.line_reductions(i);
        all.enterprises.push_back(std::move(duties));
    }
    all.floors = table.floors();
    all.remarks = table.remarks();
    return all;
}

json::value to_json(const DailyEmission& emission) {
    json::object object;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        const auto pollutant = static_cast<Emission>(e);
        object[std::string(to_text(pollutant)) + "_kg_d"] = emission.kg(pollutant);
    }
    return object;
}

json::value to_json(const FloorAnswer& floor) {
    json::object object;
    object["pollutant"] = to_text(floor.emission);
    object["base_kg_d"] = static_cast<double>(floor.base_grams) / 1000;
    object["reduced_kg_d"] = static_cast<double>(floor.reduced_grams) / 1000;
    object["share"] = floor.share;
    object["floor"] = floor.floor;
    object["met"] = floor.met;
    object["how"] = floor.how;
    return object;
}

json::value to_json(const OtherSource& source, rules::Colour colour) {
    const OtherSource::AtLevel level = at_level(source, colour);
    json::object object;
    object["id"] = source.id;
    object["name"] = source.name;
    object["source"] = to_text(source.source);
    object["region"] = source.region;
    if (!source.enterprise.empty()) object["enterprise"] = source.enterprise;
    object["measure"] = level.measure;
    object["ratio"] = level.ratio;
    object["reduction"] = to_json(cut_of(source, colour));
    object["owner"] = source.owner;
    object["row"] = source.row;
    return object;
}

json::value to_json(const DepartmentTask& task) {
    json::object object;
    object["department"] = task.department;
    object["task"] = task.task;
    object["owner"] = task.owner;
    object["phone"] = task.phone;
    object["deadline"] = task.deadline;
    object["basis"] = task.basis;
    return object;
}

json::value to_json(const EnterpriseObligations& duties, const Inventory& inventory,
                    rules::Zone zone) {
    const Enterprise& enterprise = inventory.enterprises[duties.enterprise];
    json::object object;
    object["enterprise"] = enterprise.id.text();
    object["name"] = enterprise.name.text();
    json::array obligations;
    for (const rules::Obligation& obligation : duties.obligations) {
        obligations.emplace_back(to_json(obligation, zone));
    }
    object["obligations"] = std::move(obligations);
    object["reduction"] = to_json(duties.reduction);
    json::array lines;
    for (const LineReduction& line : duties.lines) {
        json::object one;
        one["line"] = line.line;
        one["reduction"] = to_json(line.reduction);
        lines.emplace_back(std::move(one));
    }
    object["lines"] = std::move(lines);
    json::array reasons;
    for (const rules::Reason& reason : duties.reasons) {
        json::object one;
        one["kind"] = reason.kind;
        one["text"] = reason.text;
        if (!reason.source.empty()) one["source"] = reason.source;
        if (!reason.english.empty()) one["text_en"] = reason.english;
        reasons.emplace_back(std::move(one));
    }
    object["reasons"] = std::move(reasons);
    return object;
}

}  // namespace qk::plans
