#include "daemon/publish/publisher.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/base/clock_watch.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/answer_cache.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/public_address.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/signing_keys.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/evidence_routes.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/documents/atom.hpp"
#include "plans/documents/public_page.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

constexpr std::size_t kGatewaysMax = 1000;
constexpr CursorKind kNoticesCursor{"notices", "n"};
constexpr const char* kPublicFeedPath = "/cap/feed.atom";
constexpr const char* kExerciseFeedPath = "/api/v1/notices/drills.atom";
// What a gateway gets: everything an SMS or a ticker needs, and the CAP message itself.
std::string message_body(const StoredNotice& notice, rules::Zone zone) {
    return plans::canonical_text(
        json::object{{"id", notice.identifier},
                     {"warning", notice.warning},
                     {"kind", notice.kind},
                     {"colour", json::string(rules::to_text(notice.colour))},
                     {"exercise", notice.exercise},
                     {"sent", rules::to_iso(notice.sent, zone)},
                     {"headline", notice.headline},
                     {"body", notice.body},
                     {"measures", notice.measures},
                     {"instruction", notice.instruction},
                     {"cap", notice.cap}});
}

// An exercise is no news for the public: its messages are read by those who are logged in.
std::string drill_cap_path(const std::string& identifier) {
    return "/api/v1/notices/" + identifier + "/cap";
}

json::object notice_json(const StoredNotice& notice, rules::Zone zone) {
    return {
        {"identifier", notice.identifier},
        {"warning", notice.warning},
        {"kind", notice.kind},
        {"colour", json::string(rules::to_text(notice.colour))},
        {"exercise", notice.exercise},
        {"sent", rules::to_iso(notice.sent, zone)},
        {"expires",
         notice.expires ? json::value(rules::to_iso(*notice.expires, zone)) : json::value(nullptr)},
        {"headline", notice.headline},
        {"body", notice.body},
        {"document", notice.document},
        {"cap", notice.exercise ? drill_cap_path(notice.identifier) : cap_path(notice.identifier)}};
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t begin = 0;
    while (begin < text.size()) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        if (end > begin) lines.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

// The warning with the words of its last notice.
plans::PublicWarning public_warning(const rules::Warning& warning, const StoredNotice& notice,
                                    Instant now) {
    plans::PublicWarning shown;
    const rules::Segment* segment = rules::segment_at(warning, now);
    shown.in_force = segment != nullptr;
    if (segment == nullptr) segment = &warning.segments.front();
    shown.colour = segment->colour;
    shown.mandatory = segment->mandatory;
    shown.exercise = warning.exercise;
    shown.from = segment->from;
    shown.expected_to = warning.expected_to;
    shown.headline = notice.headline;
    shown.body = notice.body;
    shown.measures = notice.measures;
    shown.advice = lines_of(notice.instruction);
    return shown;
}

struct PublicRows {
    std::vector<StoredWarning> running;
    std::vector<StoredNotice> newest;  // of each of `running`
    std::vector<StoredNotice> history;
};

PublicRows read_public(Session& db) {
    PublicRows rows;
    constexpr std::size_t kRunningMax = 10;
    const WarningFilter filter{false,
                               {rules::WarningStanding::kIssued, rules::WarningStanding::kInForce,
                                rules::WarningStanding::kAdvisory}};
    for (StoredWarning& warning : load_warnings(db, filter, kRunningMax, 0)) {
        auto notices = list_notices(db, warning.state.id, 1, 0);
        if (notices.empty()) continue;
        rows.newest.push_back(std::move(notices.front()));
        rows.running.push_back(std::move(warning));
    }
    rows.history = list_notices_of(db, false, kFeedEntriesMax);
    return rows;
}

// Gives a gateway's place among those under way back, however its delivery ends.
class PlaceBack {
 public:
    PlaceBack(std::set<std::string>& under_way, EventFeed& ended, std::string target)
        : under_way_(under_way), ended_(ended), target_(std::move(target)) {}
    ~PlaceBack() {
        under_way_.erase(target_);
        ended_.wake();
    }
    PlaceBack(const PlaceBack&) = delete;
    PlaceBack& operator=(const PlaceBack&) = delete;

 private:
    std::set<std::string>& under_way_;
    EventFeed& ended_;
    std::string target_;
};

ApiResponse not_found() { return answer_problem(404, "没有这条消息", "no such message"); }

}  // namespace

std::chrono::seconds delivery_pause(int attempts_made) {
    auto pause = kDeliveryRetryFirst;
    for (int i = 1; i < attempts_made && pause < kDeliveryRetryMax; ++i) pause *= 2;
    return std::min(pause, kDeliveryRetryMax);
}

