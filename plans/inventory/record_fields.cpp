#include "plans/inventory/record_fields.hpp"

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

std::string yes_no(bool value) { return value ? "yes" : "no"; }

std::string number_text(const std::optional<double>& value) {
    return value ? to_json_number(*value) : std::string();
}

void add_emission(RecordFields& fields, const DailyEmission& emission) {
    constexpr std::string_view kNames[kEmissionCount] = {"so2_kg_d", "nox_kg_d", "pm_kg_d",
                                                         "vocs_kg_d"};
    for (std::size_t i = 0; i < kEmissionCount; ++i) {
        fields.push_back({kNames[i], kg_text(emission.grams[i])});
    }
}

std::string joined(const std::vector<Grade>& grades) {
    std::string text;
    for (const Grade& grade : grades) text += (text.empty() ? "" : ";") + grade.name;
    return text;
}

void add_custody(RecordFields& fields, const std::shared_ptr<const Custody>& custody) {
    if (!custody) return;
    const auto day = [](const std::optional<rules::CivilDay>& on) {
        return on ? rules::to_iso(*on) : std::string();
    };
    fields.push_back({"operator", custody->keeper});
    fields.push_back({"calibrated_on", day(custody->calibrated_on)});
    fields.push_back({"compared_on", day(custody->compared_on)});
}

}  // namespace

std::string kg_text(std::int64_t grams) {
    std::string text = grams < 0 ? "-" : "";
    // Digit by digit of the unsigned size: the smallest number has no positive twin.
    const std::uint64_t size =
        grams < 0 ? 0 - static_cast<std::uint64_t>(grams) : static_cast<std::uint64_t>(grams);
    text += std::to_string(size / 1000);
    if (size % 1000 == 0) return text;
    std::string below = std::to_string(size % 1000 + 1000).substr(1);
    below.erase(below.find_last_not_of('0') + 1);
    return text + "." + below;
}

RecordFields fields_of(const Enterprise& enterprise) {
    RecordFields fields{
        {"name", enterprise.name},
        {"region", enterprise.region},
        {"industry", enterprise.industry},
        {"grade", enterprise.grade.name},
        {"grades", joined(enterprise.grades)},  // empty where one grade says it all
        {"grade_suspended", yes_no(enterprise.grade_suspended)},
        {"category", std::string(to_text(enterprise.category))},
        {"lon", number_text(enterprise.lon)},
        {"lat", number_text(enterprise.lat)},
        {"contact", enterprise.contact},
        {"phone", enterprise.phone},
        {"permit", enterprise.permit},
        {"exempt_class", enterprise.exempt_class},
        {"exempt_up_to", enterprise.exempt_up_to
                             ? std::string(rules::to_text(*enterprise.exempt_up_to))
                             : std::string()},
        {"exempt_until",
         enterprise.exempt_until ? rules::to_iso(*enterprise.exempt_until) : std::string()},
        {"exempt_evidence", enterprise.exempt_evidence}};
    constexpr std::string_view kPermit[kEmissionCount] = {"permit_so2_t_a", "permit_nox_t_a",
                                                          "permit_pm_t_a", "permit_vocs_t_a"};
    for (std::size_t i = 0; enterprise.permit_t_a && i < kEmissionCount; ++i) {
        fields.push_back({kPermit[i], number_text((*enterprise.permit_t_a)[i])});
    }
    const auto add_given = [&fields](std::string_view name, const SharedText& text) {
        if (!text.empty()) fields.push_back({name, text});
    };
    add_given("trade_code", enterprise.trade_code);
    add_given("trade_by", enterprise.trade_by);
    add_given("batch", enterprise.batch);
    add_given("no_duty_reason", enterprise.no_duty_reason);
    add_given("no_duty_by", enterprise.no_duty_by);
    add_given("reasons", enterprise.reasons);
    add_given("reason_evidence", enterprise.reason_evidence);
    return fields;
}

