// Thousands of agents in one process, for the benchmark of many agents (many_agents_bench.py):
// each has a connection of its own, the product's own Link with the pauses of an agent, and
// verifies what comes as the agent does (daemon/agent/order_check.hpp). It says "online" after each
// connect and answers "received" to each new order. Only the disk of a plant is not played.
//
//     agent_fleet PORT PUBLIC_KEY COUNT REGION PREFIX
//
// Enterprises are PREFIX0 … PREFIX(COUNT-1). Every tenth of a second in which something changed,
// one line of JSON; on the line "report" of standard input one with the times (of the monotonic
// clock, in seconds) at which the present order was verified first since the last connect. Ends
// with its standard input.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/agent/broker_line.hpp"
#include "daemon/agent/order_check.hpp"
#include "daemon/agent/receipt_text.hpp"
#include "daemon/mqtt/link.hpp"

namespace {

namespace asio = boost::asio;
using namespace qk::agent;
using asio::ip::tcp;
using qk::daemon::Link;
using qk::daemon::LinkFilter;
using qk::daemon::Tick;

constexpr std::size_t kUnsentBytesMax = 64 << 10;  // of one agent
constexpr std::size_t kPacketBytesMax = 1 << 20;
constexpr std::chrono::milliseconds kTurnEvery{20};
constexpr std::chrono::milliseconds kTellEvery{100};
constexpr std::uint32_t kSessionSeconds = 7 * 24 * 3600;
constexpr std::uint16_t kReceiveMaximum = 20;

Tick tick() { return std::chrono::steady_clock::now(); }
double seconds_of(Tick when) {
    return std::chrono::duration<double>(when.time_since_epoch()).count();
}

// Bytes of MQTT 5.
std::string two_bytes(std::size_t value) {
    return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}
std::string text_of(std::string_view text) { return two_bytes(text.size()) + std::string(text); }
std::string packet(int head, const std::string& body) {
    std::string bytes(1, static_cast<char>(head));
    std::size_t left = body.size();
    do {
        const std::size_t digit = left % 128;
        left /= 128;
        bytes += static_cast<char>(digit | (left > 0 ? 0x80U : 0U));
    } while (left > 0);
    return bytes + body;
}
std::string connect_packet(const std::string& client_id) {
    std::string properties;
    properties += '\x11';
    for (const int shift : {24, 16, 8, 0}) {
        properties += static_cast<char>((kSessionSeconds >> static_cast<unsigned>(shift)) & 0xFFU);
    }
    properties += '\x21' + two_bytes(kReceiveMaximum);
    const std::string no_keep_alive = two_bytes(0);
    return packet(0x10, text_of("MQTT") + '\x05' + std::string(1, '\0') + no_keep_alive +
                            static_cast<char>(properties.size()) + properties + text_of(client_id));
}

// Reads a packet from its beginning on; nothing more is there where it was cut short.
class Reader {
 public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}
    std::size_t number(std::size_t bytes) {
        std::size_t value = 0;
        for (const char byte : take(bytes)) value = value << 8U | static_cast<unsigned char>(byte);
        return value;
    }
    std::size_t length() {
        std::size_t value = 0;
        for (unsigned shift = 0; shift < 28; shift += 7) {
            const std::size_t digit = number(1);
            value |= (digit & 0x7FU) << shift;
            if (digit < 0x80) break;
        }
        return value;
    }
    std::string_view take(std::size_t count) {
        count = std::min(count, bytes_.size());
        const std::string_view taken = bytes_.substr(0, count);
        bytes_.remove_prefix(count);
        return taken;
    }
    [[nodiscard]] std::string_view rest() const { return bytes_; }

 private:
    std::string_view bytes_;
};

struct Fleet {
    asio::io_context io;
    tcp::endpoint broker;
    std::string key;
    std::string region;
    std::array<char, 64 << 10> scratch{};
    std::uint64_t refused = 0;    // orders that were not believed
    std::uint64_t again = 0;      // the order that was on record already
    std::uint64_t overflows = 0;  // links ended because too much waited to be sent
    bool has_changed = true;
};

