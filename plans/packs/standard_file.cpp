#include "plans/packs/standard_file.hpp"

#include <algorithm>

#include "plans/packs/region_pack.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

using std::chrono::hours;

constexpr std::int64_t kHoursMax = 24 * 30;

rules::Leg read_leg(TomlTable& table) {
    rules::Leg leg;
    for (const std::string_view key : {"aqi_above", "hours"}) {
        if (!table.has(key)) table.wrong(key, "is missing", "{ aqi_above = 200, hours = 48 }");
    }
    leg.aqi_above = static_cast<int>(table.whole("aqi_above", 0, 499).value_or(0));
    leg.hours = hours{table.whole("hours", 1, kHoursMax).value_or(24)};
    table.finish();
    return leg;
}

rules::Clause read_clause(TomlTable& table) {
    rules::Clause clause;
    clause.id = table.required_text("id", "for example \"orange-1\"");
    if (!table.has("colour")) table.wrong("colour", "is missing", "blue, yellow, orange or red");
    clause.colour = table.word("colour", rules::parse_colour, "blue, yellow, orange or red")
                        .value_or(rules::Colour::kYellow);
    clause.text = table.required_text("text", "the clause in words, Chinese");
    if (!table.has("legs")) table.wrong("legs", "is missing", "[{ aqi_above = 200, hours = 48 }]");
    for (TomlTable& leg : table.tables("legs", kLegsMax)) clause.legs.push_back(read_leg(leg));
    table.finish();
    return clause;
}

void read_head(TomlTable& head, rules::TriggerStandard& standard) {
    standard.id = head.required_text("id", "a short name such as \"cn-2024\"");
    standard.name = head.required_name("name", "the title that people read");
    standard.source = head.required_text("source", "document number and article");
    if (!head.has("certainty")) {
        head.wrong("certainty", "is missing", "primary, secondary, remembered or sample");
    }
    standard.certainty =
        head.word("certainty", rules::parse_certainty, "primary, secondary, remembered or sample")
            .value_or(rules::Certainty::kSample);
    standard.effective_from = head.day("effective_from");
    standard.effective_to = head.day("effective_to");
    standard.hours_as =
        head.word("hours_as", rules::parse_hours_as, "natural-day, rolling or hourly-run");
    standard.lifting_outlook = hours{head.whole("lifting_outlook_hours", 0, 240).value_or(36)};
    standard.ozone_counts = head.yes_no("ozone_counts").value_or(false);
    standard.note = head.text("note").value_or("");
    for (const std::string& name : head.texts("excluded_causes")) {
        if (const auto cause = rules::parse_excludable_cause(name)) {
            standard.excluded_causes.push_back(*cause);
        } else {
            head.wrong("excluded_causes", "'" + name + "'", "ozone, dust, fire or transboundary");
        }
    }
}

// Faults of meaning, put at the clause they are about. Those of the head that the reader has named
// already (a key that is missing) are not said twice.
void add_semantic_faults(TomlTable& head, std::vector<TomlTable>& clauses,
                         const rules::TriggerStandard& standard, bool form_was_good) {
    for (const rules::StandardFault& fault : rules::check(standard)) {
        if (!form_was_good && fault.severity == rules::Severity::kError) {
            const bool about_form = fault.what.find("missing") != std::string::npos ||
                                    fault.what.find(" has no ") != std::string::npos;
            if (about_form) continue;
        }
        if (!fault.clause) {
            const bool dates = fault.what.starts_with("effective_to");
            head.wrong(dates ? "effective_to" : "", fault.what, fault.cure, fault.severity);
        } else {
            const char* key = fault.leg ? "legs" : "";
            clauses[*fault.clause].wrong(key, fault.what, fault.cure, fault.severity);
        }
    }
}

}  // namespace

rules::Result<ReadStandard> read_standard(std::string_view text, const std::string& file) {
    rules::Result<toml::table> document = parse_toml(text, file, kStandardBytesMax);
    if (!document) return document.error();
    ReadStandard read;
    rules::Faults faults;
    TomlTable head(*document, "", file, faults);
    read_head(head, read.standard);
    std::vector<TomlTable> clauses = head.tables("clause", kClausesMax);
    for (TomlTable& clause : clauses) read.standard.clauses.push_back(read_clause(clause));
    head.finish();
    add_semantic_faults(head, clauses, read.standard, !rules::has_errors(faults));
    std::ranges::stable_sort(faults, [](const rules::Fault& a, const rules::Fault& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    if (rules::has_errors(faults)) return faults;
    read.remarks = std::move(faults);
    return read;
}

std::vector<std::string> built_in_standard_ids() {
    std::vector<std::string> ids;
    for (const embedded::File& file : embedded::trigger_standards()) {
        const std::string_view path = file.path;
        const std::size_t slash = path.rfind('/') + 1;
        ids.emplace_back(path.substr(slash, path.rfind('.') - slash));
    }
    return ids;
}

std::optional<std::string_view> built_in_standard_text(std::string_view id) {
    const std::string path = "standards/" + std::string(id) + ".toml";
    for (const embedded::File& file : embedded::trigger_standards()) {
        if (file.path == path) return file.text;
    }
    return std::nullopt;
}

rules::Result<rules::TriggerStandard> built_in_standard(std::string_view id) {
    const std::optional<std::string_view> text = built_in_standard_text(id);
    if (!text) {
        std::string known;
        for (const std::string& one : built_in_standard_ids()) {
            known += (known.empty() ? "" : ", ") + one;
        }
        return rules::refuse("no built-in standard '" + std::string(id) + "'", known);
    }
    rules::Result<ReadStandard> read = read_standard(*text, std::string(id) + ".toml");
    if (!read) return read.error();
    return std::move(read->standard);
}

}  // namespace qk::plans
