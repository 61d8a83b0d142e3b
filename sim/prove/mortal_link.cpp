#include "sim/prove/mortal_link.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <charconv>
#include <exception>
#include <utility>

#include "plans/response/signing.hpp"
#include "plans/text/json.hpp"
#include "sim/prove/tamper_rows.hpp"
#include "sim/run/app_config.hpp"

namespace qk::sim {
namespace {

namespace asio = boost::asio;
using asio::awaitable;

constexpr int kTurnsMax = 20'000;     // until all is quiet
constexpr int kLivesMax = 50;         // one after the other, without a turn between
constexpr int kTriesMax = 20;         // of one call
constexpr int kCauselessEndsMax = 3;  // of one day: it would end again on each start
constexpr int kServerError = 500;
constexpr std::chrono::minutes kClockLooks{10};  // as far as a message may be ahead
constexpr std::chrono::minutes kClockBack{40};
constexpr std::chrono::minutes kClockWrongFor{90};

bool is_order(const std::string& topic) { return topic.ends_with("/order"); }

}  // namespace

// A call whose answer is waited for.
struct MortalLink::Asked {
    std::optional<ApiReply> reply;
    std::exception_ptr failure;
};

MortalLink::MortalLink(const Stage& stage, World& world, Steps& steps, std::uint64_t disk_seed,
                       std::string folder, const Canary* canary)
    : stage_(stage),
      world_(world),
      steps_(steps),
      random_(seed_of(stage.scenario.seed, "turns")),
      folder_(std::move(folder)),
      clock_(stage.scenario.start),
      daemon_clock_(clock_),
      disk_(std::make_shared<SimDisk>(steps, seed_of(disk_seed, "disk"))),
      vfs_(*disk_, folder_ + "/qingkong.db"),
      broker_(
          steps, stage.scenario.seed,
          [this](const SimBroker::Message& message) { reach_enterprise(message); },
          [this](const SimBroker::Message& message) { see_order(message); }) {
    disk_->lie(disk_lies_of(canary));
    broker_.lie(broker_lies_of(canary));
    steps_.on_clock_back([this] {
        daemon_clock_.set_off(-kClockBack);
        clock_right_at_ = clock_.now() + kClockWrongFor;
    });
    broker_.on_forgotten([this] {
        const std::size_t count = world_.inventory().enterprises.size();
        for (std::size_t i = 0; i < count; ++i) say(i, "online");
    });
}

MortalLink::~MortalLink() {
    if (!app_) return;
    try {
        steps_.die();
        end_life();
    } catch (const Lost&) {
        // Said already.
    }
}

void MortalLink::give_up(std::string why) {
    violations_.push_back(std::move(why));
    throw Lost{};
}

daemon::AppPorts MortalLink::ports() {
    daemon::AppPorts ports{.clock = daemon_clock_, .bus = broker_, .gateway = gateway_};
    ports.clock_looks = kClockLooks;
    ports.disk = disk_;
    ports.log = [this](daemon::LogSeverity, std::string_view line) {
        if (steps_.is_dead()) return;
        note_line(line);
        log_.emplace_back(line);
        if (log_.size() > kLogLinesKept) log_.pop_front();
    };
    return ports;
}

void MortalLink::note_line(std::string_view line) {
    const auto said = plans::parse_json(line, "log");
    if (!said) return;
    const std::string id = plans::string_or(*said, "id");
    ++said_.lines[id];
    if (id != "JOURNAL_DAMAGED" && id != "JOURNAL_MISSING") return;
    const std::string records = plans::string_or(*said, "records");
    std::int64_t count = 0;
    std::from_chars(records.data(), records.data() + records.size(), count);
    said_.records_lost += count;
}

SpoiledState MortalLink::spoiled() const {
    SpoiledState state;
    state.has_journal_rotted = disk_->spoiled().has_rotted;
    state.journal_bytes_gone = disk_->spoiled().bytes_gone;
    state.has_place_shifted = has_place_shifted_;
    state.is_audit_cut = is_audit_cut_;
    return state;
}

// By somebody who can write the file, between two lives.
void MortalLink::spoil_database() {
    if (steps_.struck().empty()) return;
    const FaultKind kind = steps_.struck().back().kind;
    const std::string path = folder_ + "/qingkong.db";
    steps_.look_away(true);
    if (kind == FaultKind::kPlaceShifts) has_place_shifted_ |= shift_place(path);
    if (kind == FaultKind::kAuditCut) is_audit_cut_ |= cut_audit(path);
    steps_.look_away(false);
}

// False: it died on the way, or was told that its disk is broken.
bool MortalLink::begin_life() {
    ++life_;
    has_failed_ = false;
    struck_before_ = steps_.struck().size();
    io_ = std::make_unique<asio::io_context>(1);
    daemon::Config config = config_of(stage_, folder_);
    // What is acknowledged survives a power failure too, so that nothing may be missing.
    config.limits.sync_meters = true;
    config.clock_mode = daemon::ClockMode::kReal;
    const auto key = plans::SigningKey::from_seed(config.signing_seed);
    if (!key) give_up("no signing key");
    world_.trust({key->public_key_hex()});
    std::string refused;
    try {
        auto app = daemon::App::create(*io_, std::move(config), ports());
        if (app) {
            app_ = std::move(*app);
        } else {
            refused = rules::to_text(app.error());
        }
    } catch (const std::exception& failure) {
        refused = failure.what();
    }
    if (steps_.is_dead()) return false;
    if (!app_) {
        const bool has_cause = steps_.struck().size() > struck_before_;
        if (!has_cause) give_up("the daemon does not start on what the disk kept: " + refused);
        ++ends_;
        steps_.die();
        return false;
    }
    app_->on_failure([this] { has_failed_ = true; });
    run(app_->start(), "to start");
    return !steps_.is_dead();
}

// What it is asked for is done when this returns.
void MortalLink::run(awaitable<void> work, const char* what) {
    struct State {
        bool is_done = false;
        std::exception_ptr failure;
    };
    // Whoever gives up leaves it behind.
    const auto state = std::make_shared<State>();
    auto done = [state](std::exception_ptr failure) {
        state->is_done = true;
        state->failure = failure;
    };
    asio::co_spawn(*io_, std::move(work), std::move(done));
    for (int i = 0; i < kTurnsMax && !state->is_done; ++i) {
        io_->restart();
        if (io_->poll_one() == 0) break;
    }
    if (!state->is_done) give_up(fmt::format("the daemon is asked {} and does not", what));
    if (state->failure && !steps_.is_dead()) std::rethrow_exception(state->failure);
}

void MortalLink::end_life() {
    if (app_) {
        run(app_->abandon(), "to end");
        // Calls that wait for nothing but the executor end by themselves.
        while (calls_open_ > 0) {
            io_->restart();
            if (io_->poll() == 0) break;
        }
    }
    app_.reset();
    io_.reset();
    calls_open_ = 0;
}

void MortalLink::die_and_begin_again() {
    for (int lives = 0; lives < kLivesMax; ++lives) {
        end_life();
        broker_.lose_daemon();
        disk_->restart();
        steps_.revive();
        if (lives == 0) spoil_database();
        ++deaths_;
        if (begin_life()) return;
    }
    give_up("the daemon dies again and again");
}

void MortalLink::lay(const SimDisk::Image& image) {
    SimDisk::Image laid;
    for (const auto& [path, bytes] : image) laid[folder_ + path] = bytes;
    disk_->lay(laid);
}

SimDisk::Image MortalLink::image() const {
    SimDisk::Image image;
    for (const auto& [path, bytes] : disk_->image()) image[path.substr(folder_.size())] = bytes;
    return image;
}

void MortalLink::begin() {
    if (!begin_life()) die_and_begin_again();
}

// One thing happens; false: there was nothing.
bool MortalLink::turn() {
    bool has_moved = random_.chance(0.5) && broker_.act();
    if (!steps_.is_dead()) {
        io_->restart();
        has_moved = io_->poll_one() > 0 || has_moved;
    }
    if (has_failed_ && !steps_.is_dead()) {
        // As main() does: it stops, and the process ends with an error.
        ++ends_;
        if (steps_.struck().size() == struck_before_) {
            violations_.emplace_back("it ended by itself, and nothing was wrong with its disk");
            if (++causeless_ends_ == kCauselessEndsMax) give_up("it ends again and again");
        }
        run(app_->stop(), "to stop");
        steps_.die();
    }
    if (steps_.is_dead()) {
        die_and_begin_again();
        return true;
    }
    return has_moved;
}

void MortalLink::settle_now() {
    for (int turns = 0; turns < kTurnsMax; ++turns) {
        if (turn() || !broker_.is_quiet()) continue;
        if (app_->is_idle()) return;
    }
    give_up("it does not come to rest");
}

awaitable<ApiReply> MortalLink::call(ApiCall call) {
    if (call.method != "GET" && call.idempotency_key.empty()) {
        call.idempotency_key = fmt::format("call-{}", ++calls_);
    }
    const std::uint64_t begun = steps_.count();
    ApiReply last;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        daemon::ApiRequest request;
        request.method = call.method;
        request.target = call.target;
        request.body = call.body;
        request.content_type = call.content_type;
        request.authorization = "Bearer " + token_of(call.who);
        request.idempotency_key = call.idempotency_key;
        request.remote = "simulation";
        const auto asked = std::make_shared<Asked>();
        const std::uint64_t life = life_;
        auto answered = [this, asked](std::exception_ptr why, daemon::ApiResponse response) {
            --calls_open_;
            if (steps_.is_dead()) return;
            asked->failure = why;
            asked->reply = ApiReply{response.status, std::move(response.body)};
        };
        ++calls_open_;
        asio::co_spawn(*io_, app_->api(std::move(request)), std::move(answered));
        for (int turns = 0; turns < kTurnsMax && life == life_ && !asked->reply; ++turns) turn();
        if (!asked->reply) continue;
        if (asked->failure) last = ApiReply{0, "failed"};
        if (!asked->failure) last = std::move(*asked->reply);
        if (last.status != 0 && last.status < kServerError) break;
    }
    if (last.is_ok() && call.method != "GET") {
        ++confirmed_[fmt::format("{} {}", to_text(call.who), call.target)];
        if (call.who != Who::kFeed) steps_.note_command(begun);
    }
    co_return last;
}

