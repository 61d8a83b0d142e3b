#include "sim/prove/checkers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>

#include "plans/text/json.hpp"
#include "sim/story/compare.hpp"

namespace qk::sim {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr std::size_t kPage = 1000;
constexpr std::size_t kPagesMax = 1000;
constexpr std::size_t kNamedMax = 5;  // of each checker
// In so many bytes of the journal some were taken in before.
constexpr std::uint64_t kJournalBytesTakenIn = 6000;

std::string text_in(const json::value& item, std::string_view name) {
    return plans::string_or(item, name);
}

std::int64_t whole_in(const json::value& item, std::string_view name) {
    return static_cast<std::int64_t>(plans::number_or(item, name, 0));
}

bool is_true(const json::value& item, std::string_view name) {
    const json::value* found = plans::find_member(item, name);
    return found != nullptr && found->is_bool() && found->as_bool();
}

using Named = std::vector<std::string>;
using Checker = void (*)(const Evidence& evidence, Named& wrong);

// Every message that the daemon has acknowledged is stored once, or rejected once. What a disk has
// lost is said in the log, and no more than that is missing.
void each_acknowledged_message_is_there(const Evidence& evidence, Named& wrong) {
    std::map<std::pair<std::string, std::string>, int> readings;
    for (const json::value& reading : evidence.answers.readings) {
        ++readings[{text_in(reading, "meter"), text_in(reading, "t")}];
    }
    std::map<std::string, int> receipts;
    for (const json::value& receipt : evidence.answers.receipts) {
        ++receipts[fmt::format("{} {} {}", text_in(receipt, "order"), whole_in(receipt, "revision"),
                               text_in(receipt, "state"))];
    }
    std::set<std::string> rejected;
    for (const json::value& one : evidence.answers.rejected) {
        rejected.insert(text_in(one, "topic") + " " + text_in(one, "payload"));
    }
    for (const auto& [key, count] : readings) {
        if (count != 1)
            wrong.push_back(fmt::format("{} {}: {} times", key.first, key.second, count));
    }
    std::set<std::pair<std::string, std::string>> missing;
    Named lost;
    std::int64_t messages_lost = 0;
    for (const SimBroker::Message& message : evidence.broker.acknowledged()) {
        const std::size_t lost_before = lost.size();
        const auto body = plans::parse_json(message.payload, "payload");
        if (rejected.contains(message.topic + " " + message.payload)) continue;
        if (!body && !message.topic.ends_with("/status")) {
            lost.push_back("what nobody can read on " + message.topic + " is not there");
            ++messages_lost;
        }
        if (!body) continue;
        if (message.topic.ends_with("/receipt")) {
            const std::string key =
                fmt::format("{} {} {}", text_in(*body, "order"), whole_in(*body, "revision"),
                            text_in(*body, "state"));
            if (receipts[key] == 0) lost.push_back("receipt " + key + " is not there");
            messages_lost += lost.size() > lost_before ? 1 : 0;
            continue;
        }
        const std::size_t meter_at = message.topic.find("/meter/");
        if (meter_at == std::string::npos) continue;
        const std::string meter = message.topic.substr(meter_at + 7);
        const json::array one{*body};
        for (const json::value& reading : body->is_array() ? body->as_array() : one) {
            const std::pair<std::string, std::string> key{meter, text_in(reading, "t")};
            if (!readings.contains(key) && missing.insert(key).second) {
                lost.push_back(fmt::format("{} {} is not there", key.first, key.second));
            }
        }
        messages_lost += lost.size() > lost_before ? 1 : 0;
    }
    const bool is_said =
        evidence.spoiled.journal_bytes_gone > 0
            ? evidence.said.has("JOURNAL_PLACE_LOST") || evidence.said.has("JOURNAL_MISSING")
            : messages_lost <= evidence.said.records_lost;
    if (evidence.spoiled.has_taken_messages() && is_said) return;
    std::ranges::move(lost, std::back_inserter(wrong));
}

// A write that was answered with success has happened once.
void each_confirmed_command_happened_once(const Evidence& evidence, Named& wrong) {
    if (evidence.spoiled.is_audit_cut) return;
    std::map<std::string, int> done;
    for (const json::value& entry : evidence.answers.audit) {
        const std::string action = text_in(entry, "action");
        if (!action.starts_with("warning.") || action == "warning.participants") continue;
        ++done[text_in(entry, "person") + " " + text_in(entry, "subject")];
    }
    std::map<std::string, int> confirmed;
    for (const auto& [call, count] : evidence.witnessed.confirmed) {
        const std::size_t from = call.find("/warnings/");
        if (from == std::string::npos) continue;
        const std::string id = call.substr(from + 10, call.rfind('/') - from - 10);
        confirmed[call.substr(0, call.find(' ')) + " " + id] += count;
    }
    for (const auto& [who, count] : confirmed) {
        if (done[who] != count) {
            wrong.push_back(fmt::format("{}: {} confirmed, {} done", who, count, done[who]));
        }
    }
}

// What the broker retains is what the daemon says each owes, and everybody holds it.
void everybody_holds_the_order_in_force(const Evidence& evidence, Named& wrong) {
    std::map<std::string, std::int64_t> retained;
    for (const auto& [topic, payload] : evidence.broker.retained()) {
        if (!topic.ends_with("/order")) continue;
        const auto order = plans::parse_json(payload, topic);
        if (order) retained[text_in(*order, "enterprise")] = whole_in(*order, "revision");
    }
    for (const json::value& order : evidence.answers.orders) {
        const std::string id = text_in(order, "enterprise");
        const std::int64_t revision = whole_in(order, "revision");
        if (retained[id] != revision) {
            wrong.push_back(fmt::format("{}: revision {} in force, {} at the broker", id, revision,
                                        retained[id]));
        }
        const auto member = evidence.world.find(id);
        const std::int64_t held = member ? evidence.world.held_revision(*member) : revision;
        if (held != revision) {
            wrong.push_back(fmt::format("{}: revision {} in force, {} held", id, revision, held));
        }
    }
}

void each_order_is_answered_or_called_about(const Evidence& evidence, Named& wrong) {
    std::set<std::string> called;
    for (const json::value& call : evidence.answers.calls)
        called.insert(text_in(call, "enterprise"));
    for (const json::value& order : evidence.answers.orders) {
        const std::string state = text_in(order, "receipt_state");
        const std::string id = text_in(order, "enterprise");
        if (state.empty() || state == "none") {
            if (!called.contains(id)) wrong.push_back(id + " has not answered and is on no list");
        }
    }
}

// Orders are those that people have signed, and each warning that people have signed for has them.
void no_order_without_a_decision(const Evidence& evidence, Named& wrong) {
    for (const json::value& order : evidence.answers.orders) {
        const std::string warning = text_in(order, "warning");
        if (!warning.empty() && !evidence.witnessed.decided.contains(warning)) {
            wrong.push_back(text_in(order, "enterprise") + ": " + warning + " was not signed for");
        }
    }
    const bool is_decided = !evidence.witnessed.decided.empty();
    if (is_decided && evidence.answers.orders.empty()) wrong.push_back("signed, and no orders");
}

// Whoever obeys is never accused, and what a verdict cites was sent; a breach cites something.
void every_breach_is_founded(const Evidence& evidence, Named& wrong) {
    json::array items;
    for (const json::value& item : evidence.answers.verdicts) items.push_back(item);
    const auto judged = read_judged(items, evidence.zone);
    if (!judged) {
        wrong.push_back(rules::to_text(judged.error()));
        return;
    }
    const Comparison compared = compare(evidence.world, *judged, evidence.zone);
    for (const std::string& one : compared.false_accusations) wrong.push_back(one);
    for (const std::string& one : compared.made_up_evidence) wrong.push_back("cites " + one);
    for (const JudgedWindow& verdict : *judged) {
        const bool cites = std::ranges::any_of(
            verdict.evidence, [](const auto& cited) { return !cited.readings.empty(); });
        if (verdict.is_breach() && !cites) wrong.push_back(verdict.obligation + " cites nothing");
    }
}

// Nobody is held to an order before the broker had it.
void nobody_is_held_to_what_is_not_known(const Evidence& evidence, Named& wrong) {
    for (const json::value& verdict : evidence.answers.verdicts) {
        const json::value* delivery = plans::find_member(verdict, "delivery");
        if (delivery == nullptr) continue;
        const auto known = rules::parse_instant(text_in(*delivery, "known_from"), evidence.zone);
        const auto taken = evidence.witnessed.first_order.find(text_in(verdict, "enterprise"));
        const bool was_taken = taken != evidence.witnessed.first_order.end();
        if (!known || (was_taken && taken->second <= *known)) continue;
        wrong.push_back(fmt::format("{} counts as known from {}, when it had not left",
                                    text_in(verdict, "obligation"),
                                    text_in(*delivery, "known_from")));
    }
}

// It holds, unless somebody has cut off its end: then it says so for good.
void the_audit_log_holds(const Evidence& evidence, Named& wrong) {
    if (evidence.spoiled.is_audit_cut) {
        const bool holds = is_true(evidence.answers.audit_check, "holds");
        if (holds) wrong.emplace_back("its end was cut off, and it holds");
        return;
    }
    if (!is_true(evidence.answers.audit_check, "holds")) {
        wrong.push_back(plans::to_text(evidence.answers.audit_check));
    }
}

void decisions_compute_again(const Evidence& evidence, Named& wrong) {
    for (const json::value& one : evidence.answers.explanations) {
        if (is_true(one, "holds")) continue;
        wrong.push_back(fmt::format("{} computed again, {} equal", whole_in(one, "recomputed"),
                                    whole_in(one, "equal")));
    }
}

// The daemon refused nobody who did what the story asks, and gives all answers.
void nobody_was_refused(const Evidence& evidence, Named& wrong) {
    for (const std::string& one : evidence.witnessed.refused) wrong.push_back(one);
    for (const std::string& one : evidence.answers.refused) wrong.push_back(one);
}

// The day comes to its end: one warning, signed for and lifted.
void the_day_comes_to_its_end(const Evidence& evidence, Named& wrong) {
    if (evidence.answers.warnings.empty()) wrong.push_back("nothing was proposed");
    for (const json::value& warning : evidence.answers.warnings) {
        const std::string standing = text_in(warning, "standing");
        if (standing != "lifted" && standing != "evaluated" && standing != "archived") {
            wrong.push_back(text_in(warning, "id") + " is " + standing);
        }
    }
}

void what_was_seen_on_the_way(const Evidence& evidence, Named& wrong) {
    wrong = evidence.witnessed.violations;
}

void nothing_was_thrown_away(const Evidence& evidence, Named& wrong) {
    const std::size_t lost = evidence.broker.thrown_away();
    if (lost > 0 && !evidence.may_have_lost) {
        wrong.push_back(fmt::format("{} messages came before anybody had subscribed", lost));
    }
}

// The simulated world measures nothing ahead of time: what a wrong clock takes for that waits.
void nothing_true_is_refused(const Evidence& evidence, Named& wrong) {
    for (const json::value& one : evidence.answers.rejected) {
        const std::string why = text_in(one, "why");
        if (why.find("future") != std::string::npos) {
            wrong.push_back(text_in(one, "topic") + ": " + why);
        }
    }
}

// Every loss has its line in the log, and every refusal.
void what_was_lost_is_said(const Evidence& evidence, Named& wrong) {
    const SaidInLog& said = evidence.said;
    if (evidence.broker.dropped() > 0 && !said.has("BROKER_DROPPED")) {
        wrong.push_back(fmt::format("the broker has dropped {} messages, and the log says nothing",
                                    evidence.broker.dropped()));
    }
    if (evidence.spoiled.has_place_shifted && !said.has("JOURNAL_PLACE_LOST")) {
        wrong.emplace_back("the place in the journal was another, and the log says nothing");
    }
    const bool is_gone = evidence.spoiled.journal_bytes_gone > kJournalBytesTakenIn;
    if (is_gone && !said.has("JOURNAL_PLACE_LOST") && !said.has("JOURNAL_MISSING")) {
        wrong.emplace_back("the journal was gone, and the log says nothing");
    }
    if (evidence.was_clock_back && !said.has("CLOCK_JUMPED")) {
        wrong.emplace_back("the clock was set back, and the log says nothing");
    }
    if (!evidence.answers.rejected.empty() && !said.has("MESSAGE_REJECTED")) {
        wrong.emplace_back("messages were rejected, and the log says nothing");
    }
}

struct NamedChecker {
    std::string_view name;
    Checker check;
    // Also of a day in which the daemon took what is for what will be, and people were told to try
    // again.
    bool holds_with_wrong_clock = false;
};
constexpr std::array<NamedChecker, 15> kCheckers{{
    {"acknowledged", each_acknowledged_message_is_there, true},
    {"commands", each_confirmed_command_happened_once},
    {"orders", everybody_holds_the_order_in_force},
    {"answers", each_order_is_answered_or_called_about},
    {"decisions", no_order_without_a_decision},
    {"breaches", every_breach_is_founded, true},
    {"known", nobody_is_held_to_what_is_not_known},
    {"audit", the_audit_log_holds, true},
    {"recomputed", decisions_compute_again, true},
    {"calls", nobody_was_refused},
    {"story", the_day_comes_to_its_end},
    {"order of orders", what_was_seen_on_the_way, true},
    {"subscribed", nothing_was_thrown_away, true},
    {"log", what_was_lost_is_said, true},
    {"clock", nothing_true_is_refused, true},
}};

awaitable<json::value> ask(Link& link, std::string target, std::vector<std::string>& refused) {
    ApiCall call;
    call.who = Who::kAuditor;
    call.target = std::move(target);
    const ApiReply reply = co_await link.call(call);
    const auto parsed = plans::parse_json(reply.body, call.target);
    if (reply.is_ok() && parsed) co_return *parsed;
    refused.push_back(fmt::format("GET {}: {} {}", call.target, reply.status, reply.body));
    co_return json::value(nullptr);
}

awaitable<std::vector<json::value>> ask_list(Link& link, std::string target,
                                             std::vector<std::string>& refused) {
    std::vector<json::value> all;
    for (std::size_t page = 1; page <= kPagesMax; ++page) {
        const char join = target.find('?') == std::string::npos ? '?' : '&';
        const json::value answer = co_await ask(
            link, fmt::format("{}{}page={}&per_page={}", target, join, page, kPage), refused);
        const json::value* items = plans::find_member(answer, "items");
        if (items == nullptr || !items->is_array()) break;
        for (const json::value& item : items->as_array()) all.push_back(item);
        if (items->as_array().size() < kPage) break;
    }
    co_return all;
}

// When it ends. Its beginning is when the order could be known: some seconds or minutes later where
// the daemon died over it, and then rightly so.
std::string end_words(const json::value& verdict) {
    const json::value* window = plans::find_member(verdict, "window");
    return window == nullptr ? "" : text_in(*window, "to");
}

}  // namespace

