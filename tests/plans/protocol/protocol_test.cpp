#include "plans/protocol/protocol.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

TEST(Protocol, EveryClauseHasAnIdOfItsOwnAndBothLanguages) {
    std::set<std::string> ids;
    for (const char* side : {"client", "broker", "bureau"}) {
        const auto clauses = clauses_of(side);
        EXPECT_FALSE(clauses.empty()) << side;
        for (const Clause& clause : clauses) {
            EXPECT_TRUE(ids.insert(clause.id).second) << clause.id;
            EXPECT_TRUE(std::regex_match(clause.id, std::regex("[A-Z]{3}-[0-9]+"))) << clause.id;
            EXPECT_FALSE(clause.chinese.empty() || clause.english.empty()) << clause.id;
        }
    }
}

// A reference that points at nothing would be found by vendors only.
void hold_references(const boost::json::value& value, const boost::json::value& root) {
    if (value.is_array()) {
        for (const auto& item : value.get_array()) hold_references(item, root);
    } else if (value.is_object()) {
        for (const auto& [key, member] : value.get_object()) {
            if (key != "$ref") {
                hold_references(member, root);
                continue;
            }
            boost::system::error_code error;
            const std::string pointer(member.as_string());
            EXPECT_TRUE(pointer.starts_with("#/") &&
                        root.find_pointer(pointer.substr(1), error) != nullptr)
                << pointer;
        }
    }
}

TEST(Protocol, EveryReferencePointsAtSomethingAndEachChannelHasAnOperation) {
    const auto& document = protocol_document();
    EXPECT_EQ(string_or(document, "asyncapi"), "3.0.0");
    hold_references(document, document);
    std::set<std::string> used;
    for (const auto& [name, operation] : document.at("operations").as_object()) {
        used.insert(string_or(operation.at("channel"), "$ref"));
    }
    for (const auto& [name, channel] : document.at("channels").as_object()) {
        // The daemon's own mark is no operation of anybody else.
        const bool is_used = used.contains("#/channels/" + std::string(name));
        EXPECT_TRUE(is_used || name == "mark") << name;
    }
}

TEST(Protocol, APayloadThatIsNotTheOneIsNamed) {
    EXPECT_TRUE(payload_faults("status", "online").empty());
    EXPECT_FALSE(payload_faults("status", "\"online\"").empty());
    EXPECT_FALSE(payload_faults("receipt", "garbage").empty());
    EXPECT_FALSE(payload_faults("meter", R"({"t":"2026-01-01T00:00:00+08:00"})").empty());
    EXPECT_FALSE(payload_faults("meter", R"({"t":"2026-01-01 00:00","kw":1})").empty());
    EXPECT_FALSE(payload_faults("meter", R"({"t":"2026-01-01T00:00:00+08:00","kw":"1"})").empty());
    EXPECT_TRUE(payload_faults("meter", R"([{"t":"2026-01-01T00:00:00+08:00","kw":1}])").empty());
    EXPECT_FALSE(payload_faults("nothing", "{}").empty());
}

}  // namespace
}  // namespace qk::plans
