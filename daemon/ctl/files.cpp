#include "daemon/ctl/files.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

namespace qk::ctl {

rules::Result<std::string> read_file(const std::string& path) {
    if (path == "-") {
        return std::string(std::istreambuf_iterator<char>(std::cin), {});
    }
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return rules::Faults{{{path, 0, 0}, "is a folder", "name a file", rules::Severity::kError}};
    }
    std::FILE* file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        return rules::Faults{{{path, 0, 0}, std::strerror(errno), "name a file that can be read",
                              rules::Severity::kError}};
    }
    std::string bytes;
    bytes.resize(static_cast<std::size_t>(std::filesystem::file_size(path, error)));
    if (error) bytes.clear();
    std::size_t size = std::fread(bytes.data(), 1, bytes.size(), file);
    bytes.resize(size);
    char more[65536];
    while (bytes.size() < kInputBytesMax &&
           (size = std::fread(more, 1, sizeof more, file)) > 0) {
        bytes.append(more, size);
    }
    const bool failed = std::ferror(file) != 0;
    std::fclose(file);
    if (failed || bytes.size() >= kInputBytesMax) {
        return rules::Faults{{{path, 0, 0}, failed ? "cannot be read" : "is over 2 GiB",
                              "name a smaller file", rules::Severity::kError}};
    }
    return bytes;
}

rules::Result<void> write_file(const std::string& path, std::string_view bytes) {
    const std::string temporary = path + ".part";
    {
        std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        out.flush();
        if (!out) {
            return rules::Faults{{{path, 0, 0}, "cannot be written",
                                  "name a place with room and the right to write",
                                  rules::Severity::kError}};
        }
    }
    std::error_code error;
    std::filesystem::rename(temporary, path, error);
    if (error) {
        return rules::Faults{{{path, 0, 0}, error.message(), "name a place you may write to",
                              rules::Severity::kError}};
    }
    return {};
}

}  // namespace qk::ctl
