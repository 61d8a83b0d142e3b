#include "daemon/api/page_policy.hpp"

#include <openssl/evp.h>

#include <array>

#include "plans/text/sha256.hpp"

namespace qk::daemon {

std::string policy_hash(std::string_view text) {
    const std::string digest = plans::sha256_bytes(text);
    std::array<unsigned char, EVP_MAX_MD_SIZE * 2> base64{};
    const int length =
        EVP_EncodeBlock(base64.data(), reinterpret_cast<const unsigned char*>(digest.data()),
                        static_cast<int>(digest.size()));
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
