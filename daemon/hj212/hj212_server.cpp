#include "daemon/hj212/hj212_server.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <list>
#include <optional>

#include "daemon/access/forwarded.hpp"
#include "daemon/base/hj212_messages.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/hj212/device_clocks.hpp"
#include "daemon/hj212/frame_link.hpp"
#include "daemon/http/connection_slots.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace hj212 = plans::hj212;
using asio::ip::tcp;
using Error = boost::system::error_code;
using Timer = asio::steady_timer;
using hj212::Outcome;

namespace {

constexpr std::size_t kLinksOfDevice = 4;  // an old one may hang when its device comes again
constexpr int kBurstSeconds = 2;

Timer::time_point moment() { return Timer::clock_type::now(); }

// How many bytes a connection may bring, and how long it has been held back.
class Pace {
 public:
    explicit Pace(int bytes_per_second)
        : rate_(bytes_per_second), level_(rate_ * kBurstSeconds), at_(moment()) {}

    // How long nothing is to be read.
    [[nodiscard]] std::chrono::milliseconds charge(std::size_t bytes) {
        const auto now = moment();
        level_ += rate_ * std::chrono::duration<double>(now - at_).count();
        level_ = std::min(level_, rate_ * kBurstSeconds) - static_cast<double>(bytes);
        at_ = now;
        if (level_ >= 0) {
            held_since_.reset();
            return {};
        }
        if (!held_since_) held_since_ = now;
        return std::chrono::milliseconds{static_cast<std::int64_t>(-level_ / rate_ * 1000) + 1};
    }
    [[nodiscard]] bool is_held_for(std::chrono::milliseconds time) const {
        return held_since_ && moment() - *held_since_ >= time;
    }

 private:
    double rate_;
    double level_;
    Timer::time_point at_;
    std::optional<Timer::time_point> held_since_;
};

struct OpenLink {
    OpenLink(tcp::socket accepted, LinkSetting setting, int bytes_per_second)
        : socket(std::move(accepted)),
          deadline(socket.get_executor()),
          rest(socket.get_executor()),
          peer(setting.peer),
          frames(std::move(setting)),
          pace(bytes_per_second),
          // So that it is held back for a second at the longest, and then looked at again.
          buffer(std::min(kHj212ReadBytes, static_cast<std::size_t>(bytes_per_second))) {}

    void cut(LinkLimit why) {
        if (std::exchange(is_cut, true)) return;
        if (limit == LinkLimit::kNone) limit = why;
        Error error;
        socket.close(error);
        rest.cancel();
    }

    tcp::socket socket;
    Timer deadline;
    Timer rest;  // while it is held back
    std::string peer;
    FrameLink frames;
    Pace pace;
    ConnectionSlots::Slot slot;
    std::vector<char> buffer;
    std::optional<Timer::time_point> frame_until;  // of a frame that has begun
    LinkLimit limit = LinkLimit::kNone;
    bool is_cut = false;
};

Counter counter_of(const LinkFrame& one) {
    if (one.frame.outcome == Outcome::kNeedsKey) return Counter::kHj212FramesKeyless;
    if (one.frame.outcome > Outcome::kQuarantine) return Counter::kHj212FramesRefused;
    if (!one.is_known) return Counter::kHj212FramesUnknown;
    return one.frame.outcome == Outcome::kQuarantine ? Counter::kHj212FramesQuarantined
                                                     : Counter::kHj212FramesTaken;
}

}  // namespace

LinkTimes times_of(const Hj212Config& config) {
    LinkTimes times;
    times.idle = config.idle;
    times.half_frame = config.half_frame;
    times.flood = config.flood;
    return times;
}

struct Hj212Server::Parts {
    Parts(Context& of, DurableWriter::Keep keep, LinkTimes link_times)
        : context(of),
          config(of.config),
          times(link_times),
          decoding(decode_setting_of(config->hj212)),
          clocks(config->hj212.clock_drift),
          slots({static_cast<std::size_t>(config->hj212.connections),
                 static_cast<std::size_t>(config->hj212.connections_per_address), 64, 0,
                 kLinksOfDevice}),
          acceptor(of.executor),
          all_closed(of.executor),
          writer(of.executor, std::move(keep)) {
        all_closed.expires_at(Timer::time_point::max());
        // What its values say is read when it is stored.
        decoding.depth = hj212::Depth::kEnvelope;
    }

