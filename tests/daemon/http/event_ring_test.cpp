#include "daemon/http/event_ring.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/http/event_stream.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using testing::HasSubstr;
using testing::Not;

// Listeners of the whole region and of one county, each of which waits for its next piece.
class EventRingTest : public ContextFixture {
 protected:
    struct Listener {
        ApiResponse answer;
        std::vector<std::string> heard;
    };

    EventRingTest() {
        auto pack = std::make_shared<plans::RegionPack>();
        pack->region_code = "110000";
        context_.pack = pack;
        stream_.add_routes(router_);
        stream_.start(tasks_);
        std::vector<Person> people;
        for (const auto& [id, region] :
             std::map<std::string, std::string>{{"city", ""}, {"first", "110105"}}) {
            for (int i = 0; i < 10; ++i) {  // each may open some streams only
                Person person;
                person.id = id + std::to_string(i);
                person.roles = {Role::kAuditor};
                person.region = region;
                person.token_sha256 = token_hash(person.id);
                people.push_back(person);
            }
        }
        router_.set_people(std::move(people));
        run();
    }
    // What follows the ring ends before the ring does.
    ~EventRingTest() override {
        tasks_.cancel();
        run();
    }
    Listener& listen(const std::string& who, const std::string& query = "") {
        ApiRequest request;
        request.method = "GET";
        request.target = "/api/v1/events" + query;
        request.authorization = "Bearer " + who;
        listeners_.push_back(std::make_unique<Listener>());
        Listener& made = *listeners_.back();
        made.answer = wait(router_.handle(std::move(request)));
        EXPECT_EQ(made.answer.status, 200) << made.answer.body;
        return made;
    }
    // Lets every listener wait for one piece, tells, and wakes.
    template <class Tell>
    void hear(Tell tell_it) {
        for (auto& one : listeners_) {
            asio::co_spawn(io_, one->answer.next_piece(),
                           [&heard = one->heard](std::exception_ptr, std::string piece) {
                               heard.push_back(std::move(piece));
                           });
        }
        run();
        tell_it();
        events_.wake();
        run();
    }
    void tell(const std::string& kind, const boost::json::object& data) {
        transact([&](Session& db) { return append_event(db, kTestStart, kind, data); });
    }

    EventStream stream_{context_};
    Router router_;
    std::vector<std::unique_ptr<Listener>> listeners_;
};

TEST_F(EventRingTest, OneReadingServesAllListeners) {
    for (int i = 0; i < 100; ++i) listen("city" + std::to_string(i % 10));
    const auto before = store_->readings_begun();
    hear([this] { tell("receipt", {{"enterprise", "e1"}}); });
    for (const auto& one : listeners_) {
        ASSERT_EQ(one->heard.size(), 1U);
        EXPECT_THAT(one->heard[0], HasSubstr("event: receipt\n"));
    }
    // The one that finds it, and the one that finds nothing more.
    EXPECT_LE(store_->readings_begun(), before + 2);
}

TEST_F(EventRingTest, ACountyHearsItsOwnFromTheSameReading) {
    Listener& city = listen("city0");
    Listener& first = listen("first0");
    hear([this] { tell("receipt", {{"enterprise", "e1"}}); });
    EXPECT_THAT(first.heard.back(), HasSubstr("\"enterprise\":\"e1\""));
    hear([this] { tell("receipt", {{"enterprise", "e2"}}); });
    EXPECT_THAT(city.heard.back(), HasSubstr("\"enterprise\":\"e2\""));
    EXPECT_THAT(first.heard.back(), Not(HasSubstr("e2")));
    EXPECT_THAT(first.heard.back(), HasSubstr("id: 3\n")) << "it goes on behind it";
}

TEST_F(EventRingTest, AListenerBehindTheRingReadsTheStoreAndGoesOnWithoutALoss) {
    listen("city0");
    transact([](Session& db) {
        for (std::size_t i = 0; i < kEventsInRingMax + 700; ++i) {
            append_event(db, kTestStart, "k", boost::json::object{});
        }
    });
    events_.wake();
    run();
    Listener& late = listen("city1", "?after=1");
    std::int64_t expected = 2;
    while (expected < static_cast<std::int64_t>(kEventsInRingMax) + 702) {
        const std::string piece = wait(late.answer.next_piece());
        for (auto at = piece.find("id: "); at != std::string::npos;
             at = piece.find("id: ", at + 1)) {
            EXPECT_EQ(std::stoll(piece.substr(at + 4)), expected);
            ++expected;
        }
    }
    EXPECT_EQ(expected, static_cast<std::int64_t>(kEventsInRingMax) + 702);
}

