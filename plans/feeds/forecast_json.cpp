#include "plans/feeds/forecast_json.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cmath>
#include <map>
#include <set>

#include "plans/feeds/daily_csv.hpp"
#include "plans/feeds/plausible.hpp"
#include "plans/feeds/time_cell.hpp"
#include "plans/text/json.hpp"
#include "plans/text/missing_mark.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Concentration;
using rules::Decimal;
using rules::Severity;

constexpr std::int64_t kSecondsOfHour = 3600;
constexpr double kNumberMax = 1e9;
constexpr std::size_t kMembersMax = 100;  // of an ensemble in one document

std::string indexed(std::string_view path, std::size_t i) {
    return std::string(path) + "[" + std::to_string(i) + "]";
}

// Not JsonFields: a document is mostly long lists of numbers, one for each member and region, which
// are read in place; only their frame has names.
class DocumentReader {
 public:
    DocumentReader(const std::string& file, const ForecastGiven& given)
        : file_(file), given_(given) {}

    rules::Result<ForecastFeed> read(const json::value& whole) {
        if (const json::array* list = whole.if_array()) {
            if (list->empty()) refuse("the document", "is an empty list", "at least one forecast");
            if (list->size() > given_.limits.regions_max) {
                refuse("the document",
                       "holds more than " + std::to_string(given_.limits.regions_max) + " entries",
                       "split it");
                return faults_;
            }
            for (std::size_t i = 0; i < list->size(); ++i) {
                read_document((*list)[i], "[" + std::to_string(i) + "]");
            }
        } else {
            read_document(whole, "");
        }
        if (!faults_.empty()) return faults_;
        for (rules::Forecast& forecast : feed_.forecasts) {
            const bool is_stated = kinds_stated_.contains(&forecast - feed_.forecasts.data());
            if (!is_stated) {
                forecast.kind =
                    given_.kind.value_or(rules::kind_by_horizon(forecast, given_.air.zone));
            }
        }
        return std::move(feed_);
    }

 private:
    void refuse(std::string_view path, std::string_view what, std::string cure) {
        add_fault(faults_, {{file_, 0, 0},
                            std::string(path) + " " + std::string(what),
                            std::move(cure),
                            Severity::kError});
    }

    void read_document(const json::value& value, const std::string& path) {
        if (!value.is_object()) {
            refuse(path.empty() ? "the document" : path, "is not an object",
                   "a forecast: {\"source\", \"issued_at\", \"regions\": [...]}");
            return;
        }
        // QWeather answers an error with a code of its own and status 200.
        const std::string code = string_or(value, "code", "200");
        if (code != "200") {
            refuse(path.empty() ? "the document" : path, "is an answer with the code " + code,
                   "ask the service again; 402 and 429 are its limits, 401 and 403 the key");
            return;
        }
        const std::string prefix = path.empty() ? "" : path + ".";
        const json::value* hourly = find_member(value, "hourly");
        if (hourly != nullptr && hourly->is_object()) {
            read_service(value, hourly->get_object(), prefix);
            return;
        }
        rules::Forecast& forecast = forecast_of(value, prefix);
        const json::value* regions = find_member(value, "regions");
        if (regions == nullptr) {
            read_region(value, prefix, forecast);
            return;
        }
        if (!regions->is_array() || regions->get_array().size() > given_.limits.regions_max) {
            refuse(prefix + "regions", "is not a list, or is too long", "a list of regions");
            return;
        }
        const json::array& list = regions->get_array();
        for (std::size_t i = 0; i < list.size(); ++i) {
            read_region(list[i], indexed(prefix + "regions", i) + ".", forecast);
        }
    }

