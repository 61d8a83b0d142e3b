#include "plans/text/identifier.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <filesystem>

#include "plans/text/csv.hpp"
#include "plans/text/shown.hpp"

namespace qk::plans {
namespace {

TEST(Identifier, OfEnterprisesAndMetersIsALevelOfATopic) {
    for (const char* id :
         {"A#1",     "1#总表",  "1+2",         "+",        "#",        "a/b",      "/",
          "a\\b",    "$SYS",    ".",           "..",       ".a",       "a.",       "a\"b",
          "=1+1",    "+1",      "-1",          "@x",       "'x",       "~x",       "a@b",
          "a:b",     "a*",      "a?b",         "a<b",      "a|b",      "",         " ",
          "a ",      " a",      "a\tb",        "a\nb",     "a\x7f",    "a\u0085c", "a\u00a0c",
          "a\u3000", "\u200bA", "a\u2060c",    "\ufeffA1", "a\u202ec", "a\u00adc", "a_x000D_",
          "_x000d_", "a\ufe0f", "a\U000e0041", "\xff\xfe", "a\xc2"}) {
        const auto fault = id_fault(id, IdUse::kTopic);
        ASSERT_TRUE(fault) << id;
        EXPECT_FALSE(fault->what.empty() || fault->cure.empty()) << id;
    }
    EXPECT_TRUE(
        id_fault("a\xEF\xBF\xBE"
                 "b",
                 IdUse::kTopic));  // U+FFFE
    EXPECT_TRUE(id_fault(std::string("a\0b", 3), IdUse::kTopic));
    EXPECT_TRUE(id_fault(std::string(kIdBytesMax + 1, 'a'), IdUse::kTopic));
    EXPECT_FALSE(id_fault(std::string(kIdBytesMax, 'a'), IdUse::kTopic));
    for (const char* id : {"91410122100000001X", "TEST03", "1号总表", "M-1_2.3", "E 1", "a,b", "_x",
                           "a%2Fb", "（甲）", "𠮷"}) {
        EXPECT_FALSE(id_fault(id, IdUse::kTopic)) << id;
    }
}

TEST(Identifier, OfALineMayHoldWhatNoTopicCarries) {
    for (const char* id : {"1#", "2#+3#", "1#炉:A"}) EXPECT_FALSE(id_fault(id, IdUse::kPart)) << id;
    for (const char* id : {"1/2", "L@2", "=1", "a\u3000c"}) {
        EXPECT_TRUE(id_fault(id, IdUse::kPart)) << id;
    }
    EXPECT_FALSE(id_fault("zhang.wei@epb", IdUse::kName));
    EXPECT_TRUE(id_fault("@zhang", IdUse::kName));
}

std::string odd_text(const std::vector<unsigned>& choices) {
    static const std::vector<std::string> kPieces{
        "a",      "Z",      "9",      "甲",     "é",      "𠮷",   " ",
        "/",      "\\",     "+",      "#",      "$",      ".",    "..",
        "=",      "-",      "@",      "'",      "\"",     ",",    ";",
        "\t",     "\n",     "\r",     "b",      "c",      "\x1b", "\x7f",
        "\u0085", "\u00a0", "\u200b", "\u3000", "\ufeff", "x",    "_x000D_",
        "%2F",    "\xff",   "*",      ":",      "&",      "<",    std::string(1, '\0')};
    std::string text;
    for (const unsigned choice : choices) text += kPieces[choice % kPieces.size()];
    return text;
}

// Whatever is accepted comes back from a topic, a path and a table as it went in.
RC_GTEST_PROP(Identifier, WhatIsAcceptedKeepsItsPlaceEverywhere, (std::vector<unsigned> choices)) {
    if (choices.size() > 4) choices.resize(4);
    const std::string id = odd_text(choices);
    if (id_fault(id, IdUse::kTopic)) return;
    const std::string topic = "qingkong/1/110105/" + id + "/order";
    RC_ASSERT(std::ranges::count(topic, '/') == 4);
    RC_ASSERT(topic.find_first_of(std::string_view("+#\0", 3)) == std::string::npos);
    const std::filesystem::path path = std::filesystem::path("plans") / (id + ".xlsx");
    RC_ASSERT(path.lexically_normal() == path && path.filename().string() == id + ".xlsx");
    RC_ASSERT(for_spreadsheet(id) == id);
    RC_ASSERT(for_terminal(id) == id);
    const std::string table = "id,name\r\n" + to_csv_cell(id) + ",x\r\n";
    CsvReader reader(table, "t");
    CsvRow row;
    RC_ASSERT(reader.next(row) && reader.next(row) && row.cells.size() == 2);
    RC_ASSERT(row.cells[0] == id);
}

}  // namespace
}  // namespace qk::plans
