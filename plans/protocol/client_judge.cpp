#include "plans/protocol/client_judge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "plans/response/signing.hpp"
#include "plans/text/json.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::chrono::minutes kStatedOff{5};
constexpr std::chrono::minutes kFutureMost{10};
constexpr std::size_t kReadingsBefore = 4;  // fewer show no gap
constexpr std::size_t kShownBytes = 160;

struct Found {
    Score score = Score::kNotTested;
    std::string evidence;
};
Found pass(std::string evidence) { return {Score::kPass, std::move(evidence)}; }
Found fail(std::string evidence) { return {Score::kFail, std::move(evidence)}; }
Found not_tested(std::string why) { return {Score::kNotTested, std::move(why)}; }

struct HeardReceipt {
    const HeardMessage* message = nullptr;
    std::string order;
    std::int64_t revision = 0;
    std::string state;
    std::optional<rules::Instant> at;
    bool is_repeat = false;  // the same message once more
};

// Words of the contract, in their order.
int rank_of(std::string_view state) {
    constexpr std::string_view kStates[] = {"received", "accepted", "executing", "done", "refused"};
    const auto found = std::ranges::find(kStates, state);
    return static_cast<int>(found - std::begin(kStates));
}

std::string seconds_text(TrialTime time) {
    return fmt::format("{:.1f} s", static_cast<double>(time.count()) / 1000);
}

// What the schema says in words: a refusal has a reason, and what is signed holds by its own key.
// Whose key that is, the bureau knows.
std::string fault_in_words(const std::string& payload) {
    auto value = parse_json(payload, "receipt");
    if (!value || !value->is_object()) return {};
    if (string_or(*value, "state") == "refused" && string_or(*value, "note").empty()) {
        return "/note: 拒绝须写理由 / is needed for a refusal";
    }
    json::object& receipt = value->get_object();
    if (!receipt.contains("signature")) return {};
    const std::string key = string_or(*value, "key");
    const std::string signature = string_or(*value, "signature");
    receipt.erase("signature");
    receipt.erase("seq");
    if (verify_hex(key, Purpose::kReceipt, canonical_text(*value), signature)) return {};
    return "/signature: 与所写公钥不符 / does not hold by the key that is named";
}

// The queue and number of a message that says them.
std::optional<std::string> place_in_queue(const std::string& payload) {
    const auto value = parse_json(payload, "message");
    if (!value) return std::nullopt;
    const json::value* first = &*value;
    if (first->is_array() && !first->get_array().empty()) first = &first->get_array().front();
    const std::string sequence = string_or(*first, "seq");
    const std::size_t end = sequence.find('/', sequence.find('/') + 1);
    if (end == std::string::npos) return std::nullopt;
    return sequence.substr(0, end);
}

class ClientJudge {
 public:
    explicit ClientJudge(const ClientTrial& trial) : trial_(trial) { read_receipts(); }

