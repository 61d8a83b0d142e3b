// Goal: what goes out is whole, numbered without a gap, names all that went before it, says when it
// begins, and is Chinese. Method: the desk with the demonstration city's texts, through the life of
// a warning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <regex>

#include "daemon/compliance/upward_rows.hpp"
#include "daemon/warnings/notice_draft.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "desk_fixture.hpp"
#include "plans/inventory/read_inventory.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::ChangeKind;
using rules::Colour;
using rules::Refusal;
using testing::HasSubstr;
using testing::Not;

class NoticeDesk : public testing::Test {
 protected:
    NoticeDesk() {
        const plans::RegionPack demo = plans::built_in_pack("beijing-demo").value();
        plans::RegionPack pack = desk_pack();
        pack.notices = demo.notices;
        pack.notice_blocks = demo.notice_blocks;
        pack.advice = demo.advice;
        pack.legal_basis = demo.legal_basis;
        pack.contacts = {{"duty", "值班室", "0000-1234567", {}}};
        pack.publication.document_number = "某环委办〔{year}〕{count}号";
        use(pack);
    }
    void use(const plans::RegionPack& pack) {
        desk.pack = std::make_shared<plans::RegionPack>(pack);
    }
    // Proposed and approved by people; the id of the warning.
    std::string start(int hour, Colour colour, int from, bool exercise = false) {
        ChangeRequest request;
        request.colour = colour;
        request.from = hour_at(from);
        request.expected_to = hour_at(from + 60);
        request.exercise = exercise;
        request.why = {"静稳天气持续", "预测日均值将超过200", ""};
        const DeskAnswer made = desk.ask([&](Session& db) {
            return propose_start(db, desk.view(hour), Desk::officer(), request);
        });
        const std::string id = std::get<DeskDone>(made).warning.state.id;
        EXPECT_TRUE(desk.approve(hour, id));
        return id;
    }
    std::string propose_only(int hour, Colour colour, int from) {
        ChangeRequest request;
        request.colour = colour;
        request.from = hour_at(from);
        request.expected_to = hour_at(from + 60);
        request.why = {"静稳天气持续", "预测日均值将超过200", ""};
        const DeskAnswer made = desk.ask([&](Session& db) {
            return propose_start(db, desk.view(hour), Desk::officer(), request);
        });
        return std::get<DeskDone>(made).warning.state.id;
    }
    // Two that owe something at every level.
    void add_plants() {
        auto inventory = std::make_shared<plans::Inventory>(
            plans::read_inventory(
                std::vector<plans::NamedTable>{
                    {"enterprises.csv",
                     "id,name,region,industry,grade,category\ne1,甲厂,110105,水泥,C,regular\n"
                     "e2,乙厂,110106,铸造,D,regular\n"},
                    {"lines.csv",
                     "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,"
                     "vocs_kg_d\ne1,L1,一线,水泥熟料窑,no,10,20,30,4\ne2,L1,一线,电炉,no,1,2,3,"
                     "4\n"},
                    {"area_emissions.csv",
                     "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
                     "110105,industry,100,100,100,100\n"}},
                "city-1", {})
                .inventory.value());
        desk.inventory = std::move(inventory);
    }
    bool change(int hour, const std::string& id, ChangeKind kind, Colour colour,
                std::optional<int> to = {}) {
        ChangeRequest request;
        request.kind = kind;
        request.colour = colour;
        if (to) request.expected_to = hour_at(*to);
        request.why = {"会商研判", "预测日均值将超过300", ""};
        const DeskAnswer made = desk.ask([&](Session& db) {
            return propose_change(db, desk.view(hour), Desk::officer(), *load_warning(db, id),
                                  request);
        });
        return std::holds_alternative<DeskDone>(made) && desk.approve(hour, id);
    }
    // Oldest first.
    std::vector<StoredNotice> notices(const std::string& id = "") {
        auto all = desk.ask([&](Session& db) { return list_notices(db, id, {.limit = 100}); });
        std::ranges::reverse(all);
        return all;
    }
    static std::string field(const StoredNotice& notice, const char* path) {
        pugi::xml_document document;
        EXPECT_TRUE(document.load_string(notice.cap.c_str()));
        return document.select_node(path).node().text().as_string();
    }

