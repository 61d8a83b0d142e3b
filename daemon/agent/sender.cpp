#include "daemon/agent/sender.hpp"

#include <algorithm>
#include <utility>

#include "daemon/base/mqtt_reason.hpp"

namespace qk::agent {
namespace {

using daemon::PublishAnswer;
using daemon::Tick;

constexpr std::size_t kOnTheWayMax = 50;
constexpr std::chrono::seconds kPauseFirst{10};
constexpr std::chrono::seconds kPauseMost{600};

}  // namespace

void Sender::on_link(bool is_up, Tick now) {
    is_up_ = is_up;
    ++link_;
    on_the_way_ = 0;
    untaken_.clear();
    sent_to_ = 0;
    must_begin_anew_ = false;
    resumes_ = now;
}

int Sender::take_refusal() { return std::exchange(refusal_, 0); }

void Sender::answered(std::uint64_t number, PublishAnswer answer) {
    --on_the_way_;
    switch (answer.outcome) {
        case PublishAnswer::Outcome::kTaken:
            // The broker has thrown it away: it has forgotten the bureau, which comes in a moment.
            if (answer.reason == daemon::kReasonNobodyListens) {
                must_begin_anew_ = true;
            } else {
                untaken_.erase(number);
            }
            return;
        case PublishAnswer::Outcome::kRefused:
            refusal_ = answer.reason;
            must_begin_anew_ = true;
            return;
        case PublishAnswer::Outcome::kNotSent:
        case PublishAnswer::Outcome::kCut:
            must_begin_anew_ = true;
            return;
    }
}

rules::Result<void> Sender::turn(Tick now, const Publish& publish) {
    const std::uint64_t gone_to = untaken_.empty() ? sent_to_ : *untaken_.begin() - 1;
    if (gone_to > spool_.let_go_up_to()) {
        pause_ = std::chrono::seconds{0};
        if (const auto gone = spool_.let_go(gone_to); !gone) return gone;
    }
    if (!is_up_ || now < resumes_) return {};
    if (must_begin_anew_) {
        if (on_the_way_ > 0) return {};
        must_begin_anew_ = false;
        sent_to_ = 0;
        untaken_.clear();
        pause_ = std::clamp(pause_ * 2, kPauseFirst, kPauseMost);
        resumes_ = now + pause_;
        return {};
    }
    if (on_the_way_ >= kOnTheWayMax || sent_to_ >= spool_.last()) return {};
    const auto messages = spool_.read(sent_to_, kOnTheWayMax - on_the_way_);
    if (!messages) return messages.error();
    for (const SpooledMessage& message : *messages) {
        sent_to_ = message.number;
        untaken_.insert(message.number);
        ++on_the_way_;
        publish({stem_ + message.topic, message.payload, false,
                 [this, alive = std::weak_ptr(alive_), mine = link_,
                  number = message.number](PublishAnswer answer) {
                     if (!alive.expired() && mine == link_) answered(number, answer);
                 }});
    }
    return {};
}

}  // namespace qk::agent
