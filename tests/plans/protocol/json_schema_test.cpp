#include "plans/protocol/json_schema.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

boost::json::value json(const std::string& text) { return parse_json(text, "test").value(); }

std::vector<std::string> faults(const std::string& value, const std::string& schema) {
    const auto root = json(schema);
    return schema_faults(json(value), root, root);
}

TEST(JsonSchema, NamesThePlaceOfWhatDoesNotFit) {
    const std::string schema =
        R"({"type":"object","required":["a","b"],"properties":{"a":{"type":"array","items":{"type":"number","maximum":1}}}})";
    EXPECT_THAT(faults(R"({"a":[0.5,2],"b":1})", schema),
                ElementsAre(HasSubstr("/a/1: breaks maximum 1")));
    EXPECT_THAT(faults(R"({"a":[]})", schema), ElementsAre(HasSubstr("lacks 'b'")));
    EXPECT_THAT(faults("[]", schema), ElementsAre(HasSubstr("is not of the type")));
    EXPECT_THAT(faults(R"({"a":[1],"b":null,"more":true})", schema), IsEmpty());
}

TEST(JsonSchema, HoldsEachLimitOnBothSides) {
    const auto is_kept = [](const char* value, const char* schema) {
        return faults(value, schema).empty();
    };
    EXPECT_TRUE(is_kept("3", R"({"type":"integer","minimum":3})"));
    EXPECT_FALSE(is_kept("2", R"({"type":"integer","minimum":3})"));
    EXPECT_FALSE(is_kept("3.5", R"({"type":"integer"})"));
    EXPECT_TRUE(is_kept("\"长长\"", R"({"maxLength":2})"));
    EXPECT_FALSE(is_kept("\"长长长\"", R"({"maxLength":2})"));
    EXPECT_FALSE(is_kept("\"\"", R"({"minLength":1})"));
    EXPECT_TRUE(is_kept("\"0af\"", R"({"pattern":"^[0-9a-f]{3}$"})"));
    EXPECT_FALSE(is_kept("\"0aff\"", R"({"pattern":"^[0-9a-f]{3}$"})"));
    EXPECT_FALSE(is_kept("[]", R"({"minItems":1})"));
    EXPECT_FALSE(is_kept("[1,2]", R"({"maxItems":1})"));
    EXPECT_FALSE(is_kept("\"x\"", R"({"enum":["a",null]})"));
    EXPECT_TRUE(is_kept("null", R"({"type":["string","null"],"enum":["a",null]})"));
    EXPECT_TRUE(is_kept("1", R"({"anyOf":[{"type":"string"},{"type":"number"}]})"));
    EXPECT_FALSE(is_kept("true", R"({"anyOf":[{"type":"string"},{"type":"number"}]})"));
}

TEST(JsonSchema, AWordThatItDoesNotKnowAndAReferenceToNothingAreFaults) {
    EXPECT_THAT(faults("1", R"({"multipleOf":2})"),
                ElementsAre(HasSubstr("'multipleOf' is not known")));
    EXPECT_THAT(faults("1", R"({"$ref":"#/nowhere"})"),
                ElementsAre(HasSubstr("points at nothing")));
}

}  // namespace
}  // namespace qk::plans
