#include "daemon/air/stored_forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <tuple>

#include "daemon/air/forecast_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::Forecast;
using rules::ForecastKind;
using rules::Instant;

// Of the sentence that a decision's inputs keep; its words are searched for when they are years
// old.
constexpr std::string_view kUnreadableBefore = "：已存的第";
constexpr std::string_view kUnreadableAfter = "次预报无法读取";

rules::Result<plans::ForecastGiven> given_from(std::string_view text, rules::Zone zone) {
    plans::ForecastGiven given{.air = {.zone = zone}};
    const auto stored = plans::parse_json(text, "forecasts.given");
    if (!stored) return stored.error();
    const json::value& value = *stored;
    given.member = plans::string_or(value, "member");
    given.region = plans::string_or(value, "region");
    given.kind = rules::parse_forecast_kind(plans::string_or(value, "kind"));
    const json::value* points = plans::find_member(value, "points");
    if (points == nullptr || !points->is_array()) return given;
    for (const json::value& point : points->get_array()) {
        given.points.push_back({plans::string_or(point, "region"),
                                plans::number_or(point, "latitude", 0),
                                plans::number_or(point, "longitude", 0)});
    }
    return given;
}

bool is_code(std::string_view name) {
    return name.size() == 6 && name.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_other_place(const std::string& name, const plans::RegionPack& pack) {
    return is_code(name) || std::ranges::any_of(pack.sub_regions, [&](const auto& county) {
               return county.name == name;
           });
}

// Empty: it is not what was stored.
std::optional<std::vector<std::string>> texts_of(const std::string& list) {
    const auto value = plans::parse_json(list, "forecasts.regions");
    if (!value || !value->is_array()) return std::nullopt;
    std::vector<std::string> texts;
    for (const json::value& item : value->get_array()) {
        if (!item.is_string()) return std::nullopt;
        texts.emplace_back(std::string(item.get_string()));
    }
    return texts;
}

// Source, member and kind: the revisions of one of these follow each other.
struct Line {
    std::string source;
    std::string member;
    ForecastKind kind = ForecastKind::kFine;

    friend auto operator<=>(const Line&, const Line&) = default;
};

// Which revisions of each line have been seen, latest first.
class Lines {
 public:
    explicit Lines(int revisions) : revisions_(revisions) {}

    // How many later revisions there are; empty: it is not asked for. Of revisions that were issued
    // at the same time the one that came last counts.
    [[nodiscard]] std::optional<int> place_of(const Line& line, Instant issued_at) const {
        const auto found = issues_.find(line);
        if (found == issues_.end()) return 0;
        const std::vector<Instant>& issues = found->second;
        if (issues.back() == issued_at || static_cast<int>(issues.size()) >= revisions_) {
            return std::nullopt;
        }
        return static_cast<int>(issues.size());
    }
    void note(const Line& line, Instant issued_at) { issues_[line].push_back(issued_at); }

    [[nodiscard]] std::string name_of(const Line& line) const {
        const auto same = [&line](const auto& entry) {
            return entry.first.source == line.source && entry.first.member == line.member;
        };
        std::string name = line.source;
        if (!line.member.empty()) name += "/" + line.member;
        if (std::ranges::count_if(issues_, same) == 1) return name;
        switch (line.kind) {
            case ForecastKind::kFine:
                return name + "（72小时）";
            case ForecastKind::kWeek:
                return name + "（168小时）";
            case ForecastKind::kOutlook:
                break;
        }
        return name + "（潜势）";
    }

 private:
    int revisions_;
    std::map<Line, std::vector<Instant>> issues_;
};

// Whether a row may hold a revision that is asked for, by what was stored beside it. Where that
// cannot be read, the row is looked at, and tells.
bool may_be_asked(const Lines& lines, const ForecastHead& row) {
    const auto value = plans::parse_json(row.members, "forecasts.members");
    if (!value || !value->is_array()) return true;
    const json::array& list = value->get_array();
    return list.empty() || std::ranges::any_of(list, [&](const json::value& item) {
               const Line line{row.source, plans::string_or(item, "member"),
                               rules::parse_forecast_kind(plans::string_or(item, "kind"))
                                   .value_or(ForecastKind::kFine)};
               return lines.place_of(line, row.issued_at).has_value();
           });
}

template <class Series>
void take_own(std::vector<Series>& regions, std::vector<Series>& into,
              const plans::RegionPack& pack) {
    std::vector<std::string> names;
    for (const Series& series : regions) names.push_back(series.region);
    if (const auto own = own_region(names, pack)) into.push_back(std::move(regions[*own]));
}

// The part of a forecast that speaks of the region; empty where none does.
std::optional<SeenForecast> own_part(Forecast& forecast, const ForecastHead& row,
                                     const plans::RegionPack& pack) {
    SeenForecast one;
    take_own(forecast.hourly, one.hourly, pack);
    take_own(forecast.daily, one.daily, pack);
    if (one.hourly.empty() && one.daily.empty()) return std::nullopt;
    one.number = row.number;
    one.issued_at = row.issued_at;
    one.kind = forecast.kind;
    one.name = row.source + (forecast.member.empty() ? "" : "/" + forecast.member);
    return one;
}

void note_unreadable(const ForecastHead& row, SeenForecasts& seen) {
    seen.unreadable.push_back(row.source + std::string(kUnreadableBefore) +
                              std::to_string(row.number) + std::string(kUnreadableAfter));
}

void take_row(Session& db, const plans::RegionPack& pack, const ForecastHead& row, Lines& lines,
              std::vector<std::pair<Line, SeenForecast>>& found, SeenForecasts& seen) {
    auto forecasts = read_stored_forecast(bytes_of_forecast(db, row.number), row.file, row.source,
                                          row.issued_at, pack.zone, row.given);
    if (!forecasts) return note_unreadable(row, seen);
    for (Forecast& forecast : *forecasts) {
        const Line line{row.source, forecast.member, forecast.kind};
        const auto place = lines.place_of(line, row.issued_at);
        if (!place) continue;
        auto one = own_part(forecast, row, pack);
        if (!one) continue;
        one->earlier = *place;
        lines.note(line, row.issued_at);
        found.emplace_back(line, std::move(*one));
    }
}

}  // namespace

