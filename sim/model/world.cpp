#include "sim/model/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>
#include <utility>

#include "plans/response/order.hpp"
#include "plans/text/json.hpp"
#include "sim/model/random.hpp"
#include "sim/model/site.hpp"

namespace qk::sim {

using rules::Instant;
using rules::Obligation;
using std::chrono::minutes;

struct PendingReceipt {
    Instant due;
    std::string state;
    std::string note;
    bool is_sent = false;
};

struct HeldOrder {
    plans::OrderDocument document;
    std::vector<PendingReceipt> receipts;
};

struct MeterLog {
    std::string batch;          // JSON of readings not sent yet
    std::vector<Instant> sent;  // ends, rising
};

struct SiteOutlet {
    std::string id;
    std::size_t line = 0;
    std::vector<Instant> sent = {};  // ends, rising
};

struct Member {
    Site site;
    std::vector<SiteOutlet> outlets;
    std::optional<HeldOrder> held;
    std::vector<MeterLog> meters;
};

struct World::Parts {
    explicit Parts(const WorldOptions& given) : options(given) {}

    std::vector<std::string> trusted;  // public keys
    plans::Inventory inventory;
    const WorldOptions options;
    std::vector<Member> members;
    std::map<std::string, std::size_t, std::less<>> by_id;
    std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> by_meter;
    std::map<std::string, std::pair<std::size_t, std::size_t>, std::less<>> by_outlet;
    TruthLedger truth;

    void add_lines_and_meters();
    void add_outlets();
    void assign_behaviours();
    void count_truth(const Member& member, const SiteQuarter& quarter, Instant begin);
    DayCount& count_of(const Member& member, const Obligation& obligation, Instant begin);
    void count_truck(const Member& member, const Truck& truck, Instant begin);
    void send_stacks(std::vector<Outgoing>& out, std::size_t index, const SiteQuarter& quarter,
                     Instant end, const std::string& end_text);
    void send_truck(std::vector<Outgoing>& out, std::size_t index, const Truck& truck);
    void count_line(DayCount& count, const Member& member, const SiteQuarter& quarter,
                    const Obligation& obligation, std::size_t line, Instant begin, int flags[4]);
    void log_readings(Member& member, const SiteQuarter& quarter, Instant end,
                      const std::string& end_text, bool is_muted);
    void send_reports(std::vector<Outgoing>& out, std::size_t index);
    void send_receipts(std::vector<Outgoing>& out, std::size_t index, Instant now);
    bool is_mute(const Member& member) const;
    std::string topic(std::size_t index, std::string_view leaf) const;
};

namespace {

const std::vector<Obligation>& obligations_of(const Member& member) {
    static const std::vector<Obligation> kNone;
    return member.held ? member.held->document.obligations : kNone;
}

// Forced measures spare A and leading enterprises, livelihood and white list: to give one of them a
// vice would prove nothing.
bool may_misbehave(const plans::Enterprise& enterprise) {
    return enterprise.category == plans::Category::kRegular && enterprise.grade.name != "A" &&
           enterprise.grade.name != "A+" && enterprise.grade.name != "leading";
}

double allowed_kw(const SiteLine& line, const LineQuarter& quarter, const Demand& demand) {
    return demand.kind == DemandKind::kStanding
               ? line.idle_kw
               : std::max(line.idle_kw, demand.share * quarter.normal_kw);
}

// How long before the first day one that raises its base has begun to run high.
constexpr std::chrono::hours kHighBefore{24 * 7};

// Stacks and gates were connected long ago as well; a bureau looks back no farther.
constexpr std::chrono::hours kStackBefore{24 * 10};

bool is_above(double kw, double allowed) { return kw > allowed * 1.05 + 2.0; }

}  // namespace

void World::Parts::add_lines_and_meters() {
    for (const plans::Enterprise& enterprise : inventory.enterprises) {
        Member member;
        member.site.id = enterprise.id;
        member.site.trade = &profile_of(enterprise.industry);
        member.site.seed = seed_of(options.seed, enterprise.id);
        by_id.emplace(enterprise.id, members.size());
        members.push_back(std::move(member));
    }
    for (const plans::Line& line : inventory.lines) {
        const auto found = by_id.find(line.enterprise);
        if (found == by_id.end()) continue;
        Site& site = members[found->second].site;
        SiteLine added;
        added.id = line.id;
        added.seed = seed_of(site.seed, line.id);
        added.load = Random(added.seed).between(0.62, 0.85);
        added.is_closed = line.idle;
        site.lines.push_back(std::move(added));
    }
    for (const plans::Meter& meter : inventory.meters) {
        const auto found = by_id.find(meter.enterprise);
        if (found == by_id.end()) continue;
        Member& member = members[found->second];
        SiteMeter added{meter.id,
                        meter.role,
                        std::nullopt,
                        meter.rated_kw.value_or(200),
                        meter.idle_kw.value_or(5),
                        1,
                        seed_of(member.site.seed, meter.id)};
        for (std::size_t i = 0; i < member.site.lines.size(); ++i) {
            SiteLine& line = member.site.lines[i];
            if (meter.line.empty() || line.id != meter.line) continue;
            added.line = i;
            if (added.role != rules::MeterRole::kProduction) continue;
            line.rated_kw = added.rated_kw;
            line.idle_kw = added.idle_kw;
        }
        by_meter.emplace(added.id, std::pair{found->second, member.site.meters.size()});
        member.site.meters.push_back(std::move(added));
        member.meters.emplace_back();
    }
}

void World::Parts::add_outlets() {
    for (const plans::Outlet& outlet : inventory.outlets) {
        const auto found = by_id.find(outlet.enterprise);
        if (found == by_id.end()) continue;
        Member& member = members[found->second];
        for (std::size_t i = 0; i < member.site.lines.size(); ++i) {
            if (member.site.lines[i].id != outlet.line) continue;
            by_outlet.emplace(outlet.id, std::pair{found->second, member.outlets.size()});
            member.outlets.push_back({outlet.id, i});
        }
    }
}

void World::Parts::assign_behaviours() {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (may_misbehave(inventory.enterprises[i])) order.push_back(i);
    }
    Random random(seed_of(options.seed, "behaviours"));
    for (std::size_t i = order.size(); i > 1; --i) {
        std::swap(order[i - 1], order[static_cast<std::size_t>(random.below(static_cast<int>(i)))]);
    }
    std::size_t next = 0;
    for (const Behaviour behaviour : kBehaviours) {
        if (behaviour == Behaviour::kObeys) continue;
        const double share = options.shares[static_cast<std::size_t>(behaviour)];
        auto count = static_cast<std::size_t>(share * static_cast<double>(members.size()) + 0.5);
        if (share > 0) count = std::max<std::size_t>(count, 1);
        for (; count > 0 && next < order.size(); --count, ++next) {
            Site& site = members[order[next]].site;
            site.behaviour = behaviour;
            site.lateness = minutes{15 * (12 + random.below(20))};
            site.obeys_in_silence = random.chance(0.4);
        }
    }
    for (Member& member : members) {
        double rated = 0;
        for (const SiteLine& line : member.site.lines) rated += line.rated_kw;
        member.site.trucks_per_day = rated > 3000 ? 20 : rated > 1000 ? 4 : 0;
    }
}

