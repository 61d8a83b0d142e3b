#include "daemon/ctl/kept_input.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <thread>

#include "daemon/base/files.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

TEST(KeptInput, APipeIsReadInPiecesAndOnceMoreAsAWhole) {
    const daemon::Scratch scratch;
    const std::string path = scratch.file("pipe");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const std::string text(200'000, 'x');
    std::thread writer([&] { std::ofstream(path) << text; });
    const auto kept = KeptInput::of(path);
    writer.join();
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->faults().empty());
    auto pieces = FilePieces::open(kept->file());
    ASSERT_TRUE(pieces);
    std::string read;
    char piece[1000];
    while (const std::size_t size = pieces->next(piece)) read.append(piece, size);
    EXPECT_EQ(read, text);
    EXPECT_EQ(read_file(kept->file()).value(), text);
}

TEST(KeptInput, AFileAFolderAndWhatIsNotThereAreLeftToTheirReader) {
    const daemon::Scratch scratch;
    EXPECT_FALSE(KeptInput::of(scratch.write("file", "text")));
    EXPECT_FALSE(KeptInput::of(scratch.file("")));
    EXPECT_FALSE(KeptInput::of(scratch.file("nothing")));
}

}  // namespace
}  // namespace qk::ctl
