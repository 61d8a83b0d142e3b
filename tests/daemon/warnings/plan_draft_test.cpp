// A signature writes the plan that was derived before it, or nothing.
#include "plans/response/plan_draft.hpp"

#include "service_fixture.hpp"

namespace qk::daemon {
namespace {

// A yellow warning that has been consulted on and waits for the director.
std::string waiting_for_signature(Desk& desk) {
    desk.forecast(8, {100, 180, 180, 180, 90, 80, 80});
    const std::string id = desk.assess(8).warning;
    EXPECT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(8, id)));
    return id;
}

DeskAnswer sign_with(Desk& desk, const std::string& id, const DeskView& view) {
    return desk.ask([&](Session& db) {
        const StoredWarning w = *load_warning(db, id);
        return sign(db, view, Desk::director(), w, {{}, w.state.generation});
    });
}

std::optional<plans::PlanQuestion> question_of(Desk& desk, const std::string& id,
                                               const DeskView& view) {
    try {
        (void)sign_with(desk, id, view);
    } catch (const plans::PlanNeeded& needed) {
        return needed.question();
    }
    return std::nullopt;
}

std::shared_ptr<const plans::PlanDraft> answer_to(const plans::PlanQuestion& question) {
    return std::make_shared<plans::PlanDraft>(
        plans::PlanDraft{question, plans::derive_plan(question)});
}

TEST(PlanDraft, WithoutOneTheSignatureIsTakenBackAndSaysWhatItNeeds) {
    Desk desk;
    const std::string id = waiting_for_signature(desk);
    const auto before = desk.warning(id).state.generation;
    DeskView view = desk.view(8);
    view.derives_inside = false;
    const auto question = question_of(desk, id, view);
    ASSERT_TRUE(question);
    EXPECT_EQ(question->segments.size(), 1U);
    EXPECT_EQ(question->inventory, view.inventory);
    EXPECT_EQ(desk.warning(id).state.generation, before);
    EXPECT_TRUE(desk.warning(id).state.pending) << "nothing of it was written";
}

TEST(PlanDraft, TheOneThatAnswersTheQuestionIsWritten) {
    Desk desk;
    const std::string id = waiting_for_signature(desk);
    DeskView view = desk.view(8);
    view.derives_inside = false;
    view.draft = answer_to(*question_of(desk, id, view));
    EXPECT_TRUE(std::holds_alternative<DeskDone>(sign_with(desk, id, view)));
    EXPECT_FALSE(desk.warning(id).state.pending);
    EXPECT_EQ(desk.warning(id).plan_generation, 1);
}

TEST(PlanDraft, OneOfAnotherInventoryOrPackOrTimelineIsNoAnswer) {
    Desk desk;
    const std::string id = waiting_for_signature(desk);
    DeskView view = desk.view(8);
    view.derives_inside = false;
    const plans::PlanQuestion asked = *question_of(desk, id, view);
    plans::PlanQuestion other = asked;
    other.inventory = std::make_shared<plans::Inventory>();
    view.draft = answer_to(other);
    EXPECT_TRUE(question_of(desk, id, view));
    other = asked;
    other.pack = std::make_shared<plans::RegionPack>(desk_pack());
    view.draft = answer_to(other);
    EXPECT_TRUE(question_of(desk, id, view));
    other = asked;
    other.segments[0].colour = rules::Colour::kOrange;
    view.draft = answer_to(other);
    EXPECT_TRUE(question_of(desk, id, view));
    view.draft = answer_to(asked);
    EXPECT_FALSE(question_of(desk, id, view));
}

TEST(PlanDraft, OverTheApiASignatureIsAskedTwiceAndWrittenOnce) {
    Services services;
    const std::string id = waiting_for_signature(services.desk);
    const auto generation = std::to_string(services.desk.warning(id).state.generation);
    const auto before = services.desk.store->decisions_begun();
    const auto answer = services.call("li.na", "POST", "/api/v1/warnings/" + id + "/sign",
                                      R"({"generation":)" + generation + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(services.desk.store->decisions_begun(), before + 2);
    const auto plans =
        Services::json(services.call("zhao.min", "GET", "/api/v1/warnings/" + id + "/plans"));
    EXPECT_EQ(plans.at("total").as_int64(), 1);
}

}  // namespace
}  // namespace qk::daemon
