// A text that never changes, kept as it is and compressed: a page or a part of one. Whoever can
// take it gets it compressed; whoever has it already gets nothing.
#pragma once

#include <string>
#include <string_view>

#include "daemon/api/call.hpp"

namespace qk::daemon {

struct PackedText {
    std::string content_type;
    std::string body;
    std::string gzip;
    std::string mark;  // of the ETag, without quotes; what is compressed has a mark of its own
};

[[nodiscard]] PackedText packed_text(std::string content_type, std::string body);
// `cache`: the value of Cache-Control.
[[nodiscard]] ApiResponse answer_packed(const Call& call, const PackedText& text,
                                        std::string_view cache);
// Whether a value of Accept-Encoding allows gzip (RFC 9110, 12.5.3): "gzip;q=0" does not.
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);

}  // namespace qk::daemon
