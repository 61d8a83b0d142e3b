#include "daemon/intake/air_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <set>

#include "daemon/config.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/http/rights.hpp"
#include "daemon/intake/air_rows.hpp"
#include "daemon/intake/stored_forecast.hpp"
#include "daemon/log.hpp"
#include "daemon/metrics.hpp"
#include "daemon/routes.hpp"
#include "daemon/sha256.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/task_group.hpp"
#include "plans/feeds/hourly_csv.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kFilesPerScanMax = 100;

void append(rules::Faults& all, const rules::Faults& more) {
    all.insert(all.end(), more.begin(), more.end());
}

rules::ForecastRules rules_of(const Context& context) {
    rules::ForecastRules rules;
    rules.zone = context.pack->zone;
    rules.stale_after =
        context.config->forecast_stale.value_or(context.pack->timing.forecast_stale_after);
    return rules;
}

bool is_json(std::string_view bytes) {
    const std::size_t first = bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf");
    return first != std::string_view::npos && (bytes[first] == '{' || bytes[first] == '[');
}

// Hours that have not ended yet cannot have been observed.
rules::Faults future_hours(const std::vector<rules::HourlySeries>& regions, const std::string& file,
                           rules::Instant now, rules::Zone zone) {
    rules::Faults faults;
    for (const rules::HourlySeries& series : regions) {
        const rules::Instant past = series.first + std::chrono::hours(series.hours.size());
        if (series.hours.empty() || past <= now + std::chrono::minutes{10}) continue;
        faults.push_back({{file, 0, 0},
                          fmt::format("{}: the hour from {} has not ended", series.region,
                                      rules::to_iso(past - std::chrono::hours{1}, zone)),
                          "observed hours only; what is to come is a forecast",
                          rules::Severity::kError});
    }
    return faults;
}

// Whether decisions will see any of it.
bool speaks_of(const std::vector<rules::Forecast>& forecasts, const plans::RegionPack& pack) {
    return std::ranges::any_of(forecasts, [&pack](const rules::Forecast& forecast) {
        std::vector<std::string> names;
        for (const auto& series : forecast.hourly) names.push_back(series.region);
        if (own_region(names, pack)) return true;
        names.clear();
        for (const auto& series : forecast.daily) names.push_back(series.region);
        return own_region(names, pack).has_value();
    });
}

boost::json::value to_json(const TakenAir& taken) {
    boost::json::object object;
    boost::json::array numbers;
    for (const std::int64_t number : taken.numbers) numbers.push_back(number);
    object["numbers"] = std::move(numbers);
    object["new_revisions"] = taken.new_revisions;
    object["hours"] = taken.hours;
    boost::json::array warnings;
    for (const rules::Fault& fault : taken.warnings) {
        warnings.push_back(boost::json::string(rules::to_text(fault)));
    }
    object["warnings"] = std::move(warnings);
    return object;
}

AirDocument document_of(const Call& call, rules::Zone zone) {
    AirDocument document;
    document.file = "body";
    document.source = call.query_value("source").value_or("");
    document.member = call.query_value("member").value_or("");
    document.region = call.query_value("region").value_or("");
    if (const auto issued = call.query_value("issued_at")) {
        document.issued_at = rules::parse_instant(*issued, zone);
    }
    document.person = call.caller ? call.caller->id : "";
    document.remote = call.request.remote;
    document.bytes = call.request.body;
    return document;
}

// Moves a file into a folder beside it; a name that is taken gets a number.
void move_into(const fs::path& file, const fs::path& folder) {
    fs::create_directories(folder);
    fs::path target = folder / file.filename();
    for (int n = 2; fs::exists(target); ++n) {
        target =
            folder / fmt::format("{}.{}{}", file.stem().string(), n, file.extension().string());
    }
    fs::rename(file, target);
}

