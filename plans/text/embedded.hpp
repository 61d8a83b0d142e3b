// Files carried inside the binary (see packaging/cmake/embed.cmake). Each set is a function
// declared by the directory that owns the files.
#pragma once

#include <span>
#include <string_view>

namespace qk::embedded {

struct File {
    std::string_view path;  // relative to the directory that embeds it
    std::string_view text;
};

}  // namespace qk::embedded
