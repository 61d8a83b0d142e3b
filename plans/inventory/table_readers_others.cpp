// Reads what an inventory holds besides enterprises: dust sites, large goods users, and what each
// department does at each level.
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "plans/inventory/cell_words.hpp"
#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/table_readers.hpp"

namespace qk::plans {
namespace {

constexpr std::array<rules::Colour, 3> kLevels{rules::Colour::kYellow, rules::Colour::kOrange,
                                               rules::Colour::kRed};

void read_region(TableRows& rows, std::size_t field, OtherSource& source) {
    source.region = rows.text(field);
    if (is_region_code(source.region)) return;
    rows.error(field,
               source.region.empty() ? "the cell is empty"
                                     : quoted(source.region) + " is not a county code",
               "six digits of GB/T 2260, for example 410122");
}

// The measure and its share at each level, from `first` on: yellow, its ratio, orange, …
void read_levels(TableRows& rows, std::size_t first, OtherSource& source) {
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
        const std::size_t words = first + 2 * i;
        const std::size_t ratio = words + 1;
        OtherSource::AtLevel& level = source.at_level[i];
        level.measure = rows.text(words);
        const auto share = rows.share(ratio);
        level.ratio = share.value_or(0);
        if (level.measure.empty() && level.ratio > 0) {
            rows.warn(words, "the cell is empty, but " + quoted(rows.text(ratio)) + " is cut",
                      "the measure in words: nobody can do a number");
        }
        if (!level.measure.empty() && rows.text(ratio).empty() && rows.has(ratio)) {
            rows.note(ratio, "the cell is empty: the measure counts nothing towards the floors",
                      "the share that it cuts, from 0 to 1");
        }
        if (i > 0 && level.ratio < source.at_level[i - 1].ratio) {
            rows.warn(ratio,
                      "less is cut at " + std::string(rules::to_text(kLevels[i])) + " than at " +
                          std::string(rules::to_text(kLevels[i - 1])),
                      "a higher level never asks for less");
        }
    }
}

void read_who(TableRows& rows, std::size_t owner, OtherSource& source) {
    source.owner = rows.text(owner);
    source.contact = rows.text(owner + 1);
    source.phone = rows.text(owner + 2);
    if (source.owner.empty() && rows.has(owner)) {
        rows.warn(owner, "the cell is empty: no department sees to it", "the department's name");
    }
    if (!source.phone.empty()) check_phone(rows, owner + 2, source.phone);
}

using RowsById = std::unordered_map<std::string, int>;

void check_id(TableRows& rows, std::size_t field, const OtherSource& source, RowsById& row_of,
              const ReadOptions& options) {
    if (source.id.empty()) {
        rows.error(field, "the cell is empty", "an id, unique in the city");
        return;
    }
    if (!rows.is_good_id(field, IdUse::kPart, options.wrong_id)) return;
    const auto [at, fresh] = row_of.emplace(source.id, source.row);
    if (fresh) return;
    rows.error(field,
               quoted(source.id) + " stands twice; first in row " + std::to_string(at->second),
               "one row each");
}

}  // namespace

void read_dust_sites(RowSource& source, ReadState& state) {
    using namespace dust_field;
    TableRows rows(table_of(TableKind::kDustSites), source, state.findings);
    RowsById row_of;
    while (rows.usable() && rows.next()) {
        OtherSource site;
        site.source = Source::kDust;
        site.row = rows.line();
        site.id = rows.text(kId);
        site.name = rows.text(kName);
        site.kind = rows.text(kKind);
        check_id(rows, kId, site, row_of, state.options);
        if (site.name.empty()) rows.error(kName, "the cell is empty", "the site's name");
        read_region(rows, kRegion, site);
        site.size = rows.number(kAreaM2, 0, kAbsurdNumber, "square metres, 0 or more");
        site.emission.grams[static_cast<std::size_t>(Emission::kPm)] = rows.grams(kPm);
        read_levels(rows, kYellow, site);
        read_who(rows, kOwner, site);
        state.inventory.other_sources.push_back(std::move(site));
    }
    finish_table(TableKind::kDustSites, rows, source, state);
}

