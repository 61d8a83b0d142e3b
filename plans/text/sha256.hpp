// SHA-256 as 64 lower-case hex digits: content hashes, token hashes, the audit chain, fingerprints;
// and hex itself, which keys and signatures are written in too. A failure of the crypto library is
// a broken machine and throws std::runtime_error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace qk::plans {

[[nodiscard]] std::string sha256_hex(std::string_view bytes);
[[nodiscard]] std::string sha256_bytes(std::string_view bytes);  // the 32 bytes themselves
[[nodiscard]] std::string to_hex(std::string_view bytes);
// Of lower-case hex of exactly `size` bytes; empty for anything else: one value has one spelling.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view hex, std::size_t size);

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
