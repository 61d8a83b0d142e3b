#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "daemon/http/api.hpp"
#include "daemon/http/pages.hpp"
#include "daemon/http/token.hpp"
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
    router.add({"GET", "/api/v1/things/{id}", {}, "one thing", echo, {{"from", "string", ""}}, {}});
    router.add({"GET", "/cap/{id}.xml", {}, "one message", echo, {}, {}});
    router.add({"POST",
                "/api/v1/things/{id}/sign",
                {Role::kApprover},
                "sign",
                echo,
                {},
                {{"statement", "string", ""}}});
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

TEST(Router, AHoleMayHaveAFixedEnding) {
    EXPECT_EQ(ask(example(), "GET", "/cap/123.xml").status, 200);
    EXPECT_EQ(ask(example(), "GET", "/cap/123.html").status, 404);
    EXPECT_EQ(ask(example(), "GET", "/cap/.xml").status, 404);
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

TEST(Router, OpenApiListsEveryRouteWithItsRoles) {
    const auto text = plans::to_text(example().openapi());
    EXPECT_THAT(text, testing::HasSubstr("\"/api/v1/things/{id}/sign\":{\"post\""));
    EXPECT_THAT(text, testing::HasSubstr("\"x-roles\":[\"approver\"]"));
    EXPECT_THAT(text, testing::HasSubstr("\"in\":\"path\""));
}

TEST(Pages, TheConsoleIsOpenAndLoadsNothingFromElsewhere) {
    Router router;
    add_page_routes(router);
    const auto page = ask(router, "GET", "/");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, testing::HasSubstr("晴空"));
    EXPECT_THAT(page.body, testing::Not(testing::HasSubstr("http")));
    EXPECT_EQ(ask(router, "GET", "/console/main.js").content_type,
              "text/javascript; charset=utf-8");
}

std::string header_of(const ApiResponse& answer, const std::string& name) {
    for (const auto& [key, value] : answer.headers) {
        if (key == name) return value;
    }
    return {};
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
    router.add({"GET", "/api/v1/things/newest", {}, "the newest", handler, {}, {}});
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

}  // namespace
}  // namespace qk::daemon
