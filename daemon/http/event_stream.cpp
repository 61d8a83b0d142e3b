#include "daemon/http/event_stream.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <iterator>
#include <map>
#include <memory>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/system.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/service/county_view.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kHeartbeat{15};

std::string gap_text(std::int64_t from, std::int64_t to) {
    return "event: gap\ndata: {\"from\":" + std::to_string(from) + ",\"to\":" + std::to_string(to) +
           "}\n\n";
}

// Its place among the listeners of a person, given back at the end.
class Slot {
 public:
    Slot(std::shared_ptr<std::map<std::string, std::size_t>> counts, std::string person)
        : counts_(std::move(counts)), person_(std::move(person)) {
        ++(*counts_)[person_];
    }
    ~Slot() {
        if (--(*counts_)[person_] == 0) counts_->erase(person_);
    }
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;

 private:
    std::shared_ptr<std::map<std::string, std::size_t>> counts_;
    std::string person_;
};

// One listener: where it stands, and how it gets the next piece.
class Listener {
 public:
    Listener(Context& context, std::shared_ptr<EventRing> ring, Call call, std::int64_t after,
             std::unique_ptr<Slot> slot)
        : context_(context),
          ring_(std::move(ring)),
          call_(std::move(call)),
          after_(after),
          slot_(std::move(slot)) {}

    boost::asio::awaitable<std::string> next() {
        const auto seen = ring_->wakes();
        std::string text = take_from_ring();
        if (text.empty() && !ring_->holds(after_)) text = co_await read();
        if (!text.empty()) co_return text;
        if (ring_->is_closed()) co_return std::string();
        if (ring_->wakes() == seen) co_await ring_->next();
        text = take_from_ring();
        if (text.empty() && !ring_->holds(after_)) text = co_await read();
        co_return text.empty() ? std::string(": 在线 / alive\n\n") : text;
    }

 private:
    // Hundreds come here at each event, so what is at hand is taken without a coroutine.
    std::string take_from_ring() {
        if (!ring_->holds(after_)) return {};
        const EventRing::Range news = ring_->after(after_, kEventsPerPieceMax);
        return take(news.first, news.last);
    }

    boost::asio::awaitable<std::string> read() {
        const std::int64_t after = after_;
        const rules::Zone zone = context_.pack->zone;
        auto work = [after, zone](Session& db) {
            return read_events(db, after, kEventsPerPieceMax, zone);
        };
        const ToldEvents events = co_await context_.store.read(std::move(work), call_.reader());
        co_return take(events.begin(), events.end());
    }

    template <class At>
    std::string take(At first, At last) {
        if (first == last) return {};
        std::string text;
        const std::int64_t number = (*first)->event.number;
        if (number > after_ + 1) text = gap_text(after_ + 1, number - 1);
        after_ = (*std::prev(last))->event.number;
        const std::size_t length = text.size();
        if (covers(call_, context_.pack->region_code)) {
            for (; first != last; ++first) text += (*first)->text;
        } else {
            const CountyView view(context_, call_.caller);
            for (; first != last; ++first) {
                const auto cut = view.restrict_to_caller((*first)->event, (*first)->subject);
                if (cut) text += to_stream_text(*cut, context_.pack->zone);
            }
        }
        // So that it goes on from here, and not from the last event that was for it.
        if (text.size() == length) text += "id: " + std::to_string(after_) + "\n: 无关事件已略\n\n";
        return text;
    }

    Context& context_;
    std::shared_ptr<EventRing> ring_;
    Call call_;  // who listens
    std::int64_t after_;
    std::unique_ptr<Slot> slot_;
};

std::optional<std::int64_t> number_of(const std::string& text) {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ptr != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

}  // namespace

EventStream::~EventStream() { ring_->close(); }

void EventStream::add_routes(Router& router) {
    router.serve(operation::kStreamEvents, kReaders,
                 [this](const Call& call) { return open(call); });
}

boost::asio::awaitable<ApiResponse> EventStream::open(const Call& call) {
    const std::string person = call.caller->id;
    std::size_t all = 0;
    for (const auto& [id, count] : *listeners_) all += count;
    const auto own = listeners_->find(person);
    const bool is_person_full =
        own != listeners_->end() && own->second >= kEventListenersPerPersonMax;
    if (is_person_full || all >= kEventListenersMax) {
        context_.metrics.add(Counter::kEventListenersRefused);
        ApiResponse full =
            is_person_full
                ? answer_problem(429, "您打开的事件流过多，请关闭一些页面",
                                 "too many event streams of yours are open")
                : answer_problem(503, "事件流已满，请稍后再试", "too many event streams are open");
        full.headers.emplace_back("Retry-After", "15");
        co_return full;
    }
    const bool is_first = listeners_->empty();
    auto slot = std::make_unique<Slot>(listeners_, person);  // before anything is waited for
    auto after = number_of(call.request.last_event_id);
    if (!after) after = number_of(call.query_value("after").value_or(""));
    auto look = [](Session& db) { return newest_event(db); };
    const std::int64_t newest = co_await context_.store.read(look, call.reader());
    if (is_first) {
        ring_->restart(newest);
        // What was committed since has found nobody listening.
        context_.events.wake();
    }
    // A number that is not there yet was another database's.
    const std::int64_t start = std::min(after.value_or(newest), newest);
    auto listener = std::make_shared<Listener>(context_, ring_, call, start, std::move(slot));
    ApiResponse response;
    response.content_type = "text/event-stream; charset=utf-8";
    // The number first, so that who hears nothing until the line breaks knows where to go on.
    response.body = "retry: 3000\nid: " + std::to_string(start) + "\n\n";
    response.next_piece = [listener] { return listener->next(); };
    co_return response;
}

void EventStream::start(TaskGroup& tasks) {
    const auto counts = listeners_;
    auto follow = ring_->follow([counts] { return !counts->empty(); });
    tasks.spawn("event ring", std::move(follow));
}

void EventStream::start_heartbeat(TaskGroup& tasks) { tasks.spawn("event heartbeat", beat()); }

boost::asio::awaitable<void> EventStream::beat() {
    boost::asio::steady_timer timer(context_.executor);
    for (;;) {
        timer.expires_after(kHeartbeat);
        co_await timer.async_wait(boost::asio::use_awaitable);
        context_.events.wake();
        ring_->wake();
    }
}

}  // namespace qk::daemon
