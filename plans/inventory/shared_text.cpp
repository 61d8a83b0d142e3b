#include "plans/inventory/shared_text.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace qk::plans {

// The block a thread fills at the moment. It holds the references of all texts it may still make,
// so that making one counts nothing that other threads see.
class OpenBlock {
 public:
    OpenBlock() = default;
    OpenBlock(const OpenBlock&) = delete;
    OpenBlock& operator=(const OpenBlock&) = delete;
    ~OpenBlock() { close(); }

    const char* add(std::string_view text) {
        const std::size_t needed = sizeof(SharedText::Head) + text.size();
        if (needed > room_ || spare_ == 0) open(needed);
        const SharedText::Head head{
            static_cast<std::uint32_t>(text.size()),
            static_cast<std::uint32_t>(next_ + sizeof head - reinterpret_cast<char*>(block_))};
        std::memcpy(next_, &head, sizeof head);
        char* chars = next_ + sizeof head;
        std::memcpy(chars, text.data(), text.size());
        next_ += needed;
        room_ -= needed;
        --spare_;
        return chars;
    }

 private:
    static constexpr std::size_t kBlockBytes = 64 * 1024;
    static constexpr _Atomic_word kTextsMax = 1 << 20;

    void open(std::size_t needed) {
        close();
        constexpr std::size_t kBefore = sizeof(SharedText::Block);
        const std::size_t bytes = std::max(kBlockBytes, kBefore + needed);
        auto* memory = static_cast<char*>(::operator new(bytes));
        block_ = new (memory) SharedText::Block{kTextsMax};
        spare_ = kTextsMax;
        next_ = memory + kBefore;
        room_ = bytes - kBefore;
    }

    void close() {
        if (block_ != nullptr && spare_ > 0) SharedText::give_back(block_, spare_);
        block_ = nullptr;
        spare_ = 0;
        room_ = 0;
    }

    SharedText::Block* block_ = nullptr;
    char* next_ = nullptr;
    std::size_t room_ = 0;
    _Atomic_word spare_ = 0;
};

const char* SharedText::store(std::string_view text) {
    if (text.empty()) return nullptr;
    if (text.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
        throw std::length_error("a text of more than 2 GiB");
    }
    thread_local OpenBlock open;
    return open.add(text);
}

void SharedText::free_block(Block* block) { ::operator delete(block); }

const SharedText& TextRepeats::of(std::string_view text) {
    static const SharedText kEmpty;
    if (text.empty()) return kEmpty;
    const auto byte = [&text](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(text[at]));
    };
    // Numbers at the end are what mostly tells the texts of a column apart.
    const std::size_t place = text.size() * 31 + byte(0) * 7 + byte(text.size() / 2) * 3 +
                              byte(text.size() - 1) * 5 + byte(text.size() - (text.size() + 1) / 2);
    SharedText& lately = lately_[place % lately_.size()];
    if (lately != text) lately = SharedText(text);
    return lately;
}

}  // namespace qk::plans
