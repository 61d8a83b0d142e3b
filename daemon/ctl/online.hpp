// Calls of a running daemon, for the commands that need one.
//
// Who: --token-file or QINGKONG_TOKEN_FILE, a file that holds the token alone, else whoever has
// logged in (kept_login.hpp); tokens are never taken from the command line, where others could read
// them. Where: --url or QINGKONG_URL, else the daemon of that login, else http://127.0.0.1:8080.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/exit_code.hpp"
#include "daemon/client/http_call.hpp"
#include "daemon/command_line/command_line.hpp"
#include "daemon/ctl/output.hpp"
#include "rules/base/result.hpp"

namespace qk::ctl {

struct OnlineAnswer {
    int status = 0;
    std::string content_type;
    std::string body;
    std::vector<std::string> options;  // of the command that asked: a refusal names them

    [[nodiscard]] bool is_good() const { return status >= 200 && status < 300; }
};

// --url, --token-file and --ca-file.
[[nodiscard]] command_line::Options connection_options();
// These and --format: of every command that prints what a running daemon answers.
[[nodiscard]] command_line::Options online_options();

class Daemon {
 public:
    // Reads connection_options(); a token file that cannot be read is a refusal.
    [[nodiscard]] static rules::Result<Daemon> from(const command_line::Call& call);
    // The same with a token that is known already.
    [[nodiscard]] static Daemon with_token(const command_line::Call& call, std::string token);
    [[nodiscard]] const std::string& url() const { return url_; }

    // A refusal means that the daemon could not be reached at all. A POST carries an
    // Idempotency-Key of its own and is sent again with it where the connection broke before the
    // answer was there.
    [[nodiscard]] rules::Result<OnlineAnswer> call(
        const std::string& method, const std::string& path, const std::string& body = {},
        const std::string& content_type = "application/json") const;
    // An endless answer, handed on as it comes until the daemon ends it or `on_bytes` says false.
    [[nodiscard]] rules::Result<OnlineAnswer> follow(
        const std::string& path, const std::function<bool(std::string_view)>& on_bytes) const;

 private:
    [[nodiscard]] daemon::HttpCall prepared(const std::string& path, std::string header) const;
    [[nodiscard]] OnlineAnswer answer_of(daemon::HttpReply reply) const;

    std::string url_;
    std::string token_;
    std::string ca_file_;
    std::vector<std::string> options_;
};

// With what every command of a running daemon begins; empty: why not has been printed.
struct OnlineSetting {
    Daemon daemon;
    Format format;
};
[[nodiscard]] std::optional<OnlineSetting> online_setting(const command_line::Call& call);

// Prints why a call failed (unreachable, or the problem document of a refusal) and gives the exit
// code.
int explain_failure(const rules::Result<OnlineAnswer>& answer);

// Up to the first blank or line end: a token as it stands in a file or was typed.
[[nodiscard]] std::string first_word(std::string text);

using daemon::url_encoded;

}  // namespace qk::ctl
