#include "plans/measures/treatment_reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plans/inventory/grade_cell.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/measure_table.hpp"
#include "plans/measures/trades.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

constexpr std::string_view kCertainties = "primary, secondary, remembered or sample";
constexpr std::string_view kBestByRelaxing = "B";

std::optional<bool> parse_relaxes(std::string_view text) {
    if (text == "relax") return true;
    if (text == "tighten") return false;
    return std::nullopt;
}

void read_whom(TomlTable& table, TreatmentReason& reason) {
    reason.trades = table.texts("trades");
    for (const std::string& trade : reason.trades) {
        if (trade_by_id(trade) == nullptr) {
            table.wrong("trades", fmt::format("'{}' is not the id of a trade", trade),
                        "an id as 'qingkongctl catalogue list' prints them");
        }
    }
    for (const std::string& written : table.texts("grades")) {
        if (const auto grade = grade_named(written)) {
            reason.grades.push_back(grade->name);
        } else {
            table.wrong("grades", fmt::format("'{}' is not a grade", written),
                        std::string(kGradesAllowed));
        }
    }
}

void read_measures(TomlTable& table, TreatmentReason& reason) {
    for (std::size_t i = 0; i < kResponseColours.size(); ++i) {
        auto level = table.table(rules::to_text(kResponseColours[i]));
        if (!level) continue;
        for (TomlTable& one : level->tables("do", kReasonMeasuresMax)) {
            reason.at_level[i].push_back(read_measure(one));
            one.finish();
        }
        level->finish();
    }
}

// What only a relaxation says.
void read_bounds(TomlTable& table, TreatmentReason& reason) {
    reason.not_above = kBestByRelaxing;
    if (const auto written = table.text("not_above")) {
        const auto grade = grade_named(*written);
        if (grade && rank_of(*grade)) {
            reason.not_above = grade->name;
        } else {
            table.wrong("not_above", fmt::format("'{}' is not a grade", *written),
                        std::string(kGradesAllowed));
        }
    }
    reason.up_to = table.word("up_to", rules::parse_colour, "yellow, orange or red");
    reason.over = table.texts("over");
}

void read_effect(TomlTable& table, TreatmentReason& reason) {
    if (!table.has("effect")) table.wrong("effect", "is missing", "tighten or relax");
    reason.relaxes = table.word("effect", parse_relaxes, "tighten or relax").value_or(false);
    reason.grades_by = static_cast<int>(table.whole("grades_by", 1, kGradesByMax).value_or(0));
    if (reason.relaxes) {
        read_bounds(table, reason);
    } else {
        read_measures(table, reason);
    }
    const bool has_measures = std::ranges::any_of(
        reason.at_level, [](const auto& measures) { return !measures.empty(); });
    if (reason.grades_by == 0 && !has_measures) {
        table.wrong("grades_by", "is missing: the reason has no effect",
                    reason.relaxes
                        ? "by how many grades it is treated milder"
                        : "by how many grades it is treated stricter, or orange = { do = "
                          "[{ form = \"limit_load\", ratio = 0.3 }] }");
    }
}

TreatmentReason read_reason(TomlTable& table, const ReasonOrigin& head) {
    TreatmentReason reason;
    reason.id = table.required_name("id", "restricted-class");
    reason.name = table.required_name("name", "限制类工艺装备");
    reason.english = table.required_name("english", "process of the restricted class");
    reason.words = table.texts("words");
    read_whom(table, reason);
    read_effect(table, reason);
    reason.source = table.text("source").value_or(head.source);
    reason.certainty =
        table.word("certainty", rules::parse_certainty, kCertainties).value_or(head.certainty);
    reason.effect_source = table.text("effect_source").value_or(std::string());
    reason.effect_certainty = table.word("effect_certainty", rules::parse_certainty, kCertainties)
                                  .value_or(rules::Certainty::kSample);
    table.finish();
    return reason;
}

// What inventories may write for it.
std::vector<std::string> spellings_of(const TreatmentReason& reason) {
    std::vector<std::string> all{trade_name_key(reason.id), trade_name_key(reason.name)};
    for (const std::string& word : reason.words) all.push_back(trade_name_key(word));
    return all;
}

