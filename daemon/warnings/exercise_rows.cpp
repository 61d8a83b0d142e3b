#include "daemon/warnings/exercise_rows.hpp"

namespace qk::daemon {

void store_participants(Session& db, const std::string& warning,
                        const std::vector<std::string>& participants) {
    for (const std::string& participant : participants) {
        db.exec(
            "INSERT INTO exercise_participants(warning, participant) VALUES(?,?) ON CONFLICT DO "
            "NOTHING",
            warning, participant);
    }
}

std::vector<std::string> participants_of(Session& db, const std::string& warning) {
    Statement row(db,
                  "SELECT participant FROM exercise_participants WHERE warning = ? ORDER BY "
                  "participant",
                  warning);
    std::vector<std::string> participants;
    while (row.next()) participants.push_back(row.text(0));
    return participants;
}

}  // namespace qk::daemon
