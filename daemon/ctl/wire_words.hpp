// The words of the API as people say them, for tables: "received" is shown as "已签收 received".
// What is not known here is shown as it came.
#pragma once

#include <string>
#include <string_view>

namespace qk::ctl {

// Of states of receipts and cases, colours, kinds of changes and of cases, measures, verdicts,
// conclusions.
[[nodiscard]] std::string in_words(std::string_view wire);

// What an event is about: "warning.issued" is "预警已签发 warning issued".
[[nodiscard]] std::string event_in_words(std::string_view kind);

}  // namespace qk::ctl
