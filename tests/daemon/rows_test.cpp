// Every statement of the rows as the database would run it: none goes through a table that grows
// for years. The statements are those that the functions themselves have run, taken from the
// session, and not copies of them.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "daemon/addressees/addressee_rows.hpp"
#include "daemon/addressees/task_rows.hpp"
#include "daemon/addressees/task_sending_rows.hpp"
#include "daemon/air/forecast_rows.hpp"
#include "daemon/compliance/case_rows.hpp"
#include "daemon/compliance/draw_rows.hpp"
#include "daemon/compliance/duty_rows.hpp"
#include "daemon/compliance/report_rows.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/enterprise/order_report_rows.hpp"
#include "daemon/federation/federation_rows.hpp"
#include "daemon/inventory/county_day_rows.hpp"
#include "daemon/orders/channel_rows.hpp"
#include "daemon/orders/enterprise_key_rows.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/orders/refusal_rows.hpp"
#include "daemon/packs/adoption_rows.hpp"
#include "daemon/readings/hj212_rows.hpp"
#include "daemon/readings/intake_rows.hpp"
#include "daemon/readings/mark_rows.hpp"
#include "daemon/readings/reading_rows.hpp"
#include "daemon/retention/kept_time_rows.hpp"
#include "daemon/retention/sweep_rows.hpp"
#include "daemon/roster/duty_call_rows.hpp"
#include "daemon/roster/handover_rows.hpp"
#include "daemon/roster/matter_rows.hpp"
#include "daemon/roster/matter_source_rows.hpp"
#include "daemon/roster/roster_rows.hpp"
#include "daemon/service/county_rows.hpp"
#include "daemon/service/observation_rows.hpp"
#include "daemon/service/page_links.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/account_rows.hpp"
#include "daemon/trust/login_rows.hpp"
#include "daemon/warnings/consultation_rows.hpp"
#include "daemon/warnings/control_rows.hpp"
#include "daemon/warnings/decision_rows.hpp"
#include "daemon/warnings/plan_input_rows.hpp"
#include "daemon/warnings/plan_rows.hpp"
#include "daemon/warnings/warning_rows.hpp"

namespace qk::daemon {
namespace {

using testing::IsEmpty;

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};
constexpr rules::Span kDay{kNow - std::chrono::hours{24}, kNow};
const std::string kNone;

// What may be gone through, and why that does not grow, or stops.
struct Allowed {
    std::string_view step;
    std::string_view why;
};
constexpr Allowed kAllowed[] = {
    {"SCAN CONSTANT ROW", "no table"},
    {"SCAN json_each", "the list that is asked with"},
    {"SCAN times", "each step seeks the next time"},
    {"SCAN known", "each step seeks the next region"},
    {"SCAN (subquery", "what the step before has found"},
    {"SCAN orders", "a row for each enterprise"},
    {"SCAN order_tally", "one row"},
    {"SCAN channels_on", "a row for each channel"},
    {"SCAN presence", "a row for each enterprise"},
    {"SCAN meter_state", "a row for each meter"},
    {"SCAN account_uses", "a row for each account"},
    {"SCAN credentials", "a row for each account"},
    {"SCAN account_links", "a row for each account"},
    {"SCAN logins", "some for each account, up to a limit"},
    {"SCAN login_tries", "up to a limit"},
    {"SCAN warnings", "some dozens in a year, each signed by people"},
    {"SCAN adopted_", "some in a year, each put up by people"},
    {"SCAN grade_papers", "some dozens in a year, each put up by people"},
    {"SCAN response_plans", "some dozens in a year, each signed by people"},
    {"SCAN controls", "some dozens in a year, each signed by people"},
    {"SCAN rosters", "some dozens in a year, each handed in by a person"},
    {"SCAN matters", "open ones, up to a limit; the others go with the events"},
    {"SCAN addressee_lists", "some in a year, each handed in by a person"},
    {"SCAN tasks", "a row for each addressee of a warning, and of these some dozens in a year"},
    {"SCAN handovers", "two or three a day, each signed by people"},
    {"SCAN duty_calls", "the oldest, up to a limit"},
    {"SCAN duty_deliveries USING INDEX duty_deliveries_due", "what waits for a gateway"},
    {"SCAN f USING INDEX prompt_follow_up_waiting", "places that have not followed"},
    {"SCAN f USING COVERING INDEX prompt_follow_up_waiting", "likewise"},
    {"SCAN phone_list USING INDEX phone_list_open", "whom to call now"},
    {"SCAN held_messages USING COVERING INDEX", "limits.held_messages"},
    {"SCAN rejected", "limits.rejected"},
    {"SCAN federation_documents USING INDEX federation_documents_unproved",
     "federation.refused_kept"},
    {"SCAN federation_documents USING COVERING INDEX federation_documents_unproved", "likewise"},
    {"SCAN events", "the oldest, up to a limit"},
    {"SCAN reading_repeats", "the oldest, up to a limit; counted once a night"},
};

bool is_allowed(const std::string& step) {
    return std::ranges::any_of(kAllowed,
                               [&](const Allowed& one) { return step.starts_with(one.step); });
}

// The newest row by the table's key: SQLite says it scans, and reads one row.
bool is_of_newest(const std::string& sql) {
    return sql.ends_with(" ORDER BY number DESC LIMIT 1") && sql.find("WHERE") == std::string::npos;
}

std::vector<std::string> scans_of(Session& db, const std::string& sql) {
    std::vector<std::string> faults;
    db.each("EXPLAIN QUERY PLAN " + sql, [&](const Statement& row) {
        const std::string step = row.text(3);
        if (step.starts_with("SCAN") && !is_allowed(step)) faults.push_back(step + " in " + sql);
    });
    return faults;
}

class Rows : public testing::Test {
 protected:
    // Of all statements that `work` runs.
    template <class Work>
    std::vector<std::string> scans(Work work) {
        return store_->transact_now([&](Session& db) {
            work(db);
            EXPECT_EQ(db.statements().dropped, 0U);
            std::vector<std::string> faults;
            for (const std::string& sql : db.kept_texts()) {
                if (sql.starts_with("EXPLAIN") || sql.starts_with("BEGIN")) continue;
                if (is_of_newest(sql)) continue;
                const auto found = scans_of(db, sql);
                faults.insert(faults.end(), found.begin(), found.end());
            }
            return faults;
        });
    }

