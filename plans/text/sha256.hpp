// SHA-256 as 64 lower-case hex digits: content hashes, token hashes, the audit chain, fingerprints.
// A failure of the crypto library is a broken machine and throws std::runtime_error.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace qk::plans {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string to_hex(std::string_view bytes);

// Of bytes that come piece by piece; hex() answers for what has come so far.
class Sha256 {
 public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void add(std::string_view bytes);
    [[nodiscard]] std::string hex() const;

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::plans
