// The trades of performance grading (绩效分级行业): the 39 of the 2020 guide in its order, the
// branches of some of them that the guide measures differently, and trades outside it that plans
// name. Their names and their codes of GB/T 4754 are data: words/trades.toml.
//
// An inventory writes a trade by its id, a name or a code. A name counts as a whole, never a part
// of it: a maker of wind turbines (风力发电机组制造) is no power plant (发电). What is placed by
// none of them is empty, the caller says so and uses the default sample rule, and a person ties it:
// by a code or an id in the inventory, or for every enterprise of that name in the region's pack.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/text/embedded.hpp"

namespace qk::plans {

struct Trade {
    std::string_view id;  // "cement", branches "cement.grinding"
    int number = 0;       // 1 to 39 in the guide; 0: not in it
    std::string_view chinese;
    std::vector<std::string_view> codes;  // of GB/T 4754, four digits; several trades may share one
};

inline constexpr int kGuideTradeCount = 39;

// A name as trade_name_key() gives it -> id of the trade that a person tied it to.
using TradeTies = std::map<std::string, std::string, std::less<>>;

[[nodiscard]] std::span<const Trade> all_trades();
// By id, name or code, or by code and name together ("C3041 平板玻璃制造"). Null: not known, a code
// that several trades share, or a code and a name of different trades.
[[nodiscard]] const Trade* find_trade(std::string_view written);
// The same, after what people tied.
[[nodiscard]] const Trade* find_trade(std::string_view written, const TradeTies& ties);
[[nodiscard]] const Trade* trade_by_id(std::string_view id);
// Whether the text is a code of GB/T 4754 in form: "3041", "C3041".
[[nodiscard]] bool is_trade_code(std::string_view text);
// What is compared of a name: without case, width and blanks.
[[nodiscard]] std::string trade_name_key(std::string_view name);
// "cement" for "cement.grinding"; the id itself where there is no branch.
[[nodiscard]] std::string_view parent_of(std::string_view id);
// The parts of "水泥;铸造" (also with '；' or '+' between them), without blanks. '、' and '/' do
// not split: names of trades hold them.
[[nodiscard]] std::vector<std::string_view> split_trades(std::string_view industry);
// The trades of an industry as written, with the codes or ids of the column beside it in the same
// order ("3041;;cement"): as one text that find_trade() reads part by part.
[[nodiscard]] std::string with_codes(std::string_view industry, std::string_view codes);
// The trade a line names, when it is one of its enterprise's or a branch of one; null otherwise.
[[nodiscard]] const Trade* trade_of_line(std::string_view trade, std::string_view industry,
                                         const TradeTies& ties = {});

}  // namespace qk::plans

namespace qk::embedded {
[[nodiscard]] std::span<const File> measure_words();  // plans/measures/words/*.toml
}  // namespace qk::embedded
