#include "plans/casework/draw.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

const std::string kFile = "draw";

// How many sites each inspector has so far.
using Loads = std::map<std::string, std::size_t>;

std::vector<std::string> read_names(JsonFields& fields, std::string_view key, std::size_t most) {
    std::vector<std::string> names = fields.maybe_texts(key);
    if (names.empty() || names.size() > most) {
        fields.fault(key, fmt::format("holds {} names", names.size()),
                     fmt::format("1 to {} names", most));
    }
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    if (twice != names.end()) {
        fields.fault(key, "'" + *twice + "' is in it twice", "each once");
    }
    const bool has_bad = std::ranges::any_of(names, [](const std::string& one) {
        return one.empty() || one.find('\n') != std::string::npos;
    });
    if (has_bad) fields.fault(key, "holds an empty name, or one of two lines", "plain names");
    return names;
}

void read_avoid(JsonFields& fields, DrawLists& lists, rules::Faults& faults) {
    const json::value* given = fields.member("avoid");
    if (given == nullptr || given->is_null()) return;
    if (!given->is_array() || given->get_array().size() > kDrawAvoidMax) {
        fields.fault("avoid", "is not a list",
                     fmt::format("[{{\"inspector\", \"site\"}}], {} at most", kDrawAvoidMax));
        return;
    }
    for (const json::value& one : given->get_array()) {
        JsonFields pair(one, "avoid[]", kFile, faults);
        std::string inspector = pair.text("inspector");
        std::string site = pair.text("site");
        pair.refuse_unknown();
        if (!std::ranges::binary_search(lists.inspectors, inspector)) {
            pair.fault("inspector", "'" + inspector + "' is not in the list", "one of inspectors");
        }
        if (!std::ranges::binary_search(lists.sites, site)) {
            pair.fault("site", "'" + site + "' is not in the list", "one of sites");
        }
        lists.avoid.emplace_back(std::move(inspector), std::move(site));
    }
    std::ranges::sort(lists.avoid);
    const auto [first, last] = std::ranges::unique(lists.avoid);
    lists.avoid.erase(first, last);
}

void check_possible(JsonFields& fields, const DrawLists& lists) {
    if (lists.sites_wanted > lists.sites.size()) {
        fields.fault("sites_wanted", "is more than there are sites",
                     fmt::format("{} at most", lists.sites.size()));
    }
    if (lists.sites_wanted * lists.inspectors.size() > kDrawPairsMax) {
        fields.fault("sites_wanted", "times the inspectors is too much for one draw",
                     fmt::format("{} at most; draw in parts", kDrawPairsMax));
    }
    std::map<std::string, std::size_t> barred;
    for (const auto& [inspector, site] : lists.avoid) ++barred[site];
    if (lists.inspectors_per_site > lists.inspectors.size()) {
        fields.fault("inspectors_per_site", "is more than there are inspectors",
                     fmt::format("{} at most", lists.inspectors.size()));
        return;
    }
    for (const auto& [site, count] : barred) {
        if (lists.inspectors.size() - count >= lists.inspectors_per_site) continue;
        fields.fault("avoid", "'" + site + "' may be checked by too few",
                     fmt::format("{} who may", lists.inspectors_per_site));
        return;
    }
}

std::string key_of(const DrawLists& lists, const std::string& seed,
                   const std::string& public_value) {
    const json::object all{
        {"draw", 1}, {"lists", to_json(lists)}, {"public_value", public_value}, {"seed", seed}};
    return sha256_hex(canonical_text(all));
}

std::vector<std::string> drawn_inspectors(const DrawLists& lists, const std::string& key,
                                          const std::string& site, Loads& loads) {
    struct Candidate {
        std::size_t load;
        std::string rank;
        std::string inspector;
        auto operator<=>(const Candidate&) const = default;
    };
    std::vector<Candidate> candidates;
    for (const std::string& inspector : lists.inspectors) {
        if (std::ranges::binary_search(lists.avoid, std::pair{inspector, site})) continue;
        candidates.push_back({loads[inspector],
                              sha256_hex(key + "\ninspector\n" + site + "\n" + inspector),
                              inspector});
    }
    const std::size_t count = std::min(lists.inspectors_per_site, candidates.size());
    std::ranges::partial_sort(candidates, candidates.begin() + static_cast<std::ptrdiff_t>(count));
    std::vector<std::string> drawn;
    for (std::size_t i = 0; i < count; ++i) {
        ++loads[candidates[i].inspector];
        drawn.push_back(candidates[i].inspector);
    }
    return drawn;
}

}  // namespace

