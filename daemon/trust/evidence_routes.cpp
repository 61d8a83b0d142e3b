#include "daemon/trust/evidence_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/trust.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/service/answer_cache.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/public_address.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/signing_keys.hpp"
#include "daemon/store/store.hpp"
#include "plans/documents/audit_feed.hpp"
#include "plans/evidence/evidence_file.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t kEntriesPerPiece = 1000;
constexpr std::size_t kKeptHeadsMax = 1000;
constexpr std::size_t kHoursInFeed = std::size_t{7} * 24;  // a week
constexpr std::size_t kOthersInFeed = 100;

asio::awaitable<ApiResponse> list_heads(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    auto work = [paging](Session& db) {
        json::array items;
        for (const plans::AuditHead& head :
             audit_heads(db, (paging.page - 1) * paging.per_page, paging.per_page)) {
            items.push_back(to_json(head));
        }
        return answer_page(std::move(items), paging, count_audit_heads(db));
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> heads_feed(Context& context) {
    auto work = [](Session& db) { return heads_of_feed(db, kHoursInFeed, kOthersInFeed); };
    const auto heads = co_await context.store.read(std::move(work), kPublicReader);
    const auto pack = context.pack;
    const std::string base = public_address(*context.config);
    plans::AuditFeedFrame frame{.zone = pack->zone};
    frame.region_code = pack->region_code;
    frame.region = pack->name;
    frame.issuer = pack->publication.issuer;
    frame.feed_address = base + kHeadsFeedPath;
    frame.heads_address = base + kHeadsPath;
    ApiResponse response;
    response.content_type = "application/atom+xml; charset=utf-8";
    response.body = plans::to_atom_xml(plans::audit_feed(heads, frame), pack->zone);
    co_return response;
}

rules::Result<std::vector<plans::AuditHead>> read_kept(const std::string& body) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    const json::value* list = plans::find_member(*value, "heads");
    if (list == nullptr || !list->is_array() || list->get_array().size() > kKeptHeadsMax) {
        return rules::refuse("heads is not a list of at most " + std::to_string(kKeptHeadsMax),
                             "{\"heads\": […]}, as /api/v1/audit/heads gives them");
    }
    std::vector<plans::AuditHead> heads;
    for (const json::value& item : list->get_array()) {
        auto head = plans::head_from_json(item);
        if (!head) return head.error();
        heads.push_back(std::move(*head));
    }
    return heads;
}

asio::awaitable<ApiResponse> check_with(Context& context, Call call) {
    const auto kept = read_kept(call.request.body);
    if (!kept) co_return answer_problem(422, "链头有误", "the heads are not right", kept.error());
    auto work = [&kept](Session& db) { return check_audit_chain(db, 0, *kept); };
    const rules::Faults faults =
        co_await context.store.read_slowly(std::move(work), call.caller->id);
    json::array breaks;
    for (const rules::Fault& fault : faults) breaks.push_back(json::string(rules::to_text(fault)));
    co_return answer_json(json::object{{"holds", faults.empty()}, {"breaks", std::move(breaks)}});
}

// One export on its way out: the keys and heads first, then the entries in pieces, then the end.
class Export {
 public:
    Export(Context& context, const Call& call)
        : context_(context),
          at_(context.clock.now()),
          person_(call.reader()),
          remote_(call.request.remote) {}

    asio::awaitable<std::string> begin() {
        const plans::SigningKey& key = context_.signing_key;
        auto sign = [this, &key](Session& db) {
            append_audit(db, {at_, person_, remote_, "audit.export", "audit", json::object{}});
            return sign_audit_head(db, key, at_, HeadOccasion::kExport).number;
        };
        last_ = co_await context_.store.transact(std::move(sign));
        const std::string region = context_.pack->name;
        auto work = [this, &region](Session& db) {
            std::string text = writer_.begin(region, at_);
            for (const auto& record : key_history(db)) text += writer_.line(to_json(record));
            const auto heads = audit_heads(db, 0, kAllHeads);
            for (auto head = heads.rbegin(); head != heads.rend(); ++head) {
                // Later ones are of entries that do not stand in this package.
                if (head->number <= last_) text += writer_.line(to_json(*head));
            }
            return text;
        };
        co_return co_await context_.store.read_slowly(std::move(work), person_);
    }

    asio::awaitable<std::string> next() {
        if (is_done_) co_return std::string();
        auto work = [this](Session& db) {
            return chain_entries(db, sent_, last_, kEntriesPerPiece);
        };
        const auto entries = co_await context_.store.read_slowly(std::move(work), person_);
        std::string text;
        for (const plans::ChainEntry& entry : entries) text += writer_.line(to_json(entry));
        if (!entries.empty()) sent_ = entries.back().number;
        if (entries.size() < kEntriesPerPiece) {
            is_done_ = true;
            text += writer_.end(context_.signing_key);
        }
        co_return text;
    }

 private:
    Context& context_;
    rules::Instant at_;
    std::string person_;
    std::string remote_;
    plans::EvidenceWriter writer_;
    std::int64_t last_ = 0;
    std::int64_t sent_ = 0;
    bool is_done_ = false;
};

asio::awaitable<ApiResponse> export_audit(Context& context, Call call) {
    // The whole log speaks of every county.
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    auto going = std::make_shared<Export>(context, call);
    ApiResponse answer;
    answer.content_type = "application/x-ndjson";
    answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"audit.jsonl\"");
    answer.body = co_await going->begin();
    answer.next_piece = [going] { return going->next(); };
    co_return answer;
}

}  // namespace

void add_evidence_routes(Router& router, Context& context) {
    Handler feed = [&context](const Call&) { return heads_feed(context); };
    router.serve(operation::kShowAuditHeadsFeed, kAnyone,
                 kept_answers(context, AnswerHolds::kUntilChange, std::move(feed)));
    router.serve(operation::kListAuditHeads, kAnyone,
                 [&context](const Call& call) { return list_heads(context, call); });
    router.serve(operation::kCheckAuditAgainstHeads, kAuditors,
                 [&context](const Call& call) { return check_with(context, call); });
    router.serve(operation::kExportAudit, kAuditors,
                 [&context](const Call& call) { return export_audit(context, call); });
}

}  // namespace qk::daemon
