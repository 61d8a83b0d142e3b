// The authority that signs the certificates of enterprises: one of its own beside that of the
// servers, so that what an enterprise holds opens the door for certificates and no other.
//
//   plants-ca.crt   authority/plants-ca.key   authority/certificates.json   revoked.crl
//
// Used while the users of the kit are held (BrokerUserFile), as both are changed together.
#pragma once

#include <string>
#include <vector>

#include "daemon/broker/certificate_book.hpp"
#include "daemon/broker/kit.hpp"

namespace qk::broker {

class PlantAuthority {
 public:
    // A new one in the folder of a kit, with an empty book and list.
    [[nodiscard]] static rules::Result<void> make(const std::string& folder, const KitFacts& facts,
                                                  rules::Instant now);
    // Refused where the kit has no door for certificates.
    [[nodiscard]] static rules::Result<PlantAuthority> open(const std::string& folder,
                                                            const KitFacts& facts);

    CertificateBook book;

    // `request`: PKCS#10 of an enterprise that made its key itself; empty: the key is made here. It
    // is entered, and counts in the book that save() writes.
    [[nodiscard]] rules::Result<CertifiedKey> issue(const std::string& user,
                                                    const std::string& request, rules::Instant now);
    // The book and the list of what is void. The certificate that comes back is on the list: a
    // broker that still takes it has not read the list yet.
    [[nodiscard]] rules::Result<CertifiedKey> save(rules::Instant now);
    // For minutes, of this name, and not in the book: never to be handed out.
    [[nodiscard]] CertifiedKey for_a_moment(const std::string& user, rules::Instant now) const;
    // The list alone, as a test broker of a trial has it, with this certificate on it.
    [[nodiscard]] std::string list_with(const std::string& certificate, rules::Instant now) const;

 private:
    PlantAuthority() = default;

    std::string folder_;
    std::string account_;
    CertifiedKey key_;
};

}  // namespace qk::broker
