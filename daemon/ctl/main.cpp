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
    {"inventory", qk::ctl::inventory_command, "check, compare and map reduction inventories"},
    {"key", qk::ctl::key_command, "make the bureau's signing key"},
    {"pack", qk::ctl::pack_command, "check, list and show region rule packs"},
    {"paper", qk::ctl::paper_command, "write operating plans, boards, the public list, task lists"},
    {"plan", qk::ctl::plan_command, "what changes between two plans"},
    {"prompt", qk::ctl::prompt_command, "regional prompts of higher tiers, and who has followed"},
    {"standard", qk::ctl::standard_command, "check, list, show and compare trigger standards"},
    {"token", qk::ctl::token_command, "make a person's access token"},
    {"trigger", qk::ctl::trigger_command, "which warnings a forecast calls for"},
    {"verify", qk::ctl::verify_command, "judge obligations by meter and stack readings"},
    {"warning", qk::ctl::warning_command, "propose, consult on, sign, change and explain warnings"},
};

int print_usage() {
    std::cerr << "usage: qingkongctl COMMAND [OPTIONS]\n\n";
    for (const Command& command : kCommands) {
        if (command.run == nullptr) continue;
        std::cerr << "  " << command.name << std::string(14 - command.name.size(), ' ')
                  << command.summary << "\n";
    }
    std::cerr << "\n'qingkongctl COMMAND --help' lists the options of a command.\n";
    return qk::ctl::kBadUsage;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments(argv + 1, argv + argc);
    qk::ctl::set_now(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
    if (arguments.empty()) return print_usage();
    for (const Command& command : kCommands) {
        if (command.run != nullptr && command.name == arguments.front()) {
            return command.run(Arguments(arguments.begin() + 1, arguments.end()));
        }
    }
    std::cerr << "qingkongctl: no command '" << arguments.front() << "'\n";
    return print_usage();
}
