// The feed of published warning messages as Atom (RFC 4287), newest first, each entry leading to
// its CAP message. Addresses are given whole by the caller; nothing is fetched or published here.
#pragma once

#include <string>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::plans {

struct AtomEntry {
    std::string id;  // unique and permanent: "urn:qingkong:cap:<identifier>"
    std::string title;
    std::string summary;
    std::string address;  // of the CAP message
    rules::Instant published{};
};

struct AtomFeed {
    std::string id;
    std::string title;
    std::string author;
    std::string address;  // of the feed itself
    std::vector<AtomEntry> entries;
    rules::Instant updated{};  // of the newest entry, or of the feed's beginning
};

[[nodiscard]] std::string to_atom_xml(const AtomFeed& feed, rules::Zone zone);

}  // namespace qk::plans
