// Goal: what is published for vendors is what the programs really say and hear. Method: documents
// by the code's own writers against the schemas, and the topics of the code against those listed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "daemon/addressees/task_sender.hpp"
#include "daemon/agent/receipt_text.hpp"
#include "daemon/base/message_sequence.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/readings/message.hpp"
#include "plans/addressees/task_document.hpp"
#include "plans/protocol/protocol.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::agent {
namespace {

using testing::IsEmpty;

constexpr rules::Instant kNow{std::chrono::seconds{1'790'000'000}};
const auto kKey = plans::SigningKey::from_seed(std::string(32, 'k')).value();

TEST(PublishedProtocol, OrdersFitTheirSchemaWithAndWithoutObligations) {
    plans::OrderDocument order = daemon::order_document("e1", 0.2, kNow);
    order.revision = 3;
    order.issued_at = kNow;
    order.obligations.front().to = kNow + std::chrono::hours{5};
    order.obligations.front().basis.push_back({"清单", "e1"});
    for (const bool is_exercise : {false, true}) {
        order.exercise = is_exercise;
        EXPECT_THAT(
            plans::payload_faults("order", plans::signed_text(order, kKey, rules::kBeijingTime)),
            IsEmpty());
    }
    order.obligations.clear();
    order.colour.reset();
    order.warning.clear();
    const std::string lifted = plans::signed_text(order, kKey, rules::kBeijingTime);
    EXPECT_THAT(plans::payload_faults("order", lifted), IsEmpty());
    boost::json::value unsigned_one = plans::parse_json(lifted, "order").value();
    unsigned_one.get_object().erase("signature");
    EXPECT_FALSE(plans::payload_faults("order", plans::canonical_text(unsigned_one)).empty());
}

TEST(PublishedProtocol, ReceiptsFitSignedAndUnsignedAndWithTheirPlaceInTheQueue) {
    const Answer answer{"w1/e1", 3, "refused", kNow, "值班室", "高炉不能停"};
    for (const plans::SigningKey* key : {static_cast<const plans::SigningKey*>(nullptr), &kKey}) {
        const std::string text = to_text(answer, "e1", key);
        EXPECT_THAT(plans::payload_faults("receipt", text), IsEmpty());
        const std::string placed =
            daemon::with_sequence(text, {"0123456789abcdef", 17, 16, "fedcba9876543210"});
        EXPECT_THAT(plans::payload_faults("receipt", placed), IsEmpty());
    }
}

TEST(PublishedProtocol, TheMarkFits) {
    const std::vector<daemon::SpoolMark> marks{{"0123456789abcdef", 17, "fedcba9876543210"}};
    for (const auto& said : {std::vector<daemon::SpoolMark>{}, marks}) {
        EXPECT_THAT(plans::payload_faults("durable", daemon::to_mark_text("e1", said, kKey)),
                    IsEmpty());
    }
    auto bare = plans::parse_json(daemon::to_mark_text("e1", marks, kKey), "mark").value();
    bare.get_object().erase("signature");
    EXPECT_FALSE(plans::payload_faults("durable", plans::canonical_text(bare)).empty());
}

TEST(PublishedProtocol, TasksFitWhateverTheyAreAboutAndWhenLifted) {
    plans::TaskDocument task;
    task.number = 12;
    task.revision = 1;
    task.addressee = "BM-DL";
    task.name = "供电公司";
    task.region = "411000";
    task.subject = "W2026-001";
    task.issued_at = kNow;
    task.wanted = "done";
    task.items.push_back({"报送分时用电量", "本地任务清单", "预案第三章", false,
                          rules::Colour::kOrange, kNow, kNow + std::chrono::hours{5}, kNow});
    task.items.push_back(
        {"随时待命", "", "", true, std::nullopt, kNow, std::nullopt, std::nullopt});
    const auto text = [&task] {
        return plans::signed_task_text(plans::to_json(task, rules::kBeijingTime), kKey);
    };
    for (std::size_t about = 0; about < plans::kTaskSubjects; ++about) {
        task.about = static_cast<plans::TaskSubject>(about);
        EXPECT_THAT(plans::payload_faults("task", "[" + text() + "," + text() + "]"), IsEmpty());
    }
    task.items.clear();
    task.wanted.clear();
    task.deadline = kNow;
    EXPECT_THAT(plans::payload_faults("task", "[" + text() + "]"), IsEmpty());
    EXPECT_FALSE(plans::payload_faults("task", text()).empty()) << "an array, always";
}

// What the schema refuses of a reading, the daemon refuses, too.
TEST(PublishedProtocol, TheDaemonTakesWhatTheSchemasTake) {
    const daemon::MessageContext context{"test", kNow, rules::kBeijingTime};
    struct Case {
        const char* schema;
        const char* topic;
        const char* payload;
    };
    for (
        const Case& one : std::initializer_list<Case>{
            {"meter", "meter/m1", R"({"t":"2026-09-20T00:00:00+08:00","kw":12.5,"minutes":15})"},
            {"meter", "meter/m1", R"([{"t":"2026-09-20T00:00:00+08:00","kwh_total":9}])"},
            {"meter", "meter/m1", R"({"t":"2026-09-20T00:00:00+08:00"})"},
            {"meter", "meter/m1", R"({"kw":1})"},
            {"stack", "stack/o1", R"({"t":"2026-09-20T00:00:00+08:00","so2":3,"flow":100})"},
            {"stack", "stack/o1", R"({"t":"2026-09-20T00:00:00+08:00","flow":100})"},
            {"gate", "gate",
             R"({"t":"2026-09-20T00:00:00+08:00","plate":"京A1","emission_standard":"国四","direction":"in"})"},
            {"gate", "gate",
             R"({"t":"2026-09-20T00:00:00+08:00","plate":"京A1","direction":"up"})"},
            {"receipt", "receipt",
             R"({"order":"o","revision":1,"state":"done","at":"2026-09-20T00:00:00+08:00","by":"a","note":""})"},
            {"receipt", "exercise/receipt",
             R"({"order":"o","revision":1,"state":"finished","at":"2026-09-20T00:00:00+08:00","by":"a"})"},
            {"status", "status", "online"},
            {"status", "status", "away"}}) {
        const auto topic = daemon::parse_topic("qingkong/1/110105/e1/" + std::string(one.topic));
        ASSERT_TRUE(topic.has_value()) << one.topic;
        EXPECT_EQ(plans::payload_faults(one.schema, one.payload).empty(),
                  daemon::content_faults(*topic, one.payload, context).empty())
            << one.payload;
    }
}

// "qingkong/1/{region}/{enterprise}/meter/{meter}" as a filter.
std::string filter_of(const std::string& address) {
    return std::regex_replace(address, std::regex("\\{[a-z]+\\}"), "+");
}

TEST(PublishedProtocol, TheTopicsListedAreThoseOfTheCode) {
    std::vector<std::string> listed;
    for (const std::string& address : plans::protocol_topics()) {
        listed.push_back(filter_of(address));
    }
    std::vector<std::string> used = daemon::intake_filters();
    used.emplace_back(daemon::kOrderTopics);
    used.emplace_back(daemon::kExerciseOrderTopics);
    used.push_back("qingkong/1/+/+/" + std::string(daemon::kMarkTopicEnd));
    used.emplace_back("qingkong/1/mark/+");
    used.emplace_back(daemon::kTaskTopics);
    EXPECT_THAT(listed, testing::UnorderedElementsAreArray(used));
}

}  // namespace
}  // namespace qk::agent
