// The services over a store of their own (test_store.hpp), a clock that a test moves, and calls
// through the Router as the server would make them.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/stored_repeats.hpp"
#include "daemon/store/events.hpp"
#include "daemon/warnings/warning_service.hpp"
#include "desk_fixture.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

class Services {
 public:
    Services()
        : clock(hour_at(8)),
          log(clock, [this](LogSeverity, std::string_view line) { log_lines.emplace_back(line); }),
          events(io.get_executor()),
          inventories(*desk.store, {}),
          config(std::make_shared<Config>()),
          context{io.get_executor(), clock,    *desk.store, log,      metrics, events,
                  inventories,       desk.key, config,      desk.pack},
          service(context) {
        std::vector<Person> people{
            person("zhang.wei", Role::kDutyOfficer), person("li.na", Role::kApprover),
            person("wang.fang", Role::kApprover), person("zhao.min", Role::kAuditor)};
        router.set_people(std::move(people));
        service.add_routes(router);
        router.keep_answers(std::make_shared<StoredRepeats>(context));
    }

    static Person person(const std::string& id, Role role) {
        Person made;
        made.id = id;
        made.name = id;
        made.roles = {role};
        made.token_sha256 = token_hash("token-of-" + id);
        return made;
    }

    // Runs what is ready; never waits for the clock.
    template <class T>
    T wait(boost::asio::awaitable<T> task) {
        std::optional<T> answer;
        std::exception_ptr failure;
        boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr why, T value) {
            failure = why;
            if (!why) answer.emplace(std::move(value));
        });
        run_all(io, *desk.store);
        if (failure) std::rethrow_exception(failure);
        return std::move(*answer);
    }

    ApiResponse call(const std::string& who, const std::string& method, const std::string& target,
                     const std::string& body = {}, const std::string& key = {}) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        if (!who.empty()) request.authorization = "Bearer token-of-" + who;
        request.idempotency_key = key;
        return wait(router.handle(std::move(request)));
    }

    static boost::json::value json(const ApiResponse& response) {
        auto value = plans::parse_json(response.body, "answer");
        EXPECT_TRUE(value) << response.body;
        return value ? *value : boost::json::value();
    }

    boost::asio::io_context io;
    Desk desk;
    ManualClock clock;
    std::vector<std::string> log_lines;
    Log log;
    Metrics metrics;
    EventFeed events;
    InventoryRegistry inventories;
    std::shared_ptr<Config> config;
    Context context;
    Router router;
    WarningService service;
};

}  // namespace qk::daemon
