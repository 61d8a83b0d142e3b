#include "daemon/intake/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <cassert>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "daemon/ctl/files.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadBytes = 8;
constexpr std::size_t kBodyFixedBytes = 10;
constexpr std::size_t kBodyBytesMax = kBodyFixedBytes + kTopicBytesMax + kPayloadBytesMax + 1;

template <class Whole>
void put(std::string& out, Whole value) {
    for (std::size_t i = 0; i < sizeof(Whole); ++i) {
        out += static_cast<char>((value >> (8 * i)) & 0xff);
    }
}

template <class Whole>
Whole get(std::string_view bytes) {
    Whole value = 0;
    for (std::size_t i = 0; i < sizeof(Whole); ++i) {
        value = static_cast<Whole>(
            value | static_cast<Whole>(static_cast<Whole>(static_cast<unsigned char>(bytes[i]))
                                       << (8 * i)));
    }
    return value;
}

std::uint32_t crc_of(std::string_view bytes) {
    boost::crc_32_type crc;
    crc.process_bytes(bytes.data(), bytes.size());
    return crc.checksum();
}

[[noreturn]] void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

void write_all(int file, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) continue;
            fail("the intake journal cannot be written");
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void sync_folder(const std::string& folder) {
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) fail(folder);
    const int failed = ::fsync(handle);
    ::close(handle);
    if (failed != 0) fail(folder);
}

// At most kReadBytes from a place in a file; more than any record, so at least one is whole.
constexpr std::size_t kReadBytes = 4 << 20;
static_assert(kReadBytes > kHeadBytes + kBodyBytesMax);

std::string read_piece(const std::string& path, std::uint64_t offset, std::uint64_t size) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) fail(path);
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size - offset, kReadBytes)),
                      '\0');
    std::size_t got = 0;
    while (got < bytes.size()) {
        const ssize_t count =
            ::pread(file, bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
        if (count <= 0) break;
        got += static_cast<std::size_t>(count);
    }
    ::close(file);
    bytes.resize(got);
    return bytes;
}

std::string read_segment(const std::string& path) {
    auto bytes = ctl::read_file(path);
    if (!bytes) throw std::system_error(EIO, std::generic_category(), to_text(bytes.error()));
    return std::move(*bytes);
}

}  // namespace

std::string to_text(JournalPlace place) {
    return fmt::format("{} {}", place.segment, place.offset);
}

std::optional<JournalPlace> parse_journal_place(std::string_view text) {
    JournalPlace place;
    const char* const end = text.data() + text.size();
    const auto segment = std::from_chars(text.data(), end, place.segment);
    if (segment.ec != std::errc{} || segment.ptr == end || *segment.ptr != ' ') {
        return std::nullopt;
    }
    const auto offset = std::from_chars(segment.ptr + 1, end, place.offset);
    if (offset.ec != std::errc{} || offset.ptr != end || place.segment == 0) return std::nullopt;
    return place;
}

std::string to_record(rules::Instant arrived, std::string_view topic, std::string_view payload) {
    assert(topic.size() <= kTopicBytesMax && payload.size() <= kPayloadBytesMax + 1);
    std::string body;
    body.reserve(kBodyFixedBytes + topic.size() + payload.size());
    put(body, static_cast<std::uint64_t>(arrived.time_since_epoch().count()));
    put(body, static_cast<std::uint16_t>(topic.size()));
    body += topic;
    body += payload;
    std::string record;
    record.reserve(kHeadBytes + body.size());
    put(record, static_cast<std::uint32_t>(body.size()));
    put(record, crc_of(body));
    record += body;
    return record;
}

std::optional<ReadRecord> read_record(std::string_view bytes) {
    if (bytes.size() < kHeadBytes) return std::nullopt;
    const std::size_t size = get<std::uint32_t>(bytes);
    if (size < kBodyFixedBytes || size > kBodyBytesMax || bytes.size() - kHeadBytes < size) {
        return std::nullopt;
    }
    const std::string_view body = bytes.substr(kHeadBytes, size);
    if (crc_of(body) != get<std::uint32_t>(bytes.substr(4))) return std::nullopt;
    const std::size_t topic_size = get<std::uint16_t>(body.substr(8));
    if (topic_size > size - kBodyFixedBytes || topic_size > kTopicBytesMax) return std::nullopt;
    if (size - kBodyFixedBytes - topic_size > kPayloadBytesMax + 1) return std::nullopt;
    ReadRecord read;
    read.message.arrived =
        rules::Instant{std::chrono::seconds{static_cast<std::int64_t>(get<std::uint64_t>(body))}};
    read.message.topic = body.substr(kBodyFixedBytes, topic_size);
    read.message.payload = body.substr(kBodyFixedBytes + topic_size);
    read.length = kHeadBytes + size;
    return read;
}

