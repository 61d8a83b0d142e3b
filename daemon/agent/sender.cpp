#include "daemon/agent/sender.hpp"

#include <algorithm>
#include <utility>

#include "daemon/base/mqtt_reason.hpp"

namespace qk::agent {
namespace {

using daemon::PublishAnswer;
using daemon::Tick;

constexpr std::chrono::seconds kPauseFirst{10};
constexpr std::chrono::seconds kPauseMost{600};

}  // namespace

void Sender::on_link(bool is_up, Tick now) {
    is_up_ = is_up;
    ++link_;
    on_the_way_ = 0;
    open_.clear();
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
            } else if (!is_by_mark_) {
                open_.erase(number);
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

rules::Result<MarkAnswer> Sender::take_mark(const daemon::SpoolMark& mark, Tick now) {
    if (mark.up_to <= spool_.taken_up_to()) {
        const bool is_the_same = mark.up_to == spool_.taken_up_to();
        return is_the_same ? MarkAnswer::kKnown : MarkAnswer::kWentBack;
    }
    // What was dropped because the queue was full cannot be held against anything, nor need it be.
    if (mark.up_to > spool_.let_go_up_to()) {
        const auto check = spool_.check_of(mark.up_to);
        if (!check) return check.error();
        if (*check != mark.check) {
            if (const auto renewed = spool_.renew_id(); !renewed) return renewed.error();
            must_begin_anew_ = true;
            return MarkAnswer::kUnbelieved;
        }
    }
    if (const auto gone = spool_.let_go(mark.up_to); !gone) return gone.error();
    open_.erase(open_.begin(), open_.upper_bound(mark.up_to));
    pause_ = std::chrono::seconds{0};
    window_ = std::min(window_ * 2, kOpenMax);
    moved_at_ = now;
    is_overdue_ = false;
    return MarkAnswer::kTaken;
}

rules::Result<void> Sender::let_go_of_acknowledged() {
    const std::uint64_t gone_to = open_.empty() ? sent_to_ : *open_.begin() - 1;
    if (gone_to <= spool_.let_go_up_to()) return {};
    pause_ = std::chrono::seconds{0};
    return spool_.let_go(gone_to);
}

void Sender::note_overdue(Tick now) {
    if (must_begin_anew_ || open_.empty() || now < moved_at_ + kMarkWithin) return;
    must_begin_anew_ = true;
    is_overdue_ = true;
    window_ = 1;
}

void Sender::begin_anew(Tick now) {
    if (on_the_way_ > 0) return;
    must_begin_anew_ = false;
    sent_to_ = 0;
    open_.clear();
    new_left_ = kOpenMax;
    pause_ = std::clamp(pause_ * 2, kPauseFirst, kPauseMost);
    resumes_ = now + pause_;
}

rules::Result<void> Sender::turn(Tick now, const Publish& publish) {
    if (!is_by_mark_) {
        if (const auto gone = let_go_of_acknowledged(); !gone) return gone;
    }
    if (!is_up_) return {};
    if (is_overdue_) {
        if (const auto sent = send_new(publish); !sent) return sent;
    }
    if (now < resumes_) return {};
    if (is_by_mark_) note_overdue(now);
    if (must_begin_anew_) {
        begin_anew(now);
        return {};
    }
    return send_more(now, publish);
}

rules::Result<void> Sender::send_more(Tick now, const Publish& publish) {
    const std::size_t taken_up = is_by_mark_ ? std::max(open_.size(), on_the_way_) : on_the_way_;
    if (taken_up >= window_ || sent_to_ >= spool_.last()) return {};
    const auto messages = spool_.read(sent_to_, window_ - taken_up);
    if (!messages) return messages.error();
    if (open_.empty()) moved_at_ = now;
    for (const SpooledMessage& message : *messages) {
        const std::uint64_t after = std::exchange(sent_to_, message.number);
        open_.insert(message.number);
        send(message, after, publish);
    }
    return {};
}

rules::Result<void> Sender::send_new(const Publish& publish) {
    if (new_left_ == 0 || newest_sent_ >= spool_.last()) return {};
    const auto messages = spool_.read(newest_sent_, new_left_);
    if (!messages) return messages.error();
    new_left_ -= messages->size();
    for (const SpooledMessage& message : *messages) send(message, newest_sent_, publish);
    return {};
}

void Sender::send(const SpooledMessage& message, std::uint64_t after, const Publish& publish) {
    std::string payload = message.payload;
    if (is_by_mark_) {
        payload =
            daemon::with_sequence(payload, {spool_.id(), message.number, after, message.check});
    }
    newest_sent_ = std::max(newest_sent_, message.number);
    ++on_the_way_;
    publish({stem_ + message.topic, std::move(payload), false,
             [this, alive = std::weak_ptr(alive_), mine = link_,
              number = message.number](PublishAnswer answer) {
                 if (!alive.expired() && mine == link_) answered(number, answer);
             }});
}

}  // namespace qk::agent
