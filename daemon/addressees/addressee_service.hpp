// The service of addressees (责任对象): the list in force, the API of their tasks, and the sender.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "daemon/addressees/addressee_registry.hpp"
#include "daemon/addressees/task_sender.hpp"
#include "daemon/addressees/tasks.hpp"
#include "daemon/base/ports.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

class AddresseeService {
 public:
    AddresseeService(Context& context, GatewayClient& gateway, MessageBus& bus);

    void add_routes(Router& router);
    // Told in the transaction of every answer that moves a task.
    void on_answered(TaskAnswered tell) { tell_answered_ = std::move(tell); }
    // The list; before anything runs on the store's thread.
    void restore() { registry_.restore(); }
    void start(TaskGroup& tasks) { sender_.start(tasks); }
    [[nodiscard]] boost::asio::awaitable<void> reloaded() { return registry_.reloaded(); }
    [[nodiscard]] bool is_idle() const { return sender_.is_idle(); }

 private:
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show_list(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> hand_in(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> preview(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> list(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> answer(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show_file(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> tell_plants(Call call);

    Context& context_;
    AddresseeRegistry registry_;
    TaskSender sender_;
    TaskAnswered tell_answered_;
};

}  // namespace qk::daemon
