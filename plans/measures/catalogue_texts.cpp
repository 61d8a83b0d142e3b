#include "plans/measures/catalogue_texts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"

namespace qk::plans {

namespace json = boost::json;

namespace {

std::string sentences_of(const CatalogueClause& clause) {
    std::string text;
    for (const rules::Measure& measure : clause.measures) {
        text += rules::sentence_of(measure, rules::MeasureTarget{});
    }
    return text.empty() ? "无强制措施。" : text;
}

bool asks_the_same(const CatalogueClause& one, const CatalogueClause& other) {
    return one.measures == other.measures;
}

}  // namespace

CatalogueTexts over_shipped(std::string file, std::string own) {
    CatalogueTexts texts{std::move(file), std::move(own), {}};
    for (const embedded::File& shipped : embedded::measure_catalogues()) {
        texts.base.emplace(shipped.path, shipped.text);
    }
    return texts;
}

json::value to_json(const CatalogueTexts& texts) {
    json::object base;
    for (const auto& [name, text] : texts.base) base[name] = text;
    json::object object{{"file", texts.file}, {"own", texts.own}};
    object["base"] = std::move(base);
    return object;
}

rules::Result<CatalogueTexts> catalogue_texts_from_json(const json::value& value) {
    CatalogueTexts texts{string_or(value, "file", "catalogue.toml"), string_or(value, "own"), {}};
    const json::value* base = find_member(value, "base");
    const bool is_good =
        base != nullptr && base->is_object() && base->get_object().size() <= kCatalogueTextsMax &&
        std::ranges::all_of(base->get_object(),
                            [](const auto& one) { return one.value().is_string(); });
    if (!is_good) {
        return rules::refuse("base is not an object of texts",
                             fmt::format("name -> TOML, {} at most", kCatalogueTextsMax));
    }
    for (const auto& [name, text] : base->get_object()) {
        texts.base.emplace(name, std::string(text.get_string()));
    }
    return texts;
}

rules::Result<Catalogue> read_catalogue_texts(const CatalogueTexts& texts, rules::Faults* remarks) {
    Catalogue all;
    rules::Faults faults;
    for (const auto& [name, text] : texts.base) {
        const auto read = read_catalogue(text, name);
        if (read) {
            all.replace_by(*read);
            continue;
        }
        const rules::Faults more = read.error();
        faults.insert(faults.end(), more.begin(), more.end());
    }
    if (!texts.own.empty()) {
        const auto own = read_catalogue(texts.own, texts.file, remarks);
        if (own) {
            all.replace_by(*own);
        } else {
            const rules::Faults more = own.error();
            faults.insert(faults.end(), more.begin(), more.end());
        }
    }
    if (!faults.empty()) return faults;
    return all;
}

std::vector<ClauseChange> catalogue_changes(const Catalogue& before, const Catalogue& after) {
    std::vector<ClauseChange> changes;
    for (const CatalogueClause& clause : after.clauses()) {
        const CatalogueClause* was = before.find(clause.trade, clause.grade, clause.colour);
        if (was != nullptr && asks_the_same(*was, clause)) continue;
        changes.push_back(
            {clause.id, was == nullptr ? "" : sentences_of(*was), sentences_of(clause)});
    }
    for (const CatalogueClause& clause : before.clauses()) {
        if (after.find(clause.trade, clause.grade, clause.colour) != nullptr) continue;
        changes.push_back({clause.id, sentences_of(clause), ""});
    }
    return changes;
}

json::value to_json(const std::vector<ClauseChange>& changes) {
    json::array examples;
    for (const ClauseChange& change : changes) {
        if (examples.size() == kClauseChangesShownMax) break;
        examples.push_back(json::object{
            {"clause", change.id}, {"before", change.before}, {"after", change.after}});
    }
    json::object object{{"total", changes.size()}};
    object["examples"] = std::move(examples);
    return object;
}

RegionRules rules_in_force(const RegionPack& pack, const CatalogueInForce* catalogue) {
    RegionRules rules = from_pack(pack);
    if (catalogue != nullptr) rules.line_words = catalogue->catalogue.own_line_words();
    return rules;
}

}  // namespace qk::plans
