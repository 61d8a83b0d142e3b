#include "sim/story/built_in.hpp"

#include <cassert>
#include <span>

#include "plans/text/embedded.hpp"

namespace qk::embedded {
[[nodiscard]] std::span<const File> sim_files();
}

namespace qk::sim {

std::string_view built_in(std::string_view name) {
    for (const embedded::File& file : embedded::sim_files()) {
        if (file.path.substr(file.path.rfind('/') + 1) == name) return file.text;
    }
    assert(false && "no such built-in file");
    return {};
}

}  // namespace qk::sim