std::string given_text(const plans::ForecastGiven& given) {
    json::object object;
    if (!given.member.empty()) object["member"] = given.member;
    if (!given.region.empty()) object["region"] = given.region;
    if (given.kind) object["kind"] = json::string(rules::to_text(*given.kind));
    json::array points;
    for (const plans::RegionPoint& point : given.points) {
        points.push_back(json::object{{"region", point.region},
                                      {"latitude", point.latitude},
                                      {"longitude", point.longitude}});
    }
    if (!points.empty()) object["points"] = std::move(points);
    return plans::canonical_text(object);
}

rules::Result<std::vector<Forecast>> read_stored_forecast(std::string_view bytes,
                                                          const std::string& file,
                                                          const std::string& source,
                                                          Instant issued_at, rules::Zone zone,
                                                          std::string_view given) {
    auto kept = given_from(given, zone);
    if (!kept) return kept.error();
    plans::ForecastGiven with = *std::move(kept);
    with.source = source;
    with.issued_at = issued_at;
    auto feed = plans::read_forecast(bytes, file, with);
    if (!feed) return feed.error();
    std::erase_if(feed->forecasts, [&](const Forecast& forecast) {
        return forecast.source != source || forecast.issued_at != issued_at;
    });
    return std::move(feed->forecasts);
}

std::optional<std::size_t> own_region(const std::vector<std::string>& names,
                                      const plans::RegionPack& pack) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == pack.region_code || names[i] == pack.name || names[i] == pack.id) return i;
    }
    if (names.size() == 1 && !is_other_place(names.front(), pack)) return 0;
    return std::nullopt;
}

std::string number_of_unreadable(std::string_view sentence) {
    if (!sentence.ends_with(kUnreadableAfter)) return {};
    sentence.remove_suffix(kUnreadableAfter.size());
    const std::size_t before = sentence.rfind(kUnreadableBefore);
    if (before == std::string_view::npos) return {};
    return std::string(sentence.substr(before + kUnreadableBefore.size()));
}

std::vector<std::int64_t> forecast_numbers(Session& db, const plans::RegionPack& pack,
                                           Instant since, const std::string& source,
                                           std::size_t limit) {
    std::vector<std::int64_t> numbers;
    if (limit == 0) return numbers;
    each_forecast(db, {since, std::nullopt, source}, [&](const ForecastHead& row) {
        const auto regions = texts_of(row.regions);
        if (regions && (regions->empty() || own_region(*regions, pack))) {
            numbers.push_back(row.number);
        }
        return numbers.size() < limit;
    });
    std::ranges::reverse(numbers);
    return numbers;
}

std::vector<SeenForecast> own_forecasts(Session& db, const plans::RegionPack& pack,
                                        std::int64_t number) {
    std::vector<SeenForecast> own;
    const auto row = load_forecast(db, number);
    if (!row) return own;
    auto forecasts = read_stored_forecast(bytes_of_forecast(db, number), row->file, row->source,
                                          row->issued_at, pack.zone, row->given);
    if (!forecasts) return own;
    for (Forecast& forecast : *forecasts) {
        if (auto one = own_part(forecast, *row, pack)) own.push_back(std::move(*one));
    }
    return own;
}

SeenForecasts forecasts_seen(Session& db, const plans::RegionPack& pack,
                             const ForecastQuestion& question) {
    Lines lines(question.revisions);
    SeenForecasts seen;
    std::vector<std::pair<Line, SeenForecast>> found;
    each_forecast(db, {question.since, question.now, {}}, [&](const ForecastHead& row) {
        const auto regions = texts_of(row.regions);
        if (!regions) {
            note_unreadable(row, seen);
            return true;
        }
        const bool is_ours = regions->empty() || own_region(*regions, pack).has_value();
        if (is_ours && may_be_asked(lines, row)) take_row(db, pack, row, lines, found, seen);
        return true;
    });
    for (auto& [line, one] : found) {
        one.name = lines.name_of(line);
        seen.forecasts.push_back(std::move(one));
    }
    std::ranges::stable_sort(seen.forecasts, [](const SeenForecast& a, const SeenForecast& b) {
        return std::tie(a.name, a.earlier) < std::tie(b.name, b.earlier);
    });
    return seen;
}

}  // namespace qk::daemon
