// Tables on a terminal: columns stay straight whatever stands in them.
#include "daemon/ctl/output.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace qk::ctl {
namespace {

TEST(Output, AChineseCharacterTakesTwoColumnsAndADashOne) {
    std::ostringstream out;
    print(out, Format::kTable, {},
          {{"name", "id"}, {{"水泥厂", "1"}, {"a–b…", "2"}, {"ＡＢ", "3"}}});
    EXPECT_EQ(out.str(), "name    id\n水泥厂  1\na–b…    2\nＡＢ    3\n");
}

TEST(Output, FactsStandBehindTheirNamesInOneColumn) {
    std::ostringstream out;
    print_facts(out, {{"级别 level", "橙色"}, {"指令", "5\x1b[2J"}});
    EXPECT_EQ(out.str(), "级别 level  橙色\n指令        5?[2J\n");
}

}  // namespace
}  // namespace qk::ctl
