// The login that 'qingkongctl login' keeps: a token and the daemon that it is for, in a file that
// its owner alone can read, $XDG_CONFIG_HOME/qingkong/login.json (else
// ~/.config/qingkong/login.json). The token goes to no other daemon.
#pragma once

#include <optional>
#include <string>

#include "rules/base/result.hpp"

namespace qk::ctl {

struct Login {
    std::string url;
    std::string token;
};

// Where it is kept; a refusal where there is no home.
[[nodiscard]] rules::Result<std::string> login_path();

// Empty: nobody is logged in. A file that others can read is refused.
[[nodiscard]] rules::Result<std::optional<Login>> read_login(const std::string& path);
[[nodiscard]] rules::Result<void> keep_login(const std::string& path, const Login& login);
// Whether there was one.
[[nodiscard]] rules::Result<bool> forget_login(const std::string& path);

// The text of a file that its owner alone may read, opened once: what is looked at is what is read.
[[nodiscard]] rules::Result<std::string> read_private_file(const std::string& path);

}  // namespace qk::ctl
