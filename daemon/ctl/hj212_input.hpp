// What the commands of HJ 212 read: a capture, or a file of a day's raw bytes, and how it is to be
// decoded.
#pragma once

#include <functional>
#include <string>

#include "daemon/command_line/command_line.hpp"
#include "plans/hj212/code_map.hpp"
#include "plans/hj212/frame.hpp"
#include "plans/hj212/frame_reader.hpp"
#include "plans/hj212/raw_day.hpp"

namespace qk::ctl {

// --codes, --allow-crc, --key-file and --at.
[[nodiscard]] command_line::Options hj212_options();
// Where there is no value the answer is kHolds, else what is wrong is printed. `codes` must outlive
// the setting.
[[nodiscard]] int read_hj212_setting(const command_line::Call& call, plans::hj212::CodeMap& codes,
                                     plans::hj212::DecodeSetting& setting);

// A frame or fault, and how it arrived where a day's file says so.
using TakeFrame =
    std::function<void(plans::hj212::Frame& frame, const plans::hj212::RawFrame* arrival)>;
// Every frame of the file, as its bytes come; false, with a line on stderr, where it cannot be
// read. The frames of a day's file are judged by when they arrived. `after_bytes` is called when
// all that has come is taken; false from it ends the reading.
[[nodiscard]] bool each_frame(
    const std::string& path, plans::hj212::DecodeSetting setting, const TakeFrame& take,
    const std::function<bool()>& after_bytes = [] { return true; });

// qingkongctl hj212 readings.
[[nodiscard]] command_line::Command hj212_readings_command();

[[nodiscard]] int hj212_usage(std::string_view command, std::string_view what,
                              std::string_view cure);

}  // namespace qk::ctl
