// What the daemon is taking in at this moment, kept in a small file beside the journal, so that the
// next start knows at which message a process died.
//
// A death while a batch was being taken in makes the next start careful: that batch is then taken
// in message by message, each with a mark of its own. Only a message at which the process died
// while it was alone is set aside. What the journal holds at the start is taken in by long
// stretches, read ahead (read_ahead.hpp), and a mark then goes as far as has been read; after a
// death all of that is taken in by batches first, so that few messages are ever stored one by one.
// Two kinds of death are told apart: a crash is one whose signal was raised by the very thread that
// was taking the message in or looking at it (assertion, bad access), noted by a signal handler;
// anything else (kill -9, out of memory, power, an abort in another part) is unexplained and says
// little about the message, so that it takes several of them:
//
//     stretch: any death                                    -> by batches, up to where it was read
//     batch: 1 crash, or kBatchDeathsMax unexplained deaths   -> message by message
//     alone: 1 crash, or kAloneDeathsMax unexplained deaths   -> set aside
//
// The mark survives the end of the process, not that of the machine; a mark that is lost only means
// that the batch is tried again.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/readings/journal_record.hpp"

namespace qk::daemon {

inline constexpr int kBatchDeathsMax = 2;
inline constexpr int kAloneDeathsMax = 6;

// Numbers are written to disk.
enum class AttemptStep { kBatch = 0, kAlone = 1, kStretch = 2 };

struct Attempt {
    JournalPlace from;        // the stored place before
    JournalPlace to;          // after the last message that was looked at
    JournalPlace careful_to;  // message by message up to here
    JournalPlace batches_to;  // no stretches up to here
    AttemptStep step = AttemptStep::kBatch;
    int unexplained_deaths = 0;  // of earlier processes at the same attempt
    bool has_crashed = false;
};

enum class Caution {
    kNone,      // as usual
    kBatches,   // no stretches up to `to`
    kCareful,   // message by message up to careful_to
    kSetAside,  // the next message is set aside, then kCareful
};
// What to do about an attempt that an earlier process did not finish; its own death is counted in.
[[nodiscard]] Caution caution_after(const Attempt& unfinished);

class AttemptMark {
 public:
    // Throws std::system_error. Also installs the handler of signals, once in a process.
    explicit AttemptMark(const std::string& path);
    ~AttemptMark();
    AttemptMark(const AttemptMark&) = delete;
    AttemptMark& operator=(const AttemptMark&) = delete;

    // What an earlier process was about, if it left a mark.
    [[nodiscard]] const std::optional<Attempt>& found() const { return found_; }
    void begin(const Attempt& attempt);
    // The process is about to end for a reason that is known and is not the message.
    void clear();

    // Alive while the thread that made it takes messages in.
    class Taking {
     public:
        Taking();
        ~Taking();
        Taking(const Taking&) = delete;
        Taking& operator=(const Taking&) = delete;
    };

 private:
    int handle_;
    std::optional<Attempt> found_;
};

}  // namespace qk::daemon
