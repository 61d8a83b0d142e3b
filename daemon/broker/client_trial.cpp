#include "daemon/broker/client_trial.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <set>

#include "daemon/base/files.hpp"
#include "daemon/base/message_sequence.hpp"
#include "daemon/broker/passwords.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"

namespace qk::broker {
namespace {

namespace json = boost::json;
using plans::TrialOrder;
using plans::TrialTime;

constexpr TrialTime kSlice{100};
constexpr std::chrono::seconds kSettle{3};
constexpr std::chrono::seconds kExerciseWithin{15};  // where none is taken, the trial goes on
constexpr std::chrono::seconds kWillWithin{5};
// A gap of the cut shows only beside readings of the time before it.
constexpr std::chrono::seconds kReadingsWithin{15};
constexpr std::int64_t kReadingsWanted = 6;
constexpr std::int64_t kDrillRevision = 1000;  // above all of the orders
constexpr std::size_t kHeardMost = 100'000;
constexpr std::size_t kStrayedMost = 100;
constexpr std::size_t kHugeObligations = 100;
constexpr std::size_t kHugeDetailBytes = 2100;
constexpr const char* kTrialUser = "qingkong-trial";

class ClientStory {
 public:
    explicit ClientStory(const ClientTrialWishes& wishes)
        : wishes_(wishes),
          stem_(fmt::format("qingkong/1/{}/{}/", wishes.region, wishes.enterprise)) {
        trial_.began = wishes.began;
        trial_.answer_within = wishes.answer_within;
        trial_.hears_all = wishes.own.has_value();
    }

    rules::Result<plans::ClientTrial> play() {
        if (const auto open = open_broker(); !open) return open.error();
        if (const auto come = come_in(); !come) return come.error();
        wishes_.is_ready(wishes_.own ? proxy_.port() : wishes_.door.port);
        wishes_.say("等待客户端 waiting for the client");
        if (!wait_for(wishes_.join_within, [this] { return !trial_.heard.empty(); })) {
            return rules::refuse("客户端没有来 the client did not come",
                                 fmt::format("在 {} 秒内连接并发布 online connect and say `online` "
                                             "within so many seconds",
                                             wishes_.join_within.count()));
        }
        play_orders();
        play_traps();
        play_shapes();
        look_at_retained();
        if (wishes_.own) {
            await_readings();
            play_cut();
            if (const auto forgot = play_forgetting(); !forgot) return forgot.error();
        }
        if (wishes_.next_key) play_keys();
        wait_for(kSettle, [] { return false; });
        clear_topics();
        return std::move(trial_);
    }

 private:
    // ---- The broker ----

    rules::Result<void> open_broker() {
        if (!wishes_.own) return {};
        own_password_ = new_password();
        broker_.emplace(
            wishes_.own->program, 1,
            [this](const std::string& folder,
                   const std::vector<std::uint16_t>& ports) -> rules::Result<std::string> {
                const Users users{
                    {kTrialUser, password_hash(own_password_)},
                    {wishes_.own->client_user, password_hash(wishes_.own->client_password)}};
                const std::string file = folder + "/passwords";
                if (auto written = write_file(file, to_text(users)); !written)
                    return written.error();
                // Nothing is kept on purpose: after a restart it has forgotten all.
                return fmt::format(
                    "listener {} 127.0.0.1\nallow_anonymous false\npassword_file {}\n"
                    "persistence false\nlog_dest file {}/mosquitto.log\n{}",
                    ports.front(), file, folder, ::geteuid() == 0 ? "user root\n" : "");
            });
        if (auto started = broker_->start(); !started) return started;
        return proxy_.start(wishes_.own->port, broker_->port(0));
    }
    rules::Result<void> come_in() {
        ProbeDoor door = wishes_.door;
        ProbeLogin login = wishes_.login;
        if (wishes_.own) {
            door = ProbeDoor{.port = broker_->port(0)};
            login = {"qingkong-trial", kTrialUser, own_password_, false};
        }
        probe_ = std::make_unique<Probe>(door, login);
        const bool is_in = probe_->connect() == ProbeAnswer::kTaken &&
                           probe_->subscribe(filter()) == ProbeAnswer::kTaken;
        if (is_in) return {};
        return rules::refuse(
            "消息服务器不让试验进入 the broker does not let the trial in",
            "读写该企业全部主题的用户 a user that may read and write all topics of "
            "the enterprise");
    }

