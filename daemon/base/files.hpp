// Reading what the command line names: a file, or "-" for standard input.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "rules/base/result.hpp"

namespace qk {

inline constexpr std::size_t kInputBytesMax = std::size_t{2} << 30;

[[nodiscard]] rules::Result<std::string> read_file(const std::string& path);
// A file that is read piece by piece, where it would not fit into memory beside what is made of it.
class FilePieces {
 public:
    // Empty where `path` is not a regular file that can be opened; read_file() says what it is.
    [[nodiscard]] static std::optional<FilePieces> open(const std::string& path);
    // How many bytes were put into `into`; 0 at the end, and where faults() says what went wrong.
    [[nodiscard]] std::size_t next(std::span<char> into);
    [[nodiscard]] const rules::Faults& faults() const { return faults_; }

 private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    FilePieces(std::string path, std::FILE* file) : path_(std::move(path)), file_(file) {}

    std::string path_;
    std::unique_ptr<std::FILE, Close> file_;
    std::size_t size_ = 0;  // read so far
    rules::Faults faults_;
};
// What the configuration names: a file and nothing else, so that no pipe is waited for and no
// device read.
[[nodiscard]] rules::Result<std::string> read_regular_file(const std::string& path);
// Writes to a temporary file beside `path` and renames it, so that nothing partial is ever seen.
// Good: it is on the disk.
[[nodiscard]] rules::Result<void> write_file(const std::string& path, std::string_view bytes);

}  // namespace qk
