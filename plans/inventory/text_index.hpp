// Finds which row a text stood in first: ids, names. Rows are numbered in the order of add().
//
// An open table of hashes and numbers, half of it free, so that a look-up mostly touches one line
// of memory and the text itself; a city's hundred thousand ids take a megabyte.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace qk::plans {

class TextIndex {
 public:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    void reserve(std::size_t rows) {
        texts_.reserve(rows);
        if (2 * rows > places_.size()) grow(2 * rows);
    }
    // Takes the next number for the text, which outlives the index. The number that an equal text
    // took first; the new one where there was none.
    std::uint32_t add(std::string_view text) {
        if (2 * (texts_.size() + 1) > places_.size()) grow(2 * (texts_.size() + 1));
        const auto number = static_cast<std::uint32_t>(texts_.size());
        texts_.push_back(text);
        Place& place = place_of(text, hash_of(text));
        if (place.number != kNone) return place.number;
        place = {hash_of(text), number};
        return number;
    }
    [[nodiscard]] std::uint32_t find(std::string_view text) const {
        if (places_.empty()) return kNone;
        return const_cast<TextIndex*>(this)->place_of(text, hash_of(text)).number;
    }
    [[nodiscard]] std::size_t size() const { return texts_.size(); }
    [[nodiscard]] std::string_view text(std::uint32_t number) const { return texts_[number]; }

 private:
    struct Place {
        std::uint32_t hash = 0;
        std::uint32_t number = kNone;
    };

    // Eight bytes a step; ids differ in few digits, so every step mixes well.
    static std::uint32_t hash_of(std::string_view text) {
        constexpr std::uint64_t kMix = 0x9E3779B97F4A7C15U;
        std::uint64_t hash = text.size() * kMix;
        for (std::size_t at = 0; at < text.size(); at += sizeof hash) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data() + at, std::min(sizeof word, text.size() - at));
            hash = (hash ^ word) * kMix;
            hash ^= hash >> 29;
        }
        return static_cast<std::uint32_t>(hash >> 32 ^ hash);
    }

    // Where the text stands, or the free place where it would.
    Place& place_of(std::string_view text, std::uint32_t hash) {
        const std::size_t mask = places_.size() - 1;
        for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
            Place& place = places_[at];
            if (place.number == kNone) return place;
            if (place.hash == hash && texts_[place.number] == text) return place;
        }
    }

    void grow(std::size_t least) {
        std::size_t size = 16;  // a power of two, as every size is
        while (size < least) size *= 2;
        const std::vector<Place> before = std::exchange(places_, std::vector<Place>(size));
        for (const Place& place : before) {
            if (place.number == kNone) continue;
            std::size_t at = place.hash & (size - 1);
            while (places_[at].number != kNone) at = (at + 1) & (size - 1);
            places_[at] = place;
        }
    }

    std::vector<std::string_view> texts_;
    std::vector<Place> places_;
};

}  // namespace qk::plans
