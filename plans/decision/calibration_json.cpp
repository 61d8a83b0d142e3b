#include "plans/decision/calibration_json.hpp"

#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_parts.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

json::array tail_json(const rules::Tail& tail) {
    return {tail.once_in_20, tail.once_in_200, tail.fall};
}

json::object tails_json(const rules::TailsByLength& tails) {
    const auto both = [](const rules::Tails& of) {
        return json::object{{"above", tail_json(of.above)}, {"below", tail_json(of.below)}};
    };
    return {{"slot", both(tails.slot)}, {"block", both(tails.block)}, {"day", both(tails.day)}};
}

template <class Numbers>
json::array numbers_json(const Numbers& numbers) {
    json::array array;
    for (const double number : numbers) array.emplace_back(number);
    return array;
}

class CalibrationReader {
 public:
    CalibrationReader(const std::string& name, rules::Faults& faults)
        : name_(name), faults_(faults) {}

    rules::TailsByLength tails(const json::value* value) {
        JsonFields fields(or_null(value), "tails", name_, faults_);
        return {both(fields, "slot"), both(fields, "block"), both(fields, "day")};
    }

    std::vector<double> numbers(JsonFields& fields, std::string_view key) {
        std::vector<double> numbers;
        const json::value* value = fields.member(key);
        if (value == nullptr || !value->is_array()) {
            fields.fault(key, "is not a list", "[1, 0.9]");
            return numbers;
        }
        for (const json::value& item : value->get_array()) {
            if (item.is_number()) {
                numbers.push_back(item.to_number<double>());
            } else {
                fields.fault(key, "has a member that is not a number", "0.05");
            }
        }
        return numbers;
    }

    rules::CivilDay day(JsonFields& fields, std::string_view key) {
        const std::string text = fields.text(key);
        const auto found = rules::parse_day(text);
        if (!found) fields.fault(key, "'" + text + "' is not a day", "2026-12-01");
        return found.value_or(rules::CivilDay{});
    }

    rules::SpecialDay special_day(const json::value& value) {
        JsonFields fields(value, "special_days", name_, faults_);
        rules::SpecialDay special;
        special.day = day(fields, "day");
        const std::string kind = fields.text("kind");
        const auto known = rules::parse_day_kind(kind);
        if (!known) fields.fault("kind", "'" + kind + "' is not a kind of day", "working, holiday");
        special.kind = known.value_or(rules::DayKind::kWorking);
        special.is_ramp = fields.maybe_flag("ramp");
        special.holiday = fields.maybe_text("holiday");
        return special;
    }

    rules::Calibration calibration(const json::value& value) {
        JsonFields fields(value, "calibration", name_, faults_);
        rules::Calibration calibration;
        calibration.days_tried = static_cast<int>(fields.whole_number("days_tried", 0, 100'000));
        calibration.level_kw = fields.number("level_kw");
        calibration.level_weight = fields.number("level_weight");
        calibration.follows_trend = fields.maybe_flag("follows_trend");
        const auto factors = numbers(fields, "factors");
        if (factors.size() == calibration.factors.size()) {
            std::ranges::copy(factors, calibration.factors.begin());
        } else {
            fields.fault("factors", "are not of four kinds of day", "[1, 0.9, 0.8, 0.8]");
        }
        calibration.next_day = tails(fields.member("next_day"));
        calibration.later = tails(fields.member("later"));
        calibration.slot_scale = numbers(fields, "slot_scale");
        calibration.held_90 = fields.number("held_90");
        calibration.held_99 = fields.number("held_99");
        calibration.knows_holidays = fields.maybe_flag("knows_holidays");
        calibration.is_unsettled = fields.maybe_flag("unsettled");
        calibration.raised_share = fields.number("raised_share");
        for (const std::string& text : fields.maybe_texts("raised_days")) {
            if (const auto found = rules::parse_day(text)) {
                calibration.raised_days.push_back(*found);
            } else {
                fields.fault("raised_days", "'" + text + "' is not a day", "2026-12-01");
            }
        }
        if (calibration.raised_share > 0 && calibration.raised_days.empty()) {
            fields.fault("raised_days", "are missing", "the days that lie higher");
        }
        return calibration;
    }

 private:
    rules::Tail tail(JsonFields& fields, std::string_view key) {
        const auto three = numbers(fields, key);
        if (three.size() == 3) return {three[0], three[1], three[2]};
        fields.fault(key, "is not once in 20, once in 200 and fall", "[0.04, 0.07, 4.2]");
        return {};
    }

    rules::Tails both(JsonFields& of, std::string_view key) {
        JsonFields fields(or_null(of.member(key)), std::string(key), name_, faults_);
        return {tail(fields, "above"), tail(fields, "below")};
    }

    const std::string& name_;
    rules::Faults& faults_;
};

}  // namespace

json::value calibration_json(const rules::MeterBaseline& baseline) {
    if (!baseline.calibration) return nullptr;
    const rules::Calibration& calibration = *baseline.calibration;
    json::array raised;
    for (const rules::CivilDay day : calibration.raised_days) {
        raised.emplace_back(rules::to_iso(day));
    }
    json::array special;
    for (const rules::SpecialDay& day : baseline.special_days) {
        special.emplace_back(json::object{{"day", rules::to_iso(day.day)},
                                          {"kind", json::string(rules::to_text(day.kind))},
                                          {"ramp", day.is_ramp},
                                          {"holiday", day.holiday}});
    }
    return json::object{
        {"calibration", json::object{{"days_tried", calibration.days_tried},
                                     {"level_kw", calibration.level_kw},
                                     {"level_weight", calibration.level_weight},
                                     {"follows_trend", calibration.follows_trend},
                                     {"factors", numbers_json(calibration.factors)},
                                     {"next_day", tails_json(calibration.next_day)},
                                     {"later", tails_json(calibration.later)},
                                     {"slot_scale", numbers_json(calibration.slot_scale)},
                                     {"held_90", calibration.held_90},
                                     {"held_99", calibration.held_99},
                                     {"knows_holidays", calibration.knows_holidays},
                                     {"unsettled", calibration.is_unsettled},
                                     {"raised_share", calibration.raised_share},
                                     {"raised_days", std::move(raised)}}},
        {"last_day", rules::to_iso(baseline.last_day)},
        {"special_days", std::move(special)}};
}

void set_calibration(rules::MeterBaseline& baseline, const json::value& value,
                     const std::string& name, rules::Faults& faults) {
    if (value.is_null()) return;
    CalibrationReader reader(name, faults);
    JsonFields fields(value, "calibrated", name, faults);
    baseline.calibration = reader.calibration(or_null(fields.member("calibration")));
    baseline.last_day = reader.day(fields, "last_day");
    const json::value* special = fields.member("special_days");
    if (special == nullptr || !special->is_array()) return;
    for (const json::value& item : special->get_array()) {
        baseline.special_days.push_back(reader.special_day(item));
    }
}

}  // namespace qk::plans
