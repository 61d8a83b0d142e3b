#include "plans/packs/region_pack.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "plans/measures/region_rules.hpp"
#include "plans/packs/sub_regions.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono_literals;

// A child of the national pack, with what every pack must say itself.
std::string child(const std::string& more, const std::string& parent = "national") {
    return R"(id = "t"
name = "甲市"
tier = "city"
region_code = "990100"
parent = ")" +
           parent + "\"\n" + more + R"(
[publication]
issuer = "甲市"
source = "试验"
certainty = "sample"
)";
}

std::vector<std::string> faults_in(const std::string& toml,
                                   const PackSources& sources = built_in_sources()) {
    const auto read = read_pack(toml, "p.toml", sources);
    std::vector<std::string> out;
    if (read) return out;
    for (const rules::Fault& fault : read.error()) out.push_back(rules::to_text(fault));
    return out;
}

// The national pack, with another list of what is binding.
PackSources with_binding(const std::string& binding) {
    PackSources sources = built_in_sources();
    sources.pack = [=](std::string_view id) -> std::optional<std::string> {
        auto text = built_in_pack_text(id);
        if (!text) return std::nullopt;
        std::string out(*text);
        const std::size_t at = out.find("binding = [");
        return out.replace(at, out.find('\n', at) - at, "binding = " + binding);
    };
    return sources;
}

TEST(RegionPack, TheTruckBanAndTheCutsOfOtherSourcesAreSettings) {
    const auto pack = read_pack(child(R"(
[trucks]
from = "yellow"
vehicles_per_day = 20
from_hour = 7
to_hour = 21
passes = { orange = ["橙警通行证"] }
source = "甲市预案"
certainty = "primary"

[source_cut]
mobile = { orange = 15, red = 25 }
source = "甲市清单"
certainty = "secondary"
)"),
                                "p.toml");
    ASSERT_TRUE(pack) << rules::to_text(pack.error());
    ASSERT_TRUE(pack->trucks);
    EXPECT_EQ(pack->trucks->stages.size(), 4u) << "what a child does not say is its parent's";
    const RegionRules rules = from_pack(*pack);
    EXPECT_EQ(rules.truck_ban.from, rules::Colour::kYellow);
    EXPECT_EQ(rules.truck_ban.vehicles_per_day, 20);
    EXPECT_EQ(rules.truck_ban.from_hour, 7);
    EXPECT_EQ(rules.truck_ban.source, "甲市预案");
    EXPECT_EQ(rules.truck_ban.passes[static_cast<std::size_t>(rules::Colour::kOrange)],
              std::vector<std::string>{"橙警通行证"});
    const auto& mobile = rules.source_cut[static_cast<std::size_t>(Source::kMobile)];
    EXPECT_EQ(mobile[static_cast<std::size_t>(rules::Colour::kRed)], 0.25);
    EXPECT_EQ(mobile[static_cast<std::size_t>(rules::Colour::kYellow)], 0);
}

TEST(RegionPack, ATruckBanCanBeSwitchedOffAndAWrongOneIsRefused) {
    const auto none = read_pack(
        child("[trucks]\nfrom = \"none\"\nsource = \"x\"\ncertainty = \"primary\"\n"), "p.toml");
    ASSERT_TRUE(none) << rules::to_text(none.error());
    EXPECT_FALSE(from_pack(*none).truck_ban.from);
    const auto faults =
        faults_in(child("[trucks]\nfrom = \"purple\"\nto_hour = 25\ntrades = [\"steal\"]\nsource = "
                        "\"x\"\ncertainty = \"primary\"\n"));
    EXPECT_EQ(faults.size(), 3u);
}

TEST(RegionPack, TheNationalPackBansTrucksOfLargeUsersFromOrangeAndMarksItASample) {
    const auto pack = built_in_pack("national");
    ASSERT_TRUE(pack && pack->trucks);
    EXPECT_EQ(pack->trucks->from, rules::Colour::kOrange);
    EXPECT_TRUE(std::ranges::any_of(
        samples_of(*pack), [](const SampleMark& mark) { return mark.section == "trucks"; }));
}

