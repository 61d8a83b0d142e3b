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
    // Rows that follow each other repeat each other: what was asked for lately is tried first.
    constexpr std::size_t kLately = 256;
    thread_local const std::string* lately[kLately] = {};
    const auto byte = [&text](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(text[at]));
    };
    const std::size_t place =
        (text.size() * 31 + byte(0) * 7 + byte(text.size() / 2) * 3 + byte(text.size() - 1)) %
        kLately;
    if (lately[place] != nullptr && *lately[place] == text) return lately[place];
    // Never destroyed: a text may be read while the program ends.
    static Store& store = *new Store;
    const std::scoped_lock lock(store.mutex);
    auto found = store.texts.find(text);
    if (found == store.texts.end()) found = store.texts.emplace(text).first;
    return lately[place] = &*found;
}

}  // namespace qk::plans
