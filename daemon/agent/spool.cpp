#include "daemon/agent/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/random.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "daemon/base/files.hpp"
#include "daemon/base/message_sequence.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCheckDigits = 16;
constexpr std::string_view kEnding = ".spool";

rules::Faults broken(const std::string& path, int error) {
    return {{{path, 0, 0},
             fmt::format("无法写入：{0} / cannot be written: {0}", std::strerror(error)),
             "腾出磁盘空间，检查权限 / make room on the disk, look at who may write there",
             rules::Severity::kError}};
}

constexpr std::size_t kIdBytes = 8;

std::string new_id() {
    std::string bytes(kIdBytes, '\0');
    const ssize_t size = ::getrandom(bytes.data(), bytes.size(), 0);
    assert(size == static_cast<ssize_t>(bytes.size()));
    return plans::to_hex(bytes);
}

std::string checked_line(std::uint64_t number, std::string_view topic, std::string_view payload) {
    const std::string body = fmt::format("{}\t{}\t{}", number, topic, payload);
    return plans::sha256_hex(body).substr(0, kCheckDigits) + "\t" + body + "\n";
}

// A line without its end; empty where it is damaged.
std::optional<SpooledMessage> read_line(std::string_view line) {
    if (line.size() <= kCheckDigits || line[kCheckDigits] != '\t') return std::nullopt;
    const std::string_view body = line.substr(kCheckDigits + 1);
    if (plans::sha256_hex(body).substr(0, kCheckDigits) != line.substr(0, kCheckDigits)) {
        return std::nullopt;
    }
    const std::size_t topic = body.find('\t');
    if (topic == std::string_view::npos) return std::nullopt;
    const std::size_t payload = body.find('\t', topic + 1);
    if (payload == std::string_view::npos) return std::nullopt;
    const auto number = rules::parse_whole(body.substr(0, topic), 1, rules::kWholeMost);
    if (!number) return std::nullopt;
    return SpooledMessage{static_cast<std::uint64_t>(*number),
                          std::string(body.substr(topic + 1, payload - topic - 1)),
                          std::string(body.substr(payload + 1)),
                          std::string(line.substr(0, kCheckDigits))};
}

// Calls `take` with each whole line; gives the bytes of all of them.
template <class Take>
std::size_t for_each_line(std::string_view text, Take take) {
    std::size_t at = 0;
    for (std::size_t end; (end = text.find('\n', at)) != std::string_view::npos; at = end + 1) {
        take(text.substr(at, end - at));
    }
    return at;
}

// All of it and on the disk, or none of it.
int append_to(const std::string& path, std::size_t length, std::string_view bytes) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_APPEND, 0600);
    if (file < 0) return errno;
    int error = 0;
    while (error == 0 && !bytes.empty()) {
        const ssize_t size = ::write(file, bytes.data(), bytes.size());
        if (size < 0 && errno != EINTR) error = errno;
        if (size == 0) error = EIO;
        if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    if (error == 0 && ::fsync(file) != 0) error = errno;
    // What was written of it is taken away again, lest the next line stand behind half of one.
    if (error != 0 && ::ftruncate(file, static_cast<off_t>(length)) != 0) error = EIO;
    ::close(file);
    return error;
}

int sync_folder(const std::string& folder) {
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return errno;
    const int error = ::fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
    ::close(handle);
    return error;
}

}  // namespace

std::string Spool::path_of(std::uint64_t first) const {
    return fmt::format("{}/{:016}{}", folder_, first, kEnding);
}

rules::Result<Spool> Spool::open(const std::string& folder, SpoolOptions options) {
    Spool spool(folder, options);
    if (const auto loaded = spool.load(); !loaded) return loaded.error();
    return spool;
}

rules::Result<void> Spool::load() {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) return broken(folder_, error.value());
    std::vector<std::uint64_t> found;
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(kEnding)) continue;
        const auto first = rules::parse_whole(
            std::string_view(name).substr(0, name.size() - kEnding.size()), 1, rules::kWholeMost);
        if (first) found.push_back(static_cast<std::uint64_t>(*first));
    }
    if (error) return broken(folder_, error.value());
    load_head();
    std::ranges::sort(found);
    last_ = let_go_;
    for (const std::uint64_t first : found) {
        if (const auto loaded = load_segment(first); !loaded) return loaded;
    }
    return save_head();
}

// Without a head everything that is there is sent once more, as of another queue.
void Spool::load_head() {
    const std::string path = folder_ + "/spool.json";
    if (const auto text = read_regular_file(path)) {
        if (const auto value = plans::parse_json(*text, path)) {
            const auto count = [&value](std::string_view key) {
                const double number = plans::number_or(*value, key, 0);
                return static_cast<std::uint64_t>(
                    rules::whole_of(number, 0, rules::kWholeMost).value_or(0));
            };
            let_go_ = count("let_go");
            taken_ = std::min(count("taken"), let_go_);
            dropped_ = count("dropped");
            id_ = plans::string_or(*value, "id");
        }
    }
    if (!daemon::is_spool_id(id_)) id_ = new_id();
}