    // Finds or begins the forecast that a document belongs to: its source, member and issue.
    // Good until the next call.
    rules::Forecast& forecast_of(const json::value& value, const std::string& prefix,
                                 const std::string& column_member = {}) {
        rules::Forecast forecast;
        forecast.source = string_or(value, "source", given_.source);
        forecast.member = string_or(value, "member", given_.member);
        if (!column_member.empty()) {
            forecast.member += (forecast.member.empty() ? "" : "-") + column_member;
        }
        auto issued_at = given_.issued_at;
        const json::value* issued = find_member(value, "issued_at");
        const bool is_update = issued == nullptr;
        if (is_update) issued = find_member(value, "updateTime");  // of QWeather
        if (issued != nullptr) {
            issued_at = instant_of(*issued, given_.air.zone);
            if (!issued_at) {
                refuse(prefix + (is_update ? "updateTime" : "issued_at"), "is not a time",
                       "as 2016-12-16T20:00:00+08:00");
            }
        } else if (!issued_at) {
            refuse(prefix + "issued_at", "is missing", "when the forecast was issued");
        }
        forecast.issued_at = issued_at.value_or(rules::Instant{});
        for (rules::Forecast& known : feed_.forecasts) {
            if (known.source == forecast.source && known.member == forecast.member &&
                known.issued_at == forecast.issued_at) {
                return known;
            }
        }
        if (const json::value* kind = find_member(value, "kind")) {
            const auto parsed =
                kind->is_string() ? rules::parse_forecast_kind(std::string_view(kind->get_string()))
                                  : std::nullopt;
            if (!parsed) refuse(prefix + "kind", "is not a kind", "72h, 168h or outlook");
            forecast.kind = parsed.value_or(rules::ForecastKind::kFine);
            kinds_stated_.emplace(static_cast<std::ptrdiff_t>(feed_.forecasts.size()), true);
        }
        return feed_.forecasts.emplace_back(std::move(forecast));
    }

    // ISO text, or seconds since 1970 as a whole number.
    static std::optional<rules::Instant> instant_of(const json::value& value, rules::Zone zone) {
        constexpr std::int64_t kSecondsMax = 32'503'680'000;  // the year 3000
        if (value.is_string()) return read_time(std::string_view(value.get_string()), zone);
        if (!value.is_int64()) return std::nullopt;
        const std::int64_t seconds = value.get_int64();
        if (seconds < 0 || seconds > kSecondsMax) return std::nullopt;
        return rules::Instant{std::chrono::seconds{seconds}};
    }

    std::string region_of(const json::value& value, const std::string& prefix) {
        for (const std::string_view key : {"region", "location", "name"}) {
            const std::string name = string_or(value, key);
            if (!name.empty() && name.size() <= kRegionNameBytesMax) return name;
        }
        if (!given_.region.empty()) return given_.region;
        const double latitude = number_or(value, "latitude", 1e9);
        const double longitude = number_or(value, "longitude", 1e9);
        const RegionPoint* nearest = nullptr;
        double best = kPointDegreesMax;
        for (const RegionPoint& point : given_.points) {
            const double away = std::max(std::fabs(point.latitude - latitude),
                                         std::fabs(point.longitude - longitude));
            if (away > best) continue;
            best = away;
            nearest = &point;
        }
        if (nearest != nullptr) return nearest->region;
        refuse(prefix + "region", "is missing, and no region lies at its coordinates",
               "the region's name or code");
        return {};
    }

    std::optional<Concentration> number_of(const json::value& value, const PollutantColumn& meaning,
                                           const std::string& path) {
        Concentration out;
        if (value.is_null()) return out;
        if (value.is_string()) {
            const auto cell = std::string_view(value.get_string());
            if (read_concentration(cell, meaning, out) != CellIs::kNotANumber) return out;
        } else if (value.is_number()) {
            const double number = value.to_number<double>();
            const double scaled = number * static_cast<double>(meaning.thousandths) / 1000;
            if (std::isfinite(number) && std::fabs(scaled) <= kNumberMax) {
                return Concentration(Decimal{std::llround(scaled * 1e6)});
            }
        }
        refuse(path, "is not a concentration", "a number, or null where it is missing");
        return std::nullopt;
    }

    struct Hours {
        std::map<std::int64_t, rules::HourlyConcentrations> by_hour;  // of the zone, from 1970
    };

    std::optional<std::int64_t> hour_of(const json::value& value, rules::Zone zone,
                                        const std::string& path) {
        const auto instant = instant_of(value, zone);
        const std::int64_t seconds =
            instant ? (*instant + zone.offset).time_since_epoch().count() : 1;
        if (seconds % kSecondsOfHour == 0) return seconds / kSecondsOfHour;
        refuse(path, instant ? "is not on the hour" : "is not a time",
               "the full hour at which the hour begins, as 2016-12-16T20:00:00+08:00");
        return std::nullopt;
    }

