#include "daemon/compliance/draw_routes.hpp"

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/compliance.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/compliance/draw_rows.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/casework/draw.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using boost::asio::awaitable;

constexpr CursorKind kDrawsCursor{"draws", "n"};

json::value parsed(const std::string& text) {
    auto value = plans::parse_json(text, "draws");
    return value ? *std::move(value) : json::value(nullptr);
}

json::object draw_json(const DrawRow& row, rules::Zone zone) {
    json::object object{{"number", row.number},
                        {"purpose", row.purpose},
                        {"lists", parsed(row.lists)},
                        {"lists_sha256", row.lists_sha256},
                        {"seed_sha256", row.seed_sha256},
                        {"public_source", row.public_source},
                        {"committed_at", rules::to_iso(row.committed_at, zone)},
                        {"committed_by", row.committed_by},
                        {"audit_entry", row.audit_entry}};
    // Before it is drawn the seed is nobody's.
    if (!row.drawn_at) return object;
    object["seed"] = row.seed.value_or("");
    object["public_value"] = row.public_value;
    object["drawn_at"] = rules::to_iso(*row.drawn_at, zone);
    object["drawn_by"] = row.drawn_by;
    object["drawn"] = parsed(row.drawn);
    return object;
}

json::object told(const DrawRow& row) {
    return {{"number", row.number},
            {"purpose", row.purpose},
            {"seed_sha256", row.seed_sha256},
            {"lists_sha256", row.lists_sha256}};
}

bool is_sha256(const std::string& text) { return plans::from_hex(text, 32).has_value(); }

rules::Result<DrawRow> read_commitment(const Call& call) {
    // The lists have limits of their own.
    auto body = parse_said_body(call.request.body, {"inspectors", "sites", "avoid"});
    if (!body) return body.error();
    rules::Faults faults;
    DrawRow row;
    plans::JsonFields fields(*body, "", kBodyName, faults);
    row.purpose = fields.text("purpose");
    row.seed_sha256 = fields.maybe_text("seed_sha256");
    row.public_source = fields.maybe_text("public_source");
    if (!row.seed_sha256.empty() && !is_sha256(row.seed_sha256)) {
        fields.fault("seed_sha256", "is not a SHA-256", "64 lower-case hex digits");
    }
    if (!faults.empty()) return faults;
    for (const char* own : {"purpose", "seed_sha256", "public_source"}) {
        body->get_object().erase(own);
    }
    const auto lists = plans::read_draw_lists(*body);
    if (!lists) return lists.error();
    row.lists = plans::canonical_text(plans::to_json(*lists));
    row.lists_sha256 = plans::digest_of(*lists);
    row.committed_by = call.caller->id;
    if (row.seed_sha256.empty()) {
        row.seed = new_token();
        row.seed_sha256 = plans::sha256_hex(*row.seed);
    }
    return row;
}

