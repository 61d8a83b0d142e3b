// Goal: what is old goes by itself and a little at a time, and nothing goes that something cites.
// Method: a store with old and new rows of every kind, some of them cited; one night passes.
#include "daemon/retention/retention_service.hpp"

#include "daemon/retention/sweeps.hpp"
#include "daemon/store/meta.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;
using rules::Instant;

class RetentionTest : public ContextFixture {
 protected:
    // Days before the fixture's clock.
    static Instant ago(int count) { return kTestStart - days{count}; }

    void put_reading(const std::string& meter, Instant end) {
        put("INSERT INTO readings(t_end, meter, kw, arrived, valid) VALUES(?2, ?1, 1, ?2, 1)",
            meter, end);
    }
    void put(const char* sql, const std::string& text, Instant at) {
        transact([&](Session& db) {
            Statement write(db, sql, text, at);
            return write.run();
        });
    }
    // E1 owed a stop from `from` for two days.
    void put_obligation(Instant from, const std::string& warning = "w1") {
        transact([&](Session& db) {
            Statement write(
                db,
                "INSERT INTO obligations(enterprise, revision, obligation, order_id, warning, line,"
                " verified_by, exercise, from_at, to_at, json) VALUES('e1', ?1, 'e1/L1/stop', 'o', "
                "?2,"
                " 'L1', 'power', 0, ?3, ?4, '{}')",
                ++revision_, warning, from, from + days{2});
            return write.run();
        });
    }
    void put_verdict(Instant from, Instant to, Instant judged_at, bool is_final = true) {
        transact([&](Session& db) {
            Statement write(db,
                            "INSERT INTO verdicts(enterprise, obligation, window_from, version, "
                            "is_latest, is_final,"
                            " warning, line, action, ratio, revision, window_to, judged_at, "
                            "first_at, compliance,"
                            " judge_edition, parameters, body) VALUES('e1', 'e1/L1/stop', ?1, 1, "
                            "1, ?4, 'w1', 'L1',"
                            " 'stop', 1, 1, ?2, ?3, ?3, 'compliant', 1, '', '{}')",
                            from, to, judged_at, is_final ? 1 : 0);
            return write.run();
        });
    }
    bool has_reading(Instant end) {
        return transact(
            [&](Session& db) { return db.has("SELECT 1 FROM readings WHERE t_end = ?1", end); });
    }
    std::map<std::string, std::size_t> clean() { return wait(service_.clean()); }
    std::int64_t readings() { return count("SELECT count(*) FROM readings"); }

    int revision_ = 0;
    RetentionService service_{context_};
};

TEST_F(RetentionTest, OldReadingsGoAndTheOthersStay) {
    for (const int days_ago : {900, 500, 401, 399, 1}) put_reading("m1", ago(days_ago));
    EXPECT_EQ(clean()["readings"], 3U);
    EXPECT_EQ(readings(), 2);
    EXPECT_EQ(clean()["readings"], 0U);
}

TEST_F(RetentionTest, WhatAContestableVerdictRestsOnStaysWithItsBaseline) {
    put_obligation(ago(600));
    for (const int days_ago : {900, 700, 634, 600, 599, 598, 590}) put_reading("m1", ago(days_ago));
    EXPECT_EQ(clean()["readings"], 3U);
    EXPECT_EQ(count("SELECT count(*) FROM readings WHERE t_end IN "
                    "(SELECT from_at FROM obligations)"),
              1);
    EXPECT_EQ(readings(), 4);
}

TEST_F(RetentionTest, WhatNobodyCanContestAnyMoreGoesUnlessACaseIsOpen) {
    put_obligation(ago(1300));
    put_obligation(ago(2000), "w2");
    transact([](Session& db) {
        db.exec(
            "INSERT INTO cases(kind, enterprise, obligation, window_from, warning, state,"
            " conclusion, opened_at, changed_at, text) VALUES('lead', 'e1', 'e1/L1/stop', 0, 'w2',"
            " 'site_check', '', 0, 0, '')");
    });
    put_reading("m1", ago(1299));
    put_reading("m1", ago(1999));
    clean();
    EXPECT_EQ(readings(), 1);
    transact([](Session& db) { db.exec("UPDATE cases SET state = 'closed'"); });
    clean();
    EXPECT_EQ(readings(), 0);
}

