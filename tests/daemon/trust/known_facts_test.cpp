// Goal: what is set outside the program leaves an entry when it changes, and no secret in it.
// Method: the same facts twice, then others.
#include "daemon/trust/known_facts.hpp"

#include <gmock/gmock.h>

#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_rows.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

class KnownFacts : public testing::Test {
 protected:
    std::size_t people(const std::vector<Person>& now) {
        auto work = [&](Session& db) {
            return note_people(db, facts_of(now), rules::Instant{}).entries;
        };
        return store_->transact_now(work);
    }
    bool has_password(const std::string& id) {
        auto work = [&](Session& db) { return find_credential(db, id).has_value(); };
        return store_->transact_now(work);
    }
    void set_password(const std::string& id) {
        auto work = [&](Session& db) {
            store_credential(db, {id, "scrypt$1", {}, 0, rules::Instant{}});
        };
        store_->transact_now(work);
    }
    bool config(const Facts& now) {
        auto work = [&](Session& db) { return note_config(db, now, rules::Instant{}); };
        return store_->transact_now(work);
    }
    std::vector<NumberedAuditEntry> entries() {
        auto work = [](Session& db) { return audit_entries(db, {}); };
        return store_->transact_now(work);
    }
    static Person person(const std::string& id) {
        Person made;
        made.id = id;
        made.roles = {Role::kAuditor};
        made.token_sha256 = std::string(64, 'a');
        return made;
    }

    std::unique_ptr<Store> store_ = Store::open(":memory:", StoreMode::kInline).value();
};

TEST_F(KnownFacts, AnAccountAddedChangedOrRemovedIsAnEntry) {
    EXPECT_EQ(people({person("li.na")}), 1U);
    EXPECT_EQ(people({person("li.na")}), 0U);
    Person changed = person("li.na");
    changed.token_sha256 = "b" + std::string(63, 'a');
    EXPECT_EQ(people({changed}), 1U);
    EXPECT_EQ(entries().front().entry.action, "account.changed");
    const std::string detail = plans::to_text(entries().front().entry.detail);
    EXPECT_THAT(detail, HasSubstr("auditor"));
    EXPECT_THAT(detail, Not(HasSubstr(changed.token_sha256)));
    changed.roles.insert(Role::kAdmin);
    EXPECT_EQ(people({changed}), 1U);
    EXPECT_EQ(people({}), 1U);
    EXPECT_EQ(entries().front().entry.action, "account.removed");
    EXPECT_EQ(entries().front().entry.subject, "li.na");
}

TEST_F(KnownFacts, WhoComesUnderTheIdOfSomebodyWhoLeftHasNotTheirPassword) {
    set_password("li.na");
    people({person("li.na"), person("wang.wu")});
    EXPECT_TRUE(has_password("li.na")) << "the first start knows nobody who has left";
    people({person("wang.wu")});
    EXPECT_TRUE(has_password("li.na")) << "nobody can come in by it meanwhile";
    people({person("wang.wu"), person("li.na")});
    EXPECT_FALSE(has_password("li.na"));
    set_password("li.na");
    Person changed = person("li.na");
    changed.disabled = true;
    people({person("wang.wu"), changed});
    EXPECT_TRUE(has_password("li.na")) << "locked is not left";
}

TEST_F(KnownFacts, ADifferenceOfTheConfigurationIsOneEntry) {
    EXPECT_TRUE(config({{"http.port", "8080"}, {"mqtt.url", "mqtts://a:1"}}));
    EXPECT_FALSE(config({{"http.port", "8080"}, {"mqtt.url", "mqtts://a:1"}}));
    EXPECT_TRUE(config({{"http.port", "8081"}, {"people.file", "p"}}));
    const auto all = entries();
    const auto& detail = all.front().entry.detail.as_object();
    EXPECT_EQ(detail.size(), 3U);
    EXPECT_EQ(detail.at("http.port").at("before").as_string(), "8080");
    EXPECT_TRUE(detail.at("mqtt.url").at("after").is_null());
}

TEST_F(KnownFacts, APackThatIsChangedUnderItsNameIsAnEntryWithItsApprovals) {
    plans::RegionPack pack = plans::built_in_pack("xuchang").value();
    const Facts file{{"region.pack", "our.toml"}};
    EXPECT_TRUE(config(facts_of(file, pack)));
    EXPECT_FALSE(config(facts_of(file, pack)));
    pack.approval.four_eyes = !pack.approval.four_eyes;
    ASSERT_FALSE(pack.approval.rules.empty());
    pack.approval.rules.front().persons += 7;
    EXPECT_TRUE(config(facts_of(file, pack)));
    const auto detail = entries().front().entry.detail;
    EXPECT_THAT(plans::to_text(detail.at("region.pack: approvals").at("after")),
                HasSubstr(std::to_string(pack.approval.rules.front().persons) + "人"));
    pack.timing.lead_time += std::chrono::hours{1};
    EXPECT_TRUE(config(facts_of(file, pack)));
    EXPECT_EQ(entries().front().entry.detail.as_object().size(), 1U);
}

}  // namespace
}  // namespace qk::daemon
