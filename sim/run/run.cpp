#include "sim/run/run.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cassert>
#include <exception>
#include <filesystem>

#include "sim/run/run_link.hpp"
#include "sim/story/episode.hpp"

namespace qk::sim {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

// A folder of its own for the store of a run whose daemon is restarted; gone afterwards.
class ScratchFolder {
 public:
    explicit ScratchFolder(bool is_needed) {
        if (!is_needed) return;
        std::string pattern = (fs::temp_directory_path() / "qingkong-sim-XXXXXX").string();
        if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
    }
    ~ScratchFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] const std::string& path() const { return path_; }

 private:
    std::string path_;
};

// One that is not there yet: two runs must not write into one database.
rules::Result<void> make_kept_folder(const std::string& folder) {
    if (folder.empty()) return {};
    std::error_code error;
    if (fs::create_directory(folder, error)) return {};
    return rules::refuse(folder + ": " + (error ? error.message() : "已存在 / is there already"),
                         "上级目录中尚不存在的名称 / a new name in a folder that is there");
}

asio::awaitable<void> play_and_stop(Episode& episode, RunLink& link) {
    co_await link.start();
    co_await episode.play();
    co_await link.stop();
}

}  // namespace

rules::Result<Ledger> run_episode(const StageOptions& options, std::ostream& out) {
    if (const auto made = make_kept_folder(options.keep); !made) return made.error();
    const auto stage = set_stage(options);
    if (!stage) return stage.error();
    const Scenario& scenario = stage->scenario;
    out << fmt::format("seed {}: {}, {} to {}, {} enterprises\n", scenario.seed, scenario.name,
                       rules::to_iso(scenario.start, scenario.zone),
                       rules::to_iso(scenario.end, scenario.zone),
                       stage->inventory.enterprises.size());
    const ScratchFolder scratch(options.keep.empty() && !scenario.faults.daemon_restarts.empty());
    const std::string folder = options.keep.empty() ? scratch.path() : options.keep;
    asio::io_context io(1);
    World world(stage->inventory, world_options_of(scenario));
    Episode episode(scenario, stage->weather, world,
                    [&](rules::Instant now, const std::string& line) {
                        out << rules::to_iso(now, scenario.zone) << ' ' << line << '\n';
                    });
    auto link = RunLink::create(io, *stage, world, episode, folder);
    if (!link) return link.error();
    episode.connect(**link);
    std::exception_ptr failure;
    asio::co_spawn(io, play_and_stop(episode, **link),
                   [&failure](std::exception_ptr ended) { failure = ended; });
    io.run();
    if (failure) std::rethrow_exception(failure);
    out << to_text(episode.ledger());
    return episode.ledger();
}

}  // namespace qk::sim
