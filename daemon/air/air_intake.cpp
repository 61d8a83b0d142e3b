#include "daemon/air/air_intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <system_error>

#include "daemon/air/air_rows.hpp"
#include "daemon/air/drop_folder.hpp"
#include "daemon/air/stored_forecast.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/operations/air.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/on_thread.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/poison.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/feeds/hourly_csv.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

// A year of many stations, and no file that makes slots for what it does not hold.
constexpr plans::FeedLimits kObservationLimits{.rows_max = 2'000'000,
                                               .regions_max = 20'000,
                                               .span_max = std::chrono::days{2 * 366},
                                               .slots_max = 2'000'000};

constexpr std::size_t kKeptBytesMax = std::size_t{256} << 20;  // of one document

void append(rules::Faults& all, const rules::Faults& more) {
    all.insert(all.end(), more.begin(), more.end());
}

rules::ForecastRules rules_of(const Context& context) {
    rules::ForecastRules rules{.zone = context.pack->zone};
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

// Regions are named in lists, notices and logs, and people choose by them.
void check_region(const std::string& region, const std::string& file, rules::Faults& faults) {
    if (faults.size() >= rules::kFindingsMax) return;
    const auto unseen = plans::find_unseen(region);
    const bool is_one_line = region.find_first_of("\n\r\t") == std::string::npos;
    if (!unseen && is_one_line && !plans::is_blank(region)) return;
    faults.push_back({{file, 0, 0},
                      fmt::format("region '{}': {}", region,
                                  unseen ? plans::to_text(*unseen)
                                         : "名称空白或含换行 is blank, or more than one line"),
                      std::string(plans::kUnseenCure),
                      rules::Severity::kError});
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
        warnings.push_back(boost::json::string(plans::with_unseen_shown(rules::to_text(fault))));
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
    plans::ForecastGiven given{.air = {.zone = context_.pack->zone}};
    given.source = document.source;
    given.member = document.member;
    given.region = document.region;
    given.kind = document.kind;
    given.issued_at = document.issued_at;
    if (given.region.empty()) given.points = context_.config->forecast_points;
    if (given.region.empty() && given.points.empty()) given.region = context_.pack->region_code;
    return given;
}

namespace {

// What a document is read with, apart from the document; nothing in it changes meanwhile.
struct ForecastSetting {
    plans::ForecastGiven given;
    rules::ForecastRules rules;
    rules::Instant now{};
    std::shared_ptr<const plans::RegionPack> pack;
};

// A forecast that was read; nothing of it is stored yet.
struct ReadForecast {
    std::vector<ForecastRevision> revisions;
    rules::Faults refusals;  // not empty: refused whole
    rules::Faults warnings;
    std::string content;  // hash of what it says, but for the time of issue
    std::size_t regions = 0;
};

void check_forecast(const AirDocument& document, const ForecastSetting& setting,
                    const rules::Forecast& forecast, ReadForecast& read) {
    const rules::ForecastCheck answer = rules::check(forecast, setting.now, setting.rules);
    append(read.refusals, answer.refusals);
    for (const auto& series : forecast.hourly) {
        check_region(series.region, document.file, read.refusals);
    }
    for (const auto& series : forecast.daily) {
        check_region(series.region, document.file, read.refusals);
    }
    const rules::Zone zone = setting.pack->zone;
    for (const rules::ForecastGap& gap : answer.gaps) {
        read.warnings.push_back(
            {{document.file, 0, 0},
             fmt::format("{}: nothing from {} to {}", gap.region,
                         rules::to_iso(gap.span.from, zone), rules::to_iso(gap.span.to, zone)),
             "decisions cannot tell for that time",
             rules::Severity::kWarning});
    }
}

std::string content_of(std::vector<rules::Forecast> forecasts, rules::Zone zone) {
    std::string content;
    for (rules::Forecast& forecast : forecasts) {
        forecast.issued_at = {};
        content += plans::to_text(plans::to_json(forecast, zone));
    }
    return plans::sha256_hex(content);
}

ReadForecast read_new_forecast(const AirDocument& document, const ForecastSetting& setting) {
    ReadForecast read;
    auto feed = plans::read_forecast(document.bytes, document.file, setting.given);
    if (!feed) {
        read.refusals = feed.error();
        return read;
    }
    read.warnings = std::move(feed->warnings);
    for (const rules::Forecast& forecast : feed->forecasts) {
        check_forecast(document, setting, forecast, read);
        if (read.regions == 0) read.regions = forecast.hourly.size() + forecast.daily.size();
    }
    if (feed->forecasts.empty()) {
        append(read.refusals, rules::refuse("the document has no forecast"));
    }
    if (!read.refusals.empty()) return read;
    if (!speaks_of(feed->forecasts, *setting.pack)) {
        read.warnings.push_back(
            {{document.file, 0, 0},
             "says nothing of " + setting.pack->name,
             "region " + setting.pack->region_code + "; decisions do not see it",
             rules::Severity::kWarning});
    }
    read.warnings = rules::at_most(read.warnings, rules::kFindingsMax);
    read.revisions = revisions_of(feed->forecasts, setting.pack->zone);
    // The document is kept with each of its issues.
    if (read.revisions.size() * document.bytes.size() > kKeptBytesMax) {
        read.refusals = rules::refuse(fmt::format("{} issues in one document of {} bytes",
                                                  read.revisions.size(), document.bytes.size()),
                                      "push each issue as a document of its own");
        return read;
    }
    if (document.skip_if_unchanged) {
        read.content = content_of(std::move(feed->forecasts), setting.pack->zone);
    }
    return read;
}

}  // namespace

bool AirIntake::is_unchanged(const AirDocument& document, std::string content) {
    std::string& last =
        last_content_[document.source + "/" + document.member + "/" + document.region];
    if (last == content) return true;
    last = std::move(content);
    return false;
}

asio::awaitable<rules::Result<TakenAir>> AirIntake::take_forecast(AirDocument document) {
    const ForecastSetting setting{given_with(document), rules_of(context_), context_.clock.now(),
                                  context_.pack};
    auto reading = [&document, &setting] { return read_new_forecast(document, setting); };
    ReadForecast read = co_await uploads_.run(std::move(reading));
    if (!read.refusals.empty()) {
        context_.metrics.add(Counter::kForecastsRefused);
        co_return read.refusals;
    }
    TakenAir taken;
    taken.warnings = std::move(read.warnings);
    if (document.skip_if_unchanged && is_unchanged(document, std::move(read.content))) {
        co_return taken;
    }
    const rules::Zone zone = setting.pack->zone;
    auto work = [&](Session& db) {
        for (const ForecastRevision& revision : read.revisions) {
            const StoredRevision stored = store_forecast(
                db, document, revision, given_text(setting.given), setting.now, zone);
            taken.numbers.push_back(stored.number);
            if (stored.is_new) ++taken.new_revisions;
        }
    };
    co_await context_.store.transact(std::move(work));
    context_.metrics.add(Counter::kForecasts, taken.new_revisions);
    if (taken.new_revisions == 0) co_return taken;
    const ForecastRevision& first = read.revisions.front();
    context_.log.write(kForecastTaken, {{"source", first.source},
                                        {"issued_at", rules::to_iso(first.issued_at, zone)},
                                        {"regions", static_cast<std::int64_t>(read.regions)}});
    co_await tell();
    co_return taken;
}

asio::awaitable<rules::Result<TakenAir>> AirIntake::take_unwatched(std::string name,
                                                                   AirDocument document) {
    auto begin = [&name](Session& db) { return begin_document(db, name); };
    const bool is_poison = co_await context_.store.transact(std::move(begin));
    rules::Result<TakenAir> taken = rules::refuse(
        fmt::format("the process ended {} times while this was read", kDocumentDeathsMax),
        "keep it for whoever maintains the program; put it back to have it read once more");
    std::exception_ptr failure;  // of the machine
    try {
        if (!is_poison) taken = co_await take_forecast(std::move(document));
    } catch (const std::exception& error) {
        if (lies_in_input(error)) {
            taken = rules::refuse(fmt::format("reading it failed: {}", error.what()),
                                  "keep it for whoever maintains the program");
        } else {
            failure = std::current_exception();
        }
    }
    auto end = [&name](Session& db) { end_document(db, name); };
    co_await context_.store.transact(std::move(end));
    if (failure) std::rethrow_exception(failure);
    co_return taken;
}

namespace {

struct ReadObservations {
    std::vector<rules::HourlySeries> regions;
    rules::Faults refusals;  // not empty: refused whole
    rules::Faults warnings;
};

rules::Result<plans::ForecastFeed> read_json_observations(const AirDocument& document,
                                                          rules::Instant now, rules::Zone zone) {
    plans::ForecastGiven given{.air = {.zone = zone}};
    given.source = "observations";
    given.issued_at = now;
    given.region = document.region;
    return plans::read_forecast(document.bytes, document.file, given);
}

ReadObservations read_observations(const AirDocument& document, rules::Instant now,
                                   rules::Zone zone) {
    ReadObservations read;
    if (is_json(document.bytes)) {
        auto feed = read_json_observations(document, now, zone);
        if (!feed) {
            read.refusals = feed.error();
            return read;
        }
        read.warnings = std::move(feed->warnings);
        for (rules::Forecast& part : feed->forecasts) {
            std::ranges::move(part.hourly, std::back_inserter(read.regions));
        }
    } else {
        plans::HourlyCsvOptions options{.zone = zone};
        options.limits = kObservationLimits;
        auto feed = plans::read_hourly_csv(document.bytes, document.file, options);
        if (!feed) {
            read.refusals = feed.error();
            return read;
        }
        read.warnings = std::move(feed->warnings);
        read.regions = std::move(feed->regions);
    }
    read.warnings = rules::at_most(read.warnings, rules::kFindingsMax);
    read.refusals = future_hours(read.regions, document.file, now, zone);
    for (const rules::HourlySeries& series : read.regions) {
        check_region(series.region, document.file, read.refusals);
    }
    if (read.regions.empty()) append(read.refusals, rules::refuse("the document has no hours"));
    return read;
}

}  // namespace

asio::awaitable<rules::Result<TakenAir>> AirIntake::take_observations(AirDocument document) {
    const rules::Instant now = context_.clock.now();
    const rules::Zone zone = context_.pack->zone;
    auto reading = [&document, now, zone] { return read_observations(document, now, zone); };
    ReadObservations read = co_await uploads_.run(std::move(reading));
    if (!read.refusals.empty()) co_return read.refusals;
    TakenAir taken;
    taken.warnings = std::move(read.warnings);
    auto work = [&](Session& db) {
        const StoredRevision stored = store_observations(db, document, read.regions, now);
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
    if (tell_new_data_) co_await tell_new_data_();
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
    auto admission = uploads_.admit(call.request.remote);
    if (admission.refused) co_return *std::move(admission.refused);
    const auto taken = co_await take_forecast(std::move(document));
    if (!taken) {
        co_return answer_problem(422, "预报被拒收", "the forecast is refused", taken.error());
    }
    co_return answer_json(to_json(*taken), taken->new_revisions > 0 ? 201 : 200);
}

asio::awaitable<ApiResponse> AirIntake::post_observations(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    AirDocument document = document_of(call, context_.pack->zone);
    auto admission = uploads_.admit(call.request.remote);
    if (admission.refused) co_return *std::move(admission.refused);
    const auto taken = co_await take_observations(std::move(document));
    if (!taken) {
        co_return answer_problem(422, "监测数据被拒收", "the observations are refused",
                                 taken.error());
    }
    co_return answer_json(to_json(*taken), taken->new_revisions > 0 ? 201 : 200);
}

void AirIntake::add_routes(Router& router) {
    router.serve(operation::kSubmitForecast, kAirSources,
                 [this](const Call& call) { return post_forecast(call); });
    router.serve(operation::kSubmitObservations, kAirSources,
                 [this](const Call& call) { return post_observations(call); });
    add_air_routes(router, context_);
}

void AirIntake::start(TaskGroup& tasks) {
    const std::string folder = context_.config->forecast_folder;
    if (!folder.empty()) tasks.spawn("forecast-folder", watch(folder));
}

namespace {

rules::Result<std::string> read_dropped(const std::string& folder, const std::string& name,
                                        std::size_t bytes_max) {
    try {
        return DropFolder(folder).read(name, bytes_max);
    } catch (const std::system_error& error) {
        return rules::refuse(error.code().message(), "a folder that can be read");
    }
}

// A folder on a disk that hangs must not hold up the rest: its files are read on a thread of their
// own. Where the store has none, there is no thread here either.
class FolderReader {
 public:
    explicit FolderReader(bool has_thread) {
        if (has_thread) thread_ = std::make_unique<asio::thread_pool>(1);
    }
    asio::awaitable<void> run(std::function<void()> work) const {
        if (!thread_) {
            work();
            co_return;
        }
        co_await run_on(*thread_, std::move(work));
    }

 private:
    std::unique_ptr<asio::thread_pool> thread_;
};

}  // namespace

asio::awaitable<void> AirIntake::watch(std::string folder) {
    const FolderReader reader(context_.config->store_mode == StoreMode::kOwnThread);
    for (;;) {
        std::vector<std::string> names;
        std::string why;
        std::function<void()> list = [&folder, &names, &why] {
            try {
                names = DropFolder(folder).waiting();
            } catch (const std::system_error& error) {
                why = error.code().message();
            }
        };
        co_await reader.run(std::move(list));
        if (!why.empty()) {
            context_.log.write(kFolderUnreadable, {{"folder", folder}, {"why", why}});
        }
        for (const std::string& name : names) {
            rules::Result<std::string> bytes = std::string();
            const auto bytes_max = static_cast<std::size_t>(context_.config->forecast_file_bytes);
            std::function<void()> read = [&folder, &name, &bytes, bytes_max] {
                bytes = read_dropped(folder, name, bytes_max);
            };
            co_await reader.run(std::move(read));
            co_await take_file(folder, name, std::move(bytes));
        }
        co_await context_.clock.sleep_until(context_.clock.now() + context_.config->forecast_scan);
    }
}

asio::awaitable<void> AirIntake::take_file(std::string folder, std::string name,
                                           rules::Result<std::string> bytes) {
    rules::Faults faults = faults_of_name(name);
    if (faults.empty() && bytes) {
        AirDocument document = document_of_file_name(name, context_.pack->zone);
        document.person = "system";
        document.bytes = std::move(*bytes);
        const auto taken = co_await take_unwatched("file " + name, std::move(document));
        if (!taken) faults = taken.error();
    } else if (!bytes) {
        append(faults, bytes.error());
    }
    try {
        const DropFolder drop(folder);
        if (faults.empty()) {
            drop.move_into("done", name);
            co_return;
        }
        drop.refuse(name, rules::to_text(faults));
    } catch (const std::system_error& error) {
        context_.log.write(kFolderUnreadable, {{"folder", folder}, {"why", error.what()}});
    }
    if (!faults.empty()) {
        context_.log.write(kForecastRefused,
                           {{"file", shown_name(name)}, {"why", rules::to_text(faults.front())}});
    }
}

}  // namespace qk::daemon
