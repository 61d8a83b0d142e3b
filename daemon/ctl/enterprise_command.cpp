// qingkongctl enterprise: who of the enterprises may connect to the broker of a kit.
//
//   enrol | rotate | revoke        of ids, or of a whole inventory
//   key                            enterprise_key_command.cpp
//
// A password is made here, hashed for the broker, and written once: into the letters, or a file for
// each. Both are on the disk before the broker knows the hash, so that no password is in use that
// nobody has.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/broker/certificates.hpp"
#include "daemon/broker/enrolment.hpp"
#include "daemon/broker/kit.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "plans/evidence/key_history.hpp"

namespace qk::ctl {

namespace fs = std::filesystem;

namespace {

int refuse(const rules::Faults& faults) {
    std::cerr << rules::to_text(faults);
    return kBadUsage;
}

std::set<std::string> reserved_of(const broker::BrokerUserFile& book) {
    std::set<std::string> names{broker::kDaemonUser};
    if (!book.facts.simulator.empty()) names.insert(book.facts.simulator);
    return names;
}

rules::Result<std::vector<broker::Applicant>> from_inventory(const std::string& path) {
    const auto read = load_inventory(path);
    if (!read) return read.error();
    if (!read->inventory) return read->findings;
    std::vector<broker::Applicant> applicants;
    for (const plans::Enterprise& enterprise : read->inventory->enterprises) {
        applicants.push_back({std::string(enterprise.id), std::string(enterprise.name)});
    }
    return applicants;
}

// Those that are named, each with its name where the inventory knows it; without ids all of it.
rules::Result<std::vector<broker::Applicant>> applicants_of(const Call& call) {
    std::vector<broker::Applicant> known;
    if (const auto path = call.text("inventory")) {
        auto read = from_inventory(*path);
        if (!read) return read.error();
        known = std::move(*read);
    }
    const std::vector<std::string>& ids = call.texts("id");
    if (ids.empty()) {
        if (!known.empty()) return known;
        return rules::refuse("未指明企业 no enterprise is named", "ID..., 或 or --inventory PATH");
    }
    std::vector<broker::Applicant> named;
    for (const std::string& id : ids) {
        const auto found = std::ranges::find(known, id, &broker::Applicant::id);
        named.push_back({id, found == known.end() ? std::string() : found->name});
    }
    return named;
}

rules::Result<broker::LetterFacts> letter_facts(const Call& call,
                                                const broker::BrokerUserFile& book,
                                                bool is_rotation) {
    broker::LetterFacts facts;
    facts.bureau = call.text_or_default("bureau");
    facts.host = book.facts.host;
    facts.port = book.facts.port;
    facts.now = call.now();
    facts.is_rotation = is_rotation;
    const std::string authority = (fs::path(*call.text("broker")) / "ca.crt").string();
    const auto text = read_regular_file(authority);
    if (!text) return text.error();
    const auto certificate = broker::facts_of(*text, *text, "");
    if (!certificate) {
        return rules::Faults{{{authority, 0, 0}, "不是证书 is not a certificate", ""}};
    }
    facts.authority = certificate->fingerprint;
    facts.signing_key = call.text_or_default("key");
    if (facts.signing_key.empty()) return facts;
    facts.key_fingerprint = plans::fingerprint_of(facts.signing_key);
    if (facts.key_fingerprint.empty()) {
        return rules::refuse(
            "--key: 不是公钥 is not a public key",
            "'qingkongctl key show FILE' 所示的64位十六进制 the 64 hex digits it shows");
    }
    return facts;
}

// Letters and password files, each readable by its owner alone.
rules::Result<void> hand_out(const Call& call, const std::vector<broker::Letter>& letters,
                             const broker::LetterFacts& facts) {
    if (const auto path = call.text("letters")) {
        auto written = broker::write_secret(*path, broker::letters_page(letters, facts));
        if (!written) return written;
    }
    const auto folder = call.text("passwords");
    if (!folder) return {};
    std::error_code error;
    const mode_t before = ::umask(0077);
    fs::create_directories(*folder, error);
    ::umask(before);
    if (error) return rules::Faults{{{*folder, 0, 0}, error.message(), "a place you may write to"}};
    for (const broker::Letter& letter : letters) {
        const fs::path path = fs::path(*folder) / (letter.user + ".password");
        // Of a rotation, the old one is of no use any more.
        if (facts.is_rotation) fs::remove(path, error);
        auto written = broker::write_secret(path.string(), letter.password + "\n");
        if (!written) return written;
    }
    return {};
}

int reload(const Call& call) {
    const auto told = broker::reload_broker(*call.text("broker"));
    if (!told) {
        std::cerr << rules::to_text(told.error())
                  << "名单已更新，消息服务器尚未读取 the users are written, and the broker has not "
                     "read them yet\n";
        return kNegative;
    }
    if (*told == broker::Reload::kNotRunning) {
        std::cerr << "消息服务器未运行，启动时生效 the broker does not run: it reads this when it "
                     "starts\n";
    }
    return kHolds;
}

void say_left_alone(const std::vector<std::string>& names, std::string_view why) {
    constexpr std::size_t kShown = 10;
    if (names.empty()) return;
    std::cerr << names.size() << " " << why << ":";
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) std::cerr << " " << names[i];
    std::cerr << (names.size() > kShown ? " …\n" : "\n");
}

int give_passwords(const Call& call, bool is_rotation) {
    if (!call.has("letters") && !call.has("passwords")) {
        return refuse(rules::refuse(
            "口令写到哪里？口令只出现一次 where do the passwords go? They are shown once",
            "--letters FILE.html 或 or --passwords FOLDER"));
    }
    const auto applicants = applicants_of(call);
    if (!applicants) return refuse(applicants.error());
    auto book = broker::BrokerUserFile::open(*call.text("broker"));
    if (!book) return refuse(book.error());
    const auto reserved = reserved_of(*book);
    const auto enrolment = is_rotation ? broker::rotate(book->users, reserved, *applicants)
                                       : broker::enrol(book->users, reserved, *applicants);
    if (!enrolment) return refuse(enrolment.error());
    say_left_alone(enrolment->left_alone,
                   is_rotation
                       ? "家未接入，未作改动 are not enrolled"
                       : "家早已接入，口令未变 are enrolled already and keep their password");
    if (enrolment->letters.empty()) {
        std::cerr << "没有改动 nothing was changed\n";
        return is_rotation ? kNegative : kHolds;
    }
    const auto facts = letter_facts(call, *book, is_rotation);
    if (!facts) return refuse(facts.error());
    if (const auto handed = hand_out(call, enrolment->letters, *facts); !handed) {
        return refuse(handed.error());
    }
    book->users = enrolment->users;
    if (const auto saved = book->save(); !saved) return refuse(saved.error());
    std::cout << enrolment->letters.size()
              << (is_rotation ? " 家已换口令 have a new password\n" : " 家已接入 enrolled\n");
    return reload(call);
}

int enrol(const Call& call) { return give_passwords(call, false); }
int rotate(const Call& call) { return give_passwords(call, true); }

int revoke(const Call& call) {
    auto book = broker::BrokerUserFile::open(*call.text("broker"));
    if (!book) return refuse(book.error());
    const auto reserved = reserved_of(*book);
    std::vector<std::string> ids = call.texts("id");
    if (const auto path = call.text("not-in")) {
        const auto kept = from_inventory(*path);
        if (!kept) return refuse(kept.error());
        const auto others = broker::enrolled_beside(book->users, reserved, *kept);
        ids.insert(ids.end(), others.begin(), others.end());
    } else if (ids.empty()) {
        return refuse(
            rules::refuse("未指明企业 no enterprise is named", "ID..., 或 or --not-in PATH"));
    }
    const auto enrolment = broker::revoke(book->users, reserved, ids);
    if (!enrolment) return refuse(enrolment.error());
    say_left_alone(enrolment->left_alone, "家未接入 are not enrolled");
    const std::size_t revoked = book->users.size() - enrolment->users.size();
    if (revoked == 0) return enrolment->left_alone.empty() ? kHolds : kNegative;
    book->users = enrolment->users;
    if (const auto saved = book->save(); !saved) return refuse(saved.error());
    std::cout << revoked << " 家已停用 revoked\n";
    return reload(call);
}

int list(const Call& call) {
    const auto book = broker::BrokerUserFile::open(*call.text("broker"));
    if (!book) return refuse(book.error());
    for (const auto& [user, hash] : book->users) {
        if (!book->is_reserved(user)) std::cout << user << "\n";
    }
    return kHolds;
}

Options password_options() {
    return {option("broker", "FOLDER",
                   {"'broker init' 生成的目录", "the folder that 'broker init' has made"})
                .required(),
            option("inventory", "PATH",
                   {"清单目录或 .xlsx；未列编号时为其中全部企业",
                    "inventory, a folder or an .xlsx; without ids all of its enterprises"}),
            option("letters", "FILE",
                   {"接入通知书（HTML，每家一页，含二维码），新文件，仅本人可读",
                    "letters to print, a page each with a QR code; a new file for you alone"}),
            option("passwords", "FOLDER",
                   {"每家一个口令文件 ID.password，仅本人可读",
                    "a file ID.password for each, for you alone"}),
            option("key", "HEX",
                   {"本局签名公钥，印在通知书上", "the bureau's public key, for the letters"}),
            option("bureau", "NAME", {"通知书的落款", "who signs the letters"}),
            place("id", "ID", {"企业编号，即其用户名", "the enterprise's id, which is its user"})
                .many()};
}

}  // namespace

