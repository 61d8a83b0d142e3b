// The part of the catalogue of log messages (messages.hpp) that is about devices over HJ 212.
#pragma once

#include "daemon/base/messages.hpp"

namespace qk::daemon {

inline constexpr Message kHj212Listens{"HJ212_LISTENING", LogSeverity::kInfo,
                                       "HJ 212 数据接收就绪，监听 {address}",
                                       "Devices may connect.", ""};
inline constexpr Message kHj212LinkEnded{
    "HJ212_LINK_ENDED",
    LogSeverity::kWarning,
    "HJ 212 连接 {remote}（MN {mn}）已断开：{why}；{cure}",
    "A connection reached a limit and was refused or closed; the others go on. Nothing that was "
    "answered is lost: a device sends again what was not.",
    "Do as the line says; limits and relays are in [hj212].",
    true};
inline constexpr Message kHj212Unknown{
    "HJ212_DEVICE_UNKNOWN",
    LogSeverity::kWarning,
    "{remote} 发来 MN {mn} 的数据，清单中没有该排口，未应答",
    "The MN is at no outlet of the inventory, or at two. Its frames are kept among the rejected "
    "messages and are not answered, so that the device keeps them.",
    "Compare the MN character by character with outlets.csv; see /api/v1/rejected.",
    true};
inline constexpr Message kHj212ClockOff{
    "HJ212_CLOCK_OFF",
    LogSeverity::kWarning,
    "设备 MN {mn} 的时钟偏差 {seconds} 秒（正值为慢）",
    "The median of arrival minus the time that the device states is so large. Its data is stored "
    "under the times that it states; nothing is shifted.",
    "Have the operator set the clock of the logger.",
    true};

inline constexpr Message kHj212DayDiffers{
    "HJ212_DAY_DIFFERS",
    LogSeverity::kWarning,
    "排口 {outlet} {factor} {day} 的日均值 {sent} 与其小时均值 {hours} 不符",
    "The day's mean that the device sent is further from the mean of its hours than rounding and "
    "flow explain. Verdicts are made of hours; the day is kept beside them.",
    "Ask the operator of the monitor for the data of that day; raw bytes are kept by day.",
    true};

inline constexpr Message kRawNotKept{
    "HJ212_RAW_NOT_KEPT",
    LogSeverity::kWarning,
    "{count} 帧原始报文未能留存：{why}",
    "The readings of these frames are stored; their bytes as they came are not, so that nothing "
    "can be computed again from them.",
    "Make room on the disk, or raise hj212.raw_day_mib.",
    true};
inline constexpr Message kRawDayClosed{"HJ212_RAW_DAY_CLOSED", LogSeverity::kInfo,
                                       "原始报文日档已压缩：{file}",
                                       "A day's frames are compressed.", ""};
inline constexpr Message kRawDayGone{
    "HJ212_RAW_DAY_GONE", LogSeverity::kInfo, "原始报文日档已按期清除：{file}",
    "It was older than hj212.raw_days, or all days together were more than hj212.raw_mib; copy day "
    "files elsewhere where they must stay longer.",
    ""};
inline constexpr Message kRawUntidy{
    "HJ212_RAW_UNTIDY",
    LogSeverity::kWarning,
    "原始报文日档未能压缩或清除：{why}",
    "Days that are over stay as they are; it is tried again in an hour.",
    "Make room on the disk; the daemon must be allowed to write in the folder.",
    true};

}  // namespace qk::daemon
