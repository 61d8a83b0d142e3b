// What one topic of orders says, and what follows from it: the order on record, the file that the
// plant reads, the plant's command, the first answer.
//
// The agent has two: one of what is owed, and one of exercises, each with files, revisions and a
// command of its own, so that an exercise never takes the place of what is owed. A document of the
// one kind on the topic of the other is refused.
//
// take() runs on the client library's thread and returns when an order is durable, because it is
// acknowledged right after. Everything else is done by turn(), on the owner's thread, as long as
// it takes to succeed, and remembered when it is done, so that a kill at any place makes it happen
// once more and never not at all.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "daemon/agent/order_state.hpp"
#include "daemon/agent/plant_command.hpp"
#include "daemon/agent/receipt_text.hpp"
#include "daemon/agent/settings.hpp"
#include "daemon/base/log.hpp"
#include "daemon/mqtt/link.hpp"

namespace qk::agent {

struct DeskSettings {
    std::string state;  // a folder of its own
    std::string pinned;
    std::string keys_file;
    Addressee us;
    bool is_of_exercises = false;
    PlantFiles plant;
    std::string by;
};

// What the desk asks of the agent that has it.
struct DeskPorts {
    std::function<rules::Instant()> now;
    std::function<void()> wake;        // from any thread
    std::function<void()> end_broken;  // the state cannot be written; any thread
    // False: it is not on the disk.
    std::function<bool(const Answer& answer)> spool_answer;
};

class OrderDesk {
 public:
    using Tick = daemon::Tick;

    [[nodiscard]] static rules::Result<std::unique_ptr<OrderDesk>> open(DeskSettings settings,
                                                                        DeskPorts ports,
                                                                        daemon::Log& log);
    // A document came. Any thread.
    void take(const std::string& payload);
    void turn(Tick now);
    void stop() { hook_.kill(); }

    [[nodiscard]] std::optional<OrderOnRecord> on_record() const;
    [[nodiscard]] std::uint64_t refused() const;
    [[nodiscard]] std::string last_refusal() const;
    // Which keys of the bureau are believed now. Any thread.
    [[nodiscard]] Trust trust() const;
    // What is on record may not be the present order.
    [[nodiscard]] bool must_ask() const;
    // "order", "shown", "command_done"; `order` alone and null where there is none.
    void describe(boost::json::object& status) const;
    [[nodiscard]] const std::string& hook_result() const { return hook_result_; }

 private:
    OrderDesk(DeskSettings settings, DeskPorts ports, daemon::Log& log)
        : settings_(std::move(settings)), ports_(std::move(ports)), log_(log) {}
    [[nodiscard]] Trust trust_now() const;
    void take_judged(OrderJudgement judged, const std::string& payload);
    void refuse(OrderRefusal why, const std::string& payload);
    void write_obligations(const OrderOnRecord& record, Tick now);
    void run_hook(const OrderOnRecord& record, Tick now);
    void hook_failed(const std::string& why, Tick now);
    void answer_received(const OrderOnRecord& record, Tick now);
    [[nodiscard]] std::string state_file(const char* name) const { return settings_.state + name; }

    const DeskSettings settings_;
    const DeskPorts ports_;
    daemon::Log& log_;

    mutable std::mutex mutex_;  // of these four
    std::optional<OrderOnRecord> record_;
    std::uint64_t refused_ = 0;
    std::string last_refusal_;
    bool must_ask_ = false;

    // Of the owner's thread.
    std::string shown_;     // the text of the order that stands in the obligations file
    std::string hooked_;    // SHA-256 of the order for which the command has run
    std::string hooking_;   // of the one for which it runs
    std::string received_;  // the order and revision that was answered
    PlantCommand hook_;
    std::chrono::seconds hook_pause_{0};
    Tick hook_from_{};
    Tick retry_from_{};
    std::string hook_result_;
};

}  // namespace qk::agent
