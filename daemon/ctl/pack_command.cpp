// qingkongctl pack: check a region rule pack, list and show the built-in ones; put one in force at
// a running daemon (pack_online.cpp). What is a sample is shown as a sample.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/case_file.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/pack_online.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/documents/notice.hpp"
#include "plans/documents/pack_json.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

// Empty, with a sentence on stderr, where there is neither such a pack nor such a file.
std::optional<rules::Result<plans::RegionPack>> read_named(const std::string& name) {
    if (plans::built_in_pack_text(name)) return plans::built_in_pack(name);
    const rules::Result<std::string> bytes = read_file(name);
    if (!bytes) {
        print_faults(bytes.error());
        return std::nullopt;
    }
    return plans::read_pack(*bytes, name, sources_beside(name));
}

int check_pack(const Call& call) {
    const std::string name = *call.text("name");
    const auto pack = read_named(name);
    if (!pack) return kBadUsage;
    rules::Faults findings;
    if (pack->has_error()) {
        findings = pack->error();
    } else {
        for (const plans::SampleMark& mark : plans::samples_of(**pack)) {
            findings.push_back({{name, 0, 0},
                                mark.section + ": " + mark.text,
                                mark.source,
                                rules::Severity::kNote});
        }
    }
    if (!pack->has_error()) {
        for (const plans::UnfilledPlace& place : plans::unfilled_places(**pack)) {
            findings.push_back({{name, 0, 0},
                                place.what + "未填写：预警文书不能签发 / no notice can be signed",
                                "填写" + place.where + " / fill it in there",
                                rules::Severity::kWarning});
        }
    }
    print_faults(findings);
    return print_findings(format_of(call), name, findings);
}

int list_packs(const Call& call) {
    json::array all;
    Table table{{"id", "name", "tier", "parent", "standard", "samples"}, {}};
    for (const std::string& id : plans::built_in_pack_ids()) {
        const plans::RegionPack pack = plans::built_in_pack(id).value();
        const auto samples = plans::samples_of(pack).size();
        all.push_back(json::object{{"id", pack.id},
                                   {"name", pack.name},
                                   {"tier", plans::to_text(pack.tier)},
                                   {"parent", pack.parent},
                                   {"standard", pack.trigger.standard.id},
                                   {"samples", samples},
                                   {"note", pack.note}});
        table.rows.push_back({pack.id, pack.name, std::string(plans::to_text(pack.tier)),
                              pack.parent, pack.trigger.standard.id, std::to_string(samples)});
    }
    print(std::cout, format_of(call), all, table);
    return kHolds;
}

std::string short_text(const json::value& value) {
    if (value.is_string()) return std::string(value.as_string());
    return plans::to_text(value);
}

// For a terminal: one line a setting, its origin beside it, samples marked.
Table pack_table(const json::object& pack) {
    Table table{{"section", "value", "source", "mark"}, {}};
    for (const auto& [key, value] : pack) {
        const json::object* section = value.if_object();
        const json::value* origin = section != nullptr ? section->if_contains("origin") : nullptr;
        if (origin == nullptr) {
            table.rows.push_back({std::string(key), short_text(value), "", ""});
            continue;
        }
        const bool sample = origin->at("sample").as_bool();
        for (const auto& [name, one] : *section) {
            if (name == "origin") continue;
            table.rows.push_back({std::string(key) + "." + std::string(name), short_text(one),
                                  std::string(origin->at("source").as_string()),
                                  sample ? "样例" : ""});
        }
    }
    return table;
}

int show_pack(const Call& call) {
    const std::string name = *call.text("name");
    const auto pack = read_named(name);
    if (!pack) return kBadUsage;
    if (pack->has_error()) {
        print_faults(pack->error());
        return kNegative;
    }
    const json::object whole = plans::to_json(**pack);
    print(std::cout, format_of(call), whole, pack_table(whole));
    const auto samples = plans::samples_of(**pack);
    if (!samples.empty()) {
        std::cerr << name << ": " << samples.size()
                  << " 处为样例，使用前请确认 (sample, confirm before use)\n";
    }
    return kHolds;
}

}  // namespace

Command pack_command() {
    const auto name = place("name", "ID|FILE",
                            {"内置规则包的编号，或一个文件", "id of a built-in pack, or a file"})
                          .required();
    Command pack{
        .name = "pack",
        .what = {"区域规则包：检查、列出、查看、试用例、启用",
                 "region rule packs: check, list, show and put in force"},
        .commands = {{.name = "check",
                      .what = {"检查规则包，并列出其中的样例内容",
                               "say what is wrong with a pack, and what in it is a sample"},
                      .options = {name, format_option()},
                      .examples = {"qingkongctl pack check pack.toml"},
                      .run = check_pack},
                     {.name = "list",
                      .what = {"列出内置规则包", "the built-in packs"},
                      .options = {format_option()},
                      .examples = {"qingkongctl pack list"},
                      .run = list_packs},
                     {.name = "show",
                      .what = {"查看规则包的每项设置及其出处",
                               "every setting of a pack, and where it is from"},
                      .options = {name, format_option()},
                      .examples = {"qingkongctl pack show national"},
                      .run = show_pack}},
    };
    pack.commands.push_back(test_command("pack"));
    for (Command& command : online_pack_commands()) pack.commands.push_back(command);
    return pack;
}

}  // namespace qk::ctl
