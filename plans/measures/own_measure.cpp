#include "plans/measures/own_measure.hpp"

#include <fmt/format.h>

#include <cmath>

#include "plans/measures/trades.hpp"
#include "rules/base/decimal.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

rules::Form form_of(const OwnMeasure& own) {
    switch (own.action) {
        case rules::Action::kStop:
            return own.ratio > 0 && own.ratio < 1 ? rules::Form::kStopShare : rules::Form::kStop;
        case rules::Action::kLimitLoad:
            return rules::Form::kLimitLoad;
        case rules::Action::kLimitEmission:
            return rules::Form::kLimitEmission;
        case rules::Action::kStopProcess:
            return rules::Form::kStopProcess;
        case rules::Action::kBanVehicles:
            return rules::Form::kBanVehicles;
        case rules::Action::kSelfDiscipline:
            return rules::Form::kSelfDiscipline;
    }
    return rules::Form::kSelfDiscipline;
}

class Extras {
 public:
    Extras(const OwnMeasure& own, rules::Faults* faults) : own_(own), faults_(faults) {}

    [[nodiscard]] const std::string* find(const std::string& key) const {
        const auto found = own_.extra.find(key);
        return found == own_.extra.end() || found->second.empty() ? nullptr : &found->second;
    }
    void text(const std::string& key, std::string& into) const {
        if (const std::string* written = find(key)) into = *written;
    }
    void flag(const std::string& key, bool& into) const {
        const std::string* written = find(key);
        if (written == nullptr) return;
        into = *written == "yes" || *written == "true" || *written == "1" || *written == "是";
        if (!into && *written != "no" && *written != "false" && *written != "0" &&
            *written != "否") {
            fault(key, *written, "yes or no");
        }
    }
    void number(const std::string& key, double& into) const {
        const std::string* written = find(key);
        if (written == nullptr) return;
        const auto value = rules::parse_decimal(*written);
        if (value && value->millionths >= 0) {
            into = value->as_double();
        } else {
            fault(key, *written, "a number from 0");
        }
    }
    void whole(const std::string& key, int most, int& into) const {
        double value = into;
        number(key, value);
        if (const auto found = rules::whole_of(value, 0, most)) {
            into = static_cast<int>(*found);
        } else {
            fault(key, *find(key), fmt::format("a whole number from 0 to {}", most));
        }
    }
    void list(const std::string& key, std::vector<std::string>& into) const {
        const std::string* written = find(key);
        if (written == nullptr) return;
        into.clear();
        for (const std::string_view part : split_trades(*written)) into.emplace_back(part);
    }
    void fault(const std::string& key, const std::string& written, std::string cure) const {
        if (faults_ == nullptr) return;
        faults_->push_back({{"measures.csv", own_.row, 0},
                            fmt::format("{}: '{}' cannot be read", key, written),
                            std::move(cure),
                            rules::Severity::kError});
    }

 private:
    const OwnMeasure& own_;
    rules::Faults* faults_;
};

// What the permit limits is a concentration or a mass of something.
void read_permit_limit(const Extras& extras, const OwnMeasure& own, rules::Measure& measure) {
    if (!is_permit_limit(own)) return;
    const bool is_mass = extras.find("kg_per_d") != nullptr;
    if (is_mass == (extras.find("mg_per_m3") != nullptr)) {
        extras.fault(std::string(kPermitColumn), "yes", "one of mg_per_m3 and kg_per_d beside it");
    }
    if (extras.find("factor") == nullptr) {
        extras.fault(std::string(kPermitColumn), "yes", "a factor beside it: so2, nox, pm or vocs");
    }
    measure.form = is_mass ? rules::Form::kMass : rules::Form::kConcentration;
    // An outlet is one, however many lines lead to it.
    measure.whole = own.line.empty() && !measure.outlet.empty();
}

void read_extras(const Extras& extras, const OwnMeasure& own, rules::Measure& measure) {
    constexpr int kHoursMost = 10'000;
    if (const std::string* written = extras.find("form")) {
        if (const auto form = rules::parse_form(*written)) {
            measure.form = *form;
        } else {
            extras.fault("form", *written, "a form of measure, for example on_off_cycle");
        }
    }
    extras.text("baseline", measure.baseline);
    if (!rules::is_baseline(measure.baseline)) {
        extras.fault("baseline", measure.baseline, "a named baseline, for example pre-warning");
        measure.baseline.clear();
    }
    extras.text("factor", measure.factor);
    extras.text("outlet", measure.outlet);
    read_permit_limit(extras, own, measure);
    extras.text("what", measure.what);
    extras.text("unit", measure.unit);
    for (const char* key : {"per_day", "hours", "mg_per_m3", "kg_per_d"}) {
        extras.number(key, measure.number);
    }
    extras.whole("off_hours", kHoursMost, measure.off_hours);
    extras.whole("batch_hours", kHoursMost, measure.off_hours);
    extras.whole("on_hours", kHoursMost, measure.on_hours);
    extras.whole("batches", 100, measure.batches);
    extras.whole("after_hours", kHoursMost, measure.after_hours);
    if (extras.find("until_hours") != nullptr) {
        int until = 0;
        extras.whole("until_hours", kHoursMost, until);
        if (until > 0) measure.until_hours = until;
    }
    extras.flag("keep_hot", measure.keep_hot);
    extras.flag("no_restart", measure.no_restart);
    extras.list("stages", measure.stages);
    extras.list("exempt", measure.exempt);
    extras.whole("from_hour", 24, measure.from_hour);
    extras.whole("to_hour", 24, measure.to_hour);
}

}  // namespace

bool is_permit_limit(const OwnMeasure& own) {
    const auto found = own.extra.find(std::string(kPermitColumn));
    return found != own.extra.end() && (found->second == "yes" || found->second == "是");
}

rules::Measure measure_from(const OwnMeasure& own, bool with_text, rules::Faults* faults) {
    rules::Measure measure;
    measure.form = form_of(own);
    measure.ratio = own.ratio;
    if (measure.form == rules::Form::kStopProcess) {
        // A row that names a line means the line itself as the process.
        if (own.line.empty()) measure.what = own.detail.empty() ? "涉气工序" : own.detail;
        if (own.ratio == 0 && !own.line.empty()) measure.ratio = 1;
    }
    if (measure.form == rules::Form::kBanVehicles) {
        measure.stages = {"国一", "国二", "国三", "国四"};
    }
    if (!own.extra.empty()) read_extras(Extras(own, faults), own, measure);
    if (with_text) measure.text = own.detail;
    return measure;
}

ReadOptions inventory_read_options(std::optional<rules::CivilDay> today,
                                   const RegionRules& region) {
    ReadOptions options;
    options.knows_trade = [ties = region.trade_ties](std::string_view trade) {
        return find_trade(trade, ties) != nullptr;
    };
    options.knows_code = [ties = region.trade_ties](std::string_view code, std::string_view trade) {
        return find_trade(with_codes(trade, code), ties) != nullptr;
    };
    options.with_codes = with_codes;
    options.is_trade_code = is_trade_code;
    options.is_trade_of = [ties = region.trade_ties](std::string_view trade,
                                                     std::string_view industry) {
        return trade_of_line(trade, industry, ties) != nullptr;
    };
    options.grade_names = grade_names_of(region);
    options.check_extras = [](const OwnMeasure& own) {
        rules::Faults faults;
        (void)measure_from(own, false, &faults);
        return faults;
    };
    options.today = today;
    return options;
}

}  // namespace qk::plans
