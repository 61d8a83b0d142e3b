// What comes from outside and ends the process, or makes it throw (毒数据).
//
// A message of the journal is marked in a file of its own while it is taken in (attempt.hpp). A
// document that stays where it lies until it is read (a file of the drop folder, what a server
// gives to a pull) would be met again at every start, so it is noted in the store before it is
// read: one at which kDocumentDeathsMax processes ended is refused unread.
#pragma once

#include <exception>
#include <string>

#include "daemon/store/session.hpp"

namespace qk::daemon {

inline constexpr int kDocumentDeathsMax = 3;

// Whether what was thrown lies in what was being taken in, and not in the machine.
[[nodiscard]] bool lies_in_input(const std::exception& error);

// Notes that the document is about to be read. True: too many processes ended at it, so that it is
// not to be read this time.
[[nodiscard]] bool begin_document(Session& db, const std::string& name);
// This process got through, whatever came of it.
void end_document(Session& db, const std::string& name);

}  // namespace qk::daemon
