#include "daemon/readings/raw_archive.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <map>
#include <stdexcept>
#include <utility>

namespace qk::daemon {
namespace {

namespace hj212 = plans::hj212;

constexpr unsigned kPartShift = 40;  // an offset below one tebibyte
constexpr std::uint64_t kOffsetMask = (std::uint64_t{1} << kPartShift) - 1;
constexpr std::string_view kEnding = ".raw";
constexpr std::string_view kClosedEnding = ".raw.gz";
constexpr std::string_view kUnfinishedEnding = ".raw.gz.part";
constexpr std::size_t kCompressBytes = std::size_t{256} << 10;
constexpr int kGzip = 15 + 16;  // zlib's window bits, with the head and tail of gzip

// The day that a file is of; empty: it is none of ours.
std::optional<rules::CivilDay> day_of_name(std::string_view name) {
    constexpr std::size_t kDayBytes = 10;
    const bool is_ours = name.size() > kDayBytes && name[kDayBytes] == '.' &&
                         (name.ends_with(kEnding) || name.ends_with(kClosedEnding) ||
                          name.ends_with(kUnfinishedEnding));
    return is_ours ? rules::parse_day(name.substr(0, kDayBytes)) : std::nullopt;
}

class Deflater {
 public:
    Deflater() {
        const int good = ::deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8,
                                        Z_DEFAULT_STRATEGY);
        if (good != Z_OK) throw std::bad_alloc();
    }
    ~Deflater() { ::deflateEnd(&stream_); }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    void put(std::string_view bytes, bool is_last, Disk::File& into) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
        int answer = Z_OK;
        do {
            stream_.next_out = reinterpret_cast<Bytef*>(out_.data());
            stream_.avail_out = static_cast<uInt>(out_.size());
            answer = ::deflate(&stream_, is_last ? Z_FINISH : Z_NO_FLUSH);
            if (answer == Z_STREAM_ERROR) throw std::runtime_error("zlib refuses to compress");
            into.append({out_.data(), out_.size() - stream_.avail_out});
        } while (stream_.avail_out == 0 || (is_last && answer != Z_STREAM_END));
    }

 private:
    z_stream stream_{};
    std::array<char, 65536> out_{};
};

}  // namespace

std::uint64_t to_number(const RawPlace& place) {
    return (std::uint64_t{place.part} << kPartShift) | (place.offset & kOffsetMask);
}

RawPlace raw_place_of(std::uint64_t number) {
    return {static_cast<unsigned>(number >> kPartShift), number & kOffsetMask};
}

std::string raw_day_name(rules::CivilDay day, unsigned part) {
    if (part == 0) return rules::to_iso(day) + std::string(kEnding);
    return fmt::format("{}.{}{}", rules::to_iso(day), part, kEnding);
}

// The file of the day that may be appended to: the first part that is not closed.
bool RawArchive::open(rules::CivilDay day) {
    if (open_ && open_->day == day && open_->file) return true;
    if (open_ && open_->file && is_dirty_) open_->file->sync();
    is_dirty_ = false;
    open_.reset();
    disk_->make_folder(folder_);
    std::map<std::string, std::uint64_t> sizes;
    for (const Disk::Entry& entry : disk_->list(folder_)) sizes[entry.name] = entry.bytes;
    for (unsigned part = 0; part < kRawPartsMax; ++part) {
        const std::string name = raw_day_name(day, part);
        if (sizes.contains(name + ".gz") || closing_.contains(name)) continue;
        Open opened{day, part, disk_->open_for_append(folder_ + "/" + name), sizes[name]};
        // Behind what a process left unfinished the next record begins on a line of its own.
        const std::string first = opened.bytes == 0 ? hj212::raw_day_head(day) : "\n";
        opened.file->append(first);
        if (opened.bytes == 0) disk_->sync_folder(folder_);
        opened.bytes += first.size();
        open_.emplace(std::move(opened));
        return true;
    }
    return false;
}

