// qingkongctl derive: what every enterprise owes at a level, and whether the floors are reached.
#include <fmt/format.h>

#include <iostream>

#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/derive_text.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

void print_json(const plans::ObligationTable& table, const plans::DeriveInput& input,
                const PlanInputs& inputs) {
    std::cout << "{\"level\":\"" << rules::level_of(input.colour) << "\",\"colour\":\""
              << rules::to_text(input.colour) << "\",\"from\":\""
              << rules::to_iso(input.from, input.zone)
              << "\",\"edition\":" << plans::to_text(json::value(input.inventory.edition))
              << ",\"rules\":" << plans::to_text(json::value(inputs.rules.id))
              << ",\"enterprises\":[";
    print_enterprises(std::cout, table);
    json::array others;
    for (const plans::OtherSource& source : input.inventory.other_sources) {
        others.emplace_back(plans::to_json(source, input.colour));
    }
    json::array tasks;
    for (const plans::DepartmentTask& task : input.inventory.department_tasks) {
        if (task.level == input.colour) tasks.emplace_back(plans::to_json(task));
    }
    json::array floors;
    for (const plans::FloorAnswer& floor : table.floors()) floors.emplace_back(to_json(floor));
    std::cout << "],\"other_sources\":" << plans::to_text(others)
              << ",\"department_tasks\":" << plans::to_text(tasks)
              << ",\"reduction\":" << plans::to_text(plans::to_json(table.total()))
              << ",\"floors\":" << plans::to_text(floors)
              << ",\"remarks\":" << plans::to_text(faults_to_json(remarks_of(table, inputs)))
              << "}\n";
}

Table rows_of_answer(const plans::ObligationTable& table, const plans::DeriveInput& input) {
    Table rows{
        {"enterprise", "name", "line", "action", "ratio", "from", "to", "verified_by", "detail"},
        {}};
    for (std::size_t i = 0; i < table.size(); ++i) {
        const plans::Enterprise& enterprise = input.inventory.enterprises[i];
        for (const rules::Obligation& o : table.obligations(i)) {
            rows.rows.push_back({enterprise.id, enterprise.name, o.line,
                                 std::string(rules::to_text(o.action)), fmt::format("{}", o.ratio),
                                 rules::to_iso(o.from, input.zone),
                                 o.to ? rules::to_iso(*o.to, input.zone) : std::string(),
                                 std::string(rules::to_text(o.verified_by)), o.detail});
        }
    }
    return rows;
}

// Floors go to stderr where the answer itself is a list of obligations.
void print_floors(const plans::ObligationTable& table) {
    for (const plans::FloorAnswer& floor : table.floors()) {
        std::cerr << fmt::format("{}：减排{:.3f}千克/日，占全社会{:.2f}%，下限{:g}%，{}\n",
                                 plans::to_chinese(floor.emission),
                                 static_cast<double>(floor.reduced_grams) / 1000, floor.share * 100,
                                 floor.floor * 100, floor.how);
    }
}

int run(const Call& call) {
    const Format format = format_of(call);
    const auto inputs = load_plan_inputs(call);
    if (!inputs) return kBadUsage;
    const auto colour = colour_in(call, "level");
    const auto from = instant_in(call, "at", inputs->zone);
    const auto issued = instant_in(call, "issued-at", inputs->zone);
    if (!colour || !from || !issued) return kBadUsage;

    plans::DeriveInput input = derive_input(*inputs, *colour, *from);
    input.issued_at = *issued;
    const plans::ObligationTable table = plans::derive_table(input);
    if (format == Format::kJson) {
        print_json(table, input, *inputs);
    } else {
        print(std::cout, format, json::value(), rows_of_answer(table, input));
        print_floors(table);
        print_faults(remarks_of(table, *inputs));
    }
    return floors_met(table.floors()) ? kHolds : kNegative;
}

}  // namespace

Command derive_command() {
    return {
        .name = "derive",
        .what = {"某一级别下各企业的减排义务，以及是否达到最低减排比例",
                 "what every enterprise owes at a level, and the floors"},
        .options = joined({{inventory_option(), level_option(), start_option(),
                            option("issued-at", "TIME",
                                   {"指令下发时间；影响降负荷时长",
                                    "when the order goes out; shortens ramp-downs"})},
                           plan_options(),
                           {format_option()}}),
        .examples =
            {"qingkongctl derive --inventory packaging/sample/inventory --level orange --at "
             "2026-12-01T08:00"},
        .run = run,
    };
}

}  // namespace qk::ctl
