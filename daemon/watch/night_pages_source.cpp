#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "daemon/access/person.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/roster/matter_rows.hpp"
#include "daemon/warnings/notice_rows.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "daemon/watch/night_pages.hpp"
#include "plans/inventory/inventory.hpp"

namespace qk::daemon {
namespace {

constexpr std::size_t kRowsAtOnce = 1000;
constexpr std::size_t kNoticesOfOne = 3;  // of each open warning: the texts that count now

std::string chinese_state(std::string_view state) {
    static const std::map<std::string_view, const char*> kWords{
        {"none", "未签收"},      {"received", "已签收"}, {"accepted", "已接受"},
        {"executing", "执行中"}, {"done", "已完成"},     {"refused", "拒绝执行"}};
    const auto found = kWords.find(state);
    return found == kWords.end() ? std::string(state) : found->second;
}

std::string chinese_wanted(const std::string& wanted) {
    static const std::map<std::string, const char*> kWords{
        {"received", "催签收"},  {"accepted", "催接受"},
        {"executing", "催执行"}, {"publish", "未送达，电话告知指令"},
        {"refusal", "答复拒绝"}, {"contradiction", "回执前后矛盾，核实"}};
    const auto found = kWords.find(wanted);
    return found == kWords.end() ? wanted : found->second;
}

// Names, counties and telephones of the inventory by the id of the enterprise.
class PhoneBook {
 public:
    PhoneBook(const plans::Inventory& inventory, const plans::RegionPack& pack) {
        for (const plans::Enterprise& one : inventory.enterprises)
            enterprises_[std::string(one.id.text())] = &one;
        for (const plans::SubRegion& one : pack.sub_regions) counties_[one.code] = one.name;
    }
    [[nodiscard]] const plans::Enterprise* find(const std::string& holder) const {
        const auto found = enterprises_.find(enterprise_of(holder));
        return found == enterprises_.end() ? nullptr : found->second;
    }
    [[nodiscard]] std::string county(const std::string& code) const {
        const auto found = counties_.find(code);
        return found == counties_.end() ? code : found->second;
    }