    [[nodiscard]] Found judge(const std::string& id) const {
        static const std::map<std::string, std::function<Found(const ClientJudge&)>> kJudges = {
            {"ORD-1", [](const auto& of) { return of.answers_all(); }},
            {"ORD-2", [](const auto& of) { return of.is_not_caught(TrialOrder::kOlder); }},
            {"ORD-3", [](const auto& of) { return of.is_not_caught(TrialOrder::kForged); }},
            {"ORD-4", [](const auto& of) { return of.is_not_caught(TrialOrder::kAltered); }},
            {"ORD-5", [](const auto& of) { return of.is_not_caught(TrialOrder::kStrangeKey); }},
            {"ORD-6", [](const auto& of) { return of.is_not_caught(TrialOrder::kOfOther); }},
            {"ORD-7", [](const auto& of) { return of.answers(TrialOrder::kLifted); }},
            {"ORD-8", [](const auto& of) { return of.answers(TrialOrder::kHuge); }},
            {"ORD-9", [](const auto& of) { return of.answers_once(); }},
            {"ORD-10", [](const auto& of) { return of.answers(TrialOrder::kAfterGarbage); }},
            {"KEY-1", [](const auto& of) { return of.answers(TrialOrder::kNewKey); }},
            {"KEY-2", [](const auto& of) { return of.leaves_the_old_key(); }},
            {"RCP-1", [](const auto& of) { return of.fits("receipt"); }},
            {"RCP-2", [](const auto& of) { return of.is_qos_1(); }},
            {"RCP-3", [](const auto& of) { return of.answers_what_was_told(); }},
            {"RCP-4", [](const auto& of) { return of.keeps_the_order_of_states(); }},
            {"RCP-5", [](const auto& of) { return of.has_the_time(); }},
            {"RCP-6", [](const auto& of) { return of.retains_nothing(); }},
            {"STA-1", [](const auto& of) { return of.says_online(); }},
            {"STA-2", [](const auto& of) { return of.leaves_a_will(); }},
            {"LNK-1", [](const auto& of) { return of.answers(TrialOrder::kAfterCut); }},
            {"LNK-2", [](const auto& of) { return of.answers(TrialOrder::kAfterForgot); }},
            {"LNK-3", [](const auto& of) { return of.keeps_to_its_topics(); }},
            {"EXE-1", [](const auto& of) { return of.answers(TrialOrder::kExercise); }},
            {"EXE-2", [](const auto& of) { return of.keeps_exercises_apart(); }},
            {"MET-1", [](const auto& of) { return of.fits("meter"); }},
            {"MET-2", [](const auto& of) { return of.ends_intervals_by_now(); }},
            {"MET-3", [](const auto& of) { return of.back_fills(); }},
            {"DUR-1", [](const auto& of) { return of.sends_again(); }},
            {"DUR-2", [](const auto& of) { return of.lets_go(); }},
        };
        const auto found = kJudges.find(id);
        if (found == kJudges.end()) return not_tested("没有试验 / nothing tries it");
        return found->second(*this);
    }

 private:
    void read_receipts() {
        std::set<std::string> seen;
        for (const HeardMessage& message : trial_.heard) {
            if (!message.topic_end.ends_with("receipt")) continue;
            auto value = parse_json(message.payload, "receipt");
            if (!value || !value->is_object()) continue;
            HeardReceipt receipt;
            receipt.message = &message;
            receipt.order = string_or(*value, "order");
            receipt.revision =
                rules::whole_of(number_or(*value, "revision", 0), 0, rules::kWholeMost)
                    .value_or(-1);
            receipt.state = string_or(*value, "state");
            receipt.at = rules::parse_instant(string_or(*value, "at"), rules::kBeijingTime);
            // In another place of the queue it is another message.
            const std::string place = place_in_queue(message.payload).value_or("");
            value->get_object().erase("seq");
            receipt.is_repeat =
                !place.empty() && !seen.insert(place + canonical_text(*value)).second;
            receipts_.push_back(std::move(receipt));
        }
    }

    [[nodiscard]] const ToldOrder* told(TrialOrder which) const {
        const auto found = std::ranges::find(trial_.told, which, &ToldOrder::which);
        return found == trial_.told.end() ? nullptr : &*found;
    }
    [[nodiscard]] static bool is_of(const HeardReceipt& receipt, const ToldOrder& order) {
        return receipt.order == order.order && receipt.revision == order.revision;
    }
    [[nodiscard]] static std::string shown(const HeardMessage& message) {
        return message.topic_end + " " + message.payload.substr(0, kShownBytes);
    }
    [[nodiscard]] const HeardReceipt* first_answer(const ToldOrder& order) const {
        const std::string_view topic =
            order.which == TrialOrder::kExercise ? "exercise/receipt" : "receipt";
        for (const HeardReceipt& receipt : receipts_) {
            if (is_of(receipt, order) && receipt.state == "received" &&
                receipt.message->topic_end == topic && receipt.message->at >= order.at)
                return &receipt;
        }
        return nullptr;
    }
    [[nodiscard]] bool has_answered() const {
        const ToldOrder* first = told(TrialOrder::kFirst);
        return first != nullptr && first_answer(*first) != nullptr;
    }
    // From when it could know of the order.
    [[nodiscard]] TrialTime since(const ToldOrder& order) const {
        TrialTime at = order.at;
        for (const TrialCut& cut : trial_.cuts) {
            if (cut.from <= order.at && order.at <= cut.to) at = cut.to;
        }
        return at;
    }

