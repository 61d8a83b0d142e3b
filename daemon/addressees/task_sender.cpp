#include "daemon/addressees/task_sender.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cerrno>
#include <cstring>

#include "daemon/base/files.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/base/task_messages.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/store.hpp"
#include "plans/addressees/task_document.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

constexpr const char* kMqttChannel = "mqtt";
constexpr const char* kFileChannel = "file";

// Of one publication, until the bus has said what became of it.
struct PublishWait {
    explicit PublishWait(asio::any_io_executor executor) : told(std::move(executor)) {}
    EventFeed told;
    std::optional<PublishAnswer> answer;
};

std::string outcome_words(const PublishAnswer& answer) {
    switch (answer.outcome) {
        case PublishAnswer::Outcome::kTaken:
            return {};
        case PublishAnswer::Outcome::kRefused:
            return fmt::format("the broker refused it, reason {}", answer.reason);
        case PublishAnswer::Outcome::kNotSent:
            return "no link to the broker";
        case PublishAnswer::Outcome::kCut:
            return "the link ended before the broker answered";
    }
    return "unknown";
}

// Where it goes; empty: the addressee cannot be reached on this channel.
std::string target_of(const std::string& channel, const TaskRow& task, const Config& config) {
    if (channel == kMqttChannel) {
        return fmt::format("qingkong/1/{}/{}/task", task.region, task.addressee);
    }
    if (channel == kWebhook) {
        const auto found = config.channels.webhooks.find(task.addressee);
        return found == config.channels.webhooks.end() ? std::string() : found->second;
    }
    if (channel == kSms) return config.channels.sms_command.empty() ? std::string() : task.phone;
    if (config.addressees.drop_folder.empty()) return {};
    return config.addressees.drop_folder + "/" + task.addressee;
}

std::string board_of(Session& db, const std::string& addressee, const plans::SigningKey& key) {
    constexpr std::size_t kBoardBytesMax = std::size_t{900} << 10;  // brokers take a mebibyte
    json::array board;
    std::size_t bytes = 0;
    for (const TaskRow& task : tasks_held(db, addressee, kTasksOnBoardMax)) {
        const auto document = plans::parse_json(task.document, "tasks.document").value();
        const std::string text = plans::signed_task_text(document, key);
        bytes += text.size() + 1;
        if (bytes > kBoardBytesMax && !board.empty()) break;
        board.push_back(plans::parse_json(text, "task").value());
    }
    return plans::canonical_text(board);
}

std::string write_drop(const std::string& folder, const std::string& name,
                       const std::string& body) {
    constexpr mode_t kDropFolderMode = 0750;
    if (::mkdir(folder.c_str(), kDropFolderMode) != 0 && errno != EEXIST) {
        return fmt::format("{}: {}", folder, std::strerror(errno));
    }
    const auto written = write_file(folder + "/" + name, body);
    return written ? std::string() : rules::to_text(written.error());
}

}  // namespace

TaskSender::TaskSender(Context& context, GatewayClient& gateway, MessageBus& bus)
    : context_(context), gateway_(gateway), bus_(bus) {
    for (const char* channel : {kMqttChannel, kWebhook, kSms, kFileChannel}) {
        lanes_.emplace(channel,
                       std::make_unique<SendLane<TaskSendingRow>>(context, ways_of(channel)));
    }
}

SendWays<TaskSendingRow> TaskSender::ways_of(const std::string& channel) {
    SendWays<TaskSendingRow> ways;
    ways.name = "task channel";
    ways.attempt = "send task";
    ways.waiting = [channel](Session& db, std::size_t limit) {
        return waiting_task_sendings(db, channel, limit);
    };
    ways.key = [](const TaskSendingRow& row) { return std::to_string(row.number); };
    ways.due = [](const TaskSendingRow& row) { return row.next_at; };
    ways.longest_pause = kSendTooOften;
    // A folder that hangs holds one reader at most.
    ways.at_once = [this, is_file = channel == kFileChannel] {
        return is_file ? std::size_t{1}
                       : static_cast<std::size_t>(context_.config->channels.at_once);
    };
    ways.send = [this](TaskSendingRow row) { return send(std::move(row)); };
    if (channel != kMqttChannel) return ways;
    // Without a link nothing is tried, and nothing written down.
    ways.closed_for = [this]() -> std::optional<std::chrono::seconds> {
        if (context_.health.is_broker_up) return std::nullopt;
        return kBrokerLookAgain;
    };
    return ways;
}

void TaskSender::start(TaskGroup& tasks) {
    for (const auto& [channel, lane] : lanes_) lane->start(tasks);
}

bool TaskSender::is_idle() const {
    return std::ranges::all_of(lanes_, [](const auto& lane) { return lane.second->is_idle(); });
}

