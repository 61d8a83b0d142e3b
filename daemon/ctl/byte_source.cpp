#include "daemon/ctl/byte_source.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace qk::ctl {
namespace {

constexpr std::string_view kGzipMark = "\x1F\x8B";
constexpr int kGzipOnly = 15 + 16;  // zlib's window bits, for gzip

}  // namespace

class ByteSource::Inflater {
 public:
    Inflater() {
        if (::inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
    }
    ~Inflater() { ::inflateEnd(&stream_); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    void feed(std::string_view bytes) {
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        stream_.avail_in = static_cast<uInt>(bytes.size());
    }
    [[nodiscard]] bool wants_more() const { return stream_.avail_in == 0; }
    [[nodiscard]] bool is_whole() const { return is_whole_; }
    // How many bytes were put into `into`; empty: these bytes are not gzip.
    template <std::size_t Size>
    std::size_t next(std::array<char, Size>& into, bool& is_good) {
        // Files that were joined are read one after the other.
        if (is_whole_ && stream_.avail_in > 0) ::inflateReset(&stream_);
        stream_.next_out = reinterpret_cast<Bytef*>(into.data());
        stream_.avail_out = static_cast<uInt>(into.size());
        const int answer = ::inflate(&stream_, Z_NO_FLUSH);
        is_whole_ = answer == Z_STREAM_END;
        is_good = answer == Z_OK || answer == Z_STREAM_END || answer == Z_BUF_ERROR;
        return into.size() - stream_.avail_out;
    }

 private:
    z_stream stream_{};
    bool is_whole_ = false;
};

ByteSource::ByteSource(const std::string& path)
    : is_own_(path != "-"),
      file_(is_own_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}

ByteSource::~ByteSource() {
    if (is_own_ && file_ >= 0) ::close(file_);
}

std::string ByteSource::why() const {
    return is_damaged_ ? "its compressed bytes are damaged or cut off" : std::strerror(errno);
}

std::string_view ByteSource::read_plain() {
    ssize_t count = -1;
    do {
        count = ::read(file_, buffer_.data(), buffer_.size());
    } while (count < 0 && errno == EINTR);
    has_failed_ = count < 0;
    return {buffer_.data(), has_failed_ ? 0 : static_cast<std::size_t>(count)};
}

std::string_view ByteSource::read_compressed() {
    for (;;) {
        if (inflater_->wants_more()) {
            const std::string_view bytes = read_plain();
            if (bytes.empty()) {
                is_damaged_ = !has_failed_ && !inflater_->is_whole();
                has_failed_ = has_failed_ || is_damaged_;
                return {};
            }
            inflater_->feed(bytes);
        }
        bool is_good = true;
        const std::size_t count = inflater_->next(out_, is_good);
        is_damaged_ = !is_good;
        has_failed_ = !is_good;
        if (count > 0) return {out_.data(), count};
        if (!is_good) return {};
    }
}

std::string_view ByteSource::read() {
    if (inflater_) return read_compressed();
    const std::string_view bytes = read_plain();
    const bool is_compressed = std::exchange(is_first_, false) && bytes.starts_with(kGzipMark);
    if (!is_compressed) return bytes;
    inflater_ = std::make_unique<Inflater>();
    inflater_->feed(bytes);
    return read_compressed();
}

}  // namespace qk::ctl