    [[nodiscard]] Found answers(TrialOrder which) const {
        const ToldOrder* order = told(which);
        if (order == nullptr) return not_tested("这一步没有做 / this step was not made");
        const HeardReceipt* answer = first_answer(*order);
        if (answer == nullptr) {
            return fail(fmt::format("没有 received：{} 版本 {} / no `received` for revision {}",
                                    order->order, order->revision, order->revision));
        }
        const TrialTime took = answer->message->at - since(*order);
        const std::string said = fmt::format("版本 revision {}: {}", order->revision,
                                             seconds_text(std::max(took, TrialTime{0})));
        return took <= trial_.answer_within ? pass(said) : fail(said);
    }
    [[nodiscard]] Found answers_all() const {
        for (const TrialOrder which : {TrialOrder::kFirst, TrialOrder::kNewer}) {
            const Found found = answers(which);
            if (found.score != Score::kPass) return found;
        }
        return answers(TrialOrder::kNewer);
    }
    [[nodiscard]] Found is_not_caught(TrialOrder which) const {
        const ToldOrder* trap = told(which);
        if (trap == nullptr) return not_tested("这一步没有做 / this step was not made");
        for (const HeardReceipt& receipt : receipts_) {
            if (is_of(receipt, *trap)) return fail(shown(*receipt.message));
        }
        if (!has_answered()) {
            return not_tested("客户端没有答复过真的指令 / it has not answered a true order");
        }
        return pass(fmt::format("版本 {} 未被采用 / revision {} was not taken", trap->revision,
                                trap->revision));
    }
    [[nodiscard]] Found leaves_the_old_key() const {
        if (answers(TrialOrder::kNewKey).score != Score::kPass) {
            return not_tested("没有采用新钥 / it has not taken the new key");
        }
        return is_not_caught(TrialOrder::kOldKey);
    }
    [[nodiscard]] Found answers_once() const {
        const ToldOrder* order = told(TrialOrder::kNewer);
        if (order == nullptr || first_answer(*order) == nullptr) {
            return not_tested("没有答复 / it was not answered");
        }
        const auto count = std::ranges::count_if(receipts_, [&](const HeardReceipt& receipt) {
            return is_of(receipt, *order) && receipt.state == "received" && !receipt.is_repeat;
        });
        const std::string said = fmt::format("{} 次 received / times", count);
        return count == 1 ? pass(said) : fail(said);
    }

