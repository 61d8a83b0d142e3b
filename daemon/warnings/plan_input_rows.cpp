#include "daemon/warnings/plan_input_rows.hpp"

#include "plans/text/sha256.hpp"

namespace qk::daemon {

std::string keep_plan_text(Session& db, const std::string& text, rules::Instant now) {
    std::string sha256 = plans::sha256_hex(text);
    db.exec(
        "INSERT INTO plan_texts(sha256, at, text) VALUES(?1,?2,?3) ON CONFLICT(sha256) DO NOTHING",
        sha256, now, text);
    return sha256;
}

std::optional<std::string> load_plan_text(Session& db, const std::string& sha256) {
    return db.one<std::string>("SELECT text FROM plan_texts WHERE sha256=?1", sha256);
}

void store_plan_inputs(Session& db, const std::string& warning, std::int64_t generation,
                       const PlanInputsRow& row) {
    db.exec(
        "INSERT INTO plan_inputs(warning, generation, sha256, body, owed) VALUES(?1,?2,?3,?4,?5)",
        warning, generation, row.sha256, row.body, row.owed);
}

std::optional<PlanInputsRow> load_plan_inputs(Session& db, const std::string& warning,
                                              std::int64_t generation) {
    Statement row(db,
                  "SELECT sha256, body, owed FROM plan_inputs WHERE warning=?1 AND generation=?2",
                  warning, generation);
    if (!row.next()) return std::nullopt;
    return PlanInputsRow{row.text(0), row.text(1), row.text(2)};
}

std::optional<rules::Instant> last_without_inputs(Session& db) {
    if (!db.has("SELECT 1 FROM sqlite_master WHERE type='table' AND name='plans_without_inputs'")) {
        return std::nullopt;
    }
    return db.one<rules::Instant>("SELECT last FROM plans_without_inputs WHERE id=1");
}

std::vector<PlanHead> list_plan_heads(Session& db, std::size_t limit) {
    Statement row(db,
                  "SELECT warning, generation, at FROM response_plans ORDER BY at DESC, warning "
                  "DESC, generation DESC LIMIT ?1",
                  limit);
    std::vector<PlanHead> heads;
    while (row.next()) heads.push_back({row.text(0), row.integer(1), row.instant(2)});
    return heads;
}

std::optional<OwnCatalogueTexts> load_own_catalogue(Session& db, std::int64_t number) {
    Statement row(db, "SELECT sha256, texts FROM adopted_catalogues WHERE number=?1", number);
    if (!row.next()) return std::nullopt;
    return OwnCatalogueTexts{row.text(0), row.text(1)};
}

}  // namespace qk::daemon
