#include "plans/measures/measure_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "plans/inventory/inventory.hpp"

namespace qk::plans {
namespace {

constexpr int kHoursMost = 10'000;

// The keys of a form; required ones end with '!'.
struct FormKeys {
    rules::Form form;
    std::string_view keys;
};

constexpr auto kFormKeys = std::to_array<FormKeys>({
    {rules::Form::kSelfDiscipline, ""},
    {rules::Form::kStop, "keep_hot treatment_after_stop_min"},
    {rules::Form::kStopShare, "ratio! unit treatment_after_stop_min"},
    {rules::Form::kLimitLoad, "ratio! baseline"},
    {rules::Form::kThroughput, "per_day! unit! what ratio normal"},
    {rules::Form::kMinimumLoad, "ratio baseline!"},
    {rules::Form::kLongerCycle, "hours! what! ratio normal height_from_m height_below_m"},
    {rules::Form::kOnOffCycle, "off_hours! on_hours! offset_hours"},
    {rules::Form::kCountCap, "per_day! what! ratio normal"},
    {rules::Form::kHeatDuty, "per_day unit what ratio"},
    {rules::Form::kOrderDuty, "per_day unit what ratio"},
    {rules::Form::kStopProcess, "what! ratio step_from"},
    {rules::Form::kStopMaterial, "what! ratio!"},
    {rules::Form::kConcentration, "factor! mg_per_m3! ratio"},
    {rules::Form::kMass, "factor! kg_per_d! ratio"},
    {rules::Form::kPreWarningMass, "factor"},
    {rules::Form::kLimitEmission, "ratio! factor"},
    {rules::Form::kBanVehicles, "stages! from_hour to_hour exempt"},
    {rules::Form::kVehicleShare, "ratio! per_day"},
    {rules::Form::kRotate, "batches! batch_hours!"},
    {rules::Form::kNoRestart, ""},
});
static_assert(kFormKeys.size() == rules::kFormCount);

// The key's mark in a form's list: 0 not taken, 1 taken, 2 required.
int mark_of(std::string_view keys, std::string_view key) {
    while (!keys.empty()) {
        const std::size_t blank = keys.find(' ');
        std::string_view one = keys.substr(0, blank);
        const bool required = one.ends_with('!');
        if (required) one.remove_suffix(1);
        if (one == key) return required ? 2 : 1;
        keys = blank == std::string_view::npos ? std::string_view{} : keys.substr(blank + 1);
    }
    return 0;
}

// Asks the table only for keys that the form takes, so that finish() refuses the others.
class FormReader {
 public:
    FormReader(TomlTable& table, rules::Form form)
        : table_(table), form_(form), keys_(kFormKeys[static_cast<std::size_t>(form)].keys) {}

    bool takes(std::string_view key) {
        const int mark = mark_of(keys_, key);
        if (mark == 2 && !table_.has(key)) {
            table_.wrong(key, "is missing", fmt::format("'{}' wants it", rules::to_text(form_)));
        }
        return mark > 0 && table_.has(key);
    }
    void text(std::string_view key, std::string& into) {
        if (takes(key)) into = table_.text(key).value_or(std::string());
    }
    void texts(std::string_view key, std::vector<std::string>& into) {
        if (takes(key)) into = table_.texts(key);
    }
    std::optional<double> number(std::string_view key, double least, double most) {
        return takes(key) ? table_.number(key, least, most) : std::nullopt;
    }
    void whole(std::string_view key, int least, int most, int& into) {
        if (!takes(key)) return;
        if (const auto value = table_.whole(key, least, most)) into = static_cast<int>(*value);
    }

