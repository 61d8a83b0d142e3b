#include "daemon/compliance/verdict_package.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>

#include "daemon/compliance/case_rows.hpp"
#include "daemon/compliance/case_view.hpp"
#include "daemon/compliance/judge_input_rows.hpp"
#include "daemon/orders/order_json.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/audit_tree.hpp"
#include "daemon/store/signing_keys.hpp"
#include "plans/decision/verdict_evidence.hpp"
#include "plans/evidence/evidence_page.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr std::size_t kCasesMost = 100;
constexpr std::size_t kEntriesMost = 200;  // of one subject, the newest

json::value note_of(std::string title, json::object content) {
    content["kind"] = "note";
    content["title"] = std::move(title);
    return content;
}

// The verdict alone where its inputs were not kept or are gone.
std::vector<json::value> judged_records(Session& db, const StoredVerdict& verdict,
                                        rules::Zone zone) {
    const json::value told = to_json(verdict, zone);
    const auto kept = load_judge_inputs(db, verdict.number);
    if (!kept) return plans::verdict_records(told, {}, {}, {});
    const auto inputs = plans::judge_inputs_from_stored(kept->texts, "verdict_inputs");
    if (!inputs) return plans::verdict_records(told, {}, {}, {});
    return plans::verdict_records(told, kept->texts, kept->found,
                                  load_stored_readings(db, *inputs, kept->at));
}

void add_order(Session& db, const StoredVerdict& verdict, rules::Zone zone, VerdictRecords& all) {
    const auto text = signed_revision(db, verdict.enterprise, verdict.revision);
    const auto document = plans::parse_json(text.value_or(""), "order_revisions");
    if (document) {
        all.records.push_back(json::object{{"kind", "order"}, {"document", *document}});
    }
    const auto order = order_of_revision(db, verdict.enterprise, verdict.revision);
    if (!order) return;
    const OrderJson shown{zone, {}};
    for (const StoredReceipt& receipt :
         receipts_of_revision(db, verdict.enterprise, {*order, verdict.revision})) {
        all.records.push_back(note_of("回执 receipt", shown.receipt(receipt)));
    }
}

void add_entries(Session& db, const std::string& subject, std::string_view stem,
                 VerdictRecords& all) {
    AuditQuery query;
    query.subject = subject;
    query.limit = kEntriesMost;
    for (const NumberedAuditEntry& one : audit_entries(db, query)) {
        if (one.entry.action.starts_with(stem)) all.entries.push_back(one.number);
    }
}

void add_cases(Session& db, const StoredVerdict& verdict, rules::Zone zone, VerdictRecords& all) {
    CaseQuery query;
    query.enterprise = verdict.enterprise;
    query.warning = verdict.warning;
    query.limit = kCasesMost;
    for (const StoredCase& one : list_cases(db, query)) {
        if (one.obligation != verdict.verdict.obligation) continue;
        json::object story = case_story(db, one, {true, zone, {}}, "", verdict.judged_at);
        // What somebody could do today is nothing of the record.
        for (const char* today : {"next", "checklist", "proposals"}) story.erase(today);
        // Members of the record itself.
        if (const json::value* kind = story.if_contains("kind")) story["case_kind"] = *kind;
        all.records.push_back(note_of(fmt::format("线索 case {}", one.number), std::move(story)));
        add_entries(db, std::to_string(one.number), "case.", all);
    }
}

}  // namespace

VerdictRecords verdict_records(Session& db, const StoredVerdict& verdict, rules::Zone zone) {
    VerdictRecords all;
    all.records = judged_records(db, verdict, zone);
    add_order(db, verdict, zone, all);
    add_cases(db, verdict, zone, all);
    if (!verdict.warning.empty()) add_entries(db, verdict.warning, "warning.", all);
    std::string text;
    for (const json::value& record : all.records) text += plans::canonical_text(record) + "\n";
    all.sha256 = plans::sha256_hex(text);
    return all;
}

std::string verdict_page(Session& db, const StoredVerdict& verdict, const VerdictRecords& records,
                         std::int64_t given, const PackageFrame& frame,
                         const plans::SigningKey& key) {
    plans::EvidenceWriter writer;
    const std::string subject = fmt::format("verdict {}", verdict.number);
    std::string text = writer.begin(frame.region, frame.made_at, subject);
    for (const plans::KeyRecord& record : key_history(db)) text += writer.line(to_json(record));
    std::vector<std::int64_t> entries = records.entries;
    entries.push_back(given);
    const auto heads = audit_heads(db, 0, 1);
    if (!heads.empty()) {
        text += writer.line(to_json(heads.front()));
        for (const plans::Inclusion& proved : prove_entries(db, entries, heads.front())) {
            text += writer.line(to_json(proved));
        }
    }
    for (const json::value& record : records.records) text += writer.line(record);
    text += writer.end(key);
    return plans::evidence_page(
        text,
        fmt::format("证据包：研判结论 {} Evidence: verdict {}", verdict.number, verdict.number),
        key);
}

}  // namespace qk::daemon
