#include "daemon/watch/past_routes.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/watch.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/roster/matter_sources.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "daemon/watch/past_rows.hpp"
#include "plans/text/json_values.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr std::size_t kCasesShown = 1000;
constexpr std::size_t kMattersShown = 1000;
constexpr std::size_t kNoticesShown = 50;
constexpr std::size_t kWarningsShown = 100;
constexpr std::size_t kOrdersMost = 1000;  // of one page

rules::Result<Instant> asked_at(const Call& call, Instant now, rules::Zone zone) {
    const std::string text = call.query_value("at").value_or("");
    const auto at = rules::parse_instant(text, zone);
    if (!at) return rules::refuse("at: " + rules::not_a_time(text), rules::kTimeCure);
    if (*at > now) {
        return rules::refuse("at: 尚未到来 / is still to come",
                             "不晚于现在 / an instant that has passed");
    }
    return *at;
}

ApiResponse answer_not_a_past(const rules::Faults& faults) {
    return answer_problem(422, "不是可回放的时刻", "that is no instant to replay", faults);
}

json::object entry_json(const StoryEntry& entry, rules::Zone zone) {
    return {{"number", entry.number},
            {"at", plans::iso(entry.at, zone)},
            {"event", entry.event},
            {"kind", word_or_empty(entry.kind)},
            {"colour", word_or_empty(entry.colour)},
            {"person", entry.person},
            {"role", entry.role},
            {"reason", entry.why.reason},
            {"clause", entry.why.clause}};
}

json::array story_until(Session& db, const std::string& warning, Instant at, rules::Zone zone) {
    json::array story;
    for (const StoryEntry& entry : story_of(db, warning)) {
        if (entry.at <= at) story.emplace_back(entry_json(entry, zone));
    }
    return story;
}

// The last text that had gone out says what the public knew: the colour, and until when.
std::optional<StoredNotice> last_notice(Session& db, const std::string& warning, Instant at) {
    for (StoredNotice& one : list_notices(db, warning, {.limit = kNoticesShown})) {
        if (one.sent <= at) return std::move(one);
    }
    return std::nullopt;
}

// A stretch of a colour that has ruled is never changed afterwards, so that of the instant is the
// one there is now. One that was decided and had not begun may have been cut since: the text that
// was published tells of it.
json::object warning_json(Session& db, const StoredWarning& stored,
                          const std::vector<PastChange>& pending, Instant at, rules::Zone zone) {
    const rules::Warning& state = stored.state;
    json::object object{{"id", state.id},
                        {"exercise", state.exercise},
                        {"created_at", plans::iso(stored.created_at, zone)},
                        {"colour", nullptr},
                        {"mandatory", false},
                        {"from", nullptr},
                        {"lifted", state.lifted_at && *state.lifted_at <= at},
                        {"published", nullptr},
                        {"pending", nullptr}};
    const bool is_lifted = state.lifted_at && *state.lifted_at <= at;
    const rules::Segment* segment = is_lifted ? nullptr : rules::segment_at(state, at);
    if (segment != nullptr) {
        object["colour"] = plans::word(rules::to_text(segment->colour));
        object["mandatory"] = segment->mandatory;
        object["from"] = plans::iso(segment->from, zone);
    }
    if (const auto notice = last_notice(db, state.id, at)) {
        object["published"] = json::object{{"identifier", notice->identifier},
                                           {"kind", notice->kind},
                                           {"colour", plans::word(rules::to_text(notice->colour))},
                                           {"sent", plans::iso(notice->sent, zone)},
                                           {"headline", notice->headline},
                                           {"body", notice->body},
                                           {"expected_to", plans::iso(notice->expected_to, zone)}};
    }
    const auto change = std::ranges::find(pending, state.id, &PastChange::warning);
    if (change != pending.end()) {
        object["pending"] = json::object{{"number", change->number},
                                         {"kind", change->kind},
                                         {"colour", change->colour},
                                         {"proposer", change->proposer},
                                         {"proposed_at", plans::iso(change->proposed_at, zone)}};
    }
    object["story"] = story_until(db, state.id, at, zone);
    return object;
}

// The newest that there were at the instant, of numbers below `below`, and one more where there is
// one: those that came later are passed over however many they are, or a look far back would find
// nothing.
std::vector<StoredWarning> warnings_until(Session& db, Instant at, std::int64_t below) {
    std::vector<StoredWarning> found;
    for (;;) {
        auto page = load_warnings(db, {}, {.limit = kWarningsShown, .below = below});
        if (page.empty()) return found;
        below = page.back().number;
        for (StoredWarning& one : page) {
            if (one.created_at <= at) found.push_back(std::move(one));
            if (found.size() > kWarningsShown) return found;
        }
    }
}

