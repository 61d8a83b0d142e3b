#include "daemon/trust/audit_keeper.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/accounts.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

// What a full disk or a crash left of the last line stays a line of its own.
bool ends_within_a_line(int file) {
    struct ::stat about {};
    char last = '\n';
    return ::fstat(file, &about) == 0 && about.st_size > 0 &&
           ::pread(file, &last, 1, about.st_size - 1) == 1 && last != '\n';
}

// Empty: the line is on disk.
std::string append_line(const std::string& path, std::string line) {
    constexpr int kOwnerOnly = 0600;
    const int file =
        ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kOwnerOnly);
    if (file < 0) return std::strerror(errno);
    if (ends_within_a_line(file)) line.insert(0, "\n");
    errno = 0;
    const ssize_t written = ::write(file, line.data(), line.size());
    std::string why;
    if (written != static_cast<ssize_t>(line.size()) || ::fdatasync(file) != 0) {
        why = std::strerror(errno == 0 ? ENOSPC : errno);  // a short write says no reason
    }
    ::close(file);
    return why;
}

}  // namespace

void AuditKeeper::check() {
    const rules::Instant now = context_.clock.now();
    auto work = [now](Session& db) { return check_audit_at_start(db, now); };
    const rules::Faults faults = context_.store.transact_now(std::move(work));
    context_.metrics.set(Gauge::kAuditBreaks, static_cast<double>(faults.size()));
    if (faults.empty()) return;
    context_.log.write(kAuditBroken, {{"count", static_cast<std::int64_t>(faults.size())},
                                      {"why", rules::to_text(faults.front())}});
}

void AuditKeeper::start(TaskGroup& tasks) {
    tasks.spawn("audit heads", run());
    tasks.spawn("audit heads of decisions", sign_decisions());
}

asio::awaitable<void> AuditKeeper::run() {
    (void)co_await sign(HeadOccasion::kStart);
    for (;;) {
        const rules::Instant next = rules::floor_hour(context_.clock.now()) + std::chrono::hours{1};
        co_await context_.clock.sleep_until(next);
        co_await accounts_.write_refused();
        (void)co_await sign(HeadOccasion::kHour);
    }
}

asio::awaitable<void> AuditKeeper::sign_decisions() {
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        if (signed_ >= 0) {  // else the head of the start comes first, and covers them
            const std::int64_t before = signed_;
            auto look = [before](Session& db) { return has_decided_after(db, before); };
            const bool has_decided = co_await context_.store.read(std::move(look));
            if (has_decided && co_await sign(HeadOccasion::kDecision)) {
                const rules::Instant next = context_.clock.now() + kDecisionHeadsApart;
                co_await context_.clock.sleep_until(next);
            }
        }
        co_await context_.events.next(seen);
    }
}

asio::awaitable<bool> AuditKeeper::sign(HeadOccasion occasion) {
    const rules::Instant now = context_.clock.now();
    const plans::SigningKey& key = context_.signing_key;
    const std::int64_t before = occasion == HeadOccasion::kHour ? signed_by_hour_ : signed_;
    // What nobody has added to is covered by the head before.
    auto work = [now, before, occasion, &key](Session& db) -> std::optional<plans::AuditHead> {
        if (before >= 0 && last_audit_number(db) == before) return std::nullopt;
        return sign_audit_head(db, key, now, occasion);
    };
    const std::optional<plans::AuditHead> head = co_await context_.store.transact(std::move(work));
    if (!head) co_return false;
    signed_ = head->number;
    const bool is_of_hour = occasion == HeadOccasion::kHour || occasion == HeadOccasion::kStart;
    if (is_of_hour) signed_by_hour_ = head->number;
    context_.metrics.add(Counter::kAuditHeads);
    const std::string text = plans::canonical_text(to_json(*head));
    co_await keep_in_file(text);
    if (occasion != HeadOccasion::kStop) co_await hand_on(*head, text);
    co_return true;
}

asio::awaitable<void> AuditKeeper::sign_last() {
    std::string why;
    try {
        (void)co_await sign(HeadOccasion::kStop);
    } catch (const std::exception& error) {
        why = error.what();
    }
    if (why.empty()) co_return;
    context_.log.write(kAuditHeadNotKept, {{"target", context_.config->store_path}, {"why", why}});
}

asio::awaitable<void> AuditKeeper::keep_in_file(const std::string& text) {
    const std::string path = context_.config->audit.heads_file;
    if (path.empty()) co_return;
    // Beside the event loop: the disk may be slow.
    auto append = [&path, &text](Session&) { return append_line(path, text + "\n"); };
    const std::string why = co_await context_.store.read_slowly(std::move(append));
    if (!why.empty()) context_.log.write(kAuditHeadNotKept, {{"target", path}, {"why", why}});
}

asio::awaitable<void> AuditKeeper::hand_on(const plans::AuditHead& head, const std::string& text) {
    const auto config = context_.config;
    for (const std::string& target : config->audit.hooks) {
        GatewayClient::GatewayMessage message;
        message.target = target;
        message.id = "audit-head-" + std::to_string(head.number);
        message.content_type = "application/json";
        message.body = text;
        message.signature = context_.signing_key.sign_hex(plans::Purpose::kWebhook, text);
        const std::string why = co_await gateway_.deliver(std::move(message));
        if (!why.empty()) context_.log.write(kAuditHeadNotKept, {{"target", target}, {"why", why}});
    }
}

}  // namespace qk::daemon
