#include "plans/documents/pack_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/documents/windows_json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

json::object origin_of(const Origin& origin) {
    json::object out{{"source", origin.source},
                     {"certainty", rules::to_text(origin.certainty)},
                     {"pack", origin.pack},
                     {"sample", origin.sample}};
    if (origin.sample) out["mark"] = "样例，使用前请确认";
    return out;
}

json::object trigger_of(const TriggerRules& trigger) {
    json::object out{{"standard", to_json(trigger.standard)},
                     {"scope", trigger.scope},
                     {"origin", origin_of(trigger.origin)}};
    if (trigger.sub_yellow) out["sub_yellow"] = to_json(*trigger.sub_yellow);
    return out;
}

json::object timing_of(const TimingRules& timing) {
    return {{"lead_time_hours", timing.lead_time.count()},
            {"same_day_start", timing.same_day_start},
            {"lift_outlook_hours", timing.lift_outlook.count()},
            {"merge_gap_hours", timing.merge_gap.count()},
            {"immediate_outlook_hours", timing.immediate_outlook.count()},
            {"immediate_aqi_above", timing.immediate_aqi_above},
            {"forecast_stale_after_hours", timing.forecast_stale_after.count()},
            {"observation_fresh_hours", timing.observation_fresh.count()},
            {"propose_within_hours", timing.propose_within.count()},
            {"same_window_hours", timing.same_window.count()},
            {"repeat_after_hours", timing.repeat_after.count()},
            {"proposal_lives_hours", timing.proposal_lives.count()},
            {"lower_confirmations", timing.lower_confirmations},
            {"settle_hours", timing.settle.count()},
            {"lower_margin_aqi", timing.lower_margin_aqi},
            {"situation_reports", texts(timing.situation_reports)},
            {"origin", origin_of(timing.origin)}};
}

json::object approval_of(const ApprovalRules& approval) {
    json::object roles;
    for (const auto& [role, name] : approval.roles) roles[role] = name;
    json::array all;
    for (const ApprovalRule& rule : approval.rules) {
        all.push_back(json::object{{"decision", rule.decision},
                                   {"colour", rules::to_text(rule.colour)},
                                   {"proposer", rule.proposer},
                                   {"approvers", texts(rule.approvers)},
                                   {"persons", rule.persons},
                                   {"consultation", rule.consultation},
                                   {"text", rule.text}});
    }
    return {{"roles", std::move(roles)},
            {"rules", std::move(all)},
            {"four_eyes", approval.four_eyes},
            {"origin", origin_of(approval.origin)}};
}

json::object grades_of(const GradeRules& grades) {
    json::array names;
    for (const GradeName& name : grades.names) {
        names.push_back(json::object{
            {"name", name.name}, {"national", name.national}, {"origin", origin_of(name.origin)}});
    }
    return {{"names", std::move(names)},
            {"unknown_as", grades.unknown_as},
            {"suspended_is_next_lower", grades.suspended_is_next_lower},
            {"after_edition", grades.after_edition},
            {"origin", origin_of(grades.origin)}};
}

json::array exempt_of(const std::vector<ExemptClass>& classes) {
    json::array out;
    for (const ExemptClass& one : classes) {
        out.push_back(json::object{{"id", one.id},
                                   {"name", one.name},
                                   {"up_to", rules::to_text(one.up_to)},
                                   {"treatment", one.treatment},
                                   {"condition", one.condition},
                                   {"evidence_needed", one.evidence_needed},
                                   {"origin", origin_of(one.origin)}});
    }
    return out;
}

json::object floors_of(const FloorRules& floors) {
    json::object out{{"so2_nox_substitution", floors.so2_nox_substitution},
                     {"origin", origin_of(floors.origin)}};
    for (const ReductionFloor& floor : floors.floors) {
        json::object shares;
        if (floor.so2) shares["so2"] = *floor.so2;
        if (floor.nox) shares["nox"] = *floor.nox;
        if (floor.pm) shares["pm"] = *floor.pm;
        if (floor.vocs) shares["vocs"] = *floor.vocs;
        out[rules::to_text(floor.colour)] = std::move(shares);
    }
    return out;
}

json::object trucks_of(const TruckRules& trucks) {
    json::object passes;
    for (std::size_t i = 0; i < trucks.passes.size(); ++i) {
        if (trucks.passes[i].empty()) continue;
        passes[rules::to_text(static_cast<rules::Colour>(i))] = texts(trucks.passes[i]);
    }
    json::object out{{"from", nullptr},
                     {"trades", texts(trucks.trades)},
                     {"stages", texts(trucks.stages)},
                     {"exempt", texts(trucks.exempt)},
                     {"passes", std::move(passes)},
                     {"from_hour", trucks.from_hour},
                     {"to_hour", trucks.to_hour},
                     {"vehicles_per_day", trucks.vehicles_per_day},
                     {"origin", origin_of(trucks.origin)}};
    if (trucks.from) out["from"] = rules::to_text(*trucks.from);
    return out;
}

json::object source_cuts_of(const SourceCuts& cuts) {
    json::object out{{"origin", origin_of(cuts.origin)}};
    for (const auto& [source, shares] : cuts.by_source) {
        json::object by_colour;
        for (std::size_t i = 0; i < shares.size(); ++i) {
            if (shares[i] > 0) by_colour[rules::to_text(static_cast<rules::Colour>(i))] = shares[i];
        }
        out[source] = std::move(by_colour);
    }
    return out;
}

