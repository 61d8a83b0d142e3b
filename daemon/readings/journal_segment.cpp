#include "daemon/readings/journal_segment.hpp"

#include <algorithm>

namespace qk::daemon {
namespace {

constexpr std::size_t kReadBytes = 4 << 20;
static_assert(kReadBytes >= 2 * kRecordBytesMax);

// A record of format 1 is found by its CRC alone, so that a payload could be made of places that
// look like one and cost a CRC each. Beyond so many bytes the rest of the file counts as damaged.
constexpr std::uint64_t kGuessedBytesMax = 8ULL << 30;

// After a loss of power a file system leaves zeros from the beginning of a sector on.
constexpr std::uint64_t kSectorBytes = 512;

std::uint64_t next_sector(std::uint64_t offset) {
    return (offset + kSectorBytes - 1) / kSectorBytes * kSectorBytes;
}

}  // namespace

void find_format(Disk& disk, SegmentFile& file, const JournalKey& key) {
    file.format = JournalFormat::kNone;
    file.key = key;
    if (file.bytes == 0) return;
    const std::string start = disk.read(file.path, 0, kSegmentHeadBytes);
    if (const auto head = read_segment_head(start)) {
        file.format = JournalFormat::kTwo;
        file.first_sequence = head->first_sequence;
        file.key = head->key;
        return;
    }
    const auto begins = [&](JournalFormat format, int damaged_places) {
        SegmentFile guess = file;
        guess.format = format;
        guess.is_head_damaged = true;
        SegmentReader reader(disk, std::move(guess), 0);
        auto item = reader.next();
        for (int i = 0; i < damaged_places && item.kind == SegmentReader::Kind::kDamage; ++i) {
            item = reader.next();
        }
        return item.kind == SegmentReader::Kind::kRecord;
    };
    if (begins(JournalFormat::kOne, 0)) {
        file.format = JournalFormat::kOne;
    } else if (begins(JournalFormat::kTwo, 1)) {
        file.format = JournalFormat::kTwo;
    } else if (begins(JournalFormat::kOne, 1)) {
        file.format = JournalFormat::kOne;
    }
    file.is_head_damaged = file.format != JournalFormat::kOne;
}

SegmentReader::SegmentReader(Disk& disk, SegmentFile file, std::uint64_t offset)
    : disk_(disk),
      file_(std::move(file)),
      codec_(file_.format, file_.key, file_.number),
      at_(offset) {
    const bool has_head = file_.format == JournalFormat::kTwo && !file_.is_head_damaged;
    if (has_head) at_ = std::max<std::uint64_t>(at_, kSegmentHeadBytes);
}

std::string_view SegmentReader::bytes_at(std::uint64_t offset, std::size_t wanted) {
    const std::uint64_t left = file_.bytes - offset;
    const auto needed = static_cast<std::size_t>(std::min<std::uint64_t>(left, wanted));
    const bool is_here = offset >= buffer_at_ && offset - buffer_at_ + needed <= buffer_.size();
    if (!is_here) {
        buffer_ = disk_.read(file_.path, offset,
                             static_cast<std::size_t>(std::min<std::uint64_t>(left, kReadBytes)));
        buffer_at_ = offset;
    }
    std::string_view bytes = std::string_view(buffer_).substr(offset - buffer_at_);
    return bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size())));
}

bool SegmentReader::is_record_at(std::uint64_t offset) {
    if (offset >= file_.bytes) return false;
    const std::string_view bytes = bytes_at(offset, kRecordBytesMax);
    if (file_.format == JournalFormat::kOne) guessed_bytes_ += codec_.believed_length(bytes);
    return codec_.read(bytes, offset).has_value();
}

std::uint64_t SegmentReader::find_next(std::uint64_t from) {
    const std::size_t believed = codec_.believed_length(bytes_at(from, kRecordBytesMax));
    if (believed > 0 && is_record_at(from + believed)) return from + believed;
    for (std::uint64_t at = from + 1; at < file_.bytes && guessed_bytes_ < kGuessedBytesMax;) {
        const std::string_view piece = bytes_at(at, kRecordBytesMax);
        const std::size_t guess = codec_.next_guess(piece, 0);
        if (guess != std::string_view::npos) {
            if (is_record_at(at + guess)) return at + guess;
            at += guess + 1;
            continue;
        }
        // The mark may lie across the end of the piece.
        constexpr std::size_t kMarkBytesMax = 64;
        if (at + piece.size() >= file_.bytes || piece.size() <= kMarkBytesMax) break;
        at += piece.size() - kMarkBytesMax;
    }
    return file_.bytes;
}

std::uint64_t SegmentReader::end_of_content(std::uint64_t from) {
    for (std::uint64_t end = file_.bytes; end > from;) {
        const std::uint64_t start = end - std::min<std::uint64_t>(end - from, kReadBytes);
        const auto size = static_cast<std::size_t>(end - start);
        const std::string_view piece = bytes_at(start, size).substr(0, size);
        const std::size_t last = piece.find_last_not_of('\0');
        if (last != std::string_view::npos) return start + last + 1;
        end = start;
    }
    return from;
}

SegmentReader::Kind SegmentReader::kind_of_tail(std::uint64_t from) {
    const std::uint64_t filled = end_of_content(from);
    if (filled == from) return Kind::kZeros;
    // Of a record that was begun, what reached the disk is followed by whole sectors of zeros.
    const std::uint64_t end = next_sector(filled) < file_.bytes ? filled : file_.bytes;
    const std::string_view rest = bytes_at(from, kRecordBytesMax);
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(end - from, rest.size()));
    return codec_.is_torn(rest.substr(0, size), from) ? Kind::kTorn : Kind::kDamage;
}

SegmentReader::Item SegmentReader::next() {
    Item item;
    item.from = item.to = at_;
    if (at_ >= file_.bytes) return item;
    const std::string_view bytes = bytes_at(at_, kRecordBytesMax);
    if (auto record = codec_.read(bytes, at_)) {
        at_ += record->length;
        item.kind = Kind::kRecord;
        item.record = *record;
        item.to = at_;
        return item;
    }
    at_ = find_next(item.from);
    item.to = at_;
    item.kind = at_ == file_.bytes ? kind_of_tail(item.from) : Kind::kDamage;
    return item;
}

}  // namespace qk::daemon
