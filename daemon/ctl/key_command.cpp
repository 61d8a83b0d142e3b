// qingkongctl key: the bureau's signing key (Ed25519).
//
//   new FILE                       a new seed in FILE, its public half on standard output
//   show FILE                      the public half and its fingerprint
//   rotate FILE                    a new key in FILE; the old one is kept beside it and signs the
//   new one.
//                                  Once until qingkongd has taken it into use: it is asked, at
//                                  --url, or
//                                  --in-use names the fingerprint that it shows.
//   succeed OLD NEW                the succession document alone, for keys that are kept elsewhere
//   succeed --lost PUBLIC NEW      the same for a key that was lost: no enterprise follows by
//   itself
//
// The document stands in FILE.succession, where qingkongd looks for it at its next start.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "plans/evidence/key_history.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {

namespace {

int refuse(const rules::Faults& faults) {
    std::cerr << rules::to_text(faults);
    return kBadUsage;
}

int print_key(const plans::SigningKey& key) {
    std::cout << "key " << key.key_id() << "\npublic " << key.public_key_hex() << "\nfingerprint "
              << plans::fingerprint_of(key.public_key_hex()) << "\n";
    return kHolds;
}

std::string succession_file(const std::string& key_file) { return key_file + ".succession"; }

rules::Result<void> write_succession(const std::string& key_file,
                                     const plans::Succession& succession) {
    return write_file(succession_file(key_file), plans::canonical_text(to_json(succession)) + "\n");
}

// What was written is on the disk before anything rests on it.
bool sync_file(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool is_done = file >= 0 && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    return is_done;
}

// The document by which the key of the file came there; empty where none leads to it.
std::optional<plans::Succession> way_to(const std::string& key_file, const plans::SigningKey& key) {
    const std::string path = succession_file(key_file);
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return std::nullopt;
    const auto text = read_file(path);
    if (!text) return std::nullopt;
    const auto value = plans::parse_json(*text, path);
    if (!value) return std::nullopt;
    auto succession = plans::succession_from_json(*value, path);
    if (!succession || succession->to != key.public_key_hex()) return std::nullopt;
    return std::move(*succession);
}

// The key that a running daemon signs with; empty where none answers.
std::string key_in_use(const Call& call) {
    const auto daemon = Daemon::from(call);
    if (!daemon) return {};
    const auto answer = daemon->call("GET", "/api/v1/keys");
    if (!answer || !answer->is_good()) return {};
    const auto value = plans::parse_json(answer->body, "keys");
    if (!value) return {};
    const boost::json::value* items = plans::find_member(*value, "items");
    if (items == nullptr || !items->is_array() || items->get_array().empty()) return {};
    return plans::string_or(items->get_array().front(), "key");
}

// A fingerprint is shown in groups of four digits.
std::string without_blanks(std::string text) {
    std::erase(text, ' ');
    return text;
}

// There is one document, from the key in use to the next. A second rotation before the daemon has
// taken the first into use would write over the only way from the key in use.
rules::Result<void> check_taken(const std::string& file, const plans::SigningKey& key,
                                const Call& call) {
    const auto way = way_to(file, key);
    if (!way) return {};
    const std::string& mine = key.public_key_hex();
    if (call.has("in-use")) {
        const std::string said = without_blanks(*call.text("in-use"));
        if (plans::fingerprint_of(mine) == said || mine == said) return {};
        return rules::Faults{
            {{file, 0, 0},
             "服务所用密钥的指纹为 " + said +
                 "，与此文件的密钥不同，上次更换尚未生效 / the fingerprint in "
                 "use is not that of this file: the last rotation is not in use yet",
             "先启动 qingkongd，再更换 / start qingkongd first, then rotate"}};
    }
    if (key_in_use(call) == mine) return {};
    return rules::Faults{{{succession_file(file), 0, 0},
                          "上次更换（" + plans::fingerprint_of(way->from) + " → " +
                              plans::fingerprint_of(mine) +
                              "）尚未得到服务确认；此时再次更换，将无法从在用密钥过渡到新密钥，未做"
                              "任何改动 / nothing shows "
                              "that qingkongd has taken the last rotation into use; a second one "
                              "now would leave no way "
                              "from the key in use to the new one; nothing was changed",
                          "启动 qingkongd 后再更换（以 --url 指明其地址），或以 --in-use 写明 "
                          "/api/v1/keys 首条的指纹 / start "
                          "qingkongd and rotate again while it runs (--url says where), or name "
                          "the fingerprint that "
                          "/api/v1/keys shows first: --in-use FINGERPRINT"}};
}

// The old key goes aside before the new one takes its place: at no moment is a key lost, and until
// the last step the daemon finds the old one.
int rotate(const Call& call) {
    const std::string file = *call.text("file");
    const auto old_seed = read_seed(file);
    const auto old_key = read_key(file);
    if (!old_seed || !old_key) return refuse(old_seed ? old_key.error() : old_seed.error());
    const std::string next = file + ".next";
    const std::string aside = file + "." + old_key->key_id() + ".old";
    const auto taken = check_taken(file, *old_key, call);
    if (!taken) return refuse(taken.error());
    std::error_code error;
    if (std::filesystem::exists(next, error)) {
        return refuse(
            rules::Faults{{{next, 0, 0},
                           "上次更换中途中断，所余新密钥未曾使用 / a rotation was cut off; this "
                           "new key was never used",
                           "删除此文件后再更换 / remove this file and rotate again"}});
    }
    if (std::filesystem::exists(aside, error)) {
        return refuse(rules::Faults{{{aside, 0, 0}, "exists", "put it elsewhere first"}});
    }
    const auto new_one = new_key(next);
    if (!new_one) return refuse(new_one.error());
    std::filesystem::copy_file(file, aside, error);
    if (!error) std::filesystem::permissions(aside, std::filesystem::perms::owner_read, error);
    if (error) {
        return refuse(rules::Faults{{{aside, 0, 0}, error.message(), "a folder you may write to"}});
    }
    const auto written = write_succession(
        file, plans::succeed(*old_key, *new_one, call.now(), call.text_or_default("reason")));
    if (!written) return refuse(written.error());
    if (!sync_file(next) || !sync_file(aside) || !sync_file(succession_file(file))) {
        return refuse(
            rules::Faults{{{file, 0, 0}, "the disk does not keep it", "look at the disk"}});
    }
    std::filesystem::rename(next, file, error);
    if (error) return refuse(rules::Faults{{{file, 0, 0}, error.message(), ""}});
    std::cerr << "the old key is in " << aside
              << "\nrestart qingkongd: it signs every order again\n";
    return print_key(*new_one);
}

int succeed(const Call& call) {
    const std::string reason = call.text_or_default("reason");
    const auto first = call.text("file");
    const auto lost = call.text("lost");
    const auto new_file = lost ? first : call.text("new");
    if (!new_file || (lost && reason.empty())) {
        std::cerr << call.command()
                  << (new_file ? ": --lost 须同时给出 wants --reason TEXT\n"
                               : ": 缺少 is missing: NEW\n");
        return kBadUsage;
    }
    const auto to = read_key(*new_file);
    if (!to) return refuse(to.error());
    plans::Succession succession;
    if (lost) {
        if (plans::fingerprint_of(*lost).empty()) {
            return refuse(rules::refuse("'" + *lost + "' is no public key", "its 64 hex digits"));
        }
        succession = plans::succeed_lost(*lost, *to, call.now(), reason);
        std::cerr << "an emergency succession: enterprises refuse the new key until they are told "
                     "its fingerprint by another way\n";
    } else {
        const auto from = read_key(*first);
        if (!from) return refuse(from.error());
        succession = plans::succeed(*from, *to, call.now(), reason);
    }
    const auto written = write_succession(*new_file, succession);
    if (!written) return refuse(written.error());
    return print_key(*to);
}

int make(const Call& call) {
    const auto key = new_key(*call.text("file"));
    return key ? print_key(*key) : refuse(key.error());
}

int show(const Call& call) {
    const auto key = read_key(*call.text("file"));
    return key ? print_key(*key) : refuse(key.error());
}

}  // namespace

