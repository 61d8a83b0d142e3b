#include "tests/sim/play.hpp"

#include "plans/inventory/read_inventory.hpp"
#include "plans/response/order.hpp"
#include "sim/model/region.hpp"

namespace qk::sim::test {

using rules::Instant;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

plans::Inventory small_inventory() {
    std::vector<plans::NamedTable> tables;
    for (TableText& table : make_region({3, 40})) {
        tables.push_back({std::move(table.name), std::move(table.text)});
    }
    return *plans::read_inventory(std::move(tables), "示例").inventory;
}

WorldOptions all(Behaviour behaviour) {
    WorldOptions options{.zone = rules::kBeijingTime};
    options.shares[static_cast<std::size_t>(behaviour)] = behaviour == Behaviour::kObeys ? 0 : 1;
    return options;
}

std::string stop_order(const plans::Inventory& inventory, std::size_t enterprise,
                       std::int64_t revision, bool is_lifted, Instant from) {
    plans::OrderDocument order;
    order.order = "W1/" + inventory.enterprises[enterprise].id;
    order.revision = revision;
    order.region = inventory.enterprises[enterprise].region;
    order.enterprise = inventory.enterprises[enterprise].id;
    order.warning = "W1";
    order.issued_at = kStart - hours{6} + minutes{revision};
    order.effective_from = from;
    if (!is_lifted) {
        order.colour = rules::Colour::kRed;
        rules::Obligation stop;
        stop.id = order.enterprise + "//stop";
        stop.enterprise = order.enterprise;
        stop.action = rules::Action::kStop;
        stop.ratio = 1;
        stop.from = from;
        stop.to = kStart + days{3};
        stop.verified_by = rules::VerifiedBy::kPower;
        stop.check = rules::LineStands{hours{2}, false};
        order.obligations.push_back(stop);
    }
    return plans::signed_text(order, bureau_key(), kZone);
}

plans::SigningKey bureau_key() {
    return plans::SigningKey::from_seed("0123456789abcdef0123456789abcdef").value();
}

Play::Play(Behaviour behaviour) : world(small_inventory(), all(behaviour)) {
    world.trust({bureau_key().public_key_hex()});
    while (world.behaviour_of(who) != behaviour) ++who;
    world.deliver(who, stop_order(world.inventory(), who), kStart - hours{6});
    for (Instant now = kStart - hours{6}; now <= kStart + days{2}; now += minutes{15}) {
        for (Outgoing& message : world.step(now)) {
            if (message.enterprise == who) sent.push_back(std::move(message));
        }
    }
}

std::string Play::obligation() const { return world.inventory().enterprises[who].id + "//stop"; }

DayTruth Play::second_day() const {
    return world.truth().at({obligation(), rules::day_of(kStart + days{1}, kZone)}).truth();
}

int Play::receipts_of(const std::string& state) const {
    int count = 0;
    for (const Outgoing& message : sent) {
        count +=
            message.is_receipt && message.payload.find("\"" + state + "\"") != std::string::npos;
    }
    return count;
}

}  // namespace qk::sim::test
