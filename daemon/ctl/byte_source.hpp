// The bytes of a file or of standard input as they come, never held whole. A file that is
// compressed (gzip) is read as what it holds.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace qk::ctl {

class ByteSource {
 public:
    explicit ByteSource(const std::string& path);  // "-": standard input
    ~ByteSource();
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    [[nodiscard]] bool is_open() const { return file_ >= 0; }
    // Empty and not failed: the end.
    [[nodiscard]] std::string_view read();
    [[nodiscard]] bool has_failed() const { return has_failed_; }
    // Why it could not be opened or read.
    [[nodiscard]] std::string why() const;

 private:
    class Inflater;
    [[nodiscard]] std::string_view read_plain();
    [[nodiscard]] std::string_view read_compressed();

    static constexpr std::size_t kReadBytes = std::size_t{64} << 10;
    bool is_own_;
    int file_;
    bool is_first_ = true;
    bool has_failed_ = false;
    bool is_damaged_ = false;  // compressed bytes that are none
    std::unique_ptr<Inflater> inflater_;
    std::array<char, kReadBytes> buffer_{};
    std::array<char, kReadBytes> out_{};
};

}  // namespace qk::ctl
