#include "daemon/warnings/stored_decisions.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>

#include "daemon/store/session.hpp"
#include "daemon/warnings/decision_rows.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

rules::Faults no_database(const std::string& file, std::string what) {
    return {{{file, 0, 0},
             std::move(what),
             "写明 qingkongd 的数据库文件或其副本（所在目录须可写），或导出的决定文件 / name the "
             "database of qingkongd or a copy of it in a folder that you may write to, or a file "
             "of exported decisions"}};
}

void take_json(const std::string& text, const std::string& name, boost::json::value& into,
               std::vector<std::string>& faults) {
    auto value = plans::parse_json(text, name);
    if (value) {
        into = std::move(*value);
    } else {
        faults.push_back(rules::to_text(value.error()));
    }
}

StoredDecision decision_of(const DecisionRow& row) {
    StoredDecision decision;
    plans::DecisionRecord& record = decision.record;
    record.number = row.number;
    record.warning = row.warning;
    record.at = row.at;
    record.event = row.event;
    record.check = row.check;
    take_json(row.found, "warning_story.found", record.found, decision.faults);
    if (!row.inputs) {
        decision.faults.emplace_back("存档的输入已不存在 / its inputs are gone");
        return decision;
    }
    if (plans::sha256_hex(*row.inputs) != row.inputs_sha256) {
        decision.faults.emplace_back(
            "存档的输入与其校验值不符 / its inputs are not those that their SHA-256 names");
        return decision;
    }
    take_json(*row.inputs, "decision_inputs.body", record.inputs, decision.faults);
    return decision;
}

// A snapshot per piece: a daemon that runs beside it is not kept from emptying its log.
void read_all(Session& db, const std::function<void(const StoredDecision&)>& take) {
    std::int64_t after = 0;
    for (bool is_done = false; !is_done;) {
        Transaction snapshot(db, TransactionKind::kRead);
        const std::vector<DecisionRow> rows = load_decisions(db, after, kDecisionsPerReading);
        for (const DecisionRow& row : rows) take(decision_of(row));
        if (!rows.empty()) after = rows.back().number;
        is_done = rows.size() < kDecisionsPerReading;
    }
}

void read_newest(Session& db, std::size_t most,
                 const std::function<bool(const StoredDecision&)>& take) {
    std::int64_t below = INT64_MAX;
    for (std::size_t left = most; left > 0;) {
        Transaction snapshot(db, TransactionKind::kRead);
        const std::size_t wanted = std::min(left, kDecisionsPerReading);
        const std::vector<DecisionRow> rows = load_newest_decisions(db, below, wanted);
        for (const DecisionRow& row : rows) {
            if (!take(decision_of(row))) return;
        }
        if (rows.size() < wanted) return;
        below = rows.back().number;
        left -= rows.size();
    }
}

}  // namespace

rules::Result<void> read_database(const std::string& database,
                                  const std::function<void(Session&)>& work) {
    std::error_code error;
    if (!std::filesystem::is_regular_file(database, error)) {
        return no_database(database, "没有这个文件 / is not a file");
    }
    try {
        Session db(database, SessionUse::kRead);
        if (!has_story(db)) {
            return no_database(database,
                               "不是 qingkongd 的数据库 / is not a database of qingkongd");
        }
        work(db);
    } catch (const DatabaseError& failure) {
        return no_database(database, std::string("无法读取 / cannot be read: ") + failure.what());
    }
    return {};
}

rules::Result<void> for_each_decision(const std::string& database,
                                      const std::function<void(const StoredDecision&)>& take) {
    return read_database(database, [&take](Session& db) { read_all(db, take); });
}

rules::Result<void> for_each_newest_decision(
    const std::string& database, std::size_t most,
    const std::function<bool(const StoredDecision&)>& take) {
    return read_database(database, [&](Session& db) { read_newest(db, most, take); });
}

}  // namespace qk::daemon
