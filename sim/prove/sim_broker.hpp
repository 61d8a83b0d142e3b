// A broker in memory that keeps sessions, what is retained, and what was not acknowledged; and the
// daemon's own connection to it. Everything between the two is a step (steps.hpp) at which a fault
// may strike.
//
// Who subscribes late misses what came before: until the daemon has subscribed once, what
// enterprises send is thrown away, and thrown_away() counts it. From then on it is kept for the
// daemon until the daemon has acknowledged it, over links and processes that end, and comes again
// where the acknowledgement was lost. Of a link or a process that ends, a publication that was on
// its way may or may not have arrived. Every draw comes from the seed. One executor.
//
// A session is that of a client id, and holds what its filters ask for; with no filters at all,
// everything. The connection of the readings may be away while that of the orders is up.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/base/ports.hpp"
#include "sim/model/random.hpp"
#include "sim/prove/steps.hpp"

namespace qk::sim {

class SimBroker : public daemon::MessageBus {
 public:
    // Planted faults of the daemon's side of the link, for the canaries.
    struct Lies {
        bool acknowledges_first = false;  // a message, before the daemon has it on its disk
        bool settles_when_sent = false;   // a publication counts as taken before it was
        bool cut_is_taken = false;        // and one on its way when the link ends
        bool retains_nothing = false;
        bool compares_nothing = false;  // what the broker holds is not told at a connect
        bool takes_no_refusal =
            false;  // what the daemon could not keep is acknowledged all the same
    };
    struct Message {
        std::string topic;
        std::string payload;
    };
    using Tell = std::function<void(const Message& message)>;

    // `to_enterprise` is called when a message arrives there, `taken` when the broker takes one.
    SimBroker(Steps& steps, std::uint64_t seed, Tell to_enterprise, Tell taken);

    void start(Topics topics, Listener listener) override;
    void publish(std::string topic, std::string payload, bool retain,
                 std::function<void(daemon::PublishAnswer answer)> done) override;
    void stop() override;

    // From an enterprise to the daemon.
    void send(std::string topic, std::string payload);
    // Lets one thing happen, if there is one. False: there was none.
    bool act();
    [[nodiscard]] bool is_quiet() const;
    // The daemon's process has ended.
    void lose_daemon();
    // Told when the broker has come back without its memory: enterprises connect anew.
    void on_forgotten(std::function<void()> tell) { tell_forgotten_ = std::move(tell); }
    // It is so late; what was away for some hours comes back.
    void pass_time(rules::Instant now);
    // Whatever is away comes back now.
    void come_back();
    // Enterprises subscribe anew, and are handed what is retained.
    void hand_retained();
    void lie(Lies lies) { lies_ = lies; }

    [[nodiscard]] const std::map<std::string, std::string>& retained() const { return retained_; }
    // By the daemon, in order, each once.
    [[nodiscard]] const std::vector<Message>& acknowledged() const { return acknowledged_; }
    [[nodiscard]] std::size_t thrown_away() const { return thrown_away_; }
    // Since it was last started, because the queue was full.
    [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
    [[nodiscard]] bool has_orders_link() const { return is_linked_; }

 private:
    struct Publication {
        Message message;
        bool is_retained = false;
        std::function<void(daemon::PublishAnswer answer)> done;
    };
    enum class Turn { kConnect, kTell, kTellDropped, kHand, kTake, kAnswer, kReach };
    [[nodiscard]] std::vector<Turn> turns() const;
    void do_turn(Turn turn);
    void connect();
    void begin_session();
    void begin_again();
    void drop_waiting();
    void age();
    void part();
    [[nodiscard]] bool is_wanted(const std::string& topic) const;
    [[nodiscard]] std::optional<std::size_t> next_to_hand() const;
    void tell_held();
    void hand();
    void take();
    void answer();
    void reach();
    void take_in(Publication& publication);
    // True where the fault ended the link.
    bool strike(std::optional<FaultKind> fault);
    void end_link();
    void forget();

    Steps& steps_;
    Random random_;
    Tell to_enterprise_;
    Tell taken_;
    std::function<void()> tell_forgotten_;
    Lies lies_;

    rules::Instant now_{};
    std::optional<rules::Instant> away_until_;
    std::optional<rules::Instant> readings_away_until_;
    std::uint64_t dropped_ = 0;
    std::uint64_t dropped_told_ = 0;

    Topics topics_;
    Listener listener_;
    bool is_listening_ = false;
    bool is_linked_ = false;          // for orders
    bool has_readings_link_ = false;  // never without the other
    std::deque<Held> to_tell_;
    bool owes_all_ = false;  // that everything held has been told
    std::deque<Publication> sent_;
    std::deque<Publication> unanswered_;

    bool has_session_ = false;
    Topics session_;
    // What was retained before each publication, the newest last.
    std::vector<std::map<std::string, std::string>> retained_before_;
    std::map<std::string, std::string> retained_;
    std::deque<Message> for_daemon_;
    std::deque<Message> for_enterprises_;
    std::vector<Message> acknowledged_;
    std::size_t thrown_away_ = 0;
};

}  // namespace qk::sim
