// Paging of lists that grow. By number (answers.hpp), a page shifts when something is added before
// it; by cursor the list goes on after the last item seen, whatever came or went meanwhile, and
// nothing is counted. "?cursor=" begins, "next" of an answer goes on; it is null where nothing
// follows.
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "daemon/api/answers.hpp"
#include "daemon/store/newest_first.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

// A list with a cursor, and what stands for the place of an item in it: 'n' a whole number, 't' a
// text, in the order in which the list is sorted.
struct CursorKind {
    std::string_view list;
    std::string_view place;
};

struct CursorPaging {
    Paging page;
    bool is_by_cursor = false;
    boost::json::array after{};  // the place of the last item seen; empty: from the beginning

    [[nodiscard]] bool goes_on() const { return !after.empty(); }
    [[nodiscard]] std::size_t offset() const {
        return is_by_cursor ? 0 : (page.page - 1) * page.per_page;
    }
    [[nodiscard]] std::int64_t number_after(std::size_t place) const {
        return after.at(place).as_int64();
    }
    [[nodiscard]] std::string text_after(std::size_t place) const {
        return std::string(after.at(place).as_string());
    }
    // Of a list by number, newest first: what comes next is below it.
    [[nodiscard]] std::int64_t below() const { return goes_on() ? number_after(0) : INT64_MAX; }
    [[nodiscard]] NewestFirst newest_first() const { return {page.per_page, offset(), below()}; }
};

// A cursor that is none of this list is a refusal.
[[nodiscard]] rules::Result<CursorPaging> cursor_paging_of(const Call& call,
                                                           const CursorKind& kind);
[[nodiscard]] ApiResponse answer_bad_cursor(const rules::Faults& faults);

// One page, with the place of its last item. `count`: how many items the whole list has.
struct CursorPage {
    boost::json::array items{};
    boost::json::array last{};
    bool is_last = false;  // nothing follows
};
[[nodiscard]] ApiResponse answer_cursor_page(CursorPage page, const CursorPaging& paging,
                                             const CursorKind& kind,
                                             const std::function<std::size_t()>& count);
// Of items that have a "number", newest first.
[[nodiscard]] ApiResponse answer_numbered_page(boost::json::array items, const CursorPaging& paging,
                                               const CursorKind& kind,
                                               const std::function<std::size_t()>& count);

}  // namespace qk::daemon