    // At a broker of somebody else, all topics are none of ours.
    [[nodiscard]] std::string filter() const { return wishes_.own ? "#" : stem_ + "#"; }

    // ---- Time and messages ----

    template <typename Condition>
    bool wait_for(std::chrono::milliseconds within, Condition is_so) {
        const TrialTime until = now_ + within;
        while (!is_so()) {
            if (now_ >= until) return false;
            listen();
            // Whoever comes is sent the present order again (clause BUR-3).
            if (std::exchange(must_tell_again_, false) && !present_.empty())
                publish("order", present_);
        }
        return true;
    }
    void listen() {
        auto message = probe_->next(kSlice);
        if (!message) {
            now_ += kSlice;
            return;
        }
        now_ += TrialTime{1};
        if (!message->topic.starts_with(stem_)) {
            if (trial_.strayed.size() < kStrayedMost) trial_.strayed.push_back(message->topic);
            return;
        }
        const std::string end = message->topic.substr(stem_.size());
        static const std::set<std::string> kOurs{"order", "exercise/order", "durable"};
        if (end.empty() || kOurs.contains(end) || trial_.heard.size() >= kHeardMost) return;
        // Of a trial before this one, or of this: it was heard as it came.
        if (message->is_retained) {
            if (looks_at_retained_) trial_.retained.push_back(end);
            emptied_.insert(end);
            publish(end, "");
            return;
        }
        if (message->payload.empty() && emptied_.erase(end) > 0) return;
        if (const auto sequence = daemon::sequence_of(message->payload)) {
            daemon::SpoolMark& mark = marks_[sequence->spool];
            if (sequence->number >= mark.up_to) {
                mark = {sequence->spool, sequence->number, sequence->check};
            }
        }
        must_tell_again_ |= end == "status" && message->payload == "online";
        trial_.heard.push_back({end, std::move(message->payload), message->qos, now_});
    }
    bool is_answered(std::int64_t revision, const std::string& topic_end) const {
        for (const plans::HeardMessage& message : trial_.heard) {
            if (message.topic_end != topic_end) continue;
            const auto value = plans::parse_json(message.payload, "receipt");
            if (value && plans::number_or(*value, "revision", 0) == static_cast<double>(revision))
                return true;
        }
        return false;
    }
    void await_answer(std::int64_t revision) {
        const bool is_in_time =
            wait_for(wishes_.answer_within, [&] { return is_answered(revision, "receipt"); });
        wishes_.say(fmt::format("版本 revision {}: {}", revision,
                                is_in_time ? "已回执 answered" : "没有回执 not answered"));
    }
    void publish(const std::string& topic_end, const std::string& payload) {
        (void)probe_->publish(stem_ + topic_end, payload, true);
    }

    // ---- Orders ----

