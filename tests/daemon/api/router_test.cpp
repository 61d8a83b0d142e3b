#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/contract.hpp"
#include "daemon/api/operations/air.hpp"
#include "daemon/api/operations/system.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "daemon/api/operations/watch.hpp"
#include "daemon/api/repeat_registry.hpp"
#include "daemon/http/built_pages.hpp"
#include "daemon/http/packed_text.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

constexpr auto kToken = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

ApiResponse ask(const Router& router, const std::string& method, const std::string& target,
                const std::string& token = {}) {
    boost::asio::io_context io;
    ApiRequest request;
    request.method = method;
    request.target = target;
    if (!token.empty()) request.authorization = "Bearer " + token;
    auto answer =
        boost::asio::co_spawn(io, router.handle(std::move(request)), boost::asio::use_future);
    io.run();
    return answer.get();
}

boost::asio::awaitable<ApiResponse> echo(const Call& call) {
    boost::json::object body;
    body["id"] = call.parameter("id");
    body["from"] = call.query_value("from").value_or("");
    body["caller"] = call.caller ? call.caller->id : "";
    co_return answer_json(body);
}

Router example() {
    Router router;
    router.add({"GET", "/api/v1/things/{id}", kAnyone, echo});
    router.add({"GET", "/cap/{id}.xml", kAnyone, echo});
    router.add({"POST", "/api/v1/things/{id}/sign", kSigners, echo});
    Person person;
    person.id = "li.na";
    person.name = "李娜";
    person.roles = {Role::kApprover};
    person.token_sha256 = token_hash(kToken);
    router.set_people({person});
    return router;
}

TEST(Router, PathHolesAndQueriesAreDecoded) {
    const auto answer =
        ask(example(), "GET", "/api/v1/things/a%20b?from=2016-01-01T00%3A00%2B08%3A00");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, R"({"id":"a b","from":"2016-01-01T00:00+08:00","caller":""})");
}

