#include "plans/documents/obligation_documents.hpp"

#include <gmock/gmock.h>

#include <set>

#include "plans/documents/department_tasks.hpp"
#include "plans/documents/factory_plan.hpp"
#include "plans/documents/public_documents.hpp"
#include "plans/text/xlsx_reader.hpp"
#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::Not;

// The sample city; at each level the first enterprise owes one thing on its first line.
struct Papers {
    Papers() : inventory(std::move(read_inventory(sample_tables(), "样例版").inventory).value()) {
        const rules::Colour colours[] = {rules::Colour::kYellow, rules::Colour::kOrange,
                                         rules::Colour::kRed};
        for (std::size_t level = 0; level < 3; ++level) {
            derived[level].colour = colours[level];
            derived[level].enterprises.resize(inventory.enterprises.size());
            for (std::size_t i = 0; i < inventory.enterprises.size(); ++i) {
                derived[level].enterprises[i].enterprise = i;
                derived[level].enterprises[i].reasons = {{"class", "保障类，不停不限", ""}};
            }
            if (level > 0) derived[level].enterprises[0].obligations.push_back(duty(level == 2));
        }
        derived[1].enterprises[0].reduction.grams[1] = 370100;
        DocumentOptions options{"示例市", "", "12345", "目录为样例，使用前请确认"};
        source.emplace(
            inventory,
            std::vector<const DerivedObligations*>{&derived[0], &derived[1], &derived[2]}, options);
    }

    static rules::Obligation duty(bool stop) {
        rules::Obligation duty;
        duty.line = "K1";
        duty.action = stop ? rules::Action::kStop : rules::Action::kLimitLoad;
        duty.ratio = stop ? 1 : 0.29;
        duty.detail = stop ? "1号熟料线停产" : "1号熟料线限产29% <注意>";
        duty.verified_by = rules::VerifiedBy::kPower;
        duty.basis = {{"catalogue", "水泥B级橙色预警条款", ""}};
        return duty;
    }

    Inventory inventory;
    DerivedObligations derived[3];
    std::optional<DocumentSource> source;
};

TEST(DutyPaper, ThePlanOfAFactoryHoldsItsFactsLinesDutiesAndMeters) {
    const Papers papers;
    const std::string html = factory_plan_html(*papers.source, 0);
    EXPECT_THAT(html, HasSubstr("样例一号水泥有限公司"));
    EXPECT_THAT(html, HasSubstr("<td class=\"number\">1850.5</td>"));
    EXPECT_THAT(html, HasSubstr("橙色预警（Ⅱ级响应）"));
    EXPECT_THAT(html, HasSubstr("限产29%"));
    EXPECT_THAT(html, HasSubstr("水泥B级橙色预警条款"));
    EXPECT_THAT(html, HasSubstr("氮氧化物 370.1 kg/d"));
    EXPECT_THAT(html, HasSubstr("DB000101"));
    EXPECT_THAT(html, HasSubstr("目录为样例，使用前请确认"));
}

TEST(DutyPaper, TextFromOutsideIsEscapedAndNothingIsLoadedFromOutside) {
    const Papers papers;
    for (const std::string& html :
         {factory_plan_html(*papers.source, 0), public_board_html(*papers.source, 0),
          public_list_html(*papers.source),
          department_tasks_html(*papers.source, sample_departments())}) {
        EXPECT_THAT(html, Not(HasSubstr("<注意>")));
        EXPECT_THAT(html, Not(HasSubstr("http")));
        EXPECT_THAT(html, Not(HasSubstr("src=")));
        EXPECT_THAT(html, HasSubstr("size: A4"));
    }
}

TEST(DutyPaper, AnEnterpriseThatOwesNothingIsToldWhy) {
    const Papers papers;
    EXPECT_THAT(public_board_html(*papers.source, 8),
                HasSubstr("不采取强制性减排措施：保障类，不停不限"));
}