    json::object content(std::int64_t revision, bool owes = true) const {
        const auto iso = [this](std::chrono::seconds later) {
            return rules::to_iso(wishes_.began + later, rules::kBeijingTime);
        };
        json::array obligations;
        if (owes) {
            obligations.push_back(json::object{{"id", "trial/L1/limit_load"},
                                               {"line", "L1"},
                                               {"action", "limit_load"},
                                               {"ratio", 0.5},
                                               {"from", iso(std::chrono::hours{1})},
                                               {"to", nullptr},
                                               {"detail", "试验：一线限产百分之五十"},
                                               {"verified_by", "power"},
                                               {"basis", json::array{}}});
        }
        json::object order{{"order", "TRIAL-1/" + wishes_.enterprise},
                           {"revision", revision},
                           {"region", wishes_.region},
                           {"enterprise", wishes_.enterprise},
                           {"warning", "TRIAL-1"},
                           {"colour", nullptr},
                           {"level", nullptr},
                           {"exercise", false},
                           {"issued_at", iso(std::chrono::seconds{0})},
                           {"effective_from", iso(std::chrono::hours{1})},
                           {"effective_to", nullptr}};
        if (owes) {
            order["colour"] = "orange";
            order["level"] = "II";
        }
        order["obligations"] = std::move(obligations);
        return order;
    }
    void tell(TrialOrder which, const json::object& order, const std::string& text) {
        const bool is_exercise = which == TrialOrder::kExercise;
        trial_.told.push_back(
            {which, plans::string_or(order, "order"), order.at("revision").as_int64(), now_});
        publish(is_exercise ? "exercise/order" : "order", text);
    }
    void tell_trap(TrialOrder which, const json::object& order, const plans::SigningKey& key) {
        tell(which, order, plans::signed_again(order, key));
    }
    void tell_present(TrialOrder which, const json::object& order, const plans::SigningKey& key) {
        present_ = plans::signed_again(order, key);
        tell(which, order, present_);
    }
    void tell_true(TrialOrder which, std::int64_t revision, bool owes = true) {
        tell_present(which, content(revision, owes), wishes_.key);
        await_answer(revision);
    }

    void play_orders() {
        tell_true(TrialOrder::kFirst, 10);
        tell_true(TrialOrder::kNewer, 20);
        publish("order", present_);
    }
    // Each has a number of its own, so that whoever answers it is known; a true order ends them.
    void play_traps() {
        tell_trap(TrialOrder::kOlder, content(15), wishes_.key);
        const json::object forged = content(21);
        std::string text = plans::signed_again(forged, wishes_.key);
        const std::size_t signature = text.find("\"signature\":\"") + 13;
        text[signature] = text[signature] == '0' ? '1' : '0';
        tell(TrialOrder::kForged, forged, text);
        const json::object altered = content(22);
        text = plans::signed_again(altered, wishes_.key);
        text[text.find("\"line\":\"L1\"") + 9] = '2';
        tell(TrialOrder::kAltered, altered, text);
        tell_trap(TrialOrder::kStrangeKey, content(23), wishes_.strange_key);
        json::object of_other = content(24);
        of_other["enterprise"] = wishes_.enterprise + "-other";
        tell_trap(TrialOrder::kOfOther, of_other, wishes_.key);
        for (const char* garbage : {"{", "[]", "\"order\"", "\xff\xfe", "{\"revision\":1e400}", ""})
            publish("order", garbage);
        tell_true(TrialOrder::kAfterGarbage, 30);
    }
    void play_shapes() {
        json::object huge = content(35);
        json::object one = huge.at("obligations").as_array().front().as_object();
        one["detail"] = std::string(kHugeDetailBytes, 'x');
        json::array many;
        for (std::size_t i = 0; i < kHugeObligations; ++i) {
            one["id"] = fmt::format("trial/L{}/limit_load", i);
            many.push_back(one);
        }
        huge["obligations"] = std::move(many);
        tell_present(TrialOrder::kHuge, huge, wishes_.key);
        await_answer(35);
        tell_true(TrialOrder::kLifted, 40, false);
        json::object exercise = content(kDrillRevision);
        exercise["exercise"] = true;
        exercise["order"] = "TRIAL-DRILL/" + wishes_.enterprise;
        exercise["warning"] = "TRIAL-DRILL";
        tell(TrialOrder::kExercise, exercise, plans::signed_again(exercise, wishes_.key));
        const bool is_taken =
            wait_for(std::min<std::chrono::seconds>(kExerciseWithin, wishes_.answer_within),
                     [this] { return is_answered(kDrillRevision, "exercise/receipt"); });
        wishes_.say(is_taken ? "演练 exercise: 已回执 answered"
                             : "演练 exercise: 没有回执 not answered");
        tell_true(TrialOrder::kAfterExercise, 45);
    }
    // Who subscribes anew is handed what the broker holds.
    void look_at_retained() {
        looks_at_retained_ = true;
        (void)probe_->subscribe(filter());
        wait_for(kSettle, [] { return false; });
    }
    // Where none comes, as of a meter that is read by the hour, nothing is waited for again.
    void await_readings() {
        const auto count = [this] {
            return std::ranges::count_if(trial_.heard, [](const plans::HeardMessage& message) {
                return message.topic_end.starts_with("meter/");
            });
        };
        const auto within = std::min<std::chrono::seconds>(kReadingsWithin, wishes_.answer_within);
        if (!wait_for(within, [&] { return count() > 0; })) return;
        wait_for(within, [&] { return count() >= kReadingsWanted; });
    }

