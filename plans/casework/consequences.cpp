#include "plans/casework/consequences.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>

#include "plans/packs/pack_texts.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/toml.hpp"
#include "plans/text/toml_table.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr rules::EnumWords<ConsequenceKind, kConsequenceKinds> kKinds{{
    {ConsequenceKind::kSanction, {"sanction", "处罚建议"}},
    {ConsequenceKind::kDowngrade, {"downgrade", "绩效降级建议"}},
    {ConsequenceKind::kBar, {"bar", "取消资格建议"}},
}};
constexpr std::string_view kRecheckFailed = "recheck_failed";
constexpr std::size_t kConsequencesMax = 200;
constexpr int kYearsMax = 20;
constexpr std::size_t kPackTextBytesMax = std::size_t{4} << 20;

std::optional<ConsequenceKind> parse_kind(std::string_view text) {
    return kKinds.parse_english(text);
}

// The same day so many years later; of 29 February the last of the month.
rules::CivilDay years_after(rules::CivilDay day, int years) {
    const std::chrono::year_month_day date{day};
    const std::chrono::year_month month{date.year() + std::chrono::years{years}, date.month()};
    const std::chrono::year_month_day same{month.year(), month.month(), date.day()};
    if (same.ok()) return rules::CivilDay{same};
    return rules::CivilDay{
        std::chrono::year_month_day_last{month.year(), std::chrono::month_day_last{month.month()}}};
}

Consequence read_one(TomlTable& entry) {
    Consequence one;
    one.id = entry.required_name("id", "a short name such as \"stop-order-refused\"");
    if (!entry.has("kind")) entry.wrong("kind", "is missing", "sanction, downgrade or bar");
    const auto kind = entry.word("kind", parse_kind, "sanction, downgrade or bar");
    one.kind = kind.value_or(ConsequenceKind::kSanction);
    one.when = entry.texts("when");
    const bool is_known = std::ranges::all_of(one.when, [](const std::string& word) {
        return word == kRecheckFailed || parse_conclusion(word).has_value();
    });
    if (one.when.empty() || !is_known) {
        entry.wrong("when", "is empty, or not known",
                    "breach, meter_fault, wrong_inventory, justified or recheck_failed");
    }
    one.text = entry.required_text("text", "what is proposed, Chinese");
    one.clause = entry.required_text("clause", "the clause it rests on");
    one.years = static_cast<int>(entry.whole("years", 0, kYearsMax).value_or(0));
    one.time_bar = entry.text("time_bar").value_or("");
    if (one.years > 0 && one.time_bar.empty()) {
        entry.wrong("time_bar", "is missing", "on what the years rest");
    }
    one.from = entry.day("from");
    one.to = entry.day("to");
    if (one.from && one.to && *one.to <= *one.from) {
        entry.wrong("to", "is not after from", "the first day it no longer applies");
    }
    one.source = entry.required_text("source", "where it comes from");
    one.is_sample = entry.yes_no("sample").value_or(false);
    entry.finish();
    return one;
}

void lay_over(std::vector<Consequence>& all, std::vector<Consequence> own) {
    for (Consequence& one : own) {
        const auto old = std::ranges::find(all, one.id, &Consequence::id);
        if (old == all.end())
            all.push_back(std::move(one));
        else
            *old = std::move(one);
    }
}

std::vector<Consequence> of_text(const std::string& text, const std::string& file) {
    const auto document = parse_toml(text, file, kPackTextBytesMax);
    if (!document) return {};  // it was read before: a pack that cannot be is not in force
    rules::Faults faults;
    TomlTable head(*document, "", file, faults);
    return read_consequences(head);
}

}  // namespace

std::string_view to_text(ConsequenceKind kind) { return kKinds.english(kind); }
std::string_view to_chinese(ConsequenceKind kind) { return kKinds.chinese(kind); }

std::vector<Consequence> read_consequences(TomlTable& head) {
    std::vector<Consequence> all;
    for (TomlTable& entry : head.tables("consequence", kConsequencesMax)) {
        Consequence one = read_one(entry);
        if (std::ranges::find(all, one.id, &Consequence::id) != all.end()) {
            entry.wrong("id", "'" + one.id + "' is there twice", "each once");
        }
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<Consequence> consequences_of(const RegionPack& pack) {
    std::vector<Consequence> all;
    if (!pack.texts) return all;
    for (const std::string& id : pack.chain) {
        if (id == pack.id) continue;
        const auto text = pack.texts->packs.find(id);
        if (text != pack.texts->packs.end()) lay_over(all, of_text(text->second, id));
    }
    lay_over(all, of_text(pack.texts->pack, pack.id));
    return all;
}

std::vector<ProposedConsequence> proposed_consequences(const std::vector<Consequence>& all,
                                                       const ConsequenceQuestion& question) {
    std::vector<ProposedConsequence> proposed;
    for (const Consequence& one : all) {
        const bool fits = std::ranges::any_of(one.when, [&](const std::string& word) {
            if (word == kRecheckFailed) return question.has_failed_recheck;
            return question.conclusion && word == to_text(*question.conclusion);
        });
        if (!fits) continue;
        if (one.from && question.offence < *one.from) continue;
        if (one.to && question.offence >= *one.to) continue;
        ProposedConsequence found{one, std::nullopt};
        if (one.years > 0) found.until = years_after(question.offence, one.years);
        if (found.until && question.today > *found.until) continue;
        proposed.push_back(std::move(found));
    }
    return proposed;
}

json::value to_json(const ProposedConsequence& proposed) {
    const Consequence& what = proposed.what;
    json::object object{
        {"id", what.id},         {"kind", word(to_text(what.kind))}, {"text", what.text},
        {"clause", what.clause}, {"time_bar", what.time_bar},        {"sample", what.is_sample},
        {"source", what.source}};
    if (proposed.until) object["until"] = rules::to_iso(*proposed.until);
    return object;
}

}  // namespace qk::plans
