// Keeps the audit log provable: signs its head every hour, at the start, at an orderly stop and
// after decisions, stores it, writes it to a file and hands it to gateways, so that whoever keeps
// yesterday's head can prove a later rewriting. Also checks the log at the start.
//
// What remains: whoever may write the database can rewrite what no head covers yet, unseen. Those
// are the entries of the last kDecisionHeadsApart, where they are decisions, keys, people or
// settings; of the last hour, where they are log-ins, receipts and the like; and after a kill or a
// power cut, whatever came after the last head. He can also take away entries together with the
// heads that cover them: that is proved by a head that has left the machine only (feed, file
// elsewhere, gateway). Whoever has the signing key as well can sign another log; against him, too,
// stand the heads kept elsewhere.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/service/context.hpp"
#include "daemon/store/audit.hpp"
#include "plans/evidence/audit_chain.hpp"

namespace qk::daemon {

class Accounts;
class GatewayClient;
class TaskGroup;

// Decisions that follow one another sooner are covered by one head.
inline constexpr std::chrono::seconds kDecisionHeadsApart{10};

class AuditKeeper {
 public:
    AuditKeeper(Context& context, GatewayClient& gateway, Accounts& accounts)
        : context_(context), gateway_(gateway), accounts_(accounts) {}

    // At the start, before anything else is written: says what was changed outside while we were
    // away, and notes it in the log.
    void check();
    void start(TaskGroup& tasks);
    // At an orderly stop, when nothing is written to the log any more. To the file only: a gateway
    // that does not answer would hold the stop up.
    [[nodiscard]] boost::asio::awaitable<void> sign_last();

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> sign_decisions();
    // Unless the head before covers what there is. Whether there is a new one.
    [[nodiscard]] boost::asio::awaitable<bool> sign(HeadOccasion occasion);
    [[nodiscard]] boost::asio::awaitable<void> keep_in_file(const std::string& text);
    [[nodiscard]] boost::asio::awaitable<void> hand_on(const plans::AuditHead& head,
                                                       const std::string& text);

    Context& context_;
    GatewayClient& gateway_;
    Accounts& accounts_;
    // Number of the entry of the last head, and of the last by the hour; -1: none yet. An hour has
    // its own head even where a decision's covers it.
    std::int64_t signed_ = -1;
    std::int64_t signed_by_hour_ = -1;
};

}  // namespace qk::daemon
