#include "daemon/http/event_stream.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <charconv>
#include <map>
#include <memory>

#include "daemon/county_view.hpp"
#include "daemon/metrics.hpp"
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

std::string gap_text(std::int64_t from, std::int64_t to) {
    return "event: gap\ndata: {\"from\":" + std::to_string(from) + ",\"to\":" + std::to_string(to) +
           "}\n\n";
}

// Its place among the listeners of a person, given back at the end.
class Seat {
 public:
    Seat(std::shared_ptr<std::map<std::string, std::size_t>> counts, std::string person)
        : counts_(std::move(counts)), person_(std::move(person)) {
        ++(*counts_)[person_];
    }
    ~Seat() {
        if (--(*counts_)[person_] == 0) counts_->erase(person_);
    }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;

 private:
    std::shared_ptr<std::map<std::string, std::size_t>> counts_;
    std::string person_;
};

// What was read at once: the numbers of the first and last event (0: none), and those for the
// listener.
struct Piece {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::vector<Event> heard;
};

// One listener: where it stands, and how it gets the next piece.
class Listener {
 public:
    Listener(Context& context, Call call, std::int64_t after, std::unique_ptr<Seat> seat)
        : context_(context), call_(std::move(call)), after_(after), seat_(std::move(seat)) {}

    boost::asio::awaitable<std::string> next() {
        const auto seen = context_.events.wakes();
        std::string text = co_await read();
        if (!text.empty()) co_return text;
        co_await context_.events.next(seen);
        text = co_await read();
        co_return text.empty() ? std::string(": 在线 / alive\n\n") : text;
    }

 private:
    boost::asio::awaitable<std::string> read() {
        const std::int64_t after = after_;
        const CountyView view(context_, call_);
        auto work = [after, &view](SQLite::Database& db) {
            Piece piece;
            for (Event& event : events_after(db, after, kEventsPerPieceMax)) {
                if (piece.last == 0) piece.first = event.number;
                piece.last = event.number;
                if (auto cut = view.cut(db, std::move(event)))
                    piece.heard.push_back(std::move(*cut));
            }
            return piece;
        };
        const Piece piece = co_await context_.store.transact(work);
        if (piece.last == 0) co_return std::string{};
        std::string text;
        if (piece.first > after + 1) text = gap_text(after + 1, piece.first - 1);
        after_ = piece.last;
        text += to_stream_text(piece.heard);
        // So that it goes on from here, and not from the last event that was for it.
        if (piece.heard.empty()) text += "id: " + std::to_string(after_) + "\n: 无关事件已略\n\n";
        co_return text;
    }

    Context& context_;
    Call call_;  // who listens
    std::int64_t after_;
    std::unique_ptr<Seat> seat_;
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
    route.roles = {Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                   Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};
    route.summary = "事件流（SSE，可用 Last-Event-ID 续接） / what happens, as server-sent events";
    route.query = {{"after", "integer", "number of the last event seen, as Last-Event-ID"}};
    route.handler = [this](const Call& call) { return open(call); };
    router.add(std::move(route));
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
    auto after = number_of(call.request.last_event_id);
    if (!after) after = number_of(call.query_value("after").value_or(""));
    auto look = [](SQLite::Database& db) -> std::int64_t {
        return db.execAndGet("SELECT coalesce(max(number), 0) FROM events").getInt64();
    };
    const std::int64_t newest = co_await context_.store.transact(look);
    // A number that is not there yet was another database's.
    const std::int64_t start = std::min(after.value_or(newest), newest);
    auto seat = std::make_unique<Seat>(listeners_, person);
    auto listener = std::make_shared<Listener>(context_, call, start, std::move(seat));
    ApiResponse response;
    response.content_type = "text/event-stream; charset=utf-8";
    // The number first, so that who hears nothing until the line breaks knows where to go on.
    response.body = "retry: 3000\nid: " + std::to_string(start) + "\n\n";
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
