// Commands of qingkongctl that print years or a province, as whole processes: the time that one is
// on a core and the most memory it holds, by the operating system's own account.
//
//   aqi --hourly       20 years x 12 stations, as json and csv: at most 4 x a bare parse of the
//                      file (bare_parse.hpp) in the same run, at most 64 MB
//   trigger, backtest  the same file: at most 2 x
//   derive             100,000 enterprises: the answer is printed at 300 MB a second or more
//
//   command_bench [YEARS [ENTERPRISES]]
//
// Each command in turn with the parse, some rounds; the ratio is the median of the rounds. What is
// printed goes nowhere. Exit code 1 when a limit is missed.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <streambuf>
#include <string>
#include <vector>

#include "daemon/ctl/derive_text.hpp"
#include "plans/measures/catalogue.hpp"
#include "tests/bench/bare_parse.hpp"
#include "tests/bench/made_air.hpp"
#include "tests/bench/made_inventory.hpp"

namespace {

using namespace qk;

constexpr int kRounds = 5;
constexpr int kStations = 12;
constexpr int kHoursOfYear = 8766;
constexpr double kAqiMax = 4;
constexpr double kAqiMegabytesMax = 64;
constexpr double kTriggerMax = 2;
constexpr double kPrintMin = 300;  // MB/s

// A folder that goes with the process.
class Folder {
 public:
    Folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "qingkong-bench-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) std::exit(2);
        path_ = name;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
    std::string path_;
};

struct Used {
    double seconds = 0;  // on a core
    double megabytes = 0;
};

// `work` in a process of its own, which it ends. This process is small while it does: what it holds
// would be counted as the other's.
template <class Work>
Used used_by(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        work();
        ::_exit(2);
    }
    int status = 0;
    rusage usage{};
    if (child < 0 || ::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        fmt::print(stderr, "a process did not end well\n");
        std::exit(2);
    }
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return {seconds(usage.ru_utime) + seconds(usage.ru_stime),
            static_cast<double>(usage.ru_maxrss) * 1024 / 1e6};
}

Used used_by_command(std::vector<std::string> words) {
    return used_by([&words] {
        const int nowhere = ::open("/dev/null", O_WRONLY);
        ::dup2(nowhere, 1);
        words.insert(words.begin(), QK_CTL);
        std::vector<char*> arguments;
        for (std::string& word : words) arguments.push_back(word.data());
        arguments.push_back(nullptr);
        ::execv(QK_CTL, arguments.data());
    });
}

Used used_by_parse(const std::string& file) {
    return used_by([&file] {
        bench::BareParse parse;
        const bool good = parse.take_file(file) && parse.cells() > 0 && parse.sum() > 0;
        ::_exit(good ? 0 : 1);
    });
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bool holds(bool is_good) {
    fmt::print("{}\n", is_good ? "达到 ok" : "未达到 MISSED");
    return is_good;
}

bool compare(const char* what, const std::string& file, const std::vector<std::string>& words,
             double ratio_max, double megabytes_max) {
    std::vector<double> ratios;
    std::vector<double> seconds;
    std::vector<double> bare;
    double megabytes = 0;
    for (int round = 0; round < kRounds; ++round) {
        const Used parse = used_by_parse(file);
        const Used command = used_by_command(words);
        ratios.push_back(command.seconds / parse.seconds);
        seconds.push_back(command.seconds);
        bare.push_back(parse.seconds);
        megabytes = std::max(megabytes, command.megabytes);
    }
    fmt::print(
        "{:<16} 处理器 {:.3f} s on a core, 裸解析 bare parse {:.3f} s, 比值 ratio {:.2f} "
        "(上限 limit {:g}), 内存 memory {:.0f} MB{} ",
        what, median(seconds), median(bare), median(ratios), ratio_max, megabytes,
        megabytes_max > 0 ? fmt::format(" (上限 limit {:g})", megabytes_max) : "");
    return holds(median(ratios) <= ratio_max && (megabytes_max <= 0 || megabytes <= megabytes_max));
}

bool bench_air(const Folder& folder, int years) {
    const std::string file = folder.file("hours.csv");
    {
        std::ofstream out(file, std::ios::binary);
        std::mt19937 random(7);
        out << bench::kAirHeader;
        for (int station = 0; station < kStations; ++station) {
            bench::make_air(station, years * kHoursOfYear, random,
                            [&out](const std::string& line) { out << line; });
        }
    }
    fmt::print("{} 年 years x {} 站点 stations, {:.0f} MB\n", years, kStations,
               static_cast<double>(std::filesystem::file_size(file)) / 1e6);
    bool good = compare("aqi, json", file, {"aqi", "--hourly", file, "--format", "json"}, kAqiMax,
                        kAqiMegabytesMax);
    good &= compare("aqi, csv", file, {"aqi", "--hourly", file, "--format", "csv"}, kAqiMax,
                    kAqiMegabytesMax);
    good &= compare("trigger", file,
                    {"trigger", "--standard", "cn-2024", "--hourly", file, "--format", "json"},
                    kTriggerMax, 0);
    good &= compare("backtest", file,
                    {"backtest", "--standard", "cn-2024", "--hourly", file, "--format", "json"},
                    kTriggerMax, 0);
    return good;
}

// Counts what is written, and keeps nothing of it.
class Counted : public std::streambuf {
 public:
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

 protected:
    std::streamsize xsputn(const char*, std::streamsize size) override {
        bytes_ += static_cast<std::size_t>(size);
        return size;
    }
    int overflow(int byte) override {
        ++bytes_;
        return byte;
    }

 private:
    std::size_t bytes_ = 0;
};

bool bench_derive(int enterprises) {
    const auto read = plans::read_inventory(bench::generate(enterprises), "bench");
    if (!read.inventory) std::exit(2);
    const plans::RegionRules rules = plans::national_sample_rules();
    const rules::Instant from = *rules::parse_instant("2026-12-01T08:00:00", rules::kBeijingTime);
    const plans::DeriveInput input{
        *read.inventory,    plans::built_in_catalogue(), rules, rules::Colour::kOrange, from, {},
        rules::kBeijingTime};
    const plans::ObligationTable table = plans::derive_table(input);
    std::vector<double> rates;
    Counted counted;
    for (int round = 0; round < kRounds; ++round) {
        const std::size_t before = counted.bytes();
        const auto begun = std::chrono::steady_clock::now();
        std::ostream out(&counted);
        ctl::print_enterprises(out, table);
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
        rates.push_back(static_cast<double>(counted.bytes() - before) / 1e6 / took.count());
    }
    fmt::print(
        "derive, {} 家企业 enterprises: {:.0f} MB, 输出 printed at {:.0f} MB/s (下限 least {:g}) ",
        enterprises, static_cast<double>(counted.bytes()) / kRounds / 1e6, median(rates),
        kPrintMin);
    return holds(median(rates) >= kPrintMin);
}

bool read_number(const char* text, int& value) {
    const auto [end, error] = std::from_chars(text, text + std::strlen(text), value);
    return error == std::errc{} && *end == '\0' && value > 0;
}

}  // namespace

int main(int argc, char** argv) {
    int years = 20;
    int enterprises = 100'000;
    if ((argc > 1 && !read_number(argv[1], years)) ||
        (argc > 2 && !read_number(argv[2], enterprises))) {
        fmt::print(stderr, "usage: command_bench [YEARS [ENTERPRISES]]\n");
        return 2;
    }
    std::fflush(stdout);
    const Folder folder;
    bool good = bench_air(folder, years);
    good &= bench_derive(enterprises);
    return good ? 0 : 1;
}
