// Goal: whoever puts up, confirms or takes back a pack, a catalogue or changed grades is told what
// became of it, whichever options were given. Method: the commands as typed, with no daemon there.
#include "daemon/ctl/adoption_online.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;

class AdoptionOnlineTest : public testing::Test {
 protected:
    Answer type(Arguments words) {
        // The port of "discard": nobody answers there.
        return type_command(words_of(
            std::move(words), {"--url", "http://127.0.0.1:9", "--token-file",
                               scratch_.write("token", "00000000000000000000000000000000")}));
    }
    void expect_call(Arguments words) {
        const std::string typed = words[0] + " " + words[1];
        const Answer answer = type(std::move(words));
        EXPECT_EQ(answer.code, kUnreachable) << typed << ": " << answer.err;
        EXPECT_THAT(answer.err, HasSubstr("a running qingkongd")) << typed;
    }

    const daemon::Scratch scratch_;
};

TEST_F(AdoptionOnlineTest, EveryStepIsCalledWithAndWithoutAReason) {
    for (const char* noun : {"pack", "catalogue", "grade"}) {
        expect_call({noun, "confirm", "3"});
        expect_call({noun, "withdraw", "3"});
        expect_call({noun, "withdraw", "3", "--reason", "有误"});
        expect_call({noun, "history"});
    }
}

TEST_F(AdoptionOnlineTest, ACatalogueIsTriedWithoutAReasonAndPutUpWithOne) {
    const std::string file = scratch_.write("our.toml", "trades = [\"cement\"]\n");
    expect_call({"catalogue", "compare", file});
    expect_call({"catalogue", "compare", "as-shipped", "--from", "2026-11-15"});
    expect_call({"catalogue", "adopt", file, "--from", "2026-11-15", "--reason", "年度修订"});
}

TEST_F(AdoptionOnlineTest, AFileThatCannotBeReadIsNamedAndNobodyIsCalled) {
    for (const Arguments& words :
         {Arguments{"catalogue", "adopt", "nowhere.toml"},
          Arguments{"grade", "change", "nowhere.csv", "--paper", "文", "--decided-by", "市局"}}) {
        const Answer answer = type(words);
        EXPECT_EQ(answer.code, kBadUsage);
        EXPECT_THAT(answer.err, HasSubstr("nowhere"));
    }
}

}  // namespace
}  // namespace qk::ctl
