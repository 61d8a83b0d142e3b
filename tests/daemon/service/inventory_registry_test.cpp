#include "daemon/service/inventory_registry.hpp"

#include <gtest/gtest.h>

#include "daemon/store/store.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};

InventoryFiles small_inventory(const std::string& grade) {
    InventoryFiles files;
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category\n"
        "e1,甲厂,110105,水泥," +
        grade + ",regular\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "e1,L1,一线,窑,no,1,2,3,4\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,10,10,10,10\n";
    files["meters.csv"] = "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\n";
    return files;
}

TEST(InventoryRegistry, TheSameContentIsTheSameEdition) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    InventoryRegistry book(*store, {});
    EXPECT_TRUE(book.current()->enterprises.empty());
    const auto taken = book.take_now(small_inventory("B"), "city", kNow);
    ASSERT_TRUE(taken.has_value()) << to_text(taken.error());
    const std::string edition = book.current()->edition;
    EXPECT_EQ(edition.substr(0, 5), "city-");
    ASSERT_TRUE(book.take_now(small_inventory("B"), "other", kNow).has_value());
    EXPECT_EQ(book.current()->edition, edition);
    ASSERT_TRUE(book.take_now(small_inventory("C"), "city", kNow).has_value());
    EXPECT_NE(book.current()->edition, edition);
    auto work = [&](Session& db) { return book.edition(db, edition); };
    const auto old = store->transact_now(work);
    ASSERT_TRUE(old.has_value());
    EXPECT_EQ(old->enterprises.at(0).grade.name, "B");
}

TEST(InventoryRegistry, TheEditionInUseComesBackAfterARestart) {
    const Scratch scratch;
    std::string edition;
    {
        auto store = Store::open(scratch.file("a.db"), StoreMode::kInline).value();
        InventoryRegistry book(*store, {});
        ASSERT_TRUE(book.take_now(small_inventory("B"), "city", kNow).has_value());
        edition = book.current()->edition;
    }
    auto store = Store::open(scratch.file("a.db"), StoreMode::kInline).value();
    InventoryRegistry book(*store, {});
    ASSERT_TRUE(book.restore().has_value());
    EXPECT_EQ(book.current()->edition, edition);
    EXPECT_EQ(book.index()->meter("m1"), 0U);
    EXPECT_EQ(book.index()->meter("m2"), std::nullopt);
}

TEST(InventoryRegistry, ADamagedHashOfAnEditionIsSaidInWordsWithWhatToDo) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    InventoryRegistry book(*store, {});
    ASSERT_TRUE(book.take_now(small_inventory("B"), "city", kNow).has_value());
    const auto hash_of = [](Session& db) {
        return db.one<std::string>("SELECT sha256 FROM inventory_editions").value();
    };
    const std::string hash = store->transact_now(hash_of);
    auto damage = [](Session& db) { db.exec("UPDATE inventory_editions SET sha256 = 'x'"); };
    store->transact_now(damage);
    const auto again = book.take_now(small_inventory("B"), "city", kNow);
    ASSERT_TRUE(again.has_error());
    const std::string said = to_text(again.error());
    EXPECT_NE(said.find("已损坏或被改动"), std::string::npos) << said;
    EXPECT_NE(said.find("SET sha256 = '" + hash + "' WHERE number = 1"), std::string::npos) << said;
    EXPECT_EQ(said.find("UNIQUE"), std::string::npos) << said;
    // What it says to do puts it right.
    auto mend = [&](Session& db) {
        db.exec("UPDATE inventory_editions SET sha256 = ? WHERE number = 1", hash);
    };
    store->transact_now(mend);
    EXPECT_TRUE(book.take_now(small_inventory("B"), "city", kNow).has_value());
}