    Desk desk;
};

TEST_F(NoticeDesk, ASignatureIsRefusedWhileAPlaceIsUnfilledAndSaysWhereToFillIt) {
    plans::RegionPack pack = *desk.pack;
    pack.contacts[0].phone = "（待填）";
    use(pack);
    ChangeRequest request;
    request.colour = Colour::kOrange;
    request.why.reason = "会商";
    const DeskAnswer made = desk.ask(
        [&](Session& db) { return propose_start(db, desk.view(8), Desk::officer(), request); });
    const std::string id = std::get<DeskDone>(made).warning.state.id;
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(8, id)));
    const DeskAnswer refused = desk.sign_by(8, id, Desk::director());
    ASSERT_TRUE(std::holds_alternative<rules::Refused>(refused));
    EXPECT_EQ(std::get<rules::Refused>(refused).name, Refusal::kUnfilled);
    EXPECT_THAT(std::get<rules::Refused>(refused).what, HasSubstr("[[contact]]"));
    EXPECT_TRUE(notices().empty());
    EXPECT_TRUE(desk.warning(id).state.pending) << "nothing of the proposal is lost";
    pack.contacts[0].phone = "0000-1234567";
    use(pack);
    EXPECT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(8, id, Desk::director())));
    EXPECT_EQ(notices().size(), 1U);
}

// The ground of a notice is that of the change. What the signer says beside the name stays in the
// record.
TEST_F(NoticeDesk, WhatTheSignerSaysIsNotTheGroundOfTheNotice) {
    ChangeRequest request;
    request.colour = Colour::kOrange;
    request.why.reason = "静稳天气持续";
    const DeskAnswer made = desk.ask(
        [&](Session& db) { return propose_start(db, desk.view(8), Desk::officer(), request); });
    const std::string id = std::get<DeskDone>(made).warning.state.id;
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(8, id)));
    const DeskAnswer signed_now = desk.sign_by(8, id, Desk::director(), {"同意，待补充", "", ""});
    ASSERT_TRUE(std::holds_alternative<DeskDone>(signed_now));
    EXPECT_THAT(notices().at(0).body, HasSubstr("静稳天气持续"));
    EXPECT_THAT(notices().at(0).body, testing::Not(HasSubstr("待补充")));
}

TEST_F(NoticeDesk, ASignatureForAGroundThatIsStillToBeFilledInIsRefused) {
    ChangeRequest request;
    request.colour = Colour::kOrange;
    request.why.reason = "理由待补充";
    const DeskAnswer made = desk.ask(
        [&](Session& db) { return propose_start(db, desk.view(8), Desk::officer(), request); });
    const std::string id = std::get<DeskDone>(made).warning.state.id;
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(8, id)));
    const DeskAnswer refused = desk.sign_by(8, id, Desk::director(), {"同意", "", ""});
    ASSERT_TRUE(std::holds_alternative<rules::Refused>(refused));
    EXPECT_EQ(std::get<rules::Refused>(refused).name, Refusal::kUnfilled);
    EXPECT_TRUE(notices().empty());
}

// Red wants two: the first does not sign for a text that cannot go out.
TEST_F(NoticeDesk, TheFirstOfTwoSignaturesIsRefusedToo) {
    plans::RegionPack pack = *desk.pack;
    pack.publication.issuer = "（待填：发布单位）";
    use(pack);
    ChangeRequest request;
    request.colour = Colour::kRed;
    request.why.reason = "会商";
    const DeskAnswer made = desk.ask(
        [&](Session& db) { return propose_start(db, desk.view(8), Desk::officer(), request); });
    const std::string id = std::get<DeskDone>(made).warning.state.id;
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.consult_on(8, id)));
    const DeskAnswer refused = desk.sign_by(8, id, Desk::director());
    ASSERT_TRUE(std::holds_alternative<rules::Refused>(refused));
    EXPECT_THAT(std::get<rules::Refused>(refused).what, HasSubstr("[publication] issuer"));
}