    void lay_out(const Hours& hours, rules::Zone zone, const std::string& region,
                 const std::string& path, rules::Forecast& forecast) {
        if (hours.by_hour.empty() || region.empty()) return;
        const std::int64_t first = hours.by_hour.begin()->first;
        const std::int64_t size = hours.by_hour.rbegin()->first - first + 1;
        slots_ += static_cast<std::size_t>(size);
        if (size > given_.limits.span_max.count() * 24 || slots_ > given_.limits.slots_max) {
            refuse(path, "covers too long a time",
                   "at most " + std::to_string(given_.limits.span_max.count()) + " days");
            return;
        }
        rules::HourlySeries series{
            region, rules::Instant{std::chrono::hours{first}} - zone.offset, {}};
        series.hours.resize(static_cast<std::size_t>(size));
        for (const auto& [hour, values] : hours.by_hour) {
            series.hours[static_cast<std::size_t>(hour - first)] = values;
        }
        leave_out_wrong_unit(series);
        forecast.hourly.push_back(std::move(series));
    }

    // Carbon monoxide in µg/m³ under a bare name would be red over clean air. The rest of a
    // forecast is worth having, so that alone is left out.
    void leave_out_wrong_unit(rules::HourlySeries& series) {
        if (!is_carbon_monoxide_in_micrograms(series)) return;
        for (rules::HourlyConcentrations& hour : series.hours) {
            hour[static_cast<std::size_t>(rules::Pollutant::kCo)] = {};
        }
        add_fault(feed_.warnings, {{file_, 0, 0},
                                   "co of " + series.region + " is beyond any air in mg/m³",
                                   "left out; name it co_ugm3 if the values are µg/m³",
                                   Severity::kWarning});
    }

