#include "plans/text/json_difference.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <set>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// Cut between characters, never within one.
std::string shown(const json::value* value) {
    if (value == nullptr) return "(none)";
    std::string text = canonical_text(*value);
    if (text.size() <= kDifferenceBytesMax) return text;
    std::size_t end = kDifferenceBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text + "…";
}

class Comparison {
 public:
    void compare(const std::string& path, const json::value* then, const json::value* now) {
        if (is_full_) return;
        if (then != nullptr && now != nullptr) {
            if (then->is_object() && now->is_object()) {
                return compare_members(path, then->get_object(), now->get_object());
            }
            if (then->is_array() && now->is_array()) {
                return compare_items(path, then->get_array(), now->get_array());
            }
            if (canonical_text(*then) == canonical_text(*now)) return;
        }
        if (found_.size() == kDifferencesMax) {
            is_full_ = true;
            found_.emplace_back("…");
            return;
        }
        found_.push_back((path.empty() ? "(all)" : path) + ": " + shown(then) + " -> " +
                         shown(now));
    }

    std::vector<std::string> take() { return std::move(found_); }

 private:
    void compare_members(const std::string& path, const json::object& then,
                         const json::object& now) {
        std::set<std::string_view> keys;
        for (const auto& member : then) keys.insert(member.key());
        for (const auto& member : now) keys.insert(member.key());
        for (const std::string_view key : keys) {
            compare((path.empty() ? "" : path + ".") + std::string(key), then.if_contains(key),
                    now.if_contains(key));
        }
    }
    void compare_items(const std::string& path, const json::array& then, const json::array& now) {
        for (std::size_t i = 0; i < std::max(then.size(), now.size()); ++i) {
            compare(path + "[" + std::to_string(i) + "]", i < then.size() ? &then[i] : nullptr,
                    i < now.size() ? &now[i] : nullptr);
        }
    }

    std::vector<std::string> found_;
    bool is_full_ = false;
};

}  // namespace

std::vector<std::string> json_differences(const json::value& then, const json::value& now) {
    Comparison comparison;
    comparison.compare("", &then, &now);
    return comparison.take();
}

}  // namespace qk::plans
