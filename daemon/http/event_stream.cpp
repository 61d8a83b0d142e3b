#include "daemon/http/event_stream.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>

#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kHeartbeat{15};

std::string to_stream_text(const std::vector<Event>& events) {
    std::string text;
    for (const Event& event : events) {
        boost::json::object data;
        data["number"] = event.number;
        data["at"] = rules::to_iso(event.at, rules::Zone{});
        data["kind"] = event.kind;
        data["data"] = event.data;
        text += "id: " + std::to_string(event.number) + "\nevent: " + event.kind +
                "\ndata: " + plans::to_text(data) + "\n\n";
    }
    return text;
}

// One listener: where it stands, and how it gets the next piece.
class Listener {
 public:
    Listener(Context& context, std::optional<std::int64_t> after)
        : context_(context), after_(after) {}

    boost::asio::awaitable<std::string> next() {
        const auto seen = context_.events.wakes();
        auto events = co_await read();
        if (!events.empty()) {
            after_ = events.back().number;
            co_return to_stream_text(events);
        }
        co_await context_.events.next(seen);
        events = co_await read();
        if (events.empty()) co_return ": 在线 / alive\n\n";
        after_ = events.back().number;
        co_return to_stream_text(events);
    }

 private:
    boost::asio::awaitable<std::vector<Event>> read() {
        if (!after_) {
            auto newest = [](SQLite::Database& db) -> std::int64_t {
                return db.execAndGet("SELECT coalesce(max(number), 0) FROM events").getInt64();
            };
            after_ = co_await context_.store.transact(newest);
        }
        const std::int64_t after = *after_;
        auto work = [after](SQLite::Database& db) {
            return events_after(db, after, kEventsPerPieceMax);
        };
        co_return co_await context_.store.transact(work);
    }

    Context& context_;
    std::optional<std::int64_t> after_;
};

std::optional<std::int64_t> number_of(const std::string& text) {
    std::int64_t number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || end.ptr != text.data() + text.size() || number < 0) return std::nullopt;
    return number;
}

}  // namespace

void EventStream::add_routes(Router& router) {
    Route route;
    route.method = "GET";
    route.pattern = "/api/v1/events";
    route.roles = {Role::kDutyOfficer, Role::kApprover, Role::kInspector, Role::kCountyOfficer,
                   Role::kAuditor,     Role::kAdmin};
    route.summary = "事件流（SSE，可用 Last-Event-ID 续接） / what happens, as server-sent events";
    route.query = {{"after", "integer", "number of the last event seen, as Last-Event-ID"}};
    route.handler = [this](const Call& call) { return open(call); };
    router.add(std::move(route));
}

boost::asio::awaitable<ApiResponse> EventStream::open(const Call& call) {
    auto after = number_of(call.request.last_event_id);
    if (!after) after = number_of(call.query_value("after").value_or(""));
    auto listener = std::make_shared<Listener>(context_, after);
    ApiResponse response;
    response.content_type = "text/event-stream; charset=utf-8";
    response.body = "retry: 3000\n\n";
    response.next_piece = [listener] { return listener->next(); };
    co_return response;
}

void EventStream::start_heartbeat(TaskGroup& tasks) { tasks.spawn("event heartbeat", beat()); }

boost::asio::awaitable<void> EventStream::beat() {
    boost::asio::steady_timer timer(context_.executor);
    for (;;) {
        timer.expires_after(kHeartbeat);
        co_await timer.async_wait(boost::asio::use_awaitable);
        context_.events.wake();
    }
}

}  // namespace qk::daemon
