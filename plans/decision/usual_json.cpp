#include "plans/decision/usual_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json_fields.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::UsualMeter;
using rules::UsualTreatment;

template <class Row>
struct Figure {
    std::string_view key;
    double Row::*field;
};
constexpr Figure<UsualMeter> kOfMeter[] = {
    {"days", &UsualMeter::days},       {"silent_h", &UsualMeter::silent_h},
    {"zero_h", &UsualMeter::zero_h},   {"flat_h", &UsualMeter::flat_h},
    {"step_kw", &UsualMeter::step_kw}, {"repeated_share", &UsualMeter::repeated_share}};
constexpr Figure<UsualTreatment> kOfTreatment[] = {
    {"running_h", &UsualTreatment::running_h},
    {"low_share", &UsualTreatment::low_share},
    {"production_low", &UsualTreatment::production_low},
    {"exponent", &UsualTreatment::exponent},
    {"standing_h", &UsualTreatment::standing_h},
    {"on_while_standing", &UsualTreatment::on_while_standing}};

json::array tail_json(const rules::Tail& tail) {
    return {tail.once_in_20, tail.once_in_200, tail.fall};
}

json::value rest_json(const std::optional<rules::UsualRest>& rest) {
    if (!rest) return nullptr;
    json::array kw;
    for (const double one : rest->kw) kw.emplace_back(one);
    return json::object{{"days", rest->days},
                        {"kw", std::move(kw)},
                        {"above", tail_json(rest->off.above)},
                        {"below", tail_json(rest->off.below)}};
}

// JsonFields looks at it as long as it lives, so it is never a copy.
const json::value& or_null(const json::value* value) {
    static const json::value kNull;
    return value == nullptr ? kNull : *value;
}

const json::array& items_of(const json::value* value) {
    static const json::array kNone;
    return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

template <std::size_t kCount>
std::array<double, kCount> numbers(JsonFields& fields, std::string_view key) {
    std::array<double, kCount> read{};
    const json::array& items = items_of(fields.member(key));
    bool is_sound = items.size() == kCount;
    for (std::size_t i = 0; i < kCount && is_sound; ++i) {
        is_sound = items[i].is_number();
        if (is_sound) read[i] = items[i].to_number<double>();
    }
    if (!is_sound) fields.fault(key, "is not a list of so many numbers", std::to_string(kCount));
    return read;
}

rules::Tail tail(JsonFields& fields, std::string_view key) {
    const auto read = numbers<3>(fields, key);
    return {read[0], read[1], read[2]};
}

}  // namespace

json::value to_json(const rules::Usual& usual) {
    json::array meters;
    for (const UsualMeter& meter : usual.meters) {
        json::object row{{"meter", meter.meter}};
        for (const auto& figure : kOfMeter) row[figure.key] = meter.*figure.field;
        row["last_end"] = meter.last_end ? json::value(meter.last_end->time_since_epoch().count())
                                         : json::value(nullptr);
        meters.emplace_back(std::move(row));
    }
    json::array treatments;
    for (const UsualTreatment& treatment : usual.treatments) {
        json::object row{{"meter", treatment.meter}};
        for (const auto& figure : kOfTreatment) row[figure.key] = treatment.*figure.field;
        treatments.emplace_back(std::move(row));
    }
    return json::object{{"meters", std::move(meters)},
                        {"treatments", std::move(treatments)},
                        {"rest", rest_json(usual.rest)}};
}

rules::Usual usual_from_json(const json::value& value, const std::string& name,
                             rules::Faults& faults) {
    rules::Usual usual;
    if (value.is_null()) return usual;
    JsonFields fields(value, "usual", name, faults);
    for (const json::value& item : items_of(fields.member("meters"))) {
        JsonFields row(item, "usual.meters", name, faults);
        UsualMeter meter;
        meter.meter = row.text("meter");
        for (const auto& figure : kOfMeter) meter.*figure.field = row.number(figure.key);
        const json::value* last = row.member("last_end");
        if (last != nullptr && last->is_int64()) {
            meter.last_end = rules::Instant{std::chrono::seconds{last->get_int64()}};
        }
        usual.meters.push_back(std::move(meter));
    }
    for (const json::value& item : items_of(fields.member("treatments"))) {
        JsonFields row(item, "usual.treatments", name, faults);
        UsualTreatment treatment;
        treatment.meter = row.text("meter");
        for (const auto& figure : kOfTreatment) treatment.*figure.field = row.number(figure.key);
        usual.treatments.push_back(std::move(treatment));
    }
    const json::value& rest = or_null(fields.member("rest"));
    if (rest.is_null()) return usual;
    JsonFields row(rest, "usual.rest", name, faults);
    rules::UsualRest read;
    constexpr std::int64_t kDaysMost = 10'000;
    read.days = static_cast<int>(row.whole_number("days", 0, kDaysMost));
    read.kw = numbers<rules::UsualRest::kBlocks>(row, "kw");
    read.off = {tail(row, "above"), tail(row, "below")};
    usual.rest = read;
    return usual;
}

}  // namespace qk::plans
