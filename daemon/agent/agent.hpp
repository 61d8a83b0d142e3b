// The agent of one enterprise: takes the bureau's orders, keeps what is owed now, shows it to the
// plant, and answers.
//
// take() runs on the client library's thread and returns when an order is durable, because it is
// acknowledged right after. All that follows from an order is done by turn(), on the owner's
// thread, as long as it takes to succeed: the obligations file, the plant's command, the receipt.
// Each is remembered when it is done, so that a kill at any place makes it happen once more and
// never not at all.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "daemon/agent/meter_source.hpp"
#include "daemon/agent/order_state.hpp"
#include "daemon/agent/plant_command.hpp"
#include "daemon/agent/receipt_text.hpp"
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

class Agent {
 public:
    using Tick = daemon::Tick;

    [[nodiscard]] static rules::Result<std::unique_ptr<Agent>> open(AgentParts parts,
                                                                    daemon::Log& log);

    // A message came. Any thread.
    void take(const std::string& topic, const std::string& payload);
    void on_link(bool is_up, Tick now);
    // Does what is due; `publish` hands to the broker.
    void turn(Tick now, const Sender::Publish& publish);
    // The last words of state for 'qingkong-agent status'.
    void stop();

    [[nodiscard]] std::string order_topic() const { return stem_ + "order"; }
    // Where the bureau says up to where it has what was sent; empty: that is not waited for.
    [[nodiscard]] std::string mark_topic() const;
    [[nodiscard]] const std::string& topic_stem() const { return stem_; }
    [[nodiscard]] std::optional<OrderOnRecord> on_record() const;
    [[nodiscard]] std::uint64_t refused() const;

 private:
    Agent(AgentParts parts, daemon::Log& log, Spool receipts, Spool readings);
    void take_order(const std::string& payload);
    void note_marks(const std::string& payload);
    void take_marks(Tick now);
    void take_mark(const daemon::SpoolMark& mark, Tick now);
    void note_overdue();
    void send(Tick now, const Sender::Publish& publish);
    [[nodiscard]] Trust trust_now() const;
    void refuse(OrderRefusal why, const std::string& payload);
    void write_obligations(const OrderOnRecord& record, Tick now);
    void run_hook(const OrderOnRecord& record, Tick now);
    void answer_received(const OrderOnRecord& record, Tick now);
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
    // Apart, so that an answer never waits behind the readings of a month.
    Spool spool_;
    Sender sender_;
    Spool readings_;
    Sender readings_sender_;
    std::vector<std::unique_ptr<MeterSource>> meters_;

    mutable std::mutex mutex_;  // of these five
    std::optional<OrderOnRecord> record_;
    std::uint64_t refused_ = 0;
    std::string last_refusal_;
    bool must_ask_ = false;             // for the present order
    std::optional<std::string> marks_;  // as they came last, and not yet looked at

    // Of the owner's thread.
    bool is_up_ = false;
    bool has_said_online_ = false;
    Tick may_ask_from_{};
    std::chrono::seconds ask_pause_{0};
    std::string shown_;     // the text of the order that stands in the obligations file
    std::string hooked_;    // SHA-256 of the order for which the command has run
    std::string hooking_;   // of the one for which it runs
    std::string received_;  // of the one that was answered
    PlantCommand hook_;
    std::chrono::seconds hook_pause_{0};
    Tick hook_from_{};
    Tick retry_from_{};
    Tick look_from_{};
    std::string status_;
    Tick status_from_{};
    std::string hook_result_;
    std::set<std::string> strange_spools_;  // that were told of
    bool is_overdue_ = false;
};

// Files of the state folder that the command line reads and writes, too.
[[nodiscard]] std::string answers_folder(const std::string& state);
[[nodiscard]] std::string status_file(const std::string& state);

}  // namespace qk::agent
