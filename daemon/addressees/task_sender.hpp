// Sends tasks out: retained on an MQTT topic, as a signed webhook, by SMS, and as a file in a
// folder (指令下发 to addressees), each channel with a lane of its own
// (daemon/service/send_lane.hpp).
//
// A row is written with the revision, in its transaction, and carried out afterwards; carrying it
// out twice is harmless, because a message bears the task's number and revision. Right before each
// attempt the task is looked at again: one that was answered or replaced meanwhile is not sent.
//
// Over MQTT an addressee holds everything it is asked at once: a JSON array of signed documents,
// retained on qingkong/1/REGION/ADDRESSEE/task, replaced whole with each change.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>

#include "daemon/addressees/task_rows.hpp"
#include "daemon/addressees/task_sending_rows.hpp"
#include "daemon/base/ports.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/send_lane.hpp"

namespace qk::daemon {

class TaskGroup;

inline constexpr const char* kTaskTopics = "qingkong/1/+/+/task";  // all of them, as a filter
inline constexpr std::size_t kTasksOnBoardMax = 50;                // of one addressee, the newest
inline constexpr std::chrono::seconds kBrokerLookAgain{30};

class TaskSender {
 public:
    TaskSender(Context& context, GatewayClient& gateway, MessageBus& bus);

    void start(TaskGroup& tasks);
    [[nodiscard]] bool is_idle() const;

 private:
    // What one attempt carries, and where to.
    struct Parcel {
        TaskSendingRow sending;
        std::int64_t attempt = 0;
        std::string target;
        std::string id;
        std::string body;
    };
    [[nodiscard]] SendWays<TaskSendingRow> ways_of(const std::string& channel);
    [[nodiscard]] boost::asio::awaitable<void> send(TaskSendingRow row);
    [[nodiscard]] boost::asio::awaitable<std::string> hand_over(Parcel parcel);
    [[nodiscard]] boost::asio::awaitable<std::string> publish(Parcel parcel);
    [[nodiscard]] boost::asio::awaitable<std::string> drop_file(Parcel parcel);
    [[nodiscard]] std::optional<Parcel> take_up(Session& db, std::int64_t number,
                                                const Config& config, rules::Instant now) const;
    [[nodiscard]] Parcel parcel_of(Session& db, const TaskSendingRow& sending, const TaskRow& task,
                                   const Config& config) const;

    Context& context_;
    GatewayClient& gateway_;
    MessageBus& bus_;
    std::map<std::string, std::unique_ptr<SendLane<TaskSendingRow>>> lanes_;
};

}  // namespace qk::daemon
