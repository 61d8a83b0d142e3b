// Room for bodies: of a large one each caller sends one at a time, of middling ones so many bytes;
// and so many bytes of all callers together. Who finds no room is told to come again, before a byte
// of it is in memory. What a stranger may send is small and needs none.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "daemon/api/answers.hpp"

namespace qk::daemon {

// From here on a body is large.
inline constexpr std::uint64_t kLargeBodyBytes = std::uint64_t{1} << 20;
inline constexpr std::uint64_t kLargeBodiesTogetherMax = std::uint64_t{128} << 20;
// Those between small and large, of one caller and of all.
inline constexpr std::uint64_t kMiddleBodiesOfCallerMax = std::uint64_t{16} << 20;
inline constexpr std::uint64_t kMiddleBodiesTogetherMax = std::uint64_t{64} << 20;
static_assert(kStrangerBodyBytesMax < kLargeBodyBytes);

// Used on one executor alone; what it gave out may outlive it.
class UploadRoom {
 public:
    enum class Full { kNo, kOfCaller, kOfAll };
    struct Taken {
        std::shared_ptr<void> place;  // held while the body is in memory; empty for a small one
        Full full = Full::kNo;
    };

    [[nodiscard]] Taken take(const std::string& caller, std::uint64_t bytes) {
        if (bytes <= kStrangerBodyBytesMax) return {};
        const bool is_large = bytes >= kLargeBodyBytes;
        const auto own = book_->callers.find(caller);
        const Share held = own == book_->callers.end() ? Share{} : own->second;
        const bool is_caller_full =
            is_large ? held.large > 0 : held.middle + bytes > kMiddleBodiesOfCallerMax;
        if (is_caller_full) return {nullptr, Full::kOfCaller};
        const bool is_full = is_large ? book_->all.large + bytes > kLargeBodiesTogetherMax
                                      : book_->all.middle + bytes > kMiddleBodiesTogetherMax;
        if (is_full) return {nullptr, Full::kOfAll};
        book_->add(caller, bytes, is_large);
        const auto leave = [book = book_, caller, bytes, is_large](void*) {
            book->take_out(caller, bytes, is_large);
        };
        return {std::shared_ptr<void>(book_.get(), leave), Full::kNo};
    }

 private:
    struct Share {  // bytes
        std::uint64_t large = 0;
        std::uint64_t middle = 0;
        std::uint64_t& of(bool is_large) { return is_large ? large : middle; }
    };
    struct Book {
        std::map<std::string, Share> callers;  // who holds any
        Share all;

        void add(const std::string& caller, std::uint64_t bytes, bool is_large) {
            callers[caller].of(is_large) += bytes;
            all.of(is_large) += bytes;
        }
        void take_out(const std::string& caller, std::uint64_t bytes, bool is_large) {
            const auto own = callers.find(caller);
            own->second.of(is_large) -= bytes;
            all.of(is_large) -= bytes;
            if (own->second.large == 0 && own->second.middle == 0) callers.erase(own);
        }
    };
    std::shared_ptr<Book> book_ = std::make_shared<Book>();
};

// 429 or 503, with when to come again.
[[nodiscard]] inline ApiResponse answer_no_room(UploadRoom::Full full) {
    const auto why =
        rules::refuse("an upload is taken as a whole, one after the other", "try again in 10 s");
    ApiResponse answer = full == UploadRoom::Full::kOfCaller
                             ? answer_problem(429, "您的上一份上传还在处理，请稍后再试",
                                              "your last upload is still being taken in", why)
                             : answer_problem(503, "正在处理的上传过多，请稍后再试",
                                              "too many uploads at once", why);
    answer.headers.emplace_back("Retry-After", "10");
    return answer;
}

}  // namespace qk::daemon
