#include "plans/inventory/compare.hpp"

#include <array>
#include <map>
#include <unordered_map>

#include "plans/inventory/record_fields.hpp"

namespace qk::plans {
namespace {

constexpr std::array<std::string_view, 3> kKinds{"came-in", "went-out", "changed"};
constexpr std::array<std::string_view, 3> kKindsChinese{"新增", "退出", "变更"};
constexpr std::array<std::string_view, 10> kSubjects{
    "enterprise",    "line",      "measure",        "meter",           "outlet",
    "area_emission", "dust_site", "transport_user", "department_task", "series"};
constexpr std::array<std::string_view, 10> kSubjectsChinese{
    "企业",         "生产线", "一厂一策", "电表",     "排放口",
    "全社会排放量", "扬尘源", "运输大户", "部门任务", "其他监测"};

std::string id_of(const Line& line) { return line.id; }
std::string id_of(const Meter& meter) { return meter.id; }
std::string id_of(const Outlet& outlet) { return outlet.id; }
std::string id_of(const Series& series) { return series.id; }
std::string id_of(const OwnMeasure& measure) {
    return measure.line + "/" + std::string(rules::to_text(measure.level)) + "/" +
           std::string(rules::to_text(measure.action));
}
const SharedText& enterprise_of(const Line& line) { return line.enterprise; }
const SharedText& enterprise_of(const Meter& meter) { return meter.enterprise; }
const SharedText& enterprise_of(const Outlet& outlet) { return outlet.enterprise; }
const SharedText& enterprise_of(const Series& series) { return series.enterprise; }
const SharedText& enterprise_of(const OwnMeasure& measure) { return measure.enterprise; }

// A row's key within the city: its enterprise and its id, and its number among equal ones.
std::string key_of(const std::string& enterprise, const std::string& id, int repeat) {
    return enterprise + '\n' + id + '\n' + std::to_string(repeat);
}

using NamesById = std::unordered_map<std::string_view, const Enterprise*>;

NamesById by_id(const Inventory& inventory) {
    NamesById names;
    names.reserve(inventory.enterprises.size());
    for (const Enterprise& enterprise : inventory.enterprises) {
        names.emplace(enterprise.id, &enterprise);
    }
    return names;
}

class Comparison {
 public:
    Comparison(const Inventory& before, const Inventory& after, std::vector<Change>& changes)
        : before_(before),
          after_(after),
          was_(by_id(before)),
          is_(by_id(after)),
          changes_(changes) {}

    void run() {
        compare_enterprises();
        compare_rows(before_.lines, after_.lines, ChangeSubject::kLine);
        compare_rows(before_.own_measures, after_.own_measures, ChangeSubject::kMeasure);
        compare_rows(before_.meters, after_.meters, ChangeSubject::kMeter);
        compare_rows(before_.outlets, after_.outlets, ChangeSubject::kOutlet);
        compare_rows(before_.series, after_.series, ChangeSubject::kSeries);
        compare_areas();
        compare_others();
        compare_tasks();
    }

 private:
    void add_fields(const Change& head, const RecordFields& before, const RecordFields& after) {
        std::map<std::string_view, std::pair<std::string_view, std::string_view>> both;
        for (const FieldText& field : before) both[field.name].first = field.text;
        std::vector<std::string_view> order;
        for (const FieldText& field : after) {
            both[field.name].second = field.text;
            order.push_back(field.name);
        }
        for (const FieldText& field : before) {
            if (both[field.name].second.empty()) order.push_back(field.name);
        }
        for (const std::string_view name : order) {
            const auto found = both.find(name);
            if (found == both.end() || found->second.first == found->second.second) continue;
            Change change = head;
            change.kind = ChangeKind::kChanged;
            change.field = name;
            change.before = found->second.first;
            change.after = found->second.second;
            changes_.push_back(std::move(change));
            both.erase(found);
        }
    }

    void compare_enterprises() {
        for (const Enterprise& enterprise : after_.enterprises) {
            Change head{ChangeKind::kCameIn,
                        ChangeSubject::kEnterprise,
                        enterprise.id,
                        enterprise.name,
                        enterprise.id,
                        "",
                        "",
                        ""};
            const auto was = was_.find(enterprise.id);
            if (was == was_.end())
                changes_.push_back(std::move(head));
            else
                add_fields(head, fields_of(*was->second), fields_of(enterprise));
        }
        for (const Enterprise& enterprise : before_.enterprises) {
            if (is_.contains(enterprise.id)) continue;
            changes_.push_back({ChangeKind::kWentOut, ChangeSubject::kEnterprise, enterprise.id,
                                enterprise.name, enterprise.id, "", "", ""});
        }
    }

    [[nodiscard]] bool stays(const std::string& enterprise) const {
        return was_.contains(enterprise) && is_.contains(enterprise);
    }

