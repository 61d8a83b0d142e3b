// qingkongctl backup and restore: the whole of an installation as one set, and back.
//
//   backup DIR               takes a set into DIR while the daemon runs
//   restore DIR              looks through the set and writes nothing
//   restore DIR --into ROOT  puts every file back to its place below ROOT; / is this machine
//
// Exit code 1 when what was put back does not answer as the manifest says; 2 when nothing was
// written.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/backup/backup_set.hpp"
#include "daemon/backup/restore_set.hpp"
#include "daemon/ctl/keeping_commands.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json_values.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

using daemon::Manifest;
using daemon::SetFile;

constexpr int kNiceness = 10;  // intake and decisions come first
constexpr double kMebibyte = 1024.0 * 1024.0;

double mebibytes_of(const Manifest& manifest) {
    std::uint64_t bytes = 0;
    for (const SetFile& file : manifest.files) bytes += file.facts.bytes;
    return static_cast<double>(bytes) / kMebibyte;
}

void tell_secrets(const Manifest& manifest) {
    std::size_t secrets = 0;
    for (const SetFile& file : manifest.files) secrets += file.is_secret ? 1 : 0;
    if (manifest.has_keys && secrets > 0) {
        std::cerr << fmt::format(
            "注意：其中有 {0} 个密钥或口令文件，未加密；加密后再送出本机，或用 --without-keys / "
            "note: it "
            "holds {0} files with keys or passwords, not encrypted; encrypt it before it leaves "
            "this "
            "host, or use --without-keys\n",
            secrets);
    }
    if (!manifest.has_keys) {
        std::cerr
            << "不含密钥：签名私钥须另有离线副本，否则恢复后不能运行 / without keys: keep the "
               "signing key offline, or what is restored cannot run\n";
    }
    for (const std::string& one : manifest.left_out) {
        std::cerr << fmt::format("未包括 / left out: {}\n", one);
    }
}

json::object summary_of(const Manifest& manifest) {
    json::object state;
    for (const auto& [name, answer] : manifest.state) state[name] = answer;
    return {{"made_at", rules::to_iso(manifest.made_at, rules::kBeijingTime)},
            {"files", manifest.files.size()},
            {"mebibytes", mebibytes_of(manifest)},
            {"keys", manifest.has_keys},
            {"left_out", plans::texts(manifest.left_out)},
            {"signed_by", plans::fingerprint_of(manifest.key)},
            {"state", std::move(state)}};
}

Table table_of(const Manifest& manifest) {
    Table table{{"what", "answer"}, {}};
    for (const auto& [name, answer] : manifest.state) table.rows.push_back({name, answer});
    return table;
}

int back_up(const Call& call) {
    (void)::setpriority(PRIO_PROCESS, 0, kNiceness);
    ::umask(077);
    daemon::BackupWish wish;
    wish.configuration = call.text_or_default("config");
    wish.folder = *call.text("folder");
    wish.also = call.texts("also");
    wish.has_keys = !call.has("without-keys");
    wish.now = call.now();
    const auto tell = [](std::string_view done) { std::cerr << done << "\n"; };
    const auto manifest = daemon::take_backup(wish, tell);
    if (!manifest) {
        print_faults(manifest.error());
        return kBadUsage;
    }
    print(std::cout, format_of(call), summary_of(*manifest), table_of(*manifest));
    std::cerr << fmt::format(
        "已备份 {0} 个文件，{1:.1f} MiB，签名密钥指纹 {2} / {0} files, {1:.1f} MiB, signed by the "
        "key {2}\n",
        manifest->files.size(), mebibytes_of(*manifest), plans::fingerprint_of(manifest->key));
    tell_secrets(*manifest);
    return kHolds;
}

