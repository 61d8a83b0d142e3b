#include "daemon/base/progress.hpp"

#include <array>
#include <atomic>

namespace qk::daemon {
namespace {

constexpr std::array<const char*, kPartCount> kNames{"store", "judge"};

struct Counts {
    std::atomic<std::int64_t> waiting{0};
    std::atomic<std::uint64_t> moves{0};
};

Counts& counts_of(Part part) {
    static std::array<Counts, kPartCount> all;
    return all[static_cast<std::size_t>(part)];
}

}  // namespace

void note_asked(Part part) { ++counts_of(part).waiting; }

void note_over(Part part) {
    note_moved(part);
    --counts_of(part).waiting;
}

void note_moved(Part part) { ++counts_of(part).moves; }

std::vector<PartProgress> progress_now() {
    std::vector<PartProgress> parts;
    for (std::size_t i = 0; i < kPartCount; ++i) {
        const Counts& counts = counts_of(static_cast<Part>(i));
        parts.push_back({kNames[i], counts.waiting.load(), counts.moves.load()});
    }
    return parts;
}

std::vector<std::string> ProgressWatch::stuck_since_last(const std::vector<PartProgress>& parts) {
    std::vector<std::string> stuck;
    for (const PartProgress& now : parts) {
        const auto before = last_.find(now.part);
        const bool has_stood = before != last_.end() && before->second.waiting > 0 &&
                               now.waiting > 0 && before->second.moves == now.moves;
        if (has_stood) stuck.push_back(now.part);
        last_[now.part] = now;
    }
    return stuck;
}

}  // namespace qk::daemon
