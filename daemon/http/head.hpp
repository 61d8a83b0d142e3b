// The head of an HTTP request as bytes, held against RFC 9110 and 9112 before anything else reads
// it.
//
// A proxy in front and the daemon behind it must never read one stream of bytes as two different
// requests. So whatever two readers could understand differently is refused, not repaired: a line
// end that is not CR LF, a folded line, a space before the colon, a name twice that may stand once,
// a length beside chunks, chunks in HTTP/1.0, any transfer coding but "chunked", no Host or two.
// Pure: bytes in, an answer out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qk::daemon {

struct HeadField {
    std::string_view name;
    std::string_view value;  // without the white space around it
};

// Views into the bytes it was read from.
struct RequestHead {
    std::string_view method;
    std::string_view target;
    int version = 11;  // 10 or 11
    std::vector<HeadField> fields;

    [[nodiscard]] bool has(std::string_view name) const;
    // Compares names without case; empty where there is none.
    [[nodiscard]] std::string_view value(std::string_view name) const;
    // The values of all fields of a name, in their order, as one list.
    [[nodiscard]] std::string list(std::string_view name) const;
};

// Looks for the end of a head in bytes that come piece by piece.
class HeadEnd {
 public:
    enum class Found {
        kMore,    // so far it can be one
        kWhole,   // length() bytes, with the empty line
        kFaulty,  // it is not a head, whatever comes
    };
    // All bytes so far. Looks at each once.
    [[nodiscard]] Found look(std::string_view bytes);
    [[nodiscard]] std::size_t length() const { return seen_; }

 private:
    std::size_t seen_ = 0;
    std::size_t line_begin_ = 0;
};

// What is wrong with a head, in one English sentence; empty: nothing, and `head` is filled.
[[nodiscard]] std::string read_head(std::string_view bytes, RequestHead& head);

// "/path?query" of a target; a whole address ("http://host/path") is taken for the host that the
// request names. False: it is for somebody else, or none.
[[nodiscard]] bool to_origin_form(const RequestHead& head, std::string& target);

}  // namespace qk::daemon
