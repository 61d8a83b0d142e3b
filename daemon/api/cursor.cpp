#include "daemon/api/cursor.hpp"

#include <boost/json/object.hpp>
#include <optional>

#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

// Ids are at most some hundred bytes.
constexpr std::size_t kCursorBytesMax = 8192;

std::optional<int> digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return std::nullopt;
}

std::optional<std::string> from_hex(std::string_view hex) {
    if (hex.size() % 2 != 0 || hex.size() > kCursorBytesMax) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        const auto high = digit_of(hex[i]);
        const auto low = digit_of(hex[i + 1]);
        if (!high || !low) return std::nullopt;
        bytes += static_cast<char>(*high * 16 + *low);
    }
    return bytes;
}

bool is_place(const json::array& place, std::string_view kinds) {
    if (place.size() != kinds.size()) return false;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (kinds[i] == 'n' ? !place[i].is_int64() : !place[i].is_string()) return false;
    }
    return true;
}

// Callers make nothing of it, so it says no more than it must: the list's name and the place.
std::string cursor_of(const json::array& place, const CursorKind& kind) {
    json::array whole{json::string(kind.list)};
    for (const json::value& value : place) whole.push_back(value);
    return plans::to_hex(plans::to_text(whole));
}

std::optional<json::array> place_of(const std::string& cursor, const CursorKind& kind) {
    const auto text = from_hex(cursor);
    const auto read = plans::parse_json(text.value_or(""), "cursor");
    if (!read || !read->is_array()) return std::nullopt;
    json::array place = read->get_array();
    const bool is_of_list =
        !place.empty() && place.front().is_string() && place.front().get_string() == kind.list;
    if (!is_of_list) return std::nullopt;
    place.erase(place.begin());
    if (!is_place(place, kind.place)) return std::nullopt;
    return place;
}

}  // namespace

rules::Result<CursorPaging> cursor_paging_of(const Call& call, const CursorKind& kind) {
    CursorPaging paging{.page = paging_of(call)};
    const auto cursor = call.query_value("cursor");
    if (!cursor) return paging;
    paging.is_by_cursor = true;
    if (cursor->empty()) return paging;
    auto place = place_of(*cursor, kind);
    if (!place) {
        return rules::refuse("cursor is not one of this list",
                             "'next' of an answer of this list as it is; nothing to begin");
    }
    paging.after = std::move(*place);
    return paging;
}

ApiResponse answer_bad_cursor(const rules::Faults& faults) {
    return answer_problem(422, "cursor 有误", "the cursor is wrong", faults);
}

ApiResponse answer_cursor_page(CursorPage page, const CursorPaging& paging, const CursorKind& kind,
                               const std::function<std::size_t()>& count) {
    json::object beside;
    beside["next"] = nullptr;
    if (!page.is_last && !page.last.empty()) beside["next"] = cursor_of(page.last, kind);
    if (!paging.is_by_cursor) {
        return answer_page(std::move(page.items), paging.page, count(), std::move(beside));
    }
    beside["items"] = std::move(page.items);
    beside["page"] = nullptr;
    beside["per_page"] = paging.page.per_page;
    beside["pages"] = nullptr;
    beside["total"] = nullptr;
    return answer_json(beside);
}

ApiResponse answer_numbered_page(json::array items, const CursorPaging& paging,
                                 const CursorKind& kind,
                                 const std::function<std::size_t()>& count) {
    CursorPage page;
    page.is_last = items.size() < paging.page.per_page;
    if (!items.empty()) page.last.push_back(items.back().at("number"));
    page.items = std::move(items);
    return answer_cursor_page(std::move(page), paging, kind, count);
}

}  // namespace qk::daemon
