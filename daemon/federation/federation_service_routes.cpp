// The API of documents between the tiers: what comes is proved by its signature and needs no
// account; what came and what went is shown to readers.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/federation.hpp"
#include "daemon/base/federation_messages.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/federation/federation_inbox.hpp"
#include "daemon/federation/federation_service.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/desk.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

constexpr CursorKind kFederationDocumentsCursor{"federation-documents", "n"};
constexpr CursorKind kFederationSendingsCursor{"federation-sendings", "n"};
// Each item has its whole document with it.
constexpr std::size_t kFederationPerPage = 100;
constexpr std::chrono::seconds kMinute{60};

json::object received_json(const FederationReceived& row, rules::Zone zone) {
    json::object object;
    object["number"] = row.number;
    object["received_at"] = rules::to_iso(row.received_at, zone);
    object["remote"] = row.remote;
    object["digest"] = row.digest;
    object["id"] = row.id;
    object["revision"] = row.revision;
    object["kind"] = row.kind;
    object["issuer"] = row.issuer;
    object["key"] = row.key;
    object["proved"] = row.is_proved;
    object["verdict"] = row.verdict;
    object["why"] = row.why;
    object["document"] = plans::with_unseen_shown(row.document);
    object["receipt"] = row.receipt;
    return object;
}

json::object sending_view(const FederationSending& row, rules::Zone zone) {
    const bool is_waiting = row.standing == "waiting";
    json::object object;
    object["number"] = row.number;
    object["peer"] = row.peer;
    object["kind"] = plans::to_text(row.kind);
    object["subject"] = row.subject;
    object["revision"] = row.revision;
    object["standing"] = row.standing;
    object["closed_why"] = row.closed_why;
    object["failures"] = row.failures;
    object["next_at"] = is_waiting ? json::value(rules::to_iso(row.next_at, zone)) : json::value();
    object["answer"] = row.answer;
    object["ended_at"] = plans::iso(row.ended_at, zone);
    object["digest"] = row.digest;
    object["document"] = row.document;
    object["receipt"] = row.receipt;
    return object;
}

json::object key_json(const plans::TrustedKey& key, rules::Zone zone) {
    json::object object;
    object["name"] = key.name;
    object["tier"] = json::string(plans::to_text(key.tier));
    object["regions"] = plans::texts(key.regions);
    object["fingerprint"] = key.fingerprint;
    object["from"] = rules::to_iso(key.from, zone);
    object["to"] = plans::iso(key.to, zone);
    object["revoked"] = plans::iso(key.revoked, zone);
    object["reason"] = key.reason;
    return object;
}

ApiResponse answer_off() {
    return answer_problem(404, "本机未启用上下级联动",
                          "documents of other tiers are not taken here");
}

ApiResponse answer_over_rate(Instant now) {
    ApiResponse answer =
        answer_problem(429, "文书过于频繁，请稍后再发", "too many documents; come again");
    const auto left = kMinute - now.time_since_epoch() % kMinute;
    answer.headers.emplace_back("Retry-After", std::to_string(left.count()));
    return answer;
}

// A receipt for who has proved who they are; a reason for everybody else.
ApiResponse answer_received(const FederationReceived& row,
                            const plans::FederationVerdict& verdict) {
    if (!row.receipt.empty()) {
        ApiResponse answer;
        answer.body = row.receipt;
        return answer;
    }
    const bool is_malformed = verdict.refusal == plans::FederationRefusal::kMalformed;
    const bool is_early = verdict.refusal == plans::FederationRefusal::kFromFuture;
    return answer_problem(is_malformed ? 422
                          : is_early   ? 409
                                       : 403,
                          "文书未被采信：" + row.why, "the document is not believed");
}

// One alone with ?number=, else a page of them.
template <class Rows>
ApiResponse answer_list(const Call& call, const CursorKind& kind, Rows rows) {
    const auto asked = cursor_paging_of(call, kind);
    if (!asked) return answer_bad_cursor(asked.error());
    CursorPaging paging = *asked;
    paging.page.per_page = std::min(paging.page.per_page, kFederationPerPage);
    return rows(paging);
}

std::int64_t number_asked(const Call& call) {
    const auto text = call.query_value("number");
    return text ? rules::parse_whole(*text, 1, rules::kWholeMost).value_or(0) : -1;
}

ApiResponse list_received(Session& db, const Call& call, rules::Zone zone) {
    return answer_list(call, kFederationDocumentsCursor, [&](const CursorPaging& paging) {
        json::array items;
        const std::int64_t number = number_asked(call);
        if (number >= 0) {
            const auto row = load_federation_document(db, number);
            if (row) items.push_back(received_json(*row, zone));
            return answer_page_of(items, paging.page);
        }
        for (const FederationReceived& row : list_federation_documents(db, paging.newest_first())) {
            items.push_back(received_json(row, zone));
        }
        const auto count = [&] { return count_federation_documents(db); };
        return answer_numbered_page(std::move(items), paging, kFederationDocumentsCursor, count);
    });
}

