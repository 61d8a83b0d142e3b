#include "daemon/http/event_ring.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/json/object.hpp>

#include "daemon/store/store.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr std::size_t kEventsPerReading = 500;

}  // namespace

std::string to_stream_text(const Event& event, rules::Zone zone) {
    boost::json::object data;
    data["number"] = event.number;
    data["at"] = rules::to_iso(event.at, zone);
    data["kind"] = event.kind;
    data["data"] = event.data;
    return "id: " + std::to_string(event.number) + "\nevent: " + event.kind +
           "\ndata: " + plans::to_text(data) + "\n\n";
}

ToldEvents read_events(Session& db, std::int64_t number, std::size_t limit, rules::Zone zone) {
    ToldEvents told;
    for (Event& event : events_after(db, number, limit)) {
        auto one = std::make_shared<ToldEvent>();
        one->subject = subject_of(db, event);
        one->text = to_stream_text(event, zone);
        one->event = std::move(event);
        told.push_back(std::move(one));
    }
    return told;
}

EventRing::EventRing(Context& context) : context_(context) {}

void EventRing::restart(std::int64_t newest) {
    events_.clear();
    from_ = to_ = newest;
}

boost::asio::awaitable<bool> EventRing::read_on() {
    const std::int64_t behind = to_;
    const rules::Zone zone = context_.pack->zone;
    auto work = [behind, zone](Session& db) {
        return read_events(db, behind, kEventsPerReading, zone);
    };
    const ToldEvents news = co_await context_.store.read(std::move(work));
    if (to_ != behind) co_return true;  // begun anew meanwhile
    if (news.empty()) co_return false;
    // Some in between are no longer kept.
    if (news.front()->event.number > to_ + 1) restart(news.front()->event.number - 1);
    events_.insert(events_.end(), news.begin(), news.end());
    to_ = news.back()->event.number;
    while (events_.size() > kEventsInRingMax) {
        from_ = events_.front()->event.number;
        events_.pop_front();
    }
    wake();
    co_return true;
}

boost::asio::awaitable<void> EventRing::follow(std::function<bool()> has_listeners) {
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        bool may_be_more = has_listeners();
        while (may_be_more) may_be_more = co_await read_on();
        co_await context_.events.next(seen);
    }
}

EventRing::Range EventRing::after(std::int64_t number, std::size_t limit) const {
    if (number >= to_) return {events_.end(), events_.end()};
    const auto number_of = [](const auto& told) { return told->event.number; };
    const auto first = std::ranges::upper_bound(events_, number, {}, number_of);
    const auto count = std::min(limit, static_cast<std::size_t>(events_.end() - first));
    return {first, first + static_cast<std::ptrdiff_t>(count)};
}

void EventRing::wake() {
    ++wakes_;
    const bool is_going = to_wake_ > 0;
    to_wake_ = listeners_.size();
    if (is_going || to_wake_ == 0) return;
    boost::asio::post(context_.executor, [ring = weak_from_this()] {
        if (const auto alive = ring.lock()) alive->wake_some();
    });
}

void EventRing::wake_some() {
    // Whoever is woken waits again behind all that waited before.
    for (std::size_t i = 0; i < kListenersWokenAtOnce && to_wake_ > 0; ++i) {
        --to_wake_;
        listeners_.resume_one();
    }
    if (to_wake_ == 0) return;
    boost::asio::post(context_.executor, [ring = weak_from_this()] {
        if (const auto alive = ring.lock()) alive->wake_some();
    });
}

void EventRing::close() {
    is_closed_ = true;
    to_wake_ = 0;
    listeners_.forget();
}

}  // namespace qk::daemon
