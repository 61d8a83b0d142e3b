#include "daemon/compliance/upward_rows.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <cstdint>
#include <map>
#include <vector>

#include "daemon/compliance/reduction_source.hpp"
#include "daemon/compliance/report_answers.hpp"
#include "daemon/compliance/report_duties.hpp"
#include "daemon/warnings/air_now.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/text/json.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::Instant;

using Counties = std::map<std::string, plans::UpwardCounty>;

void add_notices(Session& db, const UpwardQuestion& question, plans::UpwardReport& report) {
    constexpr std::size_t kAll = 1000;
    std::vector<StoredNotice> stored = list_notices(db, question.warning, {.limit = kAll});
    std::ranges::reverse(stored);
    for (const StoredNotice& one : stored) {
        if (one.sent > question.as_of) continue;
        plans::UpwardNotice notice;
        notice.sent = one.sent;
        notice.kind = rules::parse_notice_kind(one.kind).value_or(rules::NoticeKind::kAlert);
        notice.only_longer = notice.kind == rules::NoticeKind::kUpdate && one.text_kind == "extend";
        notice.colour = one.colour;
        notice.mandatory = one.mandatory;
        notice.effective_from = one.effective_from;
        notice.expected_to = one.expected_to;
        notice.document = one.document;
        notice.headline = one.headline;
        report.notices.push_back(std::move(notice));
    }
}

void add_air(Session& db, const UpwardQuestion& question, plans::UpwardReport& report) {
    const AirNow air = read_air(db, question.pack, question.as_of);
    if (!air.observed) return;
    report.aqi = air.observed->aqi;
    report.aqi_until = air.observed->until;
    const auto began = plans::standing_of(report).began_at;
    if (!began || air.series.empty()) return;
    const rules::HourlyAqiSeries& hourly = air.series.front().hourly;
    for (std::size_t i = 0; i < hourly.aqi.size(); ++i) {
        const Instant at = hourly.first + std::chrono::hours(i);
        if (at < *began || at >= air.observed->until || hourly.aqi[i] == rules::kNoAqi) continue;
        const int aqi = static_cast<int>(hourly.aqi[i]);
        report.highest_aqi = std::max(report.highest_aqi.value_or(aqi), aqi);
    }
}

// Who was ordered, and what came back by then; what a correction took back is not told.
void add_orders(Session& db, const UpwardQuestion& question, Counties& counties) {
    Statement rows(db,
                   "SELECT o.region, r.enterprise, r.order_id FROM order_revisions AS r "
                   "JOIN orders AS o ON o.enterprise=r.enterprise "
                   "WHERE r.warning=?1 AND r.issued_at<=?2 AND EXISTS (SELECT 1 FROM obligations "
                   "AS b WHERE b.enterprise=r.enterprise AND b.revision=r.revision) "
                   "GROUP BY r.enterprise",
                   question.warning, question.as_of);
    Statement receipts(
        db,
        "SELECT revision, state, min(at, arrived), effect FROM receipts WHERE enterprise=?1 AND "
        "order_id=?2 AND arrived<=?3 AND effect NOT IN ('unknown revision', "
        "'unknown order', 'wrong signature') ORDER BY revision, number");
    while (rows.next()) {
        std::map<std::int64_t, std::vector<AnswerOnRecord>> by_revision;
        for (bool has = receipts.find(rows.text(1), rows.text(2), question.as_of); has;
             has = receipts.next()) {
            AnswerOnRecord answer;
            answer.state = parse_receipt_state(receipts.text(1)).value_or(ReceiptState::kNone);
            answer.at = receipts.instant(2);
            answer.is_taken = receipts.text(3) == to_text(ReceiptEffect::kTaken);
            by_revision[receipts.integer(0)].push_back(answer);
        }
        plans::OrderAnswer order;
        for (const auto& [revision, answers] : by_revision) add_answers(answers, order);
        plans::UpwardCounty& county = counties[rows.text(0)];
        ++county.ordered;
        if (order.received || order.accepted || order.executing || order.done || order.refused) {
            ++county.answered;
        }
        if (order.executing || order.done) ++county.executing;
        if (order.refused) ++county.refused;
    }
}

// Of each obligation and window the verdict that stood then.
void add_verdict_counts(Session& db, const UpwardQuestion& question, const rules::Span& period,
                        Counties& counties) {
    Statement rows(db,
                   "SELECT o.region, v.compliance, count(*) FROM verdicts AS v "
                   "JOIN orders AS o ON o.enterprise=v.enterprise "
                   "WHERE v.warning=?1 AND v.judged_at<=?2 AND v.window_from<?4 AND "
                   "v.window_to>?3 AND v.version=(SELECT max(w.version) FROM verdicts AS w WHERE "
                   "w.enterprise=v.enterprise AND w.obligation=v.obligation AND "
                   "w.window_from=v.window_from AND w.judged_at<=?2) "
                   "GROUP BY o.region, v.compliance",
                   question.warning, question.as_of, period.from, period.to);
    while (rows.next()) {
        plans::UpwardCounty& county = counties[rows.text(0)];
        const auto count = static_cast<std::size_t>(rows.integer(2));
        const std::string word = rows.text(1);
        if (word == rules::to_text(rules::Compliance::kCompliant)) county.compliant += count;
        if (word == rules::to_text(rules::Compliance::kBreachSuspected)) county.suspected += count;
        if (word == rules::to_text(rules::Compliance::kBreach)) county.breach += count;
        if (word == rules::to_text(rules::Compliance::kCannotTell)) county.cannot_tell += count;
    }
}