bool World::Parts::is_mute(const Member& member) const {
    return habit_of(member.site.behaviour).shown == Shown::kNoMessage &&
           !obligations_of(member).empty();
}

std::string World::Parts::topic(std::size_t index, std::string_view leaf) const {
    const plans::Enterprise& enterprise = inventory.enterprises[index];
    return fmt::format("qingkong/1/{}/{}/{}", enterprise.region, enterprise.id, leaf);
}

// flags: bound, would, did, seen of this quarter; an obligation on several lines is broken when one
// of them breaks it.
void World::Parts::count_line(DayCount& count, const Member& member, const SiteQuarter& quarter,
                              const Obligation& obligation, std::size_t index, Instant begin,
                              int flags[4]) {
    const SiteLine& line = member.site.lines[index];
    const LineQuarter& ran = quarter.lines[index];
    const LinePlace place{line.id, index, member.site.lines.size()};
    const Demand demand = demand_of(obligation, place, begin);
    if (line.is_closed || demand.kind == DemandKind::kFree) return;
    const double allowed = allowed_kw(line, ran, demand);
    bool is_shown = !quarter.are_meters_silent && !is_mute(member);
    bool is_metered = false;
    bool is_treated = false;
    for (std::size_t m = 0; m < member.site.meters.size(); ++m) {
        const SiteMeter& meter = member.site.meters[m];
        if (meter.line != index) continue;
        is_metered = is_metered || meter.role == rules::MeterRole::kProduction;
        is_treated = is_treated || meter.role == rules::MeterRole::kTreatment;
    }
    is_shown = is_shown && is_metered;
    if (ran.is_cut_early && is_treated) ++count.cut_early;
    if (!demand.binds()) return;
    flags[0] = 1;
    if (is_above(ran.normal_kw, allowed)) flags[1] = 1;
    if (is_above(ran.kw, allowed)) {
        flags[2] = 1;
        if (is_shown && is_above(ran.shown_kw, allowed)) flags[3] = 1;
    }
    if (quarter.moved_kw > 0 && ran.kw < ran.normal_kw) ++count.moved;
    if (ran.is_running && is_treated) {
        ++count.running;
        if (!ran.is_treatment_on) ++count.treatment_off;
        if (!ran.is_treatment_on && ran.treatment_share <= 0 && is_shown)
            ++count.treatment_off_seen;
    }
}