json::array legal_of(const std::vector<LegalBasis>& basis) {
    json::array out;
    for (const LegalBasis& one : basis) {
        json::object entry{{"text", one.text}, {"origin", origin_of(one.origin)}};
        if (one.from) entry["from"] = rules::to_iso(*one.from);
        if (one.to) entry["to"] = rules::to_iso(*one.to);
        out.push_back(std::move(entry));
    }
    return out;
}

json::array judging_of(const std::vector<JudgingParameter>& parameters) {
    json::array out;
    for (const JudgingParameter& one : parameters) {
        out.push_back(json::object{{"key", one.key},
                                   {"value", one.value},
                                   {"unit", one.unit},
                                   {"text", one.text},
                                   {"origin", origin_of(one.origin)}});
    }
    return out;
}

json::object notices_of(const NoticeTemplates& notices) {
    json::object out{{"origin", origin_of(notices.origin)}};
    for (const auto& [kind, text] : notices.by_kind) out[kind] = text;
    return out;
}

json::array advice_of(const std::vector<HealthAdvice>& advice) {
    json::array out;
    for (const HealthAdvice& one : advice) {
        out.push_back(json::object{{"colour", rules::to_text(one.colour)},
                                   {"health", texts(one.health)},
                                   {"suggestions", texts(one.suggestions)},
                                   {"origin", origin_of(one.origin)}});
    }
    return out;
}

json::array blocks_of(const std::vector<NoticeBlock>& blocks) {
    json::array out;
    for (const NoticeBlock& one : blocks) {
        out.push_back(json::object{{"block", one.block},
                                   {"colour", rules::to_text(one.colour)},
                                   {"text", one.text},
                                   {"origin", origin_of(one.origin)}});
    }
    return out;
}

json::array cause_advice_of(const std::vector<CauseAdvice>& advice) {
    json::array out;
    for (const CauseAdvice& one : advice) {
        out.push_back(json::object{{"cause", rules::to_text(one.cause)},
                                   {"addressee", one.addressee},
                                   {"text", texts(one.text)},
                                   {"origin", origin_of(one.origin)}});
    }
    return out;
}

json::object places_of(const RegionPack& pack) {
    json::array contacts;
    for (const Contact& one : pack.contacts) {
        contacts.push_back(json::object{{"role", one.role},
                                        {"name", one.name},
                                        {"phone", one.phone},
                                        {"origin", origin_of(one.origin)}});
    }
    json::array regions;
    for (const SubRegion& one : pack.sub_regions) {
        regions.push_back(
            json::object{{"code", one.code}, {"name", one.name}, {"group", one.group}});
    }
    json::array townships;
    for (const SubRegion& one : pack.townships) {
        townships.push_back(json::object{{"code", one.code}, {"name", one.name}});
    }
    return {{"contacts", std::move(contacts)},
            {"sub_regions", std::move(regions)},
            {"townships", std::move(townships)},
            {"sub_regions_origin", origin_of(pack.sub_regions_origin)}};
}

json::object publication_of(const PublicationRules& publication) {
    return {{"issuer", publication.issuer},
            {"agency_code", publication.agency_code},
            {"sub_unit", publication.sub_unit},
            {"event_code", publication.event_code},
            {"sender", publication.sender},
            {"document_number", publication.document_number},
            {"document_first", publication.document_first},
            {"expires_after_hours", publication.expires_after.count()},
            {"origin", origin_of(publication.origin)}};
}

}  // namespace

json::array to_json(const std::vector<SampleMark>& samples) {
    json::array out;
    for (const SampleMark& one : samples) {
        out.push_back(
            json::object{{"section", one.section}, {"text", one.text}, {"source", one.source}});
    }
    return out;
}

json::object to_json(const RegionPack& pack) {
    json::object out{{"id", pack.id},
                     {"name", pack.name},
                     {"region_code", pack.region_code},
                     {"tier", to_text(pack.tier)},
                     {"parent", pack.parent},
                     {"chain", texts(pack.chain)},
                     {"binding", texts(pack.binding)},
                     {"note", pack.note},
                     {"samples", to_json(samples_of(pack))},
                     {"trigger", trigger_of(pack.trigger)},
                     {"timing", timing_of(pack.timing)},
                     {"approval", approval_of(pack.approval)},
                     {"grades", grades_of(pack.grades)},
                     {"exempt_classes", exempt_of(pack.exempt_classes)},
                     {"floors", floors_of(pack.floors)},
                     {"legal_basis", legal_of(pack.legal_basis)},
                     {"judging", judging_of(pack.judging)},
                     {"summary_within_hours", pack.summary_within.count()},
                     {"notices", notices_of(pack.notices)},
                     {"notice_blocks", blocks_of(pack.notice_blocks)},
                     {"advice", advice_of(pack.advice)},
                     {"cause_advice", cause_advice_of(pack.cause_advice)},
                     {"publication", publication_of(pack.publication)}};
    if (pack.trucks) out["trucks"] = trucks_of(*pack.trucks);
    if (pack.source_cuts) out["source_cut"] = source_cuts_of(*pack.source_cuts);
    if (pack.control) {
        out["temporary_control"] = json::object{{"days_max", pack.control->days_max},
                                                {"origin", origin_of(pack.control->origin)}};
    }
    for (auto& [key, value] : places_of(pack)) out[key] = std::move(value);
    return out;
}

}  // namespace qk::plans
