// Whether the parts of the daemon get anywhere: what its service manager is told by. A part that
// has nothing to do is well; one that has must have done something since it was last looked at.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace qk::daemon {

enum class Part { kStore, kJudge };
inline constexpr std::size_t kPartCount = 2;

struct PartProgress {
    std::string part;
    std::int64_t waiting = 0;  // asked for and not over
    std::uint64_t moves = 0;   // since the start; only rises
};

// The counts of one daemon; nothing is decided by them. From any thread.
class Progress {
 public:
    // A piece of work for the part was asked for, or is over, whatever came of it. One that is over
    // has moved too.
    void note_asked(Part part);
    void note_over(Part part);
    // It has got on with one: a long piece of work shows so that it is not stuck.
    void note_moved(Part part);
    [[nodiscard]] std::vector<PartProgress> now() const;

 private:
    struct Counts {
        std::atomic<std::int64_t> waiting{0};
        std::atomic<std::uint64_t> moves{0};
    };
    [[nodiscard]] Counts& of(Part part) { return counts_[static_cast<std::size_t>(part)]; }

    std::array<Counts, kPartCount> counts_;
};

class ProgressWatch {
 public:
    // The parts that have not moved since the last look although something waited at both. Empty:
    // all is well.
    [[nodiscard]] std::vector<std::string> stuck_since_last(const std::vector<PartProgress>& parts);

 private:
    std::map<std::string, PartProgress> last_;
};

}  // namespace qk::daemon
