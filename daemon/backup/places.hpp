// Which files belong to a set: what the configuration names, with the key that names it.
//
// The text is read without the checks of the daemon, because a copy of what is there is owed also
// where something in it is wrong. Whatever names a file that is not there is a fault: a set that
// lacks something in silence is found out on the worst of days.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::daemon {

struct NamedFile {
    std::string key;   // "mqtt.password_file"; of what lies beside one: "signing.key_file (beside)"
    std::string path;  // absolute
    bool is_secret = false;
};

struct SetPlaces {
    std::string configuration;  // absolute, like all of these
    std::string database;
    std::string journal;
    std::string signing_key;       // empty: none is named
    std::vector<NamedFile> files;  // regular files, the configuration first; folders are walked
    std::vector<std::string> left_out;  // "KEY = PATH": named, and not part of a set
};

inline constexpr std::size_t kSetFilesMax = 100'000;

// `also`: files and folders beside what the configuration names; all of them secret.
[[nodiscard]] rules::Result<SetPlaces> find_places(std::string_view text, const std::string& file,
                                                   const std::vector<std::string>& also);

}  // namespace qk::daemon
