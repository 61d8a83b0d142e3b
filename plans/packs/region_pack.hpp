// A region rule pack (地区规则包): everything in which one bureau differs from the next, as one
// value.
//
// Packs are TOML and inherit national -> province -> city -> county: a child takes over what it
// does not say itself, and may only tighten the keys its parent lists in `binding`. Reading a pack
// resolves the whole chain, so a RegionPack is complete in itself; nobody who holds one needs its
// parent.
//
// Every section says where it comes from and how sure that is. What is a sample is marked a sample
// and samples_of() lists it: whoever shows or uses a pack must show that list too ("sample, confirm
// before use"). Nothing here decides anything; other layers read the values they need.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/packs/local_decisions.hpp"
#include "plans/text/embedded.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/work_calendar.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

enum class Tier { kNational, kProvince, kCity, kCounty };
[[nodiscard]] std::string_view to_text(Tier tier);     // "city"
[[nodiscard]] std::string_view to_chinese(Tier tier);  // "市"
[[nodiscard]] std::optional<Tier> parse_tier(std::string_view text);

// Where a section's facts come from.
struct Origin {
    std::string source;
    rules::Certainty certainty = rules::Certainty::kSample;
    bool sample = true;  // "sample, confirm before use"
    std::string pack;    // id of the pack of the chain that said it
};

struct TriggerRules {
    rules::TriggerStandard standard;  // with the pack's hours_as and excluded causes applied
    // A second standard below the lowest colour (临时管控, Jiangsu practice); advisory by nature.
    std::optional<rules::TriggerStandard> sub_yellow;
    std::string scope;  // Chinese: which areas and which pollution it is for
    Origin origin;
};

struct TimingRules {
    std::chrono::hours lead_time{24};     // from issue to effect, in principle
    bool same_day_start = true;           // shorter lead allowed when the forecast leaves no more
    std::chrono::hours lift_outlook{36};  // clear air forecast for longer than this before lifting
    std::chrono::hours merge_gap{36};     // episodes closer than this are one
    // Immediate start: observed AQI above `immediate_aqi_above` and no relief forecast for this
    // long.
    std::chrono::hours immediate_outlook{12};
    int immediate_aqi_above = 200;
    std::chrono::hours forecast_stale_after{36};  // a forecast issued longer ago is refused
    std::chrono::hours observation_fresh{3};      // older observed air starts nothing at once
    // When the system proposes; people may propose at any time.
    std::chrono::hours propose_within{48};  // a start is proposed so long before its window
    std::chrono::hours same_window{12};     // windows whose ends differ by no more are one
    std::chrono::hours repeat_after{24};    // what was turned down is not proposed again before
    std::chrono::hours proposal_lives{24};  // what nobody signs lapses after
    int lower_confirmations = 1;            // forecasts in a row that agree on lowering or lifting
    int lower_margin_aqi = 0;               // and stay below the condition by so many points of AQI
    std::chrono::hours settle{0};  // a level stands, and the air stays below, so long before that
    std::vector<std::string> situation_reports;  // local times of the reports upwards, "09:00"
    Origin origin;
};

// Who brings a decision about a colour forward, and who signs it.
struct ApprovalRule {
    std::string decision;  // "issue", "raise", "lower", "extend", "lift", or "any"
    rules::Colour colour = rules::Colour::kYellow;
    std::string proposer;                // role id
    std::vector<std::string> approvers;  // role ids, each of which may sign
    int persons = 1;                     // how many different persons must sign
    bool consultation = true;            // 会商 must be on record first
    std::string text;                    // the rule in words, Chinese
};

struct ApprovalRules {
    std::map<std::string, std::string> roles;  // role id -> Chinese name
    std::vector<ApprovalRule> rules;
    // Whoever proposed, amended or recorded the consultation of a change does not sign it
    // (四眼原则).
    bool four_eyes = true;
    Origin origin;
};

// A local grade name (地方绩效名称) and the national grade it is treated as.
struct GradeName {
    std::string name;
    std::string national;  // "A+", "A", "B", "B-", "C", "D", "leading", "non-leading", "ungraded"
    Origin origin;
};

struct GradeRules {
    std::vector<GradeName> names;
    std::string unknown_as = "ungraded";
    bool suspended_is_next_lower = true;  // 暂停绩效 -> next lower grade
    // What a grade change after the inventory edition was printed does: "new-grade" or "edition".
    std::string after_edition = "edition";
    Origin origin;
};

// A class of enterprise that forced measures spare, up to a colour and under conditions.
struct ExemptClass {
    std::string id;                             // as `exempt_class` in the inventory
    std::string name;                           // Chinese
    rules::Colour up_to = rules::Colour::kRed;  // exempt at this colour and below
    std::string treatment;  // "self_discipline", "heat_duty", "order_duty", "none"
    std::string condition;  // Chinese
    bool evidence_needed = true;
    Origin origin;
};

// Least share of whole-society emission that a level must cut, per pollutant (0.2 = 20 %).
// Empty: the region's plan sets no floor for that pollutant.
struct ReductionFloor {
    rules::Colour colour = rules::Colour::kYellow;
    std::optional<double> so2;
    std::optional<double> nox;
    std::optional<double> pm;
    std::optional<double> vocs;
};

