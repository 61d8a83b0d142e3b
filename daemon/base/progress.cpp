#include "daemon/base/progress.hpp"

namespace qk::daemon {
namespace {

constexpr std::array<const char*, kPartCount> kNames{"store", "judge"};

}  // namespace

void Progress::note_asked(Part part) { ++of(part).waiting; }

void Progress::note_over(Part part) {
    note_moved(part);
    --of(part).waiting;
}

void Progress::note_moved(Part part) { ++of(part).moves; }

std::vector<PartProgress> Progress::now() const {
    std::vector<PartProgress> parts;
    for (std::size_t i = 0; i < kPartCount; ++i) {
        parts.push_back({kNames[i], counts_[i].waiting.load(), counts_[i].moves.load()});
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
