// qingkongctl call METHOD PATH: any call of the API, its answer as it comes. `events` follows the stream.
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/online.hpp"

namespace qk::ctl {

namespace po = boost::program_options;

int call_command(const Arguments& arguments) {
    po::options_description options("options");
    Daemon::add_options(options);
    options.add_options()("method", po::value<std::string>(), "GET or POST")(
        "path", po::value<std::string>(), "for example /api/v1/warnings")(
        "body", po::value<std::string>(), "text of the body")(
        "file", po::value<std::string>(), "file with the body, - for standard input")(
        "type", po::value<std::string>()->default_value("application/json"), "content type");
    const auto values = parse_arguments("call", arguments, options, {"method", "path"});
    if (!values) return values.exit_code();
    const auto method = text_of(*values, "method");
    const auto path = text_of(*values, "path");
    const auto daemon = Daemon::from(*values);
    if (!daemon) {
        std::cerr << rules::to_text(daemon.error());
        return kBadUsage;
    }
    if (!method || !path || !path->starts_with('/')) {
        std::cerr << "usage: qingkongctl call METHOD /PATH [--body TEXT | --file FILE]\n";
        return kBadUsage;
    }
    std::string body = text_of(*values, "body").value_or("");
    if (const auto file = text_of(*values, "file")) {
        auto bytes = read_file(*file);
        if (!bytes) {
            std::cerr << rules::to_text(bytes.error());
            return kBadUsage;
        }
        body = std::move(*bytes);
    }
    const auto answer = daemon->call(*method, *path, body, (*values)["type"].as<std::string>());
    if (!answer || !answer->is_good()) return explain_failure(answer);
    std::cout << answer->body << "\n";
    return kHolds;
}

int events_command(const Arguments& arguments) {
    po::options_description options("options");
    Daemon::add_options(options);
    const auto values = parse_arguments("events", arguments, options);
    if (!values) return values.exit_code();
    const auto daemon = Daemon::from(*values);
    if (!daemon) {
        std::cerr << rules::to_text(daemon.error());
        return kBadUsage;
    }
    const auto print_piece = [](std::string_view piece) {
        std::cout << piece << std::flush;
        return static_cast<bool>(std::cout);
    };
    const auto answer = daemon->follow("/api/v1/events", print_piece);
    return answer && answer->is_good() ? kHolds : explain_failure(answer);
}

}  // namespace qk::ctl
