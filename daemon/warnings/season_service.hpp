// Keeps the orders of the season (错峰生产) without anybody's asking: at start-up, at each civil
// midnight of the region, when an edition or a catalogue of measures is put in use, when a grade
// changes beside the edition, when a warning lets go and when a temporary control (临时管控) is
// signed or taken back; and the API of windows, debts, records and controls.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "daemon/service/context.hpp"
#include "daemon/warnings/desk.hpp"

namespace qk::daemon {

class Router;
class TaskGroup;

class SeasonService {
 public:
    explicit SeasonService(Context& context);

    void add_routes(Router& router);
    // Ends when cancelled.
    void start(TaskGroup& tasks);
    // Looks whether anything that the decision rests on has changed, and decides anew where it has.
    [[nodiscard]] boost::asio::awaitable<void> look();

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    void add_control_routes(Router& router);

    // What a decision rested on. Pack and catalogue are held, so that no other can take their place
    // in memory and be taken for them.
    struct Ground {
        std::string day;
        std::string edition;
        std::shared_ptr<const plans::RegionPack> pack;
        std::int64_t story = 0;  // number of the last entry of the stories of all warnings
        std::vector<std::int64_t> controls{};  // numbers of those that are signed and not over
        std::shared_ptr<const plans::CatalogueInForce> catalogue{};  // null: as shipped
        std::int64_t grade_steps = 0;  // of people that changed grades beside the edition

        friend bool operator==(const Ground&, const Ground&) = default;
    };
    [[nodiscard]] static Ground ground_of(Session& db, const DeskView& view);

    Context& context_;
    Ground seen_;  // of the last decision; a new process decides anew
};

}  // namespace qk::daemon