    std::unique_ptr<Store> store_ = Store::open(":memory:", StoreMode::kInline).value();
};

TEST_F(Rows, AStatementThatGoesThroughATableIsFound) {
    const auto faults = scans([](Session& db) {
        (void)db.has("SELECT 1 FROM receipts WHERE note = ?", kNone);
        (void)db.has("SELECT 1 FROM receipts WHERE enterprise = ?", kNone);
    });
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_THAT(faults.front(), testing::HasSubstr("note = ?"));
}

TEST_F(Rows, ControlsAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    const std::int64_t number = store_control(db, {});
                    (void)load_control(db, number);
                    (void)list_controls(db, {.limit = 1});
                    (void)count_controls(db);
                    sign_control(db, number, kNow, "li.na");
                    (void)controls_held(db, rules::CivilDay{});
                    (void)count_open_controls(db, rules::CivilDay{});
                    withdraw_control(db, number, kNow, "li.na", "why");
                }),
                IsEmpty());
}

TEST_F(Rows, AdoptionsAreSought) {
    EXPECT_THAT(
        scans([](Session& db) {
            for (const Adopted kind : {Adopted::kPack, Adopted::kCatalogue, Adopted::kGradePaper}) {
                Adoption one;
                one.trial = "{}";
                const AdoptionStep step{put_adoption(db, kind, one), kNow, "li.na", "", ""};
                (void)load_adoption(db, kind, step.number);
                (void)list_adoptions(db, kind, {.limit = 1});
                (void)count_adoptions(db, kind);
                note_confirmed(db, kind, step, kNow);
                note_withdrawn(db, kind, step);
                if (kind == Adopted::kGradePaper) continue;
                (void)adoption_at(db, kind, kNow);
                (void)next_adoption(db, kind, kNow);
                (void)note_begun(db, kind, step.number, kNow);
            }
        }),
        IsEmpty());
}

