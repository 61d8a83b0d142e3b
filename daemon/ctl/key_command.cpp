// qingkongctl key new: the bureau's signing key (Ed25519 seed) in a file readable by its owner alone, and its
// public half on standard output, for enterprises and auditors.
#include <openssl/rand.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "plans/response/order.hpp"

namespace qk::ctl {

namespace po = boost::program_options;

int key_command(const Arguments& arguments) {
    po::options_description options("options");
    options.add_options()("verb", po::value<std::string>(), "new")(
        "out", po::value<std::string>(), "file for the secret seed; must not exist yet");
    const auto values = parse_arguments("key", arguments, options, {"verb", "out"});
    if (!values) return values.exit_code();
    const auto out = text_of(*values, "out");
    if (text_of(*values, "verb") != "new" || !out) {
        std::cerr << "usage: qingkongctl key new FILE\n";
        return kBadUsage;
    }
    std::error_code error;
    if (std::filesystem::exists(*out, error)) {
        std::cerr << *out << ": exists: a key is never overwritten; name a new file\n";
        return kBadUsage;
    }
    std::array<unsigned char, 32> seed{};
    if (RAND_bytes(seed.data(), static_cast<int>(seed.size())) != 1) {
        std::cerr << "the system gives no random bytes\n";
        return kBadUsage;
    }
    std::string hex;
    for (const unsigned char byte : seed) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    const auto key = plans::SigningKey::from_seed(
        {reinterpret_cast<const char*>(seed.data()), seed.size()});
    const mode_t before = umask(0077);
    const auto written = key ? write_file(*out, hex + "\n") : rules::Result<void>(key.error());
    umask(before);
    if (!written) {
        std::cerr << rules::to_text(written.error());
        return kBadUsage;
    }
    std::cout << "key " << key->key_id() << "\npublic " << key->public_key_hex() << "\n";
    return kHolds;
}

}  // namespace qk::ctl
