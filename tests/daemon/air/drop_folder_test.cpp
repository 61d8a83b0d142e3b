// Goal: whatever lies in the folder, nothing outside it is read or written, and nothing waits for
// ever. Method: everything that somebody who may write there can put there.
#include "daemon/air/drop_folder.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

class DropFolderTest : public testing::Test {
 protected:
    DropFolderTest() {
        fs::create_directory(scratch_.file("in"));
        scratch_.write("secret", "a secret");
    }
    std::string why(const std::string& name, std::size_t bytes_max = 1000) {
        const auto bytes = DropFolder(scratch_.file("in")).read(name, bytes_max);
        return bytes ? "read: " + *bytes : bytes.error().front().what;
    }
    Scratch scratch_;
};

TEST_F(DropFolderTest, AFileIsReadAndMovedUnderANameOfItsOwn) {
    for (int i = 0; i < 3; ++i) {
        scratch_.write("in/a.csv", "text");
        const DropFolder drop(scratch_.file("in"));
        EXPECT_THAT(drop.waiting(), ElementsAre("a.csv"));
        EXPECT_EQ(drop.read("a.csv", 4).value(), "text");
        drop.move_into("done", "a.csv");
    }
    for (const char* name : {"in/done/a.csv", "in/done/a.2.csv", "in/done/a.3.csv"}) {
        EXPECT_TRUE(fs::exists(scratch_.file(name))) << name;
    }
    struct ::stat about {};
    ::stat(scratch_.file("in/done").c_str(), &about);
    EXPECT_EQ(about.st_mode & 07777U, 0700U);
}

TEST_F(DropFolderTest, ANewerFileThatTookTheNameWhileTheOldOneWasReadWaitsForItsTurn) {
    scratch_.write("in/a.csv", "old");
    const DropFolder drop(scratch_.file("in"));
    EXPECT_EQ(drop.read("a.csv", 10).value(), "old");
    scratch_.write("in/a.tmp", "new");
    fs::rename(scratch_.file("in/a.tmp"), scratch_.file("in/a.csv"));
    drop.move_into("done", "a.csv");
    EXPECT_THAT(drop.waiting(), ElementsAre("a.csv"));
    EXPECT_EQ(drop.read("a.csv", 10).value(), "new");
    drop.move_into("done", "a.csv");
    EXPECT_EQ(scratch_.read("in/done/a.csv"), "new");
    EXPECT_TRUE(drop.waiting().empty());
}

TEST_F(DropFolderTest, LinksPipesDevicesAndTwinsAreNotRead) {
    fs::create_symlink(scratch_.file("secret"), scratch_.file("in/link.csv"));
    fs::create_hard_link(scratch_.file("secret"), scratch_.file("in/twin.csv"));
    ASSERT_EQ(::mkfifo(scratch_.file("in/pipe.csv").c_str(), 0666), 0);
    fs::create_symlink("/dev/zero", scratch_.file("in/zero.csv"));
    EXPECT_THAT(DropFolder(scratch_.file("in")).waiting(),
                ElementsAre("link.csv", "pipe.csv", "twin.csv", "zero.csv"));
    EXPECT_EQ(why("link.csv"), "is a link");
    EXPECT_EQ(why("zero.csv"), "is a link");
    EXPECT_EQ(why("pipe.csv"), "is a pipe");
    EXPECT_EQ(why("twin.csv"), "has a second name elsewhere");
    for (const char* name : {"link.csv", "pipe.csv", "twin.csv", "zero.csv"}) {
        DropFolder(scratch_.file("in")).refuse(name, "no");
    }
    EXPECT_TRUE(DropFolder(scratch_.file("in")).waiting().empty());
    EXPECT_EQ(scratch_.read("secret"), "a secret");
    EXPECT_TRUE(fs::is_symlink(scratch_.file("in/refused/link.csv")));
    EXPECT_EQ(scratch_.read("in/refused/link.csv.faults.txt"), "no");
}

TEST_F(DropFolderTest, ALongOrSparseFileIsRefusedWithoutReadingIt) {
    scratch_.write("in/long.csv", std::string(1001, 'x'));
    scratch_.write("in/sparse.csv", "");
    fs::resize_file(scratch_.file("in/sparse.csv"), std::uintmax_t{1} << 40);
    EXPECT_THAT(why("long.csv"), HasSubstr("longer than 1000 bytes"));
    EXPECT_THAT(why("sparse.csv"), HasSubstr("longer than 1000 bytes"));
    scratch_.write("in/fits.csv", std::string(1000, 'x'));
    EXPECT_THAT(why("fits.csv"), HasSubstr("read: "));
    EXPECT_EQ(why("gone.csv"), "No such file or directory");
}

