#include "daemon/readings/quarantine.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "plans/text/encoding.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr std::size_t kReturnedMax = 100;
constexpr std::size_t kFileBytesMax = 4 << 20;  // a payload in base64 and as text, with room

std::string to_base64(std::string_view bytes) {
    std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

std::optional<std::string> from_base64(const std::string& text) {
    std::string bytes(text.size() / 4 * 3 + 1, '\0');
    const int size = ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                       reinterpret_cast<const unsigned char*>(text.data()),
                                       static_cast<int>(text.size()));
    if (size < 0) return std::nullopt;
    bytes.resize(static_cast<std::size_t>(size));
    // Padding is decoded as zero bytes.
    const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
    bytes.resize(bytes.size() - std::min(bytes.size(), padding));
    return bytes;
}

}  // namespace

std::string to_quarantine_text(const JournalMessage& message, const std::string& why,
                               rules::Instant now) {
    const rules::Zone utc{std::chrono::minutes{0}};
    boost::json::object file;
    file["why"] = why;
    file["set_aside_at"] = rules::to_iso(now, utc);
    file["channel"] = std::string(to_text(message.channel));
    file["sender"] = message.sender;
    file["arrived"] = rules::to_iso(message.arrived, utc);
    file["address"] = plans::is_utf8(message.address) ? message.address : "";
    if (plans::is_utf8(message.payload)) file["payload"] = message.payload;
    file["address_base64"] = to_base64(message.address);
    file["payload_base64"] = to_base64(message.payload);
    return plans::to_pretty_text(file) + "\n";
}

rules::Result<JournalMessage> read_quarantine_text(std::string_view text, const std::string& name) {
    const auto file = plans::parse_json(text, name);
    if (!file) return file.error();
    const auto refuse = [&name](const std::string& what) {
        return rules::Faults{
            {{name, 0, 0}, what, "the file as it lay in quarantine/", rules::Severity::kError}};
    };
    JournalMessage message;
    const auto channel = parse_channel(plans::string_or(*file, "channel"));
    if (!channel) return refuse("channel is not one");
    message.channel = *channel;
    message.sender = plans::string_or(*file, "sender");
    const auto arrived =
        rules::parse_instant(plans::string_or(*file, "arrived"), rules::kBeijingTime);
    if (!arrived) return refuse("arrived is not a time");
    message.arrived = *arrived;
    auto address = from_base64(plans::string_or(*file, "address_base64"));
    auto payload = from_base64(plans::string_or(*file, "payload_base64"));
    if (!address || address->empty()) return refuse("address_base64 is not base64");
    if (!payload) return refuse("payload_base64 is not base64");
    if (address->size() > kAddressBytesMax || payload->size() > kPayloadBytesMax ||
        message.sender.size() > kSenderBytesMax) {
        return refuse("is longer than a message may be");
    }
    message.address = std::move(*address);
    message.payload = std::move(*payload);
    message.payload_bytes = message.payload.size();
    return message;
}

Quarantine::Quarantine(Disk& disk, std::string folder) : disk_(disk), folder_(std::move(folder)) {
    disk_.make_folder(folder_ + "/quarantine");
    disk_.make_folder(folder_ + "/retry");
}

std::string Quarantine::keep(const JournalMessage& message, const std::string& why,
                             rules::Instant now) {
    const std::string folder = folder_ + "/quarantine";
    const auto kept = disk_.list(folder);
    const std::string name =
        fmt::format("{:010}-{:010}.json", message.end.segment, message.end.offset);
    const bool is_kept = std::ranges::find(kept, name, &Disk::Entry::name) != kept.end();
    if (!is_kept) {
        if (kept.size() >= kQuarantineFilesMax) return {};
        disk_.write_whole(folder + "/" + name, to_quarantine_text(message, why, now));
    }
    return folder + "/" + name;
}

std::vector<Quarantine::Returned> Quarantine::returned() {
    std::vector<Returned> found;
    const std::string folder = folder_ + "/retry";
    for (const Disk::Entry& entry : disk_.list(folder)) {
        if (!entry.is_file || !entry.name.ends_with(".json")) continue;
        if (found.size() >= kReturnedMax) break;
        const std::string path = folder + "/" + entry.name;
        if (entry.bytes > kFileBytesMax) {
            found.push_back({path, rules::refuse("the file is too long")});
            continue;
        }
        const std::string text = disk_.read(path, 0, kFileBytesMax);
        found.push_back({path, read_quarantine_text(text, path)});
    }
    return found;
}

void Quarantine::taken(const Returned& one) {
    if (one.message) {
        disk_.remove(one.path);
    } else {
        disk_.rename(one.path, one.path + ".refused");
    }
}

}  // namespace qk::daemon
