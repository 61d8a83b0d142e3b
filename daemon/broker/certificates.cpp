#include "daemon/broker/certificates.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <array>
#include <chrono>
#include <ctime>
#include <memory>
#include <stdexcept>

#include "plans/text/sha256.hpp"

namespace qk::broker {
namespace {

template <auto kFree>
struct Freed {
    template <class T>
    void operator()(T* value) const {
        kFree(value);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_vfree>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Request = std::unique_ptr<X509_REQ, Freed<X509_REQ_free>>;
using VoidList = std::unique_ptr<X509_CRL, Freed<X509_CRL_free>>;
using VoidEntry = std::unique_ptr<X509_REVOKED, Freed<X509_REVOKED_free>>;
using Time = std::unique_ptr<ASN1_TIME, Freed<ASN1_TIME_free>>;
using Serial = std::unique_ptr<ASN1_INTEGER, Freed<ASN1_INTEGER_free>>;

constexpr int kSerialBits = 127;

void must(bool is_done) {
    if (!is_done) throw std::runtime_error("the crypto library makes no certificate");
}

std::string text_in(const Memory& memory) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

Memory memory_of(const std::string& text) {
    return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string pem_of(X509* certificate) {
    const Memory memory(BIO_new(BIO_s_mem()));
    must(memory != nullptr && PEM_write_bio_X509(memory.get(), certificate) == 1);
    return text_in(memory);
}

std::string pem_of(EVP_PKEY* key) {
    const Memory memory(BIO_new(BIO_s_mem()));
    must(memory != nullptr && PEM_write_bio_PKCS8PrivateKey(memory.get(), key, nullptr, nullptr, 0,
                                                            nullptr, nullptr) == 1);
    return text_in(memory);
}

Time time_of(rules::Instant at) {
    Time time(ASN1_TIME_set(nullptr, at.time_since_epoch().count()));
    must(time != nullptr);
    return time;
}

std::string hex_of(const ASN1_INTEGER* serial) {
    const Number number(ASN1_INTEGER_to_BN(serial, nullptr));
    must(number != nullptr);
    char* text = BN_bn2hex(number.get());
    must(text != nullptr);
    std::string hex = text;
    OPENSSL_free(text);
    return hex;
}

Serial serial_in(const std::string& hex) {
    BIGNUM* read = nullptr;
    const int length = BN_hex2bn(&read, hex.c_str());
    const Number number(read);
    must(length > 0 && static_cast<std::size_t>(length) == hex.size());
    Serial serial(BN_to_ASN1_INTEGER(number.get(), nullptr));
    must(serial != nullptr);
    return serial;
}

std::string common_name_of(X509* certificate) {
    std::array<char, 256> text{};
    const int length = X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
                                                 text.data(), static_cast<int>(text.size()));
    return length < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(length));
}

Certificate certificate_in(const std::string& pem) {
    const Memory memory = memory_of(pem);
    return Certificate(PEM_read_bio_X509(memory.get(), nullptr, nullptr, nullptr));
}

bool is_address(const std::string& host) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
           ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

void add_extension(X509* certificate, X509* issuer, int what, const std::string& value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
    must(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

// All but extensions and signature. A common name holds 64 bytes; what does not fit is cut, as the
// names that count stand in an extension.
Certificate begin(EVP_PKEY* key, std::string_view name, const Validity& validity) {
    Certificate certificate(X509_new());
    const Number serial(BN_new());
    must(certificate != nullptr && serial != nullptr &&
         X509_set_version(certificate.get(), 2) == 1);
    must(BN_rand(serial.get(), kSerialBits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1);
    must(BN_to_ASN1_INTEGER(serial.get(), X509_get_serialNumber(certificate.get())) != nullptr);
    const std::time_t from = validity.from.time_since_epoch().count();
    const std::time_t to = validity.to.time_since_epoch().count();
    must(ASN1_TIME_set(X509_getm_notBefore(certificate.get()), from) != nullptr);
    must(ASN1_TIME_set(X509_getm_notAfter(certificate.get()), to) != nullptr);
    must(X509_set_pubkey(certificate.get(), key) == 1);
    const std::string common(name.substr(0, 64));
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common.data()),
                                    static_cast<int>(common.size()), -1, 0) == 1);
    return certificate;
}

}  // namespace

CertifiedKey new_authority(std::string_view name, const Validity& validity) {
    const Key key(EVP_EC_gen("P-256"));
    must(key != nullptr);
    const Certificate certificate = begin(key.get(), name, validity);
    X509* made = certificate.get();
    must(X509_set_issuer_name(made, X509_get_subject_name(made)) == 1);
    add_extension(made, made, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
    add_extension(made, made, NID_key_usage, "critical,keyCertSign,cRLSign");
    add_extension(made, made, NID_subject_key_identifier, "hash");
    must(X509_sign(made, key.get(), EVP_sha256()) > 0);
    return {pem_of(made), pem_of(key.get())};
}

namespace {

Key private_key_in(const std::string& pem) {
    const Memory memory = memory_of(pem);
    Key key(PEM_read_bio_PrivateKey(memory.get(), nullptr, nullptr, nullptr));
    must(key != nullptr);
    return key;
}

// `usage`: what it proves; `names`: of whom, as an extension has it, or empty.
std::string certify(const CertifiedKey& authority, EVP_PKEY* key, std::string_view name,
                    const char* usage, const std::string& names, const Validity& validity) {
    const Certificate issuer = certificate_in(authority.certificate);
    const Key issuer_key = private_key_in(authority.key);
    must(issuer != nullptr);
    const Certificate certificate = begin(key, name, validity);
    X509* made = certificate.get();
    must(X509_set_issuer_name(made, X509_get_subject_name(issuer.get())) == 1);
    add_extension(made, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
    add_extension(made, issuer.get(), NID_key_usage, "critical,digitalSignature");
    add_extension(made, issuer.get(), NID_ext_key_usage, usage);
    if (!names.empty()) add_extension(made, issuer.get(), NID_subject_alt_name, names);
    add_extension(made, issuer.get(), NID_authority_key_identifier, "keyid");
    must(X509_sign(made, issuer_key.get(), EVP_sha256()) > 0);
    return pem_of(made);
}

CertifiedKey issue(const CertifiedKey& authority, std::string_view name, const char* usage,
                   const std::string& names, const Validity& validity) {
    const Key key(EVP_EC_gen("P-256"));
    must(key != nullptr);
    return {certify(authority, key.get(), name, usage, names, validity), pem_of(key.get())};
}

}  // namespace

CertifiedKey issue_server(const CertifiedKey& authority, const std::vector<std::string>& hosts,
                          const Validity& validity) {
    must(!hosts.empty());
    std::string names;
    for (const std::string& host : hosts) {
        must(host_fault(host).empty());
        names += (names.empty() ? "" : ",") + std::string(is_address(host) ? "IP:" : "DNS:") + host;
    }
    return issue(authority, hosts.front(), "serverAuth", names, validity);
}

CertifiedKey issue_client(const CertifiedKey& authority, std::string_view name,
                          const Validity& validity) {
    return issue(authority, name, "clientAuth", {}, validity);
}

rules::Result<std::string> issue_client_by_request(const CertifiedKey& authority,
                                                   const std::string& request,
                                                   std::string_view name,
                                                   const Validity& validity) {
    constexpr int kWeakest = 112;  // bits of strength: RSA of 2048, any curve of 224
    const Memory memory = memory_of(request);
    const Request read(PEM_read_bio_X509_REQ(memory.get(), nullptr, nullptr, nullptr));
    const Key key(read ? X509_REQ_get_pubkey(read.get()) : nullptr);
    const bool is_signed = key != nullptr && X509_REQ_verify(read.get(), key.get()) == 1;
    ERR_clear_error();
    if (!is_signed) {
        return rules::refuse("不是自签的证书申请 is no request that is signed with its own key",
                             "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
                             "-keyout client.key -out client.csr -subj /CN=ID");
    }
    if (EVP_PKEY_get_security_bits(key.get()) < kWeakest) {
        return rules::refuse("申请中的密钥太弱 the key of the request is too weak",
                             "P-256, Ed25519, RSA 2048");
    }
    return certify(authority, key.get(), name, "clientAuth", {}, validity);
}

std::string issue_void_list(const CertifiedKey& authority,
                            const std::vector<VoidCertificate>& certificates,
                            const Validity& validity) {
    const Certificate issuer = certificate_in(authority.certificate);
    const Key key = private_key_in(authority.key);
    const VoidList list(X509_CRL_new());
    must(issuer != nullptr && list != nullptr && X509_CRL_set_version(list.get(), 1) == 1);
    must(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.get())) == 1);
    must(X509_CRL_set1_lastUpdate(list.get(), time_of(validity.from).get()) == 1);
    must(X509_CRL_set1_nextUpdate(list.get(), time_of(validity.to).get()) == 1);
    for (const VoidCertificate& one : certificates) {
        VoidEntry entry(X509_REVOKED_new());
        must(entry != nullptr &&
             X509_REVOKED_set_serialNumber(entry.get(), serial_in(one.serial).get()) == 1 &&
             X509_REVOKED_set_revocationDate(entry.get(), time_of(one.from).get()) == 1 &&
             X509_CRL_add0_revoked(list.get(), entry.get()) == 1);
        (void)entry.release();  // the list has it now
    }
    // RFC 5280, 5.2.3: a list has a number that rises, as its time does here.
    const Serial number(ASN1_INTEGER_new());
    must(number != nullptr &&
         ASN1_INTEGER_set_int64(number.get(), validity.from.time_since_epoch().count()) == 1 &&
         X509_CRL_add1_ext_i2d(list.get(), NID_crl_number, number.get(), 0, 0) == 1);
    must(X509_CRL_sort(list.get()) == 1 && X509_CRL_sign(list.get(), key.get(), EVP_sha256()) > 0);
    const Memory memory(BIO_new(BIO_s_mem()));
    must(memory != nullptr && PEM_write_bio_X509_CRL(memory.get(), list.get()) == 1);
    return text_in(memory);
}

std::optional<CertificateFacts> facts_of(const std::string& certificate,
                                         const std::string& authority, const std::string& host) {
    const Certificate read = certificate_in(certificate);
    const Certificate issuer = certificate_in(authority);
    if (!read || !issuer) return std::nullopt;
    CertificateFacts facts;
    std::tm end{};
    if (ASN1_TIME_to_tm(X509_get0_notAfter(read.get()), &end) != 1) return std::nullopt;
    facts.to = rules::Instant{std::chrono::seconds{::timegm(&end)}};
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    if (X509_digest(read.get(), EVP_sha256(), digest.data(), &length) != 1) return std::nullopt;
    facts.fingerprint = plans::to_hex({reinterpret_cast<const char*>(digest.data()), length});
    facts.name = common_name_of(read.get());
    facts.serial = hex_of(X509_get0_serialNumber(read.get()));
    facts.is_of_authority = X509_verify(read.get(), X509_get0_pubkey(issuer.get())) == 1;
    facts.is_for_host = X509_check_host(read.get(), host.data(), host.size(), 0, nullptr) == 1 ||
                        X509_check_ip_asc(read.get(), host.c_str(), 0) == 1;
    return facts;
}

std::string host_fault(const std::string& host) {
    if (host.empty() || host.size() > 253) return "没有主机名 is not a host's name";
    if (is_address(host)) return {};
    for (const char c : host) {
        const bool is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '-' || c == '.';
        if (!is_good) return "不是主机名或地址 is not a host's name or an address";
    }
    return {};
}

}  // namespace qk::broker
