#include "daemon/retention/kept_times.hpp"

#include "daemon/compliance/judge_pass.hpp"
#include "daemon/retention/kept_time_rows.hpp"
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
    if (is_new) at->second = list_bound_times(db, enterprise);
    return at->second;
}

// A verdict's baseline is that of the days before its enterprise was first bound.
bool KeptTimes::read_verdicts(Session& db) {
    const std::vector<VerdictTimes> page = list_verdict_times(db, verdict_, kVerdictsPerStep);
    for (const VerdictTimes& one : page) {
        verdict_ = one.number;
        const Instant bound =
            rules::bound_since(bound_times(db, one.enterprise), one.window.from, kWindowsKept);
        const rules::Span span{bound - setting_.reach.back, one.window.to + setting_.reach.after};
        hold(span);
        has_open_ = has_open_ || (one.is_open && one.judged_at > setting_.now - kExtendedWithin);
        if (has_open_) continue;
        noted_ = verdict_;
        noted_spans_.push_back(span);
        noted_spans_ = rules::joined(std::move(noted_spans_));
    }
    if (!page.empty()) write_noted(db);
    return page.size() == kVerdictsPerStep;
}

// Those that end together bind as one from the first of their starts.
bool KeptTimes::read_obligations(Session& db) {
    const std::vector<EndTimes> page = list_end_times(db, end_, kEndsPerStep);
    for (const EndTimes& one : page) {
        end_ = one.place;
        hold({one.first - setting_.reach.back,
              one.end ? *one.end + setting_.reach.after : Instant::max()});
    }
    return page.size() == kEndsPerStep;
}

bool KeptTimes::read_cases(Session& db) {
    const std::vector<CaseTimes> page = list_case_times(db, case_, kVerdictsPerStep);
    for (const CaseTimes& one : page) {
        case_ = one.number;
        if (!one.first) continue;
        hold({*one.first - setting_.reach.back,
              one.end ? *one.end + setting_.reach.after : Instant::max()});
    }
    return page.size() == kVerdictsPerStep;
}

}  // namespace qk::daemon
