// The answers to POSTs with an Idempotency-Key, in the store.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <set>
#include <string>

#include "daemon/api/repeat_registry.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

class StoredRepeats : public RepeatRegistry {
 public:
    explicit StoredRepeats(Context& context) : context_(context) {}

    [[nodiscard]] boost::asio::awaitable<std::optional<ApiResponse>> begin(Call& call) override;
    [[nodiscard]] boost::asio::awaitable<void> end(const Call& call,
                                                   const ApiResponse& answer) override;

 private:
    void tell_forgotten(const Repeat& repeat);

    Context& context_;
    std::set<std::string> told_;  // people of whom the log says that answers had to go
};

}  // namespace qk::daemon
