// Parts of an Office document (a zip archive in memory), inflated in pieces and within bounds.
//
// Bytes in, bytes out: minizip reads through functions over a span, no file is touched. Every size
// is counted while inflating, because a header may lie; reaching a bound is a fault that names it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::plans {

struct XlsxLimits {
    std::size_t file_bytes_max = std::size_t{64} << 20;
    std::size_t parts_max = 4096;
    std::size_t total_bytes_max = std::size_t{256} << 20;  // all parts that are read, inflated
    // A part may be this many times larger than its compressed form once it is over
    // ratio_from_bytes.
    std::size_t ratio_max = 300;
    std::size_t ratio_from_bytes = std::size_t{16} << 20;
    std::size_t sheets_max = 256;
    std::size_t cells_max = 4'000'000;  // of all sheets, gaps within a row counted
    std::size_t columns_max = 1024;
    std::size_t cell_bytes_max = std::size_t{1} << 20;
    std::size_t strings_max = 1'000'000;
    std::size_t text_bytes_max = std::size_t{64} << 20;  // of all cells
    std::size_t relations_max = 4096;
    std::size_t formats_max = 65'536;
    std::size_t element_bytes_max = std::size_t{1} << 20;  // one tag with its attributes
};

class ZipParts {
 public:
    // `bytes` outlive the object. `file` names the archive in faults.
    [[nodiscard]] static rules::Result<ZipParts> open(std::string_view bytes, std::string file,
                                                      const XlsxLimits& limits);
    ZipParts(ZipParts&&) noexcept;
    ZipParts& operator=(ZipParts&&) noexcept;
    ~ZipParts();

    [[nodiscard]] bool has(const std::string& name) const;
    // Calls `take` with one piece after the other; `last` with the final, perhaps empty one. `take`
    // answers false to stop early. A part is read once: two sheets of one part are no workbook, but
    // a small file that costs as much as a large one.
    [[nodiscard]] rules::Result<void> inflate(
        const std::string& name, const std::function<bool(std::string_view, bool last)>& take);
    [[nodiscard]] const std::string& file() const;
    [[nodiscard]] const XlsxLimits& limits() const;

 private:
    struct State;
    explicit ZipParts(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Parts -> the bytes of a zip archive, without a clock: the same parts give the same bytes.
struct ZipPart {
    std::string name;
    std::string bytes;
};
[[nodiscard]] std::string write_zip(const std::vector<ZipPart>& parts);

}  // namespace qk::plans
