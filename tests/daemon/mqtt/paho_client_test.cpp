// Goal: one connection does what its Link asks over a real broker that goes and comes, is said to
// be offline when it ends or breaks, and acknowledges nothing that it did not hand over. Method:
// mosquitto, a broker that answers when the test says so, and the test's thread as the owner.
#include "daemon/mqtt/paho_client.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "tests/daemon/mqtt/broker.hpp"
#include "tests/daemon/mqtt/slow_broker.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kTurn{20};

Tick tick() { return std::chrono::steady_clock::now(); }

// A client with its Link, turned by the test's thread.
class Turned {
 public:
    Turned(const Broker& broker, const std::string& id, bool is_v5,
           std::vector<LinkFilter> filters = {})
        : Turned(broker.url(), id, is_v5, std::move(filters)) {}
    Turned(const std::string& url, const std::string& id, bool is_v5,
           std::vector<LinkFilter> filters)
        : client_(settings(url, id, is_v5), owner()) {
        LinkPauses pauses;
        pauses.most = std::chrono::milliseconds{500};
        link_ = std::make_unique<Link>(client_, std::move(filters), Link::Listener{}, pauses);
        client_.serve(*link_);
        link_->start(tick());
    }
    ~Turned() { end(); }
    Turned(const Turned&) = delete;
    Turned& operator=(const Turned&) = delete;

    void end() {
        client_.end();
        link_->stop();
    }
    template <class Is>
    bool turn_until(Is is_so) {
        for (const Tick last = tick() + kPatience; tick() < last;) {
            std::vector<PahoClient::Event> taken;
            {
                std::unique_lock lock(mutex_);
                changed_.wait_for(lock, kTurn, [this] { return !events_.empty(); });
                taken.swap(events_);
            }
            for (const auto& event : taken) event(tick());
            link_->pass_time(tick());
            if (is_so()) return true;
        }
        return false;
    }
    bool comes_up() {
        return turn_until([this] { return link_->is_up(); });
    }
    bool hears(const std::string& what) {
        return turn_until([&] {
            const std::lock_guard lock(mutex_);
            return std::ranges::count(messages_, what) > 0;
        });
    }
    PublishAnswer::Outcome publish(const std::string& topic, const std::string& payload) {
        std::optional<PublishAnswer> answer;
        link_->publish({topic, payload, false, [&](PublishAnswer given) { answer = given; }},
                       tick());
        EXPECT_TRUE(turn_until([&] { return answer.has_value(); }));
        return answer.value_or(PublishAnswer{}).outcome;
    }
    bool is_up() const { return link_->is_up(); }
    int heard() {
        const std::lock_guard lock(mutex_);
        return static_cast<int>(messages_.size());
    }

 private:
    static PahoSettings settings(const std::string& url, const std::string& id, bool is_v5) {
        PahoSettings made;
        made.url = url;
        made.client_id = id;
        made.is_v5 = is_v5;
        made.will_topic = "t/" + id + "/status";
        return made;
    }
    PahoClient::Owner owner() {
        PahoClient::Owner made;
        made.post = [this](PahoClient::Event event) {
            const std::lock_guard lock(mutex_);
            events_.push_back(std::move(event));
            changed_.notify_all();
        };
        made.on_message = [this](const std::string& topic, const std::string& payload, bool) {
            const std::lock_guard lock(mutex_);
            messages_.push_back(topic + "=" + payload);
            changed_.notify_all();
        };
        made.now = tick;
        made.on_end = [this](int reason, const std::string& detail, Tick now) {
            link_->ended(reason, detail, now);
        };
        return made;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<PahoClient::Event> events_;
    std::vector<std::string> messages_;
    std::unique_ptr<Link> link_;
    PahoClient client_;  // last, so that its threads end before what they call goes
};

class PahoClientTest : public testing::TestWithParam<bool> {
 protected:
    Broker broker_;
    std::vector<LinkFilter> all_{{"t/#", LinkFilter::Kind::kMessages}};
};

TEST_P(PahoClientTest, WhatIsPublishedIsAnsweredAndHeard) {
    Turned hearer(broker_, "hearer", GetParam(), all_);
    Turned speaker(broker_, "speaker", GetParam());
    ASSERT_TRUE(hearer.comes_up());
    ASSERT_TRUE(speaker.comes_up());
    EXPECT_EQ(speaker.publish("t/1", "hello"), PublishAnswer::Outcome::kTaken);
    EXPECT_TRUE(hearer.hears("t/1=hello"));
}

TEST_P(PahoClientTest, ItIsSaidToBeOfflineWhenItEnds) {
    Turned hearer(broker_, "hearer", GetParam(), all_);
    Turned speaker(broker_, "speaker", GetParam());
    ASSERT_TRUE(hearer.comes_up());
    ASSERT_TRUE(speaker.comes_up());
    speaker.end();
    EXPECT_TRUE(hearer.hears("t/speaker/status=offline"));
}

// Paho would send again by itself what it sent before, so there is a new client each time; the old
// ones are kept for as long as their threads may still tell something.
TEST_P(PahoClientTest, AfterTheBrokerWasGoneItPublishesAgain) {
    Turned speaker(broker_, "speaker", GetParam());
    ASSERT_TRUE(speaker.comes_up());
    for (int times = 0; times < 3; ++times) {
        EXPECT_EQ(speaker.publish("t/1", "hello"), PublishAnswer::Outcome::kTaken);
        broker_.kill();
        ASSERT_TRUE(speaker.turn_until([&] { return !speaker.is_up(); }));
        broker_.start();
        ASSERT_TRUE(speaker.comes_up());
    }
    EXPECT_EQ(speaker.publish("t/1", "again"), PublishAnswer::Outcome::kTaken);
}

TEST_P(PahoClientTest, OneThatFindsNoBrokerTriesAgain) {
    broker_.kill();
    Turned speaker(broker_, "speaker", GetParam());
    EXPECT_FALSE(speaker.is_up());
    broker_.start();
    EXPECT_TRUE(speaker.comes_up());
}

// A broker sends what it holds for a session together with its answer to the connect. Who is told
// to stop between the two acknowledges nothing that was not handed over: it would be lost.
TEST_P(PahoClientTest, WhatComesAsItEndsIsHandedOverOrStaysWithTheBroker) {
    SlowBroker broker(GetParam());
    Turned hearer(broker.url(), "hearer", GetParam(), all_);
    ASSERT_TRUE(broker.is_asked());
    auto ended = std::async(std::launch::async, [&hearer] { hearer.end(); });
    // Whether it is already waiting for the answer or not yet: both are to hold.
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    broker.answer();
    ended.wait();
    EXPECT_EQ(broker.acknowledged(), hearer.heard());
}

TEST_P(PahoClientTest, ABrokerThatAnswersTooLateIsNotWaitedForAndKeepsWhatItHolds) {
    SlowBroker broker(GetParam());
    Turned hearer(broker.url(), "hearer", GetParam(), all_);
    ASSERT_TRUE(broker.is_asked());
    hearer.end();
    broker.answer();
    EXPECT_EQ(broker.acknowledged(), 0);
    EXPECT_EQ(hearer.heard(), 0);
}

INSTANTIATE_TEST_SUITE_P(Versions, PahoClientTest, testing::Values(true, false),
                         [](const auto& version) { return version.param ? "v5" : "v3"; });

}  // namespace
}  // namespace qk::daemon