    [[nodiscard]] bool is_of_kind(const HeardMessage& message, std::string_view kind) const {
        return kind == "receipt" ? message.topic_end.ends_with("receipt")
                                 : message.topic_end.starts_with(std::string(kind) + "/");
    }
    [[nodiscard]] Found fits(std::string_view kind) const {
        std::size_t count = 0;
        for (const HeardMessage& message : trial_.heard) {
            if (!is_of_kind(message, kind)) continue;
            ++count;
            const auto faults = payload_faults(kind, message.payload);
            if (!faults.empty()) return fail(faults.front() + ": " + shown(message));
            const std::string fault = kind == "receipt" ? fault_in_words(message.payload) : "";
            if (!fault.empty()) return fail(fault + ": " + shown(message));
        }
        if (count == 0) return not_tested("没有收到 / none was heard");
        return pass(fmt::format("{} 条 messages", count));
    }
    [[nodiscard]] Found is_qos_1() const {
        if (receipts_.empty()) return not_tested("没有回执 / no receipt was heard");
        for (const HeardReceipt& receipt : receipts_) {
            if (receipt.message->qos == 0) return fail("QoS 0: " + shown(*receipt.message));
        }
        return pass(fmt::format("{} 条 messages", receipts_.size()));
    }
    [[nodiscard]] Found answers_what_was_told() const {
        if (receipts_.empty()) return not_tested("没有回执 / no receipt was heard");
        for (const HeardReceipt& receipt : receipts_) {
            const bool is_known = std::ranges::any_of(
                trial_.told, [&](const ToldOrder& order) { return is_of(receipt, order); });
            if (!is_known) return fail(shown(*receipt.message));
        }
        return pass(fmt::format("{} 条 messages", receipts_.size()));
    }
    [[nodiscard]] Found keeps_the_order_of_states() const {
        if (receipts_.empty()) return not_tested("没有回执 / no receipt was heard");
        std::map<std::pair<std::string, std::int64_t>, int> reached;
        for (const HeardReceipt& receipt : receipts_) {
            if (receipt.is_repeat) continue;
            const int rank = rank_of(receipt.state);
            int& before =
                reached.emplace(std::pair(receipt.order, receipt.revision), -1).first->second;
            const bool is_first = before < 0;
            // Refused at any time before it was done.
            const bool is_over = before == rank_of("done") && rank > before;
            const bool is_wrong = is_first ? receipt.state != "received" : rank < before || is_over;
            if (is_wrong) return fail(shown(*receipt.message));
            before = rank;
        }
        return pass(fmt::format("{} 份指令 orders", reached.size()));
    }
    // When its order was told first, or the beginning.
    [[nodiscard]] rules::Instant told_at(const HeardReceipt& receipt) const {
        const auto order = std::ranges::find_if(
            trial_.told, [&](const ToldOrder& one) { return is_of(receipt, one); });
        return instant_of(order == trial_.told.end() ? TrialTime{0} : order->at);
    }
    [[nodiscard]] Found retains_nothing() const {
        if (receipts_.empty()) return not_tested("没有回执 / no receipt was heard");
        if (!trial_.retained.empty()) return fail("保留 retained: " + trial_.retained.front());
        return pass("没有保留的 / none is retained");
    }
    [[nodiscard]] Found keeps_to_its_topics() const {
        if (!trial_.hears_all) {
            return not_tested("只在自启的消息服务器上听得到 / heard at a broker of our own only");
        }
        if (trial_.heard.empty()) return not_tested("客户端没有来过 / the client never came");
        if (!trial_.strayed.empty()) return fail(trial_.strayed.front());
        return pass("没有他人的主题 / no topic of another");
    }
    [[nodiscard]] Found has_the_time() const {
        std::size_t count = 0;
        for (const HeardReceipt& receipt : receipts_) {
            if (!receipt.at || receipt.is_repeat) continue;
            ++count;
            const rules::Instant arrived =
                trial_.began + std::chrono::floor<std::chrono::seconds>(receipt.message->at);
            // Given during a cut, it may come later, but never before there was something to
            // answer.
            const bool is_late = *receipt.at < arrived - kStatedOff && trial_.cuts.empty();
            const bool is_before = *receipt.at < told_at(receipt) - kStatedOff;
            if (is_late || is_before || *receipt.at > arrived + kStatedOff) {
                return fail(shown(*receipt.message));
            }
        }
        if (count == 0) return not_tested("没有回执 / no receipt was heard");
        return pass(fmt::format("{} 条 messages", count));
    }

