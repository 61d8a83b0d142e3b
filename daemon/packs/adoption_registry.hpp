// What is adopted and comes in force by itself at its time: the rule pack, the catalogue of
// measures. One that is due is read, noted once with an event and an entry in the audit log, and in
// use from then on without a restart; the one before is laid aside whole.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "daemon/packs/adoption_steps.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class TaskGroup;
struct Message;

class AdoptionRegistry {
 public:
    virtual ~AdoptionRegistry() = default;
    AdoptionRegistry(const AdoptionRegistry&) = delete;
    AdoptionRegistry& operator=(const AdoptionRegistry&) = delete;

    void start(TaskGroup& tasks);
    // At the start of the daemon: what had begun before is in use again. A stored one that no
    // longer reads is a fault.
    [[nodiscard]] rules::Result<void> restore();

 protected:
    struct Messages {
        const Message& in_force;
        const Message& unreadable;
        const Message* held;       // null: none is ever held back
        std::string_view subject;  // the placeholder that stands for it
    };
    AdoptionRegistry(Context& context, const AdoptionKind& kind, Messages messages)
        : context_(context), kind_(kind), messages_(messages), changed_(context.executor) {}

    // One that was read.
    struct Readied {
        // Puts it in use. False: what it was held against is not in use any more.
        std::function<bool()> use;
        // It may not begin as yet: notes why, in a transaction. Empty: it may.
        std::function<void(Session& db)> hold;
    };
    [[nodiscard]] virtual rules::Result<Readied> ready(const Adoption& adoption) = 0;
    // Told, and awaited, when another is in force.
    [[nodiscard]] virtual boost::asio::awaitable<void> tell_in_force();

    // After a step of a person: begins what is due, and sees to the times of what waits.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> after_step(ApiResponse answer);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> confirm(Call call,
                                                              std::chrono::hours delay = {});
    [[nodiscard]] boost::asio::awaitable<ApiResponse> withdraw(Call call);
    // 0: none of them; what ships or is configured is in use.
    [[nodiscard]] std::int64_t in_force() const { return in_force_; }

    Context& context_;

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> begin_due();
    [[nodiscard]] boost::asio::awaitable<bool> begin_next();

    const AdoptionKind& kind_;
    const Messages messages_;
    EventFeed changed_;  // wakes run() when another time was set
    std::int64_t in_force_ = 0;
};

}  // namespace qk::daemon
