#include "daemon/access/password.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <vector>

#include "plans/text/sha256.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kHashBytes = 32;
// With these, N = 2^16 takes 64 MiB and is one of the parameters that OWASP's Password Storage
// Cheat Sheet names for scrypt.
constexpr std::uint32_t kBlockSize = 8;
constexpr std::uint32_t kParallel = 2;
constexpr int kCostMost = 22;  // of a hash that is read: no row makes the daemon take 8 GiB
constexpr std::size_t kDifferentCharactersLeast = 5;

struct Kept {
    int cost = 0;
    std::uint32_t block_size = 0;
    std::uint32_t parallel = 0;
    std::string salt;
    std::string hash;
};

struct FreeKdf {
    void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
    void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};

std::string scrypt(std::string_view password, const Kept& with) {
    const std::unique_ptr<EVP_KDF, FreeKdf> kdf(EVP_KDF_fetch(nullptr, "SCRYPT", nullptr));
    const std::unique_ptr<EVP_KDF_CTX, FreeKdf> context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
    if (!context) throw std::runtime_error("OpenSSL offers no scrypt");
    std::string secret(password);
    std::string salt = with.salt;
    std::uint64_t n = std::uint64_t{1} << with.cost;
    std::uint32_t r = with.block_size;
    std::uint32_t p = with.parallel;
    constexpr std::uint64_t kBeside = std::uint64_t{1} << 20;
    std::uint64_t bytes_max = 128 * std::uint64_t{r} * (n + p + 2) + kBeside;
    const std::array<OSSL_PARAM, 7> params{
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_PASSWORD, secret.data(), secret.size()),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
        OSSL_PARAM_construct_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
        OSSL_PARAM_construct_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &bytes_max),
        OSSL_PARAM_construct_end()};
    std::string made(kHashBytes, '\0');
    const int is_good = EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(made.data()),
                                       made.size(), params.data());
    OPENSSL_cleanse(secret.data(), secret.size());
    if (is_good != 1) throw std::runtime_error("scrypt: there is no memory for it");
    return made;
}

std::string to_text(const Kept& kept) {
    return fmt::format("scrypt${}${}${}${}${}", kept.cost, kept.block_size, kept.parallel,
                       plans::to_hex(kept.salt), plans::to_hex(kept.hash));
}

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find('$');
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

template <class Number>
bool read_number(std::string_view text, Number& into, Number most) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc() && end == text.data() + text.size() && into >= 1 && into <= most;
}

std::optional<Kept> read_kept(std::string_view text) {
    constexpr std::uint32_t kFactorMost = 32;
    const auto parts = parts_of(text);
    if (parts.size() != 6 || parts[0] != "scrypt") return std::nullopt;
    Kept kept;
    const bool is_read = read_number(parts[1], kept.cost, kCostMost) &&
                         read_number(parts[2], kept.block_size, kFactorMost) &&
                         read_number(parts[3], kept.parallel, kFactorMost);
    const auto salt = plans::from_hex(parts[4], kSaltBytes);
    const auto hash = plans::from_hex(parts[5], kHashBytes);
    if (!is_read || !salt || !hash) return std::nullopt;
    kept.salt = *salt;
    kept.hash = *hash;
    return kept;
}

Kept now_wanted(int cost) {
    return {cost, kBlockSize, kParallel, std::string(kSaltBytes, '\0'), {}};
}

std::size_t characters_in(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (c & 0xC0) != 0x80 ? 1U : 0U;
    return count;
}

std::string lower(std::string_view text) {
    std::string made(text);
    for (char& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return made;
}

}  // namespace

rules::Faults password_faults(std::string_view password, std::string_view account,
                              int characters_least) {
    const auto refuse = [](std::string what, std::string cure) {
        return rules::refuse(std::move(what), std::move(cure));
    };
    if (password.size() > kPasswordBytesMax) {
        return refuse(
            fmt::format("口令过长 / the password has more than {} bytes", kPasswordBytesMax),
            "换一个短些的 / a shorter one");
    }
    if (characters_in(password) < static_cast<std::size_t>(characters_least)) {
        return refuse(
            fmt::format("口令不足 {} 个字符 / the password has fewer than {} characters",
                        characters_least, characters_least),
            "几个不相关的词连在一起，好记也够长 / a few unrelated words are long and easy "
            "to keep in mind");
    }
    if (plans::find_unseen(password)) {
        return refuse("口令含看不见的字符 / the password has characters that nobody sees",
                      "只用键盘能输入的字符 / characters that you can type");
    }
    const bool is_digits = password.find_first_not_of("0123456789") == std::string_view::npos;
    const bool is_poor =
        std::set<char>(password.begin(), password.end()).size() < kDifferentCharactersLeast;
    if (is_digits || is_poor) {
        return refuse(
            "口令太易猜 / the password is easy to guess",
            "不要只用数字，也不要重复少数几个字符 / not digits alone, nor a few characters "
            "again and again");
    }
    if (!account.empty() && lower(password).find(lower(account)) != std::string::npos) {
        return refuse("口令含有账号 / the password has the account in it",
                      "与账号无关的口令 / one that has nothing to do with it");
    }
    return {};
}

std::string hash_password(std::string_view password, int cost) {
    Kept kept = now_wanted(cost);
    if (RAND_bytes(reinterpret_cast<unsigned char*>(kept.salt.data()),
                   static_cast<int>(kept.salt.size())) != 1) {
        throw std::runtime_error("the system gives no random bytes");
    }
    kept.hash = scrypt(password, kept);
    return to_text(kept);
}

bool is_password(std::string_view password, std::string_view kept_text) {
    const auto kept = read_kept(kept_text);
    if (!kept || password.size() > kPasswordBytesMax) return false;
    const std::string made = scrypt(password, *kept);
    return CRYPTO_memcmp(made.data(), kept->hash.data(), kHashBytes) == 0;
}

bool is_weaker(std::string_view kept_text, int cost) {
    const auto kept = read_kept(kept_text);
    return !kept || kept->cost < cost || kept->block_size < kBlockSize ||
           kept->parallel < kParallel;
}

std::string hash_of_nobody(int cost) {
    Kept kept = now_wanted(cost);
    kept.hash = std::string(kHashBytes, '\0');
    return to_text(kept);
}

}  // namespace qk::daemon