std::vector<std::string> waiting_files(const fs::path& folder) {
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        const std::string ending = entry.path().extension().string();
        if (name.front() == '.' || ending == ".part" || ending == ".tmp") continue;
        if (entry.is_regular_file()) names.push_back(name);
    }
    std::ranges::sort(names);
    if (names.size() > kFilesPerScanMax) names.resize(kFilesPerScanMax);
    return names;
}

}  // namespace

AirDocument document_of_file_name(const std::string& name, rules::Zone zone) {
    AirDocument document;
    document.file = name;
    const std::string stem = fs::path(name).stem().string();
    document.source = stem;
    // SOURCE[@MEMBER]_20151205T0800
    const std::size_t mark = stem.rfind('_');
    const std::string_view issue =
        mark == std::string::npos ? "" : std::string_view(stem).substr(mark + 1);
    if (issue.size() == 13 && issue[8] == 'T') {
        const std::string text =
            fmt::format("{}-{}-{}T{}:{}", issue.substr(0, 4), issue.substr(4, 2),
                        issue.substr(6, 2), issue.substr(9, 2), issue.substr(11, 2));
        document.issued_at = rules::parse_instant(text, zone);
        if (document.issued_at) document.source = stem.substr(0, mark);
    }
    const std::size_t at = document.source.find('@');
    if (at != std::string::npos) {
        document.member = document.source.substr(at + 1);
        document.source.resize(at);
    }
    return document;
}

// What the document does not say: the region is ours, unless places are told by coordinates.
plans::ForecastGiven AirIntake::given_with(const AirDocument& document) const {
    plans::ForecastGiven given;
    given.source = document.source;
    given.member = document.member;
    given.region = document.region;
    given.kind = document.kind;
    given.issued_at = document.issued_at;
    given.air.zone = context_.pack->zone;
    if (given.region.empty()) given.points = context_.config->forecast_points;
    if (given.region.empty() && given.points.empty()) given.region = context_.pack->region_code;
    return given;
}

rules::Result<std::vector<rules::Forecast>> AirIntake::read_new_forecast(
    const AirDocument& document, const plans::ForecastGiven& given, rules::Faults& warnings) const {
    auto feed = plans::read_forecast(document.bytes, document.file, given);
    if (!feed) return feed.error();
    warnings = std::move(feed->warnings);
    rules::Faults refusals;
    for (const rules::Forecast& forecast : feed->forecasts) {
        const rules::ForecastCheck answer =
            rules::check(forecast, context_.clock.now(), rules_of(context_));
        append(refusals, answer.refusals);
        for (const rules::ForecastGap& gap : answer.gaps) {
            warnings.push_back({{document.file, 0, 0},
                                fmt::format("{}: nothing from {} to {}", gap.region,
                                            rules::to_iso(gap.span.from, context_.pack->zone),
                                            rules::to_iso(gap.span.to, context_.pack->zone)),
                                "decisions cannot tell for that time",
                                rules::Severity::kWarning});
        }
    }
    if (feed->forecasts.empty()) append(refusals, rules::refuse("the document has no forecast"));
    if (!refusals.empty()) return refusals;
    if (!speaks_of(feed->forecasts, *context_.pack)) {
        warnings.push_back({{document.file, 0, 0},
                            "says nothing of " + context_.pack->name,
                            "region " + context_.pack->region_code + "; decisions do not see it",
                            rules::Severity::kWarning});
    }
    return std::move(feed->forecasts);
}

bool AirIntake::is_unchanged(const AirDocument& document,
                             const std::vector<rules::Forecast>& forecasts) {
    std::string content;
    for (rules::Forecast forecast : forecasts) {
        forecast.issued_at = {};
        content += plans::to_text(plans::to_json(forecast, context_.pack->zone));
    }
    std::string& last =
        last_content_[document.source + "/" + document.member + "/" + document.region];
    std::string hash = sha256_hex(content);
    if (last == hash) return true;
    last = std::move(hash);
    return false;
}

