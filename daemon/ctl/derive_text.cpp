#include "daemon/ctl/derive_text.hpp"

#include <algorithm>
#include <future>
#include <ostream>
#include <string>

#include "plans/text/json_out.hpp"

namespace qk::ctl {
namespace {

// The duties of the enterprises from `first` to before `end`, in place of what `text` was.
void put_text(const plans::ObligationTable& table, std::size_t first, std::size_t end,
              std::string& text) {
    text.clear();
    for (std::size_t i = first; i < end; ++i) {
        if (i > 0) text += ',';
        plans::JsonText out(text);
        table.write(out, i);
    }
}

}  // namespace

// Piece by piece, because a province's would not fit in memory twice; two pieces at a time are put
// into words, where there are two cores for it, each into the same room as the ones before.
void print_enterprises(std::ostream& out, const plans::ObligationTable& table) {
    constexpr std::size_t kPiece = 256;
    std::string text;
    std::string more;
    for (std::size_t first = 0; first < table.size();) {
        const std::size_t middle = std::min(first + kPiece, table.size());
        const std::size_t end = std::min(middle + kPiece, table.size());
        auto second = std::async(std::launch::async,
                                 [&, middle, end] { put_text(table, middle, end, more); });
        put_text(table, first, middle, text);
        out.write(text.data(), static_cast<std::streamsize>(text.size()));
        second.get();
        out.write(more.data(), static_cast<std::streamsize>(more.size()));
        first = end;
    }
}

}  // namespace qk::ctl
