// A file in a folder of its own that is gone when the test is over.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace qk::sim::test {

class ScratchFile {
 public:
    ScratchFile(const std::string& name, const std::string& text) {
        std::string pattern =
            (std::filesystem::temp_directory_path() / "qingkong-test-XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
        path_ = (std::filesystem::path(folder_) / name).string();
        std::ofstream(path_, std::ios::binary) << text;
    }
    ~ScratchFile() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string folder_;
    std::string path_;
};

}  // namespace qk::sim::test