awaitable<Answers> ask_all(Link& link, const World& world) {
    Answers answers;
    std::vector<std::string>& refused = answers.refused;
    answers.orders = co_await ask_list(link, "/api/v1/orders", refused);
    answers.receipts = co_await ask_list(link, "/api/v1/receipts", refused);
    answers.calls = co_await ask_list(link, "/api/v1/phone-list", refused);
    answers.rejected = co_await ask_list(link, "/api/v1/rejected", refused);
    answers.verdicts = co_await ask_list(link, "/api/v1/verdicts", refused);
    answers.warnings = co_await ask_list(link, "/api/v1/warnings", refused);
    answers.audit = co_await ask_list(link, "/api/v1/audit", refused);
    answers.audit_check = co_await ask(link, "/api/v1/audit/check", refused);
    for (const plans::Meter& meter : world.inventory().meters) {
        const std::string id(std::string_view(meter.id));
        // Of all time: unasked, the daemon shows the last day alone.
        const std::string target = "/api/v1/readings?meter=" + id + "&from=1970-01-01T00:00:00Z";
        std::vector<json::value> some = co_await ask_list(link, target, refused);
        for (json::value& reading : some) answers.readings.push_back(std::move(reading));
    }
    for (const json::value& warning : answers.warnings) {
        json::value explained =
            co_await ask(link, "/api/v1/warnings/" + text_in(warning, "id") + "/explain", refused);
        answers.explanations.push_back(std::move(explained));
    }
    co_return answers;
}