int compare(const Call& call, const Manifest& manifest, const std::string& root) {
    const daemon::Verified verified = daemon::verify_restored(manifest, root);
    json::array answers;
    Table table{{"what", "then", "now", "same"}, {}};
    for (const daemon::ComparedAnswer& one : verified.answers) {
        answers.emplace_back(json::object{
            {"name", one.name}, {"then", one.then}, {"now", one.now}, {"same", one.is_same()}});
        table.rows.push_back({one.name, one.then, one.now, one.is_same() ? "yes" : "NO"});
    }
    const json::object whole{{"holds", verified.holds()},
                             {"audit_entries", verified.audit_entries},
                             {"answers", std::move(answers)}};
    print(std::cout, format_of(call), whole, table);
    print_faults(verified.faults);
    std::cerr << (verified.holds()
                      ? "恢复的一套与备份时回答一致 / what was put back answers as then\n"
                      : "恢复的一套与备份时不一致，不要使用 / what was put back does not "
                        "answer as then: do not use it\n");
    return verified.holds() ? kHolds : kNegative;
}

int restore(const Call& call) {
    ::umask(077);
    const std::string folder = *call.text("folder");
    const auto manifest = daemon::check_set(folder, call.text_or_default("fingerprint"));
    if (!manifest) {
        print_faults(manifest.error());
        return kBadUsage;
    }
    std::cerr << fmt::format(
        "这套备份完整：{} 个文件，{:.1f} MiB，作于 {} / the set is whole, signed by the key {}\n",
        manifest->files.size(), mebibytes_of(*manifest),
        rules::to_iso(manifest->made_at, rules::kBeijingTime),
        plans::fingerprint_of(manifest->key));
    tell_secrets(*manifest);
    const auto root = call.text("into");
    if (!root) {
        print(std::cout, format_of(call), summary_of(*manifest), table_of(*manifest));
        return kHolds;
    }
    const rules::Faults faults = daemon::restore_set(folder, *manifest, *root);
    if (!faults.empty()) {
        print_faults(faults);
        return kBadUsage;
    }
    std::cerr << fmt::format("已恢复；配置在 / restored; the configuration is {}\n",
                             daemon::place_of(*root, manifest->configuration));
    if (call.has("verify")) return compare(call, *manifest, *root);
    print(std::cout, format_of(call), summary_of(*manifest), table_of(*manifest));
    return kHolds;
}

}  // namespace

Command backup_command() {
    return {
        .name = "backup",
        .what = {"在线备份：数据库、接收日志、密钥和配置成一套，守护进程照常运行",
                 "take database, journal, keys and configuration as one set while the daemon runs"},
        .options = {place(
                        "folder", "DIR",
                        {"备份文件夹；已有的一套在新的写完之后被替换",
                         "folder of the set; an earlier set there is replaced when the new one is "
                         "whole"})
                        .required(),
                    option("config", "FILE", {"守护进程的配置", "configuration of the daemon"})
                        .or_else("/etc/qingkong/qingkong.toml"),
                    option("also", "PATH",
                           {"另外包括的文件或文件夹，例如消息服务器的文件夹",
                            "a file or folder beside it, such as that of the broker"})
                        .each(),
                    flag("without-keys", {"不含签名私钥、口令和 TLS 私钥",
                                          "leave out the signing key, passwords and keys of TLS"}),
                    format_option()},
        .examples = {"qingkongctl backup /srv/backup/2025-11-30",
                     "qingkongctl backup /srv/backup/today --also /var/lib/qingkong-broker"},
        .run = back_up,
    };
}

Command restore_command() {
    return {
        .name = "restore",
        .what = {"检查一套备份，或恢复到指定的根下并核对",
                 "look through a set, or put it back below a root and compare"},
        .options = {place("folder", "DIR", {"备份文件夹", "folder of the set"}).required(),
                    option("into", "ROOT",
                           {"恢复到此文件夹之下，各文件在原来的路径上；/ 为本机；已有的文件不覆盖",
                            "put every file to its path below this folder; / is this machine; "
                            "nothing is written over"}),
                    flag("verify", {"恢复后查全部数据页和审计链，并与备份时的回答逐项比较",
                                    "then read every page and the whole audit log and compare each "
                                    "answer with that of the backup"}),
                    option("fingerprint", "TEXT",
                           {"签名密钥的指纹，取自纸面",
                            "of the key that must have signed, from paper"}),
                    format_option()},
        .examples = {"qingkongctl restore /srv/backup/2025-11-30",
                     "qingkongctl restore /srv/backup/2025-11-30 --into /srv/try --verify",
                     "qingkongctl restore /srv/backup/2025-11-30 --into / --verify"},
        .run = restore,
    };
}

}  // namespace qk::ctl
