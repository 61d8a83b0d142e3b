// TOML -> RegionPack: one function per section, each laid over what the parent pack already says.
#include <algorithm>

#include "plans/casework/consequences.hpp"
#include "plans/inventory/grade_cell.hpp"
#include "plans/packs/approval_reader.hpp"
#include "plans/packs/local_decisions.hpp"
#include "plans/packs/pack_texts.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/packs/standard_file.hpp"
#include "plans/packs/sub_regions.hpp"
#include "plans/packs/traffic.hpp"
#include "plans/packs/work_calendar_file.hpp"
#include "plans/text/identifier.hpp"
#include "plans/text/placeholders.hpp"
#include "plans/text/toml_table.hpp"
#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

using std::chrono::hours;

constexpr std::size_t kPackBytesMax = 1 << 20;
constexpr std::size_t kEntriesMax = 500;
constexpr std::size_t kChainMax = 5;
constexpr std::int64_t kMarginMax = 50;        // AQI: half the step from one limit to the next
constexpr std::int64_t kConfirmationsMax = 6;  // revisions of every source that a decision reads
constexpr std::int64_t kDocumentFirstMax = 99'999;
constexpr std::int64_t kExpiresHoursMax = 24 * 90;  // longer than any season's episode
constexpr std::array kColours{rules::Colour::kBlue, rules::Colour::kYellow, rules::Colour::kOrange,
                              rules::Colour::kRed};
constexpr std::string_view kColourWords = "blue, yellow, orange or red";
constexpr std::string_view kCertaintyWords = "primary, secondary, remembered or sample";

