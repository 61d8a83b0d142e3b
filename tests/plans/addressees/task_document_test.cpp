// Goal: a task's document is signed under a mark of its own, the same content is the same, and an
// SMS never takes more than 70 characters. Method: one task, changed bit by bit.
#include "plans/addressees/task_document.hpp"

#include <gmock/gmock.h>

#include <boost/json/object.hpp>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr rules::Zone kZone = rules::kBeijingTime;

TaskDocument task() {
    TaskDocument task;
    task.number = 12;
    task.revision = 2;
    task.addressee = "D1";
    task.kind = AddresseeKind::kDustSite;
    task.subject = "W1";
    task.wanted = "executing";
    TaskItem item;
    item.text = "停止土石方作业";
    item.colour = rules::Colour::kOrange;
    task.items = {item};
    return task;
}

std::size_t characters(const std::string& text) {
    std::size_t count = 0;
    for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80U ? 1 : 0;
    return count;
}

TEST(TaskDocuments, AreSignedUnderTheirOwnMark) {
    const auto key = SigningKey::from_seed(std::string(32, 'k')).value();
    const std::string text = signed_task_text(to_json(task(), kZone), key);
    auto document = parse_json(text, "task").value();
    EXPECT_TRUE(is_signed_task(document, key.public_key_hex()));
    EXPECT_EQ(signed_task_text(document, key), text) << "signing again changes nothing";
    auto bare = document;
    bare.as_object().erase("signature");
    EXPECT_FALSE(verify_hex(key.public_key_hex(), Purpose::kOrder, canonical_text(bare),
                            string_or(document, "signature")))
        << "it is no order";
    document.as_object()["subject"] = "W2";
    EXPECT_FALSE(is_signed_task(document, key.public_key_hex()));
}

TEST(TaskDocuments, AreTheSameWhereNothingElseIsAsked) {
    TaskDocument later = task();
    later.number = 99;
    later.revision = 7;
    later.issued_at = rules::Instant{std::chrono::hours{9}};
    later.deadline = later.issued_at;
    later.items[0].deadline = later.issued_at;
    EXPECT_EQ(content_digest(later, kZone), content_digest(task(), kZone));
    later.items[0].text = "停止拆除";
    EXPECT_NE(content_digest(later, kZone), content_digest(task(), kZone));
}

TEST(TaskDocuments, FitIntoOneMessage) {
    TaskDocument one = task();
    EXPECT_EQ(task_sms_text(to_json(one, kZone), "【某市环境】"),
              "【某市环境】任务12：停止土石方作业。回复1收到2执行3有困难，后写任务12");
    one.items[0].text += "。";
    EXPECT_THAT(task_sms_text(to_json(one, kZone), ""), HasSubstr("作业。回复1"))
        << "one full stop";
    one.exercise = true;
    one.items[0].text = std::string();
    for (int i = 0; i < 40; ++i) one.items[0].text += "停工";
    const std::string text = task_sms_text(to_json(one, kZone), "【某市生态环境】");
    EXPECT_LE(characters(text), kTaskSmsCharactersMax);
    EXPECT_THAT(text, HasSubstr("【演练】任务12：停工"));
    EXPECT_THAT(text, EndsWith("…。回复1收到2执行3有困难，后写任务12"));
    one.items.clear();
    EXPECT_THAT(task_sms_text(to_json(one, kZone), ""), HasSubstr("已解除"));
    EXPECT_THAT(task_sms_text(to_json(one, kZone), ""), EndsWith("不必回复"));
}

}  // namespace
}  // namespace qk::plans
