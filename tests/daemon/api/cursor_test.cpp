#include "daemon/api/cursor.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr CursorKind kNumbers{"numbers", "n"};
constexpr CursorKind kPairs{"pairs", "tn"};

Call asked(const std::string& cursor) {
    Call call;
    call.query["cursor"] = cursor;
    call.query["per_page"] = "2";
    return call;
}

json::value body_of(const ApiResponse& answer) {
    return plans::parse_json(answer.body, "answer").value();
}

std::size_t not_to_be_asked() { throw std::logic_error("nothing is counted by cursor"); }

json::array numbered(std::initializer_list<int> numbers) {
    json::array items;
    for (const int number : numbers) items.push_back(json::object{{"number", number}});
    return items;
}

TEST(Cursor, WithoutOneAListIsPagedByNumberAndSaysWhereACursorGoesOn) {
    Call call;
    call.query["page"] = "3";
    call.query["per_page"] = "2";
    const auto paging = cursor_paging_of(call, kNumbers);
    ASSERT_TRUE(paging);
    EXPECT_EQ(paging->offset(), 4U);
    EXPECT_EQ(paging->below(), INT64_MAX);
    const auto body = body_of(
        answer_numbered_page(numbered({9, 8}), *paging, kNumbers, [] { return std::size_t{7}; }));
    EXPECT_EQ(body.at("page"), 3);
    EXPECT_EQ(body.at("total"), 7);
    EXPECT_EQ(body.at("pages"), 4);
    EXPECT_TRUE(body.at("next").is_string());
}

TEST(Cursor, GoesOnBehindTheLastItemAndCountsNothing) {
    const auto begun = cursor_paging_of(asked(""), kNumbers);
    ASSERT_TRUE(begun);
    EXPECT_EQ(begun->offset(), 0U);
    EXPECT_FALSE(begun->goes_on());
    const auto first =
        body_of(answer_numbered_page(numbered({9, 8}), *begun, kNumbers, not_to_be_asked));
    EXPECT_TRUE(first.at("total").is_null());
    const auto next = cursor_paging_of(asked(std::string(first.at("next").as_string())), kNumbers);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->below(), 8);
    const auto last =
        body_of(answer_numbered_page(numbered({7}), *next, kNumbers, not_to_be_asked));
    EXPECT_TRUE(last.at("next").is_null()) << "a page that is not full is the last";
}

TEST(Cursor, APlaceMayBeOfSeveralValues) {
    CursorPage page;
    page.items = {json::object{}, json::object{}};
    page.last = {json::string("企业"), 7};
    const auto begun = cursor_paging_of(asked(""), kPairs);
    const auto body = body_of(answer_cursor_page(std::move(page), *begun, kPairs, not_to_be_asked));
    const auto next = cursor_paging_of(asked(std::string(body.at("next").as_string())), kPairs);
    ASSERT_TRUE(next);
    EXPECT_EQ(next->text_after(0), "企业");
    EXPECT_EQ(next->number_after(1), 7);
}

TEST(Cursor, WhatIsNoneOfThisListIsRefused) {
    const auto begun = cursor_paging_of(asked(""), kNumbers);
    const auto body = body_of(
        answer_numbered_page(numbered({9, 8}), *begun, kNumbers, [] { return std::size_t{2}; }));
    const std::string good(body.at("next").as_string());
    EXPECT_TRUE(cursor_paging_of(asked(good), kNumbers));
    EXPECT_FALSE(cursor_paging_of(asked(good), kPairs)) << "of another list";
    EXPECT_FALSE(cursor_paging_of(asked(good), CursorKind{"numbers", "t"}));
    EXPECT_FALSE(cursor_paging_of(asked(good), CursorKind{"numbers", "nn"}));
    for (const std::string bad : {"x", "0", "00", "5b5d", "7b7d", "5B5D"}) {
        EXPECT_FALSE(cursor_paging_of(asked(bad), kNumbers)) << bad;
    }
    EXPECT_FALSE(cursor_paging_of(asked(good + "00"), kNumbers));
    EXPECT_FALSE(cursor_paging_of(asked(std::string(10'000, '5')), kNumbers));
    EXPECT_EQ(answer_bad_cursor(cursor_paging_of(asked("x"), kNumbers).error()).status, 422);
}

}  // namespace
}  // namespace qk::daemon