// A board hangs for a season: what names one start, as every list of reasons does, is not for it.
TEST(DutyPaper, ABoardCarriesNoHourAndNoKey) {
    Papers papers;
    for (DerivedObligations& level : papers.derived) {
        level.enterprises[8].reasons = {{"inventory", "清单第9行：某厂", "enterprises.csv:9"},
                                        {"class", "企业类别：常规", ""},
                                        {"grade", "绩效分级：A级", ""},
                                        {"level", "黄色预警，Ⅲ级响应，自11月29日15时起", ""}};
    }
    const std::string html = public_board_html(*papers.source, 8);
    EXPECT_THAT(html, HasSubstr("不采取强制性减排措施：企业类别：常规；绩效分级：A级"));
    EXPECT_THAT(html, Not(testing::ContainsRegex("[0-9]+时")));
    EXPECT_THAT(html, Not(HasSubstr("enterprises.csv")));
}

// The words of Latin letters that a person reads on a page: without style, tags and entities, and
// without numbers of plants and instruments, which hold a digit.
std::vector<std::string> latin_words(std::string page) {
    const auto cut = [&page](std::string_view from, std::string_view to) {
        for (std::size_t at = page.find(from); at != std::string::npos; at = page.find(from, at)) {
            const std::size_t end = page.find(to, at);
            page.replace(at, end == std::string::npos ? end : end - at + to.size(), " ");
        }
    };
    cut("<style>", "</style>");
    cut("<", ">");
    cut("&", ";");
    std::vector<std::string> words;
    std::string word;
    for (const char c : page + " ") {
        const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (is_letter || (c >= '0' && c <= '9')) {
            word += c;
            continue;
        }
        const bool has_digit = word.find_first_of("0123456789") != std::string::npos;
        if (word.size() > 1 && !has_digit) words.push_back(word);
        word.clear();
    }
    return words;
}

TEST(DutyPaper, NoWordOfTheProgramStandsOnABoardOrAPlan) {
    ASSERT_THAT(latin_words("<p class=\"x\">ungraded，DB000700 &lt;kW&gt;</p>"),
                testing::ElementsAre("ungraded", "kW"));
    const Papers papers;
    std::vector<std::string> pages{public_list_html(*papers.source),
                                   department_tasks_html(*papers.source, sample_departments())};
    for (std::size_t i = 0; i < papers.inventory.enterprises.size(); ++i) {
        pages.push_back(public_board_html(*papers.source, i));
        pages.push_back(factory_plan_html(*papers.source, i));
    }
    const std::set<std::string> known{"kg", "kW", "MW", "VOCs", "NOx", "SO", "RTO"};
    for (const std::string& page : pages) {
        for (const std::string& word : latin_words(page)) {
            EXPECT_TRUE(known.contains(word)) << word;
        }
    }
}

TEST(DutyPaper, AShareIsPrintedAsItCanBeOrdered) {
    rules::Obligation third = Papers::duty(false);
    third.ratio = 3.0 / 14;
    EXPECT_EQ(action_words(third), "限产21.4%");
    third.ratio = 0.29;
    EXPECT_EQ(action_words(third), "限产29%");
}

TEST(DutyPaper, ListBoardAndPlanSayTheSame) {
    const Papers papers;
    const XlsxSheet list = public_list_sheet(*papers.source);
    ASSERT_EQ(list.rows.size(), papers.inventory.enterprises.size());
    EXPECT_EQ(std::get<std::string>(list.rows[0][8]), obligation_words(*papers.source, 2, 0));
    EXPECT_THAT(public_board_html(*papers.source, 0), HasSubstr("1号熟料线停产"));
}

TEST(DutyPaper, ThePublicListShowsNoPersonsData) {
    const Papers papers;
    const std::string html = public_list_html(*papers.source);
    EXPECT_THAT(html, Not(HasSubstr("0371-")));
    EXPECT_THAT(html, Not(HasSubstr("赵一")));
}