Publisher::Publisher(Context& context, GatewayClient& gateway)
    : context_(context), gateway_(gateway), ended_(context.executor) {}

asio::awaitable<std::optional<Instant>> Publisher::begin_due(TaskGroup& tasks) {
    auto read = [](Session& db) { return waiting_deliveries(db, kGatewaysMax); };
    const std::vector<WaitingDelivery> waiting = co_await context_.store.read(std::move(read));
    const Instant now = context_.clock.now();
    std::optional<Instant> next;
    for (const WaitingDelivery& delivery : waiting) {
        if (under_way_.contains(delivery.target)) continue;
        // Where all places are taken, the end of a delivery is waited for and no time.
        if (under_way_.size() >= kDeliveriesAtOnce) break;
        if (!is_over(delivery.next, now, kDeliveryRetryMax)) {
            if (!next) next = delivery.next;
            continue;
        }
        under_way_.insert(delivery.target);
        tasks.spawn("delivery", deliver(delivery));
    }
    co_return next;
}

asio::awaitable<void> Publisher::deliver(WaitingDelivery delivery) {
    const PlaceBack place(under_way_, ended_, delivery.target);
    auto load = [number = delivery.notice](Session& db) { return load_notice(db, number); };
    const auto notice = co_await context_.store.read(std::move(load));
    GatewayClient::GatewayMessage message;
    message.target = delivery.target;
    message.id = notice->identifier;
    message.content_type = "application/json";
    message.body = message_body(*notice, context_.pack->zone);
    message.signature = context_.signing_key.sign_hex(plans::Purpose::kWebhook, message.body);
    const std::string said = co_await gateway_.deliver(std::move(message));
    const std::string error = plans::with_unseen_shown(said);
    const Instant then = context_.clock.now();
    auto note = [delivery, error, then](Session& db) {
        if (error.empty()) {
            note_taken(db, delivery, then);
        } else {
            note_refused(db, delivery, error, then + delivery_pause(delivery.attempts + 1));
        }
    };
    co_await context_.store.transact(std::move(note));
    context_.metrics.add(error.empty() ? Counter::kNoticesDelivered : Counter::kNoticeRetries);
    if (!error.empty()) {
        context_.log.write(kNoticeNotTaken, {{"target", delivery.target}, {"why", error}});
    }
}

void Publisher::start(TaskGroup& tasks) { tasks.spawn("publisher", run(tasks)); }

asio::awaitable<void> Publisher::run(TaskGroup& tasks) {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        const std::uint64_t seen_ended = ended_.wakes();
        is_looking_ = true;
        const std::optional<Instant> next = co_await begin_due(tasks);
        is_looking_ = false;
        if (next) {
            co_await (context_.events.next(seen) || ended_.next(seen_ended) ||
                      context_.clock.sleep_until(*next));
        } else {
            co_await (context_.events.next(seen) || ended_.next(seen_ended));
        }
    }
}

asio::awaitable<ApiResponse> Publisher::public_page() const {
    const auto pack = context_.pack;
    const Instant now = context_.clock.now();
    auto read = [](Session& db) { return read_public(db); };
    const PublicRows rows = co_await context_.store.read(std::move(read), kPublicReader);
    plans::PublicView view{.zone = pack->zone};
    view.region = pack->name;
    view.issuer = pack->publication.issuer;
    view.now = now;
    view.feed_address = kPublicFeedPath;
    view.style_address = "/public.css";
    for (std::size_t i = 0; i < rows.running.size(); ++i) {
        view.warnings.push_back(public_warning(rows.running[i].state, rows.newest[i], now));
    }
    for (const plans::HealthAdvice& one : pack->advice) {
        std::vector<std::string> lines = one.health;
        lines.insert(lines.end(), one.suggestions.begin(), one.suggestions.end());
        view.advice.push_back({one.colour, std::move(lines)});
    }
    std::ranges::sort(view.advice, {}, &plans::PublicAdvice::colour);
    for (const StoredNotice& notice : rows.history) {
        view.history.push_back({notice.sent, notice.headline, notice.body,
                                cap_path(notice.identifier), notice.exercise});
    }
    auto read_keys = [](Session& db) { return key_history(db); };
    const auto keys = co_await context_.store.read(std::move(read_keys), kPublicReader);
    for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
        const bool is_emergency = key->succession && key->succession->is_emergency;
        view.keys.push_back(
            {plans::fingerprint_of(key->key), key->valid_from, key->valid_to, is_emergency});
    }
    view.keys_address = "/api/v1/keys";
    view.heads_feed_address = kHeadsFeedPath;
    for (const plans::SampleMark& mark : plans::samples_of(*pack)) {
        view.samples.push_back(mark.text);
    }
    co_return answer_html(plans::public_page(view));
}