rules::Result<void> Spool::load_segment(std::uint64_t first) {
    const std::string path = path_of(first);
    const auto text = read_regular_file(path);
    if (!text) return text.error();
    Segment segment{first, std::max(first, last_ + 1) - 1, 0};
    segment.bytes = for_each_line(*text, [&](std::string_view line) {
        const auto message = read_line(line);
        if (!message || message->number <= segment.last) {
            ++damaged_;
        } else {
            segment.last = message->number;
        }
    });
    if (segment.bytes < text->size() &&
        ::truncate(path.c_str(), static_cast<off_t>(segment.bytes)) != 0) {
        return broken(path, errno);
    }
    last_ = std::max(last_, segment.last);
    const bool is_over = segment.last < first || segment.last <= let_go_;
    if (!is_over) {
        segments_.push_back(segment);
        return {};
    }
    std::error_code error;
    fs::remove(path, error);
    if (error) return broken(path, error.value());
    return {};
}

rules::Result<void> Spool::save_head() const {
    const boost::json::object value{
        {"id", id_}, {"let_go", let_go_}, {"taken", taken_}, {"dropped", dropped_}};
    return write_file(folder_ + "/spool.json", plans::canonical_text(value) + "\n");
}

std::uint64_t Spool::first() const {
    if (segments_.empty()) return last_ + 1;
    return std::min(std::max(segments_.front().first, let_go_ + 1), last_ + 1);
}

std::size_t Spool::bytes() const {
    std::size_t sum = 0;
    for (const Segment& segment : segments_) sum += segment.bytes;
    return sum;
}

// The newest segment goes last: what is appended to it must find it there.
rules::Result<void> Spool::make_room(std::size_t wanted) {
    bool has_dropped = false;
    while (!segments_.empty() && bytes() + wanted > options_.bytes_max) {
        const Segment oldest = segments_.front();
        std::error_code error;
        fs::remove(path_of(oldest.first), error);
        if (error) return broken(path_of(oldest.first), error.value());
        const std::uint64_t kept_from = std::max(oldest.first, let_go_ + 1);
        if (oldest.last >= kept_from) dropped_ += oldest.last - kept_from + 1;
        segments_.pop_front();
        has_dropped = true;
    }
    if (!has_dropped) return {};
    // What is gone needs no answer any more, and the numbers go on behind it.
    const std::uint64_t gone = (segments_.empty() ? last_ + 1 : segments_.front().first) - 1;
    let_go_ = std::max(let_go_, gone);
    return save_head();
}

rules::Result<std::uint64_t> Spool::append(std::string_view topic, std::string_view payload) {
    assert(payload.find('\n') == std::string_view::npos);
    if (payload.size() > kSpoolMessageBytesMax) {
        return rules::refuse("消息过长 / the message is too long",
                             "拆成几条 / several shorter ones");
    }
    const std::uint64_t number = last_ + 1;
    const std::string line = checked_line(number, topic, payload);
    if (const auto room = make_room(line.size()); !room) return room.error();
    const bool is_new =
        segments_.empty() || segments_.back().bytes + line.size() > options_.segment_bytes;
    if (is_new) segments_.push_back({number, number - 1, 0});
    Segment& segment = segments_.back();
    const std::string path = path_of(segment.first);
    int error = append_to(path, segment.bytes, line);
    if (error == 0 && is_new) error = sync_folder(folder_);
    if (error != 0) {
        if (is_new) segments_.pop_back();
        if (is_new) ::unlink(path.c_str());
        return broken(path, error);
    }
    segment.last = number;
    segment.bytes += line.size();
    last_ = number;
    // A vector of faults can be made of a number, too: say which is meant.
    return rules::Result<std::uint64_t>(boost::system::in_place_value, number);
}

rules::Result<std::vector<SpooledMessage>> Spool::read(std::uint64_t after,
                                                       std::size_t most) const {
    std::vector<SpooledMessage> messages;
    const std::uint64_t from = std::max(after + 1, first());
    for (const Segment& segment : segments_) {
        if (segment.last < from) continue;
        if (messages.size() >= most) break;
        const auto text = read_regular_file(path_of(segment.first));
        if (!text) return text.error();
        for_each_line(*text, [&](std::string_view line) {
            if (messages.size() >= most) return;
            auto message = read_line(line);
            if (message && message->number >= from) messages.push_back(*std::move(message));
        });
    }
    return messages;
}

rules::Result<std::string> Spool::check_of(std::uint64_t number) const {
    if (number == 0 || number < first() || number > last_) return std::string();
    const auto found = read(number - 1, 1);
    if (!found) return found.error();
    const bool is_there = !found->empty() && found->front().number == number;
    return is_there ? found->front().check : std::string();
}

rules::Result<void> Spool::renew_id() {
    id_ = new_id();
    taken_ = 0;
    return save_head();
}

rules::Result<void> Spool::let_go(std::uint64_t up_to) {
    up_to = std::min(up_to, last_);
    taken_ = std::max(taken_, up_to);
    if (up_to <= let_go_) return {};
    let_go_ = up_to;
    // First the word, then the deed: a cut between leaves segments that go at the next start.
    if (const auto saved = save_head(); !saved) return saved;
    while (!segments_.empty() && segments_.front().last <= let_go_) {
        std::error_code error;
        fs::remove(path_of(segments_.front().first), error);
        if (error) return broken(path_of(segments_.front().first), error.value());
        segments_.pop_front();
    }
    return {};
}

}  // namespace qk::agent
