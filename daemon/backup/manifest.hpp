// What stands in manifest.json of a set: every file with its SHA-256 and where it came from, and
// what the database answered. Signed by the bureau's key, which the audit log in the set knows, so
// that no byte of the set can be changed unseen, nor the list itself.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/backup/copied_file.hpp"
#include "daemon/backup/state_rows.hpp"
#include "plans/response/signing.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::string_view kManifestName = "manifest.json";

struct SetFile {
    std::string path;      // in the set, relative
    std::string original;  // absolute
    bool is_secret = false;
    FileFacts facts;
};

// Of a folder that holds files of the set: who may look into it.
struct SetFolder {
    std::string original;
    FileFacts rights;
};

struct Manifest {
    rules::Instant made_at{};
    std::string program;        // its version
    std::string configuration;  // where it lay; so the two below
    std::string database;
    std::string journal;  // empty: there is none
    bool has_keys = true;
    std::vector<std::string> left_out;
    StateFacts state;
    std::vector<SetFile> files;
    std::vector<SetFolder> folders;
    std::string key;  // public; empty: nobody has signed
    std::string signature;
};

void sign(Manifest& manifest, const plans::SigningKey& key);
[[nodiscard]] bool is_signed(const Manifest& manifest);
// What was made before copies had a purpose of their own was signed as evidence, and still counts:
// the format in front of the text tells it from evidence, which is JSON.
[[nodiscard]] bool is_signed_as_backup(std::string_view key, std::string_view text,
                                       std::string_view signature);
[[nodiscard]] std::string to_file(const Manifest& manifest);
// Refused: what is not one, and paths that lead out of the set or are not absolute.
[[nodiscard]] rules::Result<Manifest> read_manifest(std::string_view text, const std::string& file);

}  // namespace qk::daemon
