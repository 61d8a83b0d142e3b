// JSON of rules::Check: what instruments must show, one object with a `kind`.
#include <fmt/format.h>

#include <boost/json/value.hpp>

#include "plans/response/order.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_out.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

std::chrono::minutes minutes_in(JsonFields& fields, std::string_view key) {
    const double minutes = fields.maybe_number(key).value_or(0);
    if (!(minutes >= 0 && minutes <= 1e6)) {
        fields.fault(key, fmt::format("{} is not a number of minutes", minutes), "0 to 1000000");
        return std::chrono::minutes{0};
    }
    return std::chrono::minutes{static_cast<std::int64_t>(minutes)};
}

std::chrono::hours hours_in(JsonFields& fields, std::string_view key, std::int64_t least) {
    const double hours = fields.maybe_number(key).value_or(0);
    const auto whole = rules::whole_of(hours, least, 10'000);
    if (!whole) {
        fields.fault(key, fmt::format("{} is not a number of hours", hours),
                     fmt::format("a whole number, {} to 10000", least));
    }
    return std::chrono::hours{whole.value_or(0)};
}

double share_in(JsonFields& fields, std::string_view key) {
    const double share = fields.number(key);
    if (!(share >= 0 && share <= 1)) {
        fields.fault(key, fmt::format("{} is not a share", share), "0 to 1");
        return 0;
    }
    return share;
}

void put_minutes(JsonOut& out, std::string_view key, std::chrono::minutes minutes) {
    if (minutes.count() != 0) out.whole_member(key, minutes.count());
}

struct Writer {
    JsonOut& out;

    void operator()(const rules::LineStands& check) const {
        put_minutes(out, "ramp_down_min", check.ramp_down);
        if (check.keep_hot) out.flag_member("keep_hot", true);
    }
    void operator()(const rules::ShareStands& check) const {
        out.number_member("share", check.share);
        if (!check.lines.empty()) out.texts_member("lines", check.lines);
        put_minutes(out, "ramp_down_min", check.ramp_down);
    }
    void operator()(const rules::LoadAtMost& check) const {
        out.number_member("cut", check.cut);
        put_minutes(out, "ramp_down_min", check.ramp_down);
        if (!check.baseline.empty()) out.member("baseline", check.baseline);
        if (!check.minimum.empty()) out.member("minimum", check.minimum);
        if (check.baseline_kwh_d) out.number_member("baseline_kwh_d", *check.baseline_kwh_d);
    }
    void operator()(const rules::ThroughputAtMost& check) const {
        out.number_member("per_day", check.per_day);
        out.member("unit", check.unit);
        if (!check.material.empty()) out.member("material", check.material);
    }
    void operator()(const rules::CountAtMost& check) const {
        out.number_member("per_day", check.per_day);
        out.member("what", check.what);
    }
    void operator()(const rules::CycleAtLeast& check) const {
        out.number_member("hours", check.hours);
        out.member("what", check.what);
    }
    void operator()(const rules::OnOffCycle& check) const {
        out.whole_member("off_h", check.off.count());
        out.whole_member("on_h", check.on.count());
        if (check.offset.count() != 0) out.whole_member("offset_h", check.offset.count());
    }
    void operator()(const rules::NoRestart&) const {}
    void operator()(const rules::EmissionAtMost& check) const {
        out.member("factor", check.factor);
        if (check.mg_per_m3) out.number_member("mg_per_m3", *check.mg_per_m3);
        if (check.kg_per_d) out.number_member("kg_per_d", *check.kg_per_d);
        if (check.pre_warning) out.flag_member("pre_warning", true);
        if (check.cut != 0) out.number_member("cut", check.cut);
        if (!check.outlet.empty()) out.member("outlet", check.outlet);
    }
    void operator()(const rules::NoVehicles& check) const {
        out.texts_member("stages", check.stages);
        out.whole_member("from_hour", check.from_hour);
        out.whole_member("to_hour", check.to_hour);
        if (!check.exempt.empty()) out.texts_member("exempt", check.exempt);
    }
    void operator()(const rules::SeenOnSite& check) const { out.member("what", check.what); }
};

int hour_in(JsonFields& fields, std::string_view key) {
    const double hour = fields.number(key);
    const auto whole = rules::whole_of(hour, 0, 24);
    if (!whole)
        fields.fault(key, fmt::format("{} is not an hour", hour), "a whole number, 0 to 24");
    return static_cast<int>(whole.value_or(0));
}

rules::Check read_emission(JsonFields& fields) {
    rules::EmissionAtMost check;
    check.factor = fields.text("factor");
    check.mg_per_m3 = fields.maybe_number("mg_per_m3");
    check.kg_per_d = fields.maybe_number("kg_per_d");
    check.pre_warning = fields.maybe_flag("pre_warning");
    if (fields.member("cut") != nullptr) check.cut = share_in(fields, "cut");
    check.outlet = fields.maybe_text("outlet");
    if (!check.mg_per_m3 && !check.kg_per_d && !check.pre_warning) {
        fields.fault("factor", "has no limit", "give mg_per_m3, kg_per_d or pre_warning");
    }
    return check;
}

rules::Check read_vehicles(JsonFields& fields) {
    rules::NoVehicles check;
    check.stages = fields.maybe_texts("stages");
    check.from_hour = hour_in(fields, "from_hour");
    check.to_hour = hour_in(fields, "to_hour");
    check.exempt = fields.maybe_texts("exempt");
    return check;
}

rules::Check read_load(JsonFields& fields) {
    rules::LoadAtMost check;
    check.cut = share_in(fields, "cut");
    check.ramp_down = minutes_in(fields, "ramp_down_min");
    check.baseline = fields.maybe_text("baseline");
    check.minimum = fields.maybe_text("minimum");
    check.baseline_kwh_d = fields.maybe_number("baseline_kwh_d");
    if (check.baseline_kwh_d && *check.baseline_kwh_d <= 0) {
        fields.fault("baseline_kwh_d", "is not above zero", "kWh a day");
    }
    return check;
}

// Empty for a kind that is not known; the caller names it.
std::optional<rules::Check> read_kind(std::string_view kind, JsonFields& fields) {
    using namespace rules;
    if (kind == "line_stands") {
        const std::chrono::minutes ramp_down = minutes_in(fields, "ramp_down_min");
        return LineStands{ramp_down, fields.maybe_flag("keep_hot")};
    }
    if (kind == "share_stands") {
        const double share = share_in(fields, "share");
        return ShareStands{share, fields.maybe_texts("lines"), minutes_in(fields, "ramp_down_min")};
    }
    if (kind == "load_at_most") return read_load(fields);
    if (kind == "throughput_at_most") {
        const double per_day = fields.number("per_day");
        const std::string unit = fields.text("unit");
        return ThroughputAtMost{per_day, unit, fields.maybe_text("material")};
    }
    if (kind == "count_at_most") {
        const double per_day = fields.number("per_day");
        return CountAtMost{per_day, fields.text("what")};
    }
    if (kind == "cycle_at_least") {
        const double hours = fields.number("hours");
        return CycleAtLeast{hours, fields.text("what")};
    }
    if (kind == "on_off_cycle") {
        const std::chrono::hours off = hours_in(fields, "off_h", 1);
        const std::chrono::hours on = hours_in(fields, "on_h", 1);
        return OnOffCycle{off, on, hours_in(fields, "offset_h", 0)};
    }
    if (kind == "no_restart") return NoRestart{};
    if (kind == "emission_at_most") return read_emission(fields);
    if (kind == "no_vehicles") return read_vehicles(fields);
    if (kind == "seen_on_site") return SeenOnSite{fields.maybe_text("what")};
    return std::nullopt;
}

}  // namespace

void write_json(JsonOut& out, const rules::Check& check) {
    out.begin_object();
    out.member("kind", rules::name_of(check));
    std::visit(Writer{out}, check);
    out.end_object();
}

json::value to_json(const rules::Check& check) {
    JsonTree tree;
    write_json(tree, check);
    return tree.release();
}

rules::Result<rules::Check> check_from_json(const json::value& value, const std::string& path,
                                            const std::string& file) {
    rules::Faults faults;
    JsonFields fields(value, path, file, faults);
    const std::string kind = fields.text("kind");
    const std::optional<rules::Check> check = read_kind(kind, fields);
    if (!check) {
        if (faults.empty()) {
            fields.fault("kind", fmt::format("'{}' is not a check", kind),
                         "line_stands, share_stands, load_at_most, throughput_at_most, "
                         "count_at_most, cycle_at_least, on_off_cycle, no_restart, "
                         "emission_at_most, no_vehicles or seen_on_site");
        }
        return faults;
    }
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return *check;
}

}  // namespace qk::plans
