#include "daemon/retention/kept_times.hpp"

#include <fmt/format.h>

#include <limits>

#include "daemon/compliance/judge_pass.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::Instant;

constexpr const char* kNotedKey = "retention_cited";

// Nobody extends a verdict whose window ended so long ago: the judge looks at such a window only
// when asked, and then it makes a new version, which is final.
constexpr std::chrono::hours kExtendedWithin = kWindowsKept + std::chrono::hours{24};

constexpr std::int64_t kOpen = std::numeric_limits<std::int64_t>::max();

// The end of an obligation as the index has it: its own or that of its revision, kOpen while it
// binds.
constexpr const char* kObligationEnd =
    "min(coalesce(to_at, 9223372036854775807), coalesce(replaced_at, 9223372036854775807))";

std::optional<Instant> end_at(Statement& row, int column) {
    const std::int64_t end = row.integer(column);
    return end == kOpen ? std::nullopt : std::optional{instant_of(end)};
}

}  // namespace

bool KeptTimes::read_some(Session& db) {
    switch (at_) {
        case At::kStart:
            read_noted(db);
            at_ = At::kVerdicts;
            return true;
        case At::kVerdicts:
            if (!read_verdicts(db)) at_ = At::kObligations;
            return true;
        case At::kObligations:
            if (!read_obligations(db)) at_ = At::kCases;
            return true;
        case At::kCases:
            if (!read_cases(db)) at_ = At::kEnd;
            return true;
        case At::kEnd:
            break;
    }
    return false;
}

void KeptTimes::hold(const rules::Span& span) {
    spans_.push_back(span);
    spans_ = rules::joined(std::move(spans_));
}

// What cannot be read is noted anew from the first verdict on.
void KeptTimes::read_noted(Session& db) {
    end_ = setting_.judged_since;
    const auto text = get_meta(db, kNotedKey);
    const auto value =
        text ? plans::parse_json(*text, kNotedKey) : rules::Result<json::value>(nullptr);
    if (!value || !value->is_object()) return;
    const json::value* number = plans::find_member(*value, "number");
    const json::value* spans = plans::find_member(*value, "spans");
    if (number == nullptr || !number->is_int64() || spans == nullptr || !spans->is_array()) return;
    std::vector<rules::Span> read;
    for (const json::value& one : spans->as_array()) {
        const json::value* from = plans::find_member(one, "from");
        const json::value* to = plans::find_member(one, "to");
        if (from == nullptr || !from->is_int64() || to == nullptr || !to->is_int64()) return;
        read.push_back({instant_of(from->as_int64()), instant_of(to->as_int64())});
    }
    noted_ = verdict_ = number->as_int64();
    noted_spans_ = rules::joined(std::move(read));
    spans_ = noted_spans_;
}

void KeptTimes::write_noted(Session& db) const {
    json::array spans;
    for (const rules::Span& span : noted_spans_) {
        json::object one;
        one["from"] = seconds_of(span.from);
        one["to"] = seconds_of(span.to);
        spans.push_back(std::move(one));
    }
    json::object noted;
    noted["number"] = noted_;
    noted["spans"] = std::move(spans);
    set_meta(db, kNotedKey, plans::to_text(noted));
}

const std::vector<rules::BoundTime>& KeptTimes::bound_times(Session& db,
                                                            const std::string& enterprise) {
    const auto [at, is_new] = bound_times_.try_emplace(enterprise);
    if (!is_new) return at->second;
    Statement rows(db,
                   fmt::format("SELECT min(from_at), {} AS ended FROM obligations WHERE"
                               " enterprise = ?1 AND exercise = 0 GROUP BY ended",
                               kObligationEnd),
                   enterprise);
    while (rows.next()) at->second.push_back({rows.instant(0), end_at(rows, 1)});
    return at->second;
}

// A verdict's baseline is that of the days before its enterprise was first bound.
bool KeptTimes::read_verdicts(Session& db) {
    Statement rows(db,
                   "SELECT number, enterprise, window_from, window_to, judged_at, is_latest = 1"
                   " AND is_final = 0 FROM verdicts WHERE number > ?1 ORDER BY number LIMIT ?2",
                   verdict_, static_cast<std::int64_t>(kVerdictsPerStep));
    std::size_t seen = 0;
    while (rows.next()) {
        ++seen;
        verdict_ = rows.integer(0);
        const Instant from = rows.instant(2);
        const Instant bound = rules::bound_since(bound_times(db, rows.text(1)), from, kWindowsKept);
        const rules::Span span{bound - setting_.reach.back, rows.instant(3) + setting_.reach.after};
        hold(span);
        has_open_ = has_open_ || (rows.flag(5) && rows.instant(4) > setting_.now - kExtendedWithin);
        if (has_open_) continue;
        noted_ = verdict_;
        noted_spans_.push_back(span);
        noted_spans_ = rules::joined(std::move(noted_spans_));
    }
    if (seen > 0) write_noted(db);
    return seen == kVerdictsPerStep;
}

// Those that end together bind as one from the first of their starts.
bool KeptTimes::read_obligations(Session& db) {
    Statement rows(db,
                   fmt::format("SELECT min(from_at), {0} AS ended FROM obligations WHERE {0}"
                               " > ?1 GROUP BY {0} ORDER BY {0} LIMIT ?2",
                               kObligationEnd),
                   end_, static_cast<std::int64_t>(kEndsPerStep));
    std::size_t seen = 0;
    while (rows.next()) {
        ++seen;
        const Instant from = rows.instant(0);
        end_ = rows.instant(1);
        const auto to = end_at(rows, 1);
        hold({from - setting_.reach.back, to ? *to + setting_.reach.after : Instant::max()});
    }
    return seen == kEndsPerStep;
}

bool KeptTimes::read_cases(Session& db) {
    Statement rows(
        db,
        fmt::format(
            "SELECT c.number, (SELECT min(o.from_at) FROM obligations AS o WHERE o.enterprise"
            " = c.enterprise AND o.warning = c.warning), (SELECT max({}) FROM obligations"
            " AS o WHERE o.enterprise = c.enterprise AND o.warning = c.warning) FROM cases"
            " AS c WHERE c.state <> 'closed' AND c.number > ?1 ORDER BY c.number LIMIT ?2",
            kObligationEnd),
        case_, static_cast<std::int64_t>(kVerdictsPerStep));
    std::size_t seen = 0;
    while (rows.next()) {
        ++seen;
        case_ = rows.integer(0);
        if (rows.is_null(1)) continue;
        const auto to = end_at(rows, 2);
        hold({rows.instant(1) - setting_.reach.back,
              to ? *to + setting_.reach.after : Instant::max()});
    }
    return seen == kVerdictsPerStep;
}

}  // namespace qk::daemon