TEST(Problem, WhatItRepeatsOfARequestIsShownWithWhatNobodySees) {
    const rules::Faults faults{
        {{"a\u202Eb.csv", 1, 2}, "'甲\u200B' is not known", "甲\u2066", rules::Severity::kError}};
    const ApiResponse answer = answer_problem(422, "有误\u202E", "wrong", faults);
    for (const char* unseen : {"\u202E", "\u200B", "\u2066"}) {
        EXPECT_EQ(answer.body.find(unseen), std::string::npos) << answer.body;
    }
    EXPECT_NE(answer.body.find("'甲<U+200B>' is not known"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find("a<U+202E>b.csv:1:2"), std::string::npos) << answer.body;
}

TEST(Router, AHoleMayHaveAFixedEnding) {
    EXPECT_EQ(ask(example(), "GET", "/cap/123.xml").status, 200);
    EXPECT_EQ(ask(example(), "GET", "/cap/123.html").status, 404);
    EXPECT_EQ(ask(example(), "GET", "/cap/.xml").status, 404);
}

TEST(Router, APathIsSplitBeforeItIsDecodedAndReadInOneWayOnly) {
    EXPECT_EQ(ask(example(), "GET", "/api/v1/things/%e4%b8%80").status, 200);
    EXPECT_EQ(ask(example(), "GET", "/api/v1/things/a%252fb").status, 200) << "decoded once";
    for (const std::string target :
         {"/api%2fv1%2fthings%2f1", "/api%2Fv1/things/1", "/api/v1/things/a%2fb",
          "/api/v1/things/a%5cb", "/api/v1/things/a%00", "/api/v1/./things/1", "/./api/v1/things/1",
          "/api/v1/x/../things/1", "/api/v1/x/%2e%2e/things/1", "/api/v1/%2E/things/1",
          "/api/v1/things/..", "/api/v1/things/a\\b", "/api/v1/things/%0d%0a"}) {
        EXPECT_EQ(ask(example(), "GET", target).status, 400) << target;
    }
    EXPECT_EQ(ask(example(), "GET", "/api/v1//things/1").status, 404);
    EXPECT_EQ(ask(example(), "GET", "/api/v1/things/1/").status, 404);
}

TEST(Router, UnknownPathAndWrongMethodAreToldApart) {
    EXPECT_EQ(ask(example(), "GET", "/api/v1/nothing").status, 404);
    EXPECT_EQ(ask(example(), "DELETE", "/api/v1/things/1").status, 405);
    EXPECT_EQ(ask(example(), "GET", "nonsense").status, 400);
}

TEST(Router, AClosedRouteWantsATokenAndTheRole) {
    EXPECT_EQ(ask(example(), "POST", "/api/v1/things/1/sign").status, 401);
    EXPECT_EQ(ask(example(), "POST", "/api/v1/things/1/sign", std::string(64, '0')).status, 401);
    EXPECT_EQ(ask(example(), "POST", "/api/v1/things/1/sign", kToken).status, 200);
    Router router = example();
    Person auditor;
    auditor.id = "wu";
    auditor.roles = {Role::kAuditor};
    auditor.token_sha256 = token_hash(kToken);
    router.set_people({auditor});
    EXPECT_EQ(ask(router, "POST", "/api/v1/things/1/sign", kToken).status, 403);
}

TEST(Router, ServesAnOperationAsTheContractSaysIt) {
    Router router;
    router.serve(operation::kSignChange, kSigners, echo);
    router.serve(operation::kSubmitForecast, kAirSources, echo);
    Person person;
    person.id = "li.na";
    person.roles = {Role::kApprover, Role::kFeed};
    person.token_sha256 = token_hash(kToken);
    router.set_people({person});
    EXPECT_EQ(ask(router, "POST", "/api/v1/warnings/W1/sign", kToken).status, 200);
    EXPECT_EQ(ask(router, "GET", "/api/v1/warnings/W1/sign", kToken).status, 405);
    ApiRequest head;
    head.method = "POST";
    head.authorization = std::string("Bearer ") + kToken;
    head.target = "/api/v1/warnings/W1/sign";
    EXPECT_EQ(router.body_bytes_max(head), 256U << 10);
    head.target = "/api/v1/forecasts";
    EXPECT_EQ(router.body_bytes_max(head), 64U << 20);
}

TEST(Router, SaysWhoMayCallWhatAndWhatHasNoHandler) {
    Router router;
    const std::size_t all = contract().operations().size();
    EXPECT_EQ(router.unserved().size(), all);
    router.serve(operation::kSignChange, kSigners, echo);
    EXPECT_EQ(router.unserved().size(), all - 1);
    EXPECT_THAT(router.unserved(), testing::Not(testing::Contains("signChange")));
    const auto document = router.openapi();
    const auto& operation = document.at("paths").at("/api/v1/warnings/{id}/sign").at("post");
    EXPECT_EQ(plans::to_text(operation.at("x-roles")), R"(["approver"])");
}

TEST(Router, AnOperationHasOneHandlerAndIsOpenOnlyWhereTheContractSaysSo) {
    Router router;
    router.serve(operation::kShowHealth, kAnyone, echo);
    EXPECT_THROW(router.serve(operation::kShowHealth, kAnyone, echo), std::logic_error);
    EXPECT_THROW(router.serve(operation::kSignChange, kAnyone, echo), std::logic_error);
    EXPECT_THROW(router.serve(operation::kShowReadiness, kReaders, echo), std::logic_error);
}

std::string header_of(const ApiResponse& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers) {
        if (key == name) return value;
    }
    return {};
}

// The page's own names, as '"/assets/NAME"' stands in it.
std::vector<std::string> assets_of(const std::string& page) {
    constexpr std::string_view kStart = "\"/assets/";
    std::vector<std::string> found;
    for (auto at = page.find(kStart); at != std::string::npos; at = page.find(kStart, at + 1)) {
        found.push_back(page.substr(at + 1, page.find('"', at + 1) - at - 1));
    }
    return found;
}

