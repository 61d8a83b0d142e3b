#include "daemon/ctl/online.hpp"

#include <poll.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

#include "daemon/access/token.hpp"
#include "daemon/base/files.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/kept_login.hpp"
#include "daemon/ctl/refusal_text.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

constexpr std::chrono::seconds kConnectDeadline{10};
// A large inventory is read and derived before the answer.
constexpr std::chrono::seconds kAnswerDeadline{600};
constexpr std::size_t kAnswerBytesMax = std::size_t{1} << 30;  // evidence of a whole winter
// How often a POST is sent again after its connection broke, and after how long each time: a daemon
// that is started again is there by then.
constexpr int kTriesMax = 30;
constexpr int kPauseMs = 1000;
constexpr char kDefaultUrl[] = "http://127.0.0.1:8080";

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string(value);
}

}  // namespace

command_line::Options connection_options() {
    using command_line::option;
    return {
        option("url", "URL",
               {"守护进程地址；默认取 QINGKONG_URL，再取登录",
                "the daemon; default: QINGKONG_URL, else the login"}),
        option("token-file", "FILE",
               {"存放本人令牌的文件；默认取 QINGKONG_TOKEN_FILE，再取登录",
                "file with your token; default: QINGKONG_TOKEN_FILE, else the login"}),
        option("ca-file", "FILE",
               {"所信任的证书；默认用系统证书", "certificates to trust; default: the system's"})};
}

command_line::Options online_options() {
    return command_line::joined({connection_options(), {format_option()}});
}

Daemon Daemon::with_token(const command_line::Call& call, std::string token) {
    Daemon daemon;
    daemon.url_ = call.text("url").value_or(environment("QINGKONG_URL"));
    if (daemon.url_.empty()) daemon.url_ = kDefaultUrl;
    while (daemon.url_.ends_with('/')) daemon.url_.pop_back();
    daemon.ca_file_ = call.text("ca-file").value_or("");
    daemon.token_ = std::move(token);
    daemon.options_ = call.option_names();
    return daemon;
}

rules::Result<Daemon> Daemon::from(const command_line::Call& call) {
    const std::string token_file =
        call.text("token-file").value_or(environment("QINGKONG_TOKEN_FILE"));
    if (!token_file.empty()) {
        auto token = read_file(token_file);
        if (!token) return token.error();
        return with_token(call, first_word(std::move(*token)));
    }
    Daemon daemon = with_token(call, "");
    const auto path = login_path();
    if (!path) return daemon;
    const auto login = read_login(*path);
    if (!login) return login.error();
    if (!*login) return daemon;
    const bool names_a_daemon = call.has("url") || !environment("QINGKONG_URL").empty();
    if (!names_a_daemon) daemon.url_ = (*login)->url;
    if (daemon.url_ == (*login)->url) daemon.token_ = (*login)->token;
    return daemon;
}

std::optional<OnlineSetting> online_setting(const command_line::Call& call) {
    const auto daemon = Daemon::from(call);
    if (daemon) return OnlineSetting{*daemon, format_of(call)};
    print_faults(daemon.error());
    return std::nullopt;
}

namespace {

bool is_still_running(const daemon::HttpReply& reply) {
    if (reply.end != daemon::HttpEnd::kAnswered || reply.status != 409) return false;
    const auto problem = plans::parse_json(reply.body, "answer");
    return problem && plans::string_or(*problem, "refusal") == "still_running";
}

}  // namespace

daemon::HttpCall Daemon::prepared(const std::string& path, std::string header) const {
    daemon::HttpCall call;
    call.url = url_ + path;
    call.headers.push_back(std::move(header));
    if (!token_.empty()) call.headers.push_back("Authorization: Bearer " + token_);
    call.ca_file = ca_file_;
    call.connect_deadline = kConnectDeadline;
    call.answer_bytes_max = kAnswerBytesMax;
    return call;
}

OnlineAnswer Daemon::answer_of(daemon::HttpReply reply) const {
    return {reply.status, std::move(reply.content_type), std::move(reply.body), options_};
}

rules::Result<OnlineAnswer> Daemon::call(const std::string& method, const std::string& path,
                                         const std::string& body,
                                         const std::string& content_type) const {
    using daemon::HttpEnd;
    daemon::HttpCall call = prepared(path, "Content-Type: " + content_type);
    call.method = method;
    call.body = body;
    call.deadline = kAnswerDeadline;
    const bool is_repeatable = method == "POST";
    if (is_repeatable) call.headers.push_back("Idempotency-Key: " + daemon::new_token());
    daemon::HttpReply reply = daemon::call_http(call);
    if (is_repeatable && reply.end == HttpEnd::kBrokenOff) {
        for (int tries = 0; tries < kTriesMax; ++tries) {
            (void)poll(nullptr, 0, kPauseMs);
            reply = daemon::call_http(call);
            const bool goes_on = reply.end == HttpEnd::kBrokenOff ||
                                 reply.end == HttpEnd::kNoServer || is_still_running(reply);
            if (!goes_on) break;
        }
    }
    if (reply.end != HttpEnd::kAnswered) {
        return rules::refuse(url_ + ": " + reply.why, "a running qingkongd; see --url");
    }
    return answer_of(std::move(reply));
}

rules::Result<OnlineAnswer> Daemon::follow(
    const std::string& path, const std::function<bool(std::string_view)>& on_bytes) const {
    daemon::HttpCall call = prepared(path, "Accept: text/event-stream");
    call.on_piece = on_bytes;
    daemon::HttpReply reply = daemon::call_http(call);
    if (reply.end != daemon::HttpEnd::kAnswered && reply.end != daemon::HttpEnd::kLeftOff) {
        return rules::refuse(url_ + ": " + reply.why, "a running qingkongd; see --url");
    }
    return answer_of(std::move(reply));
}

int explain_failure(const rules::Result<OnlineAnswer>& answer) {
    if (!answer) {
        print_faults(answer.error());
        return kUnreachable;
    }
    const auto problem = plans::parse_json(answer->body, "answer");
    std::cerr << refusal_text(answer->status, problem ? *problem : boost::json::value(),
                              answer->options);
    return kUnreachable;
}

std::string first_word(std::string text) {
    text.erase(std::min(text.find_first_of(" \r\n\t"), text.size()));
    return text;
}

}  // namespace qk::ctl
