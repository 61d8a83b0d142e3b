// What anybody may send to the port of HJ 212: the same frames however the bytes are cut, every
// byte in one piece at most, a reason with every refusal, and no evidence out of a frame whose
// check sum is wrong.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plans/hj212/code_map.hpp"
#include "plans/hj212/frame_json.hpp"
#include "plans/text/json.hpp"

namespace {

namespace hj212 = qk::plans::hj212;

std::string decoded(std::string_view bytes, std::size_t piece_bytes) {
    hj212::DecodeSetting setting;
    setting.now = qk::rules::Instant{std::chrono::seconds{1'800'000'000}};
    setting.codes = &hj212::CodeMap::shipped();
    setting.key_of_all = "0000000000000000";
    hj212::FrameReader reader;
    std::string text;
    std::uint64_t end = 0;
    const auto take = [&](hj212::Rest rest) {
        while (const auto piece = reader.next(rest)) {
            if (piece->offset < end) __builtin_trap();
            end = piece->offset + piece->bytes;
            const hj212::Frame frame = hj212::decode(*piece, setting);
            const bool is_refused = frame.outcome > hj212::Outcome::kQuarantine;
            if (is_refused && (frame.reasons.empty() || !frame.factors.empty())) __builtin_trap();
            if (is_refused && hj212::answer_to(frame, false)) __builtin_trap();
            text += qk::plans::to_text(hj212::to_json(frame)) + "\n";
        }
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
        reader.feed(bytes.substr(at, piece_bytes));
        take(hj212::Rest::kComes);
    }
    take(hj212::Rest::kNone);
    if (end > bytes.size()) __builtin_trap();
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::string whole = decoded(bytes, size + 1);
    if (decoded(bytes, 1) != whole || decoded(bytes, 7) != whole) __builtin_trap();
    return 0;
}
