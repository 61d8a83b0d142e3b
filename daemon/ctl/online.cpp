#include "daemon/ctl/online.hpp"

#include <curl/curl.h>
#include <poll.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "daemon/access/token.hpp"
#include "daemon/base/files.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/kept_login.hpp"
#include "daemon/ctl/refusal_text.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

constexpr long kConnectSecondsMax = 10;
constexpr long kAnswerSecondsMax = 600;  // a large inventory is read and derived before the answer
// How often a POST is sent again after its connection broke, and after how long each time: a daemon
// that is started again is there by then.
constexpr int kTriesMax = 30;
constexpr int kPauseMs = 1000;
constexpr char kDefaultUrl[] = "http://127.0.0.1:8080";

struct Sink {
    std::string* body;
    const std::function<bool(std::string_view)>* on_bytes;
    CURL* curl;

    // Only what a good answer holds is handed on; why a call was refused is kept.
    [[nodiscard]] bool is_handed_on() const {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        return on_bytes != nullptr && status >= 200 && status < 300;
    }
};

std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto* sink = static_cast<Sink*>(user);
    const std::string_view piece(bytes, size * count);
    if (sink->is_handed_on()) return (*sink->on_bytes)(piece) ? piece.size() : 0;
    sink->body->append(piece);
    return piece.size();
}

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string{} : std::string(value);
}

// Where it goes: to a daemon, and to nothing else that curl can read or talk to.
void set_address(CURL* curl, const std::string& url) {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_DEFAULT_PROTOCOL, "http");
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);  // a token goes where it was sent
}

struct CurlEnd {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

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

// Whether the daemon may have got the request and carried it out.
bool is_broken_off(int code) {
    return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
           code == CURLE_PARTIAL_FILE;
}

bool is_still_running(const OnlineAnswer& answer) {
    if (answer.status != 409) return false;
    const auto problem = plans::parse_json(answer.body, "answer");
    return problem && plans::string_or(*problem, "refusal") == "still_running";
}

}  // namespace

struct Daemon::Request {
    const std::string& method;
    const std::string& path;
    const std::string& body;
    const std::string& content_type;
    std::string key;  // of a POST
};

rules::Result<OnlineAnswer> Daemon::call(const std::string& method, const std::string& path,
                                         const std::string& body,
                                         const std::string& content_type) const {
    Request request{method, path, body, content_type, {}};
    if (method == "POST") request.key = daemon::new_token();
    OnlineAnswer answer;
    int code = send(request, answer);
    if (!request.key.empty() && is_broken_off(code)) {
        for (int tries = 0; tries < kTriesMax; ++tries) {
            (void)poll(nullptr, 0, kPauseMs);
            answer = {};
            code = send(request, answer);
            const bool goes_on = is_broken_off(code) || code == CURLE_COULDNT_CONNECT ||
                                 (code == CURLE_OK && is_still_running(answer));
            if (!goes_on) break;
        }
    }
    if (code != CURLE_OK) {
        return rules::refuse(url_ + ": " + curl_easy_strerror(static_cast<CURLcode>(code)),
                             "a running qingkongd; see --url");
    }
    return answer;
}

int Daemon::send(const Request& request, OnlineAnswer& answer) const {
    const std::string& method = request.method;
    const std::string& body = request.body;
    const std::unique_ptr<CURL, CurlEnd> curl(curl_easy_init());
    answer.options = options_;
    Sink sink{&answer.body, nullptr, curl.get()};
    curl_slist* raw = curl_slist_append(nullptr, ("Content-Type: " + request.content_type).c_str());
    if (!token_.empty()) {
        raw = curl_slist_append(raw, ("Authorization: Bearer " + token_).c_str());
    }
    if (!request.key.empty()) {
        raw = curl_slist_append(raw, ("Idempotency-Key: " + request.key).c_str());
    }
    const std::unique_ptr<curl_slist, ListEnd> headers(raw);
    set_address(curl.get(), url_ + request.path);
    curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSecondsMax);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kAnswerSecondsMax);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &sink);
    if (!ca_file_.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file_.c_str());
    if (!body.empty() || method == "POST" || method == "PUT") {
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(body.size()));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
    }
    const CURLcode code = curl_easy_perform(curl.get());
    if (code != CURLE_OK) return code;
    long status = 0;
    char* type = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type);
    answer.status = static_cast<int>(status);
    answer.content_type = type == nullptr ? "" : type;
    return CURLE_OK;
}

rules::Result<OnlineAnswer> Daemon::follow(
    const std::string& path, const std::function<bool(std::string_view)>& on_bytes) const {
    const std::unique_ptr<CURL, CurlEnd> curl(curl_easy_init());
    OnlineAnswer answer;
    answer.options = options_;
    Sink sink{&answer.body, &on_bytes, curl.get()};
    curl_slist* raw = curl_slist_append(nullptr, "Accept: text/event-stream");
    if (!token_.empty()) {
        raw = curl_slist_append(raw, ("Authorization: Bearer " + token_).c_str());
    }
    const std::unique_ptr<curl_slist, ListEnd> headers(raw);
    set_address(curl.get(), url_ + path);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, kConnectSecondsMax);
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, take_bytes);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &sink);
    if (!ca_file_.empty()) curl_easy_setopt(curl.get(), CURLOPT_CAINFO, ca_file_.c_str());
    const CURLcode code = curl_easy_perform(curl.get());
    if (code != CURLE_OK && code != CURLE_WRITE_ERROR) {
        return rules::refuse(url_ + ": " + curl_easy_strerror(code),
                             "a running qingkongd; see --url");
    }
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    return answer;
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

std::string url_encoded(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
                              c == '~';
        if (is_plain) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

}  // namespace qk::ctl
