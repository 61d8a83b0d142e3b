#include "plans/inventory/shared_text.hpp"

#include <deque>
#include <functional>
#include <mutex>
#include <vector>

namespace qk::plans {
namespace {

// A table of pointers into a deque, whose texts stay where they are when it grows. Half of the
// table is free, so that a search ends soon; nothing is ever taken out.
class Store {
 public:
    const std::string* find_or_add(std::string_view text) {
        const std::scoped_lock lock(mutex_);
        if (2 * texts_.size() >= places_.size()) grow();
        const std::size_t place = place_of(text);
        if (places_[place] == nullptr) places_[place] = &texts_.emplace_back(text);
        return places_[place];
    }

 private:
    static constexpr std::size_t kFirst = 1024;  // a power of two, as every size is

    // Where the text stands, or the free place where it would.
    [[nodiscard]] std::size_t place_of(std::string_view text) const {
        std::size_t place = std::hash<std::string_view>{}(text) & (places_.size() - 1);
        while (places_[place] != nullptr && *places_[place] != text) {
            place = (place + 1) & (places_.size() - 1);
        }
        return place;
    }

    void grow() {
        places_.assign(places_.empty() ? kFirst : 2 * places_.size(), nullptr);
        for (const std::string& text : texts_) places_[place_of(text)] = &text;
    }

    std::mutex mutex_;
    std::deque<std::string> texts_;
    std::vector<const std::string*> places_;
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
    return lately[place] = store.find_or_add(text);
}

}  // namespace qk::plans