class FleetAgent : public qk::daemon::LinkPort {
 public:
    FleetAgent(Fleet& fleet, std::string id)
        : fleet_(fleet),
          id_(std::move(id)),
          stem_("qingkong/1/" + fleet.region + "/" + id_ + "/"),
          socket_(fleet.io) {
        Link::Listener told;
        told.on_link = [this](bool is_up) { on_link(is_up); };
        link_ = std::make_unique<Link>(
            *this, std::vector<LinkFilter>{{stem_ + "order", LinkFilter::Kind::kMessages}},
            std::move(told), pauses_of(stem_));
    }
    void start() { link_->start(tick()); }
    void turn(Tick now) {
        if (!link_->is_up()) link_->pass_time(now);
    }
    [[nodiscard]] bool is_up() const { return link_->is_up(); }
    [[nodiscard]] std::int64_t revision() const { return known_ ? known_->revision : 0; }
    // When the order on record came first on this link; nothing where it has not.
    [[nodiscard]] std::optional<Tick> held_since() const { return held_since_; }

    void connect() override {
        close();
        const std::uint64_t mine = ++connection_;
        socket_.async_connect(fleet_.broker, [this, mine](boost::system::error_code failed) {
            if (mine != connection_) return;
            if (failed) return link_->not_connected(0, failed.message(), tick());
            socket_.set_option(tcp::no_delay(true));
            socket_.non_blocking(true);
            write(connect_packet("agent-" + id_));
            wait_for_bytes();
        });
    }
    void subscribe(const LinkFilter& filter, std::size_t number) override {
        const std::string no_properties(1, '\0');
        write(packet(0x82, two_bytes(number + 1) + no_properties + text_of(filter.topic) + '\x01'));
    }
    void close() override {
        ++connection_;
        boost::system::error_code ignored;
        socket_.close(ignored);
        in_.clear();
        unsent_.clear();
        is_writing_ = false;
    }
    bool send(std::uint64_t number, const std::string& topic, const std::string& payload,
              bool retain) override {
        const std::size_t id = number % 65'000 + 100;  // not one of the subscriptions
        flights_[id % flights_.size()] = number;
        write(packet(0x32 | (retain ? 1 : 0),
                     text_of(topic) + two_bytes(id) + std::string(1, '\0') + payload));
        return true;
    }

