// Frames of HJ 212 a second through the port of the daemon, held in the same run against a bare
// Asio reader that takes the same bytes from the same sockets and only finds where frames end:
//
//   parsed    socket, frames, check sums, whose they are; nothing is written
//   durable   the same, and into the intake journal, one sync for all that waits
//   asked     devices that send a frame, wait for its answer and send the next, as they do: as many
//             at once as a city has, since the answers of all of them wait for one sync
//
//   hj212_bench [FOLDER]
//
// Absolute figures are of the machine; the ratios are what counts. Ends with 1 where devices that
// wait for their answers get less than 60 % of what the bare reader answers.
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/hj212/hj212_server.hpp"
#include "daemon/readings/journal.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "plans/hj212/frame.hpp"

namespace {

using namespace qk;
using namespace qk::daemon;
namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;
using Steady = std::chrono::steady_clock;

constexpr int kDevices = 8;
constexpr int kFramesOfDevice = 25'000;
constexpr int kAskedDevices = 500;
constexpr int kAskedOfDevice = 100;
constexpr double kRatioWanted = 0.6;
constexpr std::size_t kBareReadBytes = kHj212ReadBytes;
constexpr rules::Instant kNow{std::chrono::seconds{1'768'003'230}};  // 2026-01-10T08:00:30+08:00

std::string mn_of(int device) { return fmt::format("DEVICE{:04}", device); }

std::string frame_of(int device, int number, int flag) {
    return plans::hj212::to_frame(fmt::format(
        "QN=20260110080010{:03};ST=31;CN=2011;PW=123456;MN={};Flag={};CP=&&DataTime=20260110080000;"
        "a34013-Rtd={:.1f},a34013-ZsRtd=3.5,a34013-Flag=N;a21026-Rtd=12.5,a21026-ZsRtd=14.1,"
        "a21026-Flag=N;a21002-Rtd=31.2,a21002-ZsRtd=35.0,a21002-Flag=N;a19001-Rtd=9.1,"
        "a19001-Flag=N;a01012-Rtd=88.1,a01012-Flag=N;a00000-Rtd=31.5,a00000-Flag=N&&",
        number % 1000, mn_of(device), flag, 3 + number % 50 * 0.1));
}

InventoryFiles city() {
    InventoryFiles files;
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category\ne1,甲,110105,水泥,C,regular\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "e1,L1,一线,水泥磨,no,10,10,10,10\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n";
    std::string& outlets = files["outlets.csv"];
    outlets = "id,enterprise,line,mn,factors\n";
    for (int i = 0; i < kAskedDevices; ++i)
        outlets += fmt::format("o{},e1,L1,{},so2\n", i, mn_of(i));
    return files;
}

// All devices at once, a thread each; the seconds until all has been taken.
double send_all(std::uint16_t port, const std::vector<std::vector<std::string>>& frames,
                const std::function<bool()>& is_taken) {
    const auto begun = Steady::now();
    std::vector<std::thread> devices;
    for (const std::vector<std::string>& of_device : frames) {
        devices.emplace_back([&of_device, port] {
            asio::io_context io;
            tcp::socket socket(io);
            socket.connect({asio::ip::make_address("127.0.0.1"), port});
            for (const std::string& frame : of_device) asio::write(socket, asio::buffer(frame));
        });
    }
    for (std::thread& device : devices) device.join();
    while (!is_taken()) std::this_thread::yield();
    return std::chrono::duration<double>(Steady::now() - begun).count();
}

asio::awaitable<void> ask(tcp::socket socket, const std::vector<std::string>& frames) {
    std::array<char, 4096> answer{};
    for (const std::string& frame : frames) {
        co_await asio::async_write(socket, asio::buffer(frame), asio::use_awaitable);
        (void)co_await socket.async_read_some(asio::buffer(answer), asio::use_awaitable);
    }
}

// All devices on one thread; the seconds until the last has its last answer.
double ask_all(std::uint16_t port, const std::vector<std::vector<std::string>>& frames) {
    asio::io_context io;
    for (const std::vector<std::string>& of_device : frames) {
        tcp::socket socket(io);
        socket.connect({asio::ip::make_address("127.0.0.1"), port});
        socket.set_option(tcp::no_delay(true));
        auto device = ask(std::move(socket), of_device);
        asio::co_spawn(io, std::move(device), [](const std::exception_ptr& fault) {
            if (fault) std::rethrow_exception(fault);
        });
    }
    const auto begun = Steady::now();
    io.run();
    return std::chrono::duration<double>(Steady::now() - begun).count();
}

// Frames of a device in pieces of some kilobytes, as a relay or a busy line brings them.
std::vector<std::vector<std::string>> in_pieces(int count) {
    std::vector<std::vector<std::string>> all(kDevices);
    for (int device = 0; device < kDevices; ++device) {
        std::string piece;
        for (int i = 0; i < count; ++i) {
            piece += frame_of(device, i, 4);
            if (piece.size() < kBareReadBytes && i + 1 < count) continue;
            all[device].push_back(std::exchange(piece, {}));
        }
    }
    return all;
}
std::vector<std::vector<std::string>> one_by_one(int count) {
    std::vector<std::vector<std::string>> all(kAskedDevices);
    for (int device = 0; device < kAskedDevices; ++device) {
        for (int i = 0; i < count; ++i) all[device].push_back(frame_of(device, i, 5));
    }
    return all;
}

// Finds the ends of frames, and answers each with bytes that are ready.
class BareReader {
 public:
    BareReader() : acceptor_(io_, {asio::ip::make_address("127.0.0.1"), 0}) {
        asio::co_spawn(io_, accept(), asio::detached);
        thread_ = std::thread([this] { io_.run(); });
    }
    ~BareReader() {
        io_.stop();
        thread_.join();
    }
    BareReader(const BareReader&) = delete;
    BareReader& operator=(const BareReader&) = delete;
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    [[nodiscard]] std::size_t frames() const { return frames_; }
    void answer_each(bool is_asked) { is_asked_ = is_asked; }

 private:
    asio::awaitable<void> accept() {
        for (;;) {
            tcp::socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
            asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
        }
    }
    asio::awaitable<void> serve(tcp::socket socket) {
        std::vector<char> bytes(kBareReadBytes);
        const std::string answer = plans::hj212::to_frame("ST=91;CN=9014;Flag=4;CP=&&&&");
        bool has_return = false;
        for (;;) {
            boost::system::error_code error;
            const std::size_t count = co_await socket.async_read_some(
                asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return;
            std::size_t found = 0;
            for (std::size_t i = 0; i < count; ++i) {
                found += has_return && bytes[i] == '\n' ? 1 : 0;
                has_return = bytes[i] == '\r';
            }
            frames_ += found;
            if (!is_asked_ || found == 0) continue;
            co_await asio::async_write(socket, asio::buffer(answer), asio::use_awaitable);
        }
    }

    asio::io_context io_;
    tcp::acceptor acceptor_;
    std::atomic<std::size_t> frames_{0};
    std::atomic<bool> is_asked_{false};
    std::thread thread_;
};

// The port of the daemon, with what it needs of one.
class Port {
 public:
    explicit Port(DurableWriter::Keep keep)
        : store_(Store::open(":memory:", StoreMode::kInline).value()) {
        Config config;
        config.hj212.enabled = true;
        config.hj212.port = 0;
        config.hj212.bytes_per_second = 1 << 30;
        config.hj212.connections = 2 * kAskedDevices;  // nobody gives way to a newcomer
        config.hj212.connections_per_address = 2 * kAskedDevices;
        (void)inventories_.take_now(city(), "city", kNow);
        context_.config = std::make_shared<const Config>(std::move(config));
        server_ = Hj212Server::listen(context_, std::move(keep), times_of(context_.config->hj212))
                      .value();
        server_->start();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~Port() {
        asio::co_spawn(io_, server_->stop(), asio::detached);
        thread_.join();
    }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    [[nodiscard]] std::uint16_t port() const { return server_->port(); }
    [[nodiscard]] std::size_t frames() const { return metrics_.value(Counter::kHj212FramesTaken); }

 private:
    asio::io_context io_;
    ManualClock clock_{kNow};
    Log log_{clock_, [](LogSeverity, std::string_view) {}};
    Metrics metrics_;
    std::unique_ptr<Store> store_;
    EventFeed events_{io_.get_executor()};
    InventoryRegistry inventories_{*store_, {}};
    plans::SigningKey key_ = plans::SigningKey::from_seed(std::string(32, 'k')).value();
    Context context_{io_.get_executor(),
                     clock_,
                     *store_,
                     log_,
                     metrics_,
                     events_,
                     inventories_,
                     key_,
                     std::make_shared<const Config>(),
                     std::make_shared<const plans::RegionPack>()};
    std::unique_ptr<Hj212Server> server_;
    std::thread thread_;
};

DurableWriter::Keep into_journal(Journal& journal) {
    return [&journal](std::span<const Envelope> envelopes) {
        for (const Envelope& one : envelopes) {
            (void)journal.append(one, one.arrived.value_or(kNow), one.payload.size(), false);
        }
        journal.sync();
        return true;
    };
}

double of_bare(const std::vector<std::vector<std::string>>& frames, std::size_t count,
               bool is_asked) {
    BareReader bare;
    bare.answer_each(is_asked);
    if (is_asked) return ask_all(bare.port(), frames);
    return send_all(bare.port(), frames, [&] { return bare.frames() >= count; });
}

double of_port(const std::vector<std::vector<std::string>>& frames, std::size_t count,
               bool is_asked, DurableWriter::Keep keep) {
    Port port(std::move(keep));
    if (is_asked) return ask_all(port.port(), frames);
    return send_all(port.port(), frames, [&] { return port.frames() >= count; });
}

double show(std::string_view what, std::size_t count, double took, double bare) {
    const double ratio = bare / took;
    fmt::print("{:8} {:9.0f} frames/s, bare {:9.0f}/s, ratio {:.3f}\n", what,
               static_cast<double>(count) / took, static_cast<double>(count) / bare, ratio);
    return ratio;
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path folder =
        argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path() / "hj212-bench";
    fs::remove_all(folder);
    auto journal = Journal::open((folder / "journal").string(), {}).value();
    const auto counted = [](std::span<const Envelope>) { return true; };
    const auto pieces = in_pieces(kFramesOfDevice);
    const auto asked = one_by_one(kAskedOfDevice);
    constexpr std::size_t kPushed = std::size_t{kDevices} * kFramesOfDevice;
    constexpr std::size_t kAsked = std::size_t{kAskedDevices} * kAskedOfDevice;
    double best = 0;
    for (int round = 0; round < 3; ++round) {
        const double bare = of_bare(pieces, kPushed, false);
        show("parsed", kPushed, of_port(pieces, kPushed, false, counted), bare);
        show("durable", kPushed, of_port(pieces, kPushed, false, into_journal(*journal)), bare);
        const double answered = of_bare(asked, kAsked, true);
        const double ratio =
            show("asked", kAsked, of_port(asked, kAsked, true, into_journal(*journal)), answered);
        best = std::max(best, ratio);
    }
    journal.reset();
    fs::remove_all(folder);
    return best >= kRatioWanted ? 0 : 1;
}