TEST_F(NoticeDesk, DocumentsAreNumberedPerYearWithoutAGapAndDrillsApart) {
    plans::RegionPack pack = *desk.pack;
    pack.publication.document_first = 5;
    use(pack);
    const std::string exercise = start(7, Colour::kRed, 8, true);
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(7, exercise, Desk::chief())));
    const std::string id = start(8, Colour::kYellow, 24);
    // A signature that is rolled back has used no number.
    EXPECT_THROW(desk.ask([&](Session& db) -> int {
        const StoredWarning w = *load_warning(db, id);
        rules::PublishNotice lost;
        (void)write_notice(db, {*desk.pack, w.state, lost, {"x", "x", ""}, "", hour_at(8), "", {}});
        throw std::runtime_error("the plan must be derived first");
    }),
                 std::runtime_error);
    ASSERT_TRUE(change(9, id, ChangeKind::kRaise, Colour::kOrange));
    const auto all = notices();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].document, "（演练）某环委办〔2026〕5号");
    EXPECT_EQ(all[1].document, "某环委办〔2026〕5号");
    EXPECT_EQ(all[2].document, "某环委办〔2026〕6号");
    EXPECT_THAT(all[2].body, testing::StartsWith("某环委办〔2026〕6号\n"));
    const int next_year = 31 * 24 + 10;
    ASSERT_TRUE(change(next_year, id, ChangeKind::kExtend, Colour::kOrange, next_year + 100));
    EXPECT_EQ(notices().back().document, "某环委办〔2027〕5号");
}

TEST_F(NoticeDesk, AnExtensionBeforeTheStartBeginsWhenTheWarningDoes) {
    const std::string id = start(8, Colour::kOrange, 40);
    ASSERT_TRUE(change(10, id, ChangeKind::kExtend, Colour::kOrange, 120));
    const StoredNotice longer = notices().back();
    EXPECT_EQ(field(longer, "//info/onset"), "2026-12-02T16:00:00+08:00");
    EXPECT_EQ(field(longer, "//info/urgency"), "Future");
    EXPECT_THAT(longer.body, HasSubstr("将于12月2日16时启动Ⅱ级应急响应"));
    EXPECT_THAT(longer.body, Not(HasSubstr("继续执行")));
    EXPECT_EQ(longer.expected_to, hour_at(120));
    ASSERT_TRUE(change(41, id, ChangeKind::kExtend, Colour::kOrange, 130));
    EXPECT_EQ(field(notices().back(), "//info/onset"), "2026-12-02T16:00:00+08:00");
    EXPECT_EQ(field(notices().back(), "//info/urgency"), "Immediate");
    EXPECT_THAT(notices().back().body, HasSubstr("继续执行Ⅱ级应急响应"));
}

// The lift is signed long after the planned end, up to which nothing may lapse.
TEST_F(NoticeDesk, ACancelNamesEveryEarlierMessageAndNoneHasLapsedBefore) {
    const std::string id = start(8, Colour::kYellow, 8);
    ASSERT_TRUE(change(9, id, ChangeKind::kRaise, Colour::kOrange));
    desk.forecast(100, {60, 60, 60, 60, 60});
    ASSERT_TRUE(change(102, id, ChangeKind::kLift, Colour::kOrange));
    const auto all = notices();
    ASSERT_EQ(all.size(), 3U);
    const std::string references = field(all[2], "/alert/references");
    EXPECT_EQ(field(all[2], "/alert/msgType"), "Cancel");
    EXPECT_THAT(references, HasSubstr(all[0].identifier));
    EXPECT_THAT(references, HasSubstr(all[1].identifier));
    for (int i = 0; i < 2; ++i) EXPECT_GT(*all[static_cast<std::size_t>(i)].expires, hour_at(102));
    EXPECT_THAT(all[2].body, HasSubstr("解除重污染天气橙色预警"));
}

// What a person reads in Chinese holds no word that only the program knows.
std::vector<std::string> foreign_words(std::string text) {
    static const std::regex kWord("[A-Za-z][A-Za-z0-9_.]*[A-Za-z0-9]");
    static const std::set<std::string> kKnown{"PM2.5", "PM10", "AQI", "NOx", "kWh", "VOCs", "SO2"};
    std::vector<std::string> found;
    for (auto at = std::sregex_iterator(text.begin(), text.end(), kWord);
         at != std::sregex_iterator(); ++at) {
        if (!kKnown.contains(at->str())) found.push_back(at->str());
    }
    return found;
}