rules::Result<DrawLists> read_draw_lists(const json::value& value) {
    rules::Faults faults;
    JsonFields fields(value, "", kFile, faults);
    DrawLists lists;
    lists.inspectors = read_names(fields, "inspectors", kDrawInspectorsMax);
    lists.sites = read_names(fields, "sites", kDrawSitesMax);
    lists.sites_wanted = static_cast<std::size_t>(
        fields.whole_number("sites_wanted", 1, static_cast<std::int64_t>(kDrawSitesMax)));
    lists.inspectors_per_site = static_cast<std::size_t>(fields.whole_number(
        "inspectors_per_site", 1, static_cast<std::int64_t>(kDrawInspectorsMax)));
    read_avoid(fields, lists, faults);
    fields.refuse_unknown();
    if (faults.empty()) check_possible(fields, lists);
    if (!faults.empty()) return faults;
    return lists;
}

json::value to_json(const DrawLists& lists) {
    json::array avoid;
    for (const auto& [inspector, site] : lists.avoid) {
        avoid.emplace_back(json::object{{"inspector", inspector}, {"site", site}});
    }
    return json::object{{"inspectors", texts(lists.inspectors)},
                        {"sites", texts(lists.sites)},
                        {"sites_wanted", lists.sites_wanted},
                        {"inspectors_per_site", lists.inspectors_per_site},
                        {"avoid", std::move(avoid)}};
}

std::string digest_of(const DrawLists& lists) { return sha256_hex(canonical_text(to_json(lists))); }

std::vector<DrawnSite> draw(const DrawLists& lists, const std::string& seed,
                            const std::string& public_value) {
    const std::string key = key_of(lists, seed, public_value);
    std::vector<std::pair<std::string, std::string>> ranked;
    for (const std::string& site : lists.sites) {
        ranked.emplace_back(sha256_hex(key + "\nsite\n" + site), site);
    }
    std::ranges::sort(ranked);
    ranked.resize(std::min(ranked.size(), lists.sites_wanted));
    std::vector<DrawnSite> drawn;
    Loads loads;
    for (const auto& [rank, site] : ranked) {
        std::vector<std::string> inspectors = drawn_inspectors(lists, key, site, loads);
        drawn.push_back({site, std::move(inspectors)});
    }
    return drawn;
}

json::value to_json(const std::vector<DrawnSite>& drawn) {
    json::array all;
    for (const DrawnSite& one : drawn) {
        all.emplace_back(json::object{{"site", one.site}, {"inspectors", texts(one.inspectors)}});
    }
    return all;
}

rules::Result<std::vector<DrawCheckLine>> check_draw(const json::value& shown) {
    const json::value* given = find_member(shown, "lists");
    if (given == nullptr) {
        return rules::refuse("this is not a draw", "the answer of 'qingkongctl draw show'");
    }
    const auto lists = read_draw_lists(*given);
    if (!lists) return lists.error();
    const json::value* drawn = find_member(shown, "drawn");
    if (drawn == nullptr) {
        return rules::refuse("还没有抽取，种子未公布 / it is not drawn, and the seed not published",
                             "抽取之后再核验 / verify it when it is");
    }
    const std::string seed = string_or(shown, "seed");
    std::vector<DrawCheckLine> lines;
    const std::string digest = digest_of(*lists);
    lines.push_back({"名单与登记的一致 / the lists are those committed to",
                     digest == string_or(shown, "lists_sha256"), digest});
    const std::string hash = sha256_hex(seed);
    lines.push_back({"种子与登记的哈希一致 / the seed is the one committed to",
                     hash == string_or(shown, "seed_sha256"), hash});
    const json::value again = to_json(draw(*lists, seed, string_or(shown, "public_value")));
    lines.push_back({"复算结果一致 / computed again, the same are drawn",
                     canonical_text(again) == canonical_text(*drawn), to_text(again)});
    return lines;
}

}  // namespace qk::plans
