#include "plans/protocol/yaml_text.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

TEST(YamlText, IsInBlockFormWithEveryTextInQuotes) {
    const auto value = parse_json(
        R"({"asyncapi":"3.0.0","on":true,"x-y":[1,{"a":null,"b":[]},["no"]],"empty":{}})", "test");
    EXPECT_EQ(to_yaml_text(value.value()),
              "asyncapi: \"3.0.0\"\n\"on\": true\n\"x-y\":\n  - 1\n  -\n    a: null\n    b: []\n"
              "  -\n    - \"no\"\nempty: {}\n");
}

}  // namespace
}  // namespace qk::plans
