// The trades of performance grading (绩效分级行业): the 39 of the 2020 guide in its order, the
// branches of some of them that the guide measures differently, and trades outside it that plans
// name.
//
// An inventory writes trades in many ways; find_trade() takes the id, the Chinese name, a known
// alias, or a longer text that holds one of them (the longest wins: 水泥熟料生产 is clinker, not
// cement). What it cannot place is empty, and the caller says so and uses the default sample rule.
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace qk::plans {

struct Trade {
    std::string_view id;  // "cement", branches "cement.grinding"
    int number = 0;       // 1 to 39 in the guide; 0: not in it
    std::string_view chinese;
    std::string_view aliases;  // joined by '|'
};

inline constexpr int kGuideTradeCount = 39;

[[nodiscard]] std::span<const Trade> all_trades();
[[nodiscard]] const Trade* find_trade(std::string_view written);  // null: not known
[[nodiscard]] const Trade* trade_by_id(std::string_view id);
// "cement" for "cement.grinding"; the id itself where there is no branch.
[[nodiscard]] std::string_view parent_of(std::string_view id);
// The parts of "水泥;铸造" (also with '；' or '+' between them), without blanks. '、' and '/' do
// not split: names of trades hold them.
[[nodiscard]] std::vector<std::string_view> split_trades(std::string_view industry);
// The trade a line names, when it is one of its enterprise's or a branch of one; null otherwise.
[[nodiscard]] const Trade* trade_of_line(std::string_view trade, std::string_view industry);

}  // namespace qk::plans