DayCount& World::Parts::count_of(const Member& member, const Obligation& obligation,
                                 Instant begin) {
    DayCount& count = truth[{obligation.id, rules::day_of(begin, options.zone)}];
    if (count.enterprise.empty()) {
        count.enterprise = member.site.id;
        count.line = obligation.line;
        count.action = obligation.action;
        count.verified_by = obligation.verified_by;
    }
    return count;
}

// A banned truck that passed the gate breaks the ban; the gate has seen it, unless it bore other
// plates.
void World::Parts::count_truck(const Member& member, const Truck& truck, Instant begin) {
    for (const Obligation& obligation : obligations_of(member)) {
        const auto* ban = std::get_if<rules::NoVehicles>(&obligation.check);
        if (ban == nullptr || !is_in_force(obligation, begin)) continue;
        const int hour = rules::hour_of_day(begin, options.zone);
        if (!is_banned(*ban, truck.real_stage, hour)) continue;
        DayCount& count = count_of(member, obligation, begin);
        ++count.did;
        if (is_banned(*ban, truck.stage, hour)) ++count.seen;
    }
}

void World::Parts::count_truth(const Member& member, const SiteQuarter& quarter, Instant begin) {
    for (const Obligation& obligation : obligations_of(member)) {
        if (!is_in_force(obligation, begin)) continue;
        DayCount& count = count_of(member, obligation, begin);
        int flags[4] = {0, 0, 0, 0};
        for (std::size_t line = 0; line < member.site.lines.size(); ++line) {
            count_line(count, member, quarter, obligation, line, begin, flags);
        }
        count.bound += flags[0];
        count.would += flags[1];
        count.did += flags[2];
        count.seen += flags[3];
        count.whole += flags[1] & flags[2];
    }
}

void World::Parts::log_readings(Member& member, const SiteQuarter& quarter, Instant end,
                                const std::string& end_text, bool is_muted) {
    if (is_muted || quarter.are_meters_silent) return;
    for (std::size_t m = 0; m < member.meters.size(); ++m) {
        Random loss(seed_of(member.site.meters[m].seed ^ 7, end.time_since_epoch().count()));
        if (options.reading_loss > 0 && loss.chance(options.reading_loss)) continue;
        const double kw = quarter.meter_kw[m];
        std::string& batch = member.meters[m].batch;
        if (!batch.empty()) batch += ',';
        fmt::format_to(std::back_inserter(batch), R"({{"t":"{}","kw":{:.2f},"kwh":{:.3f}}})",
                       end_text, kw, kw / 4);
        member.meters[m].sent.push_back(end);
    }
}

void World::Parts::send_reports(std::vector<Outgoing>& out, std::size_t index) {
    Member& member = members[index];
    for (std::size_t m = 0; m < member.meters.size(); ++m) {
        std::string& batch = member.meters[m].batch;
        if (batch.empty()) continue;
        out.push_back({index, topic(index, "meter/" + member.site.meters[m].id),
                       '[' + std::exchange(batch, {}) + ']'});
    }
}

void World::Parts::send_stacks(std::vector<Outgoing>& out, std::size_t index,
                               const SiteQuarter& quarter, Instant end,
                               const std::string& end_text) {
    const Site& site = members[index].site;
    for (SiteOutlet& outlet : members[index].outlets) {
        outlet.sent.push_back(end);
        const StackReading read =
            stack_of(site.lines[outlet.line], quarter.lines[outlet.line], quarter.begin);
        out.push_back(
            {index, topic(index, "stack/" + outlet.id),
             fmt::format(R"({{"t":"{}","so2":{:.1f},"nox":{:.1f},"pm":{:.1f},"flow":{:.0f}}})",
                         end_text, read.so2, read.nox, read.pm, read.flow)});
    }
}

