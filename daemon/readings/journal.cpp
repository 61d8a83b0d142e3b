#include "daemon/readings/journal.hpp"
#include "daemon/base/canary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <system_error>

namespace qk::daemon {
namespace {

JournalMessage message_of(const RecordView& record, JournalPlace end) {
    JournalMessage message;
    message.channel = record.channel;
    message.sender = record.sender;
    message.arrived = record.arrived;
    message.address = record.address;
    message.payload = record.payload;
    message.payload_bytes = record.payload_bytes;
    message.end = end;
    return message;
}

}  // namespace

Journal::Journal(std::string folder, std::uint64_t segment_bytes_max, std::shared_ptr<Disk> disk)
    : folder_(std::move(folder)), segment_bytes_max_(segment_bytes_max), disk_(std::move(disk)) {}

rules::Result<std::unique_ptr<Journal>> Journal::open(const std::string& folder,
                                                      JournalPlace consumed,
                                                      std::uint64_t segment_bytes_max,
                                                      std::shared_ptr<Disk> disk) {
    try {
        disk->make_folder(folder);
        std::unique_ptr<Journal> journal(new Journal(folder, segment_bytes_max, std::move(disk)));
        journal->load(consumed);
        return journal;
    } catch (const std::system_error& error) {
        return rules::Faults{
            {{folder, 0, 0},
             fmt::format("接收日志无法打开：{} / the intake journal cannot be "
                         "opened: {}",
                         error_in_words(error.code()), error.what()),
             "服务用户可写、有剩余空间的文件夹 / a folder with free space that the "
             "daemon may write to",
             rules::Severity::kError}};
    }
}

void Journal::load(JournalPlace consumed) {
    JournalCheck check = check_journal(*disk_, folder_, consumed);
    key_ = check.key;
    start_ = check.start;
    waiting_ = check.waiting;
    next_sequence_ = check.next_sequence;
    findings_ = std::move(check.findings);
    segments_ = std::move(check.segments);
    for (const JournalFinding& finding : findings_) told_.insert({finding.file, finding.from});
    const std::uint64_t newest = segments_.empty() ? 0 : segments_.rbegin()->first;
    const bool is_unused =
        newest > 0 && newest >= std::max(start_.segment, consumed.segment) &&
        newest == check.highest_number && segments_[newest].bytes == kSegmentHeadBytes &&
        segments_[newest].first_sequence == next_sequence_ && segments_[newest].key == key_;
    if (is_unused) {
        // Begun anew under its number: whether the earlier process saw it reach the disk is not
        // known, and after a sync that failed, a later one says nothing of what was written before.
        disk_->remove(segments_[newest].path);
        begin_segment(newest);
    } else {
        // A place beyond every number is a damaged one, and leads nowhere.
        const std::uint64_t known = consumed.segment <= kSegmentNumberMax ? consumed.segment : 1;
        const bool has_none = newest == 0 && consumed.offset <= kSegmentHeadBytes;
        const std::uint64_t used = std::max({check.highest_number, known, newest});
        begin_segment(has_none && check.highest_number == 0 ? known : used + 1);
    }
    forget(start_);
}

void Journal::begin_segment(std::uint64_t number) {
    if (number > kSegmentNumberMax) {
        throw std::system_error(
            EOVERFLOW, std::generic_category(),
            fmt::format(
                "{}/{}：其后已无可用编号，请移走该文件 / no number is left behind it: move it away",
                folder_, segment_name(kSegmentNumberMax)));
    }
    SegmentFile file;
    file.number = number;
    file.path = fmt::format("{}/{}", folder_, segment_name(number));
    file.format = JournalFormat::kTwo;
    file.first_sequence = next_sequence_;
    file.key = key_;
    file.bytes = kSegmentHeadBytes;
    file_ = disk_->open_for_append(file.path);
    file_->append(to_bytes({number, next_sequence_, key_}));
    file_->sync();
    disk_->sync_folder(folder_);
    segments_[number] = std::move(file);
    note_segments();
}

JournalPlace Journal::append(const Envelope& envelope, rules::Instant arrived,
                             std::uint64_t payload_bytes, bool sync) {
    const std::lock_guard lock(mutex_);
    if (is_broken_) throw std::system_error(EIO, std::generic_category(), folder_);
    is_broken_ = true;  // until this one is whole
    SegmentFile* last = &segments_.rbegin()->second;
    const auto encode = [&] {
        return RecordCodec(JournalFormat::kTwo, key_, last->number)
            .to_record(envelope, arrived, payload_bytes, next_sequence_, last->bytes);
    };
    std::string record = encode();
    if (last->bytes > kSegmentHeadBytes && last->bytes + record.size() > segment_bytes_max_) {
        file_->sync();
        begin_segment(last->number + 1);
        last = &segments_.rbegin()->second;
        record = encode();
    }
    file_->append(record);
    if (sync && !planted(Canary::kJournalUnsynced)) file_->sync();
    is_synced_ = sync;
    last->bytes += record.size();
    bytes_ += record.size();
    is_broken_ = false;
    return {last->number, last->bytes, next_sequence_++};
}

void Journal::sync() {
    const std::lock_guard lock(mutex_);
    if (is_broken_) throw std::system_error(EIO, std::generic_category(), folder_);
    if (is_synced_) return;
    is_broken_ = true;  // a sync that failed has failed for good
    file_->sync();
    is_broken_ = false;
    is_synced_ = true;
}

std::optional<SegmentFile> Journal::segment_at(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    const auto found = segments_.lower_bound(number);
    return found == segments_.end() ? std::nullopt : std::optional(found->second);
}

void Journal::note_damage(Reading& reading, const SegmentFile& file,
                          const SegmentReader::Item& item) {
    if (!told_.insert({file.path, item.from}).second) return;
    JournalFinding finding{
        JournalFinding::Kind::kDamaged, file.path, item.from, item.to - item.from, 1, false, {}};
    finding.kept = keep_damaged(*disk_, folder_, file);
    reading.findings.push_back(std::move(finding));
}

Journal::Reading Journal::read(JournalPlace from, std::size_t limit, std::size_t bytes_max) {
    Reading reading;
    std::size_t bytes = 0;
    for (auto file = segment_at(from.segment); file; file = segment_at(file->number + 1)) {
        const std::uint64_t offset = file->number == from.segment ? from.offset : 0;
        const bool goes_on =
            cursor_ && cursor_->number() == file->number &&
            (cursor_->at() == offset || (offset == 0 && cursor_->at() == kSegmentHeadBytes));
        if (goes_on) {
            cursor_->extend(file->bytes);
        } else {
            cursor_.emplace(*disk_, *file, offset);
        }
        while (reading.messages.size() < limit && bytes < bytes_max) {
            const SegmentReader::Item item = cursor_->next();
            if (item.kind == SegmentReader::Kind::kEnd) break;
            if (item.kind != SegmentReader::Kind::kRecord) {
                note_damage(reading, *file, item);
                continue;
            }
            bytes += item.record.payload.size();
            const JournalPlace end{file->number, item.to, item.record.sequence};
            reading.messages.push_back(message_of(item.record, end));
        }
        if (reading.messages.size() >= limit || bytes >= bytes_max) break;
    }
    return reading;
}

// With the lock held, and at the start.
void Journal::note_segments() {
    std::uint64_t sum = 0;
    for (const auto& [number, file] : segments_) sum += file.bytes;
    bytes_ = sum;
    oldest_ = segments_.begin()->first;
}

void Journal::forget(JournalPlace consumed) {
    if (consumed.segment <= oldest_) return;
    const std::lock_guard lock(mutex_);
    while (segments_.size() > 1 && segments_.begin()->first < consumed.segment) {
        try {
            disk_->remove(segments_.begin()->second.path);
        } catch (const std::system_error&) {
            // A file that stays is deleted at the next start.
        }
        segments_.erase(segments_.begin());
    }
    note_segments();
}

}  // namespace qk::daemon
