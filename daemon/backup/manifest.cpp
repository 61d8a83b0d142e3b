#include "daemon/backup/manifest.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <filesystem>

#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

constexpr std::string_view kFormat = "qingkong-backup 1";

json::object to_json(const SetFile& file) {
    return {{"path", file.path},         {"original", file.original},
            {"secret", file.is_secret},  {"mode", fmt::format("{:04o}", file.facts.mode)},
            {"owner", file.facts.owner}, {"group", file.facts.group},
            {"bytes", file.facts.bytes}, {"sha256", file.facts.sha256}};
}

json::object to_json(const SetFolder& folder) {
    return {{"original", folder.original},
            {"mode", fmt::format("{:04o}", folder.rights.mode)},
            {"owner", folder.rights.owner},
            {"group", folder.rights.group}};
}

json::object unsigned_json(const Manifest& manifest) {
    json::object state;
    for (const auto& [name, answer] : manifest.state) state[name] = answer;
    json::array files;
    for (const SetFile& file : manifest.files) files.emplace_back(to_json(file));
    json::array folders;
    for (const SetFolder& folder : manifest.folders) folders.emplace_back(to_json(folder));
    return {{"format", kFormat},
            {"made_at", rules::to_iso(manifest.made_at, rules::kBeijingTime)},
            {"program", manifest.program},
            {"configuration", manifest.configuration},
            {"database", manifest.database},
            {"journal", manifest.journal},
            {"keys", manifest.has_keys},
            {"left_out", plans::texts(manifest.left_out)},
            {"state", std::move(state)},
            {"files", std::move(files)},
            {"folders", std::move(folders)}};
}

// Begins with the format: a season's archive is signed for the same purpose.
std::string signed_text(const Manifest& manifest) {
    return std::string(kFormat) + "\n" + plans::canonical_text(unsigned_json(manifest));
}

bool is_plain(const fs::path& path) {
    if (path.empty() || path != path.lexically_normal() || !path.has_filename()) return false;
    for (const fs::path& part : path) {
        if (part == "..") return false;
    }
    return true;
}

// No set-user bit comes out of a file that somebody may have written.
bool read_rights(const json::value& value, FileFacts& facts) {
    facts.owner = plans::string_or(value, "owner");
    facts.group = plans::string_or(value, "group");
    const std::string mode = plans::string_or(value, "mode");
    const auto [end, error] =
        std::from_chars(mode.data(), mode.data() + mode.size(), facts.mode, 8);
    return error == std::errc{} && end == mode.data() + mode.size() && (facts.mode & ~0777U) == 0;
}

bool read_folder_entry(const json::value& value, SetFolder& folder) {
    folder.original = plans::string_or(value, "original");
    const fs::path path = folder.original;
    return read_rights(value, folder.rights) && path.is_absolute() &&
           (path == "/" || is_plain(path));
}

bool read_file_entry(const json::value& value, SetFile& file) {
    file.path = plans::string_or(value, "path");
    file.original = plans::string_or(value, "original");
    const json::value* secret = plans::find_member(value, "secret");
    const json::value* bytes = plans::find_member(value, "bytes");
    if (secret == nullptr || !secret->is_bool() || bytes == nullptr) return false;
    file.is_secret = secret->get_bool();
    boost::system::error_code failed;
    file.facts.bytes = bytes->to_number<std::uint64_t>(failed);
    if (failed) return false;
    file.facts.sha256 = plans::string_or(value, "sha256");
    return read_rights(value, file.facts) && is_plain(file.path) &&
           fs::path(file.path).is_relative() && is_plain(file.original) &&
           fs::path(file.original).is_absolute();
}

rules::Faults not_one(const std::string& file, std::string what) {
    return {{{file, 0, 0},
             std::move(what),
             "qingkongctl backup 生成的文件夹 / a folder that qingkongctl backup has made",
             rules::Severity::kError}};
}

void read_texts(const json::value& whole, std::string_view key, std::vector<std::string>& into) {
    const json::value* list = plans::find_member(whole, key);
    if (list == nullptr || !list->is_array()) return;
    for (const json::value& one : list->get_array()) {
        if (one.is_string()) into.emplace_back(one.get_string());
    }
}

void read_state(const json::value& whole, StateFacts& state) {
    const json::value* facts = plans::find_member(whole, "state");
    if (facts == nullptr || !facts->is_object()) return;
    for (const auto& [name, answer] : facts->get_object()) {
        if (answer.is_string()) state[std::string(name)] = std::string(answer.get_string());
    }
}

}  // namespace

void sign(Manifest& manifest, const plans::SigningKey& key) {
    manifest.key = key.public_key_hex();
    manifest.signature = key.sign_hex(plans::Purpose::kBackup, signed_text(manifest));
}

bool is_signed(const Manifest& manifest) {
    return is_signed_as_backup(manifest.key, signed_text(manifest), manifest.signature);
}

bool is_signed_as_backup(std::string_view key, std::string_view text, std::string_view signature) {
    return plans::verify_hex(key, plans::Purpose::kBackup, text, signature) ||
           plans::verify_hex(key, plans::Purpose::kEvidence, text, signature);
}

std::string to_file(const Manifest& manifest) {
    json::object whole = unsigned_json(manifest);
    whole["key"] = manifest.key;
    whole["signature"] = manifest.signature;
    return plans::to_pretty_text(whole) + "\n";
}

rules::Result<Manifest> read_manifest(std::string_view text, const std::string& file) {
    const auto whole = plans::parse_json(text, file);
    if (!whole) return whole.error();
    if (plans::string_or(*whole, "format") != kFormat) {
        return not_one(file,
                       fmt::format("不是备份清单（格式 {}） / is not a manifest of the format {}",
                                   kFormat, kFormat));
    }
    Manifest manifest;
    const auto at = rules::parse_instant(plans::string_or(*whole, "made_at"), rules::kBeijingTime);
    if (!at) return not_one(file, "缺少备份时刻 / it does not say when it was made");
    manifest.made_at = *at;
    manifest.program = plans::string_or(*whole, "program");
    manifest.configuration = plans::string_or(*whole, "configuration");
    manifest.database = plans::string_or(*whole, "database");
    manifest.journal = plans::string_or(*whole, "journal");
    const json::value* keys = plans::find_member(*whole, "keys");
    manifest.has_keys = keys != nullptr && keys->is_bool() && keys->get_bool();
    manifest.key = plans::string_or(*whole, "key");
    manifest.signature = plans::string_or(*whole, "signature");
    read_texts(*whole, "left_out", manifest.left_out);
    read_state(*whole, manifest.state);
    const json::value* files = plans::find_member(*whole, "files");
    if (files == nullptr || !files->is_array()) return not_one(file, "没有文件 / names no files");
    for (const json::value& one : files->get_array()) {
        SetFile entry;
        if (!read_file_entry(one, entry)) {
            return not_one(file,
                           fmt::format("第 {0} 个文件的条目不对 / entry {0} of the files is wrong",
                                       manifest.files.size() + 1));
        }
        manifest.files.push_back(std::move(entry));
    }
    const json::value* folders = plans::find_member(*whole, "folders");
    if (folders == nullptr || !folders->is_array())
        return not_one(file, "没有文件夹 / names no folders");
    for (const json::value& one : folders->get_array()) {
        SetFolder entry;
        if (!read_folder_entry(one, entry)) {
            return not_one(file, "文件夹的条目不对 / an entry of the folders is wrong");
        }
        manifest.folders.push_back(std::move(entry));
    }
    return manifest;
}

}  // namespace qk::daemon
