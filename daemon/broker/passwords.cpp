#include "daemon/broker/passwords.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <vector>

#include "plans/text/encoding.hpp"

namespace qk::broker {
namespace {

constexpr std::size_t kSaltBytes = 12;  // mosquitto reads no other
constexpr std::size_t kHashBytes = 64;
constexpr int kIterationsMax = 1'000'000;
constexpr std::size_t kPasswordLetters = 24;  // of 5 bits
constexpr std::string_view kLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
static_assert(kLetters.size() == 32);
// As in the ids of an inventory: of topics, of files, of the password file.
constexpr std::string_view kNotInNames = "#+/@:*?<>|\\\"";

template <std::size_t kSize>
std::array<unsigned char, kSize> random_bytes() {
    std::array<unsigned char, kSize> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    return bytes;
}

std::string to_base64(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(length));
    return text;
}

std::optional<std::string> from_base64(std::string_view text, std::size_t size) {
    if (text.size() != (size + 2) / 3 * 4) return std::nullopt;
    std::string bytes(text.size(), '\0');
    const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (length < static_cast<int>(size)) return std::nullopt;
    bytes.resize(size);
    if (to_base64(bytes) != text) return std::nullopt;
    return bytes;
}

struct HashParts {
    int iterations = 0;
    std::string salt;
    std::string hash;
};

std::optional<HashParts> parts_of(std::string_view text) {
    if (!text.starts_with("$7$")) return std::nullopt;
    text.remove_prefix(3);
    const std::size_t first = text.find('$');
    const std::size_t second = first == std::string_view::npos ? first : text.find('$', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    HashParts parts;
    const auto [end, error] = std::from_chars(text.data(), text.data() + first, parts.iterations);
    if (error != std::errc{} || end != text.data() + first || parts.iterations < 1 ||
        parts.iterations > kIterationsMax) {
        return std::nullopt;
    }
    auto salt = from_base64(text.substr(first + 1, second - first - 1), kSaltBytes);
    auto hash = from_base64(text.substr(second + 1), kHashBytes);
    if (!salt || !hash) return std::nullopt;
    parts.salt = std::move(*salt);
    parts.hash = std::move(*hash);
    return parts;
}

std::string derive(std::string_view password, std::string_view salt, int iterations) {
    std::string hash(kHashBytes, '\0');
    if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                          reinterpret_cast<const unsigned char*>(salt.data()),
                          static_cast<int>(salt.size()), iterations, EVP_sha512(),
                          static_cast<int>(hash.size()),
                          reinterpret_cast<unsigned char*>(hash.data())) != 1) {
        throw std::runtime_error("the crypto library makes no hash");
    }
    return hash;
}

}  // namespace

std::string new_password() {
    std::string password;
    std::size_t count = 0;
    for (const unsigned char byte : random_bytes<kPasswordLetters>()) {
        if (count > 0 && count % 4 == 0) password += '-';
        password += kLetters[byte % kLetters.size()];
        ++count;
    }
    return password;
}

std::string password_hash(std::string_view password, std::string_view salt, int iterations) {
    return fmt::format("$7${}${}${}", iterations, to_base64(salt),
                       to_base64(derive(password, salt, iterations)));
}

std::string password_hash(std::string_view password) {
    const auto salt = random_bytes<kSaltBytes>();
    return password_hash(password, {reinterpret_cast<const char*>(salt.data()), salt.size()},
                         kHashIterations);
}

bool is_password_of(std::string_view hash, std::string_view password) {
    const auto parts = parts_of(hash);
    if (!parts) return false;
    const std::string derived = derive(password, parts->salt, parts->iterations);
    return CRYPTO_memcmp(derived.data(), parts->hash.data(), kHashBytes) == 0;
}

std::string user_fault(std::string_view name) {
    if (name.empty()) return "没有名称 has no name";
    if (name.size() > kUserBytesMax)
        return fmt::format("超过 is longer than {} bytes", kUserBytesMax);
    if (!plans::is_utf8(name)) return "不是 UTF-8 is not UTF-8";
    for (const char c : name) {
        const bool is_unseen = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
        if (is_unseen || kNotInNames.find(c) != std::string_view::npos) {
            return "含空白或 has a blank in it, or one of " + std::string(kNotInNames);
        }
    }
    if (name.front() == '.' || name.front() == '-' || name.front() == '$') {
        return "不能以 . - $ 开头 begins with '.', '-' or '$'";
    }
    return {};
}

rules::Result<Users> read_users(std::string_view text, const std::string& file) {
    Users users;
    rules::Faults faults;
    int line = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view row = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++line;
        if (row.ends_with('\r')) row.remove_suffix(1);
        if (row.empty()) continue;
        const std::size_t colon = row.find(':');
        const std::string name(row.substr(0, colon));
        if (const std::string fault = user_fault(name); !fault.empty()) {
            faults.push_back({{file, line, 0}, "用户名 the user's name " + fault, "NAME:HASH"});
            continue;
        }
        const std::string_view hash =
            colon == std::string_view::npos ? std::string_view{} : row.substr(colon + 1);
        if (!parts_of(hash)) {
            faults.push_back(
                {{file, line, 0},
                 "'" + name +
                     "' 的口令不是加盐散列 the password of it is not a hash of mosquitto 2",
                 "qingkongctl enterprise rotate"});
            continue;
        }
        if (!users.emplace(name, hash).second) {
            faults.push_back({{file, line, 0}, "'" + name + "' 重复 stands there twice", ""});
        }
        if (users.size() > kUsersMax) {
            return rules::refuse(fmt::format("{}: 用户过多 more than {} users", file, kUsersMax));
        }
    }
    if (!faults.empty()) return faults;
    return users;
}

std::string to_text(const Users& users) {
    std::string text;
    for (const auto& [name, hash] : users) text += name + ":" + hash + "\n";
    return text;
}

}  // namespace qk::broker