// `warnings_below` asks for the ones before them; null: there are none.
void add_warnings(json::object& object, Session& db, Instant at, std::int64_t below,
                  rules::Zone zone) {
    const auto pending = changes_pending_at(db, at);
    json::array warnings;
    json::value next = nullptr;
    std::vector<StoredWarning> found = warnings_until(db, at, below);
    if (found.size() > kWarningsShown) {
        found.pop_back();
        next = found.back().number;
    }
    for (const StoredWarning& stored : found) {
        warnings.emplace_back(warning_json(db, stored, pending, at, zone));
    }
    object["warnings"] = std::move(warnings);
    object["warnings_below"] = std::move(next);
}

json::array counts_json(Session& db, Instant at) {
    json::array counts;
    for (const PastCount& one : count_orders_at(db, at)) {
        counts.emplace_back(
            json::object{{"state", one.state}, {"exercise", one.exercise}, {"orders", one.orders}});
    }
    return counts;
}

json::array cases_json(Session& db, Instant at, rules::Zone zone) {
    json::array cases;
    for (const PastCase& one : cases_at(db, at, kCasesShown)) {
        cases.emplace_back(json::object{{"number", one.number},
                                        {"kind", one.kind},
                                        {"enterprise", one.enterprise},
                                        {"warning", one.warning},
                                        {"text", one.text},
                                        {"opened_at", plans::iso(one.opened_at, zone)},
                                        {"step", one.step},
                                        {"person", one.person},
                                        {"step_at", plans::iso(one.step_at, zone)},
                                        {"closed", one.closed}});
    }
    return cases;
}

json::array matters_json(Session& db, Instant at, rules::Zone zone) {
    json::array matters;
    for (const PastMatter& one : matters_open_at(db, at, kMattersShown)) {
        matters.emplace_back(json::object{{"number", one.number},
                                          {"kind", one.kind},
                                          {"text", one.text},
                                          {"exercise", one.exercise},
                                          {"opened_at", plans::iso(one.opened_at, zone)},
                                          {"deadline", plans::iso(one.deadline, zone)}});
    }
    return matters;
}

asio::awaitable<ApiResponse> show_past(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const rules::Zone zone = context.pack->zone;
    const Instant now = context.clock.now();
    const auto at = asked_at(call, now, zone);
    if (!at) co_return answer_not_a_past(at.error());
    const auto below =
        rules::parse_whole(call.query_value("warnings_below").value_or(""), 1, rules::kWholeMost)
            .value_or(rules::kWholeMost);
    auto work = [at = *at, now, below, zone](Session& db) {
        const auto kept = span_of_stories(db);
        json::object object{{"at", plans::iso(at, zone)},
                            {"now", plans::iso(now, zone)},
                            {"first", nullptr},
                            {"orders", counts_json(db, at)},
                            {"cases", cases_json(db, at, zone)},
                            {"cases_total", count_cases_at(db, at)},
                            {"matters", matters_json(db, at, zone)}};
        add_warnings(object, db, at, below, zone);
        if (kept) object["first"] = plans::iso(kept->from, zone);
        return answer_json(object);
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> list_past_orders(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const rules::Zone zone = context.pack->zone;
    const auto at = asked_at(call, context.clock.now(), zone);
    if (!at) co_return answer_not_a_past(at.error());
    const std::string after = call.query_value("after").value_or("");
    auto work = [at = *at, after, zone](Session& db) {
        const auto orders = orders_at(db, at, after, kOrdersMost);
        json::array items;
        for (const PastOrder& one : orders) {
            items.emplace_back(json::object{{"enterprise", one.enterprise},
                                            {"warning", one.warning},
                                            {"order", one.order},
                                            {"revision", one.revision},
                                            {"issued_at", plans::iso(one.issued_at, zone)},
                                            {"state", one.state},
                                            {"state_at", plans::iso(one.state_at, zone)}});
        }
        const bool is_last = orders.size() < kOrdersMost;
        return answer_json(json::object{
            {"items", std::move(items)},
            {"after", is_last ? json::value(nullptr) : json::value(orders.back().enterprise)}});
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

}  // namespace

void add_past_routes(Router& router, Context& context) {
    router.serve(operation::kShowPast, kReaders,
                 [&context](const Call& call) { return show_past(context, call); });
    router.serve(operation::kListPastOrders, kReaders,
                 [&context](const Call& call) { return list_past_orders(context, call); });
}

}  // namespace qk::daemon