TEST(Pages, ABuiltPageNamesWhatItNeedsAndABrowserKeepsThatForEver) {
    Router router;
    add_built_page_routes(router);
    const auto page = ask(router, "GET", "/");
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(ask(router, "GET", "/console/").body, page.body);
    EXPECT_EQ(ask(router, "GET", "/favicon.ico").content_type, "image/svg+xml");
    EXPECT_THAT(page.body, testing::HasSubstr("晴空"));
    EXPECT_THAT(page.body, testing::Not(testing::HasSubstr("//")));
    EXPECT_EQ(header_of(page, "Cache-Control"), "no-cache");
    EXPECT_THAT(header_of(page, "Content-Security-Policy"),
                testing::HasSubstr("default-src 'none'"));
    const auto assets = assets_of(page.body);
    EXPECT_THAT(assets, testing::SizeIs(testing::Ge(2U)));
    for (const std::string& name : assets) {
        const auto asset = ask(router, "GET", name);
        EXPECT_EQ(asset.status, 200) << name;
        EXPECT_THAT(header_of(asset, "Cache-Control"), testing::HasSubstr("immutable")) << name;
        EXPECT_EQ(header_of(asset, "Content-Encoding"), "") << "nobody asked for it compressed";
    }
    EXPECT_EQ(ask(router, "GET", "/assets/nothing.js").status, 404);
    EXPECT_EQ(ask(router, "GET", "/assets/console.html").status, 404);
}

TEST(PackedText, WhoCanTakeItGetsItCompressedUnderAMarkOfItsOwn) {
    const PackedText text = packed_text("text/css; charset=utf-8", std::string(4000, 'a'));
    Call call;
    const auto plain = answer_packed(call, text, "no-cache");
    call.request.accept_encoding = "br, gzip";
    const auto packed = answer_packed(call, text, "no-cache");
    EXPECT_EQ(plain.body.size(), 4000U);
    EXPECT_LT(packed.body.size(), 100U);
    EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
    EXPECT_EQ(header_of(packed, "Vary"), "Accept-Encoding");
    EXPECT_NE(header_of(packed, "ETag"), header_of(plain, "ETag"));
    call.request.if_none_match = header_of(packed, "ETag");
    EXPECT_EQ(answer_packed(call, text, "no-cache").status, 304);
    call.request.accept_encoding = "";
    EXPECT_EQ(answer_packed(call, text, "no-cache").status, 200) << "the mark is of the other one";
    // What would grow is sent as it is.
    call.request.accept_encoding = "gzip";
    EXPECT_EQ(answer_packed(call, packed_text("text/css", "a"), "no-cache").body, "a");
}

TEST(PackedText, GzipIsTakenWhereItIsNamedAndNotRefused) {
    for (const char* yes : {"gzip", "br, gzip", "gzip;q=0.5", "deflate , gzip ; q=1"}) {
        EXPECT_TRUE(takes_gzip(yes)) << yes;
    }
    for (const char* no : {"", "br", "gzip;q=0", "gzip; q=0.000", "x-gzip-too", "identity, br"}) {
        EXPECT_FALSE(takes_gzip(no)) << no;
    }
}

TEST(Pages, APageMayUseTheStyleItCarriesAndNothingElse) {
    const auto page = answer_html("<html><style>p{color:red}</style><p>x</p></html>");
    const std::string policy = header_of(page, "Content-Security-Policy");
    EXPECT_THAT(policy, testing::HasSubstr("'" + policy_hash("p{color:red}") + "'"));
    EXPECT_THAT(policy, testing::HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, testing::Not(testing::HasSubstr("unsafe")));
    EXPECT_THAT(policy, testing::Not(testing::HasSubstr("script-src")));
}

