// Enrolment letters: what a plant needs stands on its page and in its code, and nobody else reads
// it.
#include "daemon/broker/letters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "plans/text/json.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::broker {
namespace {

using testing::HasSubstr;
using testing::Not;

LetterFacts facts() {
    LetterFacts made;
    made.bureau = "某市生态环境局";
    made.host = "mqtt.example.cn";
    made.port = 8883;
    made.authority = std::string(64, 'a');
    made.signing_key = std::string(64, 'b');
    made.key_fingerprint = "cccc";
    made.now = *rules::parse_instant("2025-11-22", rules::kBeijingTime);
    return made;
}

std::size_t count_of(const std::string& text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

TEST(Letters, EachHasAPageWithItsUserPasswordAndCode) {
    const std::string page =
        letters_page({{"e1", "甲厂", "AAAA-1"}, {"e2", "乙厂", "BBBB-2"}}, facts());
    for (const char* word : {"甲厂", "乙厂", "AAAA-1", "BBBB-2", "mqtts://mqtt.example.cn:8883",
                             "某市生态环境局", "2025-11-22", "cccc"}) {
        EXPECT_THAT(page, HasSubstr(word));
    }
    EXPECT_EQ(count_of(page, "<section"), 2U);
    EXPECT_EQ(count_of(page, "<svg"), 2U);
}

TEST(Letters, EachSaysHowItsOwnKeyComesToTheBureauAndIsEntered) {
    const std::string page =
        letters_page({{"e1", "甲厂", "AAAA-1"}, {"e2", "乙厂", "BBBB-2"}}, facts());
    EXPECT_EQ(count_of(page, "qingkong-agent new-key receipt.key"), 4U) << "in both languages";
    EXPECT_THAT(page, HasSubstr("qingkongctl enterprise key add e1 "));
    EXPECT_THAT(page, HasSubstr("qingkongctl enterprise key add e2 "));
    EXPECT_THAT(page, HasSubstr("电话逐组核对"));
}

TEST(Letters, ANameCannotBringMarkupAndThePageAsksNobody) {
    const std::string page = letters_page({{"e1", "<script src=x>", "p"}}, facts());
    EXPECT_THAT(page, Not(HasSubstr("<script")));
    EXPECT_THAT(page, Not(HasSubstr("src=\"")));
    EXPECT_THAT(page, Not(HasSubstr("url(")));
}

TEST(Letters, TheCodeSaysWhatAnAgentNeeds) {
    const auto value =
        plans::parse_json(connection_text({"e1", "甲厂", "AAAA-1"}, facts()), "code");
    ASSERT_TRUE(value);
    EXPECT_EQ(plans::string_or(*value, "url"), "mqtts://mqtt.example.cn:8883");
    EXPECT_EQ(plans::string_or(*value, "user"), "e1");
    EXPECT_EQ(plans::string_or(*value, "password"), "AAAA-1");
    EXPECT_EQ(plans::string_or(*value, "ca"), std::string(64, 'a'));
    EXPECT_EQ(plans::string_or(*value, "key"), std::string(64, 'b'));
}

TEST(Letters, TheCodeIsASquareWithAWhiteEdgeAndThreeCorners) {
    // Version 1, 21 modules, and 4 of white on each side. Its finder patterns begin at once.
    const std::string svg = qr_svg("a");
    EXPECT_THAT(svg, HasSubstr("viewBox=\"0 0 29 29\""));
    for (const char* corner : {"M4 4h", "M24 4h", "M4 24h"}) EXPECT_THAT(svg, HasSubstr(corner));
    EXPECT_THAT(svg, Not(HasSubstr("M24 24h1v1h-1zM25 24h1v1h-1zM26 24h"))) << "no fourth corner";
    EXPECT_NE(svg, qr_svg("b"));
    EXPECT_THROW((void)qr_svg(std::string(4000, 'a')), std::runtime_error);
}

TEST(Letters, ASecretIsForItsOwnerAndWritesOverNothing) {
    const daemon::Scratch scratch;
    const std::string path = scratch.file("letters.html");
    const mode_t before = ::umask(0);
    const auto written = write_secret(path, "one");
    ::umask(before);
    ASSERT_TRUE(written);
    struct stat found {};
    ASSERT_EQ(::stat(path.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    EXPECT_FALSE(write_secret(path, "two"));
    EXPECT_EQ(scratch.read("letters.html"), "one");
    std::filesystem::create_symlink(scratch.file("elsewhere"), scratch.file("link"));
    EXPECT_FALSE(write_secret(scratch.file("link"), "three"));
    EXPECT_FALSE(std::filesystem::exists(scratch.file("elsewhere")));
}

}  // namespace
}  // namespace qk::broker
