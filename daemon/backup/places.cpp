#include "daemon/backup/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "plans/text/toml.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

// Folders that others fill or empty: what was in them is in the database, or was handed on.
const std::set<std::string_view> kOnTheWay{"forecasts.folder", "addressees.drop_folder",
                                           "hj212.raw_folder"};
const std::set<std::string_view> kTakenApart{"store.path", "store.journal"};

bool is_secret_key(std::string_view key) {
    const std::string_view last = key.substr(key.rfind('.') + 1);
    return last == "key" || last == "key_file" || last == "password_file" || last == "header_file";
}

// Keys that name a file or a folder, whatever else the configuration may come to hold.
bool names_a_file(std::string_view key, std::string_view text) {
    static const std::set<std::string_view> kNames{"path", "key",   "certificate",
                                                   "ca",   "codes", "points"};
    const std::string_view last = key.substr(key.rfind('.') + 1);
    if (last == "pack") return text.find('/') != std::string_view::npos || text.ends_with(".toml");
    return kNames.contains(last) || last == "file" || last.ends_with("_file");
}

// Without a slash at its end.
std::string absolute(const std::string& path) {
    fs::path whole = fs::absolute(path).lexically_normal();
    if (!whole.has_filename()) whole = whole.parent_path();
    return whole.string();
}

class Finder {
 public:
    explicit Finder(SetPlaces& places) : places_(places) {}

    void walk(const std::string& name, const toml::node& node) {
        if (const toml::table* table = node.as_table()) {
            for (const auto& [key, value] : *table) {
                const std::string inner(key.str());
                walk(name.empty() ? inner : name + "." + inner, value);
            }
        } else if (const toml::array* array = node.as_array()) {
            for (const toml::node& item : *array) walk(name, item);
        } else if (const auto text = node.value<std::string>(); text && node.is_string()) {
            take(name, *text);
        }
    }

    void add(const std::string& key, const std::string& path, bool is_secret) {
        std::error_code error;
        if (fs::is_directory(path, error)) return add_folder(key, path, is_secret);
        if (!fs::is_regular_file(path, error)) {
            return fault(path,
                         fmt::format("{} 指明，但不是文件 / named by {}, is not a file", key, key));
        }
        if (places_.files.size() >= kSetFilesMax) {
            return fault(path, fmt::format("超过 {} 个文件 / more than {} files", kSetFilesMax,
                                           kSetFilesMax));
        }
        if (known_.insert(path).second) places_.files.push_back({key, path, is_secret});
    }

    // The keys of before, and the document that leads from one to the next.
    void add_beside_key() {
        const fs::path key = places_.signing_key;
        std::error_code error;
        std::vector<std::string> beside;
        for (const auto& entry : fs::directory_iterator(key.parent_path(), error)) {
            const std::string name = entry.path().filename().string();
            if (name.starts_with(key.filename().string() + ".") && entry.is_regular_file(error)) {
                beside.push_back(entry.path().string());
            }
        }
        std::ranges::sort(beside);
        for (const std::string& path : beside) {
            add("signing.key_file (beside)", path, !path.ends_with(".succession"));
        }
    }

    rules::Faults take_faults() { return std::move(faults_); }

 private:
    void take(const std::string& key, const std::string& text) {
        if (text.starts_with("exec:")) places_.left_out.push_back(key + " = " + text);
        if (text.empty() || kTakenApart.contains(key)) return;
        if (kOnTheWay.contains(key)) {
            places_.left_out.push_back(key + " = " + absolute(text));
            return;
        }
        std::error_code error;
        const bool is_there = fs::exists(text, error);
        const bool is_named = names_a_file(key, text);
        if (is_named && (is_there || key != "audit.heads_file")) {
            add(key, absolute(text), is_secret_key(key));
        } else if (is_there && text.front() == '/') {
            add(key, absolute(text), false);
        }
    }

    void add_folder(const std::string& key, const std::string& folder, bool is_secret) {
        std::error_code error;
        std::vector<std::string> inside;
        for (const auto& entry : fs::recursive_directory_iterator(folder, error)) {
            if (entry.is_regular_file(error)) inside.push_back(entry.path().string());
        }
        if (error) {
            return fault(folder, "文件夹无法读取 / the folder cannot be read: " + error.message());
        }
        std::ranges::sort(inside);
        for (const std::string& path : inside) add(key, path, is_secret);
    }

    void fault(const std::string& path, std::string what) {
        faults_.push_back(
            {{path, 0, 0},
             std::move(what),
             "改正配置，或放回该文件 / correct the configuration, or put the file back",
             rules::Severity::kError});
    }

    SetPlaces& places_;
    std::set<std::string> known_;
    rules::Faults faults_;
};

std::string text_at(const toml::table& root, std::string_view section, std::string_view key,
                    std::string otherwise) {
    return root[section][key].value<std::string>().value_or(std::move(otherwise));
}

}  // namespace

rules::Result<SetPlaces> find_places(std::string_view text, const std::string& file,
                                     const std::vector<std::string>& also) {
    auto document = plans::parse_toml(text, file);
    if (!document) return document.error();
    const toml::table root = *std::move(document);
    SetPlaces places;
    places.configuration = absolute(file);
    // As the daemon reads them; tests/daemon/backup/places_test.cpp holds both together.
    places.database = absolute(text_at(root, "store", "path", "/var/lib/qingkong/qingkong.db"));
    const fs::path beside = fs::path(places.database).parent_path();
    const std::string journal = text_at(root, "store", "journal", (beside / "journal").string());
    if (!journal.empty()) places.journal = absolute(journal);
    Finder finder(places);
    finder.add("configuration", places.configuration, false);
    finder.walk("", root);
    const std::string signing = text_at(root, "signing", "key_file", "");
    if (!signing.empty()) {
        places.signing_key = absolute(signing);
        finder.add_beside_key();
    }
    const std::string heads = (beside / "audit-heads.jsonl").string();
    std::error_code error;
    if (root["audit"]["heads_file"].value<std::string>() == std::nullopt &&
        fs::exists(heads, error)) {
        finder.add("audit.heads_file", heads, false);
    }
    for (const std::string& more : also) finder.add("--also", absolute(more), true);
    rules::Faults faults = finder.take_faults();
    if (!faults.empty()) return faults;
    return places;
}

}  // namespace qk::daemon