RecordFields fields_of(const Line& line) {
    RecordFields fields{{"name", line.name},
                        {"equipment", line.equipment},
                        {"capacity", number_text(line.capacity)},
                        {"capacity_unit", line.capacity_unit},
                        {"uninterruptible", yes_no(line.uninterruptible)},
                        {"ramp_down_hours", to_json_number(line.ramp_down_hours)},
                        {"idle", yes_no(line.idle)},
                        {"industry", line.industry}};
    if (!line.no_duty.empty()) fields.push_back({"no_duty_reason", line.no_duty});
    if (!line.reasons.empty()) fields.push_back({"reasons", line.reasons});
    if (!line.reason_evidence.empty()) {
        fields.push_back({"reason_evidence", line.reason_evidence});
    }
    if (line.oven_height_cm > 0) {
        fields.push_back({"oven_height_m", to_json_number(line.oven_height_cm / 100.0)});
    }
    if (const auto minimum = minimum_load_of(line)) {
        fields.push_back({"minimum_load", to_json_number(*minimum)});
    }
    if (const auto baseline = baseline_kwh_d_of(line)) {
        fields.push_back({"baseline_kwh_d", to_json_number(*baseline)});
    }
    add_emission(fields, line.emission);
    return fields;
}

RecordFields fields_of(const OwnMeasure& measure) {
    RecordFields fields{{"ratio", to_json_number(measure.ratio)}, {"detail", measure.detail}};
    for (const auto& [name, value] : measure.extra) fields.push_back({name, value});
    return fields;
}

RecordFields fields_of(const Meter& meter) {
    RecordFields fields{{"enterprise", meter.enterprise},
                        {"line", meter.line},
                        {"role", std::string(rules::to_text(meter.role))},
                        {"rated_kw", number_text(meter.rated_kw)},
                        {"idle_kw", number_text(meter.idle_kw)}};
    if (meter.ct_ratio != 1) fields.push_back({"ct_ratio", to_json_number(meter.ct_ratio)});
    add_custody(fields, meter.custody);
    return fields;
}

RecordFields fields_of(const Outlet& outlet) {
    std::string factors;
    for (const std::string& factor : outlet.factors) {
        factors += (factors.empty() ? "" : ";") + factor;
    }
    RecordFields fields{{"enterprise", outlet.enterprise},
                        {"line", outlet.line},
                        {"mn", outlet.mn},
                        {"factors", factors}};
    add_custody(fields, outlet.custody);
    return fields;
}

RecordFields fields_of(const Series& series) {
    RecordFields fields{{"enterprise", series.enterprise},
                        {"line", series.line},
                        {"kind", std::string(rules::to_text(series.kind))},
                        {"role", std::string(rules::to_text(series.role))},
                        {"unit", series.unit}};
    add_custody(fields, series.custody);
    return fields;
}

RecordFields fields_of(const AreaEmission& area) {
    RecordFields fields;
    add_emission(fields, area.emission);
    return fields;
}

RecordFields fields_of(const OtherSource& source) {
    RecordFields fields{{"name", source.name},
                        {"region", source.region},
                        {"enterprise", source.enterprise},
                        {"kind", source.kind},
                        {"size", number_text(source.size)}};
    add_emission(fields, source.emission);
    constexpr std::string_view kNames[] = {"yellow",       "yellow_ratio", "orange",
                                           "orange_ratio", "red",          "red_ratio"};
    for (std::size_t i = 0; i < source.at_level.size(); ++i) {
        fields.push_back({kNames[2 * i], source.at_level[i].measure});
        fields.push_back({kNames[2 * i + 1], to_json_number(source.at_level[i].ratio)});
    }
    fields.push_back({"owner", source.owner});
    fields.push_back({"contact", source.contact});
    fields.push_back({"phone", source.phone});
    return fields;
}

RecordFields fields_of(const DepartmentTask& task) {
    return {{"owner", task.owner},
            {"phone", task.phone},
            {"deadline", task.deadline},
            {"basis", task.basis}};
}

}  // namespace qk::plans