    void tell_end(const std::string& peer, const std::string& mn, LinkLimit limit) {
        const LinkLimitWords words = words_of(limit);
        context.log.write(kHj212LinkEnded, {{"remote", peer},
                                            {"mn", mn.empty() ? "—" : mn},
                                            {"why", words.why},
                                            {"cure", words.cure}});
    }
    void show_links() {
        if (is_over) return;
        context.metrics.set(Gauge::kHj212Links, static_cast<double>(open.size()));
    }

    Context& context;
    const std::shared_ptr<const Config> config;
    const LinkTimes times;
    hj212::DecodeSetting decoding;
    TrustedProxies relays;
    DeviceClocks clocks;
    ConnectionSlots slots;
    tcp::acceptor acceptor;
    Timer all_closed;  // cancelled when the last connection is gone
    std::list<OpenLink*> open;
    bool is_accepting = false;
    bool is_stopping = false;
    bool is_over = false;  // the context may be gone
    DurableWriter writer;
};

namespace {

using Parts = Hj212Server::Parts;

class LinkGuard {
 public:
    LinkGuard(std::shared_ptr<Parts> parts, std::shared_ptr<OpenLink> link)
        : parts_(std::move(parts)),
          link_(std::move(link)),
          at_(parts_->open.insert(parts_->open.end(), link_.get())) {
        link_->slot.cut = [held = link_.get()] { held->cut(LinkLimit::kPutOut); };
        parts_->show_links();
    }
    ~LinkGuard() {
        parts_->open.erase(at_);
        parts_->slots.leave(link_->slot);
        link_->deadline.cancel();
        parts_->show_links();
        parts_->all_closed.cancel();
    }
    LinkGuard(const LinkGuard&) = delete;
    LinkGuard& operator=(const LinkGuard&) = delete;