 private:
    std::unordered_map<std::string, const plans::Enterprise*> enterprises_;
    std::map<std::string, std::string> counties_;
};

plans::NightWarning warning_of(const StoredWarning& stored, rules::Instant now) {
    plans::NightWarning warning{stored.state.id, stored.state.exercise, {}, {}, {}, {}, {}};
    warning.standing = rules::to_chinese(stored.state.standing);
    const rules::Segment* segment = rules::segment_at(stored.state, now);
    if (segment == nullptr) segment = rules::last_segment(stored.state);
    if (segment != nullptr) {
        warning.colour = rules::to_chinese(segment->colour);
        warning.from = segment->from;
    }
    warning.expected_to = stored.state.expected_to;
    if (stored.state.pending) {
        const rules::Change& change = *stored.state.pending;
        warning.pending = std::string(rules::to_chinese(change.kind)) +
                          std::string(rules::to_chinese(change.colour)) + "，" +
                          std::string(rules::to_chinese(change.stage));
    }
    return warning;
}

void add_warnings(Session& db, plans::NightPage& page) {
    for (const bool exercise : {false, true}) {
        const auto open = open_warning(db, exercise);
        if (!open) continue;
        page.warnings.push_back(warning_of(*open, page.made_at));
        for (const StoredNotice& one : list_notices(db, open->state.id, {.limit = kNoticesOfOne})) {
            page.notices.push_back(
                {one.headline, one.body, one.measures, one.instruction, one.sent, one.exercise});
        }
    }
}

void add_duty(const DutyView& desk, plans::NightPage& page) {
    for (const plans::OnDuty& one : plans::on_duty_at(*desk.roster, desk.now)) {
        const auto found = std::ranges::find(desk.people, one.person, &plans::DutyPerson::id);
        const std::string name = found == desk.people.end() ? one.person : found->name;
        const auto role = parse_role(one.role);
        page.on_duty.push_back(
            {role ? std::string(to_chinese(*role)) : one.role, name, one.phone, one.until});
    }
}

// A matter calls an enterprise by its id, after "企业"; whoever reads it on paper knows the name.
std::string with_name(const std::string& text, const PhoneBook& book) {
    constexpr std::string_view kHead = "企业";
    if (!text.starts_with(kHead)) return text;
    for (std::size_t size = text.size() - kHead.size(); size > 0; --size) {
        const plans::Enterprise* known = book.find(text.substr(kHead.size(), size));
        if (known == nullptr) continue;
        return std::string(known->name.text()) + text.substr(kHead.size() + size);
    }
    return text;
}

void add_matters(Session& db, const PhoneBook& book, plans::NightPage& page) {
    for (const MatterRow& row : open_matters(db)) {
        page.matters.push_back({std::string(plans::to_chinese(row.key.kind)),
                                with_name(row.text, book), row.opened_at, row.deadline,
                                row.exercise});
    }
    std::ranges::stable_sort(page.matters, {}, &plans::NightMatter::deadline);
}

void add_calls(Session& db, const PhoneBook& book, plans::NightPage& page) {
    for (std::size_t offset = 0;; offset += kRowsAtOnce) {
        const auto entries = phone_list(db, offset, kRowsAtOnce);
        for (const PhoneEntry& entry : entries) {
            plans::NightCall call{enterprise_of(entry.enterprise), {}, {}, {}, {}, {}, {}};
            call.name = call.enterprise;
            if (const plans::Enterprise* known = book.find(entry.enterprise)) {
                call.name = known->name.text();
                call.county = book.county(std::string(known->region.text()));
                call.contact = known->contact.text();
                call.phone = known->phone.text();
            }
            call.wanted = chinese_wanted(entry.wanted);
            if (is_in_exercise(entry.enterprise)) call.wanted = "【演练】" + call.wanted;
            call.since = entry.listed_at;
            page.calls.push_back(std::move(call));
        }
        if (entries.size() < kRowsAtOnce) return;
    }
}

plans::NightOrder order_of(const StoredOrder& stored, const PhoneBook& book) {
    plans::NightOrder order;
    order.enterprise = enterprise_of(stored.enterprise);
    order.name = order.enterprise;
    order.county = book.county(stored.region);
    if (const plans::Enterprise* known = book.find(stored.enterprise)) {
        order.name = known->name.text();
        order.contact = known->contact.text();
        order.phone = known->phone.text();
    }
    order.answer_state = stored.receipt_state;
    order.state = chinese_state(stored.receipt_state);
    if (stored.refused_code != 0) order.state += "（未送达）";
    order.exercise = stored.exercise;
    order.from = stored.effective_from;
    return order;
}

void add_orders(Session& db, const PhoneBook& book, plans::NightPage& page) {
    std::string after;
    for (;;) {
        const auto rows = list_orders(db, {}, {}, 0, kRowsAtOnce, {}, after);
        for (const StoredOrder& row : rows) {
            if (row.obligations > 0) page.orders.push_back(order_of(row, book));
        }
        if (rows.size() < kRowsAtOnce) break;
        after = rows.back().enterprise;
    }
    const auto place = [](const plans::NightOrder& one) { return std::tie(one.county, one.name); };
    std::ranges::stable_sort(page.orders, {}, place);
}

}  // namespace

plans::NightPage gather_night_page(Session& db, const DutyView& desk,
                                   const plans::Inventory& inventory) {
    const PhoneBook book(inventory, *desk.pack);
    plans::NightPage page;
    page.region = desk.pack->name;
    page.made_at = desk.now;
    page.zone = desk.pack->zone;
    add_warnings(db, page);
    add_duty(desk, page);
    add_matters(db, book, page);
    add_calls(db, book, page);
    add_orders(db, book, page);
    return page;
}

}  // namespace qk::daemon
