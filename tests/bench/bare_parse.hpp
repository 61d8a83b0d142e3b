// The least that reading a table of hourly concentrations can be: the file read in pieces, lines
// cut at commas, the digits of a time and six numbers converted and added up. What is compared with
// the product; it knows no gap, no unit, no fault and no other form of a table.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

namespace qk::bench {

class BareParse {
 public:
    // The whole lines of `text`; how many bytes they are.
    std::size_t take(std::string_view text) {
        const char* at = text.data();
        const char* const end = at + text.size();
        while (const char* line_end = static_cast<const char*>(
                   std::memchr(at, '\n', static_cast<std::size_t>(end - at)))) {
            take_line(at, line_end);
            at = line_end + 1;
            if (at == end) break;
        }
        return static_cast<std::size_t>(at - text.data());
    }
    // False where the file cannot be read.
    bool take_file(const std::string& path) {
        const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) return false;
        std::string window(std::size_t{64} << 10, '\0');
        std::size_t held = 0;
        for (;;) {
            const ssize_t size = ::read(file, window.data() + held, window.size() - held);
            if (size <= 0) break;
            held += static_cast<std::size_t>(size);
            const std::size_t taken = take(std::string_view(window).substr(0, held));
            held -= taken;
            std::memmove(window.data(), window.data() + taken, held);
        }
        ::close(file);
        return true;
    }
    // So that nothing is left out as unused.
    [[nodiscard]] double sum() const { return sum_; }
    [[nodiscard]] std::size_t cells() const { return cells_; }

 private:
    void take_line(const char* at, const char* line_end) {
        for (int column = 0; at <= line_end; ++column) {
            const char* cell_end = at;
            while (cell_end < line_end && *cell_end != ',') ++cell_end;
            if (column == 1) take_time(at, cell_end);
            if (column > 1) take_number(at, cell_end);
            ++cells_;
            at = cell_end + 1;
        }
    }
    void take_number(const char* at, const char* end) {
        double value = 0;
        std::from_chars(at, end, value);
        sum_ += value;
    }
    void take_time(const char* at, const char* end) {
        for (int part = 0; part < 5 && at < end; ++part) {
            int value = 0;
            at = std::from_chars(at, end, value).ptr + 1;
            sum_ += value;
        }
    }

    double sum_ = 0;
    std::size_t cells_ = 0;
};

}  // namespace qk::bench