TEST_F(Rows, MattersAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    MatterRow row;
                    row.number = store_matter(db, row);
                    (void)load_matter(db, row.number);
                    (void)open_matters(db);
                    set_look_at(db, row.number, kNow);
                    set_matter_text(db, row.number, "text");
                    (void)next_matter_look(db);
                    for (const bool is_open_only : {false, true}) {
                        (void)list_matters(db, {is_open_only, "order", "1101", 0, 1});
                        (void)count_matters(db, {is_open_only, "", "1101"});
                    }
                    (void)count_open_by_kind(db);
                    const auto call =
                        store_call(db, {0, kNow, "order", 0, "remind", "", false, "[]"}, {"t"});
                    (void)load_call(db, call);
                    store_step(db, {row.number, 0, kNow, "remind", {"li.na"}, call});
                    (void)matters_of_call(db, call);
                    store_act(db, {row.number, kNow, "li.na", "acknowledge", {}, {}, ""});
                    (void)history_of(db, row.number);
                    for (const WaitingCall& waiting : waiting_calls(db, 9)) {
                        note_call_failed(db, waiting, "no line", kNow);
                        note_call_dropped(db, waiting, kNow);
                        note_call_taken(db, waiting, kNow);
                    }
                    close_matter(db, row.number, kNow);
                    (void)matters_closed(db, kDay, 1);
                    (void)forget_matters(db, kNow + std::chrono::hours{1}, 9);
                    (void)forget_calls(db, kNow + std::chrono::hours{1}, 9);
                }),
                IsEmpty());
}

TEST_F(Rows, WhatWaitsForAPersonIsSought) {
    EXPECT_THAT(scans([](Session& db) {
                    for (const char* enterprise : {"", "E1"}) {
                        (void)unanswered_orders(db, kNow, 1, enterprise);
                        (void)refused_by_enterprise(db, 1, enterprise);
                    }
                    (void)next_unanswered(db, kNow);
                    (void)places_waiting(db, kNow, 1);
                    (void)cases_without_check(db, 1);
                    (void)cases_without_check(db, 1, 7);
                    (void)newest_forecast(db);
                    (void)newest_observation(db, "110000");
                    (void)store_roster(db, {});
                    (void)newest_roster(db);
                    (void)last_roster_file(db);
                    const auto number = store_handover(db, {});
                    (void)load_handover(db, number);
                    (void)list_handovers(db, {.limit = 1});
                    (void)count_handovers(db);
                    take_handover(db, {});
                    (void)decisions_in(db, kDay, 1);
                    (void)orders_by_receipt(db);
                    (void)count_leads(db);
                }),
                IsEmpty());
}

TEST_F(Rows, OrdersAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    (void)load_order(db, "E1");
                    for (const char* warning : {"", "w1"}) {
                        for (const char* state : {"", "none", "set aside"}) {
                            (void)list_orders(db, warning, state, 0, 1, "1101", "E1");
                            (void)count_orders(db, warning, state, "1101");
                        }
                    }
                    (void)orders_that_bind(db, "w1", "E1", 1);
                    (void)orders_of_season(db, "E1", 1);
                    (void)signed_orders(db, "E1", 1);
                    (void)unpublished_orders(db, "E1", 1);
                    db.exec("UPDATE order_tally SET set_aside = 1");
                    (void)refused_orders(db, {kNow, kNow}, 1);
                    (void)next_refused(db, kNow);
                    (void)refused_row(db, {"E1", 1, 1, 135});
                    set_aside(db, {"E1", 1, 1, 135}, kNow);
                    no_longer_refused(db, "E1", kNow);
                    ask_again(db, "E1");
                    (void)satisfied_orders(db, "E1", 1);
                    (void)region_of_order(db, "E1");
                    (void)order_places(db, "E1", 1);
                    const OrderWriter writer(db);
                    const PublishedWriter published(db);
                    const HeldOrders held(db);
                }),
                IsEmpty());
}

TEST_F(Rows, RefusalsAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    (void)store_refusal(db, {});
                    (void)refusal_of(db, "E1", 1);
                    close_refusal(db, "E1", 1, {});
                    for (const char* stem : {"", "1101"}) {
                        (void)list_refusals(db, RefusalStanding::kOpen, {.limit = 1}, stem);
                        (void)list_refusals(db, std::nullopt, {.limit = 1}, stem);
                        (void)count_refusals(db, RefusalStanding::kOpen, stem);
                    }
                    ask_anew(db, "E1", kNow);
                    store_exceptions(db, {}, {{"E1/L1/stop", 1}}, 1, rules::kBeijingTime);
                    ExceptionReader reader(db, rules::kBeijingTime);
                    (void)reader.of("E1", "w1");
                }),
                IsEmpty());
}

