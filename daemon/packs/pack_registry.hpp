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
#include <string>
#include <utility>

#include "daemon/packs/adoption_registry.hpp"

namespace qk::daemon {

class Router;

class PackRegistry : public AdoptionRegistry {
 public:
    explicit PackRegistry(Context& context);

    // Told, and awaited, when another pack is in force: the air is assessed by its rules. What is
    // told outlives this.
    void on_in_force(std::function<boost::asio::awaitable<void>()> tell) {
        tell_in_force_ = std::move(tell);
    }
    void add_routes(Router& router);
    // The configuration was read again: what a person put in force stays in force.
    void reloaded(std::shared_ptr<const plans::RegionPack> configured);

 private:
    [[nodiscard]] rules::Result<Readied> ready(const Adoption& adoption) override;
    [[nodiscard]] boost::asio::awaitable<void> tell_in_force() override;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> adopt(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> list(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call);

    std::function<boost::asio::awaitable<void>()> tell_in_force_;
    std::shared_ptr<const plans::RegionPack> adopted_;  // null: the configured one is in use
};

}  // namespace qk::daemon
