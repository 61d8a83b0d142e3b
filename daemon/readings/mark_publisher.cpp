#include "daemon/readings/mark_publisher.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "daemon/base/clock_watch.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/readings/mark_rows.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

MarkPublisher::MarkPublisher(Context& context, MessageBus& bus, std::function<bool()> may_send)
    : context_(context), bus_(bus), may_send_(std::move(may_send)), signal_(context.executor) {
    signal_.expires_at(asio::steady_timer::time_point::max());
}

void MarkPublisher::start(TaskGroup& tasks) { tasks.spawn("marks", run()); }

void MarkPublisher::on_link(bool is_up) {
    if (is_up_ == is_up) return;
    is_up_ = is_up;
    if (!is_up) {
        if (on_the_way_ > 0) ++cuts_;
        ++link_;
        on_the_way_ = 0;
        tellings_.clear();
        due_.clear();
        is_walking_ = false;
        if (cuts_ >= kMarkCutsMax) {
            cuts_ = 0;
            rests_until_ = context_.clock.now() + kMarkRest;
            context_.log.write(kMarksRest);
        }
        return;
    }
    has_told_refusal_ = false;
    is_walking_ = true;
    after_.clear();
    signal_.cancel();
}

// What comes while there is no link is told at the next connect with all others.
void MarkPublisher::raised(const std::set<std::string>& enterprises) {
    if (!is_up_ || enterprises.empty()) return;
    due_.insert(enterprises.begin(), enterprises.end());
    signal_.cancel();
}

bool MarkPublisher::has_work() const {
    return is_up_ && (is_walking_ || !due_.empty() || !tellings_.empty());
}

bool MarkPublisher::may_go_now() const {
    return is_up_ && is_over(rests_until_, context_.clock.now(), kMarkRest) && may_send_();
}

asio::awaitable<void> MarkPublisher::run() {
    for (;;) {
        if (!has_work()) {
            boost::system::error_code woken;
            co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
            continue;
        }
        if (may_go_now()) {
            if (tellings_.empty()) co_await load_round();
            if (!has_work()) continue;
            send_more();
        }
        co_await context_.clock.sleep_until(context_.clock.now() + kMarkEvery);
    }
}

asio::awaitable<void> MarkPublisher::load_round() {
    const std::uint64_t link = link_;
    std::set<std::string> names;
    while (!due_.empty() && names.size() < kMarksPerRoundMax) {
        names.insert(due_.extract(due_.begin()).value());
    }
    const std::size_t room = is_walking_ ? kMarksPerRoundMax - names.size() : 0;
    std::vector<std::string> walked;
    std::vector<Telling> loaded;
    auto work = [&names, &walked, &loaded, room, after = after_](Session& db) {
        walked = room > 0 ? marked_enterprises(db, after, room) : std::vector<std::string>{};
        names.insert(walked.begin(), walked.end());
        for (const std::string& enterprise : names) {
            const std::vector<MarkRow> rows = marks_of(db, enterprise);
            if (rows.empty()) continue;
            std::vector<SpoolMark> marks;
            for (const MarkRow& row : rows) marks.push_back(row.mark);
            loaded.push_back({enterprise,
                              "qingkong/1/" + rows.front().region + "/" + enterprise + "/" +
                                  std::string(kMarkTopicEnd),
                              std::move(marks)});
        }
    };
    co_await context_.store.transact(std::move(work));
    if (link != link_) co_return;  // the next connect begins anew
    if (room > 0) {
        is_walking_ = walked.size() == room;
        if (!walked.empty()) after_ = walked.back();
    }
    tellings_.insert(tellings_.end(), loaded.begin(), loaded.end());
}

void MarkPublisher::send_more() {
    while (!tellings_.empty() && on_the_way_ < kMarksOnTheWayMax && may_go_now()) {
        Telling telling = std::move(tellings_.front());
        tellings_.pop_front();
        ++on_the_way_;
        std::string text = to_mark_text(telling.enterprise, telling.marks, context_.signing_key);
        auto done = [this, alive = std::weak_ptr(alive_), executor = context_.executor,
                     link = link_, enterprise = telling.enterprise](PublishAnswer answer) {
            auto finish = [this, alive, link, enterprise, answer] {
                if (!alive.expired() && link == link_) answered(enterprise, answer);
            };
            asio::post(executor, std::move(finish));
        };
        bus_.publish(std::move(telling.topic), std::move(text), true, std::move(done));
    }
}

void MarkPublisher::answered(const std::string& enterprise, PublishAnswer answer) {
    --on_the_way_;
    switch (answer.outcome) {
        case PublishAnswer::Outcome::kTaken:
            cuts_ = 0;
            ++published_;
            break;
        case PublishAnswer::Outcome::kRefused: {
            cuts_ = 0;
            if (std::exchange(has_told_refusal_, true)) break;
            const ReasonWords& words = words_of(answer.reason);
            context_.log.write(kMarksRefused,
                               {{"reason", words.chinese}, {"reason_en", words.english}});
            break;
        }
        case PublishAnswer::Outcome::kCut:
        case PublishAnswer::Outcome::kNotSent:
            due_.insert(enterprise);
            signal_.cancel();
            return;  // the next round
    }
    send_more();
}

}  // namespace qk::daemon
