// qingkongctl as a person types it, in this process: what it prints is kept, and the time is given.
#pragma once

#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

using Arguments = std::vector<std::string>;

struct Answer {
    int code = 0;
    std::string out;
    std::string err;
};

inline Answer type_command(const Arguments& words, std::string_view now = "2025-11-22") {
    std::ostringstream out;
    std::ostringstream err;
    auto* out_before = std::cout.rdbuf(out.rdbuf());
    auto* err_before = std::cerr.rdbuf(err.rdbuf());
    const int code =
        command_line::run(qingkongctl(), words, *rules::parse_instant(now, rules::kBeijingTime));
    std::cout.rdbuf(out_before);
    std::cerr.rdbuf(err_before);
    return {code, out.str(), err.str()};
}

// `first`, and then `more`.
inline Arguments words_of(Arguments first, const Arguments& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
}

}  // namespace qk::ctl
