#include "daemon/store/schema.hpp"

#include <gtest/gtest.h>

#include <charconv>
#include <optional>
#include <string>

#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

// A database as the program before a step left it.
void bring_before(Session& db, int step) {
    db.exec("CREATE TABLE schema_steps(number INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT");
    for (const embedded::File& one : embedded::schema_steps()) {
        const std::string_view name = one.path.substr(one.path.rfind('/') + 1);
        int number = 0;
        std::from_chars(name.data(), name.data() + name.size(), number);
        if (number >= step) return;
        db.script(std::string(one.text));
        db.exec("INSERT INTO schema_steps(number, name) VALUES(?, ?)", number, one.path);
    }
}

class SchemaStep180 : public testing::Test {
 protected:
    SchemaStep180() { bring_before(db_, 180); }
    void put_order(const std::string& enterprise, const std::string& document) {
        db_.exec(
            "INSERT INTO orders(enterprise, region, warning, order_id, revision, content_sha256, "
            "signed_text, exercise, obligations, issued_at, effective_from) VALUES(?, '110105', "
            "'w1', 'o', 1, '', ?, 0, 1, 0, 0)",
            enterprise, document);
    }
    void put_entry(int number, const std::string& action, const std::string& subject,
                   const std::string& detail) {
        db_.exec(
            "INSERT INTO audit(number, at, person, remote, action, subject, detail, before, hash) "
            "VALUES(?, 0, '', '', ?, ?, ?, '', '')",
            number, action, subject, detail);
    }
    std::optional<std::string> colour(const std::string& enterprise) {
        return db_
            .one<std::optional<std::string>>("SELECT colour FROM orders WHERE enterprise = ?",
                                             enterprise)
            .value();
    }
    std::optional<std::string> about(int number) {
        return db_
            .one<std::optional<std::string>>("SELECT enterprise FROM audit WHERE number = ?",
                                             number)
            .value();
    }
    void bring_forward() { ASSERT_TRUE(bring_schema_forward(db_, ":memory:").empty()); }

    Session db_{":memory:", SessionUse::kWrite};
};

TEST_F(SchemaStep180, TheColourThatADocumentNamesBecomesAColumn) {
    put_order("e1", R"({"colour":"red"})");
    put_order("e2", R"({"colour":null})");
    put_order("e3", "{broken");
    bring_forward();
    EXPECT_EQ(colour("e1"), "red");
    EXPECT_EQ(colour("e2"), std::nullopt);
    EXPECT_EQ(colour("e3"), std::nullopt);
}

TEST_F(SchemaStep180, WhomAnEntryOfTheAuditLogIsAboutBecomesAColumn) {
    db_.exec(
        "INSERT INTO cases(number, kind, enterprise, obligation, window_from, warning, state, "
        "conclusion, opened_at, changed_at, text) VALUES(7, 'lead', 'e2', 'o', 0, 'w1', 'lead', "
        "'', 0, 0, '')");
    put_entry(1, "order.receipt", "r1", R"({"enterprise":"e1"})");
    put_entry(2, "case.state", "7", "{}");
    put_entry(3, "case.state", "8", "{}");
    put_entry(4, "warning.sign", "w1", "{}");
    put_entry(5, "order.receipt", "r2", "{broken");
    bring_forward();
    EXPECT_EQ(about(1), "e1");
    EXPECT_EQ(about(2), "e2");
    EXPECT_EQ(about(3), std::nullopt);
    EXPECT_EQ(about(4), std::nullopt);
    EXPECT_EQ(about(5), "") << "of somebody, who cannot be told: not for the people of a county";
}

}  // namespace
}  // namespace qk::daemon
