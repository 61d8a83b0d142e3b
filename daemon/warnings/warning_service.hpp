// The warning service (预警服务): the API of warnings, floors from above and regional prompts, and
// the clock that assesses the air when new data came in and at every full hour.
//
// Each call is one transaction of the store (desk.hpp); a call that carries an Idempotency-Key and
// is repeated gets the first answer again and changes nothing. After a commit the event feed is
// woken, on which the dispatcher and the publisher carry the effects out.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>

#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/readers.hpp"
#include "daemon/warnings/desk.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

class WarningService {
 public:
    explicit WarningService(Context& context);

    void add_routes(Router& router);
    void start(TaskGroup& tasks);
    // Assesses at every full hour and when a stretch or a proposal comes due; ends when cancelled.
    [[nodiscard]] boost::asio::awaitable<void> run();
    // New forecasts, observations or rules are stored: they are assessed.
    [[nodiscard]] boost::asio::awaitable<void> on_new_data();
    // Who is on duty and what waits, for the situation; a floor above knows it. `prepare` is called
    // on the executor, what it gives on a reader.
    using DutyReading = std::function<boost::json::object(Session&)>;
    void on_situation(std::function<DutyReading()> prepare) { prepare_duty_ = std::move(prepare); }

 private:
    // Work inside the transaction of one call: answers status and body.
    using Work = std::function<ApiResponse(Session&, const DeskView&, const DeskPerson&)>;
    // Acts concern the whole region, but for those of a part of it.
    enum class Concerns { kRegion, kPart };
    [[nodiscard]] boost::asio::awaitable<ApiResponse> write(Call call, Work work,
                                                            Concerns concerns = Concerns::kRegion);
    // The same, and the air is assessed anew at once.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> write_and_assess(Call call, Work work);
    // The same for what changes nothing; the person is nobody.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> read(std::string reader, ReadPace pace,
                                                           Work work);
    // Derives the plan beside the writer, of what is in use now, and gives it to the decision.
    [[nodiscard]] boost::asio::awaitable<void> draft(DeskView& desk, plans::PlanQuestion question,
                                                     std::string reader);
    [[nodiscard]] boost::asio::awaitable<std::optional<rules::Instant>> assess();

    void add_reading_routes(Router& router);
    void add_deciding_routes(Router& router);
    void add_closing_routes(Router& router);
    void add_floor_and_prompt_routes(Router& router);
    void add_cause_routes(Router& router);
    void add_account_routes(Router& router);

    Context& context_;
    std::function<DutyReading()> prepare_duty_;
    EventFeed decided_;  // wakes run() when a decision may have set an earlier alarm
};

}  // namespace qk::daemon
