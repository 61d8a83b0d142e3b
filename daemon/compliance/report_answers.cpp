#include "daemon/compliance/report_answers.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace qk::daemon {
namespace {

using rules::Instant;

// The answers to one revision, followed one by one.
class Followed {
 public:
    void take(const AnswerOnRecord& answer) {
        // Behind the state on record only a correction is taken.
        const bool is_correction = is_final() || answer.state < present_;
        if (is_correction) take_back(answer.state);
        present_ = answer.state;
        first_.emplace(answer.state, answer.at);
    }
    // It moved nothing when it came. What lies before the state on record did come about.
    void note(const AnswerOnRecord& answer) {
        if (answer.state > present_ && !is_final()) {
            take(answer);
        } else if (answer.state == ReceiptState::kReceived ||
                   (answer.state < present_ && present_ != ReceiptState::kRefused)) {
            first_.emplace(answer.state, answer.at);
        }
    }
    [[nodiscard]] const std::map<ReceiptState, Instant>& first() const { return first_; }

 private:
    [[nodiscard]] bool is_final() const {
        return present_ == ReceiptState::kDone || present_ == ReceiptState::kRefused;
    }
    void take_back(ReceiptState true_one) {
        first_.erase(present_);
        if (true_one == ReceiptState::kRefused) return;
        std::erase_if(first_, [true_one](const auto& one) { return one.first > true_one; });
    }

    ReceiptState present_ = ReceiptState::kNone;
    std::map<ReceiptState, Instant> first_;
};

void keep_earlier(const std::map<ReceiptState, Instant>& first, ReceiptState state,
                  std::optional<Instant>& at) {
    const auto found = first.find(state);
    if (found == first.end()) return;
    at = at ? std::min(*at, found->second) : found->second;
}

}  // namespace

void add_answers(const std::vector<AnswerOnRecord>& answers, plans::OrderAnswer& order) {
    Followed followed;
    for (const AnswerOnRecord& answer : answers) {
        answer.is_taken ? followed.take(answer) : followed.note(answer);
    }
    const auto& first = followed.first();
    keep_earlier(first, ReceiptState::kReceived, order.received);
    keep_earlier(first, ReceiptState::kAccepted, order.accepted);
    keep_earlier(first, ReceiptState::kExecuting, order.executing);
    keep_earlier(first, ReceiptState::kDone, order.done);
    keep_earlier(first, ReceiptState::kRefused, order.refused);
}

}  // namespace qk::daemon