TEST_F(DropFolderTest, WhatOthersPreparedIsNotWrittenThrough) {
    fs::create_directory(scratch_.file("in/refused"));
    scratch_.write("in/x.csv", "text");
    fs::create_symlink(scratch_.file("secret"), scratch_.file("in/refused/x.csv.faults.txt"));
    fs::create_symlink(scratch_.file("secret"), scratch_.file("in/refused/x.csv.faults.txt.part"));
    fs::create_symlink(scratch_.file("secret"), scratch_.file("in/refused/x.csv"));
    DropFolder(scratch_.file("in")).refuse("x.csv", "no");
    EXPECT_EQ(scratch_.read("secret"), "a secret");
    EXPECT_EQ(scratch_.read("in/refused/x.2.csv"), "text");
    EXPECT_EQ(scratch_.read("in/refused/x.csv.faults.2.txt"), "no");
}

TEST_F(DropFolderTest, AFolderThatIsALinkOrAnothersIsNotUsed) {
    fs::create_directory(scratch_.file("elsewhere"));
    fs::create_directory_symlink(scratch_.file("elsewhere"), scratch_.file("in/done"));
    scratch_.write("in/x.csv", "text");
    EXPECT_THROW(DropFolder(scratch_.file("in")).move_into("done", "x.csv"), std::system_error);
    EXPECT_TRUE(fs::is_empty(scratch_.file("elsewhere")));
    EXPECT_THROW(DropFolder(scratch_.file("nowhere")), std::system_error);
    if (::geteuid() != 0) return;  // only root can give a folder away
    fs::create_directory(scratch_.file("in/refused"));
    ASSERT_EQ(::chown(scratch_.file("in/refused").c_str(), 12345, 12345), 0);
    EXPECT_THROW(DropFolder(scratch_.file("in")).refuse("x.csv", "no"), std::system_error);
}

// 255 bytes are the most that a name has, so there is no room for a number behind it.
TEST_F(DropFolderTest, TheLongestNameIsShortenedAtACharacterAndKeepsItsEnding) {
    std::string stem;
    for (int i = 0; i < 83; ++i) stem += "厂";
    const std::string name = stem + "ab.csv";
    ASSERT_EQ(name.size(), 255U);
    for (int i = 0; i < 3; ++i) {
        scratch_.write("in/" + name, "text");
        DropFolder(scratch_.file("in")).refuse(name, "no " + std::to_string(i));
        EXPECT_TRUE(DropFolder(scratch_.file("in")).waiting().empty()) << i;
    }
    for (const std::string& moved : {name, stem + ".2.csv", stem + ".3.csv"}) {
        EXPECT_EQ(scratch_.read("in/refused/" + moved), "text") << moved;
    }
    const std::string faults = stem.substr(0, 81 * 3);
    EXPECT_EQ(scratch_.read("in/refused/" + faults + ".faults.txt"), "no 0");
    EXPECT_EQ(scratch_.read("in/refused/" + stem.substr(0, 80 * 3) + ".faults.2.txt"), "no 1");
}

TEST_F(DropFolderTest, WhatIsTooLongForAnEndingIsCutToo) {
    const std::string name = "a." + std::string(253, 'x');
    for (int i = 0; i < 2; ++i) {
        scratch_.write("in/" + name, "text");
        DropFolder(scratch_.file("in")).move_into("done", name);
    }
    EXPECT_EQ(scratch_.read("in/done/a." + std::string(251, 'x') + ".2"), "text");
}

TEST_F(DropFolderTest, NamesThatAreNoTextAreShownAsSuch) {
    EXPECT_EQ(shown_name("预报.csv"), "预报.csv");
    EXPECT_EQ(shown_name("a\nb"), "a b");
    EXPECT_EQ(shown_name("a\xff"), "a<?>");
    EXPECT_EQ(shown_name("a\u202Eb"), "a<U+202E>b");
    EXPECT_TRUE(faults_of_name("预报_20151208T0000.csv").empty());
    for (const char* name : {"a\nb.csv", "a\xff.csv", "a\u202Eb.csv", " .csv", "\u3000"}) {
        EXPECT_FALSE(faults_of_name(name).empty()) << name;
    }
    scratch_.write("in/a\nb.csv", "text");
    EXPECT_EQ(DropFolder(scratch_.file("in")).waiting().size(), 1U);
    DropFolder(scratch_.file("in")).refuse("a\nb.csv", "no");
    EXPECT_TRUE(DropFolder(scratch_.file("in")).waiting().empty());
}

}  // namespace
}  // namespace qk::daemon
