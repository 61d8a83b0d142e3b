// A text that many rows of an inventory repeat ("L1", "t/d", the id of the enterprise on each of
// its lines): eight bytes, equal texts stored once.
//
// The texts live as long as the program, in one store that threads share; it grows by distinct
// texts only, and an inventory's are bounded by its reader. Reading is a pointer's; making one
// costs a look-up. It stands in for a constant std::string wherever one is read.
#pragma once

#include <fmt/core.h>

#include <compare>
#include <string>
#include <string_view>
#include <utility>

namespace qk::plans {

class SharedText {
 public:
    SharedText() : text_(intern({})) {}
    SharedText(std::string_view text) : text_(intern(text)) {}    // NOLINT: stands in for a string
    SharedText(const std::string& text) : text_(intern(text)) {}  // NOLINT
    SharedText(const char* text) : text_(intern(text)) {}         // NOLINT

    [[nodiscard]] const std::string& text() const { return *text_; }
    operator const std::string&() const { return *text_; }  // NOLINT
    operator std::string_view() const { return *text_; }    // NOLINT

    [[nodiscard]] bool empty() const { return text_->empty(); }
    [[nodiscard]] std::size_t size() const { return text_->size(); }
    [[nodiscard]] std::size_t find(std::string_view part) const { return text_->find(part); }
    [[nodiscard]] std::string substr(std::size_t from,
                                     std::size_t count = std::string::npos) const {
        return text_->substr(from, count);
    }

    friend bool operator==(const SharedText& a, const SharedText& b) { return a.text_ == b.text_; }
    friend bool operator==(const SharedText& a, std::string_view b) { return *a.text_ == b; }
    friend bool operator==(const SharedText& a, const std::string& b) { return *a.text_ == b; }
    friend bool operator==(const SharedText& a, const char* b) { return *a.text_ == b; }
    friend std::strong_ordering operator<=>(const SharedText& a, const SharedText& b) {
        return *a.text_ <=> *b.text_;
    }
    friend std::string operator+(const SharedText& a, std::string_view b) {
        return std::string(*a.text_).append(b);
    }
    friend std::string operator+(std::string a, const SharedText& b) {
        return std::move(a.append(*b.text_));
    }
    friend std::string operator+(const SharedText& a, const char* b) { return *a.text_ + b; }
    friend std::string operator+(const char* a, const SharedText& b) { return a + *b.text_; }
    friend std::string operator+(const SharedText& a, char b) { return *a.text_ + b; }
    friend std::string operator+(const SharedText& a, const SharedText& b) {
        return *a.text_ + *b.text_;
    }

 private:
    [[nodiscard]] static const std::string* intern(std::string_view text);

    const std::string* text_;
};

}  // namespace qk::plans

template <>
struct fmt::formatter<qk::plans::SharedText> : fmt::formatter<std::string_view> {
    template <class Context>
    auto format(const qk::plans::SharedText& text, Context& context) const {
        return fmt::formatter<std::string_view>::format(text.text(), context);
    }
};