Command key_command() {
    const auto file = place("file", "FILE", {"密钥文件", "the key file"}).required();
    const auto reason = option("reason", "TEXT", {"更换密钥的理由", "why the key is replaced"});
    return {
        .name = "key",
        .what = {"本局签名密钥（Ed25519）：生成、查看、更换",
                 "the bureau's signing key: make, show and replace"},
        .commands =
            {{.name = "new",
              .what = {"生成新密钥，公钥输出到标准输出",
                       "a new seed in FILE, its public half on standard output"},
              .options = {file},
              .examples = {"qingkongctl key new signing.key"},
              .run = make},
             {.name = "show",
              .what = {"查看公钥及其指纹", "the public half and its fingerprint"},
              .options = {file},
              .examples = {"qingkongctl key show signing.key"},
              .run = show},
             {.name = "rotate",
              .what = {"换新密钥；旧密钥留在旁边，并为新密钥签名",
                       "a new key in FILE; the old one is kept beside it and signs the new one"},
              .options = joined(
                  {{file, reason,
                    option("in-use", "FINGERPRINT",
                           {"/api/v1/keys 首条的指纹，用于无法询问守护进程时",
                            "the fingerprint that /api/v1/keys shows first, where the daemon "
                            "cannot be asked"})},
                   connection_options()}),
              .examples = {"qingkongctl key rotate signing.key --reason 定期更换"},
              .run = rotate},
             {.name = "succeed",
              .what = {"只生成更替文件，用于另处保管的密钥；密钥丢失时用 --lost",
                       "the succession document alone, for keys that are kept elsewhere; --lost: "
                       "for a lost one"},
              .options = {place("file", "OLD",
                                {"旧密钥文件；用 --lost 时为新密钥文件",
                                 "the old key file; with --lost the new one"})
                              .required(),
                          place("new", "NEW", {"新密钥文件", "the new key file"}),
                          option("lost", "PUBLIC",
                                 {"丢失的密钥的公钥", "public key of a key that was lost"}),
                          reason},
              .examples = {"qingkongctl key succeed old.key new.key --reason 定期更换"},
              .run = succeed}},
    };
}

}  // namespace qk::ctl
