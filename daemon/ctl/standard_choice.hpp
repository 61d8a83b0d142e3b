// What a person means by --standard: the id of a built-in standard or region pack, or a file of
// either.
#pragma once

#include <string>
#include <vector>

#include "plans/packs/region_pack.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/warning/standard.hpp"

namespace qk::ctl {

struct ChosenStandard {
    rules::TriggerStandard standard;
    rules::Zone zone;
    std::string pack;  // id, where a pack was named; it may read its standard in its own way
    std::vector<plans::SampleMark> samples;  // of the pack: to be shown wherever it is used
    rules::Faults remarks;
};

// A standard is tried before a pack of the same name, a built-in one before a file.
[[nodiscard]] rules::Result<ChosenStandard> choose_standard(const std::string& name);

// A pack in a file may have its parent and its standard beside it: "henan" is henan.toml in the
// same folder, and else the built-in one.
[[nodiscard]] plans::PackSources sources_beside(const std::string& file);

// Whether a text is a region pack rather than a standard: a pack has a `tier`.
[[nodiscard]] bool is_pack_text(std::string_view toml);

// "sample, confirm before use" on stderr, where a standard or pack is one.
void show_samples(const ChosenStandard& chosen);

}  // namespace qk::ctl