TEST_F(NoticeDesk, EveryPaperOfAnEpisodeIsChinese) {
    ASSERT_THAT(foreign_words("由zhang.wei提出，PM2.5为200，lower_margin"),
                testing::ElementsAre("zhang.wei", "lower_margin"));
    const std::string exercise = start(7, Colour::kYellow, 8, true);
    const std::string id = start(8, Colour::kYellow, 24);
    ASSERT_TRUE(change(9, id, ChangeKind::kRaise, Colour::kOrange));
    ASSERT_TRUE(change(30, id, ChangeKind::kExtend, Colour::kOrange, 140));
    ASSERT_TRUE(change(40, id, ChangeKind::kSuspend, Colour::kOrange));
    ASSERT_TRUE(change(50, id, ChangeKind::kResume, Colour::kOrange));
    desk.forecast(150, {60, 60, 60, 60, 60});
    ASSERT_TRUE(change(152, id, ChangeKind::kLift, Colour::kOrange));
    ASSERT_EQ(notices().size(), 7U);
    for (const StoredNotice& notice : notices()) {
        for (const std::string& text :
             {notice.headline, notice.body, notice.measures, notice.instruction, notice.document,
              field(notice, "//info[language='zh-CN']/description")}) {
            EXPECT_THAT(foreign_words(text), testing::IsEmpty()) << text;
            EXPECT_FALSE(plans::is_to_be_filled(text)) << text;
        }
    }
    using plans::UpwardKind;
    for (const UpwardKind kind :
         {UpwardKind::kSituation, UpwardKind::kDay, UpwardKind::kSummary, UpwardKind::kProvince}) {
        for (const int hour : {9, 17, 33, 45, 57, 153}) {
            const auto report = desk.ask([&](Session& db) {
                return gather_upward(db, {*desk.pack, kind, id, hour_at(hour)});
            });
            ASSERT_TRUE(report);
            EXPECT_THAT(foreign_words(plans::to_paper(*report)), testing::IsEmpty());
            EXPECT_THAT(foreign_words(plans::to_province_csv(*report)), testing::IsEmpty());
        }
    }
}

TEST_F(NoticeDesk, AReportUpwardsKnowsNothingOfWhatCameLater) {
    const std::string id = start(8, Colour::kYellow, 24);
    ASSERT_TRUE(change(30, id, ChangeKind::kRaise, Colour::kOrange));
    desk.forecast(100, {60, 60, 60, 60, 60});
    ASSERT_TRUE(change(102, id, ChangeKind::kLift, Colour::kOrange));
    const auto then = [&](int hour) {
        return *desk.ask([&](Session& db) {
            return gather_upward(db,
                                 {*desk.pack, plans::UpwardKind::kSituation, id, hour_at(hour)});
        });
    };
    EXPECT_TRUE(then(7).notices.empty());
    EXPECT_EQ(plans::standing_of(then(25)).colour, Colour::kYellow);
    EXPECT_EQ(plans::standing_of(then(29)).document, "某环委办〔2026〕1号");
    EXPECT_EQ(plans::standing_of(then(33)).colour, Colour::kOrange);
    EXPECT_FALSE(plans::standing_of(then(101)).lifted_at);
    EXPECT_EQ(plans::standing_of(then(103)).lifted_at, hour_at(102));
    EXPECT_EQ(plans::standing_of(then(103)).summary_due, hour_at(150));
    const auto nobody = desk.ask([&](Session& db) {
        return gather_upward(db, {*desk.pack, plans::UpwardKind::kDay, "YJ-0", hour_at(9)});
    });
    EXPECT_FALSE(nobody);
}

// What the route answers: the draft of what is pending, as JSON.
json::value draft_of(Desk& desk, int hour, const std::string& id, const rules::Why& why = {}) {
    const auto draft = desk.ask([&](Session& db) {
        return draft_decision(db, desk.view(hour), *load_warning(db, id), why);
    });
    const auto* value = std::get_if<json::value>(&draft);
    return value == nullptr ? json::value(std::get<rules::Refused>(draft).what) : *value;
}