std::optional<std::uint64_t> RawArchive::append(const hj212::RawFrame& frame) {
    const std::lock_guard lock(mutex_);
    try {
        if (!open(rules::day_of(frame.arrived, rules::kBeijingTime))) {
            ++counts_.over_limit;
            return std::nullopt;
        }
        const std::string record = to_raw_record(frame);
        const std::uint64_t most = std::min(limits_.day_bytes_max, kOffsetMask);
        if (open_->bytes + record.size() > most || frame.bytes.size() > hj212::kRawFrameBytesMax) {
            ++counts_.over_limit;
            return std::nullopt;
        }
        open_->file->append(record);
        is_dirty_ = true;
        const RawPlace place{open_->part, open_->bytes};
        open_->bytes += record.size();
        ++counts_.kept;
        return to_number(place);
    } catch (const std::system_error& error) {
        open_.reset();  // how much of it was written is seen when it is opened again
        ++counts_.failed;
        counts_.why = error_in_words(error.code());
        return std::nullopt;
    }
}

bool RawArchive::sync() {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(is_dirty_, false)) return true;
    try {
        if (open_ && open_->file) open_->file->sync();
        return true;
    } catch (const std::system_error& error) {
        open_.reset();
        ++counts_.failed;
        counts_.why = error_in_words(error.code());
        return false;
    }
}

RawArchive::Counts RawArchive::take_counts() {
    const std::lock_guard lock(mutex_);
    return std::exchange(counts_, {});
}

void RawArchive::begin_closing(const std::string& name) {
    const std::lock_guard lock(mutex_);
    closing_.insert(name);
    if (!open_ || raw_day_name(open_->day, open_->part) != name) return;
    try {
        if (std::exchange(is_dirty_, false) && open_->file) open_->file->sync();
    } catch (const std::system_error& error) {
        ++counts_.failed;
        counts_.why = error_in_words(error.code());
    }
    open_.reset();
}

// Whole or not at all: a process that dies in between leaves both, and begins again.
bool RawArchive::close_day(const std::string& name) {
    const std::string path = folder_ + "/" + name;
    const std::string unfinished = path + ".gz.part";
    begin_closing(name);
    for (const Disk::Entry& entry : disk_->list(folder_)) {
        if (entry.name == name + ".gz.part") disk_->remove(unfinished);
    }
    {
        const auto into = disk_->open_for_append(unfinished);
        Deflater deflater;
        std::uint64_t offset = 0;
        for (;;) {
            if (is_given_up_) return false;
            const std::string bytes = disk_->read(path, offset, kCompressBytes);
            offset += bytes.size();
            const bool is_last = bytes.size() < kCompressBytes;
            deflater.put(bytes, is_last, *into);
            if (is_last) break;
        }
        into->sync();
    }
    disk_->rename(unfinished, path + ".gz");
    disk_->sync_folder(folder_);
    disk_->remove(path);
    const std::lock_guard lock(mutex_);
    closing_.erase(name);
    return true;
}

void RawArchive::let_go(rules::CivilDay before, Tidied& tidied) {
    std::vector<Disk::Entry> closed;
    std::uint64_t bytes = 0;
    for (const Disk::Entry& entry : disk_->list(folder_)) {
        const auto day = day_of_name(entry.name);
        if (!day || !entry.is_file) continue;
        if (*day < before) {
            disk_->remove(folder_ + "/" + entry.name);
            tidied.gone.push_back(entry.name);
        } else if (entry.name.ends_with(kClosedEnding)) {
            closed.push_back(entry);
            bytes += entry.bytes;
        }
    }
    std::ranges::sort(closed, {}, &Disk::Entry::name);
    for (const Disk::Entry& oldest : closed) {
        if (bytes <= limits_.bytes_max) break;
        disk_->remove(folder_ + "/" + oldest.name);
        tidied.gone.push_back(oldest.name);
        bytes -= oldest.bytes;
    }
}

RawArchive::Tidied RawArchive::tidy(rules::Instant now) {
    Tidied tidied;
    try {
        disk_->make_folder(folder_);
        const rules::CivilDay open_since = rules::day_of(now - kDaySettles, rules::kBeijingTime);
        for (const Disk::Entry& entry : disk_->list(folder_)) {
            const auto day = day_of_name(entry.name);
            const bool is_over = day && *day < open_since && entry.name.ends_with(kEnding);
            if (!is_over || !entry.is_file) continue;
            if (!close_day(entry.name)) return tidied;
            tidied.closed.push_back(entry.name + ".gz");
        }
        const rules::CivilDay today = rules::day_of(now, rules::kBeijingTime);
        let_go(today - std::chrono::days{limits_.days}, tidied);
    } catch (const std::system_error& error) {
        tidied.why = error_in_words(error.code());
    }
    return tidied;
}

}  // namespace qk::daemon
