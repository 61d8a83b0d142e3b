// Ids by which enterprises, lines, meters, outlets, accounts, packs and sources are named, held
// against every place where they are used.
//
// An id becomes a level of an MQTT topic, a segment of an address, a file's name, a cell of a table
// that a spreadsheet opens, and a part of an obligation's id. One that breaks any of these is
// refused where it comes in: a broker drops the link over one bad topic, and with it the orders of
// everybody. What cannot be seen (blanks that are none, marks of direction) is refused too, because
// two ids would look the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace qk::plans {

inline constexpr std::size_t kIdBytesMax = 64;

enum class IdUse {
    kTopic,  // enterprises, meters, outlets: a level of a topic and a file's name, too
    kPart,   // production lines and sites: a part of an obligation's id
    kName,   // accounts, packs, sources of forecasts
};

struct IdFault {
    std::string what;  // "'A#1' holds '#': no topic of MQTT can carry it"
    std::string cure;
};

// Empty: the id may be used.
[[nodiscard]] std::optional<IdFault> id_fault(std::string_view id, IdUse use);

}  // namespace qk::plans
