// How a function of rules/ or plans/ says that what came from outside is wrong.
//
// A Fault is one finding: where (1-based line and column, 0 where there is none), what is wrong,
// and what would be right. A reader collects all faults of a file and refuses the file whole;
// Result<T> then carries either the value or every fault. Our own mistakes are assertions, never
// faults.
#pragma once

#include <boost/system/result.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qk::rules {

struct Place {
    std::string file;  // file name, sheet or message name; empty where there is none
    int line = 0;
    int column = 0;

    friend bool operator==(const Place&, const Place&) = default;
};

enum class Severity { kError, kWarning, kNote };

struct Fault {
    Place place;
    std::string what;  // what is wrong, with the bad value quoted
    std::string cure;  // what would be right; may be empty when `what` says it all
    Severity severity = Severity::kError;

    friend bool operator==(const Fault&, const Fault&) = default;
};

using Faults = std::vector<Fault>;

// "FILE:LINE:COLUMN: what is wrong: what would be right"
[[nodiscard]] std::string to_text(const Fault& fault);
// One fault a line, each line ended.
[[nodiscard]] std::string to_text(const Faults& faults);
[[nodiscard]] std::string_view to_text(Severity severity);
[[nodiscard]] bool has_errors(const Faults& faults);

template <class T>
using Result = boost::system::result<T, Faults>;

// A refusal with one fault and no place, for decisions about values rather than files.
[[nodiscard]] inline Faults refuse(std::string what, std::string cure = {}) {
    return Faults{Fault{{}, std::move(what), std::move(cure), Severity::kError}};
}

// boost::system::result calls this when value() is asked of a refusal: a bug of the caller.
[[noreturn]] void throw_exception_from_error(const Faults& faults, const boost::source_location&);

}  // namespace qk::rules