TEST_F(Rows, SendingsAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    set_channels(db, {"sms"});
                    set_channels(db, {});
                    (void)waiting_sendings(db, "sms", 1);
                    (void)load_sending(db, 1);
                    (void)sending_of(db, "E1", 1, "sms");
                    (void)sendings_of(db, "E1", 1);
                    (void)sent_so_far(db, 1, kNow);
                    (void)attempts_of(db, 1);
                    close_sending(db, 1, "answered");
                    SendingRow row;
                    (void)begin_attempt(db, row, "target", kNow, kNow);
                    end_attempt(db, row, {1, kNow, "why", kNow});
                    end_attempt(db, row, {1, kNow, "", kNow});
                    send_again(db, row, "li.na", kNow);
                }),
                IsEmpty());
}

TEST_F(Rows, DocumentsBetweenTheTiersAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    FederationSending sending;
                    (void)next_federation_sending(db, "410000");
                    (void)load_federation_sending(db, 1);
                    (void)list_federation_sendings(db, {.limit = 1});
                    (void)count_waiting_for(db, "410000");
                    (void)revision_made_before(db, sending);
                    keep_federation_document(db, sending);
                    put_off_federation(db, 1, kNow);
                    close_federation_sending(db, 1, "expired", kNow);
                    end_federation_attempt(db, {1, kNow, "waiting", "why", "", kNow});
                    end_federation_attempt(db, {1, kNow, "delivered", "", "receipt", kNow});
                    const std::int64_t number = store_federation_document(db, {});
                    keep_federation_receipt(db, number, "receipt");
                    (void)load_federation_document(db, number);
                    (void)federation_document_of(db, "digest");
                    (void)held_federation_revision(db, "410000/prompt/P1");
                    (void)list_federation_documents(db, {.limit = 1});
                    trim_unproved_documents(db, 1);
                    (void)federation_origin(db, "410000/prompt/P1");
                    (void)federation_origin_of(db, plans::FederationKind::kPrompt, "P1");
                    store_federation_origin(db, {});
                }),
                IsEmpty());
}

TEST_F(Rows, ReceiptsAndCallsAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    (void)present_order(db, "E1");
                    (void)order_of_revision(db, "E1", 1);
                    for (const char* enterprise : {"", "E1"}) {
                        for (const char* warning : {"", "w1"}) {
                            for (const char* stem : {"", "1101"}) {
                                (void)list_receipts(db, enterprise, warning, {.limit = 1}, stem);
                                const bool is_of_all =
                                    std::string(enterprise).append(warning).append(stem).empty();
                                // The number of all receipts is told once, with the first page.
                                if (is_of_all) continue;
                                (void)count_receipts(db, enterprise, warning, stem);
                            }
                        }
                    }
                    (void)count_unknown_receipts(db, "E1");
                    forget_receipt(db, "E1", {});
                    ReceiptOrigin origin;
                    origin.enterprise = "E1";
                    for (const auto effect : {ReceiptEffect::kTaken, ReceiptEffect::kLate}) {
                        (void)store_receipt(db, {}, origin, {effect});
                    }
                    origin.corrects = ReceiptState::kDone;
                    overrule_receipts(db, {}, origin, 1);
                    move_order(db, {}, origin);
                    (void)receipts_of_revision(db, "E1", {});
                    forget_calls(db, "E1", 1);
                    list_contradiction(db, "E1", 1, kNow);
                    end_contradiction(db, "E1", 1, kNow);
                    (void)insert_overdue(db, {}, kNow);
                    (void)listed_by_region(db, kNow);
                    (void)list_not_known(db, "E1", 1, kNow);
                    for (const char* stem : {"", "1101"}) {
                        (void)phone_list(db, 0, 1, stem);
                        (void)count_phone_list(db, stem);
                    }
                }),
                IsEmpty());
}

