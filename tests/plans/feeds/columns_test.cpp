#include "plans/feeds/columns.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using rules::Pollutant;

struct Known {
    std::string_view name;
    Pollutant pollutant;
    std::int64_t thousandths = 1000;
};

TEST(Columns, PollutantsAreKnownAsPublishedSetsNameThem) {
    for (const Known& known : {Known{"pm25", Pollutant::kPm25},
                               {"pm2_5", Pollutant::kPm25},
                               {"PM2.5", Pollutant::kPm25},
                               {"pm2_5_ugm3", Pollutant::kPm25},
                               {"PM2.5(μg/m³)", Pollutant::kPm25},
                               {"细颗粒物（PM2.5）", Pollutant::kPm25},
                               {"PM10", Pollutant::kPm10},
                               {"可吸入颗粒物", Pollutant::kPm10},
                               {"so2_ugm3", Pollutant::kSo2},
                               {"nitrogen_dioxide", Pollutant::kNo2},
                               {"o3_1h_ugm3", Pollutant::kO3},
                               {"臭氧1小时", Pollutant::kO3},
                               {"co", Pollutant::kCo},
                               {"CO", Pollutant::kCo},
                               {"co_mgm3", Pollutant::kCo},
                               {"co_ugm3", Pollutant::kCo, 1},
                               {"一氧化碳(mg/m³)", Pollutant::kCo},
                               {"ＰＭ２．５", Pollutant::kPm25},
                               {"SO₂", Pollutant::kSo2},
                               {"NO₂(μg·m⁻³)", Pollutant::kNo2},
                               {"O₃", Pollutant::kO3},
                               {"二氧化硫（微克/立方米）", Pollutant::kSo2},
                               {"一氧化碳（毫克／立方米）", Pollutant::kCo},
                               {"CO(微克/立方米)", Pollutant::kCo, 1},
                               {"pm25_mgm3", Pollutant::kPm25, 1'000'000}}) {
        const auto column = pollutant_column(known.name, TableOf::kHours);
        ASSERT_TRUE(column) << known.name;
        EXPECT_EQ(column->pollutant, known.pollutant) << known.name;
        EXPECT_EQ(column->thousandths, known.thousandths) << known.name;
    }
}

TEST(Columns, MeansOverOtherTimesAndOtherUnitsAreNotOurs) {
    for (const auto* name : {"pm2_5_24h", "o3_8h", "co_24h_mgm3", "no2_ppb", "aqi_site", "temp_c",
                             "primary_cn", "so2_inferred"}) {
        EXPECT_FALSE(pollutant_column(name, TableOf::kHours)) << name;
    }
    EXPECT_TRUE(pollutant_column("o3_8h", TableOf::kDays));
    EXPECT_TRUE(pollutant_column("pm2_5_24h", TableOf::kDays));
    EXPECT_FALSE(pollutant_column("o3_1h", TableOf::kDays));
    EXPECT_FALSE(pollutant_column("pm2_5_1h", TableOf::kDays));
}

std::string read(std::string_view cell, std::int64_t thousandths = 1000) {
    rules::Concentration value;
    switch (read_concentration(cell, {Pollutant::kCo, thousandths}, value)) {
        case CellIs::kMissing:
            return "missing";
        case CellIs::kNotANumber:
            return "wrong";
        case CellIs::kValue:
            return rules::to_text(value.value());
    }
    return "";
}

TEST(Columns, CellsAreExactDecimals) {
    EXPECT_EQ(read("12.345678"), "12.345678");
    EXPECT_EQ(read("-0.35"), "-0.35");
    EXPECT_EQ(read("１２．５"), "12.5");
    EXPECT_EQ(read("１２0H"), "wrong");
    EXPECT_EQ(read("2200", 1), "2.2");
    EXPECT_EQ(read("0.12", 1'000'000), "120");
    EXPECT_EQ(read(""), "missing");
    EXPECT_EQ(read("NaN"), "missing");
    EXPECT_EQ(read("—"), "missing");
    for (const auto* mark : {"——", "_", "/", "\\N", "#N/A", "缺测", "9999", "99999.0"}) {
        EXPECT_EQ(read(mark), "missing") << mark;
    }
    EXPECT_EQ(read("999"), "999");
    EXPECT_EQ(read("9998"), "9998");
    EXPECT_EQ(read("inf"), "wrong");
    EXPECT_EQ(read("12,5"), "wrong");
    EXPECT_EQ(read("."), "wrong");
    EXPECT_EQ(read("1e3"), "wrong");
    EXPECT_EQ(read("99999999999999999999"), "wrong");
    EXPECT_EQ(read("1000000", 1'000'000), "1000000000");
    EXPECT_EQ(read("1000000000", 1'000'000), "wrong");
}

TEST(Columns, ACellThatIsNoNumberSaysWhatToWrite) {
    EXPECT_NE(number_cure("35,5").find("decimal mark"), std::string::npos);
    EXPECT_NE(number_cure(std::string_view("35\0", 3)).find("cannot be seen"), std::string::npos);
    EXPECT_EQ(number_cure("x"), "a number, or nothing where it is missing");
}

TEST(Columns, WhatLiesBeyondSixDecimalsStillTellsAboveFromBelowAHalf) {
    const auto rounded = [](std::string_view cell, std::int64_t thousandths) {
        rules::Concentration value;
        (void)read_concentration(cell, {Pollutant::kCo, thousandths}, value);
        return rules::divide_half_even(value.value().millionths, 1'000'000);
    };
    EXPECT_EQ(rounded("3.5", 1000), 4);
    EXPECT_EQ(rounded("3.49999999999999", 1000), 3);
    EXPECT_EQ(rounded("2.5", 1000), 2);
    EXPECT_EQ(rounded("2.50000000000001", 1000), 3);
    EXPECT_EQ(rounded("2500.0001", 1), 3);
    EXPECT_EQ(rounded("3499.9999", 1), 3);
    EXPECT_EQ(read("35.000000000"), "35");
}

TEST(Columns, ATinyNegativeValueStaysNegative) {
    for (const auto* cell : {"-0.4", "-0.0004", "-999", "-1500.5"}) {
        EXPECT_EQ(read(cell, 1).front(), '-') << cell;
    }
}

}  // namespace
}  // namespace qk::plans
