#include "plans/addressees/task_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plans/addressees/inventory_addressees.hpp"

namespace qk::plans {
namespace {

using rules::Instant;
using rules::Segment;

// {measures} is what the orders of enterprises add up to, which is nobody else's task.
bool is_of_orders(const NoticeBlock& block) { return block.text.find('{') != std::string::npos; }

bool asks_something(const Segment& segment, Instant now) {
    return segment.mandatory && (!segment.to || *segment.to > now);
}

class Drafter {
 public:
    explicit Drafter(const TaskQuestion& question) : asked_(question) {
        for (const OtherSource& source : question.inventory.other_sources) {
            const AddresseeKind kind = kind_of(source.source);
            sources_.emplace(std::pair(kind, source.id), &source);
            sources_.emplace(std::pair(kind, id_beside(kind, source.id)), &source);
        }
    }

    [[nodiscard]] DraftedTask draft(Addressee addressee) const {
        DraftedTask task;
        task.addressee = std::move(addressee);
        for (const Segment& segment : asked_.segments) {
            if (!asks_something(segment, asked_.now)) continue;
            by_own_rules(task, segment);
            const bool has_own_measure = by_inventory(task, segment);
            if (!has_own_measure) by_pack(task, segment);
        }
        for (const TaskItem& item : task.items) {
            if (!item.deadline) continue;
            task.deadline = std::min(task.deadline.value_or(*item.deadline), *item.deadline);
        }
        return task;
    }

 private:
    void add(DraftedTask& task, const Segment& segment, TaskItem item) const {
        if (task.items.size() == kTaskItemsMax) return;
        item.colour = segment.colour;
        item.from = segment.from;
        item.to = segment.to;
        const bool is_done_once = reports_done(task.addressee.kind);
        const Instant begins = std::max(segment.from, asked_.now);
        if (!item.deadline) {
            item.deadline = is_done_once ? asked_.now + asked_.list.done_within
                                         : begins + asked_.list.executing_within;
        }
        item.is_sample = item.is_sample || asked_.list.is_sample;
        task.items.push_back(std::move(item));
    }

    void by_own_rules(DraftedTask& task, const Segment& segment) const {
        const Addressee& one = task.addressee;
        for (const TaskRule& rule : asked_.list.rules) {
            const bool is_of_kind = std::ranges::find(rule.kinds, one.kind) != rule.kinds.end();
            const bool is_named =
                std::ranges::find(rule.addressees, one.id) != rule.addressees.end();
            const bool is_of_level =
                std::ranges::find(rule.colours, segment.colour) != rule.colours.end();
            if (!is_of_level || (!is_of_kind && !is_named)) continue;
            TaskItem item;
            item.text = rule.text;
            item.reason = is_named ? "本地任务清单（指名）"
                                   : "本地任务清单（" + std::string(to_chinese(one.kind)) + "）";
            item.source = rule.source;
            if (rule.done_within) item.deadline = asked_.now + *rule.done_within;
            add(task, segment, std::move(item));
        }
    }

    // True: it says what this very site or user does, so that no general block is needed.
    bool by_inventory(DraftedTask& task, const Segment& segment) const {
        const Addressee& one = task.addressee;
        if (const auto source = sources_.find({one.kind, one.id}); source != sources_.end()) {
            const OtherSource::AtLevel level = at_level(*source->second, segment.colour);
            if (!level.measure.empty()) {
                TaskItem item;
                item.text = level.measure;
                item.reason = "应急减排清单所列该对象的措施";
                item.source = "应急减排清单" + asked_.inventory.edition;
                add(task, segment, std::move(item));
                return true;
            }
        }
        if (one.department.empty()) return false;
        for (const DepartmentTask& given : asked_.inventory.department_tasks) {
            if (given.department != one.department || given.level != segment.colour) continue;
            TaskItem item;
            item.text = given.deadline.empty() ? given.task
                                               : given.task + "（时限：" + given.deadline + "）";
            item.reason = "应急减排清单部门任务";
            item.source =
                given.basis.empty() ? "应急减排清单" + asked_.inventory.edition : given.basis;
            add(task, segment, std::move(item));
        }
        return false;
    }

