#include "daemon/readings/journal_record.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>

namespace qk::daemon {
namespace {

constexpr std::string_view kSegmentMark = "QKJOURN2";
constexpr std::string_view kRecordMark = "QKJ2";
constexpr std::size_t kHeadBytes = 24;
constexpr std::size_t kHeadChecked = 16;  // of it, before its CRCs
constexpr std::size_t kBodyFixedBytes = 18;
constexpr std::size_t kBodyBytesMax =
    kBodyFixedBytes + kSenderBytesMax + kAddressBytesMax + kPayloadBytesMax;
static_assert(kHeadBytes + kBodyBytesMax <= kRecordBytesMax);

constexpr std::size_t kOldHeadBytes = 8;
constexpr std::size_t kOldFixedBytes = 10;
constexpr std::size_t kOldBodyBytesMax = kOldFixedBytes + kAddressBytesMax + kPayloadBytesMax + 1;
// Every topic that older releases subscribed to begins so.
constexpr std::string_view kOldTopicStart = "qingkong/1/";

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

std::uint32_t crc_of(std::string_view bytes, std::uint32_t start = 0) {
    return static_cast<std::uint32_t>(
        ::crc32_z(start, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

std::uint64_t seconds_of_arrival(rules::Instant arrived) {
    return static_cast<std::uint64_t>(arrived.time_since_epoch().count());
}

rules::Instant arrival_of(std::string_view bytes) {
    return rules::Instant{
        std::chrono::seconds{static_cast<std::int64_t>(get<std::uint64_t>(bytes))}};
}

std::optional<RecordView> read_format_1(std::string_view bytes) {
    if (bytes.size() < kOldHeadBytes) return std::nullopt;
    const std::size_t size = get<std::uint32_t>(bytes);
    if (size < kOldFixedBytes || size > kOldBodyBytesMax || bytes.size() - kOldHeadBytes < size) {
        return std::nullopt;
    }
    const std::string_view body = bytes.substr(kOldHeadBytes, size);
    const std::size_t topic_size = get<std::uint16_t>(body.substr(8));
    if (topic_size > size - kOldFixedBytes || topic_size > kAddressBytesMax) return std::nullopt;
    if (crc_of(body) != get<std::uint32_t>(bytes.substr(4))) return std::nullopt;
    RecordView view;
    view.arrived = arrival_of(body);
    view.address = body.substr(kOldFixedBytes, topic_size);
    view.payload = body.substr(kOldFixedBytes + topic_size);
    view.payload_bytes = view.payload.size();
    view.length = kOldHeadBytes + size;
    return view;
}

}  // namespace

std::string_view to_text(Channel channel) {
    switch (channel) {
        case Channel::kMqtt:
            return "mqtt";
        case Channel::kHj212:
            return "hj212";
        case Channel::kHttp:
            return "http";
    }
    return "unknown";
}

std::optional<Channel> parse_channel(std::string_view text) {
    for (const Channel channel : {Channel::kMqtt, Channel::kHj212, Channel::kHttp}) {
        if (to_text(channel) == text) return channel;
    }
    return std::nullopt;
}

std::string to_text(const JournalPlace& place) {
    return fmt::format("{} {} {}", place.segment, place.offset, place.sequence);
}

std::optional<JournalPlace> parse_journal_place(std::string_view text) {
    JournalPlace place;
    const char* at = text.data();
    const char* const end = text.data() + text.size();
    // The third number is missing where an older release has written the place.
    std::uint64_t* const parts[] = {&place.segment, &place.offset, &place.sequence};
    for (std::size_t i = 0; i < std::size(parts); ++i) {
        if (i > 0 && (at == end || *at++ != ' ')) return std::nullopt;
        const auto [next, error] = std::from_chars(at, end, *parts[i]);
        if (error != std::errc{}) return std::nullopt;
        at = next;
        if (i > 0 && at == end) {
            if (place.segment == 0) return std::nullopt;
            return place;
        }
    }
    return std::nullopt;
}

std::string to_bytes(const SegmentHead& head) {
    std::string bytes(kSegmentMark);
    put(bytes, head.number);
    put(bytes, head.first_sequence);
    bytes.append(reinterpret_cast<const char*>(head.key.data()), head.key.size());
    put(bytes, std::uint32_t{0});
    put(bytes, crc_of(bytes));
    return bytes;
}

std::optional<SegmentHead> read_segment_head(std::string_view bytes) {
    if (bytes.size() < kSegmentHeadBytes || !bytes.starts_with(kSegmentMark)) return std::nullopt;
    const std::string_view checked = bytes.substr(0, kSegmentHeadBytes - 4);
    if (crc_of(checked) != get<std::uint32_t>(bytes.substr(kSegmentHeadBytes - 4))) {
        return std::nullopt;
    }
    SegmentHead head;
    head.number = get<std::uint64_t>(bytes.substr(8));
    head.first_sequence = get<std::uint64_t>(bytes.substr(16));
    std::memcpy(head.key.data(), bytes.data() + 24, head.key.size());
    return head;
}

RecordCodec::RecordCodec(JournalFormat format, const JournalKey& key, std::uint64_t segment)
    : format_(format) {
    std::string start(reinterpret_cast<const char*>(key.data()), key.size());
    put(start, segment);
    start_ = crc_of(start);
}

std::uint32_t RecordCodec::head_crc(std::string_view head, std::uint64_t offset) const {
    std::string place;
    put(place, offset);
    return crc_of(head.substr(0, kHeadChecked), crc_of(place, start_));
}

std::string RecordCodec::to_record(const Envelope& envelope, rules::Instant arrived,
                                   std::uint64_t payload_bytes, std::uint64_t sequence,
                                   std::uint64_t offset) const {
    const std::string_view sender = envelope.sender.substr(0, kSenderBytesMax);
    const std::string_view address = envelope.address.substr(0, kAddressBytesMax);
    const std::string_view payload = envelope.payload.substr(0, kPayloadBytesMax);
    const std::size_t size = kBodyFixedBytes + sender.size() + address.size() + payload.size();
    std::string record;
    record.reserve(kHeadBytes + size);
    record += kRecordMark;
    put(record, static_cast<std::uint32_t>(size));
    put(record, sequence);
    const std::uint32_t checked = head_crc(record, offset);
    put(record, checked);
    put(record, std::uint32_t{0});
    record += static_cast<char>(envelope.channel);
    record += '\0';
    put(record, static_cast<std::uint16_t>(sender.size()));
    put(record, static_cast<std::uint16_t>(address.size()));
    put(record, seconds_of_arrival(arrived));
    put(record, static_cast<std::uint32_t>(std::min<std::uint64_t>(payload_bytes, UINT32_MAX)));
    record += sender;
    record += address;
    record += payload;
    std::string body_crc;
    put(body_crc, crc_of(std::string_view(record).substr(kHeadBytes), checked));
    record.replace(kHeadBytes - 4, 4, body_crc);
    return record;
}

std::optional<RecordView> RecordCodec::read(std::string_view bytes, std::uint64_t offset) const {
    if (format_ == JournalFormat::kOne) return read_format_1(bytes);
    if (bytes.size() < kHeadBytes || !bytes.starts_with(kRecordMark)) return std::nullopt;
    const std::uint32_t checked = head_crc(bytes, offset);
    if (checked != get<std::uint32_t>(bytes.substr(16))) return std::nullopt;
    const std::size_t size = get<std::uint32_t>(bytes.substr(4));
    if (size < kBodyFixedBytes || size > kBodyBytesMax || bytes.size() - kHeadBytes < size) {
        return std::nullopt;
    }
    const std::string_view body = bytes.substr(kHeadBytes, size);
    if (crc_of(body, checked) != get<std::uint32_t>(bytes.substr(20))) return std::nullopt;
    const std::size_t sender_size = get<std::uint16_t>(body.substr(2));
    const std::size_t address_size = get<std::uint16_t>(body.substr(4));
    if (sender_size + address_size > size - kBodyFixedBytes) return std::nullopt;
    RecordView view;
    view.channel = static_cast<Channel>(body[0]);
    view.arrived = arrival_of(body.substr(6));
    view.payload_bytes = get<std::uint32_t>(body.substr(14));
    view.sender = body.substr(kBodyFixedBytes, sender_size);
    view.address = body.substr(kBodyFixedBytes + sender_size, address_size);
    view.payload = body.substr(kBodyFixedBytes + sender_size + address_size);
    view.sequence = get<std::uint64_t>(bytes.substr(8));
    view.length = kHeadBytes + size;
    return view;
}

bool RecordCodec::is_torn(std::string_view bytes, std::uint64_t offset) const {
    if (format_ == JournalFormat::kOne) {
        if (bytes.size() < kOldHeadBytes) return true;
        const std::size_t size = get<std::uint32_t>(bytes);
        return size >= kOldFixedBytes && size <= kOldBodyBytesMax &&
               size > bytes.size() - kOldHeadBytes;
    }
    const std::size_t marked = std::min(bytes.size(), kRecordMark.size());
    if (bytes.substr(0, marked) != kRecordMark.substr(0, marked)) return false;
    if (bytes.size() < kHeadBytes) return true;
    if (head_crc(bytes, offset) != get<std::uint32_t>(bytes.substr(16))) return false;
    return get<std::uint32_t>(bytes.substr(4)) > bytes.size() - kHeadBytes;
}

std::size_t RecordCodec::next_guess(std::string_view bytes, std::size_t from) const {
    if (format_ != JournalFormat::kOne) return bytes.find(kRecordMark, from);
    constexpr std::size_t kBefore = kOldHeadBytes + kOldFixedBytes;
    const std::size_t found = bytes.find(kOldTopicStart, from + kBefore);
    return found == std::string_view::npos ? found : found - kBefore;
}

std::size_t RecordCodec::believed_length(std::string_view bytes) const {
    if (format_ != JournalFormat::kOne || bytes.size() < kOldHeadBytes) return 0;
    const std::size_t size = get<std::uint32_t>(bytes);
    return size >= kOldFixedBytes && size <= kOldBodyBytesMax ? kOldHeadBytes + size : 0;
}

std::string to_record_of_format_1(rules::Instant arrived, std::string_view topic,
                                  std::string_view payload) {
    std::string body;
    put(body, seconds_of_arrival(arrived));
    put(body, static_cast<std::uint16_t>(topic.size()));
    body += topic;
    body += payload;
    std::string record;
    put(record, static_cast<std::uint32_t>(body.size()));
    put(record, crc_of(body));
    record += body;
    return record;
}

}  // namespace qk::daemon
