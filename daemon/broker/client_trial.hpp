// Plays the bureau against the client of one enterprise, step by step: true orders, traps, a cut, a
// broker that forgets, an exercise, a lift, a change of keys. What was told and heard is the record
// that plans/protocol/client_judge.hpp judges.
//
// Time is counted by what was waited, so nothing here reads a clock; the trial is a little shorter
// in its own eyes than on the wall.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "daemon/broker/cut_proxy.hpp"
#include "daemon/broker/probe.hpp"
#include "daemon/broker/test_broker.hpp"
#include "plans/evidence/key_history.hpp"
#include "plans/protocol/client_judge.hpp"
#include "plans/response/signing.hpp"

namespace qk::broker {

// A mosquitto of our own on loopback, which may forget and be cut off; or one of somebody else.
struct OwnTrialBroker {
    std::string program;
    std::uint16_t port = 0;  // where the client comes in; 0: a free one
    std::string client_user;
    std::string client_password;
};

struct ClientTrialWishes {
    std::string enterprise;
    std::string region;
    ProbeDoor door;    // without `own`
    ProbeLogin login;  // of the bureau
    std::optional<OwnTrialBroker> own;
    plans::SigningKey key;
    std::optional<plans::SigningKey> next_key;  // where the client was given the succession
    plans::SigningKey strange_key;
    rules::Instant began{};
    std::chrono::seconds join_within{300};
    std::chrono::seconds answer_within{60};
    std::chrono::seconds cut_for{8};
    // What goes on, for who waits; one line each.
    std::function<void(const std::string& line)> say;
    // The client may come now: where to.
    std::function<void(std::uint16_t port)> is_ready;
};

[[nodiscard]] rules::Result<plans::ClientTrial> try_client(const ClientTrialWishes& wishes);

}  // namespace qk::broker
