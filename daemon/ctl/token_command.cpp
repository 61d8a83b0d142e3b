// qingkongctl token new: a bearer token for one person. The token goes to a file of the person's
// own, the
// [[person]] entry with its hash to standard output, ready for the people file.
#include <sys/stat.h>

#include <iostream>

#include "daemon/access/token.hpp"
#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

namespace {

int make(const Call& call) {
    const std::string out = *call.text("out");
    const std::string region = call.text_or_default("region");
    const auto expires = call.text("expires");
    if (expires && !rules::parse_day(*expires)) {
        std::cerr << "--expires: '" << *expires << "' is no day: 2026-12-31\n";
        return kBadUsage;
    }
    std::string roles;
    for (const std::string& role : call.texts("role")) {
        if (!daemon::parse_role(role)) {
            std::cerr << "--role: '" << role << "': see 'qingkongctl token new --help'\n";
            return kBadUsage;
        }
        if (daemon::parse_role(role) == daemon::Role::kCountyOfficer && region.empty()) {
            std::cerr << "--region: is missing: the code of the county that a county_officer is "
                         "of, for example 411002\n";
            return kBadUsage;
        }
        roles += (roles.empty() ? "\"" : ", \"") + role + "\"";
    }
    const std::string token = daemon::new_token();
    const mode_t before = umask(0077);
    const auto written = write_file(out, token + "\n");
    umask(before);
    if (!written) {
        std::cerr << rules::to_text(written.error());
        return kBadUsage;
    }
    std::cout << "[[person]]\nid = \"" << *call.text("id") << "\"\nname = \"" << *call.text("name")
              << "\"\nroles = [" << roles << "]\nregion = \"" << region << "\"\ntoken_sha256 = \""
              << daemon::token_hash(token) << "\"\n";
    if (expires) std::cout << "expires = " << *expires << "\n";
    return kHolds;
}

}  // namespace

Command token_command() {
    return {
        .name = "token",
        .what = {"生成个人访问令牌", "make a person's access token"},
        .commands =
            {{.name = "new",
              .what = {"令牌写入文件，供人员文件用的 [[person]] 条目输出到标准输出",
                       "the token goes to a file, the [[person]] entry for the people file to "
                       "standard output"},
              .options =
                  {option("id", "ID", {"账号，如 zhang.wei", "account, for example zhang.wei"})
                       .required(),
                   option(
                       "name", "NAME",
                       {"公文中的姓名，如 张伟", "name as printed in documents, for example 张伟"})
                       .required(),
                   option("role",
                          "duty_officer|approver|inspector|county_officer|auditor|admin|feed|"
                          "sms_gateway|addressee",
                          {"角色", "what the person may do"})
                       .each()
                       .required(),
                   option("region", "CODE",
                          {"行政区划代码，空为全部；county_officer 必填",
                           "region code, empty for all; a county_officer needs one"}),
                   option("expires", "DAY",
                          {"最后有效日，如 2026-12-31", "last day on which it is taken"}),
                   option(
                       "out", "FILE",
                       {"令牌文件，仅本人可读", "file for the token, made readable by you alone"})
                       .required()},
              .examples = {"qingkongctl token new --id zhang.san --name 张三 --role duty_officer "
                           "--out duty.token"},
              .run = make}},
    };
}

}  // namespace qk::ctl
