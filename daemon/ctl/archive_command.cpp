// qingkongctl archive: a season in one file that can be opened, and proved, years later.
//
//   archive make FILE --from DAY --to DAY   while the daemon runs
//   archive check FILE                      every row, the audit log and the signature
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/backup/archive.hpp"
#include "daemon/ctl/keeping_commands.hpp"
#include "daemon/ctl/output.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr int kNiceness = 10;  // intake and decisions come first

int show(const Call& call, const daemon::ArchiveFacts& facts) {
    json::object notes;
    Table table{{"what", "answer"}, {}};
    for (const auto& [name, value] : facts.notes) {
        notes[name] = value;
        table.rows.push_back({name, value});
    }
    const json::object whole{{"signed_by", facts.signed_by},
                             {"audit_entries", facts.audit_entries},
                             {"notes", std::move(notes)}};
    print(std::cout, format_of(call), whole, table);
    return kHolds;
}

int make(const Call& call) {
    (void)::setpriority(PRIO_PROCESS, 0, kNiceness);
    ::umask(077);
    daemon::ArchiveWish wish;
    wish.configuration = call.text_or_default("config");
    wish.file = *call.text("file");
    wish.now = call.now();
    const auto from = rules::parse_day(*call.text("from"));
    const auto to = rules::parse_day(*call.text("to"));
    if (!from || !to) {
        std::cerr << "起止为日期 / the ends are days: --from 2025-11-01 --to 2026-03-31\n";
        return kBadUsage;
    }
    wish.season = {rules::start_of(*from, rules::kBeijingTime),
                   rules::start_of(*to, rules::kBeijingTime) + std::chrono::hours{24}};
    const auto facts = daemon::make_archive(wish);
    if (!facts) {
        print_faults(facts.error());
        return kBadUsage;
    }
    std::cerr << fmt::format(
        "已存档，只读；不含密钥和口令；签名密钥指纹 {0} / made, read-only, without keys and "
        "passwords; "
        "signed by the key {0}\n",
        facts->signed_by);
    return show(call, *facts);
}

int check(const Call& call) {
    const auto facts =
        daemon::check_archive(*call.text("file"), call.text_or_default("fingerprint"));
    if (!facts) {
        print_faults(facts.error());
        return kNegative;
    }
    std::cerr << fmt::format(
        "存档完整：每一行、审计链和签名都对，签名密钥指纹 {0} / every row, the audit log and the "
        "signature "
        "are right; signed by the key {0}\n",
        facts->signed_by);
    return show(call, *facts);
}

}  // namespace

Command archive_command() {
    return {
        .name = "archive",
        .what = {"一个采暖季存成一个文件，多年以后只读打开并可证明",
                 "a season as one file that can be opened read-only, and proved, years later"},
        .commands =
            {{.name = "make",
              .what = {"从运行中的数据库生成存档；不含密钥",
                       "make it of a database in use; it holds no keys"},
              .options = {place("file", "FILE", {"存档文件", "the archive"}).required(),
                          option("from", "DAY", {"第一天", "first day"}).required(),
                          option("to", "DAY", {"最后一天", "last day"}).required(),
                          option("config", "FILE",
                                 {"守护进程的配置", "configuration of the daemon"})
                              .or_else("/etc/qingkong/qingkong.toml"),
                          format_option()},
              .examples = {"qingkongctl archive make season-2025.qka --from 2025-11-01 --to "
                           "2026-03-31"},
              .run = make},
             {.name = "check",
              .what = {"核对存档的每一行、审计链和签名；不符时退出码为 1",
                       "hold every row, the audit log and the signature against what was signed; "
                       "exit code 1 where they differ"},
              .options = {place("file", "FILE", {"存档文件", "the archive"}).required(),
                          option("fingerprint", "TEXT",
                                 {"签名密钥的指纹，取自纸面",
                                  "of the key that must have signed, from paper"}),
                          format_option()},
              .examples = {"qingkongctl archive check season-2025.qka"},
              .run = check}},
    };
}

}  // namespace qk::ctl
