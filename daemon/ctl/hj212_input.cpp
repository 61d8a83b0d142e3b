#include "daemon/ctl/hj212_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <optional>

#include "daemon/base/file_modes.hpp"
#include "daemon/base/files.hpp"
#include "daemon/ctl/byte_source.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/hj212/sm4.hpp"
#include "plans/text/shown.hpp"
#include "plans/text/trimmed.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::ctl {
namespace {

namespace hj212 = plans::hj212;

constexpr std::size_t kKeysMax = 10'000;

// Lines "MN KEY", or a key alone for every device. One that others can read is used all the same,
// since nothing leaves this program; the daemon refuses such a file.
bool read_keys(const std::string& path, hj212::DecodeSetting& setting) {
    const rules::Faults open_to_others =
        daemon::check_mode(path, "the file of SM4 keys", daemon::Privacy::kOwnerGroup);
    for (const rules::Fault& fault : open_to_others) {
        std::cerr << plans::for_terminal(fault.what + ": " + fault.cure) << "\n";
    }
    const auto text = read_file(path);
    if (!text) {
        print_faults(text.error());
        return false;
    }
    rules::Faults faults;
    int line = 0;
    for (std::size_t from = 0; from < text->size();) {
        const std::size_t end = std::min(text->find('\n', from), text->size());
        const std::string_view row =
            plans::trimmed(std::string_view(*text).substr(from, end - from));
        from = end + 1;
        ++line;
        if (row.empty() || row.front() == '#') continue;
        const std::size_t blank = row.find_first_of(" \t");
        const std::string_view mn =
            blank == std::string_view::npos ? std::string_view() : row.substr(0, blank);
        const auto key = hj212::parse_sm4_key(
            plans::trimmed(row.substr(blank == std::string_view::npos ? 0 : blank)));
        if (!key) {
            faults.push_back({{path, line, 1},
                              "there is no SM4 key in the line",
                              "MN and 32 hexadecimal digits, or the digits alone",
                              rules::Severity::kError});
        } else if (mn.empty()) {
            setting.key_of_all = *key;
        } else {
            setting.keys.insert_or_assign(std::string(mn), *key);
        }
        if (setting.keys.size() > kKeysMax || faults.size() >= rules::kFindingsMax) {
            faults.push_back({{path, line, 1},
                              "there are too many keys or faults; what follows was not read",
                              fmt::format("at most {} devices in a file", kKeysMax),
                              rules::Severity::kError});
            break;
        }
    }
    print_faults(faults);
    return faults.empty();
}

// The frames that stand in one record; what is no whole frame is named as ever, and every place is
// that of the record in its file.
void take_record(const hj212::RawRecord& record, hj212::DecodeSetting& setting,
                 const TakeFrame& take) {
    if (!record.frame) {
        hj212::Piece piece;
        piece.kind = hj212::PieceKind::kNoise;
        piece.offset = record.offset;
        piece.bytes = record.bytes;
        hj212::Frame damaged = hj212::decode(piece, setting);
        return take(damaged, nullptr);
    }
    setting.now = record.frame->arrived;
    hj212::FrameReader reader;
    reader.feed(record.frame->bytes);
    while (const auto piece = reader.next(hj212::Rest::kNone)) {
        hj212::Frame frame = hj212::decode(*piece, setting);
        frame.offset = record.offset;
        take(frame, &*record.frame);
    }
}

}  // namespace

int hj212_usage(std::string_view command, std::string_view what, std::string_view cure) {
    std::cerr << command << ": " << plans::for_terminal(what) << ": " << cure << "\n";
    return kBadUsage;
}

int read_hj212_setting(const Call& call, hj212::CodeMap& codes, hj212::DecodeSetting& setting) {
    setting.now = call.now();
    if (const auto at = call.text("at")) {
        const auto time = rules::parse_instant(*at, rules::kBeijingTime);
        if (!time) return hj212_usage(call.command(), rules::not_a_time(*at), rules::kTimeCure);
        setting.now = *time;
    }
    codes = hj212::CodeMap::shipped();
    if (const auto path = call.text("codes")) {
        const auto text = read_file(*path);
        auto own =
            text ? hj212::CodeMap::read(*text, *path) : rules::Result<hj212::CodeMap>(text.error());
        if (!own) {
            print_faults(own.error());
            return kBadUsage;
        }
        codes.lay_over(std::move(*own));
    }
    setting.codes = &codes;
    if (const auto word = call.text("allow-crc")) {
        setting.allowed_crc_of_all = hj212::parse_crc_kind(*word);
    }
    if (const auto path = call.text("key-file")) {
        if (!read_keys(*path, setting)) return kBadUsage;
    }
    return kHolds;
}

bool each_frame(const std::string& path, hj212::DecodeSetting setting, const TakeFrame& take,
                const std::function<bool()>& after_bytes) {
    ByteSource source(path);
    const auto fail = [&] {
        std::cerr << plans::for_terminal(fmt::format("'{}': {}", path, source.why()))
                  << ": a file, or -\n";
        return false;
    };
    if (!source.is_open()) return fail();
    hj212::FrameReader reader;
    std::optional<hj212::RawDayReader> day;
    const auto take_all = [&](bool is_end) {
        while (day) {
            const auto record = day->next(is_end);
            if (!record) return;
            take_record(*record, setting, take);
        }
        while (const auto piece = reader.next(is_end ? hj212::Rest::kNone : hj212::Rest::kComes)) {
            hj212::Frame frame = hj212::decode(*piece, setting);
            take(frame, nullptr);
        }
    };
    for (bool is_first = true;; is_first = false) {
        const std::string_view bytes = source.read();
        if (source.has_failed()) return fail();
        if (bytes.empty()) break;
        if (is_first && hj212::is_raw_day(bytes)) day.emplace();
        day ? day->feed(bytes) : reader.feed(bytes);
        take_all(false);
        if (!after_bytes()) return true;
    }
    take_all(true);
    return true;
}

command_line::Options hj212_options() {
    return {option("codes", "FILE",
                   {"本地编码表（TOML），盖在自带的表上",
                    "a code map of your own (TOML), laid over the shipped one"}),
            option("allow-crc", "modbus|modbus-swapped",
                   {"准许一种不对的校验算法；默认拒收",
                    "take a wrong kind of check sum too; default: refuse it"})
                .one_of(),
            option("key-file", "FILE",
                   {"SM4 密钥，每行“MN 32位十六进制”，或只有密钥",
                    "SM4 keys, a line each: MN and 32 hexadecimal digits, or the key alone"}),
            option("at", "TIME",
                   {"判断时钟是否超前的时刻；默认：现在（日档按每帧到达时刻）",
                    "the time that clocks are held against; default: now (in a day's file: when "
                    "each frame arrived)"})};
}

}  // namespace qk::ctl
