#include "daemon/watch/outline_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/watch.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/watch/outline_rows.hpp"
#include "plans/map/outlines.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

const std::string kBody = "body";
constexpr std::size_t kNameBytesMax = 300;

struct GivenOutlines {
    std::string name;
    std::string source;
    std::string geojson;
};

rules::Result<GivenOutlines> read_given(const Call& call) {
    auto parsed = plans::parse_json(call.request.body, kBody);
    if (!parsed) return parsed.error();
    rules::Faults faults;
    plans::JsonFields fields(*parsed, "", kBody, faults);
    GivenOutlines given{fields.text("name"), fields.text("source"), fields.text("geojson")};
    for (const auto& [key, text] : {std::pair{"name", &given.name}, {"source", &given.source}}) {
        if (text->size() > kNameBytesMax) fields.fault(key, "is too long", "at most 300 bytes");
    }
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    const json::value said = json::object{{"name", given.name}, {"source", given.source}};
    faults = faults_of_said(said);
    if (!faults.empty()) return faults;
    return given;
}

std::vector<plans::CountyName> counties_of(const plans::RegionPack& pack) {
    std::vector<plans::CountyName> counties;
    for (const plans::SubRegion& one : pack.sub_regions) counties.push_back({one.code, one.name});
    return counties;
}

json::object view_of(const std::optional<StoredOutlines>& stored, const plans::RegionPack& pack) {
    json::object object{{"number", nullptr}, {"name", ""},     {"source", ""},
                        {"sha256", ""},      {"given_by", ""}, {"given_at", nullptr}};
    object["counties"] = json::array{};
    if (!stored) return object;
    object["number"] = stored->number;
    object["name"] = stored->name;
    object["source"] = stored->source;
    object["sha256"] = stored->sha256;
    object["given_by"] = stored->given_by;
    object["given_at"] = plans::iso(stored->given_at, pack.zone);
    if (!stored->counties.empty()) {
        object["counties"] = plans::parse_json(stored->counties, "outlines.counties").value();
    }
    return object;
}

asio::awaitable<ApiResponse> show_outlines(Context& context, Call call) {
    const auto pack = context.pack;
    auto work = [pack](Session& db) { return answer_json(view_of(newest_outlines(db), *pack)); };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> put_outlines(Context& context, Call call, StoredOutlines outlines) {
    const auto pack = context.pack;
    outlines.given_by = call.caller->id;
    outlines.given_at = context.clock.now();
    auto work = [&](Session& db) {
        outlines.number = store_outlines(db, outlines);
        const json::object said{{"number", outlines.number},
                                {"name", outlines.name},
                                {"source", outlines.source},
                                {"sha256", outlines.sha256}};
        const char* const action =
            outlines.counties.empty() ? "outlines.withdrawn" : "outlines.given";
        append_audit(db, {outlines.given_at, call.caller->id, call.request.remote, action,
                          std::to_string(outlines.number), said});
        return answer_json(view_of(outlines, *pack), 201);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> give_outlines(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const auto given = read_given(call);
    if (!given)
        co_return answer_problem(422, "内容有误，未受理", "the content is refused", given.error());
    const auto read = plans::read_outlines(given->geojson, counties_of(*context.pack), given->name);
    if (!read)
        co_return answer_problem(422, "边界文件有误，未受理", "the outlines are refused",
                                 read.error());
    StoredOutlines outlines;
    outlines.name = given->name;
    outlines.source = given->source;
    outlines.sha256 = plans::sha256_hex(given->geojson);
    outlines.counties = plans::to_text(plans::to_json(*read));
    co_return co_await put_outlines(context, std::move(call), std::move(outlines));
}

asio::awaitable<ApiResponse> withdraw_outlines(Context& context, Call call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    StoredOutlines none;
    none.name = "示意 schematic";
    co_return co_await put_outlines(context, std::move(call), std::move(none));
}

}  // namespace

void add_outline_routes(Router& router, Context& context) {
    router.serve(operation::kShowOutlines, kReaders,
                 [&context](const Call& call) { return show_outlines(context, call); });
    router.serve(operation::kGiveOutlines, kAdmins,
                 [&context](const Call& call) { return give_outlines(context, call); });
    router.serve(operation::kWithdrawOutlines, kAdmins,
                 [&context](const Call& call) { return withdraw_outlines(context, call); });
}

}  // namespace qk::daemon