awaitable<ApiResponse> commit(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    auto read = read_commitment(call);
    if (!read) co_return answer_problem(422, "内容有误", "the content is wrong", read.error());
    const rules::Zone zone = context.pack->zone;
    const rules::Instant now = context.clock.now();
    auto work = [&](Session& db) {
        DrawRow row = *read;
        row.committed_at = now;
        row.number = insert_draw(db, row);
        json::object detail = told(row);
        detail["public_source"] = row.public_source;
        row.audit_entry = append_audit(db, {now, row.committed_by, call.request.remote,
                                            "draw.committed", std::to_string(row.number), detail});
        store_draw(db, row);
        append_event(db, now, "draw.committed", told(row));
        return answer_json(draw_json(row, zone), 201);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

struct Revealed {
    std::string seed;
    std::string public_value;
};
rules::Result<Revealed> read_reveal(const Call& call) {
    const auto fill = [](plans::JsonFields& fields, Revealed& revealed) {
        revealed = {fields.maybe_text("seed"), fields.maybe_text("public_value")};
    };
    return read_said_body<Revealed>(call, fill);
}

// What speaks against drawing now.
rules::Faults reveal_faults(const DrawRow& row, const Revealed& revealed) {
    if (row.drawn_at) {
        return rules::refuse("已经抽取 / it is drawn already",
                             "一次登记只抽一次 / one commitment, one draw");
    }
    if (row.seed && !revealed.seed.empty()) {
        return rules::refuse("种子由系统产生 / the seed is the daemon's",
                             "不填 seed / leave it out");
    }
    if (!row.seed && plans::sha256_hex(revealed.seed) != row.seed_sha256) {
        return rules::refuse("种子与登记的哈希不符 / the seed is not the one committed to",
                             row.seed_sha256);
    }
    const bool is_short = revealed.seed.size() < plans::kSeedBytesLeast;
    if (!row.seed && (is_short || revealed.seed.size() > plans::kSeedBytesMax)) {
        return rules::refuse("种子太短或太长 / the seed is too short or too long",
                             "16 to 200 bytes");
    }
    if (row.public_source.empty() != revealed.public_value.empty()) {
        return rules::refuse(
            "public_value: 登记时写明出处的须填写，未写明的不得填写 / it is wanted where "
            "a source was named, and only there",
            row.public_source);
    }
    return {};
}

ApiResponse draw_now(Session& db, DrawRow row, const Revealed& revealed, const Call& call,
                     const Context& context) {
    const auto lists = plans::read_draw_lists(parsed(row.lists));
    if (!lists)
        return answer_problem(409, "名单已不可读", "the lists cannot be read", lists.error());
    if (!row.seed) row.seed = revealed.seed;
    row.public_value = revealed.public_value;
    row.drawn_at = context.clock.now();
    row.drawn_by = call.caller->id;
    const json::value drawn = plans::to_json(plans::draw(*lists, *row.seed, row.public_value));
    row.drawn = plans::canonical_text(drawn);
    store_draw(db, row);
    json::object detail = told(row);
    detail["seed"] = *row.seed;
    detail["public_value"] = row.public_value;
    detail["drawn_sha256"] = plans::sha256_hex(row.drawn);
    append_audit(db, {*row.drawn_at, row.drawn_by, call.request.remote, "draw.drawn",
                      std::to_string(row.number), detail});
    append_event(db, *row.drawn_at, "draw.drawn", told(row));
    return answer_json(draw_json(row, context.pack->zone));
}

ApiResponse no_such_draw() { return answer_problem(404, "没有这次抽取", "no such draw"); }
std::int64_t draw_number(const Call& call) {
    return rules::parse_whole(call.parameter("id"), 1, rules::kWholeMost).value_or(0);
}

awaitable<ApiResponse> reveal(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const auto revealed = read_reveal(call);
    if (!revealed) {
        co_return answer_problem(422, "内容有误", "the content is wrong", revealed.error());
    }
    const std::int64_t number = draw_number(call);
    auto work = [&](Session& db) {
        const auto row = load_draw(db, number);
        if (!row) return no_such_draw();
        const rules::Faults faults = reveal_faults(*row, *revealed);
        if (!faults.empty()) {
            return answer_problem(409, "现在不能抽取", "it cannot be drawn", faults);
        }
        return draw_now(db, *row, *revealed, call, context);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

awaitable<ApiResponse> list(Context& context, Call call) {
    const auto read = cursor_paging_of(call, kDrawsCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        json::array items;
        for (const DrawRow& row : list_draws(db, paging.newest_first())) {
            items.emplace_back(draw_json(row, zone));
        }
        const auto count = [&] { return count_draws(db); };
        return answer_numbered_page(std::move(items), paging, kDrawsCursor, count);
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

awaitable<ApiResponse> show(Context& context, Call call) {
    const std::int64_t number = draw_number(call);
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) {
        const auto row = load_draw(db, number);
        return row ? answer_json(draw_json(*row, zone)) : no_such_draw();
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

}  // namespace

void add_draw_routes(Router& router, Context& context) {
    router.serve(operation::kListDraws, kReaders,
                 [&context](const Call& call) { return list(context, call); });
    router.serve(operation::kShowDraw, kReaders,
                 [&context](const Call& call) { return show(context, call); });
    router.serve(operation::kCommitDraw, kProposers,
                 [&context](const Call& call) { return commit(context, call); });
    router.serve(operation::kRevealDraw, kProposers,
                 [&context](const Call& call) { return reveal(context, call); });
}

}  // namespace qk::daemon