void MortalLink::send(Outgoing message) {
    broker_.send(std::move(message.topic), std::move(message.payload));
}

void MortalLink::say(std::size_t enterprise, const std::string& status) {
    broker_.send(world_.topic_of(enterprise, "status"), status);
}

awaitable<void> MortalLink::settle() {
    settle_now();
    co_return;
}

awaitable<void> MortalLink::advance(rules::Instant now) {
    while (clock_.step(now)) {
        broker_.pass_time(clock_.now());
        settle_now();
    }
    broker_.pass_time(now);
    if (clock_right_at_ && *clock_right_at_ <= now) put_clock_right();
    settle_now();
    co_return;
}

void MortalLink::try_second() {
    asio::io_context io(1);
    try {
        const auto second = daemon::App::create(io, config_of(stage_, folder_), ports());
        if (!second) return;
    } catch (const std::exception&) {
        // It came as far as that.
    }
    give_up("a second daemon may run on the same files");
}

void MortalLink::end_faults() {
    steps_.end_faults();
    broker_.come_back();
    put_clock_right();
}

void MortalLink::put_clock_right() {
    clock_right_at_.reset();
    daemon_clock_.set_off(std::chrono::seconds{0});
}

void MortalLink::end() {
    run(app_->stop(), "to stop");
    app_.reset();
    io_.reset();
}

void MortalLink::reach_enterprise(const SimBroker::Message& message) {
    if (!is_order(message.topic)) return;
    const auto member = world_.find(enterprise_in(message.topic));
    if (!member) return;
    const Delivery delivery = world_.deliver(*member, message.payload, clock_.now());
    if (tell_delivery_) tell_delivery_(*member, delivery);
}

void MortalLink::see_order(const SimBroker::Message& message) {
    if (!is_order(message.topic) || message.payload.empty()) return;
    const auto member = world_.find(enterprise_in(message.topic));
    const auto order = plans::parse_json(message.payload, "order");
    if (!member || !order) {
        violations_.push_back("an order that nobody can read, on " + message.topic);
        return;
    }
    OrderSeen seen;
    seen.enterprise = *member;
    seen.order = plans::string_or(*order, "order");
    seen.warning = plans::string_or(*order, "warning");
    seen.revision = static_cast<std::int64_t>(plans::number_or(*order, "revision", 0));
    if (tell_order_) tell_order_(seen);
}

}  // namespace qk::sim
