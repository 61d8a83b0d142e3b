// qingkongctl paper: the bureau's papers of an inventory: operating plan and board of each
// enterprise, the public list, the departments' task lists; HTML to print and .xlsx to work with.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/documents/department_tasks.hpp"
#include "plans/documents/factory_plan.hpp"
#include "plans/documents/public_documents.hpp"
#include "plans/response/derive.hpp"

namespace qk::ctl {
namespace {

namespace fs = std::filesystem;

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

void write_enterprise(const plans::DocumentSource& source, std::size_t number, Writer& writer) {
    const std::string name = file_name(source.inventory().enterprises[number].id);
    writer.write("plans/" + name + ".html", plans::factory_plan_html(source, number));
    writer.write("plans/" + name + ".xlsx",
                 plans::write_xlsx({plans::execution_sheet(source, number)}));
    writer.write("boards/" + name + ".html", plans::public_board_html(source, number));
}

void write_city(const plans::DocumentSource& source, Writer& writer) {
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

std::vector<plans::DerivedObligations> derive_levels(const PlanInputs& inputs) {
    std::vector<plans::DerivedObligations> levels;
    for (const rules::Colour colour : plans::kResponseColours) {
        plans::DeriveInput input{inputs.inventory, inputs.catalogue, inputs.rules,
                                 colour,           inputs.this_hour, {},
                                 inputs.zone};
        input.season = inputs.season ? &*inputs.season : nullptr;
        levels.push_back(plans::derive(input));
    }
    return levels;
}

int run(const Call& call) {
    const std::string out = *call.text("out");
    const auto inputs = load_plan_inputs(call);
    if (!inputs) return kBadUsage;
    const std::vector<plans::DerivedObligations> levels = derive_levels(*inputs);
    std::vector<const plans::DerivedObligations*> pointers;
    for (const plans::DerivedObligations& level : levels) pointers.push_back(&level);
    const plans::DocumentSource source(
        inputs->inventory, std::move(pointers),
        {call.text_or_default("region-name"), call.text_or_default("edition-note"),
         call.text_or_default("supervision-phone"), sample_note(*inputs)});

    Writer writer(out);
    if (const auto id = call.text("enterprise")) {
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
    std::cerr << fmt::format("{}: {} files\n", out, writer.count());
    return writer.faults().empty() ? kHolds : kBadUsage;
}

}  // namespace

Command paper_command() {
    return {
        .name = "paper",
        .what = {"生成一厂一策操作方案、公示牌、公开清单、部门任务单",
                 "write operating plans, boards, the public list, task lists"},
        .options = joined(
            {{inventory_option(),
              option("out", "FOLDER",
                     {"写入的目录；没有则新建", "folder to write to; made when it is not there"})
                  .required(),
              option("enterprise", "ID",
                     {"只生成该企业的方案和公示牌", "only this enterprise's plan and board"}),
              option("region-name", "NAME", {"标题中的地区名称", "shown in titles"}),
              option("edition-note", "TEXT",
                     {"版次、审定人和日期；默认取清单名称",
                      "edition, who signed it off and when; default: the inventory's name"}),
              option("supervision-phone", "TEXT", {"公示牌上的监督电话", "shown on the boards"})},
             plan_options()}),
        .examples = {"qingkongctl paper --inventory packaging/sample/inventory --out build/paper "
                     "--region-name 许昌市"},
        .run = run,
    };
}

}  // namespace qk::ctl
