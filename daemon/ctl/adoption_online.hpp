// What the commands of packs, catalogues and changed grades have in common at a running daemon.
#pragma once

#include <boost/json/object.hpp>
#include <initializer_list>
#include <optional>
#include <string>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"

namespace qk::ctl {

// A file as a body: its text as the member `text_as`, and its name.
// Empty: it could not be read, and that was told.
[[nodiscard]] std::optional<boost::json::object> body_with_file(const Call& call,
                                                                const char* text_as);
// Those of the options that are given; the command must have them all.
void add_said(const Call& call, std::initializer_list<const char*> options,
              boost::json::object& body);

// A second person confirms the one with the number; somebody takes it back, with a reason.
[[nodiscard]] int confirm_one(const Call& call, const std::string& base);
[[nodiscard]] int withdraw_one(const Call& call, const std::string& base);
[[nodiscard]] int show_history(const Call& call, const std::string& base, const Columns& columns);

}  // namespace qk::ctl
