// Real sockets, hand-written devices, and a journal that is as slow as the test wants.
#include "daemon/hj212/hj212_server.hpp"

#include <gmock/gmock.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <condition_variable>
#include <mutex>

#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/hj212/device_frames.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr milliseconds kLong{600'000};
constexpr milliseconds kLook{2};

class Device {
 public:
    explicit Device(std::uint16_t port) : socket_(io_) {
        socket_.connect({asio::ip::make_address("127.0.0.1"), port});
        socket_.non_blocking(true);
    }
    // What cannot be sent at once is not sent; false: nothing was taken.
    bool send(std::string_view bytes) {
        boost::system::error_code error;
        const std::size_t count = socket_.write_some(asio::buffer(bytes), error);
        return !error && count == bytes.size();
    }
    const std::string& received() {
        boost::system::error_code error;
        std::array<char, 4096> bytes{};
        for (;;) {
            const std::size_t count = socket_.read_some(asio::buffer(bytes), error);
            if (error) break;
            received_.append(bytes.data(), count);
        }
        is_closed_ = is_closed_ || error != asio::error::would_block;
        return received_;
    }
    bool is_closed() {
        (void)received();
        return is_closed_;
    }
    std::size_t answers() {
        std::size_t count = 0;
        for (std::size_t at = received().find("CN=9014"); at != std::string::npos;
             at = received_.find("CN=9014", at + 1)) {
            ++count;
        }
        return count;
    }

 private:
    asio::io_context io_;
    tcp::socket socket_;
    std::string received_;
    bool is_closed_ = false;
};

class Hj212Test : public ContextFixture {
 protected:
    Hj212Test() {
        config_.journal_folder.clear();
        config_.hj212.enabled = true;
        config_.hj212.port = 0;
        times_.idle = times_.half_frame = times_.flood = kLong;
    }
    ~Hj212Test() override {
        open_gate();
        if (!server_) return;
        bool is_stopped = false;
        asio::co_spawn(io_, server_->stop(),
                       [&is_stopped](const std::exception_ptr&) { is_stopped = true; });
        until([&] { return is_stopped; });
    }

    void start() {
        rebuild(config_);
        auto keep = [this](std::span<const Envelope> envelopes) {
            std::unique_lock lock(mutex_);
            ++asked_;
            gate_.wait(lock, [this] { return is_open_; });
            if (is_broken_) return false;
            for (const Envelope& one : envelopes) kept_.emplace_back(one.address, one.payload);
            return true;
        };
        server_ = std::move(Hj212Server::listen(context_, std::move(keep), times_).value());
        server_->start();
    }
    Device connect() { return Device(server_->port()); }
    // Runs until it is so; false: it does not come.
    template <class Claim>
    bool until(Claim claim) {
        constexpr int kLooks = 5000;
        for (int i = 0; i < kLooks; ++i) {
            if (claim()) return true;
            run_for(kLook);
        }
        return claim();
    }
    void run_for(milliseconds time) {
        io_.restart();
        io_.run_for(time);
    }
    void open_gate() {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        gate_.notify_all();
    }
    void close_gate() {
        const std::lock_guard lock(mutex_);
        is_open_ = false;
    }
    std::size_t asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    std::vector<std::pair<std::string, std::string>> kept() {
        const std::lock_guard lock(mutex_);
        return kept_;
    }
    std::size_t logged(const std::string& text) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            log_lines_,
            [&text](const std::string& line) { return line.find(text) != std::string::npos; }));
    }

    // A device may see the end of its connection before the server has written of it.
    bool is_logged_once(const std::string& text) {
        until([&] { return logged(text) > 0; });
        return logged(text) == 1;
    }

    Config config_;
    LinkTimes times_;
    std::mutex mutex_;
    std::condition_variable gate_;
    bool is_open_ = true;
    bool is_broken_ = false;
    std::size_t asked_ = 0;
    std::vector<std::pair<std::string, std::string>> kept_;
    std::unique_ptr<Hj212Server> server_;
};

TEST_F(Hj212Test, AnAnswerLeavesOnlyWhenItsFrameIsDurable) {
    close_gate();
    start();
    Device device = connect();
    device.send(bytes_of(SentFrame{}));
    ASSERT_TRUE(until([&] { return asked() == 1; }));
    run_for(milliseconds{50});
    EXPECT_EQ(device.received(), "");
    open_gate();
    ASSERT_TRUE(until([&] { return device.answers() == 1; }));
    EXPECT_THAT(device.received(),
                HasSubstr("QN=20151208000000000;ST=91;CN=9014;PW=123456;MN=MN1;"));
    EXPECT_EQ(metrics_.value(Counter::kHj212FramesTaken), 1U);
    EXPECT_EQ(metrics_.value(Counter::kHj212Answers), 1U);
}

