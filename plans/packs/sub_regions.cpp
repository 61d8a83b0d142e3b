#include "plans/packs/sub_regions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plans/packs/region_pack.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kCountiesMax = 500;
constexpr std::size_t kCountyDigits = 6;
constexpr std::string_view kTownshipCode = "9 or 12 digits that begin with a county's 6";

bool is_code_of(std::string_view text, std::size_t digits) {
    return text.size() == digits &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

SubRegion read_county(TomlTable& entry) {
    SubRegion one;
    one.code = entry.required_text("code", "6 digits of GB/T 2260");
    if (!one.code.empty() && !is_code_of(one.code, kCountyDigits)) {
        entry.wrong("code", "'" + one.code + "'", "6 digits of GB/T 2260");
    }
    one.name = entry.required_name("name", "its Chinese name");
    one.group = entry.text("group").value_or("");
    entry.finish();
    return one;
}

SubRegion read_township(TomlTable& entry, const RegionPack& pack) {
    SubRegion one;
    one.code = entry.required_text("code", kTownshipCode);
    const bool is_code = is_code_of(one.code, 9) || is_code_of(one.code, 12);
    if (!one.code.empty() && !is_code) {
        entry.wrong("code", "'" + one.code + "'", std::string(kTownshipCode));
    }
    const auto is_of = [&one](const SubRegion& part) {
        // Of a province the parts are cities, 410100, whose counties begin with 4101.
        std::string_view prefix = part.code;
        while (prefix.size() > 2 && prefix.ends_with("00")) prefix.remove_suffix(2);
        return one.code.starts_with(prefix);
    };
    if (is_code && !pack.sub_regions.empty() && std::ranges::none_of(pack.sub_regions, is_of)) {
        entry.wrong("code", "'" + one.code + "' is in none of the counties of the pack",
                    "a code that begins with that of a county in 'region'");
    }
    one.name = entry.required_name("name", "its Chinese name");
    entry.finish();
    return one;
}

}  // namespace

void read_sub_regions(TomlTable& table, RegionPack& pack) {
    for (TomlTable& entry : table.tables("region", kCountiesMax)) {
        pack.sub_regions.push_back(read_county(entry));
    }
    std::set<std::string> codes;
    for (TomlTable& entry : table.tables("township", kTownshipsMax)) {
        SubRegion one = read_township(entry, pack);
        if (!codes.insert(one.code).second) {
            entry.wrong("code", "'" + one.code + "' is given twice", "one name for each township");
        }
        pack.townships.push_back(std::move(one));
    }
}

std::string place_name(const RegionPack& pack, std::string_view code) {
    for (const auto* list : {&pack.sub_regions, &pack.townships}) {
        const auto found = std::ranges::find(*list, code, &SubRegion::code);
        if (found != list->end()) return found->name;
    }
    return std::string(code);
}

}  // namespace qk::plans
