#include "plans/measures/exempt_words.hpp"

#include <algorithm>
#include <map>

namespace qk::plans {
namespace {

using Names = std::map<std::string, std::string, std::less<>>;

// The first pack that names a class is kept: the nation's before those of regions.
Names shipped_names() {
    Names names;
    const auto take = [&names](std::string_view id) {
        const auto pack = built_in_pack(id);
        if (!pack) return;
        for (const ExemptClass& one : pack->exempt_classes) names.emplace(one.id, one.name);
    };
    take("national");
    for (const std::string& id : built_in_pack_ids()) take(id);
    return names;
}

}  // namespace

std::string exempt_in_chinese(std::span<const ExemptRule> rules, std::string_view written) {
    static const Names shipped = shipped_names();
    const auto known = shipped.find(written);
    // A pack gives a class twice, by its id and then by its name (region_rules.cpp).
    const auto own = std::ranges::find(rules, written, &ExemptRule::name);
    if (own != rules.end() && known == shipped.end() && own + 1 != rules.end()) {
        const ExemptRule& next = *(own + 1);
        const bool is_key =
            std::ranges::all_of(written, [](char c) { return c > ' ' && c <= '~'; });
        if (is_key && next.up_to == own->up_to && next.treatment == own->treatment) {
            return next.name;
        }
    }
    return known == shipped.end() ? std::string(written) : known->second;
}

}  // namespace qk::plans
