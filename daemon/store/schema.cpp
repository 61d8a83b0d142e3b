#include "daemon/store/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <set>
#include <string_view>

namespace qk::daemon {
namespace {

// "schema/0001_core.sql" -> 1
int number_of(std::string_view path) {
    const std::string_view name = path.substr(path.rfind('/') + 1);
    int number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    assert(error == std::errc{} && end == name.data() + 4 && number > 0);
    return number;
}

std::set<int> applied_steps(Session& db) {
    std::set<int> steps;
    db.each("SELECT number FROM schema_steps",
            [&](const Statement& step) { steps.insert(step.get<int>(0)); });
    return steps;
}

void apply(Session& db, int number, const embedded::File& step) {
    Transaction transaction(db, TransactionKind::kWrite);
    db.script(std::string(step.text));
    db.exec("INSERT INTO schema_steps(number, name) VALUES(?, ?)", number, step.path);
    transaction.commit();
}

int newest_known() {
    int newest = 0;
    for (const embedded::File& step : embedded::schema_steps()) {
        newest = std::max(newest, number_of(step.path));
    }
    return newest;
}

}  // namespace

rules::Faults bring_schema_forward(Session& db, const std::string& path) {
    db.exec(
        "CREATE TABLE IF NOT EXISTS schema_steps("
        "number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
    const std::set<int> applied = applied_steps(db);
    const int newest = newest_known();
    if (!applied.empty() && *applied.rbegin() > newest) {
        return {
            {{path, 0, 0},
             fmt::format("数据库由较新的版本写下（结构步号 {0}，本版本只到 {1}） / the database "
                         "has schema step {0}, this program knows steps up to {1}",
                         *applied.rbegin(), newest),
             "装回写它的较新版本，或恢复升级前的副本 / run the newer qingkongd that wrote it, or "
             "restore a copy from before",
             rules::Severity::kError}};
    }
    int before = 0;
    for (const embedded::File& step : embedded::schema_steps()) {
        const int number = number_of(step.path);
        assert(number > before && "schema steps are listed in rising order");
        before = number;
        if (!applied.contains(number)) apply(db, number, step);
    }
    return {};
}

bool has_steps_ahead(Session& db) {
    if (!db.has("SELECT 1 FROM sqlite_master WHERE type='table' AND name='schema_steps'")) {
        return false;
    }
    const std::set<int> applied = applied_steps(db);
    return !applied.empty() && *applied.rbegin() <= newest_known() &&
           std::ranges::any_of(embedded::schema_steps(), [&](const embedded::File& step) {
               return !applied.contains(number_of(step.path));
           });
}

}  // namespace qk::daemon