    [[nodiscard]] const HeardMessage* heard_between(std::string_view topic_end,
                                                    std::string_view payload, TrialTime from,
                                                    TrialTime to) const {
        for (const HeardMessage& message : trial_.heard) {
            if (message.topic_end == topic_end && message.payload == payload &&
                message.at >= from && message.at <= to)
                return &message;
        }
        return nullptr;
    }
    [[nodiscard]] Found says_online() const {
        if (trial_.heard.empty()) return not_tested("客户端没有来过 / the client never came");
        if (heard_between("status", "online", TrialTime{0}, TrialTime::max()) == nullptr) {
            return fail("没有 online / none");
        }
        for (std::size_t i = 0; i < trial_.cuts.size(); ++i) {
            const TrialTime from = trial_.cuts[i].to;
            const bool is_last = i + 1 == trial_.cuts.size();
            const TrialTime to = is_last ? TrialTime::max() : trial_.cuts[i + 1].from;
            if (heard_between("status", "online", from, to) == nullptr) {
                return fail("断线重连后没有 online / none after a reconnect");
            }
        }
        return pass(fmt::format("{} 次重连 reconnects", trial_.cuts.size()));
    }
    [[nodiscard]] Found leaves_a_will() const {
        for (const TrialCut& cut : trial_.cuts) {
            if (!cut.is_ours) continue;
            const HeardMessage* will = heard_between("status", "offline", cut.from, cut.to);
            return will != nullptr ? pass(seconds_text(will->at - cut.from))
                                   : fail("断线后没有 offline / no `offline` after the cut");
        }
        return not_tested("没有切断过连接 / the link was not cut");
    }
    [[nodiscard]] Found keeps_exercises_apart() const {
        const ToldOrder* exercise = told(TrialOrder::kExercise);
        if (exercise == nullptr) return not_tested("这一步没有做 / this step was not made");
        for (const HeardReceipt& receipt : receipts_) {
            const bool is_exercise = receipt.order == exercise->order;
            if (is_exercise != (receipt.message->topic_end == "exercise/receipt")) {
                return fail(shown(*receipt.message));
            }
        }
        if (!has_answered()) {
            return not_tested("客户端没有答复过真的指令 / it has not answered a true order");
        }
        // Whoever counts both together takes the order after the exercise for an older one.
        const ToldOrder* after = told(TrialOrder::kAfterExercise);
        const bool is_mixed_up = first_answer(*exercise) != nullptr && after != nullptr &&
                                 first_answer(*after) == nullptr;
        if (is_mixed_up) return fail(answers(TrialOrder::kAfterExercise).evidence);
        return pass("两类回执各在其主题，版本各计 / each on its topic, revisions apart");
    }

    [[nodiscard]] std::vector<std::pair<rules::Instant, const HeardMessage*>> readings() const {
        std::vector<std::pair<rules::Instant, const HeardMessage*>> times;
        for (const HeardMessage& message : trial_.heard) {
            if (!is_of_kind(message, "meter")) continue;
            const auto value = parse_json(message.payload, "meter");
            if (!value) continue;
            const json::array one{*value};
            for (const json::value& item : value->is_array() ? value->get_array() : one) {
                const auto t = rules::parse_instant(string_or(item, "t"), rules::kBeijingTime);
                if (t) times.emplace_back(*t, &message);
            }
        }
        return times;
    }
    [[nodiscard]] rules::Instant instant_of(TrialTime time) const {
        return trial_.began + std::chrono::floor<std::chrono::seconds>(time);
    }
    [[nodiscard]] Found ends_intervals_by_now() const {
        const auto times = readings();
        if (times.empty()) return not_tested("没有读数 / no readings were heard");
        for (const auto& [t, message] : times) {
            if (t > instant_of(message->at) + kFutureMost) return fail(shown(*message));
        }
        return pass(fmt::format("{} 个读数 readings", times.size()));
    }
    // Only readings that come often enough can show a gap.
    [[nodiscard]] Found back_fills() const {
        const auto times = readings();
        for (const TrialCut& cut : trial_.cuts) {
            const rules::Instant from = instant_of(cut.from);
            const rules::Instant to = instant_of(cut.to);
            // By their times: what is sent again is one.
            std::set<rules::Instant> before;
            std::set<rules::Instant> within;
            bool has_later = false;
            for (const auto& [t, message] : times) {
                if (t <= from && t > from - 2 * (to - from)) before.insert(t);
                if (t > from && t <= to) within.insert(t);
                has_later |= t > to;
            }
            if (before.size() < kReadingsBefore || !has_later) continue;
            // One at the edge is no gap filled: half of what comes in such a time is wanted.
            const auto seconds_of = [](auto span) { return static_cast<double>(span.count()); };
            const double wanted = static_cast<double>(before.size() - 1) * seconds_of(to - from) /
                                  seconds_of(*before.rbegin() - *before.begin());
            const std::string said = fmt::format("断线期间 {} 个 of the cut", within.size());
            return static_cast<double>(within.size()) * 2 >= wanted ? pass(said) : fail(said);
        }
        return not_tested("读数太疏，或没有断线 / too few readings, or no cut");
    }

