#include "plans/evidence/evidence_page.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <boost/json/object.hpp>
#include <span>

#include "plans/text/embedded.hpp"
#include "plans/text/html.hpp"
#include "plans/text/json.hpp"

namespace qk::embedded {
[[nodiscard]] std::span<const File> evidence_page_files();
}  // namespace qk::embedded

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::string_view kStart = "<!doctype html>\n<html lang=\"zh-CN\">";
constexpr std::string_view kPackageStart = "<script type=\"text/plain\" id=\"package\">\n";
constexpr std::string_view kPackageEnd = "</script>";
constexpr std::string_view kTrailerStart = "</html><!--qingkong-page ";
// Nothing after it: a browser would take a line end into the body.
constexpr std::string_view kTrailerEnd = "-->";
constexpr std::size_t kLineBytes = 57;  // 76 letters of base64

std::string_view file_of(std::string_view name) {
    for (const embedded::File& file : embedded::evidence_page_files()) {
        if (file.path.ends_with(name)) return file.text;
    }
    return {};
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string base64_of(std::string_view bytes) {
    std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::string base64_lines(std::string_view bytes) {
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += kLineBytes) {
        text += base64_of(bytes.substr(at, kLineBytes));
        text += '\n';
    }
    return text;
}

// Line by line, as it was written; anything else is nothing.
std::string from_base64_lines(std::string_view text) {
    std::string bytes;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        std::string piece(line.size() + 1, '\0');
        const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(piece.data()),
                                         bytes_of(line), static_cast<int>(line.size()));
        if (size < 0) return {};
        piece.resize(static_cast<std::size_t>(size));
        while (line.ends_with('=') && !piece.empty() && base64_of(piece) != line) piece.pop_back();
        bytes += piece;
    }
    return bytes;
}

json::object trailer_of(std::string_view page, const std::string& key) {
    return {{"key", key}, {"kind", "page"}, {"sha256", sha256_hex(page)}};
}

std::string why_not_signed(std::string_view page, std::string_view trailer, std::string& key) {
    const auto said = parse_json(trailer, "page");
    if (!said || !said->is_object() || canonical_text(*said) != trailer) {
        return "its signature cannot be read";
    }
    key = string_or(*said, "key");
    json::object expected = trailer_of(page, key);
    const std::string signed_bytes = canonical_text(expected);
    const std::string signature = string_or(*said, "signature");
    expected["signature"] = signature;
    if (canonical_text(expected) != trailer) return "is not the page that was signed";
    if (!verify_hex(key, Purpose::kEvidence, signed_bytes, signature)) {
        return "its signature does not hold";
    }
    return {};
}

}  // namespace

std::string evidence_page(std::string_view package, const std::string& title,
                          const SigningKey& key) {
    const std::string shown = escape_html(title);
    const std::string_view program = file_of("evidence.js");
    const std::string policy = base64_of(sha256_bytes(program));
    std::string page = fmt::format(
        "{}<head><meta charset=\"utf-8\"><meta http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{}'\"><meta "
        "name=\"viewport\" content=\"width=device-width\"><title>{}</title><style>{}</style>"
        "</head><body><h1>{}</h1><div id=\"view\"><p>浏览器须允许本页运行脚本，或用 qingkongctl "
        "evidence "
        "verify 核验。The page checks itself by a script; without one, qingkongctl evidence verify "
        "does.</p></div>",
        kStart, policy, shown, file_of("evidence.css"), shown);
    page += kPackageStart;
    page += base64_lines(package);
    page += kPackageEnd;
    page += "<script>";
    page += program;
    page += "</script></body></html>";
    json::object trailer = trailer_of(page, key.public_key_hex());
    trailer["signature"] = key.sign_hex(Purpose::kEvidence, canonical_text(trailer));
    return page + "<!--qingkong-page " + canonical_text(trailer) + std::string(kTrailerEnd);
}

bool is_evidence_page(std::string_view text) { return text.starts_with("<!doctype html>\n<html"); }

rules::Result<ReadEvidencePage> read_evidence_page(std::string_view text) {
    const std::size_t start = text.find(kPackageStart);
    const std::size_t begin = start + kPackageStart.size();
    const std::size_t end = start == std::string_view::npos ? start : text.find(kPackageEnd, begin);
    if (end == std::string_view::npos) {
        return rules::refuse("holds no evidence package", "the file as the bureau gave it out");
    }
    ReadEvidencePage read;
    read.package = from_base64_lines(text.substr(begin, end - begin));
    read.link.what = "page";
    const std::size_t trailer = text.rfind(kTrailerStart);
    if (trailer == std::string_view::npos || !text.ends_with(kTrailerEnd) ||
        !text.starts_with(kStart)) {
        read.link.why = "has lost its signature, or something stands around it";
    } else {
        constexpr std::size_t kOfPage = std::string_view("</html>").size();
        std::string_view rest = text.substr(trailer + kTrailerStart.size());
        rest.remove_suffix(kTrailerEnd.size());
        read.link.why = why_not_signed(text.substr(0, trailer + kOfPage), rest, read.key);
    }
    read.link.holds = read.link.why.empty();
    return read;
}

}  // namespace qk::plans