TEST_F(Hj212Test, SeveralConnectionsShareOneSync) {
    close_gate();
    start();
    std::vector<std::unique_ptr<Device>> devices;
    for (int i = 0; i < 6; ++i) devices.push_back(std::make_unique<Device>(server_->port()));
    devices[0]->send(bytes_of(SentFrame{}));
    ASSERT_TRUE(until([&] { return asked() == 1; }));
    for (std::size_t i = 1; i < devices.size(); ++i) devices[i]->send(bytes_of(SentFrame{}));
    ASSERT_TRUE(until(
        [&] { return metrics_.value(Counter::kHj212Bytes) == 6 * bytes_of(SentFrame{}).size(); }));
    open_gate();
    for (auto& device : devices) EXPECT_TRUE(until([&] { return device->answers() == 1; }));
    EXPECT_EQ(metrics_.value(Counter::kHj212Syncs), 2U);
}

TEST_F(Hj212Test, FramesComeSplitGluedAndBetweenDirt) {
    start();
    Device device = connect();
    const std::string frame = bytes_of(SentFrame{});
    for (const char c : frame) {
        device.send(std::string_view(&c, 1));
        run_for(milliseconds{0});
    }
    ASSERT_TRUE(until([&] { return device.answers() == 1; }));
    device.send(frame + frame + "dirt\r\n" + frame + "##0099broken" + frame);
    EXPECT_TRUE(until([&] { return device.answers() == 5; })) << device.answers();
    EXPECT_EQ(metrics_.value(Counter::kHj212Noise), 1U);
    EXPECT_EQ(metrics_.value(Counter::kHj212FramesRefused), 1U);
    for (const auto& [address, payload] : kept()) EXPECT_EQ(address, "hj212/MN1");
}

TEST_F(Hj212Test, AFrameWithoutALineEndIsAnsweredAllTheSame) {
    start();
    Device device = connect();
    const std::string frame = bytes_of(SentFrame{});
    device.send(frame.substr(0, frame.size() - 2));
    EXPECT_TRUE(until([&] { return device.answers() == 1; }));
}

TEST_F(Hj212Test, ADeviceThatIsNotInTheInventoryIsKeptSaidAndNotAnswered) {
    start();
    Device device = connect();
    device.send(bytes_of_mn("MN7"));
    ASSERT_TRUE(until([&] { return kept().size() == 1; }));
    ASSERT_TRUE(until([&] { return metrics_.value(Counter::kHj212FramesUnknown) == 1; }));
    EXPECT_EQ(kept()[0].first, "hj212/MN7");
    EXPECT_EQ(device.received(), "");
    EXPECT_EQ(logged("HJ212_DEVICE_UNKNOWN"), 1U);
    EXPECT_FALSE(device.is_closed());
}

TEST_F(Hj212Test, ASecondDeviceEndsItsConnectionAndNoOther) {
    start();
    Device two = connect();
    Device other = connect();
    two.send(bytes_of_mn("MN1") + bytes_of_mn("MN2"));
    EXPECT_TRUE(until([&] { return two.is_closed(); }));
    EXPECT_EQ(two.answers(), 1U);
    EXPECT_TRUE(is_logged_once("hj212.relays"));
    EXPECT_EQ(metrics_.value(Counter::kHj212LinksCut), 1U);
    other.send(bytes_of_mn("MN1"));
    EXPECT_TRUE(until([&] { return other.answers() == 1; }));
}

TEST_F(Hj212Test, AListedRelayBringsManyDevices) {
    config_.hj212.relays = {"127.0.0.1"};
    start();
    Device relay = connect();
    relay.send(bytes_of_mn("MN1") + bytes_of_mn("MN2") + bytes_of_mn("MN1"));
    EXPECT_TRUE(until([&] { return relay.answers() == 2; }));
    EXPECT_FALSE(relay.is_closed());
    EXPECT_EQ(kept()[1].first, "hj212/MN2");
    EXPECT_EQ(metrics_.value(Counter::kHj212FramesUnknown), 1U);
}

TEST_F(Hj212Test, AFrameThatDoesNotEndClosesItsConnectionThoughItDribbles) {
    times_.half_frame = milliseconds{60};
    start();
    Device slow = connect();
    const std::string frame = bytes_of(SentFrame{});
    std::size_t sent = 0;
    EXPECT_TRUE(until([&] {
        if (sent + 2 < frame.size()) slow.send(std::string_view(frame).substr(sent++, 1));
        return slow.is_closed();
    }));
    EXPECT_LT(sent, frame.size() - 2) << "it was closed before the frame was whole";
    EXPECT_TRUE(is_logged_once("half_frame_seconds"));
    EXPECT_EQ(metrics_.value(Counter::kHj212FramesCut), 1U);
}

