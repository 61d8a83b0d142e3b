#include "daemon/hj212/frame_link.hpp"

#include <fmt/format.h>

#include "daemon/readings/hj212_message.hpp"

namespace qk::daemon {

namespace hj212 = plans::hj212;

LinkLimitWords words_of(LinkLimit limit) {
    switch (limit) {
        case LinkLimit::kNone:
            break;
        case LinkLimit::kNoise:
            return {"数据不是 HJ 212 报文 / its bytes are no frames",
                    "核对设备的协议与端口 / check the device's protocol and port"};
        case LinkLimit::kHttp:
            return {"对方使用 HTTP 或 TLS / it speaks HTTP or TLS",
                    "此端口只接收 HJ 212 / this port is for HJ 212 only"};
        case LinkLimit::kOtherDevice:
            return {"一条连接上出现第二个 MN / a second MN on one connection",
                    "转发程序的地址列入 hj212.relays / list the relay's address in hj212.relays"};
        case LinkLimit::kDevices:
            return {"转发连接上的设备过多 / too many devices on the connection of a relay",
                    "提高 hj212.devices_per_relay / raise hj212.devices_per_relay"};
        case LinkLimit::kHalfFrame:
            return {"报文未在时限内发完 / a frame did not end in time",
                    "检查线路；时限 hj212.half_frame_seconds / check the line"};
        case LinkLimit::kIdle:
            return {"长时间无数据 / nothing has come",
                    "检查设备；时限 hj212.idle_seconds / check the device"};
        case LinkLimit::kFlood:
            return {"持续超过速率限额 / more bytes than are allowed, for too long",
                    "检查设备；限额 hj212.bytes_per_second / check the device"};
        case LinkLimit::kConnections:
            return {"连接数已满 / too many connections",
                    "提高 hj212.connections / raise hj212.connections"};
        case LinkLimit::kAddressFull:
            return {
                "该地址的连接过多 / too many connections of this address",
                "检查设备，或提高 hj212.connections_per_address / check the device, or raise it"};
        case LinkLimit::kPutOut:
            return {"为新连接让位 / it gave way to a newcomer",
                    "提高 hj212.connections / raise hj212.connections"};
        case LinkLimit::kUnread:
            return {"对方不接收应答 / answers are not read", "检查设备 / check the device"};
        case LinkLimit::kNotDurable:
            return {"接收日志不可写 / the journal takes no more",
                    "见 STORE_BROKEN / see STORE_BROKEN"};
    }
    return {};
}

FrameLink::FrameLink(LinkSetting setting)
    : setting_(std::move(setting)), link_(setting_.is_relay) {}

void FrameLink::feed(std::string_view bytes) {
    raw_ += bytes;
    reader_.feed(bytes);
}

// Only what the reader still holds may become a frame.
void FrameLink::forget_read() {
    const std::size_t waiting = std::min(reader_.waiting(), raw_.size());
    const std::size_t read = raw_.size() - waiting;
    raw_.erase(0, read);
    raw_from_ += read;
}

std::string FrameLink::bytes_of(const hj212::Piece& piece) const {
    const std::uint64_t from = piece.offset - raw_from_;
    return raw_.substr(static_cast<std::size_t>(from), static_cast<std::size_t>(piece.bytes));
}

std::optional<LinkFrame> FrameLink::next(const hj212::DecodeSetting& decoding, hj212::Rest rest) {
    while (limit_ == LinkLimit::kNone) {
        const auto piece = reader_.next(rest);
        if (!piece) {
            forget_read();
            if (reader_.noise_bytes() > kLinkNoiseBytesMax) limit_ = LinkLimit::kNoise;
            return std::nullopt;
        }
        hj212::Frame frame = decode(*piece, decoding);
        if (piece->kind == hj212::PieceKind::kNoise || piece->kind == hj212::PieceKind::kTooLong) {
            note_noise(frame);
        } else if (piece->kind == hj212::PieceKind::kUnfinished) {
            ++cut_;
        } else {
            return taken(*piece, std::move(frame));
        }
    }
    return std::nullopt;
}

void FrameLink::note_noise(const hj212::Frame& frame) {
    ++noise_;
    if (frame.has(hj212::Reason::kHttp) || frame.has(hj212::Reason::kTls)) {
        limit_ = LinkLimit::kHttp;
    }
}

void FrameLink::note_device(const hj212::Frame& frame) {
    if (frame.has(hj212::Reason::kOtherDevice)) limit_ = LinkLimit::kOtherDevice;
    if (!setting_.is_relay || !frame.head.mn || frame.outcome > hj212::Outcome::kQuarantine) return;
    if (devices_.contains(*frame.head.mn)) return;
    if (devices_.size() == setting_.devices_max) {
        limit_ = LinkLimit::kDevices;
    } else {
        devices_.insert(*frame.head.mn);
    }
}

LinkFrame FrameLink::taken(const hj212::Piece& piece, hj212::Frame frame) {
    LinkFrame one;
    one.payload = bytes_of(piece);
    link_.look(frame);
    note_device(frame);
    const std::string mn = setting_.is_relay ? frame.head.mn.value_or("") : link_.mn();
    // One that cannot be read says nothing of who sent it.
    const bool is_named = frame.outcome <= hj212::Outcome::kQuarantine || !setting_.is_relay;
    one.address = std::string(kHj212Address) + (is_named ? mn : std::string());
    one.sender = fmt::format("{} {}", setting_.peer, is_named ? mn : std::string());
    one.is_known = frame.outcome <= hj212::Outcome::kQuarantine && frame.head.mn &&
                   limit_ == LinkLimit::kNone && setting_.is_known(*frame.head.mn);
    if (one.is_known) {
        one.answer = answer_to(frame, setting_.is_relay).value_or("");
    }
    one.frame = std::move(frame);
    return one;
}

}  // namespace qk::daemon