asio::awaitable<ApiResponse> Publisher::feed(bool exercise, std::string reader) const {
    const auto pack = context_.pack;
    auto read = [exercise](Session& db) { return list_notices_of(db, exercise, kFeedEntriesMax); };
    const auto notices = co_await context_.store.read(std::move(read), std::move(reader));
    const std::string base = public_address(*context_.config);
    plans::AtomFeed feed;
    feed.id = (exercise ? "urn:qingkong:drills:" : "urn:qingkong:feed:") + pack->region_code;
    feed.title = pack->name + (exercise ? "重污染天气预警演练" : "重污染天气预警");
    feed.author = pack->publication.issuer.empty() ? pack->name : pack->publication.issuer;
    feed.address = base + (exercise ? kExerciseFeedPath : kPublicFeedPath);
    feed.updated = notices.empty() ? Instant{} : notices.front().sent;
    for (const StoredNotice& notice : notices) {
        const std::string path =
            exercise ? drill_cap_path(notice.identifier) : cap_path(notice.identifier);
        feed.entries.push_back({"urn:qingkong:cap:" + notice.identifier, notice.headline,
                                notice.body, base + path, notice.sent});
    }
    ApiResponse response;
    response.content_type = "application/atom+xml; charset=utf-8";
    response.body = plans::to_atom_xml(feed, pack->zone);
    co_return response;
}

asio::awaitable<ApiResponse> Publisher::message(std::string identifier, bool is_public,
                                                std::string reader) const {
    auto read = [identifier](Session& db) { return find_notice(db, identifier); };
    const auto notice = co_await context_.store.read(std::move(read), std::move(reader));
    if (!notice || (is_public && notice->exercise)) co_return not_found();
    ApiResponse response;
    response.content_type = "application/cap+xml; charset=utf-8";
    response.body = notice->cap;
    co_return response;
}

asio::awaitable<ApiResponse> Publisher::notices(Call call) const {
    const auto asked = cursor_paging_of(call, kNoticesCursor);
    if (!asked) co_return answer_bad_cursor(asked.error());
    const CursorPaging paging = *asked;
    const std::string warning = call.query_value("warning").value_or("");
    const rules::Zone zone = context_.pack->zone;
    auto read = [&](Session& db) {
        CursorPage page;
        for (const StoredNotice& notice :
             list_notices(db, warning, paging.page.per_page, paging.offset(), paging.below())) {
            page.items.emplace_back(notice_json(notice, zone));
            page.last = {notice.number};
        }
        page.is_last = page.items.size() < paging.page.per_page;
        const auto count = [&] { return count_notices(db, warning); };
        return answer_cursor_page(std::move(page), paging, kNoticesCursor, count);
    };
    co_return co_await context_.store.read(std::move(read), call.reader());
}

void Publisher::add_routes(Router& router) {
    Handler page = [this](const Call&) { return public_page(); };
    router.serve("showPublicPage", kAnyone,
                 kept_answers(context_, AnswerHolds::kForTheSecond, std::move(page)));
    router.serve("showPublicStyle", kAnyone, [](const Call&) -> asio::awaitable<ApiResponse> {
        ApiResponse response;
        response.content_type = "text/css; charset=utf-8";
        response.body = plans::public_page_style();
        co_return response;
    });
    Handler atom = [this](const Call&) { return feed(false, std::string(kPublicReader)); };
    router.serve("showNoticeFeed", kAnyone,
                 kept_answers(context_, AnswerHolds::kUntilChange, std::move(atom)));
    router.serve("showCapMessage", kAnyone, [this](const Call& call) {
        std::string file = call.parameter("file");
        constexpr std::string_view kSuffix = ".xml";
        // No message has the empty name.
        file.resize(file.ends_with(kSuffix) ? file.size() - kSuffix.size() : 0);
        return message(std::move(file), true, std::string(kPublicReader));
    });
    router.serve("showDrillFeed", kReaders,
                 [this](const Call& call) { return feed(true, call.reader()); });
    router.serve("showNoticeCap", kReaders, [this](const Call& call) {
        return message(call.parameter("identifier"), false, call.reader());
    });
    router.serve("listNotices", kReaders, [this](const Call& call) { return notices(call); });
}

}  // namespace qk::daemon
