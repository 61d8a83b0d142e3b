// X.509 certificates for a broker of one's own: an authority that is made once, and what it signs.
// Keys are on P-256; everything is PEM text. A failure of the crypto library throws
// std::runtime_error.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::broker {

struct CertifiedKey {
    std::string certificate;
    std::string key;
};

struct Validity {
    rules::Instant from{};
    rules::Instant to{};
};

[[nodiscard]] CertifiedKey new_authority(std::string_view name, const Validity& validity);

// For a server that is reached by these names or addresses; the first is its common name.
[[nodiscard]] CertifiedKey issue_server(const CertifiedKey& authority,
                                        const std::vector<std::string>& hosts,
                                        const Validity& validity);

// Of a client that has to show one.
[[nodiscard]] CertifiedKey issue_client(const CertifiedKey& authority, std::string_view name,
                                        const Validity& validity);

// Of a client that has made its key itself and keeps it (PKCS#10, PEM). Who it is says `name`, not
// the request. Refused where the request is not signed with the key that is in it.
[[nodiscard]] rules::Result<std::string> issue_client_by_request(const CertifiedKey& authority,
                                                                 const std::string& request,
                                                                 std::string_view name,
                                                                 const Validity& validity);

struct VoidCertificate {
    std::string serial;  // hex, as facts_of has it
    rules::Instant from{};
};
// The authority's list of what is void (CRL). OpenSSL takes the list with the latest `from` of all
// that it was given, so that of each list must be later than that of the one before.
[[nodiscard]] std::string issue_void_list(const CertifiedKey& authority,
                                          const std::vector<VoidCertificate>& certificates,
                                          const Validity& validity);

struct CertificateFacts {
    rules::Instant to{};
    std::string fingerprint;       // SHA-256 of the certificate, in hex
    std::string name;              // its common name
    std::string serial;            // hex
    bool is_of_authority = false;  // signed by the authority that was given
    bool is_for_host = false;
};
[[nodiscard]] std::optional<CertificateFacts> facts_of(const std::string& certificate,
                                                       const std::string& authority,
                                                       const std::string& host);

// "broker.example", "10.0.0.5", "::1"; empty: it can stand in a certificate.
[[nodiscard]] std::string host_fault(const std::string& host);

}  // namespace qk::broker
