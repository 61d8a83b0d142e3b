// qingkong-sim: a region in a box. `run` plays a story in simulated time, `live` against a running
// daemon, `region` writes the inventory that either of them uses.
#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <charconv>
#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "sim/files.hpp"
#include "sim/live/live.hpp"
#include "sim/run/run.hpp"
#include "sim/story/stage.hpp"

namespace {

namespace po = boost::program_options;
using qk::sim::StageOptions;
using Arguments = std::vector<std::string>;

constexpr int kBadUsage = 2;
constexpr int kUnreachable = 3;

po::options_description stage_options() {
    po::options_description options("options");
    options.add_options()("seed", po::value<std::uint64_t>(), "seed of all randomness")(
        "enterprises", po::value<int>(), "how many are invented")(
        "scenario", po::value<std::string>(), "scenario (TOML); without one, December 2015")(
        "help", "this text");
    return options;
}

struct Parsed {
    po::variables_map values;
    std::string wrong;  // why the arguments are wrong; empty when they are right
};

Parsed parse(const Arguments& arguments, const po::options_description& options) {
    Parsed parsed;
    po::positional_options_description positional;
    positional.add("scenario", 1);
    try {
        po::store(po::command_line_parser(arguments).options(options).positional(positional).run(),
                  parsed.values);
        po::notify(parsed.values);
    } catch (const po::error& error) {
        parsed.wrong = error.what();
    }
    return parsed;
}

std::string text_of(const po::variables_map& values, const char* name) {
    return values.count(name) > 0 ? values[name].as<std::string>() : std::string();
}

StageOptions stage_of(const po::variables_map& values) {
    StageOptions stage;
    stage.scenario_file = text_of(values, "scenario");
    if (values.count("seed") > 0) stage.seed = values["seed"].as<std::uint64_t>();
    if (values.count("enterprises") > 0) stage.enterprises = values["enterprises"].as<int>();
    return stage;
}

int usage(const po::options_description& options, const std::string& command,
          const std::string& wrong) {
    if (!wrong.empty()) std::cerr << "qingkong-sim " << command << ": " << wrong << "\n";
    std::cerr << "usage: qingkong-sim " << command << " [OPTIONS] [SCENARIO.toml]\n"
              << options << "\n";
    return wrong.empty() ? 0 : kBadUsage;
}

int report(const qk::rules::Faults& faults) {
    std::cerr << qk::rules::to_text(faults);
    return kBadUsage;
}

bool is_sound(const StageOptions& stage, const po::options_description& options,
              const std::string& command, int& code) {
    if (!stage.enterprises) return true;
    if (*stage.enterprises > 0 && *stage.enterprises <= qk::sim::kEnterprisesMax) return true;
    code = usage(options, command, "--enterprises must be 1 to 50000");
    return false;
}

int run_command(const Arguments& arguments) {
    const auto options = stage_options();
    const Parsed parsed = parse(arguments, options);
    if (!parsed.wrong.empty() || parsed.values.count("help") > 0) {
        return usage(options, "run", parsed.wrong);
    }
    int code = 0;
    const StageOptions stage = stage_of(parsed.values);
    if (!is_sound(stage, options, "run", code)) return code;
    const auto ledger = qk::sim::run_episode(stage, std::cout);
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

int live_command(const Arguments& arguments) {
    auto options = stage_options();
    options.add_options()("api", po::value<std::string>()->required(), "http://127.0.0.1:PORT")(
        "token-file", po::value<std::string>()->required(), "a line 'role TOKEN' for each role")(
        "broker", po::value<std::string>()->required(), "HOST:PORT")(
        "broker-user", po::value<std::string>(), "user name at the broker")(
        "broker-password-file", po::value<std::string>(), "file with the password")(
        "per-client", po::value<int>(), "enterprises that share one connection (1)")(
        "mqtt3", "speak MQTT 3.1.1 instead of 5")(
        "real-time", "follow the daemon's own clock instead of driving it");
    const Parsed parsed = parse(arguments, options);
    if (parsed.values.count("help") > 0) return usage(options, "live", "");
    if (!parsed.wrong.empty()) return usage(options, "live", parsed.wrong);
    int code = 0;
    const StageOptions stage = stage_of(parsed.values);
    if (!is_sound(stage, options, "live", code)) return code;
    qk::sim::LiveOptions live;
    const auto origin = qk::sim::parse_origin(text_of(parsed.values, "api"));
    if (!origin) return report(origin.error());
    live.api = *origin;
    const auto endpoint = endpoint_of(text_of(parsed.values, "broker"));
    if (!endpoint) return usage(options, "live", "--broker must be HOST:PORT");
    live.broker = *endpoint;
    const std::string token_file = text_of(parsed.values, "token-file");
    const auto token_text = qk::sim::read_file(token_file);
    if (!token_text) return report(token_text.error());
    const auto tokens = qk::sim::read_tokens(*token_text, token_file);
    if (!tokens) return report(tokens.error());
    live.tokens = *tokens;
    live.user = text_of(parsed.values, "broker-user");
    if (parsed.values.count("broker-password-file") > 0) {
        const auto password = qk::sim::read_file(text_of(parsed.values, "broker-password-file"));
        if (!password) return report(password.error());
        live.password = password->substr(0, password->find_last_not_of("\r\n") + 1);
    }
    if (parsed.values.count("per-client") > 0) {
        live.enterprises_per_client = parsed.values["per-client"].as<int>();
    }
    if (parsed.values.count("mqtt3") > 0) live.version = qk::sim::MqttVersion::k311;
    live.drives_clock = parsed.values.count("real-time") == 0;
    const auto started = std::chrono::steady_clock::now();
    const auto ledger = qk::sim::play_live(stage, std::move(live), std::cout);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    if (ledger) {
        std::cout << fmt::format("  {:<14} {:.1f} s\n", "took", took.count());
        return qk::sim::exit_code_of(*ledger);
    }
    report(ledger.error());
    return kUnreachable;
}

int region_command(const Arguments& arguments) {
    auto options = stage_options();
    options.add_options()("out", po::value<std::string>(), "folder to write to")(
        "print-start", "prints when the story begins, for the daemon's clock");
    const Parsed parsed = parse(arguments, options);
    if (parsed.values.count("help") > 0) return usage(options, "region", "");
    if (!parsed.wrong.empty()) return usage(options, "region", parsed.wrong);
    int code = 0;
    const StageOptions wanted = stage_of(parsed.values);
    if (!is_sound(wanted, options, "region", code)) return code;
    const auto stage = qk::sim::set_stage(wanted);
    if (!stage) return report(stage.error());
    if (parsed.values.count("print-start") > 0) {
        const qk::sim::Scenario& scenario = stage->scenario;
        std::cout << qk::rules::to_iso(scenario.start, scenario.zone) << "\n";
    }
    const std::string folder = text_of(parsed.values, "out");
    if (folder.empty()) return 0;
    const auto written = qk::sim::write_tables(folder, stage->tables);
    return written ? 0 : report(written.error());
}

int print_usage() {
    std::cerr << "usage: qingkong-sim COMMAND [OPTIONS]\n\n"
                 "  run      a story in simulated time; the transcript goes to standard output\n"
                 "  live     a story against a running daemon and a real broker\n"
                 "  region   writes the invented inventory to a folder\n\n"
                 "'qingkong-sim COMMAND --help' lists the options of a command.\n";
    return kBadUsage;
}

int dispatch(const Arguments& arguments) {
    if (arguments.empty()) return print_usage();
    const Arguments rest(arguments.begin() + 1, arguments.end());
    if (arguments.front() == "run") return run_command(rest);
    if (arguments.front() == "live") return live_command(rest);
    if (arguments.front() == "region") return region_command(rest);
    std::cerr << "qingkong-sim: no command '" << arguments.front() << "'\n";
    return print_usage();
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return dispatch(Arguments(argv + 1, argv + argc));
    } catch (const std::exception& failure) {
        std::cerr << "qingkong-sim: " << failure.what() << "\n";
        return kUnreachable;
    }
}