    // Queue and number of what was heard before the first cut, and after it.
    [[nodiscard]] Found sends_again() const {
        const auto cut = std::ranges::find_if(trial_.cuts, &TrialCut::is_ours);
        if (cut == trial_.cuts.end()) return not_tested("没有切断过连接 / the link was not cut");
        std::set<std::string> waiting;
        bool has_sequence = false;
        for (const HeardMessage& message : trial_.heard) {
            const auto place = place_in_queue(message.payload);
            if (!place) continue;
            if (message.at <= cut->from) waiting.insert(*place);
            if (message.at >= cut->to) waiting.erase(*place);
            has_sequence |= message.at <= cut->from;
        }
        if (!has_sequence) return not_tested("客户端不带 seq / it sends no seq");
        if (waiting.empty()) return pass("标记未越过的都重发了 / all was sent again");
        return fail(fmt::format("{} 条没有重发，如 {} / were not sent again", waiting.size(),
                                *waiting.begin()));
    }
    [[nodiscard]] Found lets_go() const {
        if (!trial_.marked_at) return not_tested("没有给过标记 / no mark was given");
        const auto cut = std::ranges::find_if(
            trial_.cuts, [this](const TrialCut& one) { return one.from >= *trial_.marked_at; });
        if (cut == trial_.cuts.end()) {
            return not_tested("给标记后没有重连 / no reconnect after the mark");
        }
        std::set<std::string> passed;
        for (const HeardMessage& message : trial_.heard) {
            const auto place = place_in_queue(message.payload);
            if (!place) continue;
            if (message.at <= *trial_.marked_at) passed.insert(*place);
            if (message.at >= cut->to && passed.contains(*place)) return fail(shown(message));
        }
        if (passed.empty()) return not_tested("客户端不带 seq / it sends no seq");
        return pass(fmt::format("{} 条 messages", passed.size()));
    }

    const ClientTrial& trial_;
    std::vector<HeardReceipt> receipts_;
};

}  // namespace

std::vector<ClauseScore> judge_client(const ClientTrial& trial) {
    const ClientJudge judge(trial);
    std::vector<ClauseScore> scores;
    for (Clause& clause : clauses_of("client")) {
        Found found = judge.judge(clause.id);
        scores.push_back({std::move(clause), found.score, std::move(found.evidence)});
    }
    return scores;
}

bool is_conforming(const std::vector<ClauseScore>& scores) {
    bool has_proved = false;
    for (const ClauseScore& one : scores) {
        if (one.score == Score::kFail && one.clause.is_must) return false;
        has_proved |= one.score == Score::kPass;
    }
    return has_proved;
}

std::string_view to_text(Score score) {
    switch (score) {
        case Score::kPass:
            return "pass";
        case Score::kFail:
            return "fail";
        case Score::kNotTested:
            return "not tested";
    }
    return "not tested";
}

}  // namespace qk::plans