TEST_F(Rows, CasesAndVerdictsAreSought) {
    EXPECT_THAT(
        scans([](Session& db) {
            for (const CaseQuery& query :
                 {CaseQuery{.state = "lead"}, CaseQuery{.kind = "lead"},
                  CaseQuery{.enterprise = "E1"}, CaseQuery{.warning = "w1"},
                  CaseQuery{.region_prefix = "1101"},
                  CaseQuery{.state = "lead", .warning = "w1", .region_prefix = "1101"}}) {
                (void)list_cases(db, query);
                (void)count_cases(db, query);
            }
            (void)list_cases(db, {});
            (void)load_case(db, 1);
            StoredCase wanted;
            wanted.enterprise = "E1";
            (void)case_of_window(db, wanted, true);
            store_case(db, wanted);
            (void)open_data_cases(db, 1, 10);
            (void)steps_of_case(db, 1);
            (void)count_case_steps(db, 1);
            (void)files_of_case(db, 1);
            (void)content_of_case_file(db, 1, 1);
            (void)load_draw(db, 1);
            (void)list_draws(db, {.limit = 10});
            (void)enterprise_of_case(db, "1");
            for (const VerdictQuery& query :
                 {VerdictQuery{.warning = "w1"},
                  VerdictQuery{.warning = "w1", .all_versions = true},
                  VerdictQuery{.warning = "w1", .compliance = "breach", .region_prefix = "1101"},
                  VerdictQuery{.enterprise = "E1", .obligation = "E1/L1/stop"},
                  VerdictQuery{.region_prefix = "1101"}}) {
                VerdictQuery behind = query;
                behind.after = VerdictQuery::Place{"E1", "E1/L1/stop", kNow, 1};
                (void)list_verdicts(db, query, rules::kBeijingTime);
                (void)list_verdicts(db, behind, rules::kBeijingTime);
                (void)count_verdicts(db, query);
            }
            (void)count_not_judged(db, "w1");
            (void)count_not_judged(db, "w1", "1101");
            (void)is_settled(db, {}, {});
            const VerdictWriter writer(db);
        }),
        IsEmpty());
}

TEST_F(Rows, ObligationsAndReportsAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    const auto pass = [](const DutyRow&) {};
                    each_duty(db, {"w1", kNone, kNow, kNow}, pass);
                    each_duty(db, {kNone, "E1", kNow, kNow}, pass);
                    each_duty(db, {"w1", "E1", kNow, kNow}, pass);
                    (void)warning_spans(db, kNow, kNow);
                    (void)count_revisions(db);
                    (void)DeliveryReader(db).of("E1", 1, 2);
                    (void)load_report(db, "w1");
                    (void)warnings_without_report(db, kNow, 1);
                    (void)given_orders(db, "w1", kNone);
                    (void)given_orders(db, "w1", "1101");
                    (void)answers_on_record(db, {"E1", "w1/E1", kNow});
                    (void)list_bound_times(db, "E1");
                    (void)list_verdict_times(db, 1, 1);
                    (void)list_end_times(db, kNow, 1);
                    (void)list_case_times(db, 1, 1);
                }),
                IsEmpty());
}

TEST_F(Rows, ReadingsAreSoughtByTimeAndByMeter) {
    EXPECT_THAT(scans([](Session& db) {
                    each_power(db, {kDay}, [](const PowerRow&) {});
                    each_stack(db, {kDay}, [](const StackRow&) {});
                    each_passage(db, {kDay}, [](const PassageRow&) {});
                    (void)power_of_meter(db, "M1", kDay);
                    for (const char* meter : {"", "M1"}) {
                        ReadingQuery query{meter, kDay, 0, 1, {}};
                        (void)list_readings(db, query);
                        (void)count_readings(db, query, 10);
                        query.after = {kNow, "M1"};
                        (void)list_readings(db, query);
                    }
                    each_valid_power(db, kDay, [](const MeterDayRow&) {});
                    each_valid_emission(db, kDay, [](const StackDayRow&) {});
                    (void)observed_pm25(db, "110105", kNow, kNow);
                    (void)counted_days(db, plans::TargetKind::kEmission);
                    (void)presence_of(db, "E1");
                    (void)last_reading_of(db, "M1");
                    (void)last_readings(db);
                    (void)IntakeWriter(db).register_before("M1", kNow);
                    (void)list_parts(db, "o1", "2051", kDay);
                    (void)has_reported(db, "o1", "2061", kDay);
                    (void)has_stack_reading(db, "o1", "so2", kNow);
                    (void)list_normal_hours(db, "o1", "so2", kDay);
                    (void)list_rejected(db, {.limit = 1, .below = 10});
                    drop_rejected_of(db, "E1", 1);
                    drop_oldest_rejected(db, 1);
                    (void)count_held(db);
                    (void)held_and_due(db, kNow, 1);
                    (void)was_held(db, {1, 1, 1}, kNow);
                    forget_held(db, 1);
                    drop_held_before(db, 1);
                    (void)keys_of_enterprise(db, "E1");
                    (void)mark_of(db, "E1", "a");
                    (void)marks_of(db, "E1");
                    (void)marked_enterprises(db, kNone, 1);
                    drop_old_marks(db, "E1", 1);
                    store_mark(db, {"E1", "110105", {"a", 1, "b"}, kNow});
                    const IntakeWriter writer(db);
                }),
                IsEmpty());
}

