// Any bytes as a document of another tier and as a trust list: refused with what is wrong, never a
// crash, and believed by nobody who trusts no key; what is read, signed again, says the same.
#include <cstdlib>

#include "plans/federation/federation_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto trust = qk::plans::read_trust_list(bytes, "fuzz");
    if (trust) (void)qk::plans::trust_findings(*trust, {});
    const qk::plans::TrustList nobody;
    const qk::plans::FederationVerdict verdict =
        qk::plans::check_federation(bytes, {.trust = nobody});
    if (verdict.is_proved || verdict.refusal == qk::plans::FederationRefusal::kNone) std::abort();
    if (!verdict.document) return 0;
    static const auto kKey = qk::plans::SigningKey::from_seed(std::string(32, 'f')).value();
    const std::string text = qk::plans::sign_federation(*verdict.document, kKey);
    if (!qk::plans::read_federation(text, "fuzz")) std::abort();
    if (qk::plans::sign_federation(*qk::plans::read_federation(text, "fuzz"), kKey) != text) {
        std::abort();
    }
    return 0;
}
