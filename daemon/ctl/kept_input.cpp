#include "daemon/ctl/kept_input.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <vector>

#include "daemon/base/files.hpp"

namespace qk::ctl {

std::optional<KeptInput> KeptInput::of(const std::string& path) {
    std::error_code error;
    const bool is_input = path == "-";
    if (!is_input && (std::filesystem::is_regular_file(path, error) ||
                      std::filesystem::is_directory(path, error))) {
        return std::nullopt;
    }
    std::FILE* file = std::tmpfile();
    if (file == nullptr) return std::nullopt;
    KeptInput kept(file);
    if (is_input) {
        kept.take(path, std::cin);
        return kept;
    }
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    kept.take(path, in);
    return kept;
}

KeptInput::KeptInput(std::FILE* file)
    : file_(file), name_("/proc/self/fd/" + std::to_string(::fileno(file))) {}

void KeptInput::take(const std::string& path, std::istream& in) {
    constexpr std::size_t kPieceBytes = std::size_t{64} << 10;
    std::vector<char> piece(kPieceBytes);
    std::size_t size = 0;
    bool is_kept = true;
    while (is_kept && in && size < kInputBytesMax) {
        in.read(piece.data(), static_cast<std::streamsize>(piece.size()));
        const auto count = static_cast<std::size_t>(in.gcount());
        is_kept = std::fwrite(piece.data(), 1, count, file_.get()) == count;
        size += count;
    }
    is_kept = std::fflush(file_.get()) == 0 && is_kept;
    if (size >= kInputBytesMax) {
        faults_ = {{{path, 0, 0}, "is over 2 GiB", "name a smaller file", rules::Severity::kError}};
    } else if (!is_kept) {
        faults_ = {{{path, 0, 0},
                    "does not fit into the folder for temporary files",
                    "save it as a file and name that",
                    rules::Severity::kError}};
    }
}

}  // namespace qk::ctl
