// qingkongctl: picks the command by its name. What each does stands in its own file.
#include <chrono>
#include <iostream>
#include <string_view>

#include "daemon/ctl/commands.hpp"

namespace {

using qk::ctl::Arguments;

struct Command {
    std::string_view name;
    int (*run)(const Arguments&);
    std::string_view summary;
};

constexpr Command kCommands[] = {
    {"aqi", qk::ctl::aqi_command, "index of one value, or of hourly concentrations"},
    {"backtest", qk::ctl::backtest_command, "what standards would have done over past years"},
    {"call", qk::ctl::call_command, "one call of a running daemon"},
    {"catalogue", qk::ctl::catalogue_command, "check, list and show measures by trade"},
    {"derive", qk::ctl::derive_command, "what every enterprise owes at a level, and the floors"},
    {"events", qk::ctl::events_command, "follow what a running daemon does"},
    {"floor", qk::ctl::floor_command, "what would meet a missed floor"},
    {"forecast", qk::ctl::forecast_command,
     "push forecasts, see pulls, and how good past ones were"},
    {"inventory", qk::ctl::inventory_command, "check, compare and map reduction inventories"},
    {"key", qk::ctl::key_command, "make the bureau's signing key"},
    {"notice", qk::ctl::notice_command, "who must begin to come down because a level is likely"},
    {"pack", qk::ctl::pack_command, "check, list and show region rule packs"},
    {"paper", qk::ctl::paper_command, "write operating plans, boards, the public list, task lists"},
    {"plan", qk::ctl::plan_command, "what changes between two plans"},
    {"prompt", qk::ctl::prompt_command, "regional prompts of higher tiers, and who has followed"},
    {"season", qk::ctl::season_command, "peak-shift and seasonal control: duties of a day, debts"},
    {"standard", qk::ctl::standard_command, "check, list, show and compare trigger standards"},
    {"targets", qk::ctl::targets_command, "county targets, and how far each has come"},
    {"token", qk::ctl::token_command, "make a person's access token"},
    {"trigger", qk::ctl::trigger_command, "which warnings a forecast calls for"},
    {"verify", qk::ctl::verify_command, "judge obligations by meter and stack readings"},
    {"warning", qk::ctl::warning_command, "propose, consult on, sign, change and explain warnings"},
};

void print_usage(std::ostream& out) {
    out << "usage: qingkongctl COMMAND [OPTIONS]\n\n";
    for (const Command& command : kCommands) {
        out << "  " << command.name << std::string(14 - command.name.size(), ' ') << command.summary
            << "\n";
    }
    out << "\n'qingkongctl COMMAND --help' lists the options of a command.\n";
}

int run(const Arguments& arguments) {
    if (arguments.empty()) {
        print_usage(std::cerr);
        return qk::ctl::kBadUsage;
    }
    const std::string& name = arguments.front();
    if (name == "--help" || name == "-h" || name == "help") {
        print_usage(std::cout);
        return qk::ctl::kHolds;
    }
    for (const Command& command : kCommands) {
        if (command.name == name) {
            return command.run(Arguments(arguments.begin() + 1, arguments.end()));
        }
    }
    std::cerr << "qingkongctl: no command '" << name << "': see 'qingkongctl --help'\n";
    return qk::ctl::kBadUsage;
}

}  // namespace

int main(int argc, char** argv) {
    qk::ctl::set_now(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    const int code = run(Arguments(argv + 1, argv + argc));
    std::cout.flush();
    if (std::cout) return code;
    // A full disk or a closed pipe: what was asked for has not arrived whole.
    std::cerr << "qingkongctl: the output cannot be written whole: look at the disk or the pipe\n";
    return qk::ctl::kBadUsage;
}