TEST_F(RetentionTest, WhatAVerdictCitesStaysAsLongAsTheVerdictAndItsNeighbourGoes) {
    put_obligation(ago(2000));
    put_obligation(ago(3000), "w2");  // of which no verdict was ever made
    put_verdict(ago(2000), ago(1998), ago(1998));
    for (const int days_ago : {3000, 2100, 2034, 2000, 1999, 1998, 1996}) {
        put_reading("m1", ago(days_ago));
    }
    put("INSERT INTO stack_readings(t_end, outlet, factor, mg_per_m3, arrived, valid) VALUES(?2, "
        "?1,"
        " 'so2', 1, ?2, 1)",
        "o1", ago(1999));
    EXPECT_EQ(clean()["readings"], 3U);
    for (const int days_ago : {2034, 2000, 1999, 1998}) EXPECT_TRUE(has_reading(ago(days_ago)));
    EXPECT_EQ(count("SELECT count(*) FROM stack_readings"), 1);
    // The next night reads only verdicts that are new, and forgets none of the others.
    put_verdict(ago(1700), ago(1699), ago(1699));
    put_reading("m1", ago(1699));
    put_reading("m1", ago(1650));
    clean();
    EXPECT_EQ(readings(), 5);
    EXPECT_TRUE(has_reading(ago(1699)));
}

TEST_F(RetentionTest, AVerdictOfALateDayOfASeasonKeepsTheBaselineBeforeTheSeason) {
    for (int day = 0; day < 100; day += 2) put_obligation(ago(2000 - day), "");
    put_verdict(ago(1910), ago(1909), ago(1909));
    for (const int days_ago : {2100, 2030, 1909, 1905}) put_reading("m1", ago(days_ago));
    clean();
    EXPECT_TRUE(has_reading(ago(2030)));
    EXPECT_TRUE(has_reading(ago(1909)));
    EXPECT_EQ(readings(), 2);
}

TEST_F(RetentionTest, AVerdictThatIsStillExtendedIsLookedAtAgain) {
    put_verdict(ago(2000), ago(1999), kTestStart, false);
    clean();
    transact([](Session& db) {
        Statement extend(db, "UPDATE verdicts SET window_to = ?1, is_final = 1", ago(1990));
        return extend.run();
    });
    put_reading("m1", ago(1995));
    put_reading("m1", ago(1980));
    clean();
    EXPECT_TRUE(has_reading(ago(1995)));
    EXPECT_FALSE(has_reading(ago(1980)));
}

TEST_F(RetentionTest, ADamagedNoteOfPastNightsIsMadeAnew) {
    put_verdict(ago(2000), ago(1999), ago(1999));
    clean();
    for (const char* text :
         {"{", "[]", R"({"number":9,"spans":[{"from":"x"}]})", R"({"number":9})"}) {
        put_reading("m1", ago(2000));
        transact([&](Session& db) { set_meta(db, "retention_cited", text); });
        clean();
        EXPECT_TRUE(has_reading(ago(2000))) << text;
        transact([](Session& db) { db.exec("DELETE FROM readings"); });
    }
}

TEST_F(RetentionTest, APieceIsSmallAndAllPiecesTogetherTakeAll) {
    transact([](Session& db) {
        db.exec(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)"
            " INSERT INTO readings(t_end, meter, kw, arrived, valid) SELECT 1000000 + i / 100, 'x' "
            "||"
            " i, 1, 0, 1 FROM n");
    });
    const auto inventory = context_.inventories.current();
    const SweepSetting setting{kTestStart, Retention{}, days{35}, *inventory};
    std::vector<Sweep> sweeps = sweeps_of(setting);
    std::size_t all = 0;
    SweepPiece piece;
    while (!piece.is_done) {
        piece = transact([&](Session& db) { return sweeps.front().piece(db); });
        EXPECT_LE(piece.rows, kNarrowRowsPerPiece);
        all += piece.rows;
    }
    EXPECT_EQ(all, 4500U);
}

TEST_F(RetentionTest, ForecastsThatADecisionNamesKeepTheirBytesAndTheOthersTheirNumber) {
    transact([](Session& db) {
        for (int i = 1; i <= 20; ++i) {
            db.exec(
                "INSERT INTO forecasts(number, arrived, issued_at, source, person,"
                " file, sha256, regions, first, past, bytes) VALUES(?1, ?2, ?2, 's',"
                " 'p', 'f', ?1, '[]', 0, 0, X'01')",
                i, i == 20 ? ago(10) : ago(500));
        }
        db.exec(
            "INSERT INTO warnings(id, number, exercise, standing, generation, created_at,"
            " updated_at, state) VALUES('w1', 1, 0, 'lifted', 1, 0, 0, '{}')");
        for (const char* hash : {"cited", "loose"}) {
            db.exec(
                "INSERT INTO decision_inputs(hash, at, body) VALUES(?1, 0, ?2)", hash,
                R"({"series":[{"forecast":"7"},{"forecast":"8"}],"unreadable":["市站：已存的第9次预报无法读取","？"]})");
        }
        db.exec(
            "INSERT INTO warning_story(warning, at, event, person, role, reason, clause, "
            "generation,"
            " inputs, detail, effects) VALUES('w1', 0, 'sign', '', '', '', '', 1, 'cited', '{}',"
            " '[]')");
    });
    auto gone = clean();
    EXPECT_EQ(gone["forecasts"], 16U);
    EXPECT_EQ(gone["decision_inputs"], 1U);
    EXPECT_EQ(count("SELECT count(*) FROM forecasts"), 20);
    EXPECT_EQ(count("SELECT count(*) FROM forecasts WHERE length(bytes) > 0"), 4);
    EXPECT_EQ(
        count("SELECT count(*) FROM forecasts WHERE number IN (7, 8, 9) AND length(bytes) > 0"), 3);
    EXPECT_EQ(count("SELECT count(*) FROM decision_inputs WHERE hash = 'cited'"), 1);
}