TEST(DutyPaper, DepartmentsGetTheDutiesTheyWatch) {
    const Papers papers;
    const auto sheets = department_task_sheets(*papers.source, sample_departments());
    ASSERT_EQ(sheets.size(), 6u);          // two of the inventory's own come first
    EXPECT_EQ(sheets[3].rows.size(), 2u);  // power: both duties
    EXPECT_TRUE(sheets[4].rows.empty());   // no vehicle ban
    auto book = read_xlsx(write_xlsx(sheets), "tasks.xlsx");
    ASSERT_TRUE(book.has_value());
    EXPECT_EQ(book->sheets[3].name, "工业和信息化部门、电力公司");
    EXPECT_EQ(book->sheets[3].rows.size(), 3u);
}

TEST(DutyPaper, TheInventorysOwnTasksSayWhoAnswersForThem) {
    const Papers papers;
    const auto sheets = own_task_sheets(*papers.source);
    ASSERT_EQ(sheets.size(), 2u);
    EXPECT_EQ(sheets[0].rows.size(), papers.inventory.department_tasks.size());
    EXPECT_EQ(std::get<std::string>(sheets[0].rows[0][0]), "交通运输局");
    EXPECT_EQ(std::get<std::string>(sheets[0].rows[0][1]), "橙色");
    // Three dust sites at three levels, two goods users from orange on.
    EXPECT_EQ(sheets[1].rows.size(), 13u);
    const std::string page = department_tasks_html(*papers.source, sample_departments());
    EXPECT_THAT(page, HasSubstr("质安站"));
    EXPECT_THAT(page, HasSubstr("停止拆除和渣土清运"));
    EXPECT_THAT(page, HasSubstr("以下对企业的部门分工为样例"));
}

TEST(DutyPaper, ASuspendedOrMixedGradeSaysWhichCounts) {
    const Papers papers;
    EXPECT_EQ(grade_words(papers.inventory.enterprises[7]), "B级（等级暂停，按C级管控）");
    EXPECT_EQ(grade_words(papers.inventory.enterprises[3]), "B级；C级；B级（按最低的C级管控）");
    EXPECT_EQ(grade_words(papers.inventory.enterprises[10]), "引领性");
}

TEST(DutyPaper, WhatTightensIsNamedInThePlanAndTheListAndNowhereElse) {
    Papers papers;
    EXPECT_THAT(factory_plan_html(*papers.source, 0), Not(HasSubstr("加严、放宽理由")));
    EXPECT_THAT(public_list_html(*papers.source), Not(HasSubstr("加严、放宽理由")));
    const rules::Reason reason{"reason", "加严理由：限制类工艺装备", "restricted-class",
                               "tightened: restricted class"};
    for (const std::size_t level : {1U, 2U}) {
        papers.derived[level].enterprises[0].obligations[0].basis.push_back(reason);
    }
    const std::string plan = factory_plan_html(*papers.source, 0);
    EXPECT_THAT(plan,
                HasSubstr("<th>加严、放宽理由</th><td colspan=\"3\">加严理由：限制类工艺装备</td>"))
        << "once, though two levels say it";
    EXPECT_THAT(plan, HasSubstr("水泥B级橙色预警条款；加严理由：限制类工艺装备"));
    EXPECT_THAT(plan, Not(HasSubstr("tightened"))) << "no English in Chinese paper";
    EXPECT_THAT(factory_plan_html(*papers.source, 1), Not(HasSubstr("加严、放宽理由")));
    const XlsxSheet list = public_list_sheet(*papers.source);
    EXPECT_EQ(list.columns.back().title, "加严、放宽理由");
    EXPECT_EQ(std::get<std::string>(list.rows[0].back()), "加严理由：限制类工艺装备");
    EXPECT_EQ(std::get<std::string>(list.rows[1].back()), "");
}

}  // namespace
}  // namespace qk::plans
