// The agent of one enterprise: takes the bureau's orders and exercises (order_desk.hpp), reads the
// meters, and sends answers and readings until the bureau has them.
//
// take() runs on the client library's thread and returns when what came is durable, because it is
// acknowledged right after. All that follows is done by turn(), on the owner's thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "daemon/agent/meter_source.hpp"
#include "daemon/agent/order_desk.hpp"
#include "daemon/agent/sender.hpp"
#include "daemon/agent/settings.hpp"
#include "daemon/agent/spool.hpp"
#include "daemon/base/log.hpp"

namespace qk::agent {

struct AgentParts {
    Settings settings;
    std::function<rules::Instant()> now;
    // Something is to be done: call turn(). From any thread.
    std::function<void()> wake;
    // The state cannot be written: ends the process, so that nothing is acknowledged. Any thread.
    std::function<void()> end_broken;
};

// What waits to be sent; apart, so that an answer never waits behind the readings of a month.
struct AgentQueues {
    Spool receipts;
    Spool readings;
};

// Makes the folders of the state and opens the queues there. What fails here is the machine's
// fault, as a full disk is, and another try may succeed: nobody has to change a setting.
[[nodiscard]] rules::Result<AgentQueues> open_queues(const Settings& settings);

class Agent {
 public:
    using Tick = daemon::Tick;

    // Refuses what a person has to look at: an own key, or a record that is damaged.
    [[nodiscard]] static rules::Result<std::unique_ptr<Agent>> open(AgentParts parts,
                                                                    AgentQueues queues,
                                                                    daemon::Log& log);

    // A message came. Any thread.
    void take(const std::string& topic, const std::string& payload);
    void on_link(bool is_up, Tick now);
    // Does what is due; `publish` hands to the broker.
    void turn(Tick now, const Sender::Publish& publish);
    // The last words of state for 'qingkong-agent status'.
    void stop();

    [[nodiscard]] std::string order_topic() const { return stem_ + "order"; }
    [[nodiscard]] std::string exercise_topic() const { return stem_ + "exercise/order"; }
    // Where the bureau says up to where it has what was sent; empty: that is not waited for.
    [[nodiscard]] std::string mark_topic() const;
    [[nodiscard]] const std::string& topic_stem() const { return stem_; }
    [[nodiscard]] std::optional<OrderOnRecord> on_record() const { return orders_->on_record(); }
    [[nodiscard]] std::optional<OrderOnRecord> exercise_on_record() const {
        return exercises_->on_record();
    }
    [[nodiscard]] std::uint64_t refused() const;

 private:
    Agent(AgentParts parts, daemon::Log& log, AgentQueues queues);
    [[nodiscard]] DeskPorts ports();
    void note_marks(const std::string& payload);
    void take_marks(Tick now);
    void take_mark(const daemon::SpoolMark& mark, Tick now);
    void note_overdue();
    void send(Tick now, const Sender::Publish& publish);
    void take_answers(Tick now);
    void take_answer(const std::string& path);
    [[nodiscard]] bool spool_answer(const Answer& answer);
    void say_online(Tick now, const Sender::Publish& publish);
    void write_status(Tick now);
    [[nodiscard]] std::string state_file(const char* name) const;

    AgentParts parts_;
    daemon::Log& log_;
    const std::string stem_;
    std::optional<plans::SigningKey> own_key_;
    Spool spool_;
    Sender sender_;
    Spool readings_;
    Sender readings_sender_;
    std::vector<std::unique_ptr<MeterSource>> meters_;
    std::unique_ptr<OrderDesk> orders_;
    std::unique_ptr<OrderDesk> exercises_;

    std::mutex mutex_;                  // of the next one
    std::optional<std::string> marks_;  // as they came last, and not yet looked at

    // Of the owner's thread.
    bool is_up_ = false;
    bool has_said_online_ = false;
    // Nobody was there to hear it, by what the broker answered; shared with that answer.
    std::shared_ptr<bool> is_unheard_ = std::make_shared<bool>(false);
    Tick may_ask_from_{};
    std::chrono::seconds ask_pause_{0};
    Tick look_from_{};
    std::string status_;
    Tick status_from_{};
    std::set<std::string> strange_spools_;  // that were told of
    bool is_overdue_ = false;
};

// Files of the state folder that the command line reads and writes, too.
[[nodiscard]] std::string answers_folder(const std::string& state);
[[nodiscard]] std::string exercise_folder(const std::string& state);
[[nodiscard]] std::string status_file(const std::string& state);

}  // namespace qk::agent