// A word that means two reasons, or that a list of reasons would take apart.
void refuse_words(TomlTable& table, const TreatmentReason& reason,
                  std::map<std::string, std::string>& known) {
    for (const std::string& word : spellings_of(reason)) {
        if (word.empty() || word.find_first_of(";,") != std::string::npos) {
            table.wrong("words", fmt::format("'{}' cannot stand in a list", word),
                        "a word without ';' and ','");
            continue;
        }
        const auto [entry, fresh] = known.emplace(word, reason.id);
        if (!fresh && entry->second != reason.id) {
            table.wrong("words", fmt::format("'{}' is a word of '{}' too", word, entry->second),
                        "one reason for each word");
        }
    }
}

// A word that means another reason so far, of one that this document does not say anew itself.
void warn_of_words(TomlTable& table, const TreatmentReason& reason,
                   const TreatmentReasons& laid_over, const std::vector<TreatmentReason>& own) {
    for (const std::string& word : spellings_of(reason)) {
        const TreatmentReason* other = laid_over.find(word);
        if (other == nullptr || other->id == reason.id) continue;
        if (std::ranges::find(own, other->id, &TreatmentReason::id) != own.end()) continue;
        table.wrong(table.has("words") ? "words" : "name",
                    fmt::format("'{}' has meant the shipped reason '{}' ({}); with this file it "
                                "means '{}'",
                                word, other->id, other->name, reason.id),
                    fmt::format("another word, or id = \"{}\" to say that one anew", other->id),
                    rules::Severity::kWarning);
    }
}

}  // namespace

const std::vector<rules::Measure>& measures_at(const TreatmentReason& reason,
                                               rules::Colour colour) {
    static const std::vector<rules::Measure> none;
    const auto place = std::ranges::find(kResponseColours, colour);
    if (place == kResponseColours.end()) return none;
    return reason.at_level[static_cast<std::size_t>(place - kResponseColours.begin())];
}

bool speaks_of_trade(const TreatmentReason& reason, std::string_view trade) {
    if (reason.trades.empty()) return true;
    const auto is_named = [&reason](std::string_view id) {
        return std::ranges::find(reason.trades, id) != reason.trades.end();
    };
    return is_named(trade) || is_named(parent_of(trade));
}

const TreatmentReason* TreatmentReasons::find(std::string_view written) const {
    const std::string key = trade_name_key(written);
    for (auto reason = reasons_.rbegin(); reason != reasons_.rend(); ++reason) {
        const std::vector<std::string> spellings = spellings_of(*reason);
        if (std::ranges::find(spellings, key) != spellings.end()) return &*reason;
    }
    return nullptr;
}

std::string TreatmentReasons::names() const {
    std::string text;
    for (const TreatmentReason& reason : reasons_) {
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", reason.name, reason.id);
    }
    return text;
}

void TreatmentReasons::put(TreatmentReason reason) {
    const auto known = std::ranges::find(reasons_, reason.id, &TreatmentReason::id);
    if (known != reasons_.end()) reasons_.erase(known);
    reasons_.push_back(std::move(reason));
}

std::vector<TreatmentReason> read_reasons(TomlTable& document, const ReasonOrigin& head) {
    std::vector<TreatmentReason> all;
    if (!document.has("reason")) return all;
    std::map<std::string, std::string> words;
    std::vector<TomlTable> tables = document.tables("reason", kReasonsMax);
    for (TomlTable& table : tables) {
        TreatmentReason reason = read_reason(table, head);
        if (std::ranges::find(all, reason.id, &TreatmentReason::id) != all.end()) {
            table.wrong("id", fmt::format("'{}' is given twice", reason.id), "one table for each");
        }
        refuse_words(table, reason, words);
        all.push_back(std::move(reason));
    }
    for (std::size_t i = 0; head.laid_over != nullptr && i < tables.size(); ++i) {
        warn_of_words(tables[i], all[i], *head.laid_over, all);
    }
    return all;
}

}  // namespace qk::plans