TEST_F(Rows, TheAirIsSoughtByTime) {
    EXPECT_THAT(scans([](Session& db) {
                    const auto pass = [](const ForecastHead&) { return true; };
                    each_forecast(db, {kNow, {}, {}}, pass);
                    each_forecast(db, {kNow, kNow, {}}, pass);
                    each_forecast(db, {kNow, {}, "cmaq"}, pass);
                    (void)load_forecast(db, 1);
                    (void)observed_regions(db, kNow);
                    (void)observed_series(db, "110000", kNow, kNow);
                }),
                IsEmpty());
}

TEST_F(Rows, WhatADecisionAsksIsSought) {
    EXPECT_THAT(scans([](Session& db) {
                    (void)load_plan(db, "w1", 1);
                    (void)list_plans(db, "w1");
                    (void)list_plan_heads(db, 10);
                    (void)load_plan_inputs(db, "w1", 1);
                    (void)keep_plan_text(db, "text", kNow);
                    (void)load_plan_text(db, kNone);
                    (void)load_own_catalogue(db, 1);
                    (void)load_decisions(db, 0, 10);
                    (void)load_newest_decisions(db, 10, 10);
                    (void)list_consultations(db, "w1");
                    (void)last_lowering(db, kNow);
                    (void)rejected_since(db, kNow, rules::kBeijingTime);
                    (void)corrections_since(db, kNow);
                    (void)story_of(db, "w1");
                    (void)load_inputs(db, kNone);
                    (void)proposal_of_change(db, "w1", 1);
                    (void)audit_entries(db, {});
                    AuditQuery of_county;
                    of_county.enterprises = R"(["E1"])";
                    (void)audit_entries(db, of_county);
                    AuditQuery of_case;
                    of_case.subject = "7";
                    (void)audit_entries(db, of_case);
                    (void)count_audit_entries(db, of_case);
                    append_audit(db, {kNow, kNone, kNone, "case.state", "7", nullptr});
                    (void)is_login_known(db, {});
                    (void)list_uses(db);
                }),
                IsEmpty());
}

TEST_F(Rows, LogInsSeekTheirAccount) {
    EXPECT_THAT(scans([](Session& db) {
                    (void)find_credential(db, "li.na");
                    (void)list_credentials(db);
                    store_credential(db, {"li.na", "x", "y", 1, kNow});
                    store_password(db, "li.na", "z");
                    (void)take_code_step(db, "li.na", 2);
                    erase_credential(db, "li.na");
                    Login login;
                    login.hash = "h";
                    login.person = "li.na";
                    store_login(db, login);
                    store_login_use(db, {"h", kNow});
                    (void)list_logins(db);
                    erase_logins(db, {"h"});
                    (void)find_link(db, "h");
                    store_link(db, {"h", LinkKind::kSet, "li.na", "", "root", kNow, kNow});
                    (void)erase_link(db, "h");
                    erase_ended_links(db, kNow);
                    store_tries(db, {"account:li.na", 1, kNow, kNow});
                    (void)list_tries(db);
                    erase_tries(db, "account:li.na");
                }),
                IsEmpty());
}