asio::awaitable<rules::Result<TakenAir>> AirIntake::take_forecast(AirDocument document) {
    TakenAir taken;
    const plans::ForecastGiven given = given_with(document);
    const auto forecasts = read_new_forecast(document, given, taken.warnings);
    if (!forecasts) {
        context_.metrics.add(Counter::kForecastsRefused);
        co_return forecasts.error();
    }
    if (document.skip_if_unchanged && is_unchanged(document, *forecasts)) co_return taken;
    const rules::Instant now = context_.clock.now();
    const rules::Zone zone = context_.pack->zone;
    auto work = [&](SQLite::Database& db) {
        for (const ForecastRevision& revision : revisions_of(*forecasts)) {
            const StoredRevision stored =
                store_forecast(db, document, revision, given_text(given), now, zone);
            taken.numbers.push_back(stored.number);
            if (stored.is_new) ++taken.new_revisions;
        }
    };
    co_await context_.store.transact(std::move(work));
    context_.metrics.add(Counter::kForecasts, taken.new_revisions);
    if (taken.new_revisions == 0) co_return taken;
    const rules::Forecast& first = forecasts->front();
    context_.log.write(
        kForecastTaken,
        {{"source", first.source},
         {"issued_at", rules::to_iso(first.issued_at, zone)},
         {"regions", static_cast<std::int64_t>(first.hourly.size() + first.daily.size())}});
    co_await tell();
    co_return taken;
}

asio::awaitable<rules::Result<TakenAir>> AirIntake::take_observations(AirDocument document) {
    const rules::Instant now = context_.clock.now();
    const rules::Zone zone = context_.pack->zone;
    TakenAir taken;
    std::vector<rules::HourlySeries> regions;
    if (is_json(document.bytes)) {
        plans::ForecastGiven given;
        given.source = "observations";
        given.issued_at = now;
        given.region = document.region;
        given.air.zone = zone;
        auto feed = plans::read_forecast(document.bytes, document.file, given);
        if (!feed) co_return feed.error();
        taken.warnings = std::move(feed->warnings);
        for (rules::Forecast& part : feed->forecasts) {
            std::ranges::move(part.hourly, std::back_inserter(regions));
        }
    } else {
        plans::HourlyCsvOptions options;
        options.zone = zone;
        auto feed = plans::read_hourly_csv(document.bytes, document.file, options);
        if (!feed) co_return feed.error();
        taken.warnings = std::move(feed->warnings);
        regions = std::move(feed->regions);
    }
    rules::Faults faults = future_hours(regions, document.file, now, zone);
    if (regions.empty()) append(faults, rules::refuse("the document has no hours"));
    if (!faults.empty()) co_return faults;
    auto work = [&](SQLite::Database& db) {
        const StoredRevision stored = store_observations(db, document, regions, now);
        taken.numbers.push_back(stored.number);
        taken.hours = stored.hours;
        taken.new_revisions = stored.is_new ? 1 : 0;
    };
    co_await context_.store.transact(std::move(work));
    context_.metrics.add(Counter::kObservationHours, taken.hours);
    if (taken.new_revisions > 0) co_await tell();
    co_return taken;
}

asio::awaitable<void> AirIntake::tell() {
    context_.events.wake();
    if (listener_ != nullptr) co_await listener_->on_new_data();
}

asio::awaitable<ApiResponse> AirIntake::post_forecast(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    AirDocument document = document_of(call, context_.pack->zone);
    if (call.query_value("issued_at") && !document.issued_at) {
        co_return answer_problem(422, "预报时间有误", "issued_at is not a time");
    }
    if (const auto kind = call.query_value("kind")) {
        document.kind = rules::parse_forecast_kind(*kind);
        if (!document.kind) {
            co_return answer_problem(422, "预报类型有误", "kind is 72h, 168h or outlook");
        }
    }
    const auto taken = co_await take_forecast(std::move(document));
    if (!taken) {
        co_return answer_problem(422, "预报被拒收", "the forecast is refused", taken.error());
    }
    co_return answer_json(to_json(*taken), taken->new_revisions > 0 ? 201 : 200);
}