Journal::Journal(std::string folder, std::uint64_t segment_bytes_max)
    : folder_(std::move(folder)), segment_bytes_max_(segment_bytes_max) {}

Journal::~Journal() {
    if (file_ >= 0) ::close(file_);
}

std::string Journal::path_of(std::uint64_t segment) const {
    return fmt::format("{}/{:010}.log", folder_, segment);
}

rules::Result<std::unique_ptr<Journal>> Journal::open(const std::string& folder,
                                                      JournalPlace consumed,
                                                      std::uint64_t segment_bytes_max) {
    try {
        fs::create_directories(folder);
        std::unique_ptr<Journal> journal(new Journal(folder, segment_bytes_max));
        journal->load(consumed);
        return journal;
    } catch (const std::system_error& error) {
        return rules::Faults{{{folder, 0, 0},
                              fmt::format("the intake journal cannot be opened: {}", error.what()),
                              "a folder that the daemon may write to",
                              rules::Severity::kError}};
    }
}

void Journal::load(JournalPlace consumed) {
    for (const auto& entry : fs::directory_iterator(folder_)) {
        const std::string name = entry.path().filename().string();
        std::uint64_t segment = 0;
        const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), segment);
        if (error == std::errc{} && std::string_view(end) == ".log" && segment > 0) {
            segments_[segment] = entry.file_size();
        }
    }
    for (auto& [segment, size] : segments_) {
        if (segment < consumed.segment) continue;
        const std::string path = path_of(segment);
        const std::string bytes = read_segment(path);
        std::size_t good = 0;
        while (const auto record = read_record(std::string_view(bytes).substr(good))) {
            good += record->length;
        }
        if (good < bytes.size()) {
            torn_.push_back({path, bytes.size() - good});
            fs::resize_file(path, good);
        }
        size = good;
    }
    // A segment that the store has taken in beyond its end cannot be written to again: its places
    // are used.
    std::uint64_t last = segments_.empty() ? consumed.segment : segments_.rbegin()->first;
    last = std::max(last, consumed.segment);
    if (segments_.contains(last) ? segments_[last] < consumed.offset && last == consumed.segment
                                 : consumed.offset > 0) {
        ++last;
    }
    open_segment(last);
    forget(consumed);
}

void Journal::open_segment(std::uint64_t segment) {
    if (file_ >= 0) ::close(file_);
    file_ = ::open(path_of(segment).c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
    if (file_ < 0) fail(path_of(segment));
    segments_.try_emplace(segment, 0);
    sync_folder(folder_);
}

JournalPlace Journal::append(rules::Instant arrived, std::string_view topic,
                             std::string_view payload, bool sync) {
    const std::string record = to_record(arrived, topic.substr(0, kTopicBytesMax),
                                         payload.substr(0, kPayloadBytesMax + 1));
    const std::lock_guard lock(mutex_);
    auto last = std::prev(segments_.end());
    if (last->second > 0 && last->second + record.size() > segment_bytes_max_) {
        if (::fdatasync(file_) != 0) fail("the intake journal cannot be written");
        open_segment(last->first + 1);
        last = std::prev(segments_.end());
    }
    write_all(file_, record);
    if (sync && ::fdatasync(file_) != 0) fail("the intake journal cannot be written");
    last->second += record.size();
    return {last->first, last->second};
}

std::vector<JournalMessage> Journal::read(JournalPlace from, std::size_t limit) const {
    std::vector<JournalMessage> messages;
    std::map<std::uint64_t, std::uint64_t> segments;
    {
        const std::lock_guard lock(mutex_);
        segments = segments_;
    }
    for (const auto& [segment, size] : segments) {
        if (segment < from.segment || messages.size() >= limit) continue;
        std::uint64_t at = segment == from.segment ? from.offset : 0;
        while (at < size && messages.size() < limit) {
            const std::string bytes = read_piece(path_of(segment), at, size);
            const std::uint64_t before = at;
            std::size_t in_piece = 0;
            while (messages.size() < limit) {
                auto record = read_record(std::string_view(bytes).substr(in_piece));
                if (!record) break;
                in_piece += record->length;
                at = before + in_piece;
                record->message.end = {segment, at};
                messages.push_back(std::move(record->message));
            }
            if (in_piece == 0) break;
        }
    }
    return messages;
}

void Journal::forget(JournalPlace consumed) {
    const std::lock_guard lock(mutex_);
    while (segments_.size() > 1 && segments_.begin()->first < consumed.segment) {
        std::error_code ignored;  // a file that stays is deleted the next time
        fs::remove(path_of(segments_.begin()->first), ignored);
        segments_.erase(segments_.begin());
    }
}

std::uint64_t Journal::bytes() const {
    const std::lock_guard lock(mutex_);
    std::uint64_t sum = 0;
    for (const auto& [segment, size] : segments_) sum += size;
    return sum;
}

}  // namespace qk::daemon