TEST(Pages, APolicyHashIsTheBase64OfSha256) {
    EXPECT_EQ(policy_hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST(Router, ANameIsCloserThanAHole) {
    Router router = example();
    boost::json::object named{{"name", "newest"}};
    Handler handler = [named](const Call&) -> boost::asio::awaitable<ApiResponse> {
        co_return answer_json(named);
    };
    router.add({"GET", "/api/v1/things/newest", kAnyone, handler});
    EXPECT_EQ(ask(router, "GET", "/api/v1/things/newest").body, R"({"name":"newest"})");
    EXPECT_THAT(ask(router, "GET", "/api/v1/things/other").body, testing::HasSubstr("other"));
}

TEST(Router, AWrongMethodIsToldWhichWouldWork) {
    EXPECT_EQ(header_of(ask(example(), "DELETE", "/api/v1/things/1"), "Allow"), "GET, HEAD");
    EXPECT_EQ(header_of(ask(example(), "GET", "/api/v1/things/1/sign"), "Allow"), "POST");
}

TEST(Router, TextThatIsNoTextIsRefused) {
    for (const char* target : {"/api/v1/things/%00", "/api/v1/things/%ff",
                               "/api/v1/things/a%0d%0ab", "/api/v1/things/a?from=%c3%28"}) {
        EXPECT_EQ(ask(example(), "GET", target).status, 400) << target;
    }
}

TEST(Router, ABodyOfAKindTheRouteDoesNotReadIsRefused) {
    ApiRequest request;
    request.method = "POST";
    request.target = "/api/v1/things/1/sign";
    request.authorization = std::string("bearer ") + kToken;
    request.body = "<a/>";
    request.content_type = "application/xml";
    const Router router = example();
    const auto status = [&router](ApiRequest sent) {
        boost::asio::io_context io;
        auto answer =
            boost::asio::co_spawn(io, router.handle(std::move(sent)), boost::asio::use_future);
        io.run();
        return answer.get().status;
    };
    EXPECT_EQ(status(request), 415);
    request.content_type = "Application/JSON; charset=utf-8";
    EXPECT_EQ(status(request), 200);
}

ApiResponse send(const Router& router, const std::string& target, const std::string& body,
                 const std::string& key = {}) {
    boost::asio::io_context io;
    ApiRequest request;
    request.method = "POST";
    request.target = target;
    request.authorization = std::string("Bearer ") + kToken;
    request.body = body;
    request.idempotency_key = key;
    auto answer =
        boost::asio::co_spawn(io, router.handle(std::move(request)), boost::asio::use_future);
    io.run();
    return answer.get();
}

TEST(Router, WhatIsNoJsonIs400AndTheHandlerSaysWhatIsWrongInIt) {
    Router router = example();
    router.add({"POST", "/json", kSigners, echo, {"application/json"}});
    router.add({"POST", "/file", kSigners, echo, {"application/json", "text/csv"}});
    EXPECT_EQ(send(router, "/json", "{").status, 400);
    EXPECT_EQ(send(router, "/json", "[]").status, 200);
    EXPECT_EQ(send(router, "/json", "").status, 200);
    EXPECT_EQ(send(router, "/file", "{").status, 200) << "it may be a file of another kind";
}

TEST(Router, WhatTakesNoContentIsNotSentAny) {
    Router router = example();
    router.serve(operation::kWithdrawOutlines, kSigners, echo);
    const std::string withdraw = "/api/v1/map/outlines/withdraw";
    for (const char* nothing : {"", " \n", "{}"}) {
        EXPECT_EQ(send(router, withdraw, nothing).status, 200) << nothing;
    }
    for (const char* something : {R"({"number":3})", "[]", "null", R"({"a":1e400})", "{"}) {
        EXPECT_EQ(send(router, withdraw, something).status, 422) << something;
    }
    EXPECT_EQ(send(router, "/api/v1/things/1/sign", R"({"a":1})").status, 200);
}

// Counts what it is asked to keep.
class CountingRepeats : public RepeatRegistry {
 public:
    int begun = 0;
    int ended = 0;
    boost::asio::awaitable<std::optional<ApiResponse>> begin(Call&) override {
        ++begun;
        co_return std::nullopt;
    }
    boost::asio::awaitable<void> end(const Call&, const ApiResponse&) override {
        ++ended;
        co_return;
    }
};

TEST(Router, OfAnAnswerThatTellsASecretNothingIsKept) {
    Router router;
    Route open{"POST", "/things", kSigners, echo};
    Route secret{"POST", "/secrets", kSigners, echo};
    secret.tells_secret = true;
    router.add(open);
    router.add(secret);
    Person person;
    person.id = "li.na";
    person.roles = {Role::kApprover};
    person.token_sha256 = token_hash(kToken);
    router.set_people({person});
    const auto repeats = std::make_shared<CountingRepeats>();
    router.keep_answers(repeats);
    EXPECT_EQ(send(router, "/secrets", "", "once").status, 200);
    EXPECT_EQ(repeats->begun, 0);
    EXPECT_EQ(send(router, "/things", "", "once").status, 200);
    EXPECT_EQ(repeats->begun, 1);
    EXPECT_EQ(repeats->ended, 1);
}

TEST(Router, WhoMayNotCallMayNotSendMuchEither) {
    const Router router = example();
    ApiRequest head;
    head.method = "POST";
    head.target = "/api/v1/things/1/sign";
    EXPECT_EQ(router.body_bytes_max(head), kStrangerBodyBytesMax);
    head.authorization = std::string("Bearer ") + kToken;
    EXPECT_EQ(router.body_bytes_max(head), kJsonBodyBytesMax);
    head.target = "/elsewhere";
    EXPECT_EQ(router.body_bytes_max(head), kStrangerBodyBytesMax);
}

TEST(People, EveryFaultOfTheFileIsNamed) {
    const auto people = read_people(
        "[[person]]\nid = \"a\"\nname = \"甲\"\nroles = [\"king\"]\ntoken_sha256 = \"00\"\n"
        "passwort = 1\n",
        "people.toml");
    ASSERT_FALSE(people);
    EXPECT_EQ(people.error().size(), 3u);
}

TEST(People, TokensAreLongAndNeverRepeat) {
    EXPECT_EQ(new_token().size(), kTokenHexLength);
    EXPECT_NE(new_token(), new_token());
}

rules::Instant instant(const char* text) {
    return *rules::parse_instant(text, rules::kBeijingTime);
}

TEST(Router, AnAccountExpiresWithItsLastDayAndSaysSo) {
    Router router = example();
    Person person;
    person.id = "li.na";
    person.roles = {Role::kApprover};
    person.token_sha256 = token_hash(kToken);
    person.expires = rules::parse_day("2026-12-31");
    router.set_people({person});
    rules::Instant now = instant("2026-12-31T23:59:59+08:00");
    router.set_clock([&now] { return now; });
    EXPECT_EQ(ask(router, "POST", "/api/v1/things/1/sign", kToken).status, 200);
    EXPECT_TRUE(router.is_admitted(person));
    now += std::chrono::seconds{1};
    const auto refused = ask(router, "POST", "/api/v1/things/1/sign", kToken);
    EXPECT_EQ(refused.status, 401);
    EXPECT_NE(refused.body.find("2026-12-31"), std::string::npos);
    EXPECT_FALSE(router.is_admitted(person));
    person.expires.reset();
    person.disabled = true;
    router.set_people({person});
    EXPECT_EQ(ask(router, "POST", "/api/v1/things/1/sign", kToken).status, 401);
}

TEST(Router, WhatGoesOnEndsWithTheAccountAndDropsWhatCameAfter) {
    Router router = example();
    int asked = 0;
    bool is_gone = false;
    const auto stream = [&](const Call&) -> boost::asio::awaitable<ApiResponse> {
        ApiResponse answer;
        answer.next_piece = [&]() -> boost::asio::awaitable<std::string> {
            ++asked;
            if (is_gone) router.set_people({});  // while the listener waited
            co_return std::string("secret");
        };
        co_return answer;
    };
    router.add({"GET", "/events", kSigners, stream});
    ApiResponse answer = ask(router, "GET", "/events", kToken);
    const auto next = [&answer] {
        boost::asio::io_context io;
        auto piece = boost::asio::co_spawn(io, answer.next_piece(), boost::asio::use_future);
        io.run();
        return piece.get();
    };
    EXPECT_EQ(next(), "secret");
    is_gone = true;
    EXPECT_EQ(next(), "");
    EXPECT_EQ(next(), "");
    EXPECT_EQ(asked, 2);
}

TEST(Router, AStreamEndsWhenTheRolesOfItsListenerChange) {
    Router router = example();
    const auto stream = [](const Call&) -> boost::asio::awaitable<ApiResponse> {
        ApiResponse answer;
        answer.next_piece = []() -> boost::asio::awaitable<std::string> { co_return "piece"; };
        co_return answer;
    };
    router.add({"GET", "/events", kSigners, stream});
    ApiResponse answer = ask(router, "GET", "/events", kToken);
    Person other;
    other.id = "li.na";
    other.roles = {Role::kFeed};
    other.token_sha256 = token_hash(kToken);
    router.set_people({other});
    boost::asio::io_context io;
    auto piece = boost::asio::co_spawn(io, answer.next_piece(), boost::asio::use_future);
    io.run();
    EXPECT_EQ(piece.get(), "");
}

TEST(Router, AStreamGoesOnWhenThePeopleAreReadAgainAndEndsWithTheLastDay) {
    Router router = example();
    rules::Instant now =
        rules::parse_instant("2026-11-30T12:00:00+08:00", rules::kBeijingTime).value();
    router.set_clock([&now] { return now; });
    Person person;
    person.id = "li.na";
    person.roles = {Role::kApprover};
    person.token_sha256 = token_hash(kToken);
    person.expires = rules::parse_day("2026-11-30");
    router.set_people({person});
    const auto stream = [](const Call&) -> boost::asio::awaitable<ApiResponse> {
        ApiResponse answer;
        answer.next_piece = []() -> boost::asio::awaitable<std::string> { co_return "piece"; };
        co_return answer;
    };
    router.add({"GET", "/events", kSigners, stream});
    ApiResponse answer = ask(router, "GET", "/events", kToken);
    const auto next = [&answer] {
        boost::asio::io_context io;
        auto piece = boost::asio::co_spawn(io, answer.next_piece(), boost::asio::use_future);
        io.run();
        return piece.get();
    };
    EXPECT_EQ(next(), "piece");
    EXPECT_EQ(next(), "piece");
    router.set_people({person});
    EXPECT_EQ(next(), "piece");
    now += std::chrono::hours{12};
    EXPECT_EQ(next(), "");
}

TEST(Router, ACallThatWaitedIsNotRunForAnAccountThatFellMeanwhile) {
    namespace asio = boost::asio;
    asio::io_context io;
    asio::steady_timer gate(io, asio::steady_timer::time_point::max());
    int runs = 0;
    Router router;
    const auto slow = [&gate, &runs](const Call&) -> asio::awaitable<ApiResponse> {
        ++runs;
        boost::system::error_code opened;
        co_await gate.async_wait(asio::redirect_error(asio::use_awaitable, opened));
        co_return ApiResponse{};
    };
    router.add({"GET", "/slow", kSigners, slow});
    Person person;
    person.id = "li.na";
    person.roles = {Role::kApprover};
    person.token_sha256 = token_hash(kToken);
    router.set_people({person});
    router.limit_calls(1, [](const Person&) {});
    ApiRequest request;
    request.method = "GET";
    request.target = "/slow";
    request.authorization = std::string("Bearer ") + kToken;
    auto first = asio::co_spawn(io, router.handle(request), asio::use_future);
    auto second = asio::co_spawn(io, router.handle(request), asio::use_future);
    io.poll();
    EXPECT_EQ(runs, 1);
    router.set_people({});
    gate.cancel();
    io.run();
    EXPECT_EQ(first.get().status, 200);
    EXPECT_EQ(second.get().status, 401);
    EXPECT_EQ(runs, 1);
}

}  // namespace
}  // namespace qk::daemon
