#include "daemon/warnings/consultation_rows.hpp"

namespace qk::daemon {

void store_consultation(Session& db, const ConsultationRow& row) {
    db.exec(
        "INSERT INTO consultations(warning, change, at, recorded_by, participants, summary, "
        "corrections, amendment, effect) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        row.warning, row.change, row.at, row.recorded_by, row.participants, row.summary,
        row.corrections, row.amendment, row.effect);
}

std::vector<ConsultationRow> list_consultations(Session& db, const std::string& warning) {
    Statement row(db,
                  "SELECT number, change, at, recorded_by, participants, summary, "
                  "corrections, amendment, effect FROM consultations WHERE warning=?1 "
                  "ORDER BY number",
                  warning);
    std::vector<ConsultationRow> consultations;
    while (row.next()) {
        consultations.push_back({row.integer(0), warning, row.integer(1), row.instant(2),
                                 row.text(3), row.text(4), row.text(5), row.text(6), row.text(7),
                                 row.text(8)});
    }
    return consultations;
}

}  // namespace qk::daemon