asio::awaitable<ApiResponse> AirIntake::post_observations(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    AirDocument document = document_of(call, context_.pack->zone);
    const auto taken = co_await take_observations(std::move(document));
    if (!taken) {
        co_return answer_problem(422, "监测数据被拒收", "the observations are refused",
                                 taken.error());
    }
    co_return answer_json(to_json(*taken), taken->new_revisions > 0 ? 201 : 200);
}

void AirIntake::add_routes(Router& router) {
    const std::set<Role> writers{Role::kFeed, Role::kDutyOfficer, Role::kAdmin};
    RouteText forecast{
        "POST", "/api/v1/forecasts", "提交预报 / push a forecast, CSV or JSON", {}, {}};
    forecast.query = {{"source", "string", "来源（文档未注明时）"},
                      {"issued_at", "string", "起报时间（文档未注明时）"},
                      {"member", "string", "集合成员"},
                      {"region", "string", "地区（文档未注明时），缺省为本地区"},
                      {"kind", "string", "72h, 168h, outlook；缺省按时长"}};
    const std::vector<std::string> kinds{"text/csv", "application/json", "text/plain"};
    forecast.media = kinds;
    forecast.body_bytes_max = kAirUploadBytesMax;
    add_route(router, std::move(forecast), writers,
              [this](const Call& call) { return post_forecast(call); });
    RouteText observations{"POST",
                           "/api/v1/observations",
                           "提交监测小时值 / push observed hours, CSV or JSON",
                           {{"region", "string", "地区（文档未注明时）"}},
                           {},
                           kinds,
                           kAirUploadBytesMax};
    add_route(router, std::move(observations), writers,
              [this](const Call& call) { return post_observations(call); });
    add_air_routes(router, context_);
}

void AirIntake::start(TaskGroup& tasks) {
    const std::string folder = context_.config->forecast_folder;
    if (!folder.empty()) tasks.spawn("forecast-folder", watch(folder));
}

asio::awaitable<void> AirIntake::watch(std::string folder) {
    for (;;) {
        std::vector<std::string> names;
        std::string why;
        try {
            names = waiting_files(folder);
        } catch (const fs::filesystem_error& error) {
            why = error.code().message();
        }
        if (!why.empty()) {
            context_.log.write(kFolderUnreadable, {{"folder", folder}, {"why", why}});
        }
        for (const std::string& name : names) co_await take_file(folder, name);
        co_await context_.clock.sleep_until(context_.clock.now() + context_.config->forecast_scan);
    }
}

asio::awaitable<void> AirIntake::take_file(std::string folder, std::string name) {
    const fs::path path = fs::path(folder) / name;
    AirDocument document = document_of_file_name(name, context_.pack->zone);
    document.person = "system";
    rules::Faults faults;
    auto bytes = ctl::read_file(path.string());
    if (bytes) {
        document.bytes = std::move(*bytes);
        const auto taken = co_await take_forecast(std::move(document));
        if (!taken) faults = taken.error();
    } else {
        faults = bytes.error();
    }
    try {
        if (faults.empty()) {
            move_into(path, fs::path(folder) / "done");
            co_return;
        }
        const fs::path refused = fs::path(folder) / "refused";
        fs::create_directories(refused);
        // Best effort: the log also says why.
        (void)ctl::write_file((refused / (name + ".faults.txt")).string(), rules::to_text(faults));
        move_into(path, refused);
    } catch (const fs::filesystem_error& error) {
        context_.log.write(kFolderUnreadable,
                           {{"folder", folder}, {"why", error.code().message()}});
    }
    if (!faults.empty()) {
        context_.log.write(kForecastRefused,
                           {{"file", name}, {"why", rules::to_text(faults.front())}});
    }
}

}  // namespace qk::daemon
