// qingkongctl enterprise: who of the enterprises may connect to the broker of a kit.
//
//   enrol | rotate | revoke        of ids, or of a whole inventory
//   key                            enterprise_key_command.cpp
//   --certificates                 enterprise_certificate_command.cpp
//
// A password is made here, hashed for the broker, and written once: into the letters, or a file for
// each. Both are on the disk before the broker knows the hash, so that no password is in use that
// nobody has.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/ctl/enterprise_steps.hpp"

namespace qk::ctl {

namespace fs = std::filesystem;

namespace {

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

int give_passwords(const Call& call, bool is_rotation) {
    if (call.has("certificates")) return give_certificates(call, is_rotation);
    if (!call.has("letters") && !call.has("passwords")) {
        return refuse_all(rules::refuse(
            "口令写到哪里？口令只出现一次 where do the passwords go? They are shown once",
            "--letters FILE.html 或 or --passwords FOLDER"));
    }
    const auto applicants = applicants_of(call);
    if (!applicants) return refuse_all(applicants.error());
    auto book = broker::BrokerUserFile::open(*call.text("broker"));
    if (!book) return refuse_all(book.error());
    const auto reserved = reserved_of(*book);
    const auto certified = certified_users(call, *book);
    if (!certified) return refuse_all(certified.error());
    const auto enrolment =
        is_rotation
            ? broker::rotate(book->users, reserved, *applicants, broker::new_password, *certified)
            : broker::enrol(book->users, reserved, *applicants, broker::new_password, *certified);
    if (!enrolment) return refuse_all(enrolment.error());
    say_left_alone(enrolment->left_alone,
                   is_rotation
                       ? "家未接入，未作改动 are not enrolled"
                       : "家早已接入，未作改动 are enrolled already and keep what they have");
    if (enrolment->letters.empty()) {
        std::cerr << "没有改动 nothing was changed\n";
        return is_rotation ? kNegative : kHolds;
    }
    const auto facts = letter_facts(call, *book, is_rotation);
    if (!facts) return refuse_all(facts.error());
    if (const auto handed = hand_out(call, enrolment->letters, *facts); !handed) {
        return refuse_all(handed.error());
    }
    book->users = enrolment->users;
    if (const auto saved = book->save(); !saved) return refuse_all(saved.error());
    std::cout << enrolment->letters.size()
              << (is_rotation ? " 家已换口令 have a new password\n" : " 家已接入 enrolled\n");
    // Whoever comes by a password from now on comes by it alone.
    std::vector<std::string> users;
    for (const broker::Letter& letter : enrolment->letters) users.push_back(letter.user);
    return void_certificates(call, *book, users);
}

int enrol(const Call& call) { return give_passwords(call, false); }
int rotate(const Call& call) { return give_passwords(call, true); }

int revoke(const Call& call) {
    auto book = broker::BrokerUserFile::open(*call.text("broker"));
    if (!book) return refuse_all(book.error());
    const auto reserved = reserved_of(*book);
    const auto certified = certified_users(call, *book);
    if (!certified) return refuse_all(certified.error());
    std::vector<std::string> ids = call.texts("id");
    if (const auto path = call.text("not-in")) {
        const auto kept = from_inventory(*path);
        if (!kept) return refuse_all(kept.error());
        broker::Users all = book->users;
        for (const std::string& user : *certified) all.emplace(user, "");
        const auto others = broker::enrolled_beside(all, reserved, *kept);
        ids.insert(ids.end(), others.begin(), others.end());
    } else if (ids.empty()) {
        return refuse_all(
            rules::refuse("未指明企业 no enterprise is named", "ID..., 或 or --not-in PATH"));
    }
    auto enrolment = broker::revoke(book->users, reserved, ids);
    if (!enrolment) return refuse_all(enrolment.error());
    std::erase_if(enrolment->left_alone,
                  [&](const std::string& id) { return certified->contains(id); });
    say_left_alone(enrolment->left_alone, "家未接入 are not enrolled");
    const std::size_t revoked = ids.size() - enrolment->left_alone.size();
    if (revoked == 0) return enrolment->left_alone.empty() ? kHolds : kNegative;
    book->users = enrolment->users;
    if (const auto saved = book->save(); !saved) return refuse_all(saved.error());
    std::cout << revoked << " 家已停用 revoked\n";
    return void_certificates(call, *book, ids);
}

int list(const Call& call) {
    if (call.has("certificates")) return list_certificates(call);
    const auto book = broker::BrokerUserFile::open(*call.text("broker"));
    if (!book) return refuse_all(book.error());
    auto names = certified_users(call, *book);
    if (!names) return refuse_all(names.error());
    for (const auto& [user, hash] : book->users) {
        if (!book->is_reserved(user)) names->insert(user);
    }
    for (const std::string& user : *names) std::cout << user << "\n";
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
            option("certificates", "FOLDER",
                   {"用证书代替口令：每家 ID.crt 与 ID.key，仅本人可读",
                    "certificates for passwords: ID.crt and ID.key for each, for you alone"}),
            option("request", "FILE",
                   {"企业自备密钥时的证书申请（PKCS#10），只限一家",
                    "the request of one enterprise that has made its key itself (PKCS#10)"}),
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
              .what =
                  {"开通：生成口令或证书，和接入通知书；已接入的不变",
                   "a user, a password or a certificate, and a letter; who is enrolled already is "
                   "left alone"},
              .options = password,
              .examples = {"qingkongctl enterprise enrol --broker broker --inventory inventory "
                           "--letters letters.html",
                           "qingkongctl enterprise enrol 91410181MA9TAMP01T --broker broker "
                           "--passwords plants",
                           "qingkongctl enterprise enrol 91410181MA9TAMP01T --broker broker "
                           "--certificates plants --request plant.csr"},
              .run = enrol},
             {.name = "rotate",
              .what =
                  {"换口令或证书：原有的即时作废，已连接的断开",
                   "a new password or certificate; what was is void at once, and its link ended"},
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
              .options = {folder,
                          flag("certificates", {"列出证书：企业、序列号、有效期、停用时间",
                                                "their certificates: whose, serial number, until "
                                                "when, and void since"})},
              .examples = {"qingkongctl enterprise list --broker broker"},
              .run = list},
             enterprise_key_command()},
    };
}

}  // namespace qk::ctl
