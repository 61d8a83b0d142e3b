// Which certificates enterprises were given, until when, and which of them are void
// (authority/certificates.json of a kit). Pure.
//
// A certificate is good as soon as it is signed, whether the broker knows of it or not. So it is
// entered here before it is handed out: what is not in the book could never be made void.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/broker/certificates.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::broker {

struct IssuedCertificate {
    std::string user;
    std::string serial;
    rules::Instant to{};
    std::optional<rules::Instant> void_from{};
};

struct CertificateBook {
    std::vector<IssuedCertificate> issued;
    // Of the list of what is void that was written last.
    rules::Instant listed_from{};

    // Who holds one that counts at `now`.
    [[nodiscard]] std::set<std::string> users(rules::Instant now) const;
    // Whoever holds one until then and none that lasts longer.
    [[nodiscard]] std::vector<IssuedCertificate> ending_before(rules::Instant then,
                                                               rules::Instant now) const;
    // All of this user but the one with the serial `but`; how many that were.
    std::size_t make_void(std::string_view user, rules::Instant now, std::string_view but = {});
    // Those whose time is over: they are void by themselves.
    void forget_ended(rules::Instant now);
    // The next list, with a time that is later than that of the last and that no clock of a plant
    // or a broker takes for one to come.
    [[nodiscard]] std::vector<VoidCertificate> next_list(rules::Instant now);
};

inline constexpr std::size_t kCertificatesMax = 1'000'000;

[[nodiscard]] rules::Result<CertificateBook> read_certificates(std::string_view text,
                                                               const std::string& file);
[[nodiscard]] std::string to_text(const CertificateBook& book);

}  // namespace qk::broker
