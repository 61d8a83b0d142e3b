// qingkong-sim: a region in a box. `run` plays a story in simulated time, `live` against a running
// daemon, `region` writes the inventory that either of them uses.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <ctime>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "daemon/command_line/command_line.hpp"
#include "sim/files.hpp"
#include "sim/live/live.hpp"
#include "sim/prove/campaign.hpp"
#include "sim/prove/hunt.hpp"
#include "sim/run/run.hpp"
#include "sim/story/stage.hpp"

namespace {

using qk::command_line::Call;
using qk::command_line::Command;
using qk::command_line::flag;
using qk::command_line::joined;
using qk::command_line::option;
using qk::command_line::Options;
using qk::command_line::place;
using qk::sim::StageOptions;

constexpr int kBadUsage = 2;
constexpr int kUnreachable = 3;
constexpr std::uint64_t kProveEnterprisesMax = 100;
constexpr std::uint64_t kHuntSeconds = 600;

Options stage_options() {
    return {place("scenario", "SCENARIO.toml",
                  {"情景；默认 2015 年 12 月；cheats 为作弊库",
                   "scenario; without one, December 2015; cheats: the library of cheats"}),
            option("seed", "NUMBER", {"全部随机数的种子", "seed of all randomness"}).number(),
            option("enterprises", "NUMBER", {"虚构企业的家数", "how many are invented"}).number()};
}

int wrong(const Call& call, std::string_view what) {
    std::cerr << call.command() << ": " << what << "\n";
    return kBadUsage;
}

// Empty, with a sentence on stderr, where there would be too many or no enterprises.
std::optional<StageOptions> stage_of(const Call& call) {
    StageOptions stage;
    stage.scenario_file = call.text_or_default("scenario");
    stage.seed = call.number("seed");
    const auto enterprises = call.number("enterprises");
    if (!enterprises) return stage;
    if (*enterprises == 0 || *enterprises > qk::sim::kEnterprisesMax) {
        wrong(call, "--enterprises 应为 must be 1 to 50000");
        return std::nullopt;
    }
    stage.enterprises = static_cast<int>(*enterprises);
    return stage;
}

int report(const qk::rules::Faults& faults) {
    std::cerr << qk::rules::to_text(faults);
    return kBadUsage;
}

int run_story(const Call& call) {
    auto stage = stage_of(call);
    if (!stage) return kBadUsage;
    stage->keep = call.text_or_default("keep");
    const auto ledger = qk::sim::run_episode(*stage, std::cout);
    return ledger ? qk::sim::exit_code_of(*ledger) : report(ledger.error());
}

std::optional<qk::sim::MqttEndpoint> endpoint_of(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return std::nullopt;
    qk::sim::MqttEndpoint endpoint{text.substr(0, colon), 0};
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    if (error != std::errc{} || stopped != end || endpoint.port == 0) return std::nullopt;
    return endpoint;
}

constexpr std::size_t kKeyDigits = 64;

// Who plays: tokens, password and pinned key, each from its file.
qk::rules::Result<void> read_secrets(const Call& call, qk::sim::LiveOptions& live) {
    const std::string token_file = *call.text("token-file");
    const auto token_text = qk::sim::read_file(token_file);
    if (!token_text) return token_text.error();
    const auto tokens = qk::sim::read_tokens(*token_text, token_file);
    if (!tokens) return tokens.error();
    live.tokens = *tokens;
    live.user = call.text_or_default("broker-user");
    if (const auto file = call.text("broker-password-file")) {
        const auto password = qk::sim::read_file(*file);
        if (!password) return password.error();
        live.password = password->substr(0, password->find_last_not_of("\r\n") + 1);
    }
    if (const auto given = call.text("key")) {
        const auto text = given->size() == kKeyDigits ? qk::rules::Result<std::string>(*given)
                                                      : qk::sim::read_file(*given);
        if (!text) return text.error();
        live.pinned_key = text->substr(0, text->find_last_not_of("\r\n ") + 1);
    }
    return {};
}

int play_live(const Call& call) {
    const auto stage = stage_of(call);
    if (!stage) return kBadUsage;
    qk::sim::LiveOptions live;
    const auto origin = qk::sim::parse_origin(*call.text("api"));
    if (!origin) return report(origin.error());
    live.api = *origin;
    const auto endpoint = endpoint_of(*call.text("broker"));
    if (!endpoint) return wrong(call, "--broker 应为 must be HOST:PORT");
    live.broker = *endpoint;
    if (const auto read = read_secrets(call, live); !read) return report(read.error());
    if (const auto sharing = call.number("per-client")) {
        live.enterprises_per_client =
            static_cast<int>(std::min<std::uint64_t>(*sharing, qk::sim::kEnterprisesMax));
    }
    if (call.has("mqtt3")) live.version = qk::sim::MqttVersion::k311;
    live.drives_clock = !call.has("real-time");
    const auto started = std::chrono::steady_clock::now();
    const auto ledger = qk::sim::play_live(*stage, std::move(live), std::cout);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    if (ledger) {
        std::cout << fmt::format("  {:<14} {:.1f} s\n", "took", took.count());
        return qk::sim::exit_code_of(*ledger);
    }
    report(ledger.error());
    return kUnreachable;
}

// Empty, with a sentence on stderr, where a word is none that there is.
std::optional<qk::sim::DayOptions> day_of(const Call& call) {
    qk::sim::DayOptions day;
    day.seed = call.number("seed").value_or(day.seed);
    if (const auto enterprises = call.number("enterprises")) {
        if (*enterprises == 0 || *enterprises > kProveEnterprisesMax) {
            wrong(call, "--enterprises 应为 must be 1 to 100");
            return std::nullopt;
        }
        day.enterprises = static_cast<int>(*enterprises);
    }
    if (const auto name = call.text("canary")) {
        day.canary = qk::sim::find_canary(*name);
        if (day.canary == nullptr) {
            wrong(call,
                  "--canary 无此项 is none of those in sim/prove/canaries.cpp or, built with "
                  "QK_CANARIES, in daemon/base/canary.hpp");
            return std::nullopt;
        }
    }
    if (const auto text = call.text("faults")) {
        const auto faults = qk::sim::parse_faults(*text);
        if (!faults) {
            wrong(call, "--faults 应如 must be like \"power@17 ends@301\"");
            return std::nullopt;
        }
        day.faults = *faults;
    }
    return day;
}

int hunt(const Call& call, const qk::sim::DayOptions& day) {
    if (!qk::daemon::kHasCanaries) {
        return wrong(call,
                     "--canaries 须以 QK_CANARIES 编译 needs a build with planted faults: cmake "
                     "--preset release -B build/canaries -DQK_CANARIES=ON");
    }
    qk::sim::HuntOptions options;
    // Of the processor, so that on a busy machine no less is found.
    options.passed = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
    options.seconds = static_cast<double>(call.number("seconds").value_or(kHuntSeconds));
    options.first_seed = day.seed;
    options.enterprises = day.enterprises;
    if (day.canary != nullptr) options.canaries = {day.canary};
    const auto hunted = qk::sim::hunt(options, std::cout);
    if (!hunted) return report(hunted.error());
    return qk::sim::share_found(*hunted) >= qk::sim::kFoundAtLeast ? 0 : 1;
}

int prove(const Call& call) {
    const auto day = day_of(call);
    if (!day) return kBadUsage;
    if (call.has("canaries")) return hunt(call, *day);
    const bool is_one = call.has("seed") || call.has("faults");
    if (is_one && !call.has("each") && !call.has("seeds")) {
        const auto found = qk::sim::prove_one(*day, !call.has("faults"), std::cout);
        if (!found) return report(found.error());
        return found->empty() ? 0 : 1;
    }
    qk::sim::ProveOptions options;
    options.first_seed = day->seed;
    options.seeds = call.number("seeds").value_or(options.seeds);
    options.enterprises = day->enterprises;
    options.canary = day->canary;
    options.is_each = call.has("each");
    options.stops_at_first = call.has("stop");
    const auto begun = std::chrono::steady_clock::now();
    if (const auto seconds = call.number("seconds")) {
        options.is_over = [begun, seconds] {
            return std::chrono::steady_clock::now() - begun >= std::chrono::seconds(*seconds);
        };
    }
    const auto outcome = qk::sim::prove(options, std::cout);
    if (!outcome) return report(outcome.error());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::cerr << fmt::format("{:.1f} s\n", took.count());
    return outcome->failed.empty() ? 0 : 1;
}

Command prove_command() {
    return {
        .name = "prove",
        .what = {"同一天反复演算，每次在磁盘或消息代理的某一步出故障或断电，并核对结果",
                 "the same day again and again, with a fault or a crash at some step of disk or "
                 "broker each time; and whether all came right"},
        .options =
            {option("seeds", "NUMBER", {"演算的种子个数；默认 100", "how many seeds; default: 100"})
                 .number(),
             option("seconds", "NUMBER",
                    {"到时不再开始新的一次", "begins none after so many seconds"})
                 .number(),
             option("seed", "NUMBER",
                    {"只演这一个种子并说明经过；与 --seeds 同用为起始种子",
                     "this seed alone, and what happened; with --seeds: the "
                     "first"})
                 .number(),
             option("faults", "LIST",
                    {"指定故障，例如 \"power@17 ends@301\"",
                     "these faults, such as \"power@17 ends@301\""}),
             flag("each", {"一天中的每一步都中断一次", "a death at each step of one day in turn"}),
             flag("stop", {"第一次不成立即止", "stops at the first that fails"}),
             option("enterprises", "NUMBER",
                    {"企业家数；默认 5", "how many enterprises; default: 5"})
                 .number(),
             option("canary", "NAME",
                    {"植入一种已知的错误，看能否被发现",
                     "plants a known fault, to see whether it is found"}),
             flag("canaries",
                  {"逐一植入全部已知的错误；发现不足 95% 时退出码为 1",
                   "plants each known fault in turn, for 600 s or --seconds of the processor; exit "
                   "code 1 where less than 95 % are found"})},
        .examples = {"qingkong-sim prove --seeds 1000 --seconds 60",
                     "qingkong-sim prove --seed 17"},
        .run = prove,
    };
}

int write_region(const Call& call) {
    const auto wanted = stage_of(call);
    if (!wanted) return kBadUsage;
    const auto stage = qk::sim::set_stage(*wanted);
    if (!stage) return report(stage.error());
    if (call.has("print-start")) {
        const qk::sim::Scenario& scenario = stage->scenario;
        std::cout << qk::rules::to_iso(scenario.start, scenario.zone) << "\n";
    }
    const std::string folder = call.text_or_default("out");
    if (folder.empty()) return 0;
    const auto written = qk::sim::write_tables(folder, stage->tables);
    return written ? 0 : report(written.error());
}

Command live_command() {
    return {
        .name = "live",
        .what = {"对运行中的守护进程和真实的消息代理演一遍",
                 "a story against a running daemon and a real broker"},
        .options =
            joined({stage_options(),
                    {option("api", "URL", {"守护进程地址", "the daemon: http://127.0.0.1:PORT"})
                         .required(),
                     option("token-file", "FILE",
                            {"每个角色一行：角色 令牌", "a line 'role TOKEN' for each role"})
                         .required(),
                     option("broker", "HOST:PORT", {"消息代理地址", "the broker"}).required(),
                     option("broker-user", "NAME", {"消息代理的用户名", "user name at the broker"}),
                     option("broker-password-file", "FILE",
                            {"存放其密码的文件", "file with the password"}),
                     option("per-client", "NUMBER",
                            {"共用一个连接的企业数；默认 1",
                             "enterprises that share one connection; default: 1"})
                         .number(),
                     option("key", "KEY|FILE",
                            {"本局公钥、其指纹，或存放它的文件；默认取守护进程最先给出的",
                             "the bureau's key, its fingerprint, or a file that holds it; default: "
                             "the first that the "
                             "daemon names"}),
                     flag("mqtt3", {"用 MQTT 3.1.1 而不是 5", "speak MQTT 3.1.1 instead of 5"}),
                     flag("real-time", {"跟随守护进程的时钟，而不是驱动它",
                                        "follow the daemon's own clock instead of driving it"})}}),
        .examples = {"qingkong-sim live --api http://127.0.0.1:8080 --token-file tokens --broker "
                     "127.0.0.1:1883"},
        .run = play_live,
    };
}

Command qingkong_sim() {
    return {
        .name = "qingkong-sim",
        .what = {"模拟一个区域的天气、企业、电表、烟气和门禁",
                 "a region in a box: weather, enterprises, meters, stacks and gates"},
        .examples = {"qingkong-sim run --seed 7 --enterprises 40"},
        .commands =
            {{.name = "run",
              .what = {"在仿真时间中演一遍，过程记录写到标准输出",
                       "a story in simulated time; the transcript goes to standard output"},
              .options = joined({stage_options(),
                                 {option("keep", "FOLDER",
                                         {"新目录，守护进程的数据库留在其中",
                                          "a new folder in which the daemon's database stays"})}}),
              .examples = {"qingkong-sim run --seed 7 --enterprises 40",
                           "qingkong-sim run --keep build/december"},
              .run = run_story},
             live_command(),
             prove_command(),
             {.name = "region",
              .what = {"把虚构的清单写入目录", "writes the invented inventory to a folder"},
              .options = joined({stage_options(),
                                 {option("out", "FOLDER", {"写入的目录", "folder to write to"}),
                                  flag("print-start",
                                       {"输出故事开始的时间，供守护进程的时钟使用",
                                        "prints when the story begins, for the daemon's clock"})}}),
              .examples = {"qingkong-sim region --enterprises 40 --out build/region"},
              .run = write_region}},
    };
}

}  // namespace

int main(int argc, char** argv) {
    try {
        // A story has its own time; when it was called says nothing.
        return qk::command_line::run(qingkong_sim(), {argv + 1, argv + argc}, {});
    } catch (const std::exception& failure) {
        std::cerr << "qingkong-sim: " << failure.what() << "\n";
        return kUnreachable;
    }
}