 private:
    std::shared_ptr<Parts> parts_;
    std::shared_ptr<OpenLink> link_;
    std::list<OpenLink*>::iterator at_;
};

void expire(const std::shared_ptr<OpenLink>& link, Timer::time_point at, LinkLimit limit) {
    link->deadline.expires_at(at);
    link->deadline.async_wait([link, limit](Error error) {
        const bool is_old = link->deadline.expiry() > moment();  // armed anew meanwhile
        if (!error && !is_old) link->cut(limit);
    });
}

// A frame that dribbles does not end later for it.
void expect_more(const Parts& parts, const std::shared_ptr<OpenLink>& link, bool has_taken) {
    const auto now = moment();
    if (!link->frames.is_in_frame()) {
        link->frame_until.reset();
        return expire(link, now + parts.times.idle, LinkLimit::kIdle);
    }
    if (has_taken || !link->frame_until) link->frame_until = now + parts.times.half_frame;
    expire(link, *link->frame_until, LinkLimit::kHalfFrame);
}

void note_frame(Parts& parts, OpenLink& link, const LinkFrame& one, rules::Instant now) {
    parts.context.metrics.add(counter_of(one));
    const std::string mn = one.frame.head.mn.value_or("");
    if (one.is_known) {
        if (parts.slots.show_token(link.slot, mn)) {
            parts.slots.move(link.slot, ConnectionSlots::Phase::kServed, moment());
        }
        const auto drift = parts.clocks.note(one.frame, now);
        if (drift) {
            parts.context.log.write(
                kHj212ClockOff,
                {{"mn", mn}, {"seconds", static_cast<std::int64_t>(drift->count())}});
        }
        parts.context.metrics.set(Gauge::kHj212ClocksOff, static_cast<double>(parts.clocks.off()));
    } else if (one.frame.outcome <= Outcome::kQuarantine && !mn.empty()) {
        parts.context.log.write(kHj212Unknown, {{"remote", link.peer}, {"mn", mn}});
    }
}

asio::awaitable<void> answer(Parts& parts, const std::shared_ptr<OpenLink>& link,
                             const std::string& answers, std::size_t count) {
    if (answers.empty() || link->is_cut) co_return;
    expire(link, moment() + parts.times.unread, LinkLimit::kUnread);
    Error error;
    co_await asio::async_write(link->socket, asio::buffer(answers),
                               asio::redirect_error(asio::use_awaitable, error));
    link->deadline.cancel();
    if (!error) parts.context.metrics.add(Counter::kHj212Answers, count);
}

// Whether a frame came of what was fed: all of them durable, then answered.
asio::awaitable<bool> take(Parts& parts, const std::shared_ptr<OpenLink>& link, hj212::Rest rest) {
    const rules::Instant now = parts.context.clock.now();
    parts.decoding.now = now;
    std::vector<LinkFrame> frames;
    std::vector<HeldEnvelope> held;
    const std::size_t noise = link->frames.noise();
    const std::size_t cut = link->frames.cut();
    while (auto one = link->frames.next(parts.decoding, rest)) {
        held.push_back({one->sender, now, one->address, std::move(one->payload)});
        frames.push_back(std::move(*one));
    }
    Metrics& metrics = parts.context.metrics;
    metrics.add(Counter::kHj212Noise, link->frames.noise() - noise);
    metrics.add(Counter::kHj212FramesCut, link->frames.cut() - cut);
    if (link->limit == LinkLimit::kNone) link->limit = link->frames.limit();
    if (frames.empty()) co_return false;
    const bool is_durable = co_await parts.writer.keep(std::move(held));
    if (!is_durable) {
        link->limit = LinkLimit::kNotDurable;
        co_return true;
    }
    std::string answers;
    std::size_t count = 0;
    for (const LinkFrame& one : frames) {
        note_frame(parts, *link, one, now);
        answers += one.answer;
        count += one.answer.empty() ? 0 : 1;
    }
    co_await answer(parts, link, answers, count);
    co_return true;
}

asio::awaitable<void> hold_back(Parts& parts, const std::shared_ptr<OpenLink>& link,
                                std::size_t bytes) {
    const auto pause = link->pace.charge(bytes);
    if (pause.count() == 0 || link->is_cut) co_return;
    if (link->pace.is_held_for(parts.times.flood)) {
        link->limit = LinkLimit::kFlood;
        co_return;
    }
    Error error;
    link->rest.expires_after(pause);
    co_await link->rest.async_wait(asio::redirect_error(asio::use_awaitable, error));
}

hj212::Rest rest_of(const OpenLink& link, const Error& read) {
    if (read) return hj212::Rest::kNone;
    Error error;
    const bool is_silent = link.socket.available(error) == 0;
    return is_silent ? hj212::Rest::kWaits : hj212::Rest::kComes;
}

asio::awaitable<void> serve(std::shared_ptr<Parts> parts, std::shared_ptr<OpenLink> link) {
    const LinkGuard guard(parts, link);
    bool has_taken = false;
    while (link->limit == LinkLimit::kNone && !parts->is_stopping) {
        expect_more(*parts, link, has_taken);
        Error error;
        const std::size_t count = co_await link->socket.async_read_some(
            asio::buffer(link->buffer), asio::redirect_error(asio::use_awaitable, error));
        link->deadline.cancel();
        parts->context.metrics.add(Counter::kHj212Bytes, count);
        link->frames.feed({link->buffer.data(), count});
        has_taken = co_await take(*parts, link, rest_of(*link, error));
        if (error) break;
        co_await hold_back(*parts, link, count);
    }
    if (link->limit != LinkLimit::kNone && !parts->is_stopping) {
        parts->context.metrics.add(Counter::kHj212LinksCut);
        parts->tell_end(link->peer, link->frames.mn(), link->limit);
    }
}

// Commands that the daemon starts must not hold its sockets.
void close_on_exec(int descriptor) { ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); }

