#include "daemon/store/row_filter.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

using testing::ElementsAre;

class RowFilterTest : public testing::Test {
 protected:
    RowFilterTest() {
        db_.script("CREATE TABLE places(code TEXT PRIMARY KEY, people INTEGER) STRICT");
        for (const char* code : {"110105", "110106", "1101", "11%1", "1102", "110\U0010FFFF", "2"})
            db_.exec("INSERT INTO places(code, people) VALUES(?, length(?1))", code);
    }
    std::vector<std::string> found(const RowFilter& filter) {
        Statement rows(db_, "SELECT code FROM places" + filter.where() + " ORDER BY code LIMIT ?");
        rows.bind(filter.bind_to(rows), 100);
        std::vector<std::string> codes;
        while (rows.next()) codes.push_back(rows.text(0));
        return codes;
    }

    Session db_{":memory:", SessionUse::kWrite};
};

TEST_F(RowFilterTest, WhatIsNotAskedStandsInNoCondition) {
    RowFilter filter;
    filter.add_if_given("code = ?", "");
    filter.add_beginning("code", "");
    EXPECT_EQ(filter.where(), "");
    EXPECT_EQ(found(filter).size(), 7U);
}

TEST_F(RowFilterTest, EachValueGoesToItsQuestionMark) {
    RowFilter filter;
    filter.add("people >= ? AND people < ?", 2, 6);
    filter.add_if_given("code <> ?", "1102");
    EXPECT_EQ(filter.where(), " WHERE people >= ? AND people < ? AND code <> ?");
    EXPECT_THAT(found(filter), ElementsAre("11%1", "1101", "110\U0010FFFF"));
}

TEST_F(RowFilterTest, ABeginningIsNotAPattern) {
    RowFilter of_city;
    of_city.add_beginning("code", "1101");
    EXPECT_THAT(found(of_city), ElementsAre("1101", "110105", "110106"));
    RowFilter with_sign;
    with_sign.add_beginning("code", "11%");
    EXPECT_THAT(found(with_sign), ElementsAre("11%1"));
}

TEST_F(RowFilterTest, ABeginningIsSoughtInTheIndex) {
    RowFilter filter;
    filter.add_beginning("code", "1101");
    Statement plan(db_, "EXPLAIN QUERY PLAN SELECT code FROM places" + filter.where());
    filter.bind_to(plan);
    ASSERT_TRUE(plan.next());
    EXPECT_EQ(plan.text(3).rfind("SEARCH places", 0), 0U) << plan.text(3);
}

}  // namespace
}  // namespace qk::daemon
