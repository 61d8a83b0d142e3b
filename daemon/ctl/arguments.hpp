// Command-line arguments of one command, over Boost.Program_options.
#pragma once

#include <boost/program_options.hpp>
#include <optional>
#include <string>
#include <vector>

namespace qk::ctl {

// What the person typed after the command's name, parsed against `options`. `positional` names the
// option that takes bare arguments (may be repeated). On wrong usage: a sentence and the command's
// options on stderr, and an empty answer; the command then returns kBadUsage.
[[nodiscard]] std::optional<boost::program_options::variables_map> parse_arguments(
    const std::string& command, const std::vector<std::string>& arguments,
    const boost::program_options::options_description& options,
    const std::vector<std::string>& positional = {});

[[nodiscard]] std::optional<std::string> text_of(
    const boost::program_options::variables_map& values, const std::string& name);

}  // namespace qk::ctl
