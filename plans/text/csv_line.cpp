#include "plans/text/csv_line.hpp"

#include <bit>
#include <cstdint>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "plans/text/trimmed.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kBlockBytes = 64;
// Far below what a cell or a row may have, so that no limit has to be looked at.
constexpr std::size_t kLineBytesMax = std::size_t{16} << 10;
constexpr std::size_t kCellsMax = 512;

// Bit i is set where byte i parts two cells, ends a line or is a quote.
#ifdef __SSE2__
class Marks {
 public:
    explicit Marks(char separator) : separator_(_mm_set1_epi8(separator)) {}
    [[nodiscard]] std::uint64_t of(const char* block) const {
        constexpr std::size_t kLane = 16;
        std::uint64_t marks = 0;
        for (std::size_t i = 0; i < kBlockBytes; i += kLane) {
            const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(block + i));
            const __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n')),
                                              _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\r')));
            const __m128i parts = _mm_or_si128(_mm_cmpeq_epi8(bytes, separator_),
                                               _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')));
            const int lane = _mm_movemask_epi8(_mm_or_si128(ends, parts));
            marks |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(lane)) << i;
        }
        return marks;
    }

 private:
    __m128i separator_;
};
#else
class Marks {
 public:
    explicit Marks(char separator) : separator_(separator) {}
    [[nodiscard]] std::uint64_t of(const char* block) const {
        std::uint64_t marks = 0;
        for (std::size_t i = 0; i < kBlockBytes; ++i) {
            const char c = block[i];
            const bool is_mark = c == separator_ || c == '\n' || c == '\r' || c == '"';
            marks |= std::uint64_t{is_mark} << i;
        }
        return marks;
    }

 private:
    char separator_;
};
#endif

}  // namespace

std::size_t take_plain_line(std::string_view text, char separator,
                            std::vector<std::string_view>& cells) {
    if (separator == '"') return 0;
    const Marks marks(separator);
    std::size_t cell = 0;
    std::size_t count = 0;
    for (std::size_t block = 0; block < kLineBytesMax; block += kBlockBytes) {
        if (text.size() < block + kBlockBytes) return 0;
        for (std::uint64_t left = marks.of(text.data() + block); left != 0; left &= left - 1) {
            const std::size_t at = block + static_cast<std::size_t>(std::countr_zero(left));
            const char mark = text[at];
            if (mark == '"' || count > kCellsMax) return 0;
            // Into the cells of the row before, since most rows of a table have as many.
            const std::string_view one = trimmed({text.data() + cell, at - cell});
            if (count == cells.size()) cells.emplace_back();
            cells[count++] = one;
            cell = at + 1;
            if (mark == separator) continue;
            cells.resize(count);
            if (mark == '\n') return at + 1;
            return at + 1 < text.size() && text[at + 1] == '\n' ? at + 2 : 0;
        }
    }
    return 0;
}

}  // namespace qk::plans
