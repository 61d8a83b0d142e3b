// Goal: the simulated disk forgets what a real one may forget, and keeps what a real one must keep.
// Method: write, sync, let the process die or the power fail for many seeds, and look at what is
// left.
#include "sim/prove/sim_disk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <system_error>

namespace qk::sim {
namespace {

constexpr const char* kPath = "/d/0000000001.log";
constexpr std::uint64_t kSeeds = 60;

// What is left of a file, for many seeds; "-" where it is not there.
template <class Work>
std::set<std::string> left_after(FaultKind death, std::uint64_t at_step, Work work) {
    std::set<std::string> left;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Steps steps({{at_step, death}});
        SimDisk disk(steps, seed);
        work(disk);
        EXPECT_TRUE(steps.is_dead());
        disk.restart();
        steps.revive();
        const auto node = disk.find(kPath);
        left.insert(node ? node->now : "-");
    }
    return left;
}

void write_synced_and_more(SimDisk& disk) {
    const auto file = disk.open_for_append(kPath);  // 1
    file->append("synced");                         // 2
    file->sync();                                   // 3
    disk.sync_folder("/d");                         // 4
    file->append("+more");                          // 5
    file->append("!");                              // 6
}

TEST(SimDisk, KeepsAllThatWasWrittenWhenOnlyTheProcessDies) {
    const auto left = left_after(FaultKind::kProcessDies, 6, write_synced_and_more);
    EXPECT_THAT(left, testing::UnorderedElementsAre("synced+more", "synced+more!"));
}

TEST(SimDisk, KeepsWhatWasSyncedAndAPartOfTheRestWhenThePowerFails) {
    const auto left = left_after(FaultKind::kPowerFails, 6, write_synced_and_more);
    EXPECT_TRUE(left.contains("synced"));
    EXPECT_TRUE(left.contains("synced+more!"));
    for (const std::string& one : left) EXPECT_TRUE(one.starts_with("synced")) << one;
}

TEST(SimDisk, LosesAFileWhoseFolderWasNotSynced) {
    const auto left = left_after(FaultKind::kPowerFails, 4, [](SimDisk& disk) {
        const auto file = disk.open_for_append(kPath);
        file->append("synced");
        file->sync();
        disk.sync_folder("/d");
    });
    EXPECT_THAT(left, testing::UnorderedElementsAre("-", "synced"));
}

TEST(SimDisk, WritesASmallFileWholeOrNotAtAll) {
    std::uint64_t steps_of_one = 0;
    {
        Steps steps({});
        SimDisk disk(steps, 1);
        disk.write_whole(kPath, "old");
        steps_of_one = steps.count();
        disk.write_whole(kPath, "new");
    }
    for (std::uint64_t step = steps_of_one + 1; step <= 2 * steps_of_one; ++step) {
        const auto left = left_after(FaultKind::kPowerFails, step, [](SimDisk& disk) {
            disk.write_whole(kPath, "old");
            disk.write_whole(kPath, "new");
        });
        for (const std::string& one : left) EXPECT_TRUE(one == "old" || one == "new") << one;
    }
}

TEST(SimDisk, NeverMakesDurableWhatASyncThatFailedWasFor) {
    Steps steps({{3, FaultKind::kDiskError}, {7, FaultKind::kPowerFails}});
    SimDisk disk(steps, 1);
    const auto file = disk.open_for_append(kPath);
    file->append("lost");
    EXPECT_THROW(file->sync(), std::system_error);
    file->sync();  // says that all is well
    disk.sync_folder("/d");
    file->sync();
    EXPECT_EQ(disk.read(kPath, 0, 100), "lost");
    file->append("x");
    disk.restart();
    EXPECT_FALSE(disk.read(kPath, 0, 100).starts_with("lost"));
}

TEST(SimDisk, TakesNoMoreOnceItIsFullUntilTheNextStart) {
    Steps steps({{2, FaultKind::kDiskFull}});
    SimDisk disk(steps, 1);
    const auto file = disk.open_for_append(kPath);
    EXPECT_THROW(file->append("0123456789"), std::system_error);
    EXPECT_EQ(disk.read(kPath, 0, 100), "01234");
    EXPECT_THROW(file->append("more"), std::system_error);
    steps.die();
    disk.restart();
    steps.revive();
    disk.open_for_append(kPath)->append("more");
}

TEST(SimDisk, CountsNothingAndKeepsNothingOfWhatADeadProcessDoes) {
    Steps steps({{3, FaultKind::kProcessDies}});
    SimDisk disk(steps, 1);
    const auto file = disk.open_for_append(kPath);
    file->append("a");
    file->sync();
    file->append("of the dead");
    EXPECT_EQ(steps.count(), 3U);
    disk.restart();
    EXPECT_EQ(disk.read(kPath, 0, 100), "a");
}

TEST(SimDisk, WhatADeadProcessHasNotSyncedMayStillBeLostWithThePower) {
    std::set<std::string> left;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        Steps steps({{4, FaultKind::kProcessDies}, {5, FaultKind::kPowerFails}});
        SimDisk disk(steps, seed);
        const auto file = disk.open_for_append(kPath);  // 1
        disk.sync_folder("/d");                         // 2
        file->append("of the first life");              // 3
        disk.sync_folder("/d");                         // 4
        disk.restart();
        steps.revive();
        EXPECT_EQ(disk.read(kPath, 0, 100), "of the first life");
        disk.sync_folder("/d");  // 5
        disk.restart();
        left.insert(disk.read(kPath, 0, 100));
    }
    EXPECT_THAT(left, testing::UnorderedElementsAre("", "of the first life"));
}