    template <class Row>
    void compare_rows(const std::vector<Row>& before, const std::vector<Row>& after,
                      ChangeSubject subject) {
        std::unordered_map<std::string, int> repeats;
        std::unordered_map<std::string, const Row*> was;
        was.reserve(before.size());
        for (const Row& row : before) {
            if (!stays(enterprise_of(row))) continue;
            const std::string key = enterprise_of(row) + '\n' + id_of(row);
            was.emplace(key_of(enterprise_of(row), id_of(row), repeats[key]++), &row);
        }
        repeats.clear();
        std::unordered_map<std::string, bool> seen;
        for (const Row& row : after) {
            const std::string& enterprise = enterprise_of(row);
            if (!stays(enterprise)) continue;
            const std::string plain = enterprise + '\n' + id_of(row);
            const std::string key = key_of(enterprise, id_of(row), repeats[plain]++);
            Change head{ChangeKind::kCameIn, subject, enterprise, is_.at(enterprise)->name,
                        id_of(row),          "",      "",         ""};
            const auto found = was.find(key);
            seen[key] = true;
            if (found == was.end())
                changes_.push_back(std::move(head));
            else
                add_fields(head, fields_of(*found->second), fields_of(row));
        }
        repeats.clear();
        for (const Row& row : before) {
            const std::string& enterprise = enterprise_of(row);
            if (!stays(enterprise)) continue;
            const std::string plain = enterprise + '\n' + id_of(row);
            if (seen.contains(key_of(enterprise, id_of(row), repeats[plain]++))) continue;
            changes_.push_back({ChangeKind::kWentOut, subject, enterprise, is_.at(enterprise)->name,
                                id_of(row), "", "", ""});
        }
    }

    void compare_areas() {
        using Key = std::pair<std::string_view, Source>;
        std::map<Key, const AreaEmission*> was;
        for (const AreaEmission& area : before_.area_emissions) {
            was.emplace(Key{area.region, area.source}, &area);
        }
        const auto head_of = [](const AreaEmission& area, ChangeKind kind) {
            return Change{kind,
                          ChangeSubject::kAreaEmission,
                          area.region,
                          "",
                          std::string(to_text(area.source)),
                          "",
                          "",
                          ""};
        };
        for (const AreaEmission& area : after_.area_emissions) {
            const auto found = was.find(Key{area.region, area.source});
            if (found == was.end()) {
                changes_.push_back(head_of(area, ChangeKind::kCameIn));
                continue;
            }
            add_fields(head_of(area, ChangeKind::kChanged), fields_of(*found->second),
                       fields_of(area));
            was.erase(found);
        }
        for (const auto& [key, area] : was) {
            changes_.push_back(head_of(*area, ChangeKind::kWentOut));
        }
    }

    // Rows that stand for themselves, by a key; `head_of` names a row in the list of changes.
    template <class Row, class KeyOf, class HeadOf>
    void compare_own_rows(const std::vector<Row>& before, const std::vector<Row>& after,
                          KeyOf key_of_row, HeadOf head_of) {
        std::map<std::string, const Row*> was;
        for (const Row& row : before) was.emplace(key_of_row(row), &row);
        for (const Row& row : after) {
            const auto found = was.find(key_of_row(row));
            if (found == was.end()) {
                changes_.push_back(head_of(row, ChangeKind::kCameIn));
                continue;
            }
            add_fields(head_of(row, ChangeKind::kChanged), fields_of(*found->second),
                       fields_of(row));
            was.erase(found);
        }
        for (const auto& [key, row] : was) {
            changes_.push_back(head_of(*row, ChangeKind::kWentOut));
        }
    }

    void compare_others() {
        compare_own_rows(
            before_.other_sources, after_.other_sources,
            [](const OtherSource& row) { return std::string(to_text(row.source)) + "/" + row.id; },
            [](const OtherSource& row, ChangeKind kind) {
                const auto subject = row.source == Source::kDust ? ChangeSubject::kDustSite
                                                                 : ChangeSubject::kTransportUser;
                return Change{kind, subject, row.enterprise, row.name, row.id, "", "", ""};
            });
    }

    void compare_tasks() {
        const auto words = [](const DepartmentTask& row) {
            return std::string(rules::to_text(row.level)) + "/" + row.task;
        };
        compare_own_rows(
            before_.department_tasks, after_.department_tasks,
            [&](const DepartmentTask& row) { return row.department + "/" + words(row); },
            [&](const DepartmentTask& row, ChangeKind kind) {
                return Change{
                    kind, ChangeSubject::kDepartmentTask, row.department, "", words(row), "", "",
                    ""};
            });
    }

    const Inventory& before_;
    const Inventory& after_;
    NamesById was_;
    NamesById is_;
    std::vector<Change>& changes_;
};

}  // namespace

std::string_view to_text(ChangeKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }
std::string_view to_chinese(ChangeKind kind) {
    return kKindsChinese[static_cast<std::size_t>(kind)];
}
std::string_view to_text(ChangeSubject subject) {
    return kSubjects[static_cast<std::size_t>(subject)];
}
std::string_view to_chinese(ChangeSubject subject) {
    return kSubjectsChinese[static_cast<std::size_t>(subject)];
}

InventoryDifference compare(const Inventory& before, const Inventory& after) {
    InventoryDifference difference{before.edition, after.edition, {}};
    Comparison(before, after, difference.changes).run();
    return difference;
}

boost::json::value to_json(const InventoryDifference& difference) {
    boost::json::array changes;
    for (const Change& change : difference.changes) {
        changes.push_back({{"kind", to_text(change.kind)},
                           {"subject", to_text(change.subject)},
                           {"enterprise", change.enterprise},
                           {"name", change.name},
                           {"id", change.id},
                           {"field", change.field},
                           {"before", change.before},
                           {"after", change.after}});
    }
    return {{"before", difference.before},
            {"after", difference.after},
            {"same", difference.changes.empty()},
            {"changes", std::move(changes)}};
}

}  // namespace qk::plans
