// The region as it runs: every enterprise of an inventory with its lines, meters, vehicles and
// people.
//
// Time goes in quarters of an hour. step(now) lets the quarter that ends now happen and answers
// what the enterprises send at that moment: receipts that are due, readings when a report is due,
// vehicles at the gate. deliver() hands an order document to an enterprise as the broker does,
// maybe twice, maybe late. How an enterprise behaves is drawn once; the truth of what it did is
// kept in truth(). The same inventory, options and deliveries give the same messages. Nothing here
// waits or sends.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "rules/base/time.hpp"
#include "sim/model/behaviour.hpp"
#include "sim/model/truth.hpp"

namespace qk::sim {

struct WorldOptions {
    std::uint64_t seed = 1;
    rules::Zone zone;
    BehaviourShares shares{};
    double over_cap_by = 0.25;  // an over-capper's load above its cap
    std::chrono::minutes report_every{60};
    double reading_loss = 0;  // share of readings that a meter never sends
};

struct Outgoing {
    std::size_t enterprise = 0;  // index into the inventory
    std::string topic;
    std::string payload;
    bool is_receipt = false;
};

// What an enterprise did with a document it was handed.
struct Delivery {
    bool accepted = false;  // a new revision
    std::string refused;    // why not, when the document is not an order, not signed, or older
    bool is_stale = false;  // refused for nothing but its age, as a late message is
    bool is_key_unknown = false;  // signed by a key that is not trusted (yet)
};

class World {
 public:
    World(plans::Inventory inventory, WorldOptions options);
    ~World();

    // Without a duty yet: the readings of days past, as meters that were connected long ago send
    // them.
    [[nodiscard]] std::vector<Outgoing> history(rules::Span span);
    [[nodiscard]] std::vector<Outgoing> step(rules::Instant now);
    // The bureau's keys, compared with what the bureau has published; a document of any other key
    // is refused, whatever it says. Without one every document is.
    void trust(std::vector<std::string> public_keys);
    Delivery deliver(std::size_t enterprise, std::string_view payload, rules::Instant now);

    [[nodiscard]] const plans::Inventory& inventory() const;
    [[nodiscard]] std::optional<std::size_t> find(std::string_view enterprise_id) const;
    [[nodiscard]] Behaviour behaviour_of(std::size_t enterprise) const;
    [[nodiscard]] std::string topic_of(std::size_t enterprise, std::string_view leaf) const;
    [[nodiscard]] const TruthLedger& truth() const;
    // Every reading that was sent, of a meter or an outlet, is known, so that evidence can be
    // checked.
    [[nodiscard]] bool has_sent(std::string_view source, rules::Instant end) const;
    // Of the order document it holds; 0 without one.
    [[nodiscard]] std::int64_t held_revision(std::size_t enterprise) const;
    // A silent enterprise says nothing at all, not even that it is online.
    [[nodiscard]] bool is_mute(std::size_t enterprise) const;

    struct Parts;

 private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::sim
