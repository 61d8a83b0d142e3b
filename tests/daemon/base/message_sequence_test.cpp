#include "daemon/base/message_sequence.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

const std::string kSpool = "0123456789abcdef";
const std::string kCheck = "fedcba9876543210";
const MessageSequence kSequence{kSpool, 17, 16, kCheck};
const plans::SigningKey kKey = plans::SigningKey::from_seed(std::string(32, 'k')).value();

TEST(MessageSequence, WhatWasPutInFrontIsReadAgainAndTheRestStaysAsItWas) {
    for (const std::string payload : {R"({"kw":1})", R"([{"kw":1},{"kw":2}])", "{}", "[{}]"}) {
        const std::string sent = with_sequence(payload, kSequence);
        EXPECT_EQ(sequence_of(sent), kSequence) << sent;
        ASSERT_TRUE(plans::parse_json(sent, "sent")) << sent;
    }
    EXPECT_EQ(with_sequence(R"([{"kw":1}])", kSequence),
              R"([{"seq":"0123456789abcdef/17/16/fedcba9876543210","kw":1}])");
}

// As most programs write JSON.
TEST(MessageSequence, BlanksAroundItMatterNot) {
    for (const char* sent :
         {R"({"seq": "0123456789abcdef/17/16/fedcba9876543210", "kw": 1})",
          "\n[ {\t\"seq\" :\r\n\"0123456789abcdef/17/16/fedcba9876543210\"} ]"}) {
        EXPECT_EQ(sequence_of(sent), kSequence) << sent;
    }
    EXPECT_FALSE(sequence_of(R"({"seq": " 0123456789abcdef/17/16/fedcba9876543210"})"));
}

TEST(MessageSequence, APayloadWithoutOneHasNone) {
    for (const char* payload :
         {"", "[", "{", "online", "[]", "{}", R"({"kw":1})", R"({"kw":1,"seq":"x"})",
          R"({"seq":17})", R"({"seq":"")", R"({"seq":"0123456789abcdef/17/16)",
          R"({"seq":"0123456789abcdef/17/16"})",
          R"({"seq":"0123456789abcdef/0/0/fedcba9876543210"})",
          R"({"seq":"0123456789abcdef/17/17/fedcba9876543210"})",
          R"({"seq":"0123456789abcdef/-1/0/fedcba9876543210"})",
          R"({"seq":"0123456789ABCDEF/17/16/fedcba9876543210"})",
          R"({"seq":"0123456789abcdef/17/16/fedcba987654321"})",
          R"({"seq":"0123456789abcdef/17/16/fedcba9876543210/1"})",
          R"({"seq":"0123456789abcdef/99999999999999999999/16/fedcba9876543210"})"}) {
        EXPECT_FALSE(sequence_of(payload)) << payload;
    }
}

TEST(MessageSequence, AMarkPassesOnlyWhatNothingIsMissingBefore) {
    EXPECT_TRUE(is_next(16, kSequence));
    EXPECT_FALSE(is_next(15, kSequence));
    EXPECT_FALSE(is_next(17, kSequence));
    EXPECT_TRUE(is_next(0, {kSpool, 17, 0, kCheck}));
    EXPECT_TRUE(is_next(5, {kSpool, 17, 0, kCheck}));
}

TEST(MessageSequence, MarksAreReadAsTheyWereSaid) {
    const std::vector<SpoolMark> marks{{kSpool, 17, kCheck}, {kCheck, 1, kSpool}};
    EXPECT_EQ(parse_marks(to_mark_text("e1", marks, kKey), "e1").value(), marks);
    EXPECT_EQ(parse_marks(to_mark_text("e1", {}, kKey), "e1").value().size(), 0U);
}

TEST(MessageSequence, MarksSayWhoSignedThem) {
    const std::string good = to_mark_text("e1", {{kSpool, 17, kCheck}}, kKey);
    EXPECT_EQ(signer_of_marks(good).value(), kKey.public_key_hex());
    std::string raised = good;
    raised.replace(raised.find(":17"), 3, ":99");
    EXPECT_FALSE(signer_of_marks(raised));
    auto bare = plans::parse_json(good, "mark").value();
    bare.get_object().erase("signature");
    for (const std::string& text : {std::string(), std::string("{}"), std::string("[]"),
                                    plans::canonical_text(bare), std::string(20'000, ' ')}) {
        EXPECT_FALSE(signer_of_marks(text)) << text.substr(0, 100);
    }
}

TEST(MessageSequence, MarksThatAreNoneOrOfAnotherAreRefused) {
    const std::string good = to_mark_text("e1", {{kSpool, 17, kCheck}}, kKey);
    EXPECT_FALSE(parse_marks(good, "e2"));
    const auto changed = [&good](const std::string& from, const std::string& to) {
        std::string text = good;
        return text.replace(text.find(from), from.size(), to);
    };
    for (const std::string& text :
         {std::string(), std::string("{}"), std::string("[]"), changed(":17", ":0"),
          changed(":17", ":1.5"), changed(":17", ":-1"), changed(kSpool, "x"), changed(kCheck, ""),
          std::string(20'000, ' ')}) {
        EXPECT_FALSE(parse_marks(text, "e1")) << text.substr(0, 100);
    }
    const std::vector<SpoolMark> many(kMarksPerEnterpriseMax + 1, {kSpool, 17, kCheck});
    EXPECT_FALSE(parse_marks(to_mark_text("e1", many, kKey), "e1"));
}

}  // namespace
}  // namespace qk::daemon