ApiResponse list_sent(Session& db, const Call& call, rules::Zone zone) {
    return answer_list(call, kFederationSendingsCursor, [&](const CursorPaging& paging) {
        json::array items;
        const std::int64_t number = number_asked(call);
        if (number >= 0) {
            const auto row = load_federation_sending(db, number);
            if (row) items.push_back(sending_view(*row, zone));
            return answer_page_of(items, paging.page);
        }
        for (const FederationSending& row : list_federation_sendings(db, paging.newest_first())) {
            items.push_back(sending_view(row, zone));
        }
        const auto count = [&] { return count_federation_sendings(db); };
        return answer_numbered_page(std::move(items), paging, kFederationSendingsCursor, count);
    });
}

}  // namespace

bool FederationService::is_over_rate(const plans::FederationVerdict& verdict, Instant now) {
    const FederationConfig& config = context_.config->federation;
    const std::string who = verdict.is_proved ? verdict.key->fingerprint : std::string();
    const int most = verdict.is_proved ? config.documents_per_minute : config.refused_per_minute;
    Rate& rate = rates_[who];
    const Instant minute{now.time_since_epoch() - now.time_since_epoch() % kMinute};
    if (rate.minute != minute) rate = {minute, 0};
    if (++rate.count <= most) return false;
    context_.metrics.add(Counter::kFederationComeAgain);
    if (rate.count == most + 1) {
        context_.log.write(kFederationOverRate,
                           {{"who", verdict.is_proved ? verdict.key->name : "未验签 / unproved"},
                            {"limit", most}});
    }
    return true;
}

void FederationService::say_received(const FederationReceived& row) {
    if (row.verdict == "taken" || row.verdict == "repeated") {
        context_.metrics.add(Counter::kFederationTaken);
        return;
    }
    context_.metrics.add(Counter::kFederationNotTaken);
    context_.log.write(kFederationRefused,
                       {{"remote", row.remote}, {"number", row.number}, {"why", row.verdict}});
}

asio::awaitable<ApiResponse> FederationService::receive(Call call) {
    const std::shared_ptr<const Config> config = context_.config;
    const FederationConfig& wanted = config->federation;
    if (!wanted.enabled || !wanted.trust) co_return answer_off();
    const DeskView desk = desk_view(context_);
    const std::string text = call.request.body;
    const plans::FederationView as{*wanted.trust, desk.pack->region_code, desk.now,
                                   wanted.clock_skew};
    const plans::FederationVerdict verdict = plans::check_federation(text, as);
    if (is_over_rate(verdict, desk.now)) co_return answer_over_rate(desk.now);
    const InboxView view{*wanted.trust, wanted.clock_skew,
                         static_cast<std::size_t>(wanted.refused_kept)};
    const std::string remote = call.request.remote;
    auto work = [&](Session& db) { return take_federation(db, desk, view, verdict, text, remote); };
    const TakenIn taken = co_await context_.store.transact(std::move(work));
    say_received(taken.row);
    if (taken.has_changed) {
        context_.events.wake();
        if (tasks_ != nullptr && tell_new_orders_) {
            tasks_->spawn("federation-assess", tell_new_orders_());
        }
    }
    co_return answer_received(taken.row, verdict);
}

asio::awaitable<ApiResponse> FederationService::show(Call call) {
    const std::shared_ptr<const Config> config = context_.config;
    const rules::Zone zone = context_.pack->zone;
    const std::string own = context_.pack->region_code;
    auto work = [&](Session& db) {
        json::array peers;
        for (const Lane& lane : lanes_) {
            const auto next = next_federation_sending(db, lane.peer.region);
            peers.push_back(json::object{{"name", lane.peer.name},
                                         {"region", lane.peer.region},
                                         {"above", plans::lies_below(own, lane.peer.region)},
                                         {"url", lane.peer.url},
                                         {"waiting", count_waiting_for(db, lane.peer.region)},
                                         {"answer", next ? next->answer : std::string()}});
        }
        return peers;
    };
    json::array peers = co_await context_.store.read(std::move(work), call.reader());
    json::array keys;
    json::array findings;
    if (const auto& trust = config->federation.trust) {
        for (const plans::TrustedKey& key : trust->keys) keys.push_back(key_json(key, zone));
        const rules::Faults found = plans::trust_findings(*trust, context_.clock.now());
        for (const rules::Fault& fault : found) {
            findings.emplace_back(rules::to_text(fault));
        }
    }
    json::object answer;
    answer["enabled"] = config->federation.enabled;
    answer["region"] = own;
    answer["fingerprint"] = plans::fingerprint_of(context_.signing_key.public_key_hex());
    answer["peers"] = std::move(peers);
    answer["keys"] = std::move(keys);
    answer["findings"] = std::move(findings);
    co_return answer_json(answer);
}

void FederationService::add_routes(Router& router) {
    const auto list = [this, &router](OperationId id, auto rows) {
        router.serve(id, kReaders, [this, rows](const Call& call) {
            const rules::Zone zone = context_.pack->zone;
            auto work = [call, rows, zone](Session& db) { return rows(db, call, zone); };
            return context_.store.read(std::move(work), call.reader());
        });
    };
    router.serve(operation::kReceiveFederationDocument, kAnyone,
                 [this](const Call& call) { return receive(call); });
    router.serve(operation::kShowFederation, kReaders,
                 [this](const Call& call) { return show(call); });
    list(operation::kListFederationDocuments, list_received);
    list(operation::kListFederationSendings, list_sent);
}

}  // namespace qk::daemon
