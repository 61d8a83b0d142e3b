#include "daemon/base/key_file.hpp"

#include <fmt/format.h>
#include <openssl/rand.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>

#include "daemon/base/files.hpp"
#include "plans/text/sha256.hpp"

namespace qk {
namespace {

constexpr std::size_t kSeedBytes = 32;

}  // namespace

rules::Result<std::string> read_seed(const std::string& path) {
    const auto refuse = [&path](std::string what, std::string cure) {
        return rules::Faults{
            {{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
    };
    struct ::stat about {};
    if (::stat(path.c_str(), &about) == 0 && (about.st_mode & 077U) != 0) {
        return refuse(fmt::format("the signing key can be read by others (mode {:04o})",
                                  about.st_mode & 07777U),
                      "chmod 0600");
    }
    auto text = read_regular_file(path);
    if (!text) return text.error();
    text->erase(text->find_last_not_of("\n\r ") + 1);
    for (char& c : *text) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    auto seed = plans::from_hex(*text, kSeedBytes);
    if (!seed) {
        return refuse("is not a signing key",
                      "64 hex digits; make one with 'qingkongctl key new FILE'");
    }
    return std::move(*seed);
}

rules::Result<plans::SigningKey> read_key(const std::string& path) {
    const auto seed = read_seed(path);
    if (!seed) return seed.error();
    return plans::SigningKey::from_seed(*seed);
}

rules::Result<plans::SigningKey> new_key(const std::string& path) {
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
        return rules::Faults{
            {{path, 0, 0}, "exists: a key is never overwritten", "name a new file"}};
    }
    std::array<unsigned char, kSeedBytes> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        return rules::refuse("the system gives no random bytes", "");
    }
    const std::string_view seed(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    auto key = plans::SigningKey::from_seed(seed);
    if (!key) return key.error();
    const mode_t before = umask(0077);
    const auto written = write_file(path, plans::to_hex(seed) + "\n");
    umask(before);
    if (!written) return written.error();
    return key;
}

}  // namespace qk
