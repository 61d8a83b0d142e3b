// An invented standard for tests, so that a change in the law breaks none of them.
#pragma once

#include "rules/warning/standard.hpp"

namespace qk::rules {

inline Clause example_clause(std::string id, Colour colour, std::vector<Leg> legs) {
    return {std::move(id), colour, std::move(legs), "示例"};
}

inline TriggerStandard example_standard() {
    using std::chrono::hours;
    TriggerStandard standard;
    standard.id = "example";
    standard.name = "示例标准";
    standard.source = "invented for tests";
    standard.clauses = {
        example_clause("yellow-1", Colour::kYellow, {{200, hours{24}}}),
        example_clause("yellow-2", Colour::kYellow, {{150, hours{48}}}),
        example_clause("orange-1", Colour::kOrange, {{200, hours{48}}}),
        example_clause("orange-2", Colour::kOrange, {{150, hours{72}}}),
        example_clause("red-1", Colour::kRed, {{200, hours{72}}, {300, hours{24}}}),
    };
    return standard;
}

}  // namespace qk::rules
