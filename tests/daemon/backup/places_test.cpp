// Goal: whatever the configuration names belongs to the set, under the places where the daemon
// itself finds it; what is missing is said.
#include "daemon/backup/places.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "daemon/service/config.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

class Places : public testing::Test {
 protected:
    SetPlaces found(const std::string& text, const std::vector<std::string>& also = {}) {
        scratch_.write("qingkong.toml", text);
        const auto places = find_places(text, file_, also);
        EXPECT_TRUE(places) << (places ? "" : rules::to_text(places.error()));
        return places ? *places : SetPlaces{};
    }
    const NamedFile* named(const SetPlaces& places, const std::string& name) {
        for (const NamedFile& file : places.files) {
            if (file.path == scratch_.file(name)) return &file;
        }
        return nullptr;
    }

    Scratch scratch_;
    std::string file_ = scratch_.file("qingkong.toml");
};

TEST_F(Places, AreWhereTheDaemonFindsThem) {
    for (const std::string section : {"", "[store]\npath = \"/x/q.db\"\n",
                                      "[store]\npath = \"/x/q.db\"\njournal = \"/y/j\"\n"}) {
        const std::string text = "[region]\npack = \"beijing-demo\"\n[signing]\nkey_file = \"" +
                                 scratch_.write("k", "1") + "\"\n" + section;
        const auto config = read_config(text, "c.toml");
        ASSERT_TRUE(config);
        const SetPlaces places = found(text);
        EXPECT_EQ(places.database, config->store_path);
        EXPECT_EQ(places.journal, config->journal_folder);
        EXPECT_EQ(places.signing_key, config->signing_key_file);
    }
}

TEST_F(Places, KeysArePickedOutAndFoldersAreWalked) {
    const std::string folder = scratch_.file("");
    for (const char* name :
         {"signing.key", "signing.key.succession", "signing.key.ab.old", "people.toml",
          "broker.password", "inventory/a.csv", "pack.toml", "sm4/1.key", "tls.crt", "tls.key"}) {
        scratch_.write(name, "x");
    }
    const SetPlaces places = found(fmt::format(
        "[region]\npack = \"{0}pack.toml\"\n[signing]\nkey_file = "
        "\"{0}signing.key\"\n[people]\nfile "
        "= \"{0}people.toml\"\n[mqtt]\nurl = \"mqtt://127.0.0.1:1883\"\npassword_file = "
        "\"{0}broker.password\"\n[inventory]\npath = \"{0}inventory\"\n[http]\ntrusted_proxies = "
        "[\"10.1.0.0/16\"]\ncertificate = \"{0}tls.crt\"\nkey = "
        "\"{0}tls.key\"\n[[hj212.device]]\nmn "
        "= \"1\"\nkey_file = \"{0}sm4/1.key\"\n[forecasts]\nfolder = \"{0}drop\"\n[hooks]\ntargets "
        "= "
        "[\"exec:/usr/bin/call\"]\n",
        folder));
    for (const char* secret :
         {"signing.key", "signing.key.ab.old", "broker.password", "sm4/1.key", "tls.key"}) {
        ASSERT_NE(named(places, secret), nullptr) << secret;
        EXPECT_TRUE(named(places, secret)->is_secret) << secret;
    }
    for (const char* open : {"qingkong.toml", "signing.key.succession", "people.toml", "pack.toml",
                             "inventory/a.csv", "tls.crt"}) {
        ASSERT_NE(named(places, open), nullptr) << open;
        EXPECT_FALSE(named(places, open)->is_secret) << open;
    }
    EXPECT_EQ(places.files.size(), 11U);
    EXPECT_THAT(places.left_out, Contains(HasSubstr("forecasts.folder")));
    EXPECT_THAT(places.left_out, Contains(HasSubstr("exec:/usr/bin/call")));
}

TEST_F(Places, AFileThatIsNamedAndMissingIsSaidWithItsKey) {
    const std::string text = "[people]\nfile = \"" + scratch_.file("nobody.toml") + "\"\n";
    scratch_.write("qingkong.toml", text);
    const auto places = find_places(text, file_, {});
    ASSERT_FALSE(places);
    const rules::Faults faults = places.error();
    EXPECT_THAT(faults, ElementsAre(Field(&rules::Fault::what, HasSubstr("people.file"))));
}

TEST_F(Places, WhatIsGivenBesideTheConfigurationIsTakenAsSecret) {
    scratch_.write("broker/authority/ca.key", "x");
    const SetPlaces places = found("", {scratch_.file("broker")});
    ASSERT_NE(named(places, "broker/authority/ca.key"), nullptr);
    EXPECT_TRUE(named(places, "broker/authority/ca.key")->is_secret);
}

}  // namespace
}  // namespace qk::daemon