bool is_digits(const std::string& text, std::size_t count) {
    return text.size() == count &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

template <class Value>
void set(Value& into, std::optional<Value> found) {
    if (found) into = std::move(*found);
}
void set_hours(hours& into, TomlTable& table, std::string_view key, std::int64_t most) {
    if (const auto found = table.whole(key, 0, most)) into = hours{*found};
}

// "09:00"
bool is_clock_time(const std::string& text) {
    if (text.size() != 5 || text[2] != ':') return false;
    const std::string digits = text.substr(0, 2) + text.substr(3);
    return is_digits(digits, 4) && digits.substr(0, 2) < "24" && digits.substr(2) < "60";
}

// Replaces the entry with the same key, or appends.
template <class Entry, class Same>
void lay_over(std::vector<Entry>& entries, Entry entry, Same same) {
    const auto old = std::ranges::find_if(entries, [&](const Entry& e) { return same(e, entry); });
    if (old == entries.end())
        entries.push_back(std::move(entry));
    else
        *old = std::move(entry);
}

class Reader {
 public:
    Reader(const PackSources& sources, std::vector<std::string>& chain)
        : sources_(sources), chain_(chain) {}

    rules::Result<RegionPack> read(std::string_view text, const std::string& file);

 private:
    void read_head(TomlTable& head);
    void take_parent(TomlTable& head);
    Origin read_origin(TomlTable& table);
    void read_trigger(TomlTable& head);
    rules::TriggerStandard named_standard(TomlTable& table, std::string_view key);
    void read_timing(TomlTable& head);
    void read_approval(TomlTable& head);
    void read_grades(TomlTable& head);
    void read_exempt(TomlTable& head);
    void read_floors(TomlTable& head);
    void read_trucks(TomlTable& head);
    void read_source_cuts(TomlTable& head);
    void read_control(TomlTable& head);
    void read_legal(TomlTable& head);
    void read_judging(TomlTable& head);
    void read_notices(TomlTable& head);
    void read_advice(TomlTable& head);
    void read_cause_advice(TomlTable& head);
    void read_places(TomlTable& head);
    void read_publication(TomlTable& head);
    void check_complete(TomlTable& head);
    void check_tightening(TomlTable& head);

    const PackSources& sources_;
    std::vector<std::string>& chain_;  // ids being read, to find a circle
    RegionPack pack_;
    std::optional<RegionPack> parent_;
    bool parent_failed_ = false;
};

void Reader::read_head(TomlTable& head) {
    pack_.id = head.required_name("id", "a short name such as \"xuchang\"");
    if (!head.has("tier")) head.wrong("tier", "is missing", "national, province, city or county");
    const auto tier = head.word("tier", parse_tier, "national, province, city or county");
    take_parent(head);
    const std::string id = head.text("id").value_or("");
    if (const auto fault = id.empty() ? std::nullopt : id_fault(id, IdUse::kName)) {
        head.wrong("id", fault->what, fault->cure);
    }
    pack_.id = id;
    pack_.chain.push_back(id);
    pack_.name = head.required_name("name", "the region's name, Chinese");
    set(pack_.tier, tier);
    pack_.region_code = head.required_text("region_code", "6 digits of GB/T 2260");
    if (!pack_.region_code.empty() && !is_digits(pack_.region_code, 6)) {
        head.wrong("region_code", "'" + pack_.region_code + "'", "6 digits of GB/T 2260");
    }
    set(pack_.zone, head.word("zone", rules::parse_zone, "a name such as Asia/Shanghai"));
    pack_.note = head.text("note").value_or("");
    for (const std::string& key : head.texts("binding")) {
        if (std::ranges::count(kBindable, key) == 0) {
            std::string known;
            for (const std::string_view one : kBindable) {
                known += (known.empty() ? "" : ", ") + std::string(one);
            }
            head.wrong("binding", "'" + key + "'", known);
        } else if (std::ranges::count(pack_.binding, key) == 0) {
            pack_.binding.push_back(key);
        }
    }
    if (parent_ && tier && *tier <= parent_->tier) {
        head.wrong("tier", "is not below that of its parent " + parent_->id,
                   "below " + std::string(to_text(parent_->tier)));
    }
}

// The parent's values are the child's until it says otherwise; what belongs to a place does not
// pass on.
void Reader::take_parent(TomlTable& head) {
    const std::string id = head.text("parent").value_or("");
    if (id.empty()) return;
    parent_failed_ = true;
    if (std::ranges::count(chain_, id) > 0 || id == pack_.id) {
        head.wrong("parent", "'" + id + "' leads back to this pack", "a pack above it");
        return;
    }
    const std::optional<std::string> text = sources_.pack(id);
    if (!text || chain_.size() >= kChainMax) {
        head.wrong("parent", text ? "is the sixth of the chain" : "no pack '" + id + "'",
                   text ? "at most five packs in a chain" : "the id of a pack that is here");
        return;
    }
    chain_.push_back(id);
    rules::Result<RegionPack> parent = Reader(sources_, chain_).read(*text, id + ".toml");
    chain_.pop_back();
    if (!parent) {
        head.wrong("parent", "the pack '" + id + "' has faults itself",
                   rules::to_text(parent.error().front()));
        return;
    }
    parent_ = *parent;
    pack_ = std::move(*parent);
    pack_.parent = id;
    pack_.contacts.clear();
    pack_.sub_regions.clear();
    pack_.townships.clear();
    pack_.publication.issuer.clear();
    pack_.publication.document_number.clear();
    pack_.publication.document_first = 1;
    parent_failed_ = false;
}

Origin Reader::read_origin(TomlTable& table) {
    Origin origin;
    origin.pack = pack_.id;
    origin.source = table.required_text("source", "where this comes from");
    if (!table.has("certainty")) {
        table.wrong("certainty", "is missing", std::string(kCertaintyWords));
    }
    set(origin.certainty, table.word("certainty", rules::parse_certainty, kCertaintyWords));
    const bool unread = origin.certainty == rules::Certainty::kSample ||
                        origin.certainty == rules::Certainty::kRemembered;
    origin.sample = table.yes_no("sample").value_or(unread);
    if (unread && !origin.sample) {
        table.wrong("sample", "is false although nobody has read the source",
                    "true, or certainty = \"primary\" or \"secondary\"");
    }
    return origin;
}

rules::TriggerStandard Reader::named_standard(TomlTable& table, std::string_view key) {
    const std::string id = table.required_text(key, "for example \"cn-2024\"");
    if (id.empty()) return {};
    const std::optional<std::string> text = sources_.standard(id);
    if (!text) {
        table.wrong(key, "no trigger standard '" + id + "'", "see 'qingkongctl standard list'");
        return {};
    }
    rules::Result<ReadStandard> read = read_standard(*text, id + ".toml");
    if (read) return std::move(read->standard);
    table.wrong(key, "the standard '" + id + "' has faults itself",
                rules::to_text(read.error().front()));
    return {};
}

void Reader::read_trigger(TomlTable& head) {
    std::optional<TomlTable> table = head.table("trigger");
    if (!table) return;
    TriggerRules& trigger = pack_.trigger;
    trigger.origin = read_origin(*table);
    if (table->has("standard")) {
        trigger.standard = named_standard(*table, "standard");
        // A standard's own outlook holds unless [timing] of this pack says otherwise.
        pack_.timing.merge_gap = pack_.timing.lift_outlook = trigger.standard.lifting_outlook;
    }
    if (table->has("sub_yellow")) trigger.sub_yellow = named_standard(*table, "sub_yellow");
    const auto hours_as =
        table->word("hours_as", rules::parse_hours_as, "natural-day, rolling or hourly-run");
    if (hours_as) trigger.standard.hours_as = hours_as;
    if (table->has("excluded_causes")) {
        trigger.standard.excluded_causes.clear();
        for (const std::string& name : table->texts("excluded_causes")) {
            if (const auto cause = rules::parse_excludable_cause(name)) {
                trigger.standard.excluded_causes.push_back(*cause);
            } else {
                table->wrong("excluded_causes", "'" + name + "'",
                             "ozone, dust, fire or transboundary");
            }
        }
    }
    if (trigger.standard.id.empty() && !table->has("standard") && !parent_failed_) {
        table->wrong("standard", "is missing", "for example \"cn-2024\"");
    }
    // Read in another way than its own, a standard may no longer be countable.
    if (hours_as && !trigger.standard.id.empty()) {
        for (const rules::StandardFault& fault : rules::check(trigger.standard)) {
            if (fault.severity == rules::Severity::kError) {
                table->wrong("hours_as", trigger.standard.id + ": " + fault.what, fault.cure);
            }
        }
    }
    set(trigger.scope, table->text("scope"));
    table->finish();
}

void Reader::read_timing(TomlTable& head) {
    std::optional<TomlTable> table = head.table("timing");
    if (!table) return;
    TimingRules& timing = pack_.timing;
    timing.origin = read_origin(*table);
    set_hours(timing.lead_time, *table, "lead_time_hours", 240);
    set(timing.same_day_start, table->yes_no("same_day_start"));
    set_hours(timing.lift_outlook, *table, "lift_outlook_hours", 240);
    set_hours(timing.merge_gap, *table, "merge_gap_hours", 240);
    set_hours(timing.immediate_outlook, *table, "immediate_outlook_hours", 72);
    if (const auto aqi = table->whole("immediate_aqi_above", 0, 499)) {
        timing.immediate_aqi_above = static_cast<int>(*aqi);
    }
    set_hours(timing.forecast_stale_after, *table, "forecast_stale_after_hours", 240);
    set_hours(timing.observation_fresh, *table, "observation_fresh_hours", 24);
    set_hours(timing.propose_within, *table, "propose_within_hours", 240);
    set_hours(timing.same_window, *table, "same_window_hours", 72);
    set_hours(timing.repeat_after, *table, "repeat_after_hours", 240);
    set_hours(timing.proposal_lives, *table, "proposal_lives_hours", 240);
    set_hours(timing.settle, *table, "settle_hours", 72);
    if (const auto count = table->whole("lower_confirmations", 1, kConfirmationsMax)) {
        timing.lower_confirmations = static_cast<int>(*count);
    }
    if (const auto margin = table->whole("lower_margin_aqi", 0, kMarginMax)) {
        timing.lower_margin_aqi = static_cast<int>(*margin);
    }
    if (table->has("situation_reports")) {
        timing.situation_reports = table->texts("situation_reports");
        for (const std::string& time : timing.situation_reports) {
            if (is_clock_time(time)) continue;
            table->wrong("situation_reports", "'" + time + "' is not a time of the day", "09:00");
        }
    }
    set_hours(pack_.summary_within, *table, "summary_within_hours", 24 * 30);
    table->finish();
}

void Reader::read_approval(TomlTable& head) {
    std::optional<TomlTable> table = head.table("approval");
    if (!table) return;
    pack_.approval.origin = read_origin(*table);
    read_approval_rules(*table, pack_.approval);
}

void Reader::read_grades(TomlTable& head) {
    std::optional<TomlTable> table = head.table("grades");
    if (!table) return;
    GradeRules& grades = pack_.grades;
    grades.origin = read_origin(*table);
    set(grades.unknown_as, table->text("unknown_as"));
    set(grades.suspended_is_next_lower, table->yes_no("suspended_is_next_lower"));
    set(grades.after_edition, table->text("after_edition"));
    if (grades.after_edition != "edition" && grades.after_edition != "new-grade") {
        table->wrong("after_edition", "'" + grades.after_edition + "'", "edition or new-grade");
    }
    for (TomlTable& entry : table->tables("name", kEntriesMax)) {
        GradeName name;
        name.origin = read_origin(entry);
        name.name = entry.required_name("name", "the local name");
        name.national = entry.required_text("national", "A+, A, B, B-, C, D, leading, ...");
        if (const auto grade = grade_named(name.national)) {
            name.national = grade->name;
        } else if (!name.national.empty()) {
            entry.wrong("national", "'" + name.national + "'",
                        "A+, A, B, B-, C, D, leading (引领性), non-leading (非引领性) or ungraded "
                        "(未评级)");
        }
        entry.finish();
        lay_over(grades.names, std::move(name),
                 [](const GradeName& a, const GradeName& b) { return a.name == b.name; });
    }
    GradeNames names;
    for (const GradeName& name : grades.names) names[name.name] = name.national;
    if (!grade_named(grades.unknown_as, names)) {
        table->wrong("unknown_as", "'" + grades.unknown_as + "' is not a grade",
                     std::string(kGradesAllowed));
    }
    table->finish();
}

void Reader::read_exempt(TomlTable& head) {
    for (TomlTable& entry : head.tables("exempt", kEntriesMax)) {
        ExemptClass one;
        one.origin = read_origin(entry);
        one.id = entry.required_text("id", "as exempt_class in the inventory");
        one.name = entry.required_name("name", "its Chinese name");
        set(one.up_to, entry.word("up_to", rules::parse_colour, kColourWords));
        one.treatment = entry.required_text("treatment", "self_discipline, heat_duty, ...");
        constexpr std::array<std::string_view, 4> kTreatments{"self_discipline", "heat_duty",
                                                              "order_duty", "none"};
        if (!one.treatment.empty() && std::ranges::count(kTreatments, one.treatment) == 0) {
            entry.wrong("treatment", "'" + one.treatment + "'",
                        "self_discipline, heat_duty, order_duty or none");
        }
        one.condition = entry.text("condition").value_or("");
        set(one.evidence_needed, entry.yes_no("evidence_needed"));
        entry.finish();
        lay_over(pack_.exempt_classes, std::move(one),
                 [](const ExemptClass& a, const ExemptClass& b) { return a.id == b.id; });
    }
}

void Reader::read_floors(TomlTable& head) {
    std::optional<TomlTable> table = head.table("floors");
    if (!table) return;
    pack_.floors.origin = read_origin(*table);
    set(pack_.floors.so2_nox_substitution, table->yes_no("so2_nox_substitution"));
    for (const rules::Colour colour : kColours) {
        std::optional<TomlTable> entry = table->table(rules::to_text(colour));
        if (!entry) continue;
        const auto share = [&](std::string_view key) -> std::optional<double> {
            const std::optional<double> percent = entry->number(key, 0, 100);
            return percent ? std::optional(*percent / 100) : std::nullopt;
        };
        const ReductionFloor floor{colour, share("so2"), share("nox"), share("pm"), share("vocs")};
        entry->finish();
        lay_over(pack_.floors.floors, floor, [](const ReductionFloor& a, const ReductionFloor& b) {
            return a.colour == b.colour;
        });
    }
    std::ranges::sort(pack_.floors.floors, {}, &ReductionFloor::colour);
    table->finish();
}

void Reader::read_trucks(TomlTable& head) {
    std::optional<TomlTable> table = head.table("trucks");
    if (!table) return;
    TruckRules trucks = pack_.trucks.value_or(TruckRules{});
    trucks.origin = read_origin(*table);
    read_truck_rules(*table, trucks);
    pack_.trucks = std::move(trucks);
}

void Reader::read_source_cuts(TomlTable& head) {
    std::optional<TomlTable> table = head.table("source_cut");
    if (!table) return;
    SourceCuts cuts = pack_.source_cuts.value_or(SourceCuts{});
    cuts.origin = read_origin(*table);
    read_cuts_by_source(*table, cuts);
    pack_.source_cuts = std::move(cuts);
}

void Reader::read_control(TomlTable& head) {
    constexpr int kDaysMost = 31;
    std::optional<TomlTable> table = head.table("temporary_control");
    if (!table) return;
    ControlRules control;
    control.origin = read_origin(*table);
    if (!table->has("days_max")) table->wrong("days_max", "is missing", "days_max = 5");
    if (const auto days = table->whole("days_max", 1, kDaysMost)) {
        control.days_max = static_cast<int>(*days);
    }
    table->finish();
    pack_.control = std::move(control);
}

void Reader::read_legal(TomlTable& head) {
    for (TomlTable& entry : head.tables("legal", kEntriesMax)) {
        LegalBasis one;
        one.origin = read_origin(entry);
        one.from = entry.day("from");
        one.to = entry.day("to");
        one.text = entry.required_text("text", "as it is printed on orders");
        if (one.from && one.to && *one.to <= *one.from) {
            entry.wrong("to", "is not after from", "the first day it no longer applies");
        }
        entry.finish();
        lay_over(pack_.legal_basis, std::move(one),
                 [](const LegalBasis& a, const LegalBasis& b) { return a.text == b.text; });
    }
}

void Reader::read_judging(TomlTable& head) {
    for (TomlTable& entry : head.tables("judging", kEntriesMax)) {
        JudgingParameter one;
        one.origin = read_origin(entry);
        one.key = entry.required_text("key", "for example \"stopped_below_share\"");
        if (!entry.has("value")) entry.wrong("value", "is missing", "a number");
        one.value = entry.number("value", -1e9, 1e9).value_or(0);
        one.unit = entry.text("unit").value_or("");
        one.text = entry.required_text("text", "what it means, Chinese");
        entry.finish();
        lay_over(
            pack_.judging, std::move(one),
            [](const JudgingParameter& a, const JudgingParameter& b) { return a.key == b.key; });
    }
}

void Reader::read_notices(TomlTable& head) {
    for (TomlTable& entry : head.tables("notice_block", kEntriesMax)) {
        NoticeBlock one;
        one.origin = read_origin(entry);
        one.block = entry.required_text("block", words_in_a_row(kNoticeBlocks));
        if (!one.block.empty() && std::ranges::count(kNoticeBlocks, one.block) == 0) {
            entry.wrong("block", "'" + one.block + "'", words_in_a_row(kNoticeBlocks));
        }
        if (!entry.has("colour")) entry.wrong("colour", "is missing", std::string(kColourWords));
        set(one.colour, entry.word("colour", rules::parse_colour, kColourWords));
        one.text = entry.required_text("text", "what is asked, Chinese");
        check_placeholders(entry, "text", one.text, kPlaceholders);
        if (one.text.find("{blocks}") != std::string::npos) {
            entry.wrong("text", "holds {blocks}, of which it is one",
                        "the sentences of this block");
        }
        entry.finish();
        lay_over(pack_.notice_blocks, std::move(one),
                 [](const NoticeBlock& a, const NoticeBlock& b) {
                     return a.block == b.block && a.colour == b.colour;
                 });
    }
    std::optional<TomlTable> table = head.table("notices");
    if (!table) return;
    pack_.notices.origin = read_origin(*table);
    for (const std::string_view kind : kNoticeKinds) {
        const std::optional<std::string> text = table->text(kind);
        if (!text) continue;
        check_placeholders(*table, kind, *text, kPlaceholders);
        pack_.notices.by_kind[std::string(kind)] = *text;
    }
    table->finish();
}

void Reader::read_advice(TomlTable& head) {
    for (TomlTable& entry : head.tables("advice", kEntriesMax)) {
        HealthAdvice one;
        one.origin = read_origin(entry);
        if (!entry.has("colour")) entry.wrong("colour", "is missing", std::string(kColourWords));
        set(one.colour, entry.word("colour", rules::parse_colour, kColourWords));
        one.health = entry.texts("health");
        one.suggestions = entry.texts("suggestions");
        if (one.health.empty()) entry.wrong("health", "is empty", "a list of sentences");
        entry.finish();
        lay_over(pack_.advice, std::move(one),
                 [](const HealthAdvice& a, const HealthAdvice& b) { return a.colour == b.colour; });
    }
}

// Only of causes that carry no level: what PM2.5 calls for is [[advice]] of a colour.
void Reader::read_cause_advice(TomlTable& head) {
    constexpr std::string_view kWords = "dust, ozone, fire, transboundary, pm10, so2, no2 or co";
    for (TomlTable& entry : head.tables("cause_advice", kEntriesMax)) {
        CauseAdvice one;
        one.origin = read_origin(entry);
        const std::string cause = entry.required_text("cause", kWords);
        one.cause = rules::parse_cause(cause);
        if (!cause.empty() && !rules::is_advisory(one.cause)) {
            entry.wrong("cause", "'" + cause + "' is not a cause that is advised on",
                        std::string(kWords));
        }
        one.addressee = entry.required_name("addressee", "whom it is for, for example 公众");
        one.text = entry.texts("text");
        if (one.text.empty()) entry.wrong("text", "is empty", "a list of sentences");
        entry.finish();
        lay_over(pack_.cause_advice, std::move(one),
                 [](const CauseAdvice& a, const CauseAdvice& b) {
                     return a.cause == b.cause && a.addressee == b.addressee;
                 });
    }
}

void Reader::read_places(TomlTable& head) {
    for (TomlTable& entry : head.tables("contact", kEntriesMax)) {
        Contact one;
        one.origin = read_origin(entry);
        one.role = entry.required_name("role", "what the person or desk is for");
        one.name = entry.required_name("name", "person or desk");
        one.phone = entry.text("phone").value_or("");
        entry.finish();
        pack_.contacts.push_back(std::move(one));
    }
    std::optional<TomlTable> table = head.table("sub_regions");
    if (!table) return;
    pack_.sub_regions_origin = read_origin(*table);
    read_sub_regions(*table, pack_);
    table->finish();
}

void Reader::read_publication(TomlTable& head) {
    std::optional<TomlTable> table = head.table("publication");
    if (!table) return;
    PublicationRules& publication = pack_.publication;
    publication.origin = read_origin(*table);
    publication.issuer = table->required_name("issuer", "the issuing body, Chinese");
    for (const auto& [key, into] : {std::pair{"agency_code", &publication.agency_code},
                                    std::pair{"sub_unit", &publication.sub_unit}}) {
        set(*into, table->text(key));
        if (!is_digits(*into, 3)) table->wrong(key, "'" + *into + "'", "3 digits");
    }
    set(publication.event_code, table->text("event_code"));
    set(publication.sender, table->text("sender"));
    set(publication.document_number, table->text("document_number"));
    const std::string& document = publication.document_number;
    if (const auto unseen = find_unseen_in_name(document)) {
        table->wrong("document_number", to_text(*unseen), std::string(kUnseenCure));
    }
    check_placeholders(*table, "document_number", document, kNumberPlaceholders);
    if (!document.empty() && document.find("{count}") == std::string::npos) {
        table->wrong("document_number", "has no {count}: every notice would bear one number",
                     "某重污染办〔{year}〕{count}号");
    }
    if (const auto first = table->whole("document_first", 1, kDocumentFirstMax)) {
        publication.document_first = static_cast<int>(*first);
    }
    set_hours(publication.expires_after, *table, "expires_after_hours", kExpiresHoursMax);
    table->finish();
}

// What every pack must be able to answer, its own words and its parent's together.
void Reader::check_complete(TomlTable& head) {
    if (parent_failed_) return;  // its values are not here, so what is missing cannot be told
    if (pack_.trigger.standard.id.empty() && !head.has("trigger")) {
        head.wrong("", "no trigger standard", "[trigger] standard = \"cn-2024\"");
    }
    for (const std::string_view kind : kNoticeKinds) {
        if (pack_.notices.by_kind.count(std::string(kind)) > 0) continue;
        head.wrong("notices", "no text for '" + std::string(kind) + "'", "a template for it");
    }
    for (const rules::Clause& clause : pack_.trigger.standard.clauses) {
        for (const std::string_view decision : {"issue", "lift"}) {
            if (approval_for(pack_, decision, clause.colour)) continue;
            head.wrong("approval",
                       "nobody may sign " + std::string(decision) + " of " +
                           std::string(rules::to_text(clause.colour)),
                       "a rule with decision = \"" + std::string(decision) + "\" or \"any\"");
        }
    }
    if (pack_.publication.issuer.empty() && !head.has("publication")) {
        head.wrong("", "no issuing body", "[publication] issuer = \"...\"");
    }
}

void Reader::check_tightening(TomlTable& head) {
    if (!parent_) return;
    for (const LooserThanParent& one : looser_than_parent(pack_, *parent_)) {
        std::string_view section = one.key;
        if (one.key == "excluded_causes") section = "trigger";
        if (one.key == "exempt_classes") section = "exempt";
        const bool timing = one.key == "lead_time" || one.key == "lift_outlook" ||
                            one.key == "merge_gap" || one.key == "immediate_start";
        if (timing) section = "timing";
        head.wrong(head.has(section) ? section : "",
                   (head.has(section) ? "" : std::string(section) + ": ") +
                       (timing ? std::string(one.key) + " " : "") + one.what,
                   one.cure);
    }
}

rules::Result<RegionPack> Reader::read(std::string_view text, const std::string& file) {
    rules::Result<toml::table> document = parse_toml(text, file, kPackBytesMax);
    if (!document) return document.error();
    rules::Faults faults;
    TomlTable head(*document, "", file, faults);
    read_head(head);
    read_trigger(head);
    read_timing(head);
    read_approval(head);
    read_grades(head);
    read_exempt(head);
    read_trades(head, pack_.trade_ties);
    read_rotation(head, pack_.rotation);
    read_floors(head);
    read_trucks(head);
    read_source_cuts(head);
    read_control(head);
    read_legal(head);
    read_judging(head);
    read_holidays(head, pack_.holidays);
    read_notices(head);
    read_advice(head);
    read_cause_advice(head);
    read_places(head);
    read_publication(head);
    (void)read_consequences(head);  // kept as text: consequences_of()
    head.finish();
    pack_.trigger.standard.lifting_outlook = pack_.timing.merge_gap;
    check_complete(head);
    check_tightening(head);
    std::ranges::stable_sort(faults, [](const rules::Fault& a, const rules::Fault& b) {
        return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
    });
    if (rules::has_errors(faults)) return faults;
    return std::move(pack_);
}

}  // namespace

rules::Result<RegionPack> read_pack(std::string_view toml, const std::string& file,
                                    const PackSources& sources) {
    std::vector<std::string> chain;
    auto texts = std::make_shared<PackTexts>(PackTexts{file, std::string(toml), {}, {}});
    const PackSources noted = noting(sources, *texts);
    auto pack = Reader(noted, chain).read(toml, file);
    if (pack) pack->texts = std::move(texts);
    return pack;
}

}  // namespace qk::plans
