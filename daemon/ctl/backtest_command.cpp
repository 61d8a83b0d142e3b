// qingkongctl backtest: what standards would have done over years of observations or archived
// forecasts. The tool with which a bureau tunes its plan before the season.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/documents/backtest.hpp"
#include "plans/feeds/hourly_csv.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t kStandardsMax = 8;
constexpr std::size_t kArchiveFilesMax = 20'000;

std::vector<std::string> split(const std::string& text) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t comma = std::min(text.find(',', at), text.size());
        if (comma > at) out.push_back(text.substr(at, comma - at));
        at = comma + 1;
    }
    return out;
}

// "2015-12-05T2000.csv" or "2015-12-05T20.csv": what stands before the first dot is the time of
// issue.
std::optional<rules::Instant> issue_of(const std::string& stem, rules::Zone zone) {
    std::string text = stem;
    std::ranges::replace(text, '_', 'T');
    const std::size_t clock = text.find('T');
    if (clock == std::string::npos) return std::nullopt;
    const std::string digits = text.substr(clock + 1);
    if (digits.size() == 2)
        text += ":00";
    else if (digits.size() == 4 && digits.find(':') == std::string::npos)
        text.insert(clock + 3, ":");
    return rules::parse_instant(text, zone);
}

using Archive = std::map<std::string, std::vector<plans::ArchivedForecast>>;

void read_forecast(const std::filesystem::path& path, rules::Zone zone, Archive& archive,
                   rules::Faults& faults) {
    const auto issued = issue_of(path.stem().string(), zone);
    if (!issued) {
        faults.push_back({{path.string(), 0, 0},
                          "its name is no time of issue",
                          "a name such as 2015-12-05T2000.csv"});
        return;
    }
    const rules::Result<std::string> bytes = read_file(path.string());
    if (!bytes) {
        std::ranges::copy(bytes.error(), std::back_inserter(faults));
        return;
    }
    plans::HourlyCsvOptions options{.zone = zone};
    rules::Result<plans::HourlyFeed> feed = plans::read_hourly_csv(*bytes, path.string(), options);
    if (!feed) {
        std::ranges::copy(feed.error(), std::back_inserter(faults));
        return;
    }
    for (rules::HourlySeries& series : feed->regions) {
        std::vector<plans::ArchivedForecast>& of_region = archive[series.region];
        of_region.push_back({*issued, std::move(series)});
    }
}

rules::Result<Archive> read_archive(const std::string& folder, rules::Zone zone) {
    std::error_code error;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() == ".csv") files.push_back(entry.path());
    }
    if (error || files.empty() || files.size() > kArchiveFilesMax) {
        return rules::Faults{
            {{folder, 0, 0},
             error ? error.message() : std::to_string(files.size()) + " forecasts in it",
             "a folder of 1 to 20000 forecasts named by their time of issue"}};
    }
    std::ranges::sort(files);
    Archive archive;
    rules::Faults faults;
    for (const std::filesystem::path& path : files) read_forecast(path, zone, archive, faults);
    if (!faults.empty()) return faults;
    for (auto& [region, forecasts] : archive) {
        std::ranges::stable_sort(forecasts, {}, &plans::ArchivedForecast::issued_at);
    }
    return archive;
}

Table table_of(const plans::Backtest& backtest) {
    Table table{{"standard", "winter", "days", "without_value", "episodes b/y/o/r",
                 "warned_days b/y/o/r", "heavy", "missed", "not_heavy", "lead_h"},
                {}};
    const auto four = [](const std::array<int, 4>& n) {
        return fmt::format("{}/{}/{}/{}", n[0], n[1], n[2], n[3]);
    };
    for (std::size_t i = 0; i < backtest.standards.size(); ++i) {
        for (const rules::SeasonCount& season : backtest.seasons[i]) {
            const auto lead = plans::mean_lead_hours(season);
            table.rows.push_back(
                {backtest.standards[i].id, season.winter.empty() ? "all" : season.winter,
                 std::to_string(season.days), std::to_string(season.days_without_value),
                 four(season.episodes), four(season.warned_days), std::to_string(season.heavy_days),
                 std::to_string(season.heavy_days_missed),
                 std::to_string(season.warned_days_not_heavy),
                 lead ? fmt::format("{:.1f}", *lead) : ""});
        }
    }
    return table;
}

// Every standard named, or every fault of all of them.
std::optional<std::vector<ChosenStandard>> choose_all(const std::string& names) {
    std::vector<ChosenStandard> chosen;
    bool failed = false;
    for (const std::string& name : split(names)) {
        auto one = choose_standard(name);
        if (one) {
            chosen.push_back(std::move(*one));
            continue;
        }
        print_faults(one.error());
        failed = true;
    }
    if (failed) return std::nullopt;
    if (chosen.empty() || chosen.size() > kStandardsMax) {
        std::cerr << "--standard: " << chosen.size() << " of them: 1 to " << kStandardsMax << "\n";
        return std::nullopt;
    }
    return chosen;
}

int run(const Call& call) {
    const Format format = format_of(call);
    const auto chosen = choose_all(*call.text("standard"));
    if (!chosen) return kBadUsage;
    const auto air = read_air_options(call, chosen->front().zone);
    if (!air) return kBadUsage;
    if (!air->daily.empty()) {
        std::cerr << "--daily: a backtest needs --hourly\n";
        return kBadUsage;
    }
    std::vector<rules::TriggerStandard> standards;
    for (const ChosenStandard& one : *chosen) {
        show_samples(one);
        standards.push_back(one.standard);
    }
    const auto input = read_air(*air, false);
    if (!input) {
        print_faults(input.error());
        return kBadUsage;
    }
    print_faults(input->warnings);
    if (std::ranges::any_of(input->more_members, [](const auto& more) { return !more.empty(); })) {
        std::cerr << "--hourly: a backtest needs one series a region, not members of an ensemble\n";
        return kBadUsage;
    }
    plans::BacktestInput question{input->hourly, standards, air->region, {}};
    if (const auto folder = call.text("forecasts")) {
        auto archive = read_archive(*folder, air->region.trigger.zone);
        if (!archive) {
            print_faults(archive.error());
            return kBadUsage;
        }
        question.archive = std::move(*archive);
    }
    const plans::Backtest backtest = plans::run_backtest(question);
    if (const auto page = call.text("html")) {
        const auto written = write_file(*page, plans::backtest_page(backtest));
        if (!written) {
            print_faults(written.error());
            return kBadUsage;
        }
    }
    const bool as_json = format == Format::kJson;
    print(std::cout, format, as_json ? plans::to_json(backtest) : json::object{},
          as_json ? Table{} : table_of(backtest));
    return kHolds;
}

}  // namespace

Command backtest_command() {
    return {
        .name = "backtest",
        .what = {"用历年数据回算各标准会如何预警",
                 "what standards would have done over past years"},
        .options = joined(
            {{option("standard", "LIST",
                     {"要比较的标准或规则包 A[,B...]", "standards or packs to compare"})
                  .required(),
              option("html", "FILE",
                     {"把曲线和预警时段写成网页", "write a page with the curves and windows"}),
              option("forecasts", "FOLDER",
                     {"历史逐时预报目录，文件名为起报时间",
                      "archived hourly forecasts, each named by its time of issue"})},
             air_options(),
             {format_option()}}),
        .examples = {"qingkongctl backtest --standard cn-2024,cn-2018 --hourly "
                     "packaging/demo-data/beijing_2015-11-25_2015-12-31.csv"},
        .run = run,
    };
}

}  // namespace qk::ctl
