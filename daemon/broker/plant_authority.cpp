#include "daemon/broker/plant_authority.hpp"

#include <filesystem>

#include "daemon/base/files.hpp"
#include "daemon/broker/certificates.hpp"
#include "daemon/broker/kit_files.hpp"

namespace qk::broker {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::days kAuthorityValid{3650};
constexpr std::chrono::days kPlantValid{825};
constexpr std::chrono::minutes kMoment{10};
constexpr std::chrono::hours kClockBehind{24};  // of a plant whose clock is behind
constexpr const char* kBookFile = "authority/certificates.json";
constexpr const char* kKeyFile = "authority/plants-ca.key";
constexpr const char* kAuthorityFile = "plants-ca.crt";
constexpr const char* kListFile = "revoked.crl";
constexpr const char* kCanary = "qk-list-is-read";

// A broker lets nobody in when the list's time is over, so that it lasts as long as the authority.
std::string list_of(const CertifiedKey& authority, const std::vector<VoidCertificate>& all,
                    rules::Instant from, rules::Instant now) {
    return issue_void_list(authority, all, {from, now + kAuthorityValid});
}

}  // namespace

rules::Result<void> PlantAuthority::make(const std::string& folder, const KitFacts& facts,
                                         rules::Instant now) {
    const fs::path at = folder;
    PlantAuthority made;
    made.folder_ = folder;
    made.account_ = facts.account;
    made.key_ = new_authority("Qingkong enterprises " + facts.host,
                              {now - kClockBehind, now + kAuthorityValid});
    const KitFiles files(facts.account);
    auto written = files.write(at / kKeyFile, made.key_.key, 0600, false);
    if (written) written = files.write(at / kAuthorityFile, made.key_.certificate, 0644, false);
    if (!written) return written;
    const auto saved = made.save(now);
    if (!saved) return saved.error();
    return {};
}

rules::Result<PlantAuthority> PlantAuthority::open(const std::string& folder,
                                                   const KitFacts& facts) {
    if (facts.certificate_port == 0) {
        return rules::Faults{{{folder, 0, 0},
                              "没有凭证书的入口 has no door for certificates",
                              "qingkongctl broker init --certificate-port 8884"}};
    }
    const fs::path at = folder;
    PlantAuthority authority;
    authority.folder_ = folder;
    authority.account_ = facts.account;
    const auto key = read_regular_file((at / kKeyFile).string());
    if (!key) return key.error();
    const auto certificate = read_regular_file((at / kAuthorityFile).string());
    if (!certificate) return certificate.error();
    const std::string path = (at / kBookFile).string();
    const auto text = read_regular_file(path);
    if (!text) return text.error();
    auto book = read_certificates(*text, path);
    if (!book) return book.error();
    authority.key_ = {*certificate, *key};
    authority.book = std::move(*book);
    return authority;
}

rules::Result<CertifiedKey> PlantAuthority::issue(const std::string& user,
                                                  const std::string& request, rules::Instant now) {
    const Validity validity{now - kClockBehind, now + kPlantValid};
    CertifiedKey made;
    if (request.empty()) {
        made = issue_client(key_, user, validity);
    } else {
        auto certificate = issue_client_by_request(key_, request, user, validity);
        if (!certificate) return certificate.error();
        made.certificate = std::move(*certificate);
    }
    const auto facts = facts_of(made.certificate, key_.certificate, "");
    // What cannot be read back could not be made void.
    if (!facts || facts->name != user) {
        return rules::refuse("'" + user + "' 不能作证书名 cannot be the name of a certificate",
                             "64 bytes at most");
    }
    book.issued.push_back({user, facts->serial, facts->to});
    return made;
}

rules::Result<CertifiedKey> PlantAuthority::save(rules::Instant now) {
    const fs::path at = folder_;
    const KitFiles files(account_);
    book.forget_ended(now);
    std::vector<VoidCertificate> list = book.next_list(now);
    const CertifiedKey canary = for_a_moment(kCanary, now);
    list.push_back({facts_of(canary.certificate, key_.certificate, "")->serial, now});
    // The book first: a list can be made from it again, and not the other way round.
    auto written = files.write(at / kBookFile, to_text(book), 0600, false);
    if (written) {
        written =
            files.write(at / kListFile, list_of(key_, list, book.listed_from, now), 0640, true);
    }
    if (!written) return written.error();
    return canary;
}

CertifiedKey PlantAuthority::for_a_moment(const std::string& user, rules::Instant now) const {
    return issue_client(key_, user, {now - kClockBehind, now + kMoment});
}

std::string PlantAuthority::list_with(const std::string& certificate, rules::Instant now) const {
    const auto facts = facts_of(certificate, key_.certificate, "");
    std::vector<VoidCertificate> list;
    if (facts) list.push_back({facts->serial, now});
    return list_of(key_, list, now - kClockBehind, now);
}

}  // namespace qk::broker
