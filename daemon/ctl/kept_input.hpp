// What comes from a pipe or from standard input ("-"), put into a file without a name, so that it
// can be read piece by piece and once more: a hundred megabytes are never held in memory.
#pragma once

#include <cstdio>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>

#include "rules/base/result.hpp"

namespace qk::ctl {

class KeptInput {
 public:
    // Empty, and nothing taken: it is a file itself, or cannot be opened, as read_file() says.
    [[nodiscard]] static std::optional<KeptInput> of(const std::string& path);
    // By this name the process reads its bytes, from the beginning and as often as it wants.
    [[nodiscard]] const std::string& file() const { return name_; }
    [[nodiscard]] const rules::Faults& faults() const { return faults_; }

 private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    explicit KeptInput(std::FILE* file);
    void take(const std::string& path, std::istream& in);

    std::unique_ptr<std::FILE, Close> file_;
    std::string name_;
    rules::Faults faults_;
};

}  // namespace qk::ctl
