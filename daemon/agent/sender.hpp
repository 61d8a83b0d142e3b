// Sends what waits in a queue, the oldest first, and lets go of what the bureau's mark has passed
// (daemon/base/message_sequence.hpp). A broker's acknowledgement lets nothing go: it only makes
// room for the next message. Where the bureau gives no marks, it has to do (LetGo::kAtBroker).
//
// What was on its way when the link ended goes again: the bureau takes a message twice as once. So
// does what the mark has not passed for a while; then one message alone tries whether it does, and
// as it does, the others follow. What is new by then goes out once all the same, because it may be
// the answer to an order, and the bureau takes it in whatever its mark does. What the broker
// refuses, or takes though nobody listens, stays and is tried again. Between two tries lies a pause
// that doubles.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "daemon/agent/spool.hpp"
#include "daemon/base/message_sequence.hpp"
#include "daemon/mqtt/link.hpp"

namespace qk::agent {

// So long is waited for the mark to pass something that was sent.
inline constexpr std::chrono::seconds kMarkWithin{60};

// With a mark each second this is below what the bureau takes in of one enterprise in a minute.
inline constexpr std::size_t kOpenMax = 50;

enum class LetGo { kAtMark, kAtBroker };

enum class MarkAnswer {
    kTaken,
    kKnown,       // it says nothing new
    kWentBack,    // the bureau has less than it had
    kUnbelieved,  // it is about a message that never was in this queue
};

class Sender {
 public:
    using Publish = std::function<void(daemon::Link::Publication publication)>;

    Sender(Spool& spool, std::string topic_stem, LetGo let_go = LetGo::kAtMark)
        : spool_(spool), stem_(std::move(topic_stem)), is_by_mark_(let_go == LetGo::kAtMark) {}

    void on_link(bool is_up, daemon::Tick now);
    // A refusal: the disk. Nothing is lost by it; call again.
    [[nodiscard]] rules::Result<void> turn(daemon::Tick now, const Publish& publish);
    // A mark of this queue. One that is not believed gives the queue another id, so that what is
    // there is told anew.
    [[nodiscard]] rules::Result<MarkAnswer> take_mark(const daemon::SpoolMark& mark,
                                                      daemon::Tick now);
    // What the broker last refused, and not yet told: its reason code.
    [[nodiscard]] int take_refusal();
    // The mark has not passed what was sent, and nothing has come of it yet.
    [[nodiscard]] bool is_overdue() const { return is_overdue_; }

 private:
    void answered(std::uint64_t number, daemon::PublishAnswer answer);
    [[nodiscard]] rules::Result<void> let_go_of_acknowledged();
    void note_overdue(daemon::Tick now);
    void begin_anew(daemon::Tick now);
    [[nodiscard]] rules::Result<void> send_more(daemon::Tick now, const Publish& publish);
    [[nodiscard]] rules::Result<void> send_new(const Publish& publish);
    void send(const SpooledMessage& message, std::uint64_t after, const Publish& publish);

    Spool& spool_;
    std::string stem_;
    const bool is_by_mark_;
    bool is_up_ = false;
    std::uint64_t link_ = 0;  // which it is; an answer of an earlier one says nothing
    std::uint64_t sent_to_ = 0;
    std::uint64_t newest_sent_ = 0;  // of all links
    std::size_t new_left_ = 0;       // so many may go out before the next try though no mark comes
    std::set<std::uint64_t> open_;   // sent on this link and not let go, or not acknowledged
    std::size_t on_the_way_ = 0;
    std::size_t window_ = kOpenMax;  // so many may be open
    bool must_begin_anew_ = false;
    bool is_overdue_ = false;
    int refusal_ = 0;
    std::chrono::seconds pause_{0};
    daemon::Tick resumes_{};
    daemon::Tick moved_at_{};  // the mark, or since when it should
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace qk::agent