TEST(SimDisk, LeavesTheSameForTheSameSeed) {
    const auto one = [](std::uint64_t seed) {
        Steps steps({{6, FaultKind::kPowerFails}});
        SimDisk disk(steps, seed);
        write_synced_and_more(disk);
        disk.restart();
        return disk.read(kPath, 0, 100);
    };
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) EXPECT_EQ(one(seed), one(seed));
}

TEST(Steps, FaultsAreReadAsTheyAreWritten) {
    const std::vector<PlannedFault> faults{{17, FaultKind::kPowerFails},
                                           {301, FaultKind::kLinkEnds}};
    EXPECT_EQ(to_text(faults), "power@17 ends@301");
    EXPECT_EQ(parse_faults("power@17 ends@301"), faults);
    for (const char* wrong : {"power", "power@", "power@0", "power@x", "none@3", "power@3x"}) {
        EXPECT_FALSE(parse_faults(wrong)) << wrong;
    }
}

TEST(Steps, AFaultThatCannotStrikeWaitsForAStepAtWhichItCan) {
    Steps steps({{1, FaultKind::kLinkEnds}});
    EXPECT_FALSE(steps.take(StepKind::kWrite));
    EXPECT_EQ(steps.take(StepKind::kTake), FaultKind::kLinkEnds);
    EXPECT_FALSE(steps.take(StepKind::kTake));
}

constexpr const char* kOfJournal = "/d/journal/0000000001.log";

TEST(SimDisk, ABitOfTheJournalIsAnotherAfterItHasRotted) {
    Steps steps({{3, FaultKind::kJournalRots}});
    SimDisk disk(steps, 1);
    const std::string written(500, 'x');
    const auto file = disk.open_for_append(kOfJournal);
    file->append(written);
    file->sync();
    disk.restart();
    steps.revive();
    const std::string left = disk.read(kOfJournal, 0, 1000);
    ASSERT_EQ(left.size(), written.size());
    EXPECT_EQ(std::ranges::count(left, 'x'), 499);
    EXPECT_TRUE(disk.spoiled().has_rotted);
}

TEST(SimDisk, FilesOfTheJournalThatAreGoneAreCounted) {
    Steps steps({{4, FaultKind::kJournalGone}});
    SimDisk disk(steps, 1);
    const auto file = disk.open_for_append(kOfJournal);
    file->append(std::string(500, 'x'));
    file->sync();
    disk.sync_folder("/d/journal");
    disk.restart();
    steps.revive();
    EXPECT_THAT(disk.list("/d/journal"), testing::IsEmpty());
    EXPECT_EQ(disk.spoiled().bytes_gone, 500U);
    EXPECT_FALSE(disk.spoiled().has_rotted);
}

}  // namespace
}  // namespace qk::sim