TaskSender::Parcel TaskSender::parcel_of(Session& db, const TaskSendingRow& sending,
                                         const TaskRow& task, const Config& config) const {
    Parcel parcel;
    parcel.sending = sending;
    parcel.id = fmt::format("task-{}-{}", task.number, task.revision);
    const plans::SigningKey& key = context_.signing_key;
    if (sending.channel == kMqttChannel) {
        parcel.body = board_of(db, task.addressee, key);
        return parcel;
    }
    const auto document = plans::parse_json(task.document, "tasks.document").value();
    if (sending.channel != kSms) {
        parcel.body = plans::signed_task_text(document, key);
        return parcel;
    }
    parcel.body = plans::canonical_text(
        json::object{{"id", parcel.id},
                     {"to", task.phone},
                     {"text", plans::task_sms_text(document, config.channels.sms_sign)},
                     {"addressee", task.addressee},
                     {"exercise", task.exercise}});
    return parcel;
}

// The task is looked at once more in the transaction that writes the attempt. None: it is not sent.
std::optional<TaskSender::Parcel> TaskSender::take_up(Session& db, std::int64_t number,
                                                      const Config& config, Instant now) const {
    const auto sending = load_task_sending(db, number);
    if (!sending || sending->standing != "waiting") return std::nullopt;
    const auto task = load_task(db, sending->task);
    const std::string target = task ? target_of(sending->channel, *task, config) : std::string();
    std::string why;
    if (!task || task->revision != sending->revision) {
        why = "superseded";
    } else if (target.empty()) {
        why = "no address";
    } else if (sending->channel != kMqttChannel && !task->due_at && !task->is_lifted) {
        why = "answered";
    }
    if (!why.empty()) {
        close_task_sending(db, number, why);
        return std::nullopt;
    }
    const SentSoFar sent = task_sent_so_far(db, number, now);
    if (may_send_again(sent, config.channels, true, now) != SendAgain::kYes) {
        put_off_task_sending(db, number, now + kSendTooOften);
        return std::nullopt;
    }
    Parcel parcel = parcel_of(db, *sending, *task, config);
    parcel.target = target;
    parcel.attempt = begin_task_attempt(db, *sending, now, now + kSendUnheard);
    return parcel;
}

asio::awaitable<std::string> TaskSender::publish(Parcel parcel) {
    auto wait = std::make_shared<PublishWait>(context_.executor);
    auto done = [wait, executor = context_.executor](PublishAnswer answer) {
        auto tell = [wait, answer] {
            wait->answer = answer;
            wait->told.wake();
        };
        asio::post(executor, std::move(tell));
    };
    bus_.publish(std::move(parcel.target), std::move(parcel.body), true, std::move(done));
    for (;;) {
        const std::uint64_t seen = wait->told.wakes();
        if (wait->answer) break;
        co_await wait->told.next(seen);
    }
    co_return outcome_words(*wait->answer);
}

// On a reader's thread, so that a folder that hangs does not stop the daemon.
asio::awaitable<std::string> TaskSender::drop_file(Parcel parcel) {
    const std::string name = fmt::format("task-{}.json", parcel.sending.task);
    auto work = [&parcel, &name](Session&) { return write_drop(parcel.target, name, parcel.body); };
    co_return co_await context_.store.read_slowly(std::move(work));
}

asio::awaitable<std::string> TaskSender::hand_over(Parcel parcel) {
    if (parcel.sending.channel == kMqttChannel) co_return co_await publish(std::move(parcel));
    if (parcel.sending.channel == kFileChannel) co_return co_await drop_file(std::move(parcel));
    GatewayClient::GatewayMessage message;
    message.id = parcel.id;
    message.content_type = "application/json";
    message.target =
        parcel.sending.channel == kSms ? context_.config->channels.sms_command : parcel.target;
    message.signature = context_.signing_key.sign_hex(plans::Purpose::kWebhook, parcel.body);
    message.body = std::move(parcel.body);
    co_return co_await gateway_.deliver(std::move(message));
}

asio::awaitable<void> TaskSender::send(TaskSendingRow row) {
    const auto config = context_.config;
    const Instant now = context_.clock.now();
    auto begin = [this, &row, &config, now](Session& db) {
        return take_up(db, row.number, *config, now);
    };
    std::optional<Parcel> parcel = co_await context_.store.transact(std::move(begin));
    if (!parcel) co_return;
    TaskAttemptEnd end;
    end.attempt = parcel->attempt;
    const TaskSendingRow sending = parcel->sending;
    Parcel carried = *std::move(parcel);
    const std::string said = co_await hand_over(std::move(carried));
    end.at = context_.clock.now();
    end.answer = plans::with_unseen_shown(said);
    end.next_at = end.at + send_pause(sending.failures + 1);
    auto note = [&sending, &end](Session& db) { end_task_attempt(db, sending, end); };
    co_await context_.store.transact(std::move(note));
    const bool is_taken = end.answer.empty();
    context_.metrics.add(is_taken ? Counter::kTasksSent : Counter::kTasksNotTaken);
    if (is_taken) co_return;
    context_.log.write(kTaskNotTaken,
                       {{"channel", row.channel}, {"task", row.task}, {"why", end.answer}});
}

}  // namespace qk::daemon