TEST_F(RetentionTest, EveryOtherKindGoesByItsOwnSetting) {
    for (const int days_ago : {2000, 1}) {
        put("INSERT INTO rejected(arrived, topic, payload, why) VALUES(?2, ?1, '', '')", "t",
            ago(days_ago));
        put("INSERT INTO events(at, kind, data) VALUES(?2, ?1, '{}')", "k", ago(days_ago));
        put("INSERT INTO reading_repeats(t_end, meter, kw, arrived) VALUES(?2, ?1, 1, ?2)", "m1",
            ago(days_ago));
        put("INSERT INTO stack_readings(t_end, outlet, factor, mg_per_m3, arrived, valid) "
            "VALUES(?2, ?1,"
            " 'so2', 1, ?2, 1)",
            "o1", ago(days_ago));
        put("INSERT INTO hj212_values(t, outlet, command, factor, mg_per_m3, flow, valid, arrived)"
            " VALUES(?2, ?1, '2061', 'so2', 1, -1, 1, ?2)",
            "o1", ago(days_ago));
        put("INSERT INTO series_values(t, series, text, number, valid, arrived)"
            " VALUES(?2, ?1, '1', 1, 1, ?2)",
            "s1", ago(days_ago));
        put("INSERT INTO gate_passages(t, enterprise, plate, direction, emission_standard, kind,"
            " arrived) VALUES(?2, ?1, 'p', 'in', '', '', ?2)",
            "e1", ago(days_ago));
        put("INSERT INTO meter_state(meter, t_end, arrived) VALUES('gone' || ?1 || ?2, ?2, ?2)",
            "m", ago(days_ago));
        put("INSERT INTO observation_deliveries(arrived, person, sha256, bytes) VALUES(?2, '', ?1 "
            "|| ?2,"
            " X'01')",
            "s", ago(days_ago));
        put("INSERT INTO observations(region, hour, delivery) VALUES(?1, ?2, 1)", "a",
            ago(days_ago));
        put("INSERT INTO observations(region, hour, delivery) VALUES(?1, ?2, 1)", "b",
            ago(days_ago));
    }
    put("INSERT INTO meter_state(meter, t_end, arrived) VALUES(?1, ?2, ?2)", "m1", ago(2000));
    auto gone = clean();
    for (const char* kind :
         {"rejected", "events", "reading_repeats", "stack_readings", "hj212_values",
          "series_values", "gate_passages", "meter_state", "observation_deliveries"}) {
        EXPECT_EQ(gone[kind], 1U) << kind;
    }
    EXPECT_EQ(gone["observations"], 2U);
    EXPECT_EQ(count("SELECT count(*) FROM meter_state WHERE meter = 'm1'"), 1) << "it is in use";
    EXPECT_EQ(count("SELECT count(*) FROM observation_deliveries"), 2);
}

TEST_F(RetentionTest, ItRunsEveryNightSaysWhatItDidAndARestartChangesNothing) {
    service_.start(tasks_);
    run();
    put_reading("m1", ago(500));
    move_to(kTestStart + hours{2});
    EXPECT_EQ(readings(), 1);
    move_to(kTestStart + hours{3});  // three at night in Beijing
    EXPECT_EQ(readings(), 0);
    EXPECT_EQ(metrics_.value(Counter::kRowsLetGo), 1U);
    const auto said = [&] {
        return std::ranges::count_if(log_lines_, [](const std::string& line) {
            return line.find("RETENTION_DONE") != std::string::npos;
        });
    };
    EXPECT_EQ(said(), 1);
    move_to(kTestStart + hours{27});
    EXPECT_EQ(said(), 2);
    // Another process that missed a night runs soon after its start.
    tasks_.cancel();
    run();
    clock_.step(kTestStart + hours{80});
    TaskGroup later{io_.get_executor(), [](const std::string&, std::exception_ptr) {}};
    RetentionService again(context_);
    again.start(later);
    run();
    put_reading("m1", ago(500));
    move_to(kTestStart + hours{81});
    EXPECT_EQ(readings(), 0);
    later.cancel();
    run();
}

}  // namespace
}  // namespace qk::daemon