std::vector<std::string> advised(const RegionPack& pack, rules::EpisodeCause cause,
                                 const std::string& addressee) {
    for (const CauseAdvice& one : pack.cause_advice) {
        if (one.cause == cause && one.addressee == addressee) return one.text;
    }
    return {};
}

TEST(RegionPack, WhatIsAdvisedInDustIsReplacedByCauseAndAddressee) {
    const auto pack = read_pack(
        child("[[cause_advice]]\ncause = \"沙尘\"\naddressee = \"公众\"\ntext = [\"关窗。\"]\n"
              "source = \"甲市预案\"\ncertainty = \"primary\"\n"),
        "p.toml");
    ASSERT_TRUE(pack) << rules::to_text(pack.error());
    EXPECT_EQ(advised(*pack, rules::EpisodeCause::kDust, "公众"),
              std::vector<std::string>{"关窗。"});
    EXPECT_FALSE(advised(*pack, rules::EpisodeCause::kDust, "施工工地和堆场").empty())
        << "what a child does not say is its parent's";
    EXPECT_FALSE(advised(*pack, rules::EpisodeCause::kOzone, "公众").empty());
}

TEST(RegionPack, ACauseThatBindsHasNoListOfAdvice) {
    const auto faults =
        faults_in(child("[[cause_advice]]\ncause = \"区域传输\"\naddressee = \"公众\"\ntext = []\n"
                        "source = \"x\"\ncertainty = \"sample\"\n"));
    EXPECT_EQ(faults.size(), 2u) << "the cause and the empty text";
}

TEST(RegionPack, HowLongATemporaryControlMayLastIsASetting) {
    const auto national = built_in_pack("national");
    ASSERT_TRUE(national && national->control);
    EXPECT_TRUE(std::ranges::any_of(samples_of(*national), [](const SampleMark& mark) {
        return mark.section == "temporary_control";
    }));
    const auto pack = read_pack(
        child("[temporary_control]\ndays_max = 3\nsource = \"x\"\ncertainty = \"primary\"\n"),
        "p.toml");
    ASSERT_TRUE(pack.has_value()) << rules::to_text(pack.error());
    EXPECT_EQ(pack->control->days_max, 3);
    const auto wrong = read_pack(
        child("[temporary_control]\ndays_max = 90\nsource = \"x\"\ncertainty = \"primary\"\n"),
        "p.toml");
    ASSERT_FALSE(wrong.has_value());
    EXPECT_NE(rules::to_text(wrong.error()).find("from 1 to 31"), std::string::npos);
}

TEST(RegionPack, EveryBuiltInPackIsSoundAndHasAnIssuer) {
    EXPECT_EQ(built_in_pack_ids().size(), 9u);
    for (const std::string& id : built_in_pack_ids()) {
        const auto pack = built_in_pack(id);
        ASSERT_TRUE(pack) << id << "\n" << rules::to_text(pack.error());
        EXPECT_EQ(pack->id, id);
        EXPECT_EQ(pack->chain.back(), id);
        EXPECT_EQ(pack->chain.front(), "national");
        EXPECT_FALSE(pack->publication.issuer.empty());
        EXPECT_FALSE(samples_of(*pack).empty()) << id << " claims to need no confirmation";
        EXPECT_FALSE(pack->trigger.standard.clauses.empty());
    }
}

TEST(RegionPack, EverySectionNamesItsSource) {
    for (const std::string& id : built_in_pack_ids()) {
        for (const SampleMark& mark : samples_of(built_in_pack(id).value())) {
            EXPECT_FALSE(mark.source.empty()) << id << " " << mark.section;
            EXPECT_NE(mark.text.find("样例，使用前请确认"), std::string::npos);
        }
    }
}

