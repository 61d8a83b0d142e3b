// Reads one segment file of the intake journal in order, in pieces, and goes on behind damage with
// the next whole record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "daemon/readings/disk.hpp"
#include "daemon/readings/journal_record.hpp"

namespace qk::daemon {

// What is known of a segment file before its records are read.
struct SegmentFile {
    std::uint64_t number = 0;
    std::string path;
    std::uint64_t bytes = 0;  // as far as they are read
    JournalFormat format = JournalFormat::kNone;
    std::uint64_t first_sequence = 0;  // 0: not known
    bool is_head_damaged = false;
    JournalKey key{};  // of its CRCs: a file of another journal that was put here has its own
};

// Looks at the beginning of a file. Where it is damaged, the format is that of the first whole
// record that is found; kNone, where there is none. `key`: where the file does not say its own.
void find_format(Disk& disk, SegmentFile& file, const JournalKey& key);

class SegmentReader {
 public:
    enum class Kind {
        kRecord,
        kDamage,
        kTorn,   // begun and never finished, at the end of the file
        kZeros,  // nothing but zeros up to the end of the file: room that was never written
        kEnd,
    };
    struct Item {
        Kind kind = Kind::kEnd;
        RecordView record;       // of kRecord; valid until the next call
        std::uint64_t from = 0;  // the bytes it takes
        std::uint64_t to = 0;
    };
    // From `offset` on; 0 is before the segment's head.
    SegmentReader(Disk& disk, SegmentFile file, std::uint64_t offset);

    [[nodiscard]] Item next();
    // The file has grown.
    void extend(std::uint64_t bytes) { file_.bytes = bytes; }
    [[nodiscard]] std::uint64_t at() const { return at_; }
    [[nodiscard]] std::uint64_t number() const { return file_.number; }

 private:
    // At least `wanted` bytes from `offset` on, or up to the end of the file.
    [[nodiscard]] std::string_view bytes_at(std::uint64_t offset, std::size_t wanted);
    // Where the next whole record begins after `from`; the end of the file where there is none.
    [[nodiscard]] std::uint64_t find_next(std::uint64_t from);
    [[nodiscard]] bool is_record_at(std::uint64_t offset);
    // Behind the last byte from `from` on that is not zero; `from` where there is none.
    [[nodiscard]] std::uint64_t end_of_content(std::uint64_t from);
    // What lies between `from` and the end of the file, where no record follows.
    [[nodiscard]] Kind kind_of_tail(std::uint64_t from);

    Disk& disk_;
    SegmentFile file_;
    RecordCodec codec_;
    std::uint64_t at_;
    std::string buffer_;
    std::uint64_t buffer_at_ = 0;
    std::uint64_t guessed_bytes_ = 0;  // read in vain while looking for a record of format 1
};

}  // namespace qk::daemon