    void play_cut() {
        wishes_.say("切断连接 cutting the link");
        plans::TrialCut cut{now_, now_, true};
        proxy_.cut();
        wait_for(kWillWithin, [] { return false; });
        tell_present(TrialOrder::kAfterCut, content(50), wishes_.key);
        wait_for(wishes_.cut_for, [] { return false; });
        cut.to = now_;
        trial_.cuts.push_back(cut);
        proxy_.let_in();
        await_answer(50);
        wait_for(kSettle, [] { return false; });
        give_mark();
    }
    // Up to what was heard. Whoever sends no seq is given none.
    void give_mark() {
        if (marks_.empty()) return;
        std::vector<daemon::SpoolMark> marks;
        for (const auto& [spool, mark] : marks_) {
            if (marks.size() < daemon::kMarksPerEnterpriseMax) marks.push_back(mark);
        }
        trial_.marked_at = now_;
        publish("durable", daemon::to_mark_text(wishes_.enterprise, marks, wishes_.key));
        wait_for(kSettle, [] { return false; });
    }
    rules::Result<void> play_forgetting() {
        wishes_.say("消息服务器重启并忘记会话 the broker restarts and forgets every session");
        plans::TrialCut cut{now_, now_, false};
        proxy_.cut();
        broker_->end();
        if (auto started = broker_->start(); !started) return started;
        if (auto come = come_in(); !come) return come;
        cut.to = now_;
        trial_.cuts.push_back(cut);
        proxy_.let_in();
        const std::size_t heard = trial_.heard.size();
        wait_for(wishes_.answer_within, [&] { return trial_.heard.size() > heard; });
        wait_for(kSettle, [] { return false; });
        tell_true(TrialOrder::kAfterForgot, 60);
        return {};
    }
    void play_keys() {
        wishes_.say("更换局方密钥 the bureau's key is replaced");
        tell_present(TrialOrder::kNewKey, content(70), *wishes_.next_key);
        await_answer(70);
        tell_trap(TrialOrder::kOldKey, content(75), wishes_.key);
        wait_for(kSettle, [] { return false; });
    }
    void clear_topics() {
        for (const char* end : {"order", "exercise/order", "durable"}) publish(end, "");
    }

    const ClientTrialWishes& wishes_;
    const std::string stem_;
    plans::ClientTrial trial_;
    TrialTime now_{0};
    std::string own_password_;
    std::optional<TestBroker> broker_;
    CutProxy proxy_;
    std::unique_ptr<Probe> probe_;
    std::string present_;  // true, as it was signed
    bool must_tell_again_ = false;
    bool looks_at_retained_ = false;
    std::set<std::string> emptied_;  // by us, and not heard of yet
    std::map<std::string, daemon::SpoolMark> marks_;
};

}  // namespace

rules::Result<plans::ClientTrial> try_client(const ClientTrialWishes& wishes) {
    ClientStory story(wishes);
    return story.play();
}

}  // namespace qk::broker
