#include "daemon/http/head.hpp"

#include <algorithm>
#include <array>

namespace qk::daemon {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_same(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_alphanumeric(char c) {
    const char low = lower(c);
    return is_digit(c) || (low >= 'a' && low <= 'z');
}

// tchar of RFC 9110
bool is_token(std::string_view text) {
    static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
    });
}

// Visible characters only; letters beyond ASCII belong into a target encoded.
bool is_target(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f; });
}

bool is_value(std::string_view text) {
    return std::ranges::none_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && byte != '\t') || byte == 0x7f;
    });
}

// uri-host [":" port]; empty where the target names no host.
bool is_host(std::string_view text) {
    static constexpr std::string_view kMarks = "-._~%!$&'()*+,;=:[]";
    return std::ranges::all_of(text, [](char c) {
        return is_alphanumeric(c) || kMarks.find(c) != std::string_view::npos;
    });
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// What decides who calls, what the call is, and where it ends.
constexpr std::array<std::string_view, 9> kOnceOnly{
    "host",         "authorization",   "content-length", "transfer-encoding",
    "content-type", "idempotency-key", "last-event-id",  "expect",
    "x-csrf-token"};

std::string read_request_line(std::string_view line, RequestHead& head) {
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return "the request line is malformed";
    head.method = line.substr(0, first);
    head.target = line.substr(first + 1, last - first - 1);
    const std::string_view version = line.substr(last + 1);
    if (!is_token(head.method)) return "the method is not a token";
    if (!is_target(head.target)) return "the target has spaces or characters that are not encoded";
    if (version != "HTTP/1.1" && version != "HTTP/1.0") return "the version is not HTTP/1.1 or 1.0";
    head.version = version.back() == '1' ? 11 : 10;
    return {};
}

std::string read_field(std::string_view line, RequestHead& head) {
    if (line.front() == ' ' || line.front() == '\t') return "a line of the head is folded";
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return "a line of the head has no colon";
    HeadField field{line.substr(0, colon), trimmed(line.substr(colon + 1))};
    if (!is_token(field.name)) return "the name of a header field is not a token";
    if (!is_value(field.value)) return "a header field has control characters";
    for (const std::string_view once : kOnceOnly) {
        if (!is_same(once, field.name)) continue;
        for (const HeadField& before : head.fields) {
            if (is_same(before.name, once)) return std::string(once) + " is given twice";
        }
    }
    head.fields.push_back(field);
    return {};
}

// How long the body is must be said in one way only.
std::string check_length(const RequestHead& head) {
    constexpr std::size_t kDigitsMax = 18;
    if (head.has("content-length")) {
        const std::string_view length = head.value("content-length");
        if (length.empty() || length.size() > kDigitsMax ||
            !std::ranges::all_of(length, is_digit)) {
            return "content-length is not a number";
        }
    }
    if (!head.has("transfer-encoding")) return {};
    if (head.has("content-length")) return "content-length stands beside transfer-encoding";
    if (head.version < 11) return "transfer-encoding does not belong into HTTP/1.0";
    if (!is_same(head.value("transfer-encoding"), "chunked")) {
        return "transfer-encoding is not exactly 'chunked'";
    }
    return {};
}

}  // namespace

bool RequestHead::has(std::string_view name) const {
    return std::ranges::any_of(
        fields, [name](const HeadField& field) { return is_same(field.name, name); });
}

std::string_view RequestHead::value(std::string_view name) const {
    const auto found = std::ranges::find_if(
        fields, [name](const HeadField& field) { return is_same(field.name, name); });
    return found == fields.end() ? std::string_view{} : found->value;
}

std::string RequestHead::list(std::string_view name) const {
    std::string all;
    for (const HeadField& field : fields) {
        if (!is_same(field.name, name)) continue;
        if (!all.empty()) all += ", ";
        all += field.value;
    }
    return all;
}

HeadEnd::Found HeadEnd::look(std::string_view bytes) {
    for (; seen_ < bytes.size(); ++seen_) {
        const char c = bytes[seen_];
        const bool is_after_cr = seen_ > 0 && bytes[seen_ - 1] == '\r';
        if ((c == '\n') != is_after_cr || c == '\0') return Found::kFaulty;
        if (c != '\n') continue;
        const bool is_empty_line = seen_ - line_begin_ == 1;
        line_begin_ = seen_ + 1;
        if (!is_empty_line) continue;
        ++seen_;
        return Found::kWhole;
    }
    return Found::kMore;
}

std::string read_head(std::string_view bytes, RequestHead& head) {
    std::size_t at = 0;
    bool is_first = true;
    while (at < bytes.size()) {
        const std::size_t end = bytes.find(kLineEnd, at);
        if (end == std::string_view::npos) return "the head does not end";
        const std::string_view line = bytes.substr(at, end - at);
        at = end + kLineEnd.size();
        if (line.find_first_of(kLineEnd) != std::string_view::npos) return "a bare line end";
        std::string wrong;
        if (is_first) {
            wrong = read_request_line(line, head);
        } else if (!line.empty()) {
            wrong = read_field(line, head);
        }
        if (!wrong.empty()) return wrong;
        if (line.empty()) break;
        is_first = false;
    }
    if (is_first || at != bytes.size()) return "the head does not end";
    if (head.version >= 11 && !head.has("host")) return "host is missing";
    if (!is_host(head.value("host"))) return "host is malformed";
    return check_length(head);
}

bool to_origin_form(const RequestHead& head, std::string& target) {
    if (head.target.starts_with('/')) {
        target = head.target;
        return true;
    }
    const std::size_t scheme = head.target.find("://");
    if (scheme == std::string_view::npos) return false;
    const std::string_view name = head.target.substr(0, scheme);
    if (!is_same(name, "http") && !is_same(name, "https")) return false;
    const std::string_view rest = head.target.substr(scheme + 3);
    const std::size_t path = rest.find_first_of("/?#");
    const std::string_view host = rest.substr(0, path);
    if (host.empty() || !is_same(host, head.value("host"))) return false;
    target = path == std::string_view::npos ? "/" : std::string(rest.substr(path));
    if (target.front() != '/') target.insert(0, "/");
    return true;
}

}  // namespace qk::daemon