TEST(RegionPack, AChildTakesOverWhatItDoesNotSay) {
    const RegionPack pack = built_in_pack("xuchang").value();
    EXPECT_EQ(pack.chain, (std::vector<std::string>{"national", "henan", "xuchang"}));
    EXPECT_EQ(pack.trigger.standard.id, "cn-2024");
    EXPECT_EQ(pack.timing.lead_time, 24h);  // said by the national pack only
    EXPECT_EQ(pack.timing.situation_reports, (std::vector<std::string>{"09:00", "17:00"}));
    EXPECT_EQ(pack.approval.roles.at("chief"), "市长");
    EXPECT_EQ(pack.notices.by_kind.size(), kNoticeKinds.size());
    EXPECT_NE(pack.notices.by_kind.at("lift").find("水泥熟料"), std::string::npos);
    const auto classes = pack.exempt_classes;
    EXPECT_TRUE(std::ranges::count(classes, "green-leading", &ExemptClass::id) == 1);  // of Henan
    EXPECT_EQ(pack.sub_regions.size(), 6u);
}

TEST(RegionPack, ABureauGivesItsTownshipsNames) {
    const std::string places =
        "[sub_regions]\nsource = \"本市\"\ncertainty = \"primary\"\n"
        "region = [{ code = \"411002\", name = \"魏都区\" }]\n";
    const auto pack = read_pack(
        child(places + "township = [{ code = \"411002001\", name = \"西大街街道\" }]\n", "henan"),
        "p.toml");
    ASSERT_TRUE(pack.has_value()) << rules::to_text(pack.error());
    EXPECT_EQ(place_name(*pack, "411002001"), "西大街街道");
    EXPECT_EQ(place_name(*pack, "411002"), "魏都区");
    EXPECT_EQ(place_name(*pack, "411002999"), "411002999") << "a code that nobody names";
    const auto wrong = read_pack(child(places + "township = [{ code = \"4110\", name = \"甲\" }, "
                                                "{ code = \"420100001\", name = \"乙\" }, "
                                                "{ code = \"411002001\", name = \"丙\" }, "
                                                "{ code = \"411002001\", name = \"丁\" }]\n",
                                       "henan"),
                                 "p.toml");
    ASSERT_FALSE(wrong.has_value());
    const std::string said = rules::to_text(wrong.error());
    EXPECT_NE(said.find("9 or 12 digits"), std::string::npos) << said;
    EXPECT_NE(said.find("in none of the counties"), std::string::npos) << said;
    EXPECT_NE(said.find("given twice"), std::string::npos) << said;
}

TEST(RegionPack, BelongingsOfAPlaceDoNotPassOn) {
    const RegionPack pack = read_pack(child("", "henan"), "p.toml").value();
    EXPECT_TRUE(pack.contacts.empty());
    EXPECT_TRUE(pack.sub_regions.empty());
    EXPECT_EQ(pack.publication.issuer, "甲市");
}

TEST(RegionPack, RedNeedsTwoPersonsAndYellowOne) {
    const RegionPack pack = built_in_pack("shangqiu").value();
    EXPECT_EQ(approval_for(pack, "issue", rules::Colour::kRed)->persons, 2);
    EXPECT_EQ(approval_for(pack, "lift", rules::Colour::kYellow)->persons, 1);
    EXPECT_EQ(approval_for(pack, "issue", rules::Colour::kOrange)->proposer, "duty");
}

TEST(RegionPack, ANameStandsOnOneLine) {
    const std::string lines = child("[approval.roles]\nduty = \"值班员\\n总指挥\"\n");
    EXPECT_TRUE(std::ranges::any_of(faults_in(lines), [](const std::string& fault) {
        return fault.find("approval.roles.duty: 第4个字符看不见（U+000A）") != std::string::npos;
    }));
    std::string named = child("");
    named.replace(named.find("甲市"), std::string("甲市").size(), "甲市\\t乙市");
    EXPECT_TRUE(std::ranges::any_of(faults_in(named), [](const std::string& fault) {
        return fault.find("name: 第3个字符看不见（U+0009）") != std::string::npos;
    }));
    EXPECT_TRUE(faults_in(child("")).empty());
}