void take_in(const std::shared_ptr<Parts>& parts, tcp::socket socket) {
    Error error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return;  // it has gone again
    const asio::ip::address peer = plain_address(endpoint.address());
    const Hj212Config& config = parts->config->hj212;
    LinkSetting setting;
    setting.peer = peer.to_string();
    setting.is_relay = parts->relays.covers(peer);
    setting.devices_max = static_cast<std::size_t>(config.devices_per_relay);
    setting.is_known = [&context = parts->context,
                        points = config.point_map](const std::string& mn) {
        return context.inventories.index()->outlet_of_mn(mn) || (points && points->knows(mn));
    };
    socket.set_option(tcp::no_delay(true), error);
    socket.set_option(asio::socket_base::keep_alive(true), error);
    const bool is_relay = setting.is_relay;
    auto link =
        std::make_shared<OpenLink>(std::move(socket), std::move(setting), config.bytes_per_second);
    if (!is_relay) link->slot.address = counted_address(link->peer);
    const auto admission = parts->slots.admit(link->slot, false, moment());
    const bool is_address_full = admission == ConnectionSlots::Admission::kAddressFull;
    if (is_address_full || admission == ConnectionSlots::Admission::kFull) {
        parts->context.metrics.add(Counter::kHj212LinksRefused);
        parts->tell_end(link->peer, {},
                        is_address_full ? LinkLimit::kAddressFull : LinkLimit::kConnections);
        return;  // the socket closes as it goes out of scope
    }
    // A connection that fails in an unforeseen way ends alone.
    asio::co_spawn(parts->context.executor, serve(parts, link), [](const std::exception_ptr&) {});
}

asio::awaitable<void> accept_all(std::shared_ptr<Parts> parts) {
    constexpr std::chrono::milliseconds kPause{100};
    while (!parts->is_stopping) {
        Error error;
        tcp::socket socket =
            co_await parts->acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || parts->is_stopping) break;
        if (error) {
            // Out of file descriptors or the like: do not spin.
            if (error == asio::error::no_descriptors) parts->context.log.write(kDescriptorsOut);
            Timer pause(parts->context.executor, kPause);
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        close_on_exec(socket.native_handle());
        take_in(parts, std::move(socket));
    }
}

}  // namespace

Hj212Server::Hj212Server(std::shared_ptr<Parts> parts) : parts_(std::move(parts)) {}

Hj212Server::~Hj212Server() {
    parts_->is_stopping = true;
    parts_->is_over = true;
    parts_->writer.close();
}

rules::Result<std::unique_ptr<Hj212Server>> Hj212Server::listen(Context& context,
                                                                DurableWriter::Keep keep,
                                                                LinkTimes times) {
    const Hj212Config& config = context.config->hj212;
    auto relays = TrustedProxies::parse(config.relays);
    if (!relays) return relays.error();
    Metrics& metrics = context.metrics;
    auto counted = [&metrics, keep = std::move(keep)](std::span<const Envelope> envelopes) {
        metrics.add(Counter::kHj212Syncs);
        return keep(envelopes);
    };
    auto parts = std::make_shared<Parts>(context, std::move(counted), times);
    parts->relays = std::move(*relays);
    try {
        const tcp::endpoint endpoint(asio::ip::make_address(config.listen), config.port);
        parts->acceptor.open(endpoint.protocol());
        close_on_exec(parts->acceptor.native_handle());
        parts->acceptor.set_option(tcp::acceptor::reuse_address(true));
        parts->acceptor.bind(endpoint);
        parts->acceptor.listen();
    } catch (const boost::system::system_error& error) {
        return rules::refuse(fmt::format("hj212：无法监听 {0}:{1} / cannot listen on {0}:{1}: {2}",
                                         config.listen, config.port, error.code().message()),
                             "换一个空闲端口或本机地址 / a free port, an address of this host");
    }
    return std::unique_ptr<Hj212Server>(new Hj212Server(std::move(parts)));
}

void Hj212Server::start() {
    parts_->is_accepting = true;
    parts_->context.log.write(
        kHj212Listens, {{"address", fmt::format("{}:{}", parts_->config->hj212.listen, port())}});
    asio::co_spawn(parts_->context.executor, accept_all(parts_),
                   [parts = parts_](const std::exception_ptr&) {
                       parts->is_accepting = false;
                       parts->all_closed.cancel();
                   });
}

asio::awaitable<void> Hj212Server::stop() {
    const std::shared_ptr<Parts> parts = parts_;
    parts->is_stopping = true;
    Error error;
    parts->acceptor.close(error);
    for (OpenLink* link : parts->open) link->cut(LinkLimit::kNone);
    while (parts->is_accepting || !parts->open.empty()) {
        co_await parts->all_closed.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
}

std::uint16_t Hj212Server::port() const {
    Error error;
    return parts_->acceptor.local_endpoint(error).port();
}

}  // namespace qk::daemon
