#include "daemon/ctl/standard_choice.hpp"

#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "plans/packs/standard_file.hpp"

namespace qk::ctl {
namespace {

ChosenStandard chosen_from(plans::RegionPack pack) {
    ChosenStandard chosen{.zone = pack.zone};
    chosen.samples = plans::samples_of(pack);
    chosen.pack = pack.id;
    chosen.standard = std::move(pack.trigger.standard);
    return chosen;
}

rules::Result<ChosenStandard> read_either(std::string_view text, const std::string& file) {
    if (is_pack_text(text)) {
        rules::Result<plans::RegionPack> pack = plans::read_pack(text, file, sources_beside(file));
        if (!pack) return pack.error();
        return chosen_from(std::move(*pack));
    }
    rules::Result<plans::ReadStandard> read = plans::read_standard(text, file);
    if (!read) return read.error();
    ChosenStandard chosen{.zone = rules::kBeijingTime};
    chosen.standard = std::move(read->standard);
    chosen.remarks = std::move(read->remarks);
    return chosen;
}

rules::Faults unknown_name(const std::string& name) {
    std::string known;
    for (const std::string& id : plans::built_in_standard_ids()) known += id + ", ";
    for (const std::string& id : plans::built_in_pack_ids()) known += id + ", ";
    return rules::refuse("no standard, pack or file '" + name + "'", known + "or a TOML file");
}

}  // namespace

plans::PackSources sources_beside(const std::string& file) {
    plans::PackSources sources = plans::built_in_sources();
    const auto folder = std::filesystem::path(file).parent_path();
    const auto beside = [folder](std::string_view id) -> std::optional<std::string> {
        const auto path = folder / (std::string(id) + ".toml");
        std::error_code error;
        if (!std::filesystem::is_regular_file(path, error)) return std::nullopt;
        const rules::Result<std::string> bytes = read_file(path.string());
        if (!bytes) return std::nullopt;
        return *bytes;
    };
    const auto pack = sources.pack;
    const auto standard = sources.standard;
    sources.pack = [=](std::string_view id) {
        auto found = beside(id);
        return found ? found : pack(id);
    };
    sources.standard = [=](std::string_view id) {
        auto found = beside(id);
        return found ? found : standard(id);
    };
    return sources;
}

bool is_pack_text(std::string_view toml) {
    // A key of the document itself stands before the first table.
    std::size_t at = 0;
    while (at < toml.size() && toml[at] != '[') {
        const std::size_t end = std::min(toml.find('\n', at), toml.size());
        const std::string_view line = toml.substr(at, end - at);
        if (line.starts_with("tier") && line.find('=') != std::string_view::npos) return true;
        at = end + 1;
    }
    return false;
}

rules::Result<ChosenStandard> choose_standard(const std::string& name) {
    if (const auto text = plans::built_in_standard_text(name)) return read_either(*text, name);
    if (const auto text = plans::built_in_pack_text(name)) return read_either(*text, name);
    std::error_code error;
    if (name != "-" && !std::filesystem::exists(name, error)) return unknown_name(name);
    rules::Result<std::string> bytes = read_file(name);
    if (!bytes) return bytes.error();
    return read_either(*bytes, name);
}

void show_samples(const ChosenStandard& chosen) {
    std::cerr << rules::to_text(chosen.remarks);
    if (chosen.standard.certainty == rules::Certainty::kSample) {
        std::cerr << chosen.standard.id << ": 样例，使用前请确认 (sample, confirm before use)\n";
    }
    if (chosen.samples.empty()) return;
    std::cerr << chosen.pack << ": " << chosen.samples.size()
              << " 处为样例，使用前请确认 (sample, confirm before use; see 'qingkongctl pack show "
              << chosen.pack << "')\n";
}

}  // namespace qk::ctl
