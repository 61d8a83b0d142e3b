#include "daemon/store/fair_queue.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace qk::daemon {
namespace {

using testing::ElementsAre;

std::vector<int> take_all(FairQueue<int>& queue) {
    std::vector<int> order;
    while (auto taken = queue.take()) {
        order.push_back(taken->work);
        queue.finish(taken->person);
    }
    return order;
}

TEST(FairQueue, PeopleTakeTurnsHoweverMuchOneHasWaiting) {
    FairQueue<int> queue(1);
    for (const int piece : {1, 2, 3, 4}) queue.push("anna", piece);
    queue.push("bo", 10);
    queue.push("bo", 11);
    queue.push("chen", 20);
    EXPECT_EQ(queue.size(), 7U);
    EXPECT_THAT(take_all(queue), ElementsAre(1, 10, 20, 2, 11, 3, 4));
    EXPECT_TRUE(queue.empty());
}

TEST(FairQueue, NobodyHasMoreRunningThanAllowed) {
    FairQueue<int> queue(2);
    for (const int piece : {1, 2, 3}) queue.push("anna", piece);
    queue.push("bo", 10);
    std::vector<int> running;
    while (auto taken = queue.take()) running.push_back(taken->work);
    EXPECT_THAT(running, ElementsAre(1, 10, 2));
    EXPECT_EQ(queue.size(), 1U);
    queue.finish("bo");
    EXPECT_FALSE(queue.take());
    queue.finish("anna");
    EXPECT_EQ(queue.take()->work, 3);
}

TEST(FairQueue, WhoComesBackAfterEverythingWasDoneBeginsAnew) {
    FairQueue<int> queue(1);
    queue.push("anna", 1);
    EXPECT_THAT(take_all(queue), ElementsAre(1));
    queue.push("anna", 2);
    EXPECT_THAT(take_all(queue), ElementsAre(2));
}

}  // namespace
}  // namespace qk::daemon