void read_transport_users(RowSource& source, ReadState& state) {
    using namespace transport_field;
    TableRows rows(table_of(TableKind::kTransportUsers), source, state.findings);
    RowsById row_of;
    while (rows.usable() && rows.next()) {
        OtherSource user;
        user.source = Source::kMobile;
        user.row = rows.line();
        user.id = rows.text(kId);
        user.name = rows.text(kName);
        check_id(rows, kId, user, row_of, state.options);
        if (user.name.empty()) rows.error(kName, "the cell is empty", "the user's name");
        if (!rows.text(kEnterprise).empty()) {
            user.enterprise = rows.text(kEnterprise);
            (void)enterprise_of(rows, kEnterprise, state);
        }
        read_region(rows, kRegion, user);
        user.size = rows.number(kVehiclesPerDay, 0, kAbsurdNumber, "vehicles a day, 0 or more");
        if (rows.text(kVehiclesPerDay).empty()) {
            rows.error(kVehiclesPerDay, "the cell is empty", "vehicles a day");
        } else if (user.size && *user.size <= state.options.vehicles_per_day_large) {
            rows.warn(kVehiclesPerDay,
                      quoted(rows.text(kVehiclesPerDay)) + " a day: a large user has more than " +
                          std::to_string(state.options.vehicles_per_day_large),
                      "take it out, or correct the number");
        }
        for (std::size_t i = 0; i < kEmissionCount; ++i) {
            if (rows.has(kSo2 + i)) user.emission.grams[i] = rows.grams(kSo2 + i);
        }
        read_levels(rows, kYellow, user);
        read_who(rows, kOwner, user);
        state.inventory.other_sources.push_back(std::move(user));
    }
    finish_table(TableKind::kTransportUsers, rows, source, state);
}

void read_department_tasks(RowSource& source, ReadState& state) {
    using namespace task_field;
    TableRows rows(table_of(TableKind::kDepartmentTasks), source, state.findings);
    std::map<std::tuple<std::string, rules::Colour, std::string>, int> row_of;
    while (rows.usable() && rows.next()) {
        DepartmentTask task;
        task.row = rows.line();
        task.department = rows.text(kDepartment);
        task.task = rows.text(kTask);
        task.owner = rows.text(kOwner);
        task.phone = rows.text(kPhone);
        task.deadline = rows.text(kDeadline);
        task.basis = rows.text(kBasis);
        if (task.department.empty()) {
            rows.error(kDepartment, "the cell is empty", "the department's name");
        }
        if (task.task.empty()) rows.error(kTask, "the cell is empty", "what is to be done");
        if (task.owner.empty() && rows.has(kOwner)) {
            rows.warn(kOwner, "the cell is empty: nobody answers for the task", "who does it");
        }
        if (!task.phone.empty()) check_phone(rows, kPhone, task.phone);
        const auto level = read_level(rows.text(kLevel));
        if (!level) {
            rows.error(kLevel, quoted(rows.text(kLevel)) + " is not a level",
                       "yellow, orange or red (黄色, 橙色, 红色; Ⅲ级, Ⅱ级, Ⅰ级)");
            continue;
        }
        task.level = *level;
        const auto [at, fresh] =
            row_of.emplace(std::tuple(task.department, task.level, task.task), task.row);
        if (!fresh) {
            rows.warn(kTask,
                      "the same task stands twice; first in row " + std::to_string(at->second),
                      "one row a department, level and task");
        }
        state.inventory.department_tasks.push_back(std::move(task));
    }
    finish_table(TableKind::kDepartmentTasks, rows, source, state);
    std::set<std::string_view> departments;
    for (const DepartmentTask& task : state.inventory.department_tasks) {
        departments.insert(task.department);
    }
    for (const OtherSource& one : state.inventory.other_sources) {
        if (one.owner.empty() || departments.contains(one.owner)) continue;
        const bool is_dust = one.source == Source::kDust;
        const auto& origin = state.origin_of[static_cast<std::size_t>(
            is_dust ? TableKind::kDustSites : TableKind::kTransportUsers)];
        const std::size_t field =
            is_dust ? std::size_t{dust_field::kOwner} : transport_field::kOwner;
        state.findings.push_back(
            {{origin.place, one.row, origin.columns[field]},
             "column 'owner' (责任部门): " + quoted(one.owner) + " has no task in department_tasks",
             "the department's name as it stands there",
             rules::Severity::kWarning});
    }
}

}  // namespace qk::plans