struct FloorRules {
    std::vector<ReductionFloor> floors;  // one per colour, mildest first
    bool so2_nox_substitution = false;   // the two shares may be shifted if their sum holds
    Origin origin;
};

// From which colour on trucks of large goods users (用车大户) stay out of the gate.
struct TruckRules {
    std::optional<rules::Colour> from;  // empty: only where a measure says so
    std::vector<std::string> trades;    // ids; empty: every trade
    std::vector<std::string> stages;    // emission standards that are banned
    std::vector<std::string> exempt;    // kinds of vehicle that are not
    // Passes (通行证) that let a truck through at a colour: blue, yellow, orange, red.
    std::array<std::vector<std::string>, 4> passes;
    int from_hour = 0;
    int to_hour = 24;
    int vehicles_per_day = 10;  // a large user has more
    Origin origin;
};

// Share of a source's emission that its own measures cut, per colour, where the inventory does not
// list its sites and users one by one.
struct SourceCuts {
    std::map<std::string, std::array<double, 4>> by_source;  // "mobile", "dust", "residential"
    Origin origin;
};

// Temporary control (临时管控) below the lowest colour: how many days one may last.
struct ControlRules {
    int days_max = 5;
    Origin origin;
};

struct LegalBasis {
    std::optional<rules::CivilDay> from;  // first day it applies
    std::optional<rules::CivilDay> to;    // first day it no longer does
    std::string text;                     // Chinese, as it is printed on orders
    Origin origin;
};

// A number the judging of readings uses; its origin is printed with every verdict.
struct JudgingParameter {
    std::string key;  // "stopped_below_share", "persistence_minutes", ...
    double value = 0;
    std::string unit;
    std::string text;  // Chinese: what it means
    Origin origin;
};

// Notice texts with {placeholders}: the bureau's own wording. Blocks of measures are beside them.
struct NoticeTemplates {
    std::map<std::string, std::string> by_kind;  // kNoticeKinds -> text
    Origin origin;
};
inline constexpr std::array<std::string_view, 8> kNoticeKinds{
    "issue", "raise", "lower", "extend", "lift", "advisory", "pre-notice", "drill"};
inline constexpr std::array<std::string_view, 23> kPlaceholders{
    "region",   "issuer",    "colour",         "level",        "from_colour", "from_level",
    "number",   "issued_at", "effective_from", "effective_to", "clause",      "cause",
    "measures", "health",    "legal_basis",    "contact",      "document",    "response",
    "end",      "period",    "suggestions",    "blocks",       "date"};

// What one colour asks of one field, in the bureau's words. Of a notice these are its blocks beside
// health and advice, in this order.
inline constexpr std::array<std::string_view, 6> kNoticeBlocks{"industry", "dust",    "mobile",
                                                               "area",     "schools", "weather"};
struct NoticeBlock {
    std::string block;  // one of kNoticeBlocks
    rules::Colour colour = rules::Colour::kYellow;
    std::string text;  // may hold {measures}: what the orders of this warning add up to
    Origin origin;
};
// The two things that a bureau's numbering (发文字号) is made of.
inline constexpr std::array<std::string_view, 2> kNumberPlaceholders{"year", "count"};

struct HealthAdvice {
    rules::Colour colour = rules::Colour::kYellow;
    std::vector<std::string> health;       // 健康防护
    std::vector<std::string> suggestions;  // 倡议性
    Origin origin;
};

// What is advised, and to whom, in an episode that carries no level (沙尘, 臭氧, …).
struct CauseAdvice {
    rules::EpisodeCause cause = rules::EpisodeCause::kDust;
    std::string addressee;  // "公众", "学校", "施工工地", "涉VOCs企业"
    std::vector<std::string> text;
    Origin origin;
};

struct Contact {
    std::string role;
    std::string name;
    std::string phone;
    Origin origin;
};

struct SubRegion {
    std::string code;  // GB/T 2260; of a township 9 or 12 digits
    std::string name;
    std::string group;  // joint-control zone inside the region; may be empty
};

// Parts of the 31-character message identifier and of CAP that a region sets.
struct PublicationRules {
    std::string issuer;               // Chinese name of the issuing body
    std::string agency_code = "000";  // GB/T 4657, 3 digits
    std::string sub_unit = "000";
    std::string event_code = "12Q02";  // 空气重污染
    std::string sender;                // CAP sender
    Origin origin;
    // 发文字号 with {year} and {count}; empty: the bureau has set none. Counted per year from
    // `document_first`.
    std::string document_number;
    int document_first = 1;
    // A CAP message expires so long after the planned end: a warning goes on until it is lifted.
    std::chrono::hours expires_after{168};
};

struct PackTexts;  // plans/packs/pack_texts.hpp

struct RegionPack {
    std::string id;
    std::string name;         // Chinese
    std::string region_code;  // GB/T 2260, 6 digits
    Tier tier = Tier::kCity;
    rules::Zone zone = rules::kBeijingTime;  // where no pack of the chain names one
    std::string parent;                      // id; empty at the top
    std::vector<std::string> chain;          // ids from the top down to this pack
    std::vector<std::string> binding;  // what children may only tighten, with all that is inherited
    std::string note;