TEST_F(Rows, ThePageOfAnEnterpriseSeeksItsOwn) {
    EXPECT_THAT(scans([](Session& db) {
                    store_page_link(db, {"h", "E1", "li.na", kNow, kNow});
                    (void)find_page_link(db, "h");
                    (void)erase_page_link(db, "h");
                    erase_ended_page_links(db, kNow);
                    OrderReport report;
                    report.holder = "E1";
                    report.number = store_order_report(db, report);
                    OrderPhoto photo;
                    photo.holder = "E1";
                    const std::int64_t number = store_order_photo(db, photo, "x");
                    name_photo(db, number, report.number);
                    (void)find_order_photo(db, number);
                    (void)content_of_order_photo(db, number);
                    (void)photos_of_report(db, report.number);
                    (void)count_order_photos(db, "E1", 1);
                    (void)count_order_reports(db, "E1", 1);
                    (void)list_order_reports(db, "E1", "exercise:E1", 9, 0, 10);
                    (void)count_all_order_reports(db, "E1", "exercise:E1");
                }),
                IsEmpty());
}

TEST_F(Rows, RetentionSeeksWhatItLetsGo) {
    EXPECT_THAT(
        scans([](Session& db) {
            for (const TimedTable table : {TimedTable::kReadings, TimedTable::kStackReadings,
                                           TimedTable::kGatePassages, TimedTable::kReadingRepeats,
                                           TimedTable::kHj212Values, TimedTable::kSeriesValues}) {
                delete_between(db, table, kDay, 1);
            }
            delete_repeats_beyond(db, 1, 1);
            delete_oldest(db, NumberedTable::kRejected, kNow, 1);
            delete_oldest(db, NumberedTable::kEvents, kNow, 1);
            (void)list_inputs(db, "a", 1);
            delete_inputs(db, "a");
            (void)list_cited_inputs(db, 1, 1);
            for (const BytesTable table :
                 {BytesTable::kForecasts, BytesTable::kObservationDeliveries}) {
                (void)list_bytes(db, table, 1, 1);
                empty_bytes(db, table, 1);
            }
            (void)next_observed_region(db, "110000");
            delete_observations(db, "110000", kNow, 1);
            delete_taken_deliveries(db, kNow, 1);
            (void)list_meter_states(db, "M1", 1);
            delete_meter_state(db, "M1");
        }),
        IsEmpty());
}

TEST_F(Rows, TasksOfAddresseesAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    (void)store_addressee_list(db, {});
                    (void)newest_addressee_list(db);
                    (void)last_addressee_file(db);
                    TaskRow row;
                    (void)insert_task(db, row);
                    row.revision = 1;
                    store_task_revision(db, row);
                    list_task_call(db, row.number, kNow);
                    (void)load_task(db, 1);
                    (void)task_of(db, kNone, kNone, kNone);
                    (void)tasks_of_subject(db, kNone, kNone);
                    (void)tasks_held(db, kNone, 1);
                    (void)tasks_of_phone(db, "1", 1);
                    (void)tasks_waiting(db, kNow, 1);
                    (void)tasks_waiting(db, kNow, 1, 1);
                    (void)next_task_waiting(db, kNow);
                    TaskQuery query;
                    query.account = "a";
                    (void)list_tasks(db, query);
                    query.region_prefix = "4110";
                    (void)count_tasks(db, query);
                    (void)store_task_answer(db, {0, 1});
                    (void)answers_of_task(db, 1);
                    (void)count_task_repeats(db, 1);
                    (void)store_task_file(db, {0, 1}, "x");
                    (void)files_of_task(db, 1);
                    (void)count_task_files(db, 1);
                    (void)content_of_task_file(db, 1, 1);
                    tie_task_to_matter(db, 1, 1);
                    (void)release_matter(db, 1);
                }),
                IsEmpty());
}

TEST_F(Rows, SendingsOfTasksAreSought) {
    EXPECT_THAT(scans([](Session& db) {
                    TaskRow row;
                    (void)insert_task(db, row);
                    send_task(db, 1, 1, {"sms"}, kNow);
                    send_task_again(db, 1, 1, kNow);
                    const TaskSendingRow sending = sendings_of_task(db, 1, 1).front();
                    (void)waiting_task_sendings(db, "sms", 1);
                    (void)load_task_sending(db, 1);
                    (void)task_sent_so_far(db, 1, kNow);
                    const std::int64_t attempt = begin_task_attempt(db, sending, kNow, kNow);
                    end_task_attempt(db, sending, {attempt, kNow, "no line", kNow});
                    (void)attempts_of_task(db, 1);
                    put_off_task_sending(db, 1, kNow);
                    close_task_sending(db, 1, "x");
                    close_task_sendings(db, 1, "x");
                }),
                IsEmpty());
}

}  // namespace
}  // namespace qk::daemon
