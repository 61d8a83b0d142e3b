// The Link of a daemon that may die at any step: the daemon's whole application on a simulated disk
// and broker, turned one handler and one step of the broker at a time, and made anew on what its
// disk kept.
//
// Each life has an executor of its own. When the process dies, what it still does has no effect
// (steps.hpp); its tasks are ended, it is dropped, and the next life begins at the same time on
// what the disk has left. A daemon that is told that its disk is broken ends, and is started again
// by the same rule as systemd's. Its clock may be set back by some minutes for a while. Who calls
// its API and has no answer asks again, with the same idempotency key.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/app.hpp"
#include "sim/model/random.hpp"
#include "sim/model/world.hpp"
#include "sim/prove/canaries.hpp"
#include "sim/prove/sim_broker.hpp"
#include "sim/prove/sim_clock.hpp"
#include "sim/prove/sim_disk.hpp"
#include "sim/prove/sim_vfs.hpp"
#include "sim/prove/steps.hpp"
#include "sim/run/sim_bus.hpp"
#include "sim/story/link.hpp"
#include "sim/story/stage.hpp"

namespace qk::sim {

inline constexpr std::size_t kLogLinesKept = 400;  // of the daemon's log, the last

// What the daemon's log has said, over all its lives.
struct SaidInLog {
    std::map<std::string, int, std::less<>> lines;  // by the message's id
    std::int64_t records_lost = 0;                  // of the journal
    [[nodiscard]] bool has(std::string_view id) const { return lines.contains(id); }
};

// What was done to the daemon's files while it was dead.
struct SpoiledState {
    bool has_journal_rotted = false;
    std::uint64_t journal_bytes_gone = 0;
    bool has_place_shifted = false;
    bool is_audit_cut = false;
    [[nodiscard]] bool has_taken_messages() const {
        return has_journal_rotted || journal_bytes_gone > 0;
    }
};

// The daemon cannot be brought to life any more; the violation says why.
struct Lost {};

class MortalLink : public Link {
 public:
    // `folder` is the machine's: of the lock and the mark of an attempt, which are no part of what
    // is proved. The stage's seed draws what interleaves, `disk_seed` what a death leaves.
    MortalLink(const Stage& stage, World& world, Steps& steps, std::uint64_t disk_seed,
               std::string folder, const Canary* canary);
    ~MortalLink() override;

    // Files below the folder that are there before the first life.
    void lay(const SimDisk::Image& image);
    [[nodiscard]] SimDisk::Image image() const;
    // The first life; Lost where there is none.
    void begin();
    [[nodiscard]] boost::asio::awaitable<ApiReply> call(ApiCall call) override;
    void send(Outgoing message) override;
    void say(std::size_t enterprise, const std::string& status);
    [[nodiscard]] boost::asio::awaitable<void> settle() override;
    [[nodiscard]] boost::asio::awaitable<void> advance(rules::Instant now) override;
    // A second daemon is started on the same files, and must be refused.
    void try_second();
    // No fault strikes any more, and whatever is away comes back.
    void end_faults();
    // Enterprises connect to the broker anew, and are handed what it retains.
    void reconnect_enterprises() { broker_.hand_retained(); }
    // A clean end.
    void end();

    // Of every order that the broker took.
    void on_order(std::function<void(const OrderSeen& order)> tell) {
        tell_order_ = std::move(tell);
    }
    void on_delivery(std::function<void(std::size_t enterprise, const Delivery& delivery)> tell) {
        tell_delivery_ = std::move(tell);
    }

    [[nodiscard]] rules::Instant now() const { return clock_.now(); }  // true time
    [[nodiscard]] const SimBroker& broker() const { return broker_; }
    // Writes that were answered with success, by "PERSON TARGET".
    [[nodiscard]] const std::map<std::string, int>& confirmed() const { return confirmed_; }
    [[nodiscard]] int deaths() const { return deaths_; }
    [[nodiscard]] int ends() const { return ends_; }  // of daemons whose disk was broken
    [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
    [[nodiscard]] const std::deque<std::string>& log() const { return log_; }
    [[nodiscard]] const SaidInLog& said() const { return said_; }
    [[nodiscard]] SpoiledState spoiled() const;

 private:
    struct Asked;
    [[nodiscard]] daemon::AppPorts ports();
    [[nodiscard]] bool begin_life();
    void end_life();
    void spoil_database();
    void put_clock_right();
    void note_line(std::string_view line);
    void die_and_begin_again();
    bool turn();
    void settle_now();
    void run(boost::asio::awaitable<void> work, const char* what);
    [[noreturn]] void give_up(std::string why);
    void reach_enterprise(const SimBroker::Message& message);
    void see_order(const SimBroker::Message& message);

    const Stage& stage_;
    World& world_;
    Steps& steps_;
    Random random_;
    std::string folder_;
    daemon::ManualClock clock_;  // true time
    SimClock daemon_clock_;
    std::optional<rules::Instant> clock_right_at_;
    std::shared_ptr<SimDisk> disk_;
    SimVfs vfs_;
    SimBroker broker_;
    SimGatewayClient gateway_;
    std::function<void(const OrderSeen&)> tell_order_;
    std::function<void(std::size_t, const Delivery&)> tell_delivery_;

    std::unique_ptr<boost::asio::io_context> io_;  // outlives the application
    std::unique_ptr<daemon::App> app_;
    std::uint64_t life_ = 0;
    bool has_failed_ = false;
    int calls_open_ = 0;
    std::uint64_t calls_ = 0;
    std::map<std::string, int> confirmed_;
    int deaths_ = 0;
    int ends_ = 0;
    int causeless_ends_ = 0;         // nothing was wrong with its disk
    std::size_t struck_before_ = 0;  // faults, when this life began
    std::vector<std::string> violations_;
    std::deque<std::string> log_;
    SaidInLog said_;
    bool has_place_shifted_ = false;
    bool is_audit_cut_ = false;
};

}  // namespace qk::sim
