#include "plans/response/derive.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/response/floors.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json_out.hpp"

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

namespace {

void write_emission(JsonOut& out, const DailyEmission& emission) {
    static const std::array<std::string, kEmissionCount> kNames = [] {
        std::array<std::string, kEmissionCount> names;
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            names[e] = std::string(to_text(static_cast<Emission>(e))) + "_kg_d";
        }
        return names;
    }();
    out.begin_object();
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        out.number_member(kNames[e], emission.kg(static_cast<Emission>(e)));
    }
    out.end_object();
}

}  // namespace

json::value to_json(const DailyEmission& emission) {
    JsonTree tree;
    write_emission(tree, emission);
    return tree.release();
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

void write_json(JsonOut& out, const EnterpriseObligations& duties, const Inventory& inventory,
                rules::Zone zone) {
    const auto write_obligations = [&] {
        for (const rules::Obligation& obligation : duties.obligations) {
            write_json(out, obligation, zone);
        }
    };
    write_json(out, duties, inventory, write_obligations, [&] {
        for (const rules::Reason& reason : duties.reasons) write_json(out, reason);
    });
}

void write_json(JsonOut& out, const EnterpriseObligations& frame, const Inventory& inventory,
                const std::function<void()>& write_obligations,
                const std::function<void()>& write_reasons) {
    const Enterprise& enterprise = inventory.enterprises[frame.enterprise];
    out.begin_object();
    out.member("enterprise", enterprise.id.text());
    out.member("name", enterprise.name.text());
    out.key("obligations");
    out.begin_array();
    write_obligations();
    out.end_array();
    out.key("reduction");
    write_emission(out, frame.reduction);
    out.key("lines");
    out.begin_array();
    for (const LineReduction& line : frame.lines) {
        out.begin_object();
        out.member("line", line.line);
        out.key("reduction");
        write_emission(out, line.reduction);
        out.end_object();
    }
    out.end_array();
    out.key("reasons");
    out.begin_array();
    write_reasons();
    out.end_array();
    out.end_object();
}

json::value to_json(const EnterpriseObligations& duties, const Inventory& inventory,
                    rules::Zone zone) {
    JsonTree tree;
    write_json(tree, duties, inventory, zone);
    return tree.release();
}

}  // namespace qk::plans
