// qingkongctl hj212: what stands in the bytes that a device, a relay or a capture gives.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <iostream>

#include "daemon/base/file_modes.hpp"
#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/hj212/code_map.hpp"
#include "plans/hj212/device_link.hpp"
#include "plans/hj212/frame_json.hpp"
#include "plans/hj212/part_watch.hpp"
#include "plans/hj212/repeats.hpp"
#include "plans/hj212/sm4.hpp"
#include "plans/text/csv.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"
#include "plans/text/trimmed.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::ctl {
namespace {

namespace hj212 = plans::hj212;

constexpr std::size_t kReadBytes = std::size_t{64} << 10;
constexpr std::size_t kKeysMax = 10'000;

int usage(std::string_view what, std::string_view cure) {
    std::cerr << "qingkongctl hj212 decode: " << plans::for_terminal(what) << ": " << cure << "\n";
    return kBadUsage;
}

// A file or standard input, read as the bytes come and never held whole.
class ByteSource {
 public:
    explicit ByteSource(const std::string& path)
        : is_own_(path != "-"),
          file_(is_own_ ? ::open(path.c_str(), O_RDONLY | O_CLOEXEC) : STDIN_FILENO) {}
    ~ByteSource() {
        if (is_own_ && file_ >= 0) ::close(file_);
    }
    ByteSource(const ByteSource&) = delete;
    ByteSource& operator=(const ByteSource&) = delete;

    [[nodiscard]] bool is_open() const { return file_ >= 0; }
    // Empty and not failed: the end.
    [[nodiscard]] std::string_view read() {
        ssize_t count = -1;
        do {
            count = ::read(file_, buffer_.data(), buffer_.size());
        } while (count < 0 && errno == EINTR);
        has_failed_ = count < 0;
        return {buffer_.data(), has_failed_ ? 0 : static_cast<std::size_t>(count)};
    }
    [[nodiscard]] bool has_failed() const { return has_failed_; }

 private:
    bool is_own_;
    int file_;
    bool has_failed_ = false;
    std::array<char, kReadBytes> buffer_{};
};

// Prints each frame or fault as it is decided.
class FramePrinter {
 public:
    explicit FramePrinter(Format format) : format_(format) {
        if (format_ != Format::kJson) print_row(hj212::columns_of_frames());
    }

    void print(const hj212::Frame& frame) {
        is_all_accepted_ = is_all_accepted_ && frame.outcome <= hj212::Outcome::kAcceptWarn;
        if (format_ == Format::kJson) {
            std::cout << plans::to_text(hj212::to_json(frame)) << "\n";
        } else {
            print_row(hj212::to_row(frame));
        }
    }
    [[nodiscard]] bool is_all_accepted() const { return is_all_accepted_; }

 private:
    void print_row(const std::vector<std::string>& row) const {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (format_ == Format::kCsv) {
                line += i == 0 ? "" : ",";
                line += plans::to_csv_cell(plans::for_spreadsheet(row[i]));
            } else {
                // Rows are printed as they come, so that the widths cannot be taken from them.
                constexpr std::array<std::size_t, 8> kWidths{9, 11, 24, 4, 7, 25, 0, 0};
                const std::string cell = plans::for_terminal(row[i]);
                line += i == 0 ? "" : "  ";
                line += fmt::format("{:<{}}", cell, kWidths.at(i));
            }
        }
        std::cout << line << (format_ == Format::kCsv ? "\r\n" : "\n");
    }

    Format format_;
    bool is_all_accepted_ = true;
};

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

// Where there is no value the answer is kHolds.
int read_setting(const Call& call, hj212::CodeMap& codes, hj212::DecodeSetting& setting) {
    setting.now = call.now();
    if (const auto at = call.text("at")) {
        const auto time = rules::parse_instant(*at, rules::kBeijingTime);
        if (!time) return usage(rules::not_a_time(*at), rules::kTimeCure);
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

void tell_incomplete(const std::string& path, const hj212::IncompletePeriod& period) {
    std::string missing;
    for (const unsigned part : period.missing) missing += fmt::format(" {}", part);
    std::cerr << fmt::format("{}: MN {} CN {} {}: of {} parts there is no{}: {}\n", path, period.mn,
                             period.cn, rules::to_iso(period.data_time, rules::kBeijingTime),
                             period.parts, missing, "ask the device for the period again");
}

int decode(const Call& call) {
    hj212::CodeMap codes;
    hj212::DecodeSetting setting;
    if (const int code = read_setting(call, codes, setting); code != kHolds) return code;
    const std::string path = call.text_or_default("file");
    ByteSource source(path);
    if (!source.is_open()) {
        return usage(fmt::format("'{}': {}", path, std::strerror(errno)), "a file, or -");
    }
    hj212::FrameReader reader;
    FramePrinter printer(format_of(call));
    hj212::Repeats repeats;
    hj212::PartWatch parts;
    hj212::DeviceLink link(!call.has("one-device"));
    const auto print_all = [&](hj212::Rest rest) {
        while (const auto piece = reader.next(rest)) {
            hj212::Frame frame = hj212::decode(*piece, setting);
            link.look(frame);
            repeats.look(frame);
            parts.note(frame, setting.now);
            printer.print(frame);
        }
        std::cout << std::flush;
    };
    for (;;) {
        const std::string_view bytes = source.read();
        if (source.has_failed()) {
            return usage(fmt::format("'{}': {}", path, std::strerror(errno)), "a file, or -");
        }
        if (bytes.empty()) break;
        reader.feed(bytes);
        print_all(hj212::Rest::kComes);
        if (!std::cout) return kBadUsage;
    }
    print_all(hj212::Rest::kNone);
    for (const hj212::IncompletePeriod& period : parts.rest()) tell_incomplete(path, period);
    return printer.is_all_accepted() ? kHolds : kNegative;
}

Command decode_command() {
    return {
        .name = "decode",
        .what =
            {"逐帧解析原始字节（HJ/T 212-2005、HJ 212-2017、HJ 212-2025），每帧或每处错误输出一个"
             "对象，遇错不停",
             "read raw bytes frame by frame; one object per frame or fault, and never stop at a "
             "fault"},
        .options = {place(
                        "file", "FILE",
                        {"原始字节；- 或不写为标准输入", "raw bytes; - or none is standard input"})
                        .or_else("-"),
                    option("codes", "FILE",
                           {"本地编码表（TOML），盖在自带的表上",
                            "a code map of your own (TOML), laid over the shipped one"}),
                    option("allow-crc", "modbus|modbus-swapped",
                           {"准许一种不对的校验算法；默认拒收",
                            "take a wrong kind of check sum too; default: refuse it"})
                        .one_of(),
                    option("key-file", "FILE",
                           {"SM4 密钥，每行“MN 32位十六进制”，或只有密钥",
                            "SM4 keys, a line each: MN and 32 hexadecimal digits, or the key "
                            "alone"}),
                    flag("one-device",
                         {"视为一条连接：只允许一台设备，其他 MN 拒收",
                          "the bytes are of one connection that may carry one device: "
                          "refuse any other MN"}),
                    option("at", "TIME",
                           {"判断时钟是否超前的时刻；默认：现在",
                            "the time that clocks are held against; default: now"}),
                    format_option()},
        .examples = {"qingkongctl hj212 decode capture.bin",
                     "nc -l 9212 | qingkongctl hj212 decode --format table"},
        .run = decode,
    };
}

}  // namespace

Command hj212_command() {
    return {
        .name = "hj212",
        .what = {"HJ 212 报文：离线解析", "frames of HJ 212, offline"},
        .commands = {decode_command()},
    };
}

}  // namespace qk::ctl