    void by_pack(DraftedTask& task, const Segment& segment) const {
        for (const NoticeBlock& block : notice_blocks_of(asked_.pack, segment.colour)) {
            const auto& wanted = task.addressee.blocks;
            const bool concerns = std::ranges::find(wanted, block.block) != wanted.end();
            if (!concerns || is_of_orders(block)) continue;
            TaskItem item;
            item.text = block.text;
            item.reason = fmt::format("规则包{}措施（{}，{}）", rules::to_chinese(segment.colour),
                                      block.block, to_chinese(task.addressee.kind));
            item.source = block.origin.source;
            item.is_sample = block.origin.sample;
            add(task, segment, std::move(item));
        }
    }

    const TaskQuestion& asked_;
    std::map<std::pair<AddresseeKind, std::string>, const OtherSource*> sources_;
};

}  // namespace

std::vector<DraftedTask> tasks_at_levels(const TaskQuestion& question) {
    const Drafter drafter(question);
    std::vector<DraftedTask> tasks;
    for (Addressee& one : all_addressees(question.list, question.inventory)) {
        DraftedTask task = drafter.draft(std::move(one));
        if (!task.items.empty()) tasks.push_back(std::move(task));
    }
    return tasks;
}

std::vector<DraftedTask> tasks_of_pre_notices(const std::vector<PreNotice>& notices,
                                              const Inventory& inventory, rules::Colour colour,
                                              Instant from) {
    std::vector<DraftedTask> tasks;
    std::map<std::size_t, std::size_t> by_enterprise;
    for (const PreNotice& notice : notices) {
        const auto [place, is_new] = by_enterprise.emplace(notice.enterprise, tasks.size());
        if (is_new) {
            const Enterprise& enterprise = inventory.enterprises[notice.enterprise];
            Addressee& one = tasks.emplace_back().addressee;
            one.id = enterprise.id.text();
            one.kind = AddresseeKind::kPlant;
            one.name = enterprise.name.text();
            one.region = enterprise.region.text();
            one.contact = enterprise.contact.text();
            one.phone = enterprise.phone.text();
            one.channels = {"mqtt", "webhook"};
            if (!one.phone.empty()) one.channels.emplace_back("sms");
        }
        DraftedTask& task = tasks[place->second];
        if (task.items.size() == kTaskItemsMax) continue;
        TaskItem item;
        item.text = notice.text;
        item.reason = "该线不可间断，降负荷需要时间；预提示不是指令";
        item.source = "应急减排清单" + inventory.edition;
        item.colour = colour;
        item.from = from;
        item.deadline = notice.begin_by;
        task.deadline = std::min(task.deadline.value_or(notice.begin_by), notice.begin_by);
        task.items.push_back(std::move(item));
    }
    return tasks;
}

std::vector<TaskItem> follow_up_items(const std::vector<std::string>& matters, std::string_view ask,
                                      std::string_view reason, Instant now) {
    std::vector<TaskItem> items;
    for (const std::string& matter : matters) {
        if (items.size() + 1 == kTaskItemsMax && matters.size() > kTaskItemsMax) break;
        TaskItem item;
        item.text = fmt::format("{}：{}", ask, matter);
        item.reason = std::string(reason);
        item.source = "升级阶梯";
        item.from = now;
        items.push_back(std::move(item));
    }
    if (items.size() < matters.size()) {
        TaskItem rest;
        rest.text = fmt::format("{}：另有{}项，见待办事项", ask, matters.size() - items.size());
        rest.reason = std::string(reason);
        rest.source = "升级阶梯";
        rest.from = now;
        items.push_back(std::move(rest));
    }
    return items;
}

}  // namespace qk::plans
