// The catalogue's entries on what the service manager is told: the watchdog, the first set-up.
#pragma once

#include "daemon/base/messages.hpp"

namespace qk::daemon {

inline constexpr Message kWatchdogHeld{
    "WATCHDOG_HELD", LogSeverity::kError,
    "{parts} 有事待办而没有进展；不再向服务管理器报告正常，持续下去它会重启服务",
    "A part has work and gets nowhere; the service manager is told nothing until it does.",
    "Look at the disk (dmesg, smartctl) and the load; after a restart nothing acknowledged is "
    "lost."};

inline constexpr Message kNightPageFailed{
    "NIGHT_PAGE_FAILED", LogSeverity::kWarning, "守夜包未能写入：{why}",
    "The page for a night without network could not be written; the one before stays.",
    "Look at the disk and at the rights of the folder night-pages beside the database."};

inline constexpr Message kSetupWaits{
    "SETUP_WAITS", LogSeverity::kInfo, "尚未设置；在本机浏览器打开 http://{address}/",
    "Nothing has run here yet; a page on this host leads through what is missing.", ""};

}  // namespace qk::daemon
