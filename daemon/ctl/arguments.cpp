#include "daemon/ctl/arguments.hpp"

#include <iostream>

namespace qk::ctl {

namespace po = boost::program_options;

ParsedArguments parse_arguments(const std::string& command,
                                const std::vector<std::string>& arguments,
                                const po::options_description& options,
                                const std::vector<std::string>& positional) {
    po::options_description all(options);
    all.add_options()("help,h", "show this help");
    po::positional_options_description places;
    for (std::size_t i = 0; i < positional.size(); ++i) {
        places.add(positional[i].c_str(), i + 1 == positional.size() ? -1 : 1);
    }
    po::variables_map values;
    try {
        // "-" (standard input) is an argument, not an option.
        po::store(po::command_line_parser(arguments)
                      .options(all)
                      .positional(places)
                      .style(po::command_line_style::default_style &
                             ~po::command_line_style::allow_guessing)
                      .run(),
                  values);
        // Who asks for help need not know what is required.
        if (values.count("help") != 0) {
            std::cout << "qingkongctl " << command << "\n" << all;
            return kHolds;
        }
        po::notify(values);
    } catch (const po::error& error) {
        std::cerr << "qingkongctl " << command << ": " << error.what() << ": see 'qingkongctl "
                  << command << " --help'\n";
        return kBadUsage;
    }
    return values;
}

bool asks_for_help(const std::vector<std::string>& arguments) {
    return !arguments.empty() && (arguments.front() == "--help" || arguments.front() == "-h");
}

std::optional<std::string> text_of(const po::variables_map& values, const std::string& name) {
    if (values.count(name) == 0) return std::nullopt;
    return values[name].as<std::string>();
}

}  // namespace qk::ctl