TEST_F(EventRingTest, AfterATimeWithoutListenersANewOneHearsWhatHappensNext) {
    tell("old", {});
    {
        Listener& one = listen("city0");
        hear([this] { tell("first", {}); });
        EXPECT_THAT(one.heard.back(), HasSubstr("event: first"));
    }
    listeners_.clear();
    tell("unheard", {});
    events_.wake();
    run();
    Listener& next = listen("city0");
    hear([this] { tell("second", {}); });
    EXPECT_THAT(next.heard.back(), HasSubstr("event: second"));
    EXPECT_THAT(next.heard.back(), Not(HasSubstr("unheard")));
}

// Hears on until the text "last" has come.
asio::awaitable<void> hear_on(ApiResponse& answer, std::string& heard) {
    while (heard.find("event: last\n") == std::string::npos) heard += co_await answer.next_piece();
}

TEST_F(EventRingTest, MoreThanAreWokenAtOnceHearEverythingOnceAndInOrder) {
    constexpr std::size_t kMany = 150;
    static_assert(kMany > 2 * kListenersWokenAtOnce);
    std::vector<std::string> heard(kMany);
    for (std::size_t i = 0; i < kMany; ++i) {
        Listener& one = listen("city" + std::to_string(i % 10));
        asio::co_spawn(io_, hear_on(one.answer, heard[i]), [](const std::exception_ptr&) {});
    }
    run();
    tell("first", {});
    events_.wake();
    io_.restart();
    // The second comes while not all have heard the first.
    const auto have_heard = [&heard] {
        return std::ranges::count_if(heard, [](const auto& text) { return !text.empty(); });
    };
    while (have_heard() == 0) ASSERT_EQ(io_.run_one(), 1U);
    ASSERT_LT(have_heard(), static_cast<std::ptrdiff_t>(kMany));
    tell("last", {});
    events_.wake();
    run();
    for (const std::string& text : heard) {
        EXPECT_THAT(text, testing::ContainsRegex("^id: [0-9]+\nevent: first\n"));
        EXPECT_LT(text.find("event: first\n"), text.find("event: last\n"));
        EXPECT_EQ(text.find("event: last\n"), text.rfind("event: last\n"));
        EXPECT_THAT(text, Not(HasSubstr("alive")));
        EXPECT_EQ(text.find("event: first"), text.rfind("event: first"));
    }
}

TEST_F(EventRingTest, WhoStillListensWhenTheStreamIsTakenDownIsDropped) {
    auto kept = std::make_shared<int>(0);
    auto stream = std::make_unique<EventStream>(context_);
    Router router;
    stream->add_routes(router);
    Person person;
    person.id = "city";
    person.roles = {Role::kAuditor};
    person.token_sha256 = token_hash("city");
    router.set_people({person});
    ApiRequest request;
    request.method = "GET";
    request.target = "/api/v1/events";
    request.authorization = "Bearer city";
    ApiResponse answer = wait(router.handle(std::move(request)));
    const auto listen_on = [](ApiResponse& to, std::shared_ptr<int>) -> asio::awaitable<void> {
        (void)co_await to.next_piece();
    };
    asio::co_spawn(io_, listen_on(answer, kept), [](const std::exception_ptr&) {});
    run();
    EXPECT_EQ(kept.use_count(), 2);
    stream.reset();
    run();
    EXPECT_EQ(kept.use_count(), 1);
    EXPECT_EQ(wait(answer.next_piece()), "");
}

TEST_F(EventRingTest, AWakeWithoutNewsSaysThatTheLineIsAlive) {
    Listener& one = listen("city0");
    hear([this] { stream_.wake(); });
    EXPECT_THAT(one.heard.back(), HasSubstr("alive"));
}

}  // namespace
}  // namespace qk::daemon