TEST(InventoryRegistry, AnotherContentUnderATakenNameGetsALongerOne) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    InventoryRegistry book(*store, {});
    ASSERT_TRUE(book.take_now(small_inventory("B"), "city", kNow).has_value());
    const std::string edition = book.current()->edition;
    // As if the other content began with the same hash.
    auto change = [](Session& db) {
        db.exec("UPDATE inventory_editions SET sha256 = 'x'");
        db.exec("UPDATE inventory_files SET bytes = x'20' WHERE name = 'lines.csv'");
    };
    store->transact_now(change);
    ASSERT_TRUE(book.take_now(small_inventory("B"), "city", kNow).has_value());
    EXPECT_EQ(book.current()->edition.size(), std::string("city-").size() + 32);
    EXPECT_TRUE(book.current()->edition.starts_with(edition));
}

TEST(InventoryRegistry, AnEditionInUseThatCannotBeReadIsToldAsTheDatabasesFault) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    InventoryRegistry book(*store, {});
    ASSERT_TRUE(book.take_now(small_inventory("B"), "city", kNow).has_value());
    const std::string edition = book.current()->edition;
    auto damage = [](Session& db) {
        db.exec("DELETE FROM inventory_files WHERE name = 'enterprises.csv'");
    };
    store->transact_now(damage);
    InventoryRegistry again(*store, {});
    const auto restored = again.restore();
    ASSERT_TRUE(restored.has_error());
    EXPECT_NE(restored.error().front().what.find("数据库中的清单无法读取"), std::string::npos);
    EXPECT_NE(restored.error().front().what.find(edition), std::string::npos);
    EXPECT_NE(restored.error().front().cure.find("从备份恢复"), std::string::npos);
    auto lose = [](Session& db) {
        db.exec("DELETE FROM inventory_files");
        db.exec("DELETE FROM inventory_editions");
    };
    store->transact_now(lose);
    const auto lost = again.restore();
    ASSERT_TRUE(lost.has_error());
    EXPECT_NE(lost.error().front().cure.find("从备份恢复"), std::string::npos);
}

TEST(InventoryRegistry, AFaultyInventoryChangesNothing) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    InventoryRegistry book(*store, {});
    InventoryFiles files = small_inventory("B");
    files["lines.csv"] = "enterprise,id,name\nnobody,L1,x\n";
    const auto taken = book.take_now(files, "city", kNow);
    ASSERT_TRUE(taken.has_error());
    EXPECT_TRUE(book.current()->enterprises.empty());
}

TEST(InventoryRegistry, AMapThatCameWithABureausSheetsIsKeptWithTheEdition) {
    auto store = Store::open(":memory:", StoreMode::kInline).value();
    InventoryRegistry book(*store, {});
    InventoryFiles files = small_inventory("B");
    files["qiye.csv"] = "编码,厂名,县,类,级\ne1,甲厂,110105,水泥,B\n";
    files.erase("enterprises.csv");
    std::string map = "confirmed_by = \"张伟\"\n";
    map +=
        "[enterprises]\nsheet = \"qiye\"\ncolumns = { id = \"编码\", name = \"厂名\", "
        "region = \"县\", industry = \"类\", grade = \"级\" }\n";
    map +=
        "[lines]\nsheet = \"lines\"\ncolumns = { enterprise = \"enterprise\", id = \"id\", "
        "so2_kg_d = \"so2_kg_d\", nox_kg_d = \"nox_kg_d\", pm_kg_d = \"pm_kg_d\", "
        "vocs_kg_d = \"vocs_kg_d\" }\n";
    map +=
        "[area_emissions]\nsheet = \"area_emissions\"\ncolumns = { region = \"region\", "
        "source = \"source\", so2_kg_d = \"so2_kg_d\", nox_kg_d = \"nox_kg_d\", "
        "pm_kg_d = \"pm_kg_d\", vocs_kg_d = \"vocs_kg_d\" }\n";
    files["map.toml"] = map;
    const auto taken = book.take_now(files, "city", kNow);
    ASSERT_TRUE(taken.has_value()) << to_text(taken.error());
    EXPECT_EQ(book.current()->enterprises.at(0).name, "甲厂");
    auto read = [](Session& db) { return InventoryRegistry::kept_map(db); };
    EXPECT_EQ(store->transact_now(read), map);
}

}  // namespace
}  // namespace qk::daemon
