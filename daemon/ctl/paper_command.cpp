// qingkongctl paper: the bureau's papers of an inventory: operating plan and board of each
// enterprise, the public list, the departments' task lists; HTML to print and .xlsx to work with.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/paper/department_tasks.hpp"
#include "plans/paper/factory_plan.hpp"
#include "plans/paper/public_board.hpp"
#include "plans/paper/public_list.hpp"
#include "plans/response/derive.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
namespace fs = std::filesystem;

po::options_description paper_options() {
    po::options_description options("paper --inventory PATH [--enterprise ID] --out DIR");
    auto add = options.add_options();
    add("inventory", po::value<std::string>(), "folder of CSV tables, or an .xlsx");
    add("enterprise", po::value<std::string>(), "only this enterprise's plan and board");
    add("out", po::value<std::string>(), "folder to write to; made when it is not there");
    add("region-name", po::value<std::string>()->default_value(""), "shown in titles");
    add("edition-note", po::value<std::string>()->default_value(""),
        "edition, who signed it off and when; default: the inventory's name");
    add("supervision-phone", po::value<std::string>()->default_value(""), "shown on the boards");
    add_plan_options(options);
    return options;
}

// An id as a file name: what a path could misread becomes '_'.
std::string file_name(std::string_view id) {
    std::string name;
    for (const char c : id) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
                           (c >= 'a' && c <= 'z') || c == '-' ||
                           static_cast<unsigned char>(c) >= 0x80;
        name += plain ? c : '_';
    }
    return name;
}

class Writer {
 public:
    explicit Writer(fs::path folder) : folder_(std::move(folder)) {}

    void write(const std::string& name, const std::string& bytes) {
        const fs::path path = folder_ / name;
        std::error_code error;
        fs::create_directories(path.parent_path(), error);
        const auto written = write_file(path.string(), bytes);
        if (written) {
            ++count_;
        } else {
            const rules::Faults more = written.error();
            faults_.insert(faults_.end(), more.begin(), more.end());
        }
    }

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] const rules::Faults& faults() const { return faults_; }

 private:
    fs::path folder_;
    std::size_t count_ = 0;
    rules::Faults faults_;
};

void write_enterprise(const plans::PaperSource& source, std::size_t number, Writer& writer) {
    const std::string name = file_name(source.inventory().enterprises[number].id);
    writer.write("plans/" + name + ".html", plans::factory_plan_html(source, number));
    writer.write("plans/" + name + ".xlsx",
                 plans::write_xlsx({plans::execution_sheet(source, number)}));
    writer.write("boards/" + name + ".html", plans::public_board_html(source, number));
}

void write_city(const plans::PaperSource& source, Writer& writer) {
    const auto departments = plans::sample_departments();
    for (std::size_t i = 0; i < source.inventory().enterprises.size(); ++i) {
        write_enterprise(source, i, writer);
    }
    writer.write("public_list.html", plans::public_list_html(source));
    writer.write("public_list.xlsx", plans::write_xlsx({plans::public_list_sheet(source)}));
    writer.write("execution.xlsx", plans::write_xlsx({plans::execution_sheet(source)}));
    writer.write("department_tasks.html", plans::department_tasks_html(source, departments));
    writer.write("department_tasks.xlsx",
                 plans::write_xlsx(plans::department_task_sheets(source, departments)));
}

std::string sample_note(const PlanInputs& inputs) {
    if (inputs.rules.samples.empty()) return {};
    return "减排措施目录和区域规则中有样例内容，使用前请确认";
}

std::vector<plans::DerivedDuties> derive_levels(const PlanInputs& inputs) {
    std::vector<plans::DerivedDuties> levels;
    for (const rules::Colour colour : plans::kResponseColours) {
        plans::DeriveInput input{inputs.inventory, inputs.catalogue,         inputs.rules,
                                 colour,           rules::floor_hour(now()), {},
                                 inputs.zone};
        input.season = inputs.season ? &*inputs.season : nullptr;
        levels.push_back(plans::derive(input));
    }
    return levels;
}

}  // namespace

int paper_command(const Arguments& arguments) {
    const auto values = parse_arguments("paper", arguments, paper_options());
    if (!values) return values.exit_code();
    const auto out = text_of(*values, "out");
    if (!out) {
        std::cerr << "qingkongctl paper: no --out: a folder to write to\n";
        return kBadUsage;
    }
    const auto inputs = load_plan_inputs("paper", *values);
    if (!inputs) return kBadUsage;
    const std::vector<plans::DerivedDuties> levels = derive_levels(*inputs);
    std::vector<const plans::DerivedDuties*> pointers;
    for (const plans::DerivedDuties& level : levels) pointers.push_back(&level);
    const plans::PaperSource source(
        inputs->inventory, std::move(pointers),
        {(*values)["region-name"].as<std::string>(), (*values)["edition-note"].as<std::string>(),
         (*values)["supervision-phone"].as<std::string>(), sample_note(*inputs)});

    Writer writer(*out);
    if (const auto id = text_of(*values, "enterprise")) {
        const auto& all = inputs->inventory.enterprises;
        const auto found = std::ranges::find(all, plans::SharedText(*id), &plans::Enterprise::id);
        if (found == all.end()) {
            std::cerr << "qingkongctl paper: --enterprise: '" << *id
                      << "' is no enterprise of the inventory\n";
            return kBadUsage;
        }
        write_enterprise(source, static_cast<std::size_t>(found - all.begin()), writer);
    } else {
        write_city(source, writer);
    }
    print_faults(writer.faults());
    std::cerr << fmt::format("{}: {} files\n", *out, writer.count());
    return writer.faults().empty() ? kHolds : kBadUsage;
}

}  // namespace qk::ctl
