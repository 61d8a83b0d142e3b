#include "daemon/federation/federation_inbox.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "daemon/store/audit.hpp"
#include "daemon/warnings/prompt_desk.hpp"
#include "daemon/warnings/prompt_rows.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::FederationRefusal;

constexpr const char* kVerdictTaken = "taken";
constexpr const char* kVerdictRepeated = "repeated";

struct Proved {
    const plans::FederationDocument& document;
    Recorder recorder;
};

// A prompt that a person has entered already becomes the one that is proved; one that another tier
// has proved stays that tier's.
FederationRefusal put_on_record(Session& db, const DeskView& desk, const Proved& proved,
                                const plans::PromptBody& body) {
    const std::string& number = body.prompt.number;
    const auto origin = federation_origin_of(db, plans::FederationKind::kPrompt, number);
    if (origin && origin->issuer != proved.document.issuer) return FederationRefusal::kTaken;
    // Before the prompt: where a warning runs already, the follow-up goes back at once.
    store_federation_origin(
        db, {proved.document.id, plans::FederationKind::kPrompt, number, proved.document.issuer});
    PromptRow row{body.prompt, body.note, {}, "", body.asks};
    row.prompt.source = proved.recorder.person;
    if (load_prompt(db, number)) {
        enter_changed_prompt(db, desk, proved.recorder, std::move(row));
    } else {
        enter_prompt(db, desk, proved.recorder, std::move(row));
    }
    return FederationRefusal::kNone;
}

FederationRefusal put_on_record(Session& db, const DeskView& desk, const Proved& proved,
                                const plans::FloorBody& body) {
    rules::ColourFloor floor;
    floor.document = body.document;
    floor.clause = body.clause;
    floor.colour = body.colour;
    floor.span = body.span;
    floor.recorded_at = desk.now;
    floor.source = proved.recorder.person;
    const auto origin = federation_origin(db, proved.document.id);
    if (origin) {
        floor.id = origin->subject;
        enter_changed_floor(db, desk, proved.recorder, floor);
        return FederationRefusal::kNone;
    }
    floor = enter_floor(db, desk, proved.recorder, std::move(floor));
    store_federation_origin(
        db, {proved.document.id, plans::FederationKind::kFloor, floor.id, proved.document.issuer});
    return FederationRefusal::kNone;
}

FederationRefusal put_on_record(Session& db, const DeskView& desk, const Proved& proved,
                                const plans::FollowUpBody& body) {
    const FollowUpRow row{body.prompt, body.region, "", body.state, {}, "", body.note};
    return enter_follow_up(db, desk, proved.recorder, row) ? FederationRefusal::kNone
                                                           : FederationRefusal::kNoSuch;
}

// Receipts come as answers, not as documents of their own.
FederationRefusal put_on_record(Session&, const DeskView&, const Proved&,
                                const plans::DeliveryBody&) {
    return FederationRefusal::kWrongDirection;
}

FederationRefusal carry_out(Session& db, const DeskView& desk, const Proved& proved) {
    const auto put = [&](const auto& body) { return put_on_record(db, desk, proved, body); };
    return std::visit(put, proved.document.body);
}

FederationReceived received_row(const plans::FederationVerdict& verdict, const std::string& text,
                                const std::string& remote, rules::Instant now) {
    FederationReceived row;
    row.received_at = now;
    row.remote = remote;
    row.digest = plans::sha256_hex(text);
    row.document = text.substr(0, plans::kFederationBytesMax);
    row.is_proved = verdict.is_proved;
    row.verdict = plans::to_text(verdict.refusal);
    row.why = plans::with_unseen_shown(verdict.why);
    if (!verdict.document) return row;
    const plans::FederationDocument& document = *verdict.document;
    row.id = document.id;
    row.revision = document.revision;
    row.kind = plans::to_text(document.kind());
    row.issuer = document.issuer;
    row.key = document.key;
    row.content = plans::sha256_hex(plans::federation_content(text));
    return row;
}

std::string receipt_for(const FederationReceived& row, const plans::FederationDocument& document,
                        const DeskView& desk) {
    const std::string& own = desk.pack->region_code;
    plans::FederationDocument receipt;
    receipt.issuer = own;
    receipt.issuer_tier = plans::tier_of_region(own);
    receipt.addressee = document.issuer;
    receipt.id =
        plans::federation_id(own, plans::FederationKind::kReceipt, fmt::format("{}", row.number));
    receipt.issued_at = desk.now;
    const bool is_taken = row.verdict == kVerdictTaken || row.verdict == kVerdictRepeated;
    receipt.body =
        plans::DeliveryBody{row.id, row.revision, row.digest, is_taken, row.why, row.received_at};
    const rules::Span life = plans::life_of(receipt.body, desk.now);
    receipt.effective = life.from;
    receipt.expires = life.to;
    return plans::sign_federation(std::move(receipt), desk.key);
}

// The verdict on a document that holds, by what came before it and by what it asks for.
void judge_held(Session& db, const DeskView& desk, const Proved& proved, FederationReceived& row,
                bool& has_changed) {
    FederationRefusal refusal = FederationRefusal::kNone;
    const auto step =
        plans::judge_revision(held_federation_revision(db, row.id), row.revision, row.content);
    switch (step) {
        case plans::RevisionStep::kSame:
            row.verdict = kVerdictRepeated;
            return;
        case plans::RevisionStep::kOlder:
            refusal = FederationRefusal::kOlder;
            break;
        case plans::RevisionStep::kConflict:
            refusal = FederationRefusal::kConflict;
            break;
        case plans::RevisionStep::kNew:
            refusal = carry_out(db, desk, proved);
            break;
    }
    has_changed = refusal == FederationRefusal::kNone;
    row.verdict = has_changed ? kVerdictTaken : std::string(plans::to_text(refusal));
    row.why = plans::reason_of(refusal);
}

}  // namespace

TakenIn take_federation(Session& db, const DeskView& desk, const InboxView& view,
                        const plans::FederationVerdict& verdict, const std::string& text,
                        const std::string& remote) {
    TakenIn taken;
    taken.row = received_row(verdict, text, remote, desk.now);
    FederationReceived& row = taken.row;
    if (!verdict.is_proved) {
        row.number = store_federation_document(db, row);
        trim_unproved_documents(db, view.refused_kept);
        return taken;
    }
    // Its sender did not hear our answer, or somebody else plays it again.
    auto before = federation_document_of(db, row.digest);
    if (before && !before->receipt.empty()) {
        taken.row = *std::move(before);
        return taken;
    }
    // Played again before its time, it is the one that stands already.
    if (before && verdict.refusal == FederationRefusal::kFromFuture) {
        taken.row = *std::move(before);
        return taken;
    }
    const plans::FederationDocument& document = *verdict.document;
    const std::string source = plans::source_name(*verdict.key, document.issuer);
    if (verdict.refusal == FederationRefusal::kNone) {
        judge_held(db, desk, {document, {source, remote}}, row, taken.has_changed);
    }
    row.number = store_federation_document(db, row);
    // Whose clock is ahead comes again, and is not told that it was refused for good.
    if (verdict.refusal != FederationRefusal::kFromFuture) {
        row.receipt = receipt_for(row, document, desk);
        keep_federation_receipt(db, row.number, row.receipt);
    }
    append_audit(db, {desk.now, source, remote, "federation.received", row.id,
                      json::object{{"number", row.number},
                                   {"revision", row.revision},
                                   {"digest", row.digest},
                                   {"key", row.key},
                                   {"verdict", row.verdict},
                                   {"why", row.why}}});
    return taken;
}

}  // namespace qk::daemon
