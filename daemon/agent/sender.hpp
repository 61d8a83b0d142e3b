// Sends what waits in a queue, the oldest first, and lets go of what the broker has acknowledged.
// What was on its way when the link ended goes again: the bureau takes a message twice as once.
// What the broker refuses, or takes though nobody listens, stays and is tried again after a pause
// that doubles.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "daemon/agent/spool.hpp"
#include "daemon/mqtt/link.hpp"

namespace qk::agent {

class Sender {
 public:
    using Publish = std::function<void(daemon::Link::Publication publication)>;

    Sender(Spool& spool, std::string topic_stem) : spool_(spool), stem_(std::move(topic_stem)) {}

    void on_link(bool is_up, daemon::Tick now);
    // A refusal: the disk. Nothing is lost by it; call again.
    [[nodiscard]] rules::Result<void> turn(daemon::Tick now, const Publish& publish);
    // What the broker last refused, and not yet told: its reason code.
    [[nodiscard]] int take_refusal();

 private:
    void answered(std::uint64_t number, daemon::PublishAnswer answer);

    Spool& spool_;
    std::string stem_;
    bool is_up_ = false;
    std::uint64_t link_ = 0;  // which it is; an answer of an earlier one says nothing
    std::uint64_t sent_to_ = 0;
    std::set<std::uint64_t> untaken_;  // sent on this link and not acknowledged
    std::size_t on_the_way_ = 0;
    bool must_begin_anew_ = false;
    int refusal_ = 0;
    std::chrono::seconds pause_{0};
    daemon::Tick resumes_{};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace qk::agent