    // A column of an ensemble: "pm2_5_member03" is pm2_5 of "member03"; of the others, of none.
    struct ServiceColumn {
        std::string pollutant;
        std::string member;
    };
    static ServiceColumn service_column(std::string_view name) {
        constexpr std::string_view kMember = "_member";
        const std::size_t at = name.rfind(kMember);
        if (at == std::string_view::npos) return {std::string(name), {}};
        const std::string_view digits = name.substr(at + kMember.size());
        if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) {
            return {std::string(name), {}};
        }
        return {std::string(name.substr(0, at)), std::string(name.substr(at + 1))};
    }

    // {latitude, longitude, utc_offset_seconds, hourly_units: {}, hourly: {time: [], pm2_5: []}}
    void read_service(const json::value& value, const json::object& hourly,
                      const std::string& prefix) {
        std::set<std::string> members;
        for (const auto& column : hourly) {
            const ServiceColumn named = service_column(column.key());
            if (pollutant_column(named.pollutant, TableOf::kHours)) members.insert(named.member);
        }
        if (members.empty()) members.insert("");
        if (members.size() > kMembersMax) {
            refuse(prefix + "hourly", "has " + std::to_string(members.size()) + " members",
                   "at most " + std::to_string(kMembersMax));
            return;
        }
        const std::string region = region_of(value, prefix);
        for (const std::string& member : members) {
            read_service_member(value, hourly, prefix, {region, member});
        }
    }

    // Whole hours from the region's own zone: its hours are then hours of the region too.
    std::optional<rules::Zone> service_zone(const json::value& value, const std::string& prefix) {
        constexpr std::int64_t kFarthest = 14 * kSecondsOfHour;
        const json::value* stated = find_member(value, "utc_offset_seconds");
        if (stated == nullptr) return given_.air.zone;
        const std::int64_t own = std::chrono::seconds{given_.air.zone.offset}.count();
        const std::int64_t* east = stated->if_int64();
        if (east != nullptr && *east >= -kFarthest && *east <= kFarthest &&
            (*east - own) % kSecondsOfHour == 0) {
            return rules::Zone{std::chrono::minutes{*east / 60}};
        }
        refuse(prefix + "utc_offset_seconds", "is no offset of whole hours from the region's zone",
               "seconds east of UTC, as 28800");
        return std::nullopt;
    }

    struct ServiceSeries {
        const std::string& region;
        const std::string& member;
    };
    void read_service_member(const json::value& value, const json::object& hourly,
                             const std::string& prefix, const ServiceSeries& of) {
        const auto stated = service_zone(value, prefix);
        if (!stated) return;
        const rules::Zone zone = *stated;
        const std::string path = prefix + "hourly.";
        const json::value* times = hourly.if_contains("time");
        if (times == nullptr || !times->is_array()) {
            refuse(path + "time", "is not a list", "a list of times");
            return;
        }
        const json::array& list = times->get_array();
        if (list.empty() || list.size() > given_.limits.rows_max) {
            refuse(path + "time", list.empty() ? "is empty" : "is too long", "some hours");
            return;
        }
        Hours hours;
        std::vector<rules::HourlyConcentrations*> slots;
        for (std::size_t i = 0; i < list.size(); ++i) {
            const auto hour = hour_of(list[i], zone, indexed(path + "time", i));
            if (!hour) return;
            const auto [slot, is_new] = hours.by_hour.try_emplace(*hour);
            if (!is_new) refuse(indexed(path + "time", i), "stands twice", "each hour once");
            slots.push_back(&slot->second);
        }
        for (const auto& column : hourly) {
            if (service_column(column.key()).member != of.member) continue;
            read_service_values(value, column, path, slots);
        }
        lay_out(hours, zone, of.region, path + "time", forecast_of(value, prefix, of.member));
    }

    void read_service_values(const json::value& value, const json::key_value_pair& column,
                             const std::string& path,
                             const std::vector<rules::HourlyConcentrations*>& slots) {
        const std::string name(column.key());
        auto meaning = pollutant_column(service_column(name).pollutant, TableOf::kHours);
        if (!meaning) return;
        // The unit stands beside the values; without one everything is µg/m³.
        const json::value* units = find_member(value, "hourly_units");
        const std::string unit = units == nullptr ? "µg/m³" : string_or(*units, name, "µg/m³");
        const auto named = pollutant_column("co " + unit, TableOf::kHours);
        if (!named || squeezed(unit).empty()) {
            refuse(path + name, "is in '" + unit + "'", "µg/m³ or mg/m³");
            return;
        }
        meaning->thousandths = named->thousandths;
        if (meaning->pollutant != rules::Pollutant::kCo) meaning->thousandths *= 1000;
        const json::array* values = column.value().if_array();
        if (values == nullptr || values->size() != slots.size()) {
            refuse(path + name, "is not a list as long as that of the times",
                   std::to_string(slots.size()) + " values");
            return;
        }
        for (std::size_t i = 0; i < slots.size(); ++i) {
            const auto number = number_of((*values)[i], *meaning, indexed(path + name, i));
            if (number) (*slots[i])[static_cast<std::size_t>(meaning->pollutant)] = *number;
        }
    }

    void read_region(const json::value& value, const std::string& prefix,
                     rules::Forecast& forecast) {
        const std::string region = region_of(value, prefix);
        const json::value* hourly = find_member(value, "hourly");
        const json::value* daily = find_member(value, "daily");
        if (daily == nullptr) daily = find_member(value, "days");
        if (hourly == nullptr && daily == nullptr) {
            refuse(prefix + "hourly", "is missing", "a list of hours, or of days in daily");
        }
        if (hourly != nullptr) read_hours(*hourly, region, prefix + "hourly", forecast);
        if (daily != nullptr) read_days(*daily, region, prefix + "daily", forecast);
    }

    const json::array* list_in(const json::value& value, const std::string& path) {
        const json::array* list = value.if_array();
        if (list == nullptr || list->empty() || list->size() > given_.limits.rows_max) {
            refuse(path, "is not a list, or is empty or too long", "a list of objects");
            return nullptr;
        }
        return list;
    }

    void read_hours(const json::value& value, const std::string& region, const std::string& path,
                    rules::Forecast& forecast) {
        const json::array* list = list_in(value, path);
        if (list == nullptr) return;
        Hours hours;
        for (std::size_t i = 0; i < list->size(); ++i) {
            const std::string at = indexed(path, i);
            const json::object* object = (*list)[i].if_object();
            const json::value* time = object == nullptr ? nullptr : object->if_contains("time");
            if (time == nullptr) {
                refuse(at + ".time", "is missing", "the hour");
                continue;
            }
            const auto hour = hour_of(*time, given_.air.zone, at + ".time");
            rules::HourlyConcentrations values;
            for (const auto& member : *object) {
                const std::string name(member.key());
                const auto meaning = pollutant_column(name, TableOf::kHours);
                if (!meaning) continue;
                const auto number = number_of(member.value(), *meaning, at + "." + name);
                if (number) values[static_cast<std::size_t>(meaning->pollutant)] = *number;
            }
            if (!hour) continue;
            if (!hours.by_hour.emplace(*hour, values).second) {
                refuse(at + ".time", "stands twice", "each hour once");
            }
        }
        lay_out(hours, given_.air.zone, region, path, forecast);
    }

    // A whole number from 0 to 500, or -1 where text marks it missing; empty for anything else.
    static std::optional<std::int64_t> whole_of_json(const json::value& value) {
        if (value.is_string()) {
            const std::string_view text(value.get_string());
            if (is_missing_mark(text)) return -1;
            const auto parsed = rules::parse_decimal(text);
            if (!parsed || parsed->millionths % 1'000'000 != 0) return std::nullopt;
            const std::int64_t whole = parsed->millionths / 1'000'000;
            return whole >= 0 && whole <= rules::kAqiMax ? std::optional(whole) : std::nullopt;
        }
        if (!value.is_number()) return std::nullopt;
        return rules::whole_of(value.to_number<double>(), 0, rules::kAqiMax);
    }

    std::int16_t index_in(const json::value& day, std::string_view key, const std::string& path) {
        const json::value* value = find_member(day, key);
        if (value == nullptr || value->is_null()) return rules::kNoAqi;
        // A number as text is a number, as it is among hours.
        if (const auto number = whole_of_json(*value)) {
            return *number < 0 ? rules::kNoAqi : static_cast<std::int16_t>(*number);
        }
        refuse(path + "." + std::string(key), "is not an AQI",
               "a whole number from 0 to 500, or null");
        return rules::kNoAqi;
    }

    rules::PollutantSet primary_in(const json::value& day, const std::string& path) {
        rules::PollutantSet set;
        const json::value* value = find_member(day, "primary");
        if (value == nullptr) value = find_member(day, "primaryPollutant");
        if (value == nullptr || value->is_null()) return set;
        // {"code": "pm2p5", "name": "PM 2.5"}
        if (const json::value* code = find_member(*value, "code")) value = code;
        std::string text;
        bool is_text = value->is_string();
        if (is_text) text = std::string(value->get_string());
        if (const json::array* list = value->if_array()) {
            is_text = true;
            for (const json::value& item : *list) {
                is_text = is_text && item.is_string();
                if (is_text) text += "+" + std::string(item.get_string());
            }
        }
        const auto parsed = is_text ? parse_pollutants(text) : std::nullopt;
        if (parsed) return *parsed;
        refuse(path + ".primary", "names no pollutant", "as [\"pm25\", \"no2\"]");
        return set;
    }

    rules::DailyRange range_in(const json::value& day, const std::string& path) {
        rules::DailyRange range;
        range.low = range.high = index_in(day, "aqi", path);
        const std::size_t faults_before = faults_.size();
        const std::int16_t low = index_in(day, "aqi_low", path);
        const std::int16_t high = index_in(day, "aqi_high", path);
        if (faults_.size() == faults_before) {
            if ((low == rules::kNoAqi) != (high == rules::kNoAqi) || low > high) {
                refuse(path + ".aqi_low", "and aqi_high are no range", "both, the lower first");
            } else if (high != rules::kNoAqi) {
                range.low = low;
                range.high = high;
            }
        }
        range.primary = primary_in(day, path);
        range.cause = rules::parse_cause(string_or(day, "cause"));
        return range;
    }

    // What of a day says its index: the day itself, or of several indexes the national one.
    const json::value* index_of_days(const json::value& day, const std::string& path) {
        const json::value* indexes = find_member(day, "indexes");
        if (indexes == nullptr) return &day;
        if (const json::array* list = indexes->if_array()) {
            for (const json::value& one : *list) {
                if (string_or(one, "code") == "cn-mee") return &one;
            }
        }
        refuse(path + ".indexes", "has no index of HJ 633", "one with the code cn-mee");
        return nullptr;
    }

    // "date", "fxDate" of QWeather, or the day that begins at "forecastStartTime".
    [[nodiscard]] std::optional<rules::CivilDay> date_of(const json::value& day) const {
        for (const std::string_view key : {"date", "fxDate", "forecastStartTime"}) {
            const std::string text = string_or(day, key);
            if (text.empty()) continue;
            const auto instant = read_time(text, given_.air.zone);
            const bool is_midnight =
                instant && rules::minute_of_day(*instant, given_.air.zone) == 0;
            if (!is_midnight) return std::nullopt;
            return rules::day_of(*instant, given_.air.zone);
        }
        return std::nullopt;
    }

    void read_days(const json::value& value, const std::string& region, const std::string& path,
                   rules::Forecast& forecast) {
        const json::array* list = list_in(value, path);
        if (list == nullptr) return;
        std::map<rules::CivilDay, rules::DailyRange> days;
        for (std::size_t i = 0; i < list->size(); ++i) {
            const std::string at = indexed(path, i);
            const auto date = date_of((*list)[i]);
            const json::value* const index = index_of_days((*list)[i], at);
            if (index == nullptr) continue;
            const rules::DailyRange range = range_in(*index, at);
            if (!date)
                refuse(at + ".date", "is not a date", "as 2016-12-16");
            else if (!days.emplace(*date, range).second) {
                refuse(at + ".date", "stands twice", "each day once");
            }
        }
        if (days.empty() || region.empty()) return;
        const auto size = (days.rbegin()->first - days.begin()->first).count() + 1;
        slots_ += static_cast<std::size_t>(size);
        if (size > given_.limits.span_max.count() || slots_ > given_.limits.slots_max) {
            refuse(path, "covers too long a time",
                   "at most " + std::to_string(given_.limits.span_max.count()) + " days");
            return;
        }
        rules::DailyForecastSeries series{region, days.begin()->first, {}};
        series.days.resize(static_cast<std::size_t>(size));
        for (const auto& [day, range] : days) {
            series.days[static_cast<std::size_t>((day - series.first).count())] = range;
        }
        forecast.daily.push_back(std::move(series));
    }

    const std::string& file_;
    const ForecastGiven& given_;
    std::map<std::ptrdiff_t, bool> kinds_stated_;  // forecasts whose document names the kind
    std::size_t slots_ = 0;
    ForecastFeed feed_;
    rules::Faults faults_;
};

