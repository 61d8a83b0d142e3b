#include "daemon/publish/publisher.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/publish.hpp"
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

// The headline of the English block of its CAP message, which was composed and signed with it.
std::string headline_in_english(const std::string& cap) {
    constexpr std::string_view kBegin = "<headline>";
    const std::size_t block = cap.find("<language>en");
    if (block == std::string::npos) return {};
    const std::size_t begin = cap.find(kBegin, block);
    const std::size_t end = cap.find("</headline>", block);
    if (begin == std::string::npos || end == std::string::npos || begin > end) return {};
    return cap.substr(begin + kBegin.size(), end - begin - kBegin.size());
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
    shown.headline_en = headline_in_english(notice.cap);
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
    for (StoredWarning& warning : load_warnings(db, filter, {.limit = kRunningMax})) {
        auto notices = list_notices(db, warning.state.id, {.limit = 1});
        if (notices.empty()) continue;
        rows.newest.push_back(std::move(notices.front()));
        rows.running.push_back(std::move(warning));
    }
    rows.history = list_notices_of(db, false, kFeedEntriesMax);
    return rows;
}

ApiResponse not_found() { return answer_problem(404, "没有这条消息", "no such message"); }

}  // namespace

std::chrono::seconds delivery_pause(int attempts_made) {
    auto pause = kDeliveryRetryFirst;
    for (int i = 1; i < attempts_made && pause < kDeliveryRetryMax; ++i) pause *= 2;
    return std::min(pause, kDeliveryRetryMax);
}

Publisher::Publisher(Context& context, GatewayClient& gateway)
    : context_(context), gateway_(gateway), lane_(context, ways()) {}

SendWays<WaitingDelivery> Publisher::ways() {
    SendWays<WaitingDelivery> ways;
    ways.name = "publisher";
    ways.attempt = "delivery";
    ways.waiting = [](Session& db, std::size_t) { return waiting_deliveries(db, kGatewaysMax); };
    ways.key = [](const WaitingDelivery& delivery) { return delivery.target; };
    ways.due = [](const WaitingDelivery& delivery) { return delivery.next; };
    ways.longest_pause = kDeliveryRetryMax;
    ways.at_once = [] { return kDeliveriesAtOnce; };
    ways.send = [this](WaitingDelivery delivery) { return deliver(std::move(delivery)); };
    return ways;
}

asio::awaitable<void> Publisher::deliver(WaitingDelivery delivery) {
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

void Publisher::start(TaskGroup& tasks) { lane_.start(tasks); }

asio::awaitable<ApiResponse> Publisher::public_page(bool is_english) const {
    const auto pack = context_.pack;
    const Instant now = context_.clock.now();
    auto read = [](Session& db) { return read_public(db); };
    const PublicRows rows = co_await context_.store.read(std::move(read), kPublicReader);
    plans::PublicView view{
        .language = is_english ? plans::PublicLanguage::kEnglish : plans::PublicLanguage::kChinese,
        .zone = pack->zone};
    view.region = pack->name;
    view.issuer = pack->publication.issuer;
    view.now = now;
    view.feed_address = kPublicFeedPath;
    view.style_address = "/public.css";
    view.other_address = is_english ? "/public" : "/public?lang=en";
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
                                cap_path(notice.identifier), notice.exercise,
                                headline_in_english(notice.cap)});
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
        for (const StoredNotice& notice : list_notices(db, warning, paging.newest_first())) {
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
    Handler page = [this](const Call& call) {
        return public_page(call.query_value("lang") == "en");
    };
    router.serve(operation::kShowPublicPage, kAnyone,
                 kept_answers(context_, AnswerHolds::kForTheSecond, std::move(page)));
    router.serve(operation::kShowPublicStyle, kAnyone,
                 [](const Call&) -> asio::awaitable<ApiResponse> {
                     ApiResponse response;
                     response.content_type = "text/css; charset=utf-8";
                     response.body = plans::public_page_style();
                     co_return response;
                 });
    Handler atom = [this](const Call&) { return feed(false, std::string(kPublicReader)); };
    router.serve(operation::kShowNoticeFeed, kAnyone,
                 kept_answers(context_, AnswerHolds::kUntilChange, std::move(atom)));
    router.serve(operation::kShowCapMessage, kAnyone, [this](const Call& call) {
        std::string file = call.parameter("file");
        constexpr std::string_view kSuffix = ".xml";
        // No message has the empty name.
        file.resize(file.ends_with(kSuffix) ? file.size() - kSuffix.size() : 0);
        return message(std::move(file), true, std::string(kPublicReader));
    });
    router.serve(operation::kShowDrillFeed, kReaders,
                 [this](const Call& call) { return feed(true, call.reader()); });
    router.serve(operation::kShowNoticeCap, kReaders, [this](const Call& call) {
        return message(call.parameter("identifier"), false, call.reader());
    });
    router.serve(operation::kListNotices, kReaders,
                 [this](const Call& call) { return notices(call); });
}

}  // namespace qk::daemon
