// qingkongctl hj212: what stands in the bytes that a device, a relay or a capture gives.
#include <fmt/format.h>

#include <array>
#include <iostream>
#include <utility>

#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/hj212_input.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/hj212/code_map.hpp"
#include "plans/hj212/device_link.hpp"
#include "plans/hj212/frame_json.hpp"
#include "plans/hj212/part_watch.hpp"
#include "plans/hj212/repeats.hpp"
#include "plans/text/csv.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

namespace hj212 = plans::hj212;

// Prints each frame or fault as it is decided.
class FramePrinter {
 public:
    explicit FramePrinter(Format format) : format_(format) {}

    // Once, when it is known that there is something to read.
    void begin() {
        const bool has_begun = std::exchange(has_begun_, true);
        if (!has_begun && format_ != Format::kJson) print_row(hj212::columns_of_frames());
    }

    void print(const hj212::Frame& frame, const hj212::RawFrame* arrival) {
        begin();
        is_all_accepted_ = is_all_accepted_ && frame.outcome <= hj212::Outcome::kAcceptWarn;
        if (format_ == Format::kJson) {
            boost::json::object object = hj212::to_json(frame);
            if (arrival != nullptr) {
                object["arrived"] = rules::to_iso(arrival->arrived, rules::kBeijingTime);
                object["link"] = arrival->link;
            }
            std::cout << plans::to_text(object) << "\n";
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
    bool has_begun_ = false;
    bool is_all_accepted_ = true;
};

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
    if (const int code = read_hj212_setting(call, codes, setting); code != kHolds) return code;
    const std::string path = call.text_or_default("file");
    FramePrinter printer(format_of(call));
    hj212::Repeats repeats;
    hj212::PartWatch parts;
    hj212::DeviceLink link(!call.has("one-device"));
    const auto print = [&](hj212::Frame& frame, const hj212::RawFrame* arrival) {
        link.look(frame);
        repeats.look(frame);
        parts.note(frame, arrival != nullptr ? arrival->arrived : setting.now);
        printer.print(frame, arrival);
    };
    const auto after_bytes = [] {
        std::cout << std::flush;
        return static_cast<bool>(std::cout);
    };
    if (!each_frame(path, setting, print, after_bytes)) return kBadUsage;
    printer.begin();
    std::cout << std::flush;
    if (!std::cout) return kBadUsage;
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
        .options = command_line::joined(
            {{place("file", "FILE",
                    {"原始字节或原始报文日档（可为 .gz）；- 或不写为标准输入",
                     "raw bytes, or a day's file of them (.gz too); - or none is standard input"})
                  .or_else("-")},
             hj212_options(),
             {flag("one-device", {"视为一条连接：只允许一台设备，其他 MN 拒收",
                                  "the bytes are of one connection that may carry one device: "
                                  "refuse any other MN"}),
              format_option()}}),
        .examples = {"qingkongctl hj212 decode capture.bin",
                     "nc -l 9212 | qingkongctl hj212 decode --format table",
                     "qingkongctl hj212 decode /var/lib/qingkong/raw/2026-01-10.raw.gz"},
        .run = decode,
    };
}

}  // namespace

Command hj212_command() {
    return {
        .name = "hj212",
        .what = {"HJ 212 报文：离线解析、还原读数", "frames of HJ 212, offline: what they say"},
        .commands = {decode_command(), hj212_readings_command()},
    };
}

}  // namespace qk::ctl
