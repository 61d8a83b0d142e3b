// A list walked by its cursor, one item on a page, and held against the list read by page number.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <functional>
#include <string>

#include "daemon/api/api.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

// How many items the walk found; `path` ends in '?' or '&', `get` answers a target.
inline std::size_t walk_by_cursor(const std::function<ApiResponse(const std::string&)>& get,
                                  const std::string& path) {
    constexpr int kPagesMax = 100;
    const auto answer_to = [&](const std::string& query) {
        const ApiResponse answer = get(path + query);
        EXPECT_EQ(answer.status, 200) << answer.body;
        const auto value = plans::parse_json(answer.body, "answer");
        return value ? *value : boost::json::value();
    };
    const boost::json::value whole = answer_to("per_page=1000");
    EXPECT_TRUE(whole.at("next").is_null());
    boost::json::array found;
    std::string cursor;
    for (int page = 0; page < kPagesMax; ++page) {
        const boost::json::value part = answer_to("per_page=1&cursor=" + cursor);
        EXPECT_TRUE(part.at("total").is_null()) << "nothing is counted by cursor";
        for (const boost::json::value& item : part.at("items").as_array()) found.push_back(item);
        if (part.at("next").is_null()) break;
        cursor = part.at("next").as_string().c_str();
    }
    EXPECT_EQ(plans::to_text(found), plans::to_text(whole.at("items")));
    EXPECT_EQ(get(path + "cursor=5b5d").status, 422);
    return found.size();
}

}  // namespace qk::daemon