std::vector<std::string> violations_of(const Evidence& evidence) {
    std::vector<std::string> all;
    for (const NamedChecker& checker : kCheckers) {
        if (evidence.was_clock_back && !checker.holds_with_wrong_clock) continue;
        Named wrong;
        checker.check(evidence, wrong);
        for (std::size_t i = 0; i < wrong.size() && i < kNamedMax; ++i) {
            all.push_back(fmt::format("{}: {}", checker.name, wrong[i]));
        }
        if (wrong.size() > kNamedMax) {
            all.push_back(fmt::format("{}: {} more", checker.name, wrong.size() - kNamedMax));
        }
    }
    return all;
}

std::vector<std::string> end_of(const Answers& answers) {
    std::vector<std::string> lines;
    for (const json::value& order : answers.orders) {
        lines.push_back(fmt::format("order {} {} {}", text_in(order, "enterprise"),
                                    whole_in(order, "revision"), text_in(order, "receipt_state")));
    }
    for (const json::value& receipt : answers.receipts) {
        lines.push_back(fmt::format("receipt {} {} {}", text_in(receipt, "order"),
                                    whole_in(receipt, "revision"), text_in(receipt, "state")));
    }
    for (const json::value& reading : answers.readings) {
        lines.push_back(fmt::format("reading {} {} {}", text_in(reading, "meter"),
                                    text_in(reading, "t"), plans::number_or(reading, "kw", -1)));
    }
    for (const json::value& verdict : answers.verdicts) {
        lines.push_back(fmt::format("verdict {} {} {}", text_in(verdict, "obligation"),
                                    end_words(verdict), text_in(verdict, "compliance")));
    }
    for (const json::value& warning : answers.warnings) {
        lines.push_back(fmt::format("warning {} {} {}", text_in(warning, "id"),
                                    text_in(warning, "standing"), whole_in(warning, "changes")));
    }
    // What comes twice is refused twice.
    std::set<std::string> refused;
    for (const json::value& one : answers.rejected) {
        refused.insert("rejected " + text_in(one, "topic") + " " + text_in(one, "why"));
    }
    lines.insert(lines.end(), refused.begin(), refused.end());
    std::ranges::sort(lines);
    return lines;
}

}  // namespace qk::sim
