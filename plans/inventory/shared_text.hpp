// A text of an inventory: eight bytes in the row that holds it, never changed once made, and copied
// by counting. A province has millions of them, most of them short; one std::string each would cost
// more than everything else that is loaded.
//
//   row --> | size | back | characters |      texts lie one behind the other in blocks,
//              a block: references |.|.|.|.|   a block lives as long as one of its texts
//
// Making one costs a copy of its characters, copying and dropping one a count. Threads may share
// texts. It stands in for a constant std::string wherever one is read; what it gives as a view
// lives as long as the text does.
#pragma once

#include <fmt/core.h>
#include <ext/atomicity.h>

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace qk::plans {

class SharedText {
 public:
    SharedText() = default;
    SharedText(std::string_view text) : chars_(store(text)) {}    // NOLINT: stands in for a string
    SharedText(const std::string& text) : chars_(store(text)) {}  // NOLINT
    SharedText(const char* text) : chars_(store(text)) {}         // NOLINT
    SharedText(const SharedText& other) noexcept : chars_(other.chars_) {
        if (chars_ != nullptr) __gnu_cxx::__atomic_add_dispatch(&block()->references, 1);
    }
    SharedText(SharedText&& other) noexcept : chars_(std::exchange(other.chars_, nullptr)) {}
    SharedText& operator=(SharedText other) noexcept {
        std::swap(chars_, other.chars_);
        return *this;
    }
    ~SharedText() {
        if (chars_ != nullptr) give_back(block(), 1);
    }

    [[nodiscard]] std::string_view text() const {
        return chars_ == nullptr ? std::string_view{} : std::string_view(chars_, size());
    }
    [[nodiscard]] std::string str() const { return std::string(text()); }
    operator std::string_view() const { return text(); }  // NOLINT
    operator std::string() const { return str(); }        // NOLINT

    [[nodiscard]] bool empty() const { return chars_ == nullptr; }
    [[nodiscard]] std::size_t size() const { return chars_ == nullptr ? 0 : head().size; }
    [[nodiscard]] std::size_t find(std::string_view part) const { return text().find(part); }
    [[nodiscard]] std::string substr(std::size_t from,
                                     std::size_t count = std::string::npos) const {
        return std::string(text().substr(from, count));
    }
    [[nodiscard]] bool starts_with(std::string_view part) const { return text().starts_with(part); }
    [[nodiscard]] bool ends_with(std::string_view part) const { return text().ends_with(part); }

    friend bool operator==(const SharedText& a, const SharedText& b) {
        return a.chars_ == b.chars_ || a.text() == b.text();
    }
    friend bool operator==(const SharedText& a, std::string_view b) { return a.text() == b; }
    friend bool operator==(const SharedText& a, const std::string& b) { return a.text() == b; }
    friend bool operator==(const SharedText& a, const char* b) { return a.text() == b; }
    friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b) {
        return a.text() <=> b.text();
    }
    friend std::strong_ordering operator<=>(const SharedText& a, const std::string& b) {
        return a.text() <=> std::string_view(b);
    }
    friend std::string operator+(const SharedText& a, std::string_view b) {
        return a.str().append(b);
    }
    friend std::string operator+(const SharedText& a, const std::string& b) {
        return a.str().append(b);
    }
    friend std::string operator+(const SharedText& a, const char* b) { return a.str().append(b); }
    friend std::string operator+(const SharedText& a, char b) { return a.str() + b; }
    friend std::string operator+(std::string a, const SharedText& b) {
        return std::move(a.append(b.text()));
    }
    friend std::string operator+(const char* a, const SharedText& b) { return a + b.str(); }
    friend std::string operator+(const SharedText& a, const SharedText& b) {
        return a.str().append(b.text());
    }

 private:
    friend class OpenBlock;
    struct Block {
        _Atomic_word references;
    };
    // Stands before the characters, at any address.
    struct Head {
        std::uint32_t size;
        std::uint32_t back;  // from the first character to the block
    };

    [[nodiscard]] Head head() const {
        Head head;
        std::memcpy(&head, chars_ - sizeof head, sizeof head);
        return head;
    }
    [[nodiscard]] Block* block() const {
        // The block's beginning is where it was allocated, so it is aligned.
        return reinterpret_cast<Block*>(const_cast<char*>(chars_) - head().back);
    }
    static void give_back(Block* block, _Atomic_word references) {
        if (__gnu_cxx::__exchange_and_add_dispatch(&block->references, -references) == references) {
            free_block(block);
        }
    }
    [[nodiscard]] static const char* store(std::string_view text);
    static void free_block(Block* block);

    const char* chars_ = nullptr;  // null: empty
};

// Gives the same text for what a column repeats ("t/d", "2号生产线"), so that it is stored once.
class TextRepeats {
 public:
    // Valid until the next call.
    [[nodiscard]] const SharedText& of(std::string_view text);

 private:
    std::array<SharedText, 256> lately_;
};

}  // namespace qk::plans

template <>
struct fmt::formatter<qk::plans::SharedText> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const qk::plans::SharedText& text, Context& context) const {
        return fmt::formatter<std::string_view>::format(text.text(), context);
    }
};