void add_checks(Session& db, const UpwardQuestion& question, Counties& counties) {
    Statement rows(db,
                   "SELECT o.region, count(*), sum(EXISTS (SELECT 1 FROM case_steps AS s WHERE "
                   "s.case_number=c.number AND s.step IN ('check', 'conclusion') AND s.at<=?2)) "
                   "FROM cases AS c JOIN orders AS o ON o.enterprise=c.enterprise "
                   "WHERE c.warning=?1 AND c.kind='lead' AND c.opened_at<=?2 GROUP BY o.region",
                   question.warning, question.as_of);
    while (rows.next()) {
        plans::UpwardCounty& county = counties[rows.text(0)];
        county.leads = static_cast<std::size_t>(rows.integer(1));
        county.checked = static_cast<std::size_t>(rows.integer(2));
    }
}

// Of the last plan that asked something of somebody.
void add_plan(Session& db, const UpwardQuestion& question, plans::UpwardReport& report) {
    Statement row(db,
                  "SELECT summary FROM response_plans WHERE warning=?1 AND at<=?2 AND "
                  "colour IS NOT NULL ORDER BY generation DESC LIMIT 1",
                  question.warning, question.as_of);
    if (!row.next()) return;
    const auto summary = plans::parse_json(row.text(0), "response_plans.summary").value();
    report.measures = plans::string_or(summary, "measures_zh");
    const json::value* floors = plans::find_member(summary, "floors");
    if (floors == nullptr || !floors->is_array()) return;
    for (const json::value& floor : floors->as_array()) {
        const std::string word = plans::string_or(floor, "pollutant");
        for (std::size_t i = 0; i < plans::kEmissionCount; ++i) {
            const auto emission = static_cast<plans::Emission>(i);
            if (word != plans::to_text(emission)) continue;
            report.cuts.push_back({emission, plans::number_or(floor, "reduced_kg_d", 0),
                                   plans::number_or(floor, "share", 0),
                                   plans::number_or(floor, "floor", 0)});
        }
    }
}

rules::Span period_of(const UpwardQuestion& question) {
    if (question.kind != plans::UpwardKind::kDay) return {Instant{}, question.as_of};
    const rules::CivilDay day =
        question.day.value_or(rules::day_of(question.as_of, question.pack.zone));
    return {
        rules::start_of(day, question.pack.zone),
        std::min(question.as_of, rules::start_of(day + std::chrono::days(1), question.pack.zone))};
}

}  // namespace

std::optional<plans::UpwardReport> gather_upward(Session& db, const UpwardQuestion& question) {
    const auto warning = load_warning(db, question.warning);
    if (!warning) return std::nullopt;
    const plans::RegionPack& pack = question.pack;
    plans::UpwardReport report{.zone = pack.zone};
    report.kind = question.kind;
    report.warning = question.warning;
    report.region = pack.name;
    report.region_code = pack.region_code;
    report.issuer = pack.publication.issuer;
    if (!pack.contacts.empty()) {
        report.contact = pack.contacts.front().name + " " + pack.contacts.front().phone;
    }
    report.exercise = warning->state.exercise;
    report.as_of = question.as_of;
    report.period = period_of(question);
    report.summary_within = pack.summary_within;
    add_notices(db, question, report);
    add_air(db, question, report);
    Counties counties;
    for (const plans::SubRegion& one : pack.sub_regions) counties[one.code];
    add_orders(db, question, counties);
    add_verdict_counts(db, question, report.period, counties);
    add_checks(db, question, counties);
    for (auto& [code, county] : counties) {
        county.code = code;
        county.name = county_name(pack, code);
        report.counties.push_back(std::move(county));
    }
    add_plan(db, question, report);
    const plans::UpwardStanding standing = plans::standing_of(report);
    const bool has_begun = standing.began_at && *standing.began_at < question.as_of;
    if (question.inventory != nullptr && has_begun && !standing.is_advice) {
        const ReportSetting setting{pack, *question.inventory, question.as_of};
        const rules::Colour colour = standing.colour.value_or(standing.highest);
        report.real = load_real_reductions(db, setting, question.warning, colour).standings;
    }
    return report;
}

}  // namespace qk::daemon
