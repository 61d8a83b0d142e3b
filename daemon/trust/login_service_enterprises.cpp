// One-time links to the page of an enterprise: made by a person of the bureau, used on a telephone
// at the plant. Those that go out with messages are made in daemon/orders/channels.cpp.
#include <boost/json/object.hpp>

#include "daemon/access/enterprise_caller.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/operations/enterprise.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/page_links.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/trust/login_service.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

const RoleSet kPageLinkMakers{Role::kDutyOfficer, Role::kCountyOfficer, Role::kApprover,
                              Role::kAdmin};

// The secret, or the whole address that has it behind its #.
rules::Result<std::string> read_secret(const Call& call) {
    static const std::string kBody = "body";
    auto parsed = plans::parse_json(call.request.body, kBody);
    if (!parsed) return parsed.error();
    rules::Faults faults;
    plans::JsonFields fields(*parsed, "", kBody, faults);
    const std::string link = fields.text("link");
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    constexpr std::string_view kBefore = "link=";
    const auto at = link.rfind(kBefore);
    return at == std::string::npos ? link : link.substr(at + kBefore.size());
}

ApiResponse answer_wrong_page_link() {
    return answer_problem(
        401, "链接无效、已过期或已用过", "the link is wrong, over or used",
        rules::refuse("链接无效、已过期或已用过 / the link is wrong, over or used",
                      "请致电值班室重发链接；也可直接回复短信 / telephone the bureau for another; "
                      "the text message may be answered all the same"),
        {{"refusal", "link_wrong"}});
}

}  // namespace

asio::awaitable<ApiResponse> LoginService::make_page_link(Call call) {
    const std::string enterprise = call.parameter("enterprise");
    const auto place = context_.inventories.index()->enterprise(enterprise);
    if (!place) co_return answer_problem(404, "清单中没有这家企业", "no such enterprise");
    const auto inventory = context_.inventories.current();
    const plans::Enterprise& found = inventory->enterprises[*place];
    if (!covers(call, found.region.text())) {
        co_return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
    }
    const Instant now = context_.clock.now();
    const NewPageLink made = new_page_link(*context_.config, enterprise, call.caller->id, now);
    const std::string until = rules::to_iso(made.stored.ends_at, context_.pack->zone);
    auto work = [&](Session& db) {
        erase_ended_page_links(db, now);
        store_page_link(db, made.stored);
        append_audit(db, {now, call.caller->id, call.request.remote, "enterprise.page_link",
                          enterprise, json::object{{"until", until}}});
    };
    co_await context_.store.transact(std::move(work));
    context_.events.wake();
    co_return answer_json(
        json::object{{"enterprise", enterprise}, {"link", made.address}, {"ends_at", until}}, 201);
}

asio::awaitable<ApiResponse> LoginService::use_page_link(Call call) {
    const auto wanted = read_secret(call);
    if (!wanted) co_return answer_wrong_account_content(wanted.error());
    const Attempt attempt{
        {}, {}, {}, std::string(address_in(call.request.remote)), context_.clock.now()};
    if (auto refused = refuse_paused(attempt)) co_return std::move(*refused);
    const std::string hash = token_hash(*wanted);
    const std::string secret = new_token();
    std::vector<std::string> ended = drop_ended(attempt.at);
    const auto index = context_.inventories.index();
    const auto config = context_.config;
    Login login;
    bool is_used = false;
    auto work = [&](Session& db) {
        const auto link = find_page_link(db, hash);
        const bool is_good =
            link && link->ends_at > attempt.at && index->enterprise(link->enterprise);
        if (!is_good || !erase_page_link(db, hash)) return;
        login = session_for(enterprise_caller(link->enterprise), ProofKind::kLink, false,
                            attempt.remote, secret, attempt.at);
        login.ends_at = page_session_end(*config, attempt.at);
        put_session(db, login, ended);
        is_used = true;
    };
    co_await context_.store.transact(std::move(work));
    if (!is_used) {
        co_await note_wrong(attempt);
        co_return answer_wrong_page_link();
    }
    context_.events.wake();
    co_return answer_opened(login, secret, ended);
}

void LoginService::add_page_link_routes(Router& router) {
    router.serve(operation::kMakePageLink, kPageLinkMakers,
                 [this](const Call& call) { return make_page_link(call); });
    router.serve(operation::kUsePageLink, kAnyone,
                 [this](const Call& call) { return use_page_link(call); });
}

}  // namespace qk::daemon
