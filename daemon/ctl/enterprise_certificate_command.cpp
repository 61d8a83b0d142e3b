// qingkongctl enterprise enrol|rotate --certificates: an enterprise shows a certificate where
// others say a password. What is handed out stands in the book of the kit first
// (certificate_book.hpp), and whoever has the one has not the other.
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/broker/link_cutter.hpp"
#include "daemon/broker/plant_authority.hpp"
#include "daemon/ctl/enterprise_steps.hpp"

namespace qk::ctl {

namespace fs = std::filesystem;

namespace {

struct HandedOut {
    std::string user;
    broker::CertifiedKey pass;
};

rules::Result<void> make_closed_folder(const std::string& path) {
    std::error_code error;
    const mode_t before = ::umask(0077);
    fs::create_directories(path, error);
    ::umask(before);
    if (error) return rules::Faults{{{path, 0, 0}, error.message(), "a place you may write to"}};
    return {};
}

rules::Result<void> put_down(const std::string& folder, const HandedOut& one, bool is_rotation) {
    const std::pair<const char*, const std::string*> files[] = {{".crt", &one.pass.certificate},
                                                                {".key", &one.pass.key}};
    for (const auto& [end, text] : files) {
        const fs::path path = fs::path(folder) / (one.user + end);
        std::error_code error;
        // Of a rotation, the old one is of no use any more.
        if (is_rotation) fs::remove(path, error);
        if (text->empty()) continue;
        auto written = broker::write_secret(path.string(), *text);
        if (!written) return written;
    }
    return {};
}

rules::Result<std::string> request_of(const Call& call, std::size_t applicants) {
    const auto path = call.text("request");
    if (!path) return std::string();
    if (applicants != 1) {
        return rules::refuse("--request: 一次只限一家 is of one enterprise", "ID");
    }
    auto text = read_regular_file(*path);
    if (text && text->empty()) return rules::refuse(*path + ": 空文件 is empty", "PKCS#10");
    return text;
}

// All of them are in the book, and the book on the disk, before one is handed out.
rules::Result<std::vector<HandedOut>> issue_all(broker::PlantAuthority& authority,
                                                const std::vector<broker::Applicant>& applicants,
                                                const std::string& request, rules::Instant now) {
    std::vector<HandedOut> all;
    for (const broker::Applicant& applicant : applicants) {
        auto pass = authority.issue(applicant.id, request, now);
        if (!pass) return pass.error();
        all.push_back({applicant.id, std::move(*pass)});
    }
    if (const auto saved = authority.save(now); !saved) return saved.error();
    return all;
}

rules::Result<void> write_letters(const Call& call, const broker::BrokerUserFile& book,
                                  const std::vector<broker::Applicant>& applicants,
                                  const std::vector<HandedOut>& all, bool is_rotation) {
    const auto path = call.text("letters");
    if (!path) return {};
    auto facts = letter_facts(call, book, is_rotation);
    if (!facts) return facts.error();
    facts->port = book.facts.certificate_port;
    std::vector<broker::Letter> letters;
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string& certificate = all[i].pass.certificate;
        const auto read = broker::facts_of(certificate, certificate, "");
        broker::Letter letter{all[i].user, applicants[i].name, ""};
        if (read) {
            letter.certificate = read->fingerprint;
            letter.certificate_to = read->to;
        }
        letters.push_back(std::move(letter));
    }
    return broker::write_secret(*path, broker::letters_page(letters, *facts));
}

// What these held before; of each, the newest goes on.
int void_all_but_new(const Call& call, broker::PlantAuthority& authority,
                     const broker::KitFacts& facts, const std::vector<std::string>& users,
                     bool but_new) {
    std::vector<std::string> held;
    for (const std::string& user : users) {
        const auto& issued = authority.book.issued;
        const auto newest = std::find_if(issued.rbegin(), issued.rend(),
                                         [&](const auto& one) { return one.user == user; });
        const std::string but = but_new && newest != issued.rend() ? newest->serial : "";
        if (authority.book.make_void(user, call.now(), but) > 0) held.push_back(user);
    }
    if (held.empty()) return reload_users(call);
    const auto void_one = authority.save(call.now());
    if (!void_one) return refuse_all(void_one.error());
    const auto told = broker::reload_broker(*call.text("broker"));
    if (!told) return refuse_all(told.error());
    if (*told == broker::Reload::kNotRunning) return reload_users(call);
    const auto ended =
        broker::end_links(*call.text("broker"), facts, authority, *void_one, held, call.now());
    if (!ended) {
        std::cerr << rules::to_text(ended.error());
        return kNegative;
    }
    return kHolds;
}

}  // namespace

