#include "tests/sim/play.hpp"

#include "plans/inventory/read_inventory.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"
#include "sim/model/region.hpp"

namespace qk::sim::test {

using rules::Instant;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

plans::Inventory small_inventory(int enterprises) {
    std::vector<plans::NamedTable> tables;
    for (TableText& table : make_region({3, enterprises})) {
        tables.push_back({std::move(table.name), std::move(table.text)});
    }
    return *plans::read_inventory(std::move(tables), "示例").inventory;
}

WorldOptions all(Behaviour behaviour) {
    WorldOptions options{.zone = rules::kBeijingTime};
    options.shares[static_cast<std::size_t>(behaviour)] = behaviour == Behaviour::kObeys ? 0 : 1;
    return options;
}

namespace {

plans::OrderDocument empty_order(const plans::Inventory& inventory, std::size_t enterprise,
                                 std::int64_t revision, Instant from) {
    plans::OrderDocument order;
    order.order = "W1/" + inventory.enterprises[enterprise].id;
    order.revision = revision;
    order.region = inventory.enterprises[enterprise].region;
    order.enterprise = inventory.enterprises[enterprise].id;
    order.warning = "W1";
    order.issued_at = kStart - hours{6} + minutes{revision};
    order.effective_from = from;
    return order;
}

rules::Obligation obligation_from(const plans::OrderDocument& order, Instant from) {
    rules::Obligation obligation;
    obligation.enterprise = order.enterprise;
    obligation.ratio = 1;
    obligation.from = from;
    obligation.to = kStart + days{3};
    obligation.verified_by = rules::VerifiedBy::kPower;
    return obligation;
}

}  // namespace

std::string stop_order(const plans::Inventory& inventory, std::size_t enterprise,
                       std::int64_t revision, bool is_lifted, Instant from) {
    plans::OrderDocument order = empty_order(inventory, enterprise, revision, from);
    if (!is_lifted) {
        order.colour = rules::Colour::kRed;
        rules::Obligation stop = obligation_from(order, from);
        stop.id = order.enterprise + "//stop";
        stop.action = rules::Action::kStop;
        stop.check = rules::LineStands{hours{2}, false};
        order.obligations.push_back(stop);
    }
    return plans::signed_text(order, bureau_key(), kZone);
}

std::string cap_order(const plans::Inventory& inventory, std::size_t enterprise,
                      const std::string& line) {
    plans::OrderDocument order = empty_order(inventory, enterprise, 1, kStart);
    order.colour = rules::Colour::kOrange;
    rules::Obligation cap = obligation_from(order, kStart);
    cap.id = order.enterprise + "//cap";
    cap.line = line;
    cap.action = rules::Action::kLimitLoad;
    cap.ratio = 0.4;
    cap.check = rules::LoadAtMost{0.4, hours{2}, ""};
    order.obligations.push_back(cap);
    return plans::signed_text(order, bureau_key(), kZone);
}

plans::SigningKey bureau_key() {
    return plans::SigningKey::from_seed("0123456789abcdef0123456789abcdef").value();
}

Play::Play(Behaviour behaviour, Ordered ordered)
    : world(small_inventory(), all(behaviour)), ordered_(ordered) {
    world.trust({bureau_key().public_key_hex()});
    while (world.behaviour_of(who) != behaviour) ++who;
    const plans::Inventory& inventory = world.inventory();
    if (ordered == Ordered::kStop) {
        world.deliver(who, stop_order(inventory, who), kStart - hours{6});
    } else {
        // Of a plant with a second line, which stays free.
        while (world.behaviour_of(who) != behaviour || lines().size() < 2) ++who;
        world.deliver(who, cap_order(inventory, who, lines().front()), kStart - hours{6});
    }
    for (Instant now = kStart - hours{6}; now <= kStart + days{2}; now += minutes{15}) {
        for (Outgoing& message : world.step(now)) {
            if (message.enterprise == who) sent.push_back(std::move(message));
        }
    }
}

std::vector<std::string> Play::lines() const {
    std::vector<std::string> found;
    for (const plans::Line& line : world.inventory().lines) {
        if (line.enterprise == world.inventory().enterprises[who].id) found.push_back(line.id);
    }
    return found;
}

std::string Play::obligation() const {
    return world.inventory().enterprises[who].id +
           (ordered_ == Ordered::kStop ? "//stop" : "//cap");
}

DayTruth Play::second_day() const { return count_of_day(1).truth(); }

const DayCount& Play::count_of_day(int day) const {
    return world.truth().at({obligation(), rules::day_of(kStart + days{day}, kZone)});
}

std::optional<double> Play::shown_kw(const std::string& meter, int day) const {
    const std::string topic =
        world.topic_of(who, "meter/" + world.inventory().enterprises[who].id + meter);
    double sum = 0;
    int count = 0;
    for (const Outgoing& message : sent) {
        if (message.topic != topic) continue;
        const auto readings = plans::parse_json(message.payload, "readings");
        for (const boost::json::value& reading : readings->as_array()) {
            const auto end = rules::parse_instant(plans::string_or(reading, "t"), kZone);
            if (*end <= kStart + days{day} || *end > kStart + days{day + 1}) continue;
            sum += reading.at("kw").to_number<double>();
            ++count;
        }
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
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
