// qingkong-sim: a region in a box. `run` plays a story in simulated time, `live` against a running
// daemon, `region` writes the inventory that either of them uses.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "daemon/command_line/command_line.hpp"
#include "sim/files.hpp"
#include "sim/live/live.hpp"
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