TEST_F(Hj212Test, ASilentConnectionIsClosed) {
    times_.idle = milliseconds{40};
    start();
    Device silent = connect();
    EXPECT_TRUE(until([&] { return silent.is_closed(); }));
    EXPECT_TRUE(is_logged_once("idle_seconds"));
}

TEST_F(Hj212Test, WhoFloodsIsHeldBackAndThenClosed) {
    config_.hj212.bytes_per_second = 1000;
    times_.flood = milliseconds{300};
    start();
    Device flood = connect();
    Device other = connect();
    const std::string frame = bytes_of(SentFrame{});
    EXPECT_TRUE(until([&] {
        flood.send(frame + frame + frame + frame);
        return flood.is_closed();
    }));
    EXPECT_TRUE(is_logged_once("bytes_per_second"));
    other.send(frame);
    EXPECT_TRUE(until([&] { return other.answers() == 1; }));
}

TEST_F(Hj212Test, OneAddressHoldsSoManyConnections) {
    config_.hj212.connections_per_address = 2;
    start();
    Device first = connect();
    Device second = connect();
    first.send(bytes_of(SentFrame{}));
    second.send(bytes_of(SentFrame{}));
    ASSERT_TRUE(until([&] { return first.answers() == 1 && second.answers() == 1; }));
    Device third = connect();
    EXPECT_TRUE(until([&] { return third.is_closed(); }));
    EXPECT_EQ(metrics_.value(Counter::kHj212LinksRefused), 1U);
    EXPECT_FALSE(first.is_closed());
    EXPECT_FALSE(second.is_closed());
}

TEST_F(Hj212Test, WhoeverHasShownNoDeviceGivesWay) {
    config_.hj212.connections_per_address = 2;
    start();
    Device known = connect();
    known.send(bytes_of(SentFrame{}));
    ASSERT_TRUE(until([&] { return known.answers() == 1; }));
    Device stranger = connect();
    ASSERT_TRUE(until([&] { return metrics_.value(Gauge::kHj212Links) == 2; }));
    Device newcomer = connect();
    EXPECT_TRUE(until([&] { return stranger.is_closed(); }));
    EXPECT_FALSE(known.is_closed());
    newcomer.send(bytes_of(SentFrame{}));
    EXPECT_TRUE(until([&] { return newcomer.answers() == 1; }));
}

TEST_F(Hj212Test, WhatIsNotHj212IsClosedAndSaid) {
    start();
    Device browser = connect();
    browser.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + bytes_of(SentFrame{}));
    EXPECT_TRUE(until([&] { return browser.is_closed(); }));
    EXPECT_TRUE(is_logged_once("HTTP"));
    EXPECT_TRUE(kept().empty());
}

TEST_F(Hj212Test, WithoutAJournalNothingIsAnswered) {
    is_broken_ = true;
    start();
    Device device = connect();
    device.send(bytes_of(SentFrame{}));
    EXPECT_TRUE(until([&] { return device.is_closed(); }));
    EXPECT_EQ(device.received(), "");
    EXPECT_EQ(metrics_.value(Counter::kHj212FramesTaken), 0U);
}

TEST_F(Hj212Test, AClockThatIsOffIsSaidAndTheFramesAreTaken) {
    start();
    Device device = connect();
    SentFrame late;
    late.qn = "20151207235500000";  // five minutes before
    for (int i = 0; i < 6; ++i) device.send(bytes_of(late));
    EXPECT_TRUE(until([&] { return device.answers() == 6; }));
    EXPECT_EQ(logged("HJ212_CLOCK_OFF"), 1U);
    EXPECT_THAT(log_lines_.back(), HasSubstr("300"));
    EXPECT_EQ(metrics_.value(Gauge::kHj212ClocksOff), 1);
}

TEST_F(Hj212Test, APortInUseIsARefusalWithWhatToDo) {
    start();
    Config again = config_;
    again.hj212.port = server_->port();
    rebuild(again);
    const auto second = Hj212Server::listen(
        context_, [](std::span<const Envelope>) { return true; }, times_);
    ASSERT_FALSE(second.has_value());
    EXPECT_THAT(second.error().front().what, HasSubstr("cannot listen"));
}

}  // namespace
}  // namespace qk::daemon