void expect_same(const json::value& draft, const StoredNotice& issued) {
    const json::value& notice = draft.at("notice");
    EXPECT_EQ(plans::string_or(notice, "identifier"), issued.identifier);
    EXPECT_EQ(plans::string_or(notice, "document"), issued.document);
    EXPECT_EQ(plans::string_or(notice, "kind"), issued.kind);
    EXPECT_EQ(plans::string_or(notice, "headline"), issued.headline);
    EXPECT_EQ(plans::string_or(notice, "body"), issued.body);
    EXPECT_EQ(plans::string_or(notice, "measures"), issued.measures);
    EXPECT_EQ(plans::string_or(notice, "instruction"), issued.instruction);
    EXPECT_EQ(plans::string_or(notice, "cap"), issued.cap);
}

TEST_F(NoticeDesk, WhatIsSignedIsByteForByteWhatTheDraftShowed) {
    add_plants();
    const std::string id = propose_only(8, Colour::kOrange, 20);
    const auto draft = draft_of(desk, 8, id);
    ASSERT_TRUE(draft.is_object()) << draft;
    EXPECT_TRUE(draft.at("unfilled").as_array().empty());
    EXPECT_EQ(notices().size(), 0U) << "nothing is stored";
    ASSERT_TRUE(desk.approve(8, id));
    const auto issued = notices(id);
    ASSERT_EQ(issued.size(), 1U);
    expect_same(draft, issued[0]);
    EXPECT_THAT(issued[0].body, HasSubstr("家")) << "the measures of the orders are in it";
    EXPECT_EQ(draft.at("orders").at("issued").to_number<std::int64_t>(),
              desk.ask([](Session& db) { return db.count("SELECT count(*) FROM orders"); }));
}

TEST_F(NoticeDesk, ALiftIsDraftedWithTheOrdersThatItEnds) {
    add_plants();
    const std::string id = start(8, Colour::kOrange, 9);
    ChangeRequest request;
    request.kind = ChangeKind::kLift;
    request.why = {"会商研判", "空气质量改善", ""};
    desk.observe(-24, 20, 20);
    desk.forecast(20, {40, 40, 40, 40, 40, 40});
    const DeskAnswer made = desk.ask([&](Session& db) {
        return propose_change(db, desk.view(20), Desk::officer(), *load_warning(db, id), request);
    });
    ASSERT_TRUE(std::holds_alternative<DeskDone>(made)) << std::get<rules::Refused>(made).what;
    const auto draft = draft_of(desk, 20, id);
    ASSERT_TRUE(draft.is_object()) << draft;
    EXPECT_EQ(draft.at("orders").at("issued").to_number<int>(), 0);
    EXPECT_GE(draft.at("orders").at("ended").to_number<int>(), 1);
    ASSERT_TRUE(desk.approve(20, id));
    expect_same(draft, notices(id).back());
}

TEST_F(NoticeDesk, AReasonOfTheSignatureIsInTheDraftToo) {
    const std::string id = propose_only(8, Colour::kYellow, 20);
    const rules::Why why{"签发理由", "签发所依条款", ""};
    const auto draft = draft_of(desk, 8, id, why);
    ASSERT_TRUE(draft.is_object()) << draft;
    (void)desk.consult_on(8, id);
    ASSERT_TRUE(std::holds_alternative<DeskDone>(desk.sign_by(8, id, Desk::director(), why)));
    expect_same(draft, notices(id).at(0));
}

TEST_F(NoticeDesk, ADraftNamesWhatIsOpenWhereASignatureIsRefused) {
    plans::RegionPack pack = *desk.pack;
    pack.contacts[0].phone = "（待填）";
    use(pack);
    const std::string id = propose_only(8, Colour::kOrange, 8);
    const auto draft = draft_of(desk, 8, id);
    ASSERT_TRUE(draft.is_object()) << draft;
    ASSERT_FALSE(draft.at("unfilled").as_array().empty());
    EXPECT_FALSE(draft.at("unfilled").as_array()[0].at("what").as_string().empty());
    EXPECT_FALSE(draft.at("unfilled").as_array()[0].at("where").as_string().empty());
    EXPECT_FALSE(desk.approve(8, id));
}

TEST_F(NoticeDesk, WithNothingPendingThereIsNoDraft) {
    const std::string id = start(8, Colour::kYellow, 9);
    EXPECT_TRUE(draft_of(desk, 9, id).is_string());
}

}  // namespace
}  // namespace qk::daemon
