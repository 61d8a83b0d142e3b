// The folder into which others put forecasts, read without trusting what lies in it.
//
// Whoever may write there may also put a link, a pipe, a device, a file of any size, or prepare the
// folders that the daemon moves things into. So everything goes through open folders and names
// within them (openat and its kin), links are never followed, only a regular file with one name and
// up to so many bytes is read, and what the daemon writes is made anew or not at all. What is not
// read is moved aside by its name. Its own folders done/ and refused/ are closed to others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kFilesPerScanMax = 100;

class DropFolder {
 public:
    // Throws std::system_error where the folder cannot be opened.
    explicit DropFolder(const std::string& path);
    ~DropFolder();
    DropFolder(const DropFolder&) = delete;
    DropFolder& operator=(const DropFolder&) = delete;

    // Names of what waits, in order, at most kFilesPerScanMax; everything but folders and names
    // that begin with a dot or end in .part or .tmp.
    [[nodiscard]] std::vector<std::string> waiting() const;
    // The bytes, or why they are not read.
    [[nodiscard]] rules::Result<std::string> read(const std::string& name,
                                                  std::size_t bytes_max) const;
    // Moves it into a folder beside it ("done"); a name that is taken gets a number. A newer file
    // that took the name since it was read stays, to be read in its turn. Throws
    // std::system_error.
    void move_into(const std::string& folder, const std::string& name) const;
    // Writes why it is refused beside where it goes, and moves it to refused/.
    void refuse(const std::string& name, std::string_view why) const;

 private:
    class Descriptor;
    [[nodiscard]] int open_own_folder(const std::string& name) const;
    void move_to(int own, const std::string& name) const;

    int folder_ = -1;
    // Which file was read last under its name.
    struct Identity {
        std::string name;
        std::uint64_t device = 0;
        std::uint64_t inode = 0;
    };
    mutable Identity read_last_;
};

// As a name may stand in a log or an answer: on one line, and with what nobody sees in it.
[[nodiscard]] std::string shown_name(const std::string& name);
// What is wrong with it as text; files of such names are refused unread.
[[nodiscard]] rules::Faults faults_of_name(const std::string& name);

}  // namespace qk::daemon
