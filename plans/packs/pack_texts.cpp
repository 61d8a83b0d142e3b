#include "plans/packs/pack_texts.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

json::object texts_json(const std::map<std::string, std::string>& texts) {
    json::object object;
    for (const auto& [id, text] : texts) object[id] = text;
    return object;
}

std::map<std::string, std::string> texts_in(const json::value& value, std::string_view key,
                                            rules::Faults& faults) {
    std::map<std::string, std::string> texts;
    const json::value* found = find_member(value, key);
    if (found == nullptr || found->is_null()) return texts;
    bool is_good = found->is_object() && found->get_object().size() <= kPackTextsMax;
    if (is_good) {
        for (const auto& [id, text] : found->get_object()) {
            is_good = is_good && text.is_string();
            if (text.is_string()) texts[std::string(id)] = std::string(text.get_string());
        }
    }
    if (!is_good) {
        faults.push_back({{"body", 0, 0},
                          std::string(key) + " is not an object of texts",
                          fmt::format("id -> TOML, {} at most", kPackTextsMax),
                          rules::Severity::kError});
    }
    return texts;
}

// Looks up here first, then elsewhere.
PackLookup here_or(const std::map<std::string, std::string>& here, PackLookup elsewhere) {
    return [&here,
            elsewhere = std::move(elsewhere)](std::string_view id) -> std::optional<std::string> {
        const auto found = here.find(std::string(id));
        return found == here.end() ? elsewhere(id) : std::optional(found->second);
    };
}

PackLookup noting_in(std::map<std::string, std::string>& used, PackLookup lookup) {
    return [&used, lookup = std::move(lookup)](std::string_view id) {
        auto text = lookup(id);
        if (text) used[std::string(id)] = *text;
        return text;
    };
}

}  // namespace

json::value to_json(const PackTexts& texts) {
    return json::object{{"file", texts.file},
                        {"pack", texts.pack},
                        {"packs", texts_json(texts.packs)},
                        {"standards", texts_json(texts.standards)}};
}

rules::Result<PackTexts> pack_texts_from_json(const json::value& value) {
    rules::Faults faults;
    PackTexts texts;
    texts.file = string_or(value, "file", "pack.toml");
    texts.pack = string_or(value, "pack");
    texts.packs = texts_in(value, "packs", faults);
    texts.standards = texts_in(value, "standards", faults);
    const std::string built_in = string_or(value, "built_in");
    if (!built_in.empty()) {
        texts.file = built_in + ".toml";
        texts.pack = built_in_pack_text(built_in).value_or("");
    }
    if (texts.pack.empty()) {
        faults.push_back({{"body", 0, 0},
                          built_in.empty() ? "pack is missing" : "no built-in pack " + built_in,
                          "the text of a pack, or built_in = the id of one",
                          rules::Severity::kError});
    }
    if (!faults.empty()) return faults;
    return texts;
}

PackSources noting(const PackSources& sources, PackTexts& used) {
    return {noting_in(used.packs, sources.pack), noting_in(used.standards, sources.standard)};
}

rules::Result<RegionPack> read_pack_texts(const PackTexts& texts) {
    PackSources sources = built_in_sources();
    sources.pack = here_or(texts.packs, sources.pack);
    sources.standard = here_or(texts.standards, sources.standard);
    return read_pack(texts.pack, texts.file, sources);
}

}  // namespace qk::plans
