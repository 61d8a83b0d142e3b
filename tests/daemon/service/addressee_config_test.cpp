// Goal: the section of addressees is read, and what cannot be is refused at its place. Method:
// configurations by hand.
#include <gmock/gmock.h>

#include "daemon/service/config.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string faults_of_section(const std::string& lines) {
    const auto config = read_config("[addressees]\n" + lines, "c.toml");
    return config ? std::string() : rules::to_text(config.error());
}

TEST(AddresseeConfig, NamesAFileAndAFolder) {
    const std::string wrong =
        faults_of_section("file = \"list.xlsx\"\ndrop_folder = \"tasks\"\nother = 1\n");
    EXPECT_THAT(wrong, AllOf(HasSubstr("c.toml:2:8: "), HasSubstr("'list.xlsx' is not read")));
    EXPECT_THAT(wrong,
                AllOf(HasSubstr("c.toml:3:15: "), HasSubstr("'tasks' is not an absolute path")));
    EXPECT_THAT(wrong, HasSubstr("other"));
    const std::string good =
        faults_of_section("file = \"/etc/list.csv\"\ndrop_folder = \"/var/lib/tasks\"\n");
    EXPECT_THAT(good, Not(HasSubstr("addressees")));
    EXPECT_THAT(good, Not(HasSubstr("list.csv")));
}

TEST(AddresseeConfig, AFileThatIsNotThereIsAFault) {
    const Scratch scratch;
    AddresseeConfig config;
    config.file = scratch.file("none.toml");
    EXPECT_FALSE(load_addressees(config).empty());
    config.file = scratch.write("list.toml", "note = \"x\"\n");
    EXPECT_TRUE(load_addressees(config).empty());
    EXPECT_EQ(config.text, "note = \"x\"\n");
}

}  // namespace
}  // namespace qk::daemon
