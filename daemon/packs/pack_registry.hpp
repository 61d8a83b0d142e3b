// The rule packs in force (规则包启用): a pack is put in force from an instant by a named person,
// with the reason and what trying it on history showed; stored whole, audited, and in use from then
// on without a restart. Until the first one begins, the pack of the configuration is in use.
//
// One that changes who may sign, or how many must, waits: for another person who confirms it, and
// then for the delay of the running configuration. What it is held against is the pack in force
// when it is put up and again when it would begin, so going back to an older pack does not evade
// it.
//
// A decision keeps the standard and the rules it saw (plans/decision/decision_inputs.hpp), so a new
// pack changes nothing that was decided before.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

inline constexpr std::size_t kPackTextsMax = 32;  // parents and standards that come with a pack

// All that reading a pack takes: its text, and the parents and standards that are not built in.
struct PackTexts {
    std::string file;
    std::string pack;
    std::map<std::string, std::string> packs;
    std::map<std::string, std::string> standards;
};
[[nodiscard]] boost::json::value to_json(const PackTexts& texts);
[[nodiscard]] rules::Result<PackTexts> pack_texts_from_json(const boost::json::value& value);
// Reads it; `used` gets every text that was needed, built-in ones too.
[[nodiscard]] rules::Result<plans::RegionPack> read_pack_texts(const PackTexts& texts,
                                                               PackTexts* used = nullptr);

class PackRegistry {
 public:
    explicit PackRegistry(Context& context) : context_(context), changed_(context.executor) {}

    // Told when another pack has come in force; outlives this.
    // Told, and awaited, when another pack is in force: the air is assessed by its rules.
    void on_in_force(std::function<boost::asio::awaitable<void>()> tell) {
        tell_in_force_ = std::move(tell);
    }
    void add_routes(Router& router);
    void start(TaskGroup& tasks);

    // At the start of the daemon: the adopted pack that is in force takes the place of the
    // configured one. A stored pack that no longer reads is a fault.
    [[nodiscard]] rules::Result<void> restore();
    // The configuration was read again: what a person put in force stays in force.
    void reloaded(std::shared_ptr<const plans::RegionPack> configured);

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> begin_due();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> adopt(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> withdraw(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> confirm(Call call);
    [[nodiscard]] ApiResponse confirm_in(Session& db, const Call& call, rules::Instant now) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> list(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call);

    Context& context_;
    EventFeed changed_;  // wakes run() when an earlier date was set
    std::function<boost::asio::awaitable<void>()> tell_in_force_;
    std::int64_t in_force_ = 0;  // number of the adopted pack in use; 0: the configured one
    std::shared_ptr<const plans::RegionPack> adopted_;
};

}  // namespace qk::daemon