 private:
    TomlTable& table_;
    rules::Form form_;
    std::string_view keys_;
};

void read_ratio(FormReader& reader, rules::Measure& measure) {
    const auto normal = reader.number("normal", 1e-6, 1e9);
    if (const auto ratio = reader.number("ratio", 0, 1)) {
        measure.ratio = *ratio;
    } else if (normal && measure.number > 0) {
        // A longer cycle turns out as many fewer pieces; a cap cuts what is over it.
        const double left = measure.form == rules::Form::kLongerCycle ? *normal / measure.number
                                                                      : measure.number / *normal;
        measure.ratio = std::clamp(1 - left, 0.0, 1.0);
    } else if (measure.form == rules::Form::kStopProcess) {
        measure.ratio = 1;
    }
}

void read_baseline(TomlTable& table, FormReader& reader, rules::Measure& measure) {
    reader.text("baseline", measure.baseline);
    if (rules::is_baseline(measure.baseline)) return;
    table.wrong("baseline", fmt::format("'{}' is not a baseline", measure.baseline),
                "smallest-of-eia-permit-last-year, lowest-day-last-year, mean-of-recent-month, "
                "pre-warning, rated, heat-duty or order-duty");
}

void read_height(FormReader& reader, std::string_view key, int& into_cm) {
    constexpr double kHeightMax = 20;
    if (const auto metres = reader.number(key, 0, kHeightMax)) {
        into_cm = static_cast<int>(std::lround(*metres * 100));
    }
}

void read_figures(FormReader& reader, rules::Measure& measure) {
    for (const char* key : {"per_day", "hours", "mg_per_m3", "kg_per_d"}) {
        if (const auto value = reader.number(key, 0, 1e9)) measure.number = *value;
    }
    read_ratio(reader, measure);
    read_height(reader, "height_from_m", measure.height_from_cm);
    read_height(reader, "height_below_m", measure.height_below_cm);
    if (const auto share = reader.number("step_from", 0, 1)) measure.step_from = *share;
    reader.whole("off_hours", 1, kHoursMost, measure.off_hours);
    reader.whole("batch_hours", 1, kHoursMost, measure.off_hours);
    reader.whole("on_hours", 1, kHoursMost, measure.on_hours);
    reader.whole("offset_hours", 0, kHoursMost, measure.offset_hours);
    reader.whole("batches", 2, 100, measure.batches);
    reader.whole("from_hour", 0, 24, measure.from_hour);
    reader.whole("to_hour", 0, 24, measure.to_hour);
    int after_stop = 0;
    reader.whole("treatment_after_stop_min", 0, 10'000, after_stop);
    measure.treatment_after_stop = std::chrono::minutes{after_stop};
}

void read_pollutants(TomlTable& table, rules::Measure& measure) {
    if (!table.has("pollutants")) return;
    measure.pollutants = 0;
    for (const std::string& name : table.texts("pollutants")) {
        bool known = false;
        for (std::size_t i = 0; i < kEmissionCount; ++i) {
            if (name != to_text(static_cast<Emission>(i))) continue;
            measure.pollutants = static_cast<std::uint8_t>(measure.pollutants | (1U << i));
            known = true;
        }
        if (!known) table.wrong("pollutants", fmt::format("'{}'", name), "so2, nox, pm or vocs");
    }
}

// Keys that every form takes.
void read_common(TomlTable& table, rules::Measure& measure) {
    measure.whole = table.yes_no("whole").value_or(false);
    measure.no_restart = table.yes_no("no_restart").value_or(false);
    measure.of = table.texts("of");
    measure.text = table.text("text").value_or(std::string());
    measure.after_hours = static_cast<int>(table.whole("after_hours", 0, kHoursMost).value_or(0));
    if (const auto until = table.whole("until_hours", 1, kHoursMost)) {
        measure.until_hours = static_cast<int>(*until);
        if (*until <= measure.after_hours) {
            table.wrong("until_hours", "is not after 'after_hours'", "a later hour");
        }
    }
    read_pollutants(table, measure);
}

}  // namespace

rules::Measure read_measure(TomlTable& table) {
    rules::Measure measure;
    if (!table.has("form")) {
        table.wrong("form", "is missing", "stop, limit_load, stop_process, ban_vehicles, …");
    }
    const auto form =
        table.word("form", rules::parse_form, "stop, limit_load, stop_process, ban_vehicles, …");
    if (!form) return measure;
    measure.form = *form;
    read_common(table, measure);
    FormReader reader(table, *form);
    if (reader.takes("keep_hot")) measure.keep_hot = table.yes_no("keep_hot").value_or(false);
    reader.text("unit", measure.unit);
    reader.text("what", measure.what);
    reader.text("factor", measure.factor);
    if (!measure.factor.empty() && measure.factor != "so2" && measure.factor != "nox" &&
        measure.factor != "pm" && measure.factor != "vocs") {
        table.wrong("factor", fmt::format("'{}'", measure.factor), "so2, nox, pm or vocs");
    }
    reader.texts("stages", measure.stages);
    reader.texts("exempt", measure.exempt);
    read_baseline(table, reader, measure);
    read_figures(reader, measure);
    return measure;
}

}  // namespace qk::plans