TEST(RegionPack, ARoleThatGetsAnotherNameChangesTheApprovals) {
    const RegionPack pack = built_in_pack("xuchang").value();
    RegionPack renamed = pack;
    std::swap(renamed.approval.roles.at("duty"), renamed.approval.roles.at("chief"));
    EXPECT_TRUE(approval_changes(pack, pack).empty());
    const auto changes = approval_changes(pack, renamed);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0],
              "角色改名 市长（chief）；改为：" + pack.approval.roles.at("duty") + "（chief）");
}

TEST(RegionPack, TheCodeReplacesTheOldStatuteOnItsDay) {
    const RegionPack pack = built_in_pack("national").value();
    const auto text_on = [&](std::string_view day) {
        std::string out;
        for (const LegalBasis& one : legal_basis_on(pack, *rules::parse_day(day))) out += one.text;
        return out;
    };
    EXPECT_NE(text_on("2026-08-14").find("大气污染防治法"), std::string::npos);
    EXPECT_EQ(text_on("2026-08-14").find("生态环境法典"), std::string::npos);
    EXPECT_EQ(text_on("2026-08-15").find("大气污染防治法"), std::string::npos);
    EXPECT_NE(text_on("2026-08-15").find("生态环境法典"), std::string::npos);
}

TEST(RegionPack, AHoleInANoticeStaysVisibleAndIsNamed) {
    const FilledTemplate filled =
        fill_template("{region}发布{colour}预警，{contact}{",
                      {{"region", "甲市"}, {"colour", ""}, {"contact", "（待填：值班室）"}});
    EXPECT_EQ(filled.text, "甲市发布（待填：colour）预警，（待填：值班室）{");
    EXPECT_EQ(filled.open, (std::vector<std::string>{"colour", "contact"}));
}

TEST(RegionPack, ABlockOfAChildTakesThePlaceOfItsParentsAlone) {
    const RegionPack pack = read_pack(child(R"([[notice_block]]
block = "dust"
colour = "orange"
text = "工地一律停工。"
source = "x"
certainty = "sample"
)"),
                                      "p.toml")
                                .value();
    const auto blocks = notice_blocks_of(pack, rules::Colour::kOrange);
    ASSERT_GE(blocks.size(), 5u);
    EXPECT_EQ(blocks[0].block, "industry");
    EXPECT_EQ(blocks[1].text, "工地一律停工。");
    EXPECT_EQ(blocks[1].origin.pack, "t");
    EXPECT_EQ(blocks[2].origin.pack, "national");
}

