// What a person of the bureau has decided for the whole region and put into its pack: to which
// trade a name belongs that no table places, and which batch stands first in this round of a
// rotation.
//
//   [[trades.tie]]
//   name = "风力发电机组制造"
//   trade = "industrial-coating"
//   by = "王工"
//   on = 2026-11-20
//   source = "市局绩效分级会议纪要〔2026〕3号"
//
//   [rotation]
//   batch = "H1"          # 本轮批次
//   by = "王工"
//   on = 2026-12-01
//   source = "第12号调度令"
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::plans {

class TomlTable;  // plans/text/toml_table.hpp

struct TradeTie {
    std::string name;   // as inventories write it
    std::string trade;  // id
    std::string by;     // who decided
    rules::CivilDay on{};
    std::string source;
};

// 轮产批次: which batch begins to stand. Empty batch: the first.
struct Rotation {
    std::string batch;
    std::string by;
    rules::CivilDay on{};
    std::string source;
};

// [[trades.tie]]: one of the same name takes the place of the parent pack's.
void read_trades(TomlTable& head, std::vector<TradeTie>& ties);
// [rotation]
void read_rotation(TomlTable& head, Rotation& rotation);

// The number that a batch's name ends with, from 1: "H1" and "第1批" are 1. 0: it names none.
[[nodiscard]] int batch_number(std::string_view name);

}  // namespace qk::plans
