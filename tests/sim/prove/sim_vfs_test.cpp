// Goal: a database on the simulated disk holds what was committed, and is whole, after a death at
// any step. Method: some transactions, and a death at each step of them in turn, of the process and
// of the power.
#include "sim/prove/sim_vfs.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <optional>

namespace qk::sim {
namespace {

constexpr const char* kRoot = "/machine/none/store.db";
constexpr int kRows = 12;

// A connection as the daemon opens it.
class Database {
 public:
    Database() {
        if (sqlite3_open(kRoot, &handle_) != SQLITE_OK) return;
        run("PRAGMA journal_mode=WAL");
        run("PRAGMA synchronous=FULL");
        run("CREATE TABLE IF NOT EXISTS rows(number INTEGER PRIMARY KEY, text TEXT)");
    }
    ~Database() { sqlite3_close(handle_); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    bool run(const std::string& sql) {
        return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    }
    std::optional<std::string> one(const std::string& sql) {
        std::optional<std::string> answer;
        const auto take = [](void* to, int, char** columns, char**) {
            *static_cast<std::optional<std::string>*>(to) = columns[0];
            return 0;
        };
        if (sqlite3_exec(handle_, sql.c_str(), take, &answer, nullptr) != SQLITE_OK) return {};
        return answer;
    }

 private:
    sqlite3* handle_ = nullptr;
};

// Rows whose commit was answered before the process died.
int add_rows(Steps& steps) {
    int committed = 0;
    Database db;
    for (int i = 1; i <= kRows; ++i) {
        const std::string text(1500, static_cast<char>('a' + i));
        const bool is_done =
            db.run("INSERT INTO rows VALUES(" + std::to_string(i) + ", '" + text + "')") &&
            (i % 4 != 0 || db.run("PRAGMA wal_checkpoint(TRUNCATE)"));
        if (is_done && !steps.is_dead()) committed = i;
    }
    return committed;
}

std::uint64_t steps_without_faults() {
    Steps steps({});
    SimDisk disk(steps, 1);
    const SimVfs vfs(disk, kRoot);
    EXPECT_EQ(add_rows(steps), kRows);
    return steps.count();
}

void expect_whole_after(FaultKind death) {
    const std::uint64_t count = steps_without_faults();
    ASSERT_GT(count, 50U);
    for (std::uint64_t step = 1; step <= count; ++step) {
        Steps steps({{step, death}});
        SimDisk disk(steps, step);
        const SimVfs vfs(disk, kRoot);
        const int committed = add_rows(steps);
        ASSERT_TRUE(steps.is_dead());
        disk.restart();
        steps.revive();
        Database db;
        EXPECT_EQ(db.one("PRAGMA integrity_check"), "ok") << "step " << step;
        const int there = std::atoi(db.one("SELECT count(*) FROM rows").value_or("-1").c_str());
        EXPECT_GE(there, committed) << "step " << step;
        EXPECT_LE(there, kRows) << "step " << step;
    }
}

TEST(SimVfs, HoldsWhatWasCommittedWhenTheProcessDiesAtAnyStep) {
    expect_whole_after(FaultKind::kProcessDies);
}

TEST(SimVfs, HoldsWhatWasCommittedWhenThePowerFailsAtAnyStep) {
    expect_whole_after(FaultKind::kPowerFails);
}

TEST(SimVfs, ADiskThatDoesNotSyncLosesWhatWasCommitted) {
    bool has_lost = false;
    const std::uint64_t count = steps_without_faults();
    for (std::uint64_t step = 1; step <= count && !has_lost; ++step) {
        Steps steps({{step, FaultKind::kPowerFails}});
        SimDisk disk(steps, step);
        SimDisk::Lies lies;
        lies.syncs_no_database = true;
        disk.lie(lies);
        const SimVfs vfs(disk, kRoot);
        const int committed = add_rows(steps);
        disk.restart();
        steps.revive();
        Database db;
        const auto there = db.one("SELECT count(*) FROM rows");
        has_lost = !there || std::atoi(there->c_str()) < committed;
    }
    EXPECT_TRUE(has_lost);
}

TEST(SimVfs, AFullDiskIsToldAndTheDatabaseStaysWhole) {
    const std::uint64_t count = steps_without_faults();
    int refused = 0;
    for (std::uint64_t step = 1; step <= count; ++step) {
        Steps steps({{step, FaultKind::kDiskFull}});
        SimDisk disk(steps, step);
        const SimVfs vfs(disk, kRoot);
        if (add_rows(steps) < kRows) ++refused;
        steps.die();
        disk.restart();
        steps.revive();
        Database db;
        EXPECT_EQ(db.one("PRAGMA integrity_check"), "ok") << "step " << step;
    }
    EXPECT_GT(refused, 0);
}

TEST(SimVfs, FilesElsewhereAreTheMachinesOwn) {
    Steps steps({});
    SimDisk disk(steps, 1);
    const SimVfs vfs(disk, kRoot);
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(handle, "CREATE TABLE t(a)", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(handle);
    EXPECT_EQ(steps.count(), 0U);
}

}  // namespace
}  // namespace qk::sim
