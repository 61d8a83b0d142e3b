#include "plans/feeds/laid_hours.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <utility>

namespace qk::plans {
namespace {

// Years of a region are megabytes, written once from front to back: by pages of 4 KiB the system
// spends an eighth of the reading on handing them out. A wish; a system that knows no larger pages
// does as before.
template <class Value>
void want_large_pages(const std::vector<Value>& values) {
    constexpr std::uintptr_t kPage = std::uintptr_t{2} << 20;
    const auto begin = reinterpret_cast<std::uintptr_t>(values.data());
    const std::uintptr_t first = (begin + kPage - 1) / kPage * kPage;
    const std::uintptr_t end = (begin + values.capacity() * sizeof(Value)) / kPage * kPage;
    if (first < end) (void)::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);
}

}  // namespace

LaidHours::LaidHours(std::size_t lines_per_hour, std::size_t expected)
    : lines_per_hour_(lines_per_hour) {
    values_.reserve(expected);
    want_large_pages(values_);
    lines_.reserve(expected * lines_per_hour);
}

PackedHours::Hour LaidHours::at(std::int64_t hour) {
    if (values_.empty()) first_ = hour;
    if (hour < first_) make_room_before(static_cast<std::size_t>(first_ - hour));
    const auto place = static_cast<std::size_t>(hour - first_);
    if (place == values_.size() && lines_per_hour_ == 1) {
        values_.emplace_back();
        lines_.push_back(0);
    } else if (place >= values_.size()) {
        values_.resize(place + 1);
        lines_.resize((place + 1) * lines_per_hour_, 0);
    }
    return {values_[place], std::span(lines_).subspan(place * lines_per_hour_, lines_per_hour_)};
}

// As much again as there is, so that a table with the newest row on top is not moved for each row.
void LaidHours::make_room_before(std::size_t hours) {
    const std::size_t room = std::max(hours, values_.size());
    values_.insert(values_.begin(), room, {});
    lines_.insert(lines_.begin(), room * lines_per_hour_, 0);
    first_ -= static_cast<std::int64_t>(room);
}

std::vector<rules::HourlyConcentrations> LaidHours::take(std::int64_t first, std::size_t count) {
    lines_ = {};
    std::vector<rules::HourlyConcentrations> hours = std::move(values_);
    values_ = {};
    if (hours.empty()) return std::vector<rules::HourlyConcentrations>(count);
    assert(first >= first_);
    const auto before = static_cast<std::ptrdiff_t>(first - first_);
    hours.erase(hours.begin(), hours.begin() + before);
    hours.resize(count);
    return hours;
}

}  // namespace qk::plans