void World::Parts::send_truck(std::vector<Outgoing>& out, std::size_t index, const Truck& truck) {
    out.push_back({index, topic(index, "gate"),
                   fmt::format(R"({{"t":"{}","plate":"{}","emission_standard":"{}",)"
                               R"("direction":"{}"}})",
                               rules::to_iso(truck.at, options.zone), truck.plate, truck.stage,
                               truck.inward ? "in" : "out")});
}

void World::Parts::send_receipts(std::vector<Outgoing>& out, std::size_t index, Instant now) {
    Member& member = members[index];
    if (!member.held) return;
    const plans::OrderDocument& order = member.held->document;
    for (PendingReceipt& receipt : member.held->receipts) {
        if (receipt.is_sent || receipt.due > now) continue;
        receipt.is_sent = true;
        boost::json::object body;
        body["order"] = order.order;
        body["revision"] = order.revision;
        body["state"] = receipt.state;
        body["at"] = rules::to_iso(receipt.due, options.zone);
        body["by"] = inventory.enterprises[index].contact.text();
        body["note"] = receipt.note;
        out.push_back({index, topic(index, "receipt"), plans::to_text(body), true});
    }
}

World::World(plans::Inventory inventory, WorldOptions options)
    : parts_(std::make_unique<Parts>(options)) {
    parts_->inventory = std::move(inventory);
    parts_->add_lines_and_meters();
    parts_->add_outlets();
    parts_->assign_behaviours();
}

World::~World() = default;

std::vector<Outgoing> World::history(rules::Span span) {
    std::vector<Outgoing> out;
    for (std::size_t i = 0; i < parts_->members.size(); ++i) {
        Member& member = parts_->members[i];
        if (habit_of(member.site.behaviour).load == Load::kFromHighBase) {
            member.site.high_from = span.to - kHighBefore;
        }
        for (Instant begin = span.from; begin < span.to; begin += kInterval) {
            const QuarterSetting setting{begin, parts_->options.zone, 0};
            const Instant end = begin + kInterval;
            const std::string end_text = rules::to_iso(end, parts_->options.zone);
            const SiteQuarter quarter = run_quarter(member.site, {}, setting);
            parts_->log_readings(member, quarter, end, end_text, false);
            const bool is_recent = end > span.to - kStackBefore;
            if (is_recent && rules::floor_hour(end) == end) {
                parts_->send_stacks(out, i, quarter, end, end_text);
            }
            if (const auto truck = truck_at(member.site, {}, setting); truck && is_recent) {
                parts_->send_truck(out, i, *truck);
            }
            const bool is_midnight = rules::minute_of_day(end, parts_->options.zone) == 0;
            if (is_midnight || end >= span.to) parts_->send_reports(out, i);
        }
    }
    return out;
}

std::vector<Outgoing> World::step(Instant now) {
    std::vector<Outgoing> out;
    const QuarterSetting setting{now - kInterval, parts_->options.zone,
                                 parts_->options.over_cap_by};
    const std::string now_text = rules::to_iso(now, parts_->options.zone);
    const bool is_report_due =
        rules::minute_of_day(now, parts_->options.zone) % parts_->options.report_every.count() == 0;
    const bool is_full_hour = rules::floor_hour(now) == now;
    for (std::size_t i = 0; i < parts_->members.size(); ++i) {
        Member& member = parts_->members[i];
        const auto& obligations = obligations_of(member);
        const SiteQuarter quarter = run_quarter(member.site, obligations, setting);
        parts_->count_truth(member, quarter, setting.begin);
        const bool is_muted = parts_->is_mute(member);
        parts_->log_readings(member, quarter, now, now_text, is_muted);
        parts_->send_receipts(out, i, now);
        if (is_report_due) parts_->send_reports(out, i);
        // Stacks are read once an hour.
        if (is_full_hour && !is_muted) parts_->send_stacks(out, i, quarter, now, now_text);
        const auto truck = truck_at(member.site, obligations, setting);
        if (!truck || is_muted) continue;
        parts_->count_truck(member, *truck, setting.begin);
        parts_->send_truck(out, i, *truck);
    }
    return out;
}

