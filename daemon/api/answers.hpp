// What handlers answer: JSON, problem documents, pages of lists, texts that never change.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

#include "daemon/api/call.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

// Answers. Errors are RFC 9457 problem documents: title in Chinese and English, detail, every
// fault.
[[nodiscard]] ApiResponse answer_json(const boost::json::value& value, int status = 200);
// A text that is the same as long as the program runs, with a mark by which a caller that has it
// already is told so (304) instead.
struct StaticText {
    std::string content_type;
    std::string body;
    std::string mark;  // of the ETag, in quotes
};
[[nodiscard]] StaticText static_text(std::string content_type, std::string body);
[[nodiscard]] ApiResponse answer_static(const Call& call, const StaticText& text);
[[nodiscard]] ApiResponse answer_problem(int status, std::string_view title_zh,
                                         std::string_view title_en,
                                         const rules::Faults& faults = {},
                                         boost::json::object beside = {});

// One page of a list: {"items":[…],"page":1,"pages":n,"total":m}.
struct Paging {
    std::size_t page = 1;
    std::size_t per_page = 100;  // at most kPerPageMax
};
inline constexpr std::size_t kPerPageMax = 1000;
[[nodiscard]] Paging paging_of(const Call& call);
// `beside`: what is said once of the whole list.
[[nodiscard]] ApiResponse answer_page(boost::json::array items, Paging paging, std::size_t total,
                                      boost::json::object beside = {});
// Of a list that is short by nature and at hand as a whole.
[[nodiscard]] ApiResponse answer_page_of(const boost::json::array& all, Paging paging,
                                         boost::json::object beside = {});

}  // namespace qk::daemon
