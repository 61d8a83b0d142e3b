// Goal: the county step of a ladder gives the county one task for all its matters, the site-check
// step one to inspectors, each lifted with the last answer; a task that nobody answers goes up its
// own ladder and makes no tasks without end. Method: passes over a store.
#include "daemon/roster/follow_up_tasks.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/addressees/tasks.hpp"
#include "daemon/roster/duty_pass.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/addressees/drafted.hpp"
#include "tests/daemon/test_store.hpp"

namespace qk::daemon {
namespace {

using plans::AddresseeKind;
using rules::Instant;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kOutset{std::chrono::seconds{1'800'000'000}};

class FollowUpTasks : public testing::Test {
 protected:
    FollowUpTasks() {
        auto pack = std::make_shared<plans::RegionPack>();
        pack->region_code = "999900";
        view_.pack = pack;
        view_.ladders = std::make_shared<const plans::Ladders>(plans::shipped_ladders());
        view_.roster = std::make_shared<const plans::Roster>();
        view_.people = {{"zhang", "张", {"duty_officer"}, ""}, {"li", "李", {"approver"}, ""}};
        auto list = std::make_shared<plans::AddresseeList>();
        list->addressees = {drafted("x1", AddresseeKind::kCounty, "", "999901").addressee,
                            drafted("x2", AddresseeKind::kCounty, "", "999902").addressee,
                            drafted("hc", AddresseeKind::kInspector, "", "999900").addressee};
        view_.addressees = list;
    }
    template <class Work>
    auto ask(Work work) {
        return store_->transact_now(std::move(work));
    }
    void put_order(const std::string& enterprise, bool exercise = false) {
        ask([&](Session& db) {
            return db.exec(
                "INSERT INTO orders(enterprise, region, warning, order_id, revision, "
                "content_sha256, signed_text, exercise, obligations, issued_at, effective_from) "
                "VALUES(?1,'999901','W1','o',1,'','{}',?3,1,?2,?2)",
                enterprise, kOutset, exercise);
        });
    }
    void receipt(const std::string& enterprise) {
        ask([&](Session& db) {
            return db.exec("UPDATE orders SET receipt_state = 'received' WHERE enterprise = ?",
                           enterprise);
        });
    }
    void until(int minute) {
        for (; minute_ <= minute; ++minute_) {
            view_.now = kOutset + minutes{minute_};
            ask([this](Session& db) { return run_pass(db, view_).steps; });
        }
    }
    // Of the addressees that hold a task of that kind.
    std::vector<std::string> held(const std::string& about, bool is_open_only = true) {
        TaskQuery query;
        query.about = about;
        query.is_open_only = is_open_only;
        std::vector<std::string> found;
        for (const TaskRow& row : ask([&](Session& db) { return list_tasks(db, query); })) {
            found.push_back(row.addressee);
        }
        return found;
    }
    std::size_t items(std::int64_t number) {
        const TaskRow row = ask([&](Session& db) { return *load_task(db, number); });
        return plans::parse_json(row.document, "d")->at("items").as_array().size();
    }

    const Scratch scratch_;
    std::unique_ptr<Store> store_ = open_test_store(scratch_);
    DutyView view_;
    int minute_ = 0;
};

TEST_F(FollowUpTasks, OneTaskForAllMattersOfAStepAndLiftedWithTheLast) {
    put_order("e1");
    put_order("e2");
    until(58);
    EXPECT_THAT(held("county"), IsEmpty());
    until(62);
    EXPECT_THAT(held("county"), ElementsAre("x1")) << "of the other county nothing is silent";
    EXPECT_EQ(items(1), 2U);
    until(125);
    EXPECT_THAT(held("site_check"), ElementsAre("hc"));
    receipt("e1");
    until(127);
    EXPECT_THAT(held("county"), SizeIs(1)) << "one still waits";
    receipt("e2");
    until(129);
    EXPECT_THAT(held("county"), IsEmpty());
    EXPECT_THAT(held("site_check"), IsEmpty());
    EXPECT_THAT(held("county", false), SizeIs(1));
}

TEST_F(FollowUpTasks, ATaskWithoutAnAnswerGoesUpItsOwnLadder) {
    ask([](Session& db) {
        return put_tasks(db, {drafted("d1", AddresseeKind::kDustSite, "停", "999901", {"sms"})},
                         cause_at(kOutset))
            .unchanged;
    });
    ask([](Session& db) { return db.exec("UPDATE task_sendings SET standing = 'sent'"); });
    until(16);
    EXPECT_EQ(ask([](Session& db) {
                  return db.count("SELECT count(*) FROM task_sendings WHERE standing = 'waiting'");
              }),
              1)
        << "it goes out again";
    until(35);
    EXPECT_TRUE(ask([](Session& db) { return load_task(db, 1)->listed_at.has_value(); }));
    until(65);
    EXPECT_THAT(held("county"), ElementsAre("x1"));
    until(600);
    EXPECT_THAT(held("county"), ElementsAre("x1")) << "its own silence makes no further task";
    EXPECT_THAT(held("site_check"), ElementsAre("hc"));
    ask([](Session& db) {
        return take_task_answer(db, *load_task(db, 1), {1, plans::TaskState::kExecuting, "王", ""},
                                {"", "desk", "", kOutset + minutes{601}}, std::nullopt)
            .has_value();
    });
    until(602);
    EXPECT_THAT(held("county"), IsEmpty());
}

TEST_F(FollowUpTasks, ACountyThatCannotFollowAPromptIsAMatterOfTheDutyOfficer) {
    ask([](Session& db) {
        TaskCause cause;
        cause.about = plans::TaskSubject::kPrompt;
        cause.subject = "P1";
        cause.now = kOutset;
        plans::DraftedTask task;
        task.addressee.id = "x1";
        task.addressee.kind = plans::AddresseeKind::kCounty;
        task.addressee.region = "999901";
        task.items = {plans::TaskItem{}};
        return put_tasks(db, {task}, cause).changed.size();
    });
    until(60);
    EXPECT_EQ(ask([](Session& db) { return open_matters(db).size(); }), 0U)
        << "its silence is the prompt's own matter";
    ask([](Session& db) {
        TaskRow row = *load_task(db, 1);
        row.state = plans::TaskState::kDifficulty;
        row.state_at = kOutset + minutes{60};
        store_task_state(db, row);
        return 0;
    });
    until(150);
    EXPECT_EQ(ask([](Session& db) { return open_matters(db).size(); }), 1U);
}

TEST_F(FollowUpTasks, WithoutAListNobodyIsGivenAny) {
    view_.addressees = nullptr;
    put_order("e1");
    until(300);
    EXPECT_THAT(held("county", false), IsEmpty());
}

}  // namespace
}  // namespace qk::daemon