    TriggerRules trigger;
    TimingRules timing;
    ApprovalRules approval;
    GradeRules grades;
    std::vector<ExemptClass> exempt_classes;
    std::vector<TradeTie> trade_ties;
    Rotation rotation;
    FloorRules floors;
    std::optional<TruckRules> trucks;       // empty: no pack of the chain says it
    std::optional<SourceCuts> source_cuts;  // likewise
    std::optional<ControlRules> control;  // empty: no pack of the chain says it, so none is ordered
    std::vector<LegalBasis> legal_basis;
    std::vector<JudgingParameter> judging;
    std::vector<rules::Holiday> holidays;  // beside those of the built-in calendar
    NoticeTemplates notices;
    std::vector<HealthAdvice> advice;
    std::vector<CauseAdvice> cause_advice;
    std::vector<Contact> contacts;
    std::vector<SubRegion> sub_regions;
    std::vector<SubRegion> townships;  // whose names the bureau gives; no list of all
    Origin sub_regions_origin;
    PublicationRules publication;
    std::vector<NoticeBlock> notice_blocks;
    std::chrono::hours summary_within{
        48};  // [timing]: the summary (总结) is due so long after a lift
    // What it was read from; null: it was made without a text.
    std::shared_ptr<const PackTexts> texts{};
};

// Text of another pack of the chain or of a standard, by id; empty where there is none.
using PackLookup = std::function<std::optional<std::string>(std::string_view id)>;

struct PackSources {
    PackLookup pack;      // default: the built-in packs
    PackLookup standard;  // default: the built-in standards
};
[[nodiscard]] PackSources built_in_sources();

// Reads one pack and its chain of parents; all faults of the file at FILE:LINE:COLUMN, or the pack.
[[nodiscard]] rules::Result<RegionPack> read_pack(std::string_view toml, const std::string& file,
                                                  const PackSources& sources = built_in_sources());

// What children may be told only to tighten, as written in `binding`.
inline constexpr std::array<std::string_view, 9> kBindable{
    "trigger",         "excluded_causes", "lead_time", "lift_outlook",  "merge_gap",
    "immediate_start", "approval",        "floors",    "exempt_classes"};
// Where `child` is laxer than `parent` in what is binding: key of kBindable, what, and what would
// do.
struct LooserThanParent {
    std::string_view key;
    std::string what;
    std::string cure;
};
[[nodiscard]] std::vector<LooserThanParent> looser_than_parent(const RegionPack& child,
                                                               const RegionPack& parent);

// What `to` changes of the approvals of `from`, one sentence each; empty: nothing.
[[nodiscard]] std::vector<std::string> approval_changes(const RegionPack& from,
                                                        const RegionPack& to);

[[nodiscard]] std::vector<std::string> built_in_pack_ids();
[[nodiscard]] std::optional<std::string_view> built_in_pack_text(std::string_view id);
[[nodiscard]] rules::Result<RegionPack> built_in_pack(std::string_view id);

// One thing of a pack that nobody has confirmed yet: "floors: 10/20/30 % ...: sample, confirm
// before use".
struct SampleMark {
    std::string section;  // "floors", "judging.stopped_below_share", ...
    std::string text;     // Chinese, fit to be shown
    std::string source;
};
[[nodiscard]] std::vector<SampleMark> samples_of(const RegionPack& pack);

// The rule for a decision ("issue", "lift", ...) about a colour: the one that names the decision,
// else the one for "any". Empty: the pack names nobody, and the decision must be refused.
[[nodiscard]] std::optional<ApprovalRule> approval_for(const RegionPack& pack,
                                                       std::string_view decision,
                                                       rules::Colour colour);
// Legal basis in force on a day, every text that applies, in the pack's order.
[[nodiscard]] std::vector<LegalBasis> legal_basis_on(const RegionPack& pack, rules::CivilDay day);

// The blocks of a colour in the order of kNoticeBlocks.
[[nodiscard]] std::vector<NoticeBlock> notice_blocks_of(const RegionPack& pack,
                                                        rules::Colour colour);

struct FilledTemplate {
    std::string text;
    std::vector<std::string>
        open;  // placeholders that have no value, or one that is to be filled in
};
// A text with its placeholders filled in. One without a value stays visible as "（待填：name）" in
// what is shown to people before they sign; nothing with an open placeholder is issued.
[[nodiscard]] FilledTemplate fill_template(std::string_view text,
                                           const std::map<std::string, std::string>& values);
// Whether a text says of itself that somebody must still fill it in ("（待填：值班室）").
[[nodiscard]] bool is_to_be_filled(std::string_view text);

}  // namespace qk::plans

namespace qk::embedded {
[[nodiscard]] std::span<const File> region_packs();       // plans/packs/packs/*.toml
[[nodiscard]] std::span<const File> trigger_standards();  // plans/packs/standards/*.toml
}  // namespace qk::embedded
