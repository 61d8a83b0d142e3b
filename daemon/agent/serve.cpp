#include "daemon/agent/serve.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <vector>

#include "daemon/agent/agent.hpp"
#include "daemon/agent/agent_messages.hpp"
#include "daemon/agent/broker_line.hpp"
#include "daemon/base/exit_code.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/base/state_lock.hpp"

namespace qk::agent {
namespace {

using daemon::Tick;

constexpr std::chrono::milliseconds kTurnEvery{500};
constexpr int kBroken = 4;  // the machine; the service manager starts us again

// What other threads hand to the loop.
class Mailbox {
 public:
    Mailbox() : handle_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
    ~Mailbox() {
        if (handle_ >= 0) ::close(handle_);
    }
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    void wake() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t size = ::write(handle_, &one, sizeof one);
    }
    void post(BrokerLine::Event event) {
        {
            const std::lock_guard lock(mutex_);
            events_.push_back(std::move(event));
        }
        wake();
    }
    std::vector<BrokerLine::Event> take() {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t size = ::read(handle_, &count, sizeof count);
        const std::lock_guard lock(mutex_);
        return std::exchange(events_, {});
    }
    [[nodiscard]] int handle() const { return handle_; }

 private:
    int handle_;
    std::mutex mutex_;
    std::vector<BrokerLine::Event> events_;
};

// Blocked in every thread, read here.
int handle_of_signals() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    return ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

std::string signal_that_came(int handle) {
    signalfd_siginfo came{};
    if (::read(handle, &came, sizeof came) != static_cast<ssize_t>(sizeof came)) return {};
    return came.ssi_signo == SIGINT ? "SIGINT" : "SIGTERM";
}

// Threads may hold a message that must not be acknowledged, so nothing is taken down.
[[noreturn]] void end_now() {
    std::fflush(nullptr);
    std::_Exit(kBroken);
}

int refuse_start(daemon::Log& log, const rules::Faults& faults) {
    for (const rules::Fault& fault : faults) {
        log.write(daemon::kStartRefused, {{"fault", rules::to_text(fault)}});
    }
    return kBadUsage;
}

rules::Result<daemon::StateLock> lock_state(const std::string& state) {
    const std::string path = state + "/lock";
    auto lock = daemon::StateLock::take(path);
    if (lock) return lock;
    return rules::Faults{{{path, 0, 0},
                          "另一个 qingkong-agent 正在使用这些状态，或不可写 / another "
                          "qingkong-agent uses this state, or it cannot be written",
                          "先停止它，或另设 state / stop it first, or name another state folder",
                          rules::Severity::kError}};
}

rules::Result<std::string> password_of(const BrokerSettings& broker) {
    if (broker.password_file.empty()) return std::string();
    auto text = read_regular_file(broker.password_file);
    if (!text) return text.error();
    return text->substr(0, text->find_first_of("\r\n"));
}

// A broker that does not let exercises or the mark through must not cost us the orders.
std::vector<daemon::LinkFilter> filters_of(const Agent& agent) {
    std::vector<daemon::LinkFilter> filters{
        {agent.order_topic(), daemon::LinkFilter::Kind::kMessages},
        {agent.exercise_topic(), daemon::LinkFilter::Kind::kBroker}};
    if (!agent.mark_topic().empty()) {
        filters.push_back({agent.mark_topic(), daemon::LinkFilter::Kind::kBroker});
    }
    return filters;
}

class Server {
 public:
    Server(const Settings& settings, const Clocks& clocks, daemon::Log& log, Agent& agent,
           Mailbox& mailbox, const std::string& password)
        : settings_(settings),
          clocks_(clocks),
          log_(log),
          agent_(agent),
          mailbox_(mailbox),
          line_(
              settings.broker, password, agent.topic_stem(), filters_of(agent),
              [this](BrokerLine::Event event) { mailbox_.post(std::move(event)); }, listener()) {}

    void run(int signals) {
        line_.start(clocks_.tick());
        std::string why;
        while (why.empty()) {
            wait(signals);
            for (const auto& event : mailbox_.take()) event(clocks_.tick());
            line_.pass_time(clocks_.tick());
            const Tick now = clocks_.tick();
            agent_.turn(now, [this, now](daemon::Link::Publication publication) {
                line_.publish(std::move(publication), now);
            });
            why = signal_that_came(signals);
        }
        line_.stop();
        agent_.stop();
        log_.write(kAgentStopped, {{"why", why}});
    }

 private:
    BrokerLine::Listener listener() {
        BrokerLine::Listener told;
        told.on_message = [this](const std::string& topic, const std::string& payload) {
            agent_.take(topic, payload);
        };
        told.on_link = [this](bool is_up) {
            agent_.on_link(is_up, clocks_.tick());
            log_.write(is_up ? kAgentLinkUp : kAgentLinkDown, {{"url", settings_.broker.url}});
        };
        told.on_trouble = [this](const daemon::LinkTrouble& trouble) {
            const daemon::ReasonWords& words = daemon::words_of(trouble.reason);
            log_.write(kAgentLinkTrouble, {{"reason", words.chinese},
                                           {"detail", trouble.detail},
                                           {"cure", words.cure_chinese},
                                           {"reason_en", words.english},
                                           {"cure_en", words.cure_english}});
        };
        return told;
    }

    void wait(int signals) {
        std::array<pollfd, 2> handles{{{signals, POLLIN, 0}, {mailbox_.handle(), POLLIN, 0}}};
        auto until = std::chrono::duration_cast<std::chrono::milliseconds>(kTurnEvery);
        if (const auto next = line_.next()) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(*next - clocks_.tick());
            until = std::clamp(left, std::chrono::milliseconds{0}, until);
        }
        (void)::poll(handles.data(), handles.size(), static_cast<int>(until.count()));
    }

    const Settings& settings_;
    const Clocks& clocks_;
    daemon::Log& log_;
    Agent& agent_;
    Mailbox& mailbox_;
    BrokerLine line_;  // last, so that its threads end first
};

}  // namespace

int serve(const Settings& settings, const Clocks& clocks, daemon::Log& log) {
    const int signals = handle_of_signals();
    rules::Faults faults = check_what_is_named(settings);
    if (!faults.empty()) return refuse_start(log, faults);
    const auto lock = lock_state(settings.state);
    if (!lock) return refuse_start(log, lock.error());
    const auto password = password_of(settings.broker);
    if (!password) return refuse_start(log, password.error());
    auto queues = open_queues(settings);
    if (!queues) {
        // A full disk at the start is what it is while we run: the service manager tries again.
        log.write(kAgentStateBroken, {{"why", rules::to_text(queues.error().front())}});
        return kBroken;
    }
    Mailbox mailbox;
    AgentParts parts;
    parts.settings = settings;
    parts.now = clocks.now;
    parts.wake = [&mailbox] { mailbox.wake(); };
    parts.end_broken = end_now;
    const auto agent = Agent::open(std::move(parts), *std::move(queues), log);
    if (!agent) return refuse_start(log, agent.error());
    const auto record = (*agent)->on_record();
    log.write(kAgentStarting, {{"version", QK_VERSION},
                               {"enterprise", settings.enterprise},
                               {"revision", record ? record->order.revision : 0}});
    Server server(settings, clocks, log, **agent, mailbox, *password);
    server.run(signals);
    return kHolds;
}

}  // namespace qk::agent
