// The steps of an adoption as calls of the API: what proposals have in common, the confirmation by
// another person, taking one back, lists. Each step is one transaction with its event and its entry
// in the audit log.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/packs/adoption_rows.hpp"
#include "daemon/service/context.hpp"
#include "plans/response/rules_trial.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;

// What is told of a step: to listeners, in the audit log, to the caller.
struct StepTold {
    std::string event;
    std::string action;
    boost::json::object data;   // of the event
    boost::json::object noted;  // in the audit log
    boost::json::object answer;
};
// Number, name and person everywhere, and the reason in the audit log.
[[nodiscard]] StepTold told_simply(std::string event, const AdoptionStep& step,
                                   const std::string& name);
void note_told(Session& db, const AdoptionStep& step, const StepTold& told);

// One kind of adoption, and how it is spoken of.
struct AdoptionKind {
    struct Words {
        std::string_view chinese;
        std::string_view english;
    };
    Adopted rows;
    Words nobody_waits;  // none of this number waits for a second person
    Words has_begun;     // none of this number can still be taken back
    Words unknown;
    // `after`: the state that the step has led to.
    StepTold (*tell)(AdoptionState after, const Adoption& adoption, const AdoptionStep& step,
                     rules::Zone zone);
};

// "confirmed", "withdrawn", "in_force": as events name what has led there.
[[nodiscard]] std::string event_of(std::string_view stem, AdoptionState after);
// Of the address; 0 where it is not a number. One number has one spelling, in the log as well.
[[nodiscard]] std::int64_t adoption_number_in(const Call& call);
[[nodiscard]] AdoptionStep step_of(const Call& call, rules::Instant now);

// Another person than who put it up. What is confirmed is ready after `delay`.
[[nodiscard]] boost::asio::awaitable<ApiResponse> confirm_adoption(Context& context,
                                                                   const AdoptionKind& kind,
                                                                   Call call,
                                                                   std::chrono::hours delay = {});
// As long as it has not begun, with a reason.
[[nodiscard]] boost::asio::awaitable<ApiResponse> withdraw_adoption(Context& context,
                                                                    const AdoptionKind& kind,
                                                                    Call call);
[[nodiscard]] ApiResponse answer_unknown(const AdoptionKind& kind);
using AdoptionShown = std::function<boost::json::object(const Adoption& adoption)>;
// One page by number.
[[nodiscard]] boost::asio::awaitable<ApiResponse> list_adoptions_page(Context& context,
                                                                      const AdoptionKind& kind,
                                                                      Call call,
                                                                      AdoptionShown shown);

// Who did what and when.
[[nodiscard]] boost::json::object steps_json(const Adoption& adoption, rules::Zone zone);
// And what begins when, of packs and catalogues.
[[nodiscard]] boost::json::object dated_json(const Adoption& adoption, rules::Zone zone,
                                             std::int64_t in_force);

// Of the body of a proposal.
void add_fault(rules::Faults& faults, std::string what, std::string cure);
void append_faults(rules::Faults& faults, const rules::Faults& more);
[[nodiscard]] rules::Faults faults_of_members(const boost::json::value& body,
                                              std::initializer_list<std::string_view> said);
[[nodiscard]] bool is_true(const boost::json::value& body, std::string_view key);
// "from": now where it is not said; never before that.
[[nodiscard]] rules::Instant read_from(const boost::json::value& body, rules::Zone zone,
                                       rules::Instant now, rules::Faults& faults);

// What is in use as a proposal is put up, for the trial of it on another thread.
struct RulesInUse {
    std::shared_ptr<const plans::CatalogueInForce> catalogue;
    std::shared_ptr<const plans::RegionPack> pack;
    std::shared_ptr<const plans::Inventory> inventory;
    std::shared_ptr<const plans::SeasonPlan> season;

    [[nodiscard]] const plans::Catalogue& measures() const;
    // What other measures or grades change.
    [[nodiscard]] boost::json::value try_beside(const plans::DutySources& before,
                                                const plans::DutySources& after,
                                                rules::Instant from) const;
    // What another pack changes: who is spared, grades, trucks, floors.
    [[nodiscard]] boost::json::value try_pack(const plans::RegionPack& next,
                                              const std::vector<plans::GradeChange>& grades,
                                              rules::Instant from) const;
};
[[nodiscard]] RulesInUse rules_in_use(const Context& context);

}  // namespace qk::daemon
