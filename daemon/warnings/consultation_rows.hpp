// Consultations about the changes of a warning as rows: who took part, what was changed and why.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct ConsultationRow {
    std::int64_t number = 0;  // of all consultations; 0: not stored yet
    std::string warning;
    std::int64_t change = 0;
    rules::Instant at{};
    std::string recorded_by;
    std::string participants;  // this and the last three are JSON
    std::string summary;
    std::string corrections;
    std::string amendment;
    std::string effect;
};
void store_consultation(Session& db, const ConsultationRow& row);
// In their order; as many as people held about one warning.
[[nodiscard]] std::vector<ConsultationRow> list_consultations(Session& db,
                                                              const std::string& warning);

}  // namespace qk::daemon