json::value number_of(Decimal value) {
    if (value.millionths % 1'000'000 == 0) return value.millionths / 1'000'000;
    return value.as_double();
}

json::array hours_of(const rules::HourlySeries& series, rules::Zone zone) {
    json::array out;
    for (std::size_t i = 0; i < series.hours.size(); ++i) {
        json::object hour{{"time", rules::to_iso(series.first + std::chrono::hours{i}, zone)}};
        for (const rules::Pollutant pollutant : rules::kPollutants) {
            const Concentration value = series.hours[i][static_cast<std::size_t>(pollutant)];
            if (!value.is_missing()) hour[rules::to_text(pollutant)] = number_of(value.value());
        }
        out.push_back(std::move(hour));
    }
    return out;
}

json::array days_of(const rules::DailyForecastSeries& series) {
    json::array out;
    for (std::size_t i = 0; i < series.days.size(); ++i) {
        const rules::DailyRange& range = series.days[i];
        json::object day{{"date", rules::to_iso(series.first + std::chrono::days{i})}};
        if (range.high == rules::kNoAqi) {
            day["aqi"] = nullptr;
        } else if (range.low == range.high) {
            day["aqi"] = range.high;
        } else {
            day["aqi_low"] = range.low;
            day["aqi_high"] = range.high;
        }
        if (!range.primary.empty()) {
            json::array primary;
            for (const auto p : range.primary.to_vector()) primary.emplace_back(rules::to_text(p));
            day["primary"] = std::move(primary);
        }
        if (range.cause != rules::EpisodeCause::kNotStated) {
            day["cause"] = rules::to_text(range.cause);
        }
        out.push_back(std::move(day));
    }
    return out;
}

}  // namespace

rules::Result<ForecastFeed> read_forecast_json(std::string_view bytes, const std::string& file,
                                               const ForecastGiven& given) {
    const auto whole = parse_json(bytes, file);
    if (!whole) return whole.error();
    return DocumentReader(file, given).read(*whole);
}

json::object to_json(const rules::Forecast& forecast, rules::Zone zone) {
    json::array regions;
    for (const rules::HourlySeries& series : forecast.hourly) {
        regions.push_back(
            json::object{{"region", series.region}, {"hourly", hours_of(series, zone)}});
    }
    for (const rules::DailyForecastSeries& series : forecast.daily) {
        regions.push_back(json::object{{"region", series.region}, {"daily", days_of(series)}});
    }
    return {{"source", forecast.source},
            {"member", forecast.member},
            {"issued_at", rules::to_iso(forecast.issued_at, zone)},
            {"kind", rules::to_text(forecast.kind)},
            {"regions", std::move(regions)}};
}

}  // namespace qk::plans