TEST(RegionPack, ATextOfABlockIsCheckedAsItIsRead) {
    const auto faults = faults_in(child(R"([[notice_block]]
block = "water"
colour = "orange"
text = "{nobody}"
source = "x"
certainty = "sample"
)"));
    ASSERT_EQ(faults.size(), 2u);
    EXPECT_NE(faults[0].find("industry, dust, mobile, area, schools, weather"), std::string::npos);
    EXPECT_NE(faults[1].find("{nobody}"), std::string::npos);
}

TEST(RegionPack, TheNumberingOfDocumentsBelongsToOneBureauAndCounts) {
    const RegionPack pack = read_pack(child("", "beijing-demo"), "p.toml").value();
    EXPECT_EQ(built_in_pack("beijing-demo")->publication.document_number,
              "演示应急办〔{year}〕{count}号");
    EXPECT_EQ(pack.publication.document_number, "");
    for (const char* wrong : {"环委办3号", "环委办{nr}号"}) {
        std::string toml = child("");
        toml.replace(toml.find("issuer ="), 0,
                     std::string("document_number = \"") + wrong + "\"\n");
        EXPECT_FALSE(faults_in(toml).empty()) << wrong;
    }
}

TEST(RegionPack, ATimeOfASituationReportIsATimeOfTheDay) {
    const auto faults = faults_in(child(R"([timing]
situation_reports = ["9点", "24:00", "17:00"]
source = "x"
certainty = "sample"
)"));
    ASSERT_EQ(faults.size(), 2u);
}

TEST(RegionPack, AChildMayNotBeLaxerThanItsParentBinds) {
    const auto lift = faults_in(child(R"([timing]
lift_outlook_hours = 24
source = "x"
certainty = "sample"
)"));
    ASSERT_EQ(lift.size(), 1u);
    EXPECT_EQ(lift[0],
              "p.toml:6:1: timing: lift_outlook is 24 h, shorter than in national: "
              "at least 36 h");
    const auto trigger = faults_in(child(R"([trigger]
standard = "cn-2018"
source = "x"
certainty = "sample"
)",
                                         "henan"));
    ASSERT_EQ(trigger.size(), 1u);
    EXPECT_NE(trigger[0].find("cn-2018 lets through what cn-2024 of henan would warn of"),
              std::string::npos);
}

TEST(RegionPack, WhatIsNotBindingMayBeLaxer) {
    EXPECT_TRUE(faults_in(child(R"([trigger]
standard = "cn-2018"
source = "x"
certainty = "sample"
)"))
                    .empty());
}

TEST(RegionPack, EachBindingKeyIsEnforced) {
    const std::string laxer = R"([trigger]
standard = "cn-2018"
excluded_causes = ["ozone", "other"]
source = "x"
certainty = "sample"
[timing]
lead_time_hours = 12
lift_outlook_hours = 12
merge_gap_hours = 12
immediate_outlook_hours = 24
source = "x"
certainty = "sample"
[floors]
orange = { so2 = 10, nox = 20, pm = 20, vocs = 20 }
source = "x"
certainty = "sample"
[[exempt]]
id = "friends"
name = "甲"
treatment = "none"
source = "x"
certainty = "sample"
[approval]
source = "x"
certainty = "sample"
[[approval.rule]]
decision = "any"
colours = ["red"]
proposer = "duty"
approvers = ["director"]
persons = 1
consultation = false
)";
    std::string text = laxer;
    text.replace(text.find(", \"other\""), 9, "");
    for (const std::string_view key : kBindable) {
        const auto faults = faults_in(child(text), with_binding("[\"" + std::string(key) + "\"]"));
        const std::size_t wanted = key == "excluded_causes" ? 0 : key == "approval" ? 2 : 1;
        EXPECT_EQ(faults.size(), wanted) << key << (faults.empty() ? "" : "\n" + faults[0]);
    }
}

TEST(RegionPack, UnknownKeysAndWordsAreNamedWithTheirPlaces) {
    const auto faults = faults_in(child(R"(binding = ["triger"]
colour = 1
[timing]
lead_time = 24
source = "x"
certainty = "sure"
[notices]
issue = "{regoin}"
source = "x"
certainty = "sample"
)"));
    ASSERT_EQ(faults.size(), 5u);
    EXPECT_EQ(faults[0].find("p.toml:6:11: binding: 'triger'"), 0u) << faults[0];
    EXPECT_EQ(faults[1].find("p.toml:7:1: colour: is not known here"), 0u) << faults[1];
    EXPECT_EQ(faults[2].find("p.toml:9:1: timing.lead_time: is not known here"), 0u) << faults[2];
    EXPECT_EQ(faults[3].find("p.toml:11:13: timing.certainty: 'sure'"), 0u) << faults[3];
    EXPECT_EQ(faults[4].find("p.toml:13:9: notices.issue: has the placeholder '{regoin}'"), 0u)
        << faults[4];
}

// They stand in orders, in CAP and on the page that everybody reads.
TEST(RegionPack, TextsAreShortAndOfCharactersThatAreSeen) {
    const auto with_issue = [](const std::string& issue) {
        return faults_in(child("[notices]\nissue = \"" + issue +
                               "\"\nsource = \"x\"\ncertainty = \"sample\"\n"));
    };
    EXPECT_TRUE(with_issue("发布\\n预警\\t“橙色”—…").empty());
    EXPECT_TRUE(with_issue(std::string(16 << 10, 'x')).empty());
    const std::pair<std::string, std::string> wrong[] = {
        {std::string((16 << 10) + 1, 'x'), "issue: is 16385 bytes long"},
        {"a\\u0000b", "issue: 第2个字符看不见（U+0000）"},
        {"a\\u001B[31m", "character 2 cannot be seen (U+001B)"},
        {"a\\u202Eb", "issue: 第2个字符看不见（U+202E）"},
        {"甲乙\\u200B", "character 3 cannot be seen (U+200B)"},
        {"\\U000E0041", "cannot be seen (U+E0041)"},
        {"a\\u2066b", "issue: 第2个字符看不见（U+2066）"}};
    for (const auto& [issue, fault] : wrong) {
        const auto faults = with_issue(issue);
        ASSERT_EQ(faults.size(), 1U) << fault;
        EXPECT_NE(faults.front().find(fault), std::string::npos) << faults.front();
    }
    const auto listed = faults_in(child("binding = [\"a\\u202Eb\"]\n"));
    ASSERT_FALSE(listed.empty());
    EXPECT_NE(listed.front().find("cannot be seen (U+202E)"), std::string::npos) << listed.front();
}

TEST(RegionPack, AnUnreadSourceCannotBeConfirmed) {
    const auto faults = faults_in(child(R"([timing]
source = "x"
certainty = "remembered"
sample = false
)"));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_NE(faults[0].find("timing.sample: is false although nobody has read the source"),
              std::string::npos);
}

TEST(RegionPack, ACircleOfParentsIsAFault) {
    PackSources sources = built_in_sources();
    sources.pack = [](std::string_view id) -> std::optional<std::string> {
        std::string text = child("", id == "a" ? "b" : "a");
        return text.replace(text.find("\"t\""), 3, "\"" + std::string(id) + "\"");
    };
    const auto faults = faults_in(child("", "a"), sources);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_NE(faults[0].find("the pack 'a' has faults itself"), std::string::npos) << faults[0];
}

TEST(RegionPack, AMissingParentIsAFault) {
    const auto faults = faults_in(child("", "nowhere"));
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].find("p.toml:5:10: parent: no pack 'nowhere'"), 0u) << faults[0];
}

TEST(RegionPack, APackWithoutAParentMustAnswerEverything) {
    const auto faults = faults_in(R"(id = "t"
name = "甲"
tier = "city"
region_code = "12"
)");
    // Code, standard, eight notices, issuing body; approvals cannot be asked without a standard.
    EXPECT_EQ(faults.size(), 11u);
}

TEST(RegionPack, ATriggerSectionWithoutAStandardIsAFaultWhereNoParentGivesOne) {
    const auto faults = faults_in(R"(id = "t"
name = "甲"
tier = "city"
region_code = "990100"
[trigger]
hours_as = "rolling"
excluded_causes = ["细颗粒物", "dust"]
source = "x"
certainty = "sample"
)");
    EXPECT_EQ(std::ranges::count(faults,
                                 "p.toml:5:1: trigger.standard: is missing: for example "
                                 "\"cn-2024\""),
              1);
    EXPECT_EQ(std::ranges::count(faults,
                                 "p.toml:7:19: trigger.excluded_causes: '细颗粒物': ozone, "
                                 "dust, fire or transboundary"),
              1);
}

TEST(RegionPack, ThePacksMergeGapIsThatOfItsStandard) {
    const RegionPack pack = read_pack(child(R"([timing]
merge_gap_hours = 48
lift_outlook_hours = 48
source = "x"
certainty = "sample"
)"),
                                      "p.toml")
                                .value();
    EXPECT_EQ(pack.trigger.standard.lifting_outlook, 48h);
}

}  // namespace
}  // namespace qk::plans
