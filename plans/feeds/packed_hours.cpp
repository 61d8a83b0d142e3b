#include "plans/feeds/packed_hours.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>

namespace qk::plans {
namespace {

constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();

// A column of a block while it is packed: kNone where there is nothing.
using Column = std::vector<std::int64_t>;

struct ColumnHead {
    std::int64_t least = 0;
    std::int64_t step = 1;
    std::uint8_t width = 0;  // bytes of a value; 0: nothing in the column
};

template <std::int64_t Step>
bool is_whole_of(const Column& column) {
    return std::ranges::all_of(
        column, [](std::int64_t value) { return value == kNone || value % Step == 0; });
}

// The widest step of a decimal that all values are whole numbers of. Each is a constant, since a
// division by one that is not takes many times as long.
std::int64_t step_of(const Column& column) {
    if (is_whole_of<1'000'000>(column)) return 1'000'000;
    if (is_whole_of<100'000>(column)) return 100'000;
    if (is_whole_of<10'000>(column)) return 10'000;
    if (is_whole_of<1'000>(column)) return 1'000;
    return 1;
}

template <class Stored>
void append_as(std::string& out, const Column& column, const ColumnHead& head) {
    constexpr Stored kNothing = std::numeric_limits<Stored>::max();
    const std::size_t begin = out.size();
    out.resize(begin + column.size() * sizeof(Stored));
    const auto put = [&](auto step) {
        char* at = out.data() + begin;
        for (const std::int64_t value : column) {
            const Stored stored =
                value == kNone ? kNothing
                               : static_cast<Stored>((value - head.least) / decltype(step)::value);
            std::memcpy(at, &stored, sizeof stored);
            at += sizeof stored;
        }
    };
    switch (head.step) {
        case 1'000'000:
            return put(std::integral_constant<std::int64_t, 1'000'000>{});
        case 100'000:
            return put(std::integral_constant<std::int64_t, 100'000>{});
        case 10'000:
            return put(std::integral_constant<std::int64_t, 10'000>{});
        case 1'000:
            return put(std::integral_constant<std::int64_t, 1'000>{});
        default:
            return put(std::integral_constant<std::int64_t, 1>{});
    }
}

template <class Stored>
void read_as(const char*& at, Column& column, const ColumnHead& head) {
    constexpr Stored kNothing = std::numeric_limits<Stored>::max();
    for (std::int64_t& value : column) {
        Stored stored = 0;
        std::memcpy(&stored, at, sizeof stored);
        at += sizeof stored;
        if (stored != kNothing) value = head.least + static_cast<std::int64_t>(stored) * head.step;
    }
}

void append_column(std::string& out, const Column& column, bool is_decimal) {
    ColumnHead head;
    std::int64_t most = kNone;
    head.least = std::numeric_limits<std::int64_t>::max();
    for (const std::int64_t value : column) {
        if (value == kNone) continue;
        head.least = std::min(head.least, value);
        most = std::max(most, value);
    }
    if (most != kNone) {
        if (is_decimal) head.step = step_of(column);
        // Readings lie within 10^15 millionths: their distance is a number.
        const auto steps = static_cast<std::uint64_t>((most - head.least) / head.step);
        head.width = 8;
        if (steps < std::numeric_limits<std::uint32_t>::max()) head.width = 4;
        if (steps < std::numeric_limits<std::uint16_t>::max()) head.width = 2;
        if (steps < std::numeric_limits<std::uint8_t>::max()) head.width = 1;
    }
    out.append(reinterpret_cast<const char*>(&head), sizeof head);
    switch (head.width) {
        case 0:
            return;
        case 1:
            return append_as<std::uint8_t>(out, column, head);
        case 2:
            return append_as<std::uint16_t>(out, column, head);
        case 4:
            return append_as<std::uint32_t>(out, column, head);
        default:
            return append_as<std::uint64_t>(out, column, head);
    }
}

void read_column(const char*& at, Column& column) {
    ColumnHead head;
    std::memcpy(&head, at, sizeof head);
    at += sizeof head;
    std::ranges::fill(column, kNone);
    switch (head.width) {
        case 0:
            return;
        case 1:
            return read_as<std::uint8_t>(at, column, head);
        case 2:
            return read_as<std::uint16_t>(at, column, head);
        case 4:
            return read_as<std::uint32_t>(at, column, head);
        default:
            return read_as<std::uint64_t>(at, column, head);
    }
}

template <class Stored>
void read_pollutant_as(const char*& at, std::size_t pollutant, const ColumnHead& head,
                       std::span<rules::HourlyConcentrations> hours) {
    constexpr Stored kNothing = std::numeric_limits<Stored>::max();
    for (rules::HourlyConcentrations& hour : hours) {
        Stored stored = 0;
        std::memcpy(&stored, at, sizeof stored);
        at += sizeof stored;
        if (stored == kNothing) continue;
        const std::int64_t value = head.least + static_cast<std::int64_t>(stored) * head.step;
        hour[pollutant] = rules::Concentration({value});
    }
}

void read_values(const char*& at, std::span<rules::HourlyConcentrations> hours) {
    for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
        ColumnHead head;
        std::memcpy(&head, at, sizeof head);
        at += sizeof head;
        if (head.width == 1) read_pollutant_as<std::uint8_t>(at, p, head, hours);
        if (head.width == 2) read_pollutant_as<std::uint16_t>(at, p, head, hours);
        if (head.width == 4) read_pollutant_as<std::uint32_t>(at, p, head, hours);
        if (head.width == 8) read_pollutant_as<std::uint64_t>(at, p, head, hours);
    }
}

std::int64_t floor_of(std::int64_t value, std::int64_t by) {
    return value >= 0 ? value / by : -((by - 1 - value) / by);
}

}  // namespace

PackedHours::Hour PackedHours::at(std::int64_t hour) {
    const std::int64_t number = floor_of(hour, kBlockHours);
    if (!is_open_ || number != open_number_) open(number);
    if (block_.values.empty()) block_.first = hour;
    if (hour < block_.first) {
        const auto before = static_cast<std::size_t>(block_.first - hour);
        block_.values.insert(block_.values.begin(), before, {});
        block_.lines.insert(block_.lines.begin(), before * lines_per_hour_, 0);
        block_.first = hour;
    }
    const auto place = static_cast<std::size_t>(hour - block_.first);
    if (place == block_.values.size() && lines_per_hour_ == 1) {
        block_.values.emplace_back();
        block_.lines.push_back(0);
    } else if (place >= block_.values.size()) {
        block_.values.resize(place + 1);
        block_.lines.resize((place + 1) * lines_per_hour_, 0);
    }
    return {block_.values[place],
            std::span(block_.lines).subspan(place * lines_per_hour_, lines_per_hour_)};
}

void PackedHours::open(std::int64_t number) {
    if (is_open_) pack();
    is_open_ = true;
    open_number_ = number;
    const auto found = packed_.find(number);
    if (found == packed_.end()) {
        block_.values.clear();
        block_.lines.clear();
        block_.values.reserve(last_hours_);
        block_.lines.reserve(last_hours_ * lines_per_hour_);
        return;
    }
    block_ = unpacked(found->second);
    packed_.erase(found);
}

void PackedHours::pack() {
    last_hours_ = block_.values.size();
    Packed packed{block_.first, block_.values.size(), {}};
    Column column(block_.values.size());
    constexpr std::size_t kNarrow = 2;
    std::string bytes;
    bytes.reserve((rules::kPollutantCount + lines_per_hour_) *
                  (sizeof(ColumnHead) + kNarrow * column.size()));
    for (std::size_t p = 0; p < rules::kPollutantCount; ++p) {
        for (std::size_t i = 0; i < column.size(); ++i) {
            const rules::Concentration value = block_.values[i][p];
            column[i] = value.is_missing() ? kNone : value.value().millionths;
        }
        append_column(bytes, column, true);
    }
    for (std::size_t l = 0; l < lines_per_hour_; ++l) {
        for (std::size_t i = 0; i < column.size(); ++i) {
            const int line = block_.lines[i * lines_per_hour_ + l];
            column[i] = line == 0 ? kNone : line;
        }
        append_column(bytes, column, false);
    }
    packed.bytes.assign(bytes);  // as long as it is, no longer
    packed_.insert_or_assign(packed_.end(), open_number_, std::move(packed));
}

PackedHours::Block PackedHours::unpacked(const Packed& packed) const {
    Block block;
    block.first = packed.first;
    block.values.resize(packed.hours);
    block.lines.resize(packed.hours * lines_per_hour_, 0);
    const char* at = packed.bytes.data();
    read_values(at, block.values);
    Column column(packed.hours);
    for (std::size_t l = 0; l < lines_per_hour_; ++l) {
        read_column(at, column);
        for (std::size_t i = 0; i < column.size(); ++i) {
            if (column[i] == kNone) continue;
            block.lines[i * lines_per_hour_ + l] = static_cast<int>(column[i]);
        }
    }
    return block;
}

void PackedHours::unpack(std::int64_t first, std::span<rules::HourlyConcentrations> hours) const {
    const auto place_of = [&](std::int64_t hour, std::size_t count) {
        assert(hour >= first);
        const auto place = static_cast<std::size_t>(hour - first);
        assert(place + count <= hours.size());
        return hours.subspan(place, count);
    };
    for (const auto& [number, packed] : packed_) {
        const auto into = place_of(packed.first, packed.hours);
        const char* at = packed.bytes.data();
        read_values(at, into);
    }
    if (is_open_ && !block_.values.empty()) {
        std::ranges::copy(block_.values, place_of(block_.first, block_.values.size()).begin());
    }
}

std::size_t PackedHours::bytes() const {
    std::size_t sum = block_.values.capacity() * sizeof(rules::HourlyConcentrations) +
                      block_.lines.capacity() * sizeof(int);
    for (const auto& [number, packed] : packed_) sum += sizeof(packed) + packed.bytes.capacity();
    return sum;
}

}  // namespace qk::plans