namespace {

// An obligation that a new revision repeats goes on as it was: its ramp is not granted a second
// time.
void carry_over(const plans::OrderDocument& held, plans::OrderDocument& taken, Instant now) {
    for (Obligation& obligation : taken.obligations) {
        for (const Obligation& before : held.obligations) {
            const bool is_same = before.id == obligation.id && before.ratio == obligation.ratio &&
                                 before.check == obligation.check;
            if (is_same && before.from <= now && obligation.from <= now)
                obligation.from = before.from;
        }
    }
}

// What the enterprise will say about a document, and when.
std::vector<PendingReceipt> plan_receipts(const Site& site, const plans::OrderDocument& order,
                                          Instant now) {
    const Answer answer = habit_of(site.behaviour).answer;
    if (answer == Answer::kNever && !order.obligations.empty()) return {};
    std::vector<PendingReceipt> receipts{{now, "received", "", false}};
    if (order.obligations.empty()) {
        receipts.push_back({now + kInterval, "done", "已恢复正常生产", false});
        return receipts;
    }
    if (answer == Answer::kNo) {
        receipts.push_back({now + minutes{30}, "refused", "订单紧张，无法停限产", false});
        return receipts;
    }
    Random random(seed_of(site.seed, std::int64_t{order.revision} * 1'000'003 + 11));
    const minutes delay{answer == Answer::kHoursLate ? 120 + random.below(240)
                                                     : 5 + random.below(40)};
    receipts.push_back({now + delay, "accepted", "", false});
    receipts.push_back(
        {std::max(now + delay, order.effective_from) + minutes{10}, "executing", "", false});
    return receipts;
}

}  // namespace

Delivery World::deliver(std::size_t enterprise, std::string_view payload, Instant now) {
    Member& member = parts_->members.at(enterprise);
    const auto json = plans::parse_json(payload, "order");
    if (!json) return {false, rules::to_text(json.error())};
    const auto order = plans::read_signed(payload, parts_->trusted, parts_->options.zone);
    if (!order) {
        const std::string key = plans::string_or(*json, "key");
        const bool is_known = std::ranges::count(parts_->trusted, key) > 0;
        return {false, rules::to_text(order.error()), false, !is_known};
    }
    if (order->enterprise != member.site.id) return {false, "is meant for " + order->enterprise};
    if (member.held) {
        const plans::OrderDocument& held = member.held->document;
        const bool is_older = order->issued_at < held.issued_at && order->order != held.order;
        if (is_older || (order->order == held.order && order->revision < held.revision)) {
            return {false, fmt::format("revision {} after {}", order->revision, held.revision),
                    true};
        }
        if (order->order == held.order && order->revision == held.revision) {
            // Asked again: whoever asks has not heard the answer.
            for (PendingReceipt& receipt : member.held->receipts) receipt.is_sent = false;
            return {false, ""};
        }
    }
    HeldOrder taken{*order, plan_receipts(member.site, *order, now)};
    if (member.held) carry_over(member.held->document, taken.document, now);
    member.held = std::move(taken);
    return {true, ""};
}

void World::trust(std::vector<std::string> public_keys) {
    parts_->trusted = std::move(public_keys);
}

const plans::Inventory& World::inventory() const { return parts_->inventory; }

std::optional<std::size_t> World::find(std::string_view enterprise_id) const {
    const auto found = parts_->by_id.find(enterprise_id);
    if (found == parts_->by_id.end()) return std::nullopt;
    return found->second;
}

Behaviour World::behaviour_of(std::size_t enterprise) const {
    return parts_->members.at(enterprise).site.behaviour;
}

std::string World::topic_of(std::size_t enterprise, std::string_view leaf) const {
    return parts_->topic(enterprise, leaf);
}

const TruthLedger& World::truth() const { return parts_->truth; }

bool World::has_sent(std::string_view source, Instant end) const {
    const auto found = parts_->by_meter.find(source);
    const auto outlet = parts_->by_outlet.find(source);
    const std::vector<Instant>* sent = nullptr;
    if (found != parts_->by_meter.end()) {
        sent = &parts_->members[found->second.first].meters[found->second.second].sent;
    } else if (outlet != parts_->by_outlet.end()) {
        sent = &parts_->members[outlet->second.first].outlets[outlet->second.second].sent;
    }
    return sent != nullptr && std::binary_search(sent->begin(), sent->end(), end);
}

std::int64_t World::held_revision(std::size_t enterprise) const {
    const Member& member = parts_->members.at(enterprise);
    return member.held ? member.held->document.revision : 0;
}

bool World::is_mute(std::size_t enterprise) const {
    return parts_->is_mute(parts_->members.at(enterprise));
}

}  // namespace qk::sim
