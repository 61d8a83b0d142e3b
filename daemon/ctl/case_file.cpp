#include "daemon/ctl/case_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/cases/rule_cases.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"

namespace qk::ctl {
namespace {

constexpr const char* kShipped = "built-in";

// A name in a file of cases: a file beside it where there is one, else as it stands.
std::string beside(const std::string& file, const std::string& name) {
    std::error_code error;
    const auto path = std::filesystem::path(file).parent_path() / name;
    return std::filesystem::is_regular_file(path, error) ? path.string() : name;
}

struct Source {
    std::string file;
    std::string text;
};

rules::Result<std::vector<Source>> sources_of(const std::string& name) {
    std::vector<Source> sources;
    if (name == kShipped) {
        for (const embedded::File& file : embedded::rule_cases()) {
            sources.push_back({std::string(file.path), std::string(file.text)});
        }
        return sources;
    }
    auto text = read_file(name);
    if (!text) return text.error();
    sources.push_back({name, *std::move(text)});
    return sources;
}

void append(rules::Faults& faults, const rules::Faults& more) {
    faults.insert(faults.end(), more.begin(), more.end());
}

// By which plants are judged: the command line's, else the file's, else what ships.
struct PlantRules {
    plans::Catalogue catalogue = plans::built_in_catalogue();
    plans::RegionRules rules = plans::national_sample_rules();
};
rules::Result<PlantRules> plant_rules(const Call& call, const Source& source,
                                      const plans::RuleCases& cases) {
    PlantRules all;
    const auto catalogue = call.text("catalogue");
    if (catalogue || !cases.catalogue.empty()) {
        const std::string path = catalogue.value_or(beside(source.file, cases.catalogue));
        const auto text = read_file(path);
        if (!text) return text.error();
        const auto own = plans::read_catalogue(*text, path);
        if (!own) return own.error();
        all.catalogue.replace_by(*own);
    }
    const auto pack = call.text("pack");
    if (pack || !cases.pack.empty()) {
        const std::string name = pack.value_or(beside(source.file, cases.pack));
        if (plans::built_in_pack_text(name)) {
            all.rules = plans::from_pack(plans::built_in_pack(name).value());
        } else {
            const auto text = read_file(name);
            if (!text) return text.error();
            const auto read = plans::read_pack(*text, name, sources_beside(name));
            if (!read) return read.error();
            all.rules = plans::from_pack(*read);
        }
    }
    return all;
}

// The standard of a case: its own, else the command line's, else the file's.
rules::Result<rules::TriggerStandard> standard_of(const Call& call, const Source& source,
                                                  const plans::RuleCases& cases,
                                                  const plans::TriggerCase& one) {
    const std::string said = !one.standard.empty() ? one.standard : cases.standard;
    const auto option = one.standard.empty() ? call.text("standard") : std::nullopt;
    if (!option && said.empty()) {
        return rules::Faults{{one.place, one.name + ": no standard is named",
                              "standard = \"cn-2024\" in the file, or --standard",
                              rules::Severity::kError}};
    }
    const auto chosen = choose_standard(option.value_or(beside(source.file, said)));
    if (!chosen) return chosen.error();
    return chosen->standard;
}

struct Outcome {
    std::size_t cases = 0;
    std::size_t failed = 0;
    rules::Faults failures;
};

// Faults of what is read are the refusal; what fails is in the outcome.
rules::Result<void> run_source(const Call& call, const Source& source, Outcome& outcome) {
    const auto cases = plans::read_rule_cases(source.text, source.file);
    if (!cases) return cases.error();
    const auto plants = plant_rules(call, source, *cases);
    if (!plants) return plants.error();
    const auto note = [&outcome](const rules::Faults& faults) {
        ++outcome.cases;
        outcome.failed += faults.empty() ? 0 : 1;
        append(outcome.failures, faults);
    };
    for (const plans::TriggerCase& one : cases->trigger) {
        const auto standard = standard_of(call, source, *cases, one);
        if (!standard) return standard.error();
        note(plans::run_case(one, *standard));
    }
    for (const plans::PlantCase& one : cases->plant) {
        note(plans::run_case(one, plants->catalogue, plants->rules));
    }
    return {};
}

int run_tests(const Call& call) {
    const std::string name = *call.text("name");
    const auto sources = sources_of(name);
    if (!sources) {
        print_faults(sources.error());
        return kBadUsage;
    }
    Outcome outcome;
    for (const Source& source : *sources) {
        const auto run = run_source(call, source, outcome);
        if (!run) {
            print_faults(run.error());
            return kBadUsage;
        }
    }
    print_faults(outcome.failures);
    const int code = print_findings(format_of(call), name, outcome.failures);
    std::cerr << fmt::format("{} 个用例，{} 个不符 ({} cases, {} failed)\n", outcome.cases,
                             outcome.failed, outcome.cases, outcome.failed);
    return code;
}

}  // namespace

Command test_command(std::string_view noun) {
    const bool is_pack = noun == "pack";
    return {
        .name = "test",
        .what =
            {"运行用例：[[trigger]] 给出 days（如 \"230*2\"、\"-\"、\"300 沙尘\"）或 pm25 等逐时"
             "序列，期望 [[trigger.window]]；[[plant]] 给出企业和 [[plant.line]]，期望 "
             "[[plant.owes]]；什么都不期望时写 none = true",
             "run cases: [[trigger]] has days (\"230*2\", \"-\", \"300 pm10\") or hours (pm25 = "
             "[\"160*24\"]) and expects [[trigger.window]] (colour, mandatory, from, to, "
             "clause); [[plant]] has level, industry, grade and [[plant.line]] and expects "
             "[[plant.owes]] (line, action, ratio, says); none = true expects nothing"},
        .options = {place("name", "FILE|built-in",
                          {"TOML 用例；- 为标准输入；built-in 为内置用例，可作样本",
                           "TOML of cases; - is standard input; built-in: those that ship"})
                        .required(),
                    option("standard", "ID|FILE",
                           {"代替文件中的 standard：分级标准或规则包",
                            "instead of the file's standard: a standard or a pack"}),
                    option("pack", "ID|FILE",
                           {"代替文件中的 pack：企业所依规则包",
                            "instead of the file's pack, for plants"}),
                    option("catalogue", "FILE",
                           {"代替文件中的 catalogue：本地措施目录",
                            "instead of the file's catalogue, for plants"}),
                    format_option()},
        .examples = {is_pack ? "qingkongctl pack test cases.toml --standard pack.toml"
                             : "qingkongctl catalogue test cases.toml --catalogue catalogue.toml"},
        .run = run_tests,
    };
}

}  // namespace qk::ctl
