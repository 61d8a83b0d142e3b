// The catalogue's entries on a start on the database of an older program.
#pragma once

#include "daemon/base/messages.hpp"

namespace qk::daemon {

inline constexpr Message kUpgradeReplaying{
    "UPGRADE_REPLAYING", LogSeverity::kInfo, "升级前重算：已算 {count} 项，不同 {differing} 项",
    "An older program wrote the database; its newest plans and decisions are computed again.", ""};
inline constexpr Message kUpgradeReplayed{
    "UPGRADE_REPLAYED", LogSeverity::kInfo,
    "升级前重算完毕{cut}：决定 {decisions} 个、方案 {plans} 个，不同 {differing}，仅文字或理由不同 "
    "{reworded}",
    "What the newer program makes of the decisions of before; GET /api/v1/upgrade keeps it.", ""};
inline constexpr Message kUpgradeCopied{
    "UPGRADE_COPIED", LogSeverity::kInfo,
    "升级前的数据库已复制到 {path}（{mebibytes} MiB，{checked}）；新版本用得放心以后可以删除",
    "The database as the older program left it; that program runs on the copy.", ""};
inline constexpr Message kUpgradeDiffers{
    "UPGRADE_DIFFERS", LogSeverity::kWarning, "升级前重算不同：{what}",
    "A stored decision or plan comes out otherwise under this version; what was decided stays.",
    "Look at all of them with 'qingkongctl replay'. upgrade.differences says what then happens."};

}  // namespace qk::daemon