Command enterprise_command() {
    const Options password = password_options();
    const auto folder = password.front();
    return {
        .name = "enterprise",
        .what = {"企业接入消息服务器：开通、换口令、停用；签收密钥",
                 "enterprises on the broker: enrol, rotate, revoke; and their keys"},
        .commands =
            {{.name = "enrol",
              .what = {"开通：生成口令和接入通知书；已接入的不变",
                       "a user, a password and a letter; who is enrolled already is left alone"},
              .options = password,
              .examples = {"qingkongctl enterprise enrol --broker broker --inventory inventory "
                           "--letters letters.html",
                           "qingkongctl enterprise enrol 91410181MA9TAMP01T --broker broker "
                           "--passwords plants"},
              .run = enrol},
             {.name = "rotate",
              .what = {"换口令：原口令即时作废，已连接的断开",
                       "a new password; the old one is void at once, and its link is ended"},
              .options = password,
              .examples = {"qingkongctl enterprise rotate 91410181MA9TAMP01T --broker broker "
                           "--letters new.html"},
              .run = rotate},
             {.name = "revoke",
              .what = {"停用：已连接的即时断开", "no user any more; a link is ended at once"},
              .options = {folder,
                          option("not-in", "PATH",
                                 {"停用清单中没有的所有企业",
                                  "everybody whom this inventory does not name"}),
                          password.back()},
              .examples = {"qingkongctl enterprise revoke 91410181MA9TAMP01T --broker broker",
                           "qingkongctl enterprise revoke --broker broker --not-in inventory"},
              .run = revoke},
             {.name = "list",
              .what = {"列出已接入的企业", "who is enrolled"},
              .options = {folder},
              .examples = {"qingkongctl enterprise list --broker broker"},
              .run = list},
             enterprise_key_command()},
    };
}

}  // namespace qk::ctl
