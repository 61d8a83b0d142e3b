// qingkongctl token new: a bearer token for one person. The token goes to a file of the person's own, the
// [[person]] entry with its hash to standard output, ready for the people file.
#include <sys/stat.h>

#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/http/token.hpp"

namespace qk::ctl {

namespace po = boost::program_options;

int token_command(const Arguments& arguments) {
    po::options_description options("options");
    options.add_options()("verb", po::value<std::string>(), "new")(
        "id", po::value<std::string>(), "account, for example zhang.wei")(
        "name", po::value<std::string>(), "name as printed in documents, for example 张伟")(
        "role", po::value<std::vector<std::string>>(),
        "duty_officer, approver, inspector, county_officer, auditor, admin or feed; repeatable")(
        "region", po::value<std::string>()->default_value(""), "region code, empty for all")(
        "out", po::value<std::string>(), "file for the token, made readable by you alone");
    const auto values = parse_arguments("token", arguments, options, {"verb"});
    if (!values) return values.exit_code();
    const auto id = text_of(*values, "id");
    const auto name = text_of(*values, "name");
    const auto out = text_of(*values, "out");
    if (text_of(*values, "verb") != "new" || !id || !name || !out || values->count("role") == 0) {
        std::cerr << "usage: qingkongctl token new --id ID --name NAME --role ROLE --out FILE\n";
        return kBadUsage;
    }
    std::string roles;
    for (const std::string& role : (*values)["role"].as<std::vector<std::string>>()) {
        if (!daemon::parse_role(role)) {
            std::cerr << "--role: '" << role << "': see 'qingkongctl token --help'\n";
            return kBadUsage;
        }
        roles += (roles.empty() ? "\"" : ", \"") + role + "\"";
    }
    const std::string token = daemon::new_token();
    const mode_t before = umask(0077);
    const auto written = write_file(*out, token + "\n");
    umask(before);
    if (!written) {
        std::cerr << rules::to_text(written.error());
        return kBadUsage;
    }
    std::cout << "[[person]]\nid = \"" << *id << "\"\nname = \"" << *name << "\"\nroles = ["
              << roles << "]\nregion = \"" << (*values)["region"].as<std::string>()
              << "\"\ntoken_sha256 = \"" << daemon::token_hash(token) << "\"\n";
    return kHolds;
}

}  // namespace qk::ctl
