#include "rules/base/result.hpp"

#include <algorithm>

namespace qk::rules {

std::string to_text(const Fault& fault) {
    std::string text;
    if (!fault.place.file.empty()) {
        // A fault of the whole file or line stands at its beginning: readers of the form
        // FILE:LINE:COLUMN always find three parts.
        text += fault.place.file + ":" + std::to_string(std::max(fault.place.line, 1)) + ":" +
                std::to_string(std::max(fault.place.column, 1)) + ": ";
    }
    text += fault.what;
    if (!fault.cure.empty()) text += ": " + fault.cure;
    return text;
}

std::string to_text(const Faults& faults) {
    std::string text;
    for (const Fault& fault : faults) text += to_text(fault) + "\n";
    return text;
}

std::string_view to_text(Severity severity) {
    switch (severity) {
        case Severity::kError:
            return "error";
        case Severity::kWarning:
            return "warning";
        case Severity::kNote:
            return "note";
    }
    return "error";
}

bool has_errors(const Faults& faults) {
    return std::ranges::any_of(faults,
                               [](const Fault& f) { return f.severity == Severity::kError; });
}

void throw_exception_from_error(const Faults& faults, const boost::source_location&) {
    throw std::logic_error("value() of a refused result: " + to_text(faults));
}

}  // namespace qk::rules
