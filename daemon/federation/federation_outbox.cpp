#include "daemon/federation/federation_outbox.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "daemon/store/audit.hpp"
#include "daemon/warnings/prompt_rows.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

using plans::FederationKind;

// What is on record now; empty: nothing of it is.
std::optional<plans::FederationBody> federation_body_of(Session& db,
                                                        const FederationSending& sending,
                                                        const OutboxView& view) {
    if (sending.kind == FederationKind::kPrompt) {
        const auto row = load_prompt(db, sending.subject);
        if (!row) return std::nullopt;
        plans::PromptBody body{row->prompt, row->asks, row->note};
        body.prompt.source.clear();
        return body;
    }
    if (sending.kind == FederationKind::kFloor) {
        const auto floor = load_floor(db, sending.subject);
        if (!floor) return std::nullopt;
        return plans::FloorBody{floor->document, floor->clause, floor->colour, floor->span};
    }
    const auto row = load_follow_up(db, sending.subject, view.own_region);
    if (!row) return std::nullopt;
    return plans::FollowUpBody{row->prompt, row->region, row->state, row->note,
                               row->at.value_or(view.now)};
}

// A document that its addressee would not read is of no use: what keeps it from being one is told
// and shown, and it is not sent.
std::string fault_of_made(const std::string& text) {
    const auto read = plans::read_federation(text, "document");
    return read ? std::string() : rules::to_text(read.error().front());
}

std::string make_federation_text(Session& db, const FederationSending& sending,
                                 plans::FederationBody body, const OutboxView& view) {
    plans::FederationDocument document;
    document.id = plans::federation_id(view.own_region, sending.kind, sending.subject);
    document.revision = sending.revision;
    document.supersedes = revision_made_before(db, sending);
    document.issuer = view.own_region;
    document.issuer_tier = plans::tier_of_region(view.own_region);
    document.addressee = sending.peer;
    document.issued_at = view.now;
    const rules::Span life = plans::life_of(body, view.now);
    document.effective = life.from;
    document.expires = life.to;
    document.body = std::move(body);
    return plans::sign_federation(std::move(document), view.key);
}

}  // namespace

std::chrono::seconds federation_pause(int failures) {
    auto pause = kFederationPauseFirst;
    for (int i = 1; i < failures && pause < kFederationPauseMost; ++i) pause *= 2;
    return std::min(pause, kFederationPauseMost);
}

std::optional<FederationSending> take_up_federation(Session& db, std::int64_t number,
                                                    const OutboxView& view) {
    auto sending = load_federation_sending(db, number);
    if (!sending || sending->standing != "waiting") return std::nullopt;
    const auto close = [&](const std::string& why) {
        close_federation_sending(db, number, why, view.now);
        return std::nullopt;
    };
    auto body = federation_body_of(db, *sending, view);
    if (!body) return close("gone");
    if (plans::life_of(*body, view.now).to <= view.now) return close("expired");
    const std::string key = plans::fingerprint_of(view.key.public_key_hex());
    if (sending->document.empty() || sending->key != key) {
        sending->document = make_federation_text(db, *sending, *std::move(body), view);
        sending->key = key;
        sending->digest = plans::sha256_hex(sending->document);
        if (const std::string fault = fault_of_made(sending->document); !fault.empty()) {
            return close(fault);
        }
        keep_federation_document(db, *sending);
        append_audit(db, {view.now, "system", "", "federation.signed",
                          fmt::format("{}/{}", sending->peer, sending->number),
                          boost::json::object{{"kind", plans::to_text(sending->kind)},
                                              {"subject", sending->subject},
                                              {"revision", sending->revision},
                                              {"digest", sending->digest}}});
    }
    put_off_federation(db, number, view.now + federation_pause(sending->failures + 1));
    return sending;
}

PeerAnswer read_peer_answer(int status, const std::string& body, const FederationSending& sending,
                            const AnswerView& view) {
    PeerAnswer answer;
    if (status != 200) {
        constexpr std::size_t kShown = 300;
        answer.why = fmt::format("the peer answered {}", status);
        const auto problem = plans::parse_json(body, "answer");
        const std::string title = problem ? plans::string_or(*problem, "title") : std::string();
        if (!title.empty()) answer.why += ": " + plans::with_unseen_shown(title.substr(0, kShown));
        return answer;
    }
    const plans::FederationVerdict verdict =
        plans::check_federation(body, {.trust = view.trust,
                                       .own_region = view.own_region,
                                       .now = view.now,
                                       .clock_skew = view.clock_skew});
    if (verdict.refusal != plans::FederationRefusal::kNone) {
        answer.why = "the receipt proves nothing: " + verdict.why;
        return answer;
    }
    const auto* receipt = std::get_if<plans::DeliveryBody>(&verdict.document->body);
    const bool is_of_this = receipt != nullptr && verdict.document->issuer == sending.peer &&
                            receipt->digest == sending.digest;
    if (!is_of_this) {
        answer.why = "the receipt is of another document";
        return answer;
    }
    answer.is_final = true;
    answer.is_taken = receipt->is_taken;
    answer.why = receipt->why;
    return answer;
}

}  // namespace qk::daemon
