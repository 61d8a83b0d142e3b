// Command-line arguments of one command, over Boost.Program_options.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/ctl/exit_code.hpp"

namespace qk::ctl {

// The options of one command, or the exit code with which it is over: wrong usage, or help shown.
class ParsedArguments {
 public:
    using Values = boost::program_options::variables_map;

    ParsedArguments(Values values) : values_(std::move(values)) {}
    ParsedArguments(ExitCode over) : over_(over) {}

    explicit operator bool() const { return values_.has_value(); }
    const Values& operator*() const { return *values_; }
    const Values* operator->() const { return &*values_; }
    [[nodiscard]] ExitCode exit_code() const { return over_; }

 private:
    std::optional<Values> values_;
    ExitCode over_ = kHolds;
};

// What the person typed after the command's name, parsed against `options`. `positional` names the
// option that takes bare arguments (may be repeated). Wrong usage: a sentence on stderr and
// kBadUsage. Asked for help: the options on stdout and kHolds, whatever else is missing.
[[nodiscard]] ParsedArguments parse_arguments(
    const std::string& command, const std::vector<std::string>& arguments,
    const boost::program_options::options_description& options,
    const std::vector<std::string>& positional = {});

// For a command of several verbs: whether help is asked for instead of a verb.
[[nodiscard]] bool asks_for_help(const std::vector<std::string>& arguments);

[[nodiscard]] std::optional<std::string> text_of(
    const boost::program_options::variables_map& values, const std::string& name);

}  // namespace qk::ctl
