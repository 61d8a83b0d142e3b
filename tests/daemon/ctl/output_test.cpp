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

}  // namespace
}  // namespace qk::ctl
