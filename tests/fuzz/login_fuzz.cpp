// Any bytes as what a browser sends to log in: the value of a cookie is a piece of them, a code is
// six digits, and a secret that is base32 is so both ways.
#include <cstdlib>
#include <string>

#include "daemon/access/logins.hpp"
#include "daemon/access/one_time_code.hpp"
#include "daemon/access/password.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace qk::daemon;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string_view value = cookie_value(bytes, kPlainCookie);
    if (value.find(';') != std::string_view::npos) std::abort();
    if (!value.empty() && bytes.find("qingkong=") == std::string_view::npos) std::abort();
    if (from_base32(to_base32(bytes)) != bytes) std::abort();
    const std::string secret = to_base32("12345678901234567890");
    const auto step = find_code_step(secret, bytes, qk::rules::Instant{}, -2);
    if (step && bytes.find_first_not_of("0123456789") != std::string_view::npos) std::abort();
    if (find_code_step(bytes, "000000", qk::rules::Instant{}, 1)) std::abort();
    (void)password_faults(bytes, "li.na", 12);
    (void)is_weaker(bytes, 4);
    return 0;
}