int give_certificates(const Call& call, bool is_rotation) {
    if (call.has("passwords")) {
        return refuse_all(rules::refuse(
            "口令和证书只能选一种 a password or a certificate, not both", "--certificates FOLDER"));
    }
    const auto applicants = applicants_of(call);
    if (!applicants) return refuse_all(applicants.error());
    const auto request = request_of(call, applicants->size());
    if (!request) return refuse_all(request.error());
    auto book = broker::BrokerUserFile::open(*call.text("broker"));
    if (!book) return refuse_all(book.error());
    auto authority = broker::PlantAuthority::open(*call.text("broker"), book->facts);
    if (!authority) return refuse_all(authority.error());
    const auto chosen = broker::choose(book->users, authority->book.users(call.now()),
                                       reserved_of(*book), *applicants, is_rotation);
    if (!chosen) return refuse_all(chosen.error());
    say_left_alone(chosen->left_alone,
                   is_rotation
                       ? "家未接入，未作改动 are not enrolled"
                       : "家早已接入，未作改动 are enrolled already and keep what they have");
    if (chosen->applicants.empty()) {
        std::cerr << "没有改动 nothing was changed\n";
        return is_rotation ? kNegative : kHolds;
    }
    if (const auto made = make_closed_folder(*call.text("certificates")); !made) {
        return refuse_all(made.error());
    }
    const auto all = issue_all(*authority, chosen->applicants, *request, call.now());
    if (!all) return refuse_all(all.error());
    for (const HandedOut& one : *all) {
        const auto written = put_down(*call.text("certificates"), one, is_rotation);
        if (!written) return refuse_all(written.error());
    }
    const auto lettered = write_letters(call, *book, chosen->applicants, *all, is_rotation);
    if (!lettered) return refuse_all(lettered.error());
    std::vector<std::string> users;
    for (const HandedOut& one : *all) {
        users.push_back(one.user);
        book->users.erase(one.user);
    }
    if (const auto saved = book->save(); !saved) return refuse_all(saved.error());
    std::cout << all->size()
              << (is_rotation ? " 家已换证书 have a new certificate\n"
                              : " 家已接入（证书） enrolled by a certificate\n");
    return void_all_but_new(call, *authority, book->facts, users, true);
}

rules::Result<std::set<std::string>> certified_users(const Call& call,
                                                     const broker::BrokerUserFile& book) {
    if (book.facts.certificate_port == 0) return std::set<std::string>{};
    const auto authority = broker::PlantAuthority::open(*call.text("broker"), book.facts);
    if (!authority) return authority.error();
    return authority->book.users(call.now());
}

int void_certificates(const Call& call, const broker::BrokerUserFile& book,
                      const std::vector<std::string>& users) {
    if (book.facts.certificate_port == 0) return reload_users(call);
    auto authority = broker::PlantAuthority::open(*call.text("broker"), book.facts);
    if (!authority) return refuse_all(authority.error());
    return void_all_but_new(call, *authority, book.facts, users, false);
}

int list_certificates(const Call& call) {
    const auto facts = broker::read_kit(*call.text("broker"));
    if (!facts) return refuse_all(facts.error());
    const auto authority = broker::PlantAuthority::open(*call.text("broker"), *facts);
    if (!authority) return refuse_all(authority.error());
    for (const broker::IssuedCertificate& one : authority->book.issued) {
        std::cout << one.user << "\t" << one.serial << "\t"
                  << rules::to_iso(one.to, rules::kBeijingTime) << "\t"
                  << (one.void_from ? rules::to_iso(*one.void_from, rules::kBeijingTime) : "")
                  << "\n";
    }
    return kHolds;
}

}  // namespace qk::ctl
