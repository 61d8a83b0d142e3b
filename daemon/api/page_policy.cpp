// What a page of ours may do in a browser (content security policy): use the styles it carries,
// each named by its hash, show inline SVG, and nothing else. A name of an enterprise that got past
// the escaping would still not run.
#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "daemon/api/api.hpp"

namespace qk::daemon {

std::string policy_hash(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 is not available");
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE * 2> base64{};
    const int length = EVP_EncodeBlock(base64.data(), digest.data(), static_cast<int>(size));
    return "sha256-" + std::string(base64.begin(), base64.begin() + length);
}

ApiResponse answer_html(std::string html) {
    constexpr std::string_view kOpen = "<style>";
    constexpr std::string_view kClose = "</style>";
    std::string styles;
    const auto open = html.find(kOpen);
    const auto close = html.find(kClose, open);
    if (open != std::string::npos && close != std::string::npos) {
        const std::size_t from = open + kOpen.size();
        styles = " '" + policy_hash(std::string_view(html).substr(from, close - from)) + "'";
    }
    ApiResponse response;
    response.content_type = "text/html; charset=utf-8";
    response.body = std::move(html);
    response.headers.emplace_back("Content-Security-Policy",
                                  "default-src 'none'; style-src 'self'" + styles +
                                      "; img-src 'self'; base-uri 'none'; form-action 'none'; "
                                      "frame-ancestors 'none'");
    return response;
}

}  // namespace qk::daemon
