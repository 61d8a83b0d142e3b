// qingkongctl enterprise key: the keys with which enterprises sign their receipts, at a running
// daemon.
#include <boost/json/object.hpp>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

std::string path_of(const Call& call) {
    return "/api/v1/enterprises/" + url_encoded(*call.text("id")) + "/keys";
}

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(
        online->daemon.call("GET", path_of(call)), online->format, "items",
        {"number", "fingerprint", "registered_at", "registered_by", "revoked_at", "revoked_why"});
}

int change(const Call& call, const char* what) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const json::object body{{"key", *call.text("key")}, {"reason", *call.text("reason")}};
    return show_rows(online->daemon.call("POST", path_of(call) + what, plans::to_text(body)),
                     online->format, "items", {"enterprise", "fingerprint"});
}

int add(const Call& call) { return change(call, ""); }
int revoke(const Call& call) { return change(call, "/revoke"); }

}  // namespace

Command enterprise_key_command() {
    const auto id = place("id", "ID", {"企业编号", "the enterprise's id"}).required();
    const auto key =
        place("key", "HEX",
              {"企业公钥：'qingkong-agent new-key' 所示64位十六进制",
               "its public key: the 64 hex digits that 'qingkong-agent new-key' prints"})
            .required();
    const auto reason =
        option("reason", "TEXT", {"如何核对，或为何撤销", "how it was compared, or why"})
            .required();
    return {
        .name = "key",
        .what = {"企业签收密钥：登记、列出、撤销",
                 "keys with which enterprises sign receipts: add, list, revoke"},
        .commands =
            {{.name = "add",
              .what = {"登记：此后以该密钥签名的回执为“已证明”",
                       "register: receipts signed with it are proved from now on"},
              .options = joined({{id, key, reason}, online_options()}),
              .examples = {"qingkongctl enterprise key add 91410181MA9TAMP01T "
                           "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29 "
                           "--reason 电话核对指纹"},
              .run = add},
             {.name = "list",
              .what = {"列出一家企业登记过的密钥", "those that were ever registered for one"},
              .options = joined({{id}, online_options()}),
              .examples = {"qingkongctl enterprise key list 91410181MA9TAMP01T"},
              .run = list},
             {.name = "revoke",
              .what = {"撤销：此后到达的该密钥签名不再可信",
                       "revoke: what arrives signed with it from now on has a wrong signature"},
              .options = joined({{id, key, reason}, online_options()}),
              .examples = {"qingkongctl enterprise key revoke 91410181MA9TAMP01T "
                           "3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29 "
                           "--reason 更换设备"},
              .run = revoke}},
    };
}

}  // namespace qk::ctl
