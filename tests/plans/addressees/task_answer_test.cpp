// Goal: an answer moves a task forward only, a difficulty is never lost, and a file is what its
// bytes say. Method: every state against every answer.
#include "plans/addressees/task_answer.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using testing::HasSubstr;

TaskAnswer say(TaskState state, std::string note = "窑") {
    return {3, state, "王", std::move(note)};
}

TEST(TaskAnswers, MoveForwardOnly) {
    using enum TaskState;
    for (const TaskState from : {kNone, kReceived, kExecuting, kDone}) {
        for (const TaskState to : {kReceived, kExecuting, kDone}) {
            const auto effect = answer_effect({3, from, kDone, false}, say(to));
            ASSERT_TRUE(effect);
            EXPECT_EQ(*effect == AnswerEffect::kMoves, to > from)
                << to_text(from) << " " << to_text(to);
        }
        EXPECT_EQ(answer_effect({3, from, kDone, false}, say(kDifficulty)).value(),
                  AnswerEffect::kMoves);
        EXPECT_EQ(answer_effect({3, kDifficulty, kDone, false}, say(kReceived)).value(),
                  AnswerEffect::kMoves);
    }
    EXPECT_EQ(answer_effect({3, kDifficulty, kDone, false}, say(kDifficulty)).value(),
              AnswerEffect::kRepeat);
}

TEST(TaskAnswers, ToAnotherRevisionOrWithoutAWordAreRefused) {
    using enum TaskState;
    EXPECT_THAT(rules::to_text(answer_effect({4, kNone, kDone, false}, say(kDone)).error()),
                HasSubstr("revision 4, and this answers 3"));
    EXPECT_FALSE(answer_effect({3, kNone, kDone, false}, say(kDifficulty, " ")));
    EXPECT_FALSE(answer_effect({3, kNone, kDone, false}, say(kNone)));
}

TEST(TaskAnswers, AreWaitedForUntilWhatIsWantedIsSaid) {
    using enum TaskState;
    EXPECT_FALSE(is_answered({1, kExecuting, kDone, false}));
    EXPECT_TRUE(is_answered({1, kDone, kDone, false}));
    EXPECT_TRUE(is_answered({1, kExecuting, kExecuting, false}));
    EXPECT_FALSE(is_answered({1, kDifficulty, kExecuting, false}));
    EXPECT_TRUE(is_answered({1, kNone, kReceived, true}));
}

TEST(TaskFiles, AreWhatTheirFirstBytesSay) {
    EXPECT_EQ(check_task_file("现场.pdf", "%PDF-1.7 …").value(), TaskFileKind::kPdf);
    EXPECT_EQ(check_task_file("a.bin", "\xFF\xD8\xFF\xE0").value(), TaskFileKind::kJpeg);
    EXPECT_EQ(check_task_file("a.xlsx", std::string("PK\x03\x04", 4)).value(),
              TaskFileKind::kOffice);
    EXPECT_EQ(check_task_file("名单.csv", "工地\n一号").value(), TaskFileKind::kText);
    EXPECT_FALSE(check_task_file("a.pdf", "MZ\x90")) << "a program by another name";
    EXPECT_FALSE(check_task_file("a.html", "<script>"));
    EXPECT_FALSE(check_task_file("a.zip", std::string("PK\x03\x04", 4)));
    EXPECT_FALSE(check_task_file("../a.pdf", "%PDF-1.7"));
    EXPECT_FALSE(check_task_file("", "%PDF-1.7"));
    EXPECT_FALSE(check_task_file("a.pdf", "%PDF-" + std::string(kTaskFileBytesMax, ' ')));
}

}  // namespace
}  // namespace qk::plans