 private:
    void on_link(bool is_up) {
        fleet_.has_changed = true;
        held_since_.reset();
        if (is_up) publish("status", "online");
    }
    void publish(const char* end, std::string payload) {
        link_->publish({stem_ + end, std::move(payload), false, [](qk::daemon::PublishAnswer) {}},
                       tick());
    }
    void wait_for_bytes() {
        const std::uint64_t mine = connection_;
        socket_.async_wait(tcp::socket::wait_read, [this, mine](boost::system::error_code failed) {
            if (mine != connection_) return;
            if (!failed) take_bytes(mine);
        });
    }
    void take_bytes(std::uint64_t mine) {
        for (;;) {
            boost::system::error_code failed;
            const std::size_t count = socket_.read_some(asio::buffer(fleet_.scratch), failed);
            if (failed == asio::error::would_block) break;
            if (failed) return ended();
            in_.append(fleet_.scratch.data(), count);
            if (!take_packets(mine)) return;
        }
        wait_for_bytes();
    }
    void ended() {
        close();
        link_->ended(0, "", tick());
    }
    // False: the connection is no longer this one.
    bool take_packets(std::uint64_t mine) {
        std::size_t done = 0;
        for (;;) {
            const std::string_view left = std::string_view(in_).substr(done);
            const auto size = size_of_packet(left);
            if (!size) break;
            if (*size > kPacketBytesMax) {
                ended();
                return false;
            }
            if (left.size() < *size) break;
            take_packet(left.substr(0, *size));
            if (mine != connection_) return false;
            done += *size;
        }
        in_.erase(0, done);
        return true;
    }
    // Nothing where the head is not whole yet.
    static std::optional<std::size_t> size_of_packet(std::string_view bytes) {
        std::size_t value = 0;
        for (std::size_t i = 1; i < bytes.size() && i < 5; ++i) {
            const auto digit = static_cast<unsigned char>(bytes[i]);
            value |= static_cast<std::size_t>(digit & 0x7FU) << (7 * (i - 1));
            if (digit < 0x80) return 1 + i + value;
        }
        return std::nullopt;
    }
    void take_packet(std::string_view bytes) {
        Reader reader(bytes);
        const auto head = static_cast<unsigned>(reader.number(1));
        reader.length();
        switch (head >> 4U) {
            case 2:
                return take_connack(reader);
            case 3:
                return take_publish(reader, head);
            case 4: {
                const std::uint64_t number = flights_[reader.number(2) % flights_.size()];
                return link_->answered(number, static_cast<int>(reader.number(1)), tick());
            }
            case 9: {
                const std::size_t number = reader.number(2) - 1;
                reader.take(reader.length());
                return link_->granted(number, static_cast<int>(reader.number(1)), tick());
            }
            case 14:
                return ended();
            default:
                return;
        }
    }
    void take_connack(Reader& reader) {
        qk::daemon::LinkGreeting greeting;
        greeting.has_session = (reader.number(1) & 1U) != 0;
        const int reason = static_cast<int>(reader.number(1));
        if (reason == 0) return link_->connected(greeting, tick());
        close();
        link_->not_connected(reason, "", tick());
    }
    void take_publish(Reader& reader, unsigned head) {
        reader.take(reader.number(2));  // its topic: there is one filter
        const std::string id = (head & 6U) != 0 ? std::string(reader.take(2)) : std::string();
        reader.take(reader.length());
        link_->heard();
        take_order(reader.rest());
        if (!id.empty()) write(packet(0x40, id));
    }
    void take_order(std::string_view text) {
        fleet_.has_changed = true;
        OrderJudgement judged =
            judge_order(text, {fleet_.key, {}, {}}, {id_, fleet_.region}, known_);
        if (judged.refusal) {
            ++fleet_.refused;
            return;
        }
        if (!held_since_ || judged.order->revision > revision()) held_since_ = tick();
        if (judged.is_known) {
            ++fleet_.again;
            return;
        }
        const bool is_new = judged.order->revision > revision();
        known_ = *std::move(judged.order);
        if (!is_new) return;
        const Answer answer{known_->order, known_->revision, "received", {}, "值班室", ""};
        publish("receipt", to_text(answer, id_, nullptr));
    }
    void write(const std::string& bytes) {
        if (unsent_.size() + bytes.size() > kUnsentBytesMax) {
            ++fleet_.overflows;
            return ended();
        }
        unsent_ += bytes;
        if (!is_writing_) write_on();
    }
    void write_on() {
        if (unsent_.empty()) return;
        is_writing_ = true;
        auto bytes = std::make_shared<std::string>(std::exchange(unsent_, {}));
        const std::uint64_t mine = connection_;
        asio::async_write(socket_, asio::buffer(*bytes),
                          [this, mine, bytes](boost::system::error_code failed, std::size_t) {
                              if (mine != connection_) return;
                              is_writing_ = false;
                              if (!failed) return write_on();
                              ended();
                          });
    }

    Fleet& fleet_;
    const std::string id_;
    const std::string stem_;
    tcp::socket socket_;
    std::unique_ptr<Link> link_;
    std::uint64_t connection_ = 0;  // what comes of an earlier one is passed over
    std::string in_;
    std::string unsent_;
    bool is_writing_ = false;
    std::array<std::uint64_t, 64> flights_{};  // the publications under way, by packet id
    std::optional<VerifiedOrder> known_;
    std::optional<Tick> held_since_;
};

class Player {
 public:
    Player(Fleet& fleet, std::size_t count, const std::string& prefix) : fleet_(fleet) {
        for (std::size_t i = 0; i < count; ++i) {
            agents_.push_back(std::make_unique<FleetAgent>(fleet, prefix + std::to_string(i)));
        }
    }
    void run() {
        read_words();
        turn();
        tell();
        fleet_.io.run();
    }

