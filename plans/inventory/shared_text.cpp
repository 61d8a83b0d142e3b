#include "plans/inventory/shared_text.hpp"

#include <functional>
#include <mutex>
#include <unordered_set>

namespace qk::plans {
namespace {

struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

// A set of nodes: its texts stay where they are when it grows.
struct Store {
    std::mutex mutex;
    std::unordered_set<std::string, Hash, std::equal_to<>> texts;
};

}  // namespace

const std::string* SharedText::intern(std::string_view text) {
    static const std::string kEmpty;
    if (text.empty()) return &kEmpty;
    // Rows that follow each other repeat each other, column by column.
    constexpr std::size_t kLast = 8;
    thread_local const std::string* last[kLast] = {};
    const auto guess = (text.size() * 7 + static_cast<unsigned char>(text.back())) % kLast;
    if (last[guess] != nullptr && *last[guess] == text) return last[guess];
    // Never destroyed: a text may be read while the program ends.
    static Store& store = *new Store;
    const std::scoped_lock lock(store.mutex);
    auto found = store.texts.find(text);
    if (found == store.texts.end()) found = store.texts.emplace(text).first;
    return last[guess] = &*found;
}

}  // namespace qk::plans
