// Rows of a table mostly follow each other by the hour. Where the text of a time is that of the
// last one but for the two digits of the hour, it means so many hours more, and the rest of it need
// not be read again.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace qk::plans {

class LastHour {
 public:
    // The hour (counted from 1970, in the zone of the table's days) that `cell` means; empty where
    // it has to be read: also the first hour of a day, and any of another day.
    [[nodiscard]] std::optional<std::int64_t> of(std::string_view cell) const {
        if (size_ == 0 || cell.size() != size_) return std::nullopt;
        constexpr std::size_t kBehind = kHourAt + 2;
        if (std::memcmp(cell.data(), text_.data(), kHourAt) != 0) return std::nullopt;
        if (std::memcmp(cell.data() + kBehind, text_.data() + kBehind, size_ - kBehind) != 0) {
            return std::nullopt;
        }
        const int hour = number_at(cell, kHourAt);
        if (hour < 0 || hour >= kDayHours) return std::nullopt;
        const std::int64_t slot = slot_ + (hour - hour_);
        if (slot <= midnight_ || slot >= midnight_ + kDayHours) return std::nullopt;
        return slot;
    }
    // `slot` is what was read of `cell`. Of another form than 2016-12-16T20:00 it is not kept.
    void take(std::string_view cell, std::int64_t slot) {
        size_ = 0;
        if (!is_plain(cell)) return;
        std::memcpy(text_.data(), cell.data(), cell.size());
        size_ = cell.size();
        hour_ = number_at(cell, kHourAt);
        slot_ = slot;
        const std::int64_t within = slot % kDayHours;
        midnight_ = slot - (within < 0 ? within + kDayHours : within);
    }

 private:
    static constexpr std::size_t kHourAt = 11;
    static constexpr int kDayHours = 24;

    static int number_at(std::string_view text, std::size_t at) {
        const int tens = text[at] - '0';
        const int ones = text[at + 1] - '0';
        if (tens < 0 || tens > 9 || ones < 0 || ones > 9) return -1;
        return tens * 10 + ones;
    }
    // Seconds and an offset may follow; a word, as of an afternoon, may not.
    [[nodiscard]] bool is_plain(std::string_view cell) const {
        constexpr std::string_view kForm = "0000-00-00T00:00";
        if (cell.size() < kForm.size() || cell.size() > text_.size()) return false;
        for (std::size_t i = 0; i < cell.size(); ++i) {
            const char c = cell[i];
            const bool is_digit = c >= '0' && c <= '9';
            const char wanted = i < kForm.size() ? kForm[i] : ' ';
            const bool is_good = wanted == '0'   ? is_digit
                                 : wanted == 'T' ? c == 'T' || c == ' '
                                 : wanted == ' ' ? is_digit || c == ':' || c == '.' || c == '+' ||
                                                       c == '-' || c == 'Z'
                                                 : c == wanted;
            if (!is_good) return false;
        }
        return number_at(cell, kHourAt) < kDayHours;
    }

    std::array<char, 40> text_{};
    std::size_t size_ = 0;  // 0: there is none
    int hour_ = 0;
    std::int64_t slot_ = 0;
    std::int64_t midnight_ = 0;  // of its day
};

}  // namespace qk::plans