 private:
    // So many begin at each turn: a queue of connects is no part of what is measured.
    void turn() {
        constexpr std::size_t kBeginAtOnce = 50;
        for (std::size_t i = 0; i < kBeginAtOnce && begun_ < agents_.size(); ++i) {
            agents_[begun_++]->start();
        }
        const Tick now = tick();
        for (std::size_t i = 0; i < begun_; ++i) agents_[i]->turn(now);
        turn_.expires_after(kTurnEvery);
        turn_.async_wait([this](boost::system::error_code failed) {
            if (!failed) turn();
        });
    }
    struct Standing {
        std::size_t linked = 0;
        std::int64_t revision = 0;  // the highest
        std::vector<Tick> held;     // since when, of those that hold it
    };
    [[nodiscard]] Standing standing() const {
        Standing now;
        for (const auto& agent : agents_) now.revision = std::max(now.revision, agent->revision());
        for (const auto& agent : agents_) {
            now.linked += agent->is_up() ? 1 : 0;
            const auto since = agent->held_since();
            if (since && agent->revision() == now.revision) now.held.push_back(*since);
        }
        return now;
    }
    void tell() {
        if (std::exchange(fleet_.has_changed, false)) {
            const Standing now = standing();
            fmt::print(R"({{"at":{:.3f},"linked":{},"revision":{},"holding":{},"refused":{},)"
                       R"("again":{},"overflows":{}}})"
                       "\n",
                       seconds_of(tick()), now.linked, now.revision, now.held.size(),
                       fleet_.refused, fleet_.again, fleet_.overflows);
            std::fflush(stdout);
        }
        tell_.expires_after(kTellEvery);
        tell_.async_wait([this](boost::system::error_code failed) {
            if (!failed) tell();
        });
    }
    void report() const {
        Standing now = standing();
        std::ranges::sort(now.held);
        const auto at = [&now](double share) {
            if (now.held.empty()) return 0.0;
            const auto last = static_cast<double>(now.held.size() - 1);
            return seconds_of(now.held[static_cast<std::size_t>(share * last)]);
        };
        fmt::print(
            R"({{"report":true,"holding":{},"first":{:.4f},"p50":{:.4f},"p99":{:.4f},"last":{:.4f}}})"
            "\n",
            now.held.size(), at(0), at(0.5), at(0.99), at(1));
        std::fflush(stdout);
    }
    void read_words() {
        asio::async_read_until(words_in_, asio::dynamic_buffer(words_), '\n',
                               [this](boost::system::error_code failed, std::size_t size) {
                                   if (failed) return fleet_.io.stop();
                                   if (words_.starts_with("report")) report();
                                   words_.erase(0, size);
                                   read_words();
                               });
    }

    Fleet& fleet_;
    std::vector<std::unique_ptr<FleetAgent>> agents_;
    std::size_t begun_ = 0;
    asio::steady_timer turn_{fleet_.io};
    asio::steady_timer tell_{fleet_.io};
    asio::posix::stream_descriptor words_in_{fleet_.io, ::dup(0)};
    std::string words_;
};

// True: so many files may be open at once.
bool may_open(std::size_t files) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur >= files) return true;
    fmt::print(stderr, "{} open files are needed and {} allowed: ulimit -n {}\n", files,
               limit.rlim_cur, files);
    return false;
}

template <class Number>
bool read_number(std::string_view text, Number& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && value > 0;
}

}  // namespace

int main(int argc, char** argv) {
    std::uint16_t port = 0;
    std::size_t count = 0;
    if (argc != 6 || !read_number(argv[1], port) || !read_number(argv[3], count)) {
        fmt::print(stderr, "usage: agent_fleet PORT PUBLIC_KEY COUNT REGION PREFIX\n");
        return 2;
    }
    constexpr std::size_t kOtherFiles = 32;
    if (!may_open(count + kOtherFiles)) return 2;
    Fleet fleet;
    fleet.broker = {asio::ip::make_address("127.0.0.1"), port};
    fleet.key = argv[2];
    fleet.region = argv[4];
    Player player(fleet, count, argv[5]);
    player.run();
    return 0;
}
