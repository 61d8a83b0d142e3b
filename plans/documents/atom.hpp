// A feed as Atom (RFC 4287), newest first: of published warning messages, each entry leading to its
// CAP message, or of signed heads, each entry carrying its document. Addresses are given whole by
// the caller; nothing is fetched or published here.
#pragma once

#include <string>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::plans {

struct AtomEntry {
    std::string id;  // unique and permanent: "urn:qingkong:cap:<identifier>"
    std::string title;
    std::string summary;
    std::string address;  // of the document that it speaks of
    rules::Instant published{};
    std::string content;  // the document itself, as text; empty: only at its address
};

struct AtomFeed {
    std::string id;
    std::string title;
    std::string author;
    std::string address;  // of the feed itself
    std::vector<AtomEntry> entries;
    rules::Instant updated{};  // of the newest entry, or of the feed's beginning
    std::string entry_type = "application/cap+xml";  // of what the entries lead to
};

[[nodiscard]] std::string to_atom_xml(const AtomFeed& feed, rules::Zone zone);

}  // namespace qk::plans
