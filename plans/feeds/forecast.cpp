#include "plans/feeds/forecast.hpp"

#include <map>

#include "plans/feeds/daily_csv.hpp"
#include "plans/feeds/forecast_json.hpp"
#include "plans/feeds/hourly_csv.hpp"
#include "plans/feeds/time_cell.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/identifier.hpp"

namespace qk::plans {
namespace {

using rules::Severity;

// Sorts the series of a table into the forecasts they belong to.
class Documents {
 public:
    Documents(const std::string& file, const ForecastGiven& given) : file_(file), given_(given) {}

    rules::Forecast* of(const SeriesName& name) {
        const auto& [source, member, issued] = name.document;
        const auto [entry, is_new] = numbers_.try_emplace(name.document, feed.forecasts.size());
        if (!is_new) return &feed.forecasts[entry->second];
        rules::Forecast forecast;
        forecast.source = source.empty() ? given_.source : source;
        forecast.member = member.empty() ? given_.member : member;
        auto issued_at = given_.issued_at;
        if (!issued.empty()) {
            issued_at = read_time(issued, given_.air.zone);
            if (!issued_at) {
                add_fault(faults, {{file_, 0, 0},
                                   "'" + issued + "' is not a time of issue",
                                   "as 2016-12-16T20:00:00+08:00",
                                   Severity::kError});
            }
        }
        if (!issued_at && issued.empty()) {
            add_fault(faults, {{file_, 0, 0},
                               "says nowhere when it was issued",
                               "a column issued_at",
                               Severity::kError});
        }
        forecast.issued_at = issued_at.value_or(rules::Instant{});
        feed.forecasts.push_back(std::move(forecast));
        return &feed.forecasts.back();
    }

    rules::Result<ForecastFeed> finish() {
        if (!faults.empty()) return faults;
        for (rules::Forecast& forecast : feed.forecasts) {
            forecast.kind =
                given_.kind ? *given_.kind : rules::kind_by_horizon(forecast, given_.air.zone);
        }
        return std::move(feed);
    }

    ForecastFeed feed;
    rules::Faults faults;

 private:
    std::map<std::array<std::string, 3>, std::size_t> numbers_;
    const std::string& file_;
    const ForecastGiven& given_;
};

// A table of days has a column of dates and none of hours, or an index.
bool is_of_days(std::string_view text) {
    CsvReader reader(text, "", csv_shape(text));
    CsvRow row;
    if (!reader.next(row)) return false;
    bool has_date = false;
    bool has_time = false;
    for (const std::string_view cell : row.cells) {
        const std::string name = squeezed(cell);
        has_date = has_date || name == "date" || name == "day" || name == "日期";
        has_time = has_time || name == "time" || name == "datetime" || name == "hour" ||
                   name == "小时" || name == "时间" || name == "预报时间";
    }
    return has_date && !has_time;
}

rules::Result<ForecastFeed> read_csv(std::string_view bytes, const std::string& file,
                                     const ForecastGiven& given) {
    Documents documents(file, given);
    if (is_of_days(bytes)) {
        DailyCsvOptions options{.air = given.air};
        options.by_document = true;
        options.limits = given.limits;
        auto feed = read_daily_csv(bytes, file, options);
        if (!feed) return feed.error();
        documents.feed.warnings = std::move(feed->warnings);
        for (std::size_t i = 0; i < feed->regions.size(); ++i) {
            documents.of(feed->names[i])->daily.push_back(std::move(feed->regions[i]));
        }
        return documents.finish();
    }
    HourlyCsvOptions options{.zone = given.air.zone};
    options.by_document = true;
    options.limits = given.limits;
    auto feed = read_hourly_csv(bytes, file, options);
    if (!feed) return feed.error();
    documents.feed.warnings = std::move(feed->warnings);
    for (std::size_t i = 0; i < feed->regions.size(); ++i) {
        documents.of(feed->names[i])->hourly.push_back(std::move(feed->regions[i]));
    }
    return documents.finish();
}

rules::Result<ForecastFeed> read_any(std::string_view bytes, const std::string& file,
                                     const ForecastGiven& given) {
    std::string converted;
    const auto text = text_of(bytes, file, converted);
    if (!text) return text.error();
    const auto first = text->find_first_not_of(" \t\r\n");
    const bool is_json =
        first != std::string_view::npos && ((*text)[first] == '{' || (*text)[first] == '[');
    return is_json ? read_forecast_json(*text, file, given) : read_csv(*text, file, given);
}

// Sources and members are ids: they name files and rows, and people choose by them.
rules::Faults wrong_names(const ForecastFeed& feed, const std::string& file) {
    rules::Faults faults;
    for (const rules::Forecast& forecast : feed.forecasts) {
        for (const std::string& name : {forecast.source, forecast.member}) {
            if (name.empty()) continue;
            const auto wrong = id_fault(name, IdUse::kName);
            if (!wrong) continue;
            add_fault(faults, {{file, 0, 0},
                               "source or member: " + wrong->what,
                               wrong->cure,
                               rules::Severity::kError});
        }
    }
    return faults;
}

}  // namespace

rules::Result<ForecastFeed> read_forecast(std::string_view bytes, const std::string& file,
                                          const ForecastGiven& given) {
    auto feed = read_any(bytes, file, given);
    if (!feed) return feed;
    rules::Faults faults = wrong_names(*feed, file);
    if (!faults.empty()) return faults;
    return feed;
}

}  // namespace qk::plans
