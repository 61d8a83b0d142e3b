// Who is given tasks beside the enterprises of the inventory (责任对象): dust sites, owners of
// non-road machinery, goods users, concrete works, departments, counties, inspectors. A list that
// the bureau owns, as TOML, or the addressees alone as CSV:
//
//     note = "样例"                    # "样例" or "sample" in it: every task says so
//     executing_within_minutes = 60   # sites and users: begun so long after the level's start
//     done_within_minutes = 240       # departments and counties: done so long after the issue
//     county_follow_up_minutes = 60   # what a ladder gives to a county
//     site_check_minutes = 240        # what a ladder gives to inspectors
//     inventory_channels = ["sms"]    # of dust sites and goods users that only the inventory names
//     [[addressee]]
//     id = "D-0001"
//     kind = "dust_site"
//     name = "某某路改造工程"
//     region = "411002"
//     contact = "王强"
//     phone = "13800000000"
//     account = "site.d0001"          # who may answer for it (role addressee); may be left out
//     channels = ["sms", "mqtt"]      # mqtt, webhook, sms, file; none: by telephone
//     blocks = ["dust"]               # of the pack's notice blocks; by its kind unless given
//     department = "住房城乡建设局"     # as the inventory's department list calls it
//     [[task]]                        # what the bureau asks beside pack and inventory
//     kinds = ["power_company"]       # or addressees = ["P-0001"]
//     colours = ["orange", "red"]
//     text = "每日8时报送停限产企业用电数据。"
//     done_within_minutes = 120
//     source = "某市预案第三章"
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/base/result.hpp"
#include "rules/warning/colour.hpp"

namespace qk::plans {

enum class AddresseeKind {
    kDustSite,             // 施工工地、堆场、矿山
    kMachineryOwner,       // 非道路移动机械所有人
    kGoodsUser,            // 用车大户
    kConcreteWorks,        // 混凝土搅拌站
    kDepartment,           // 其他部门
    kTrafficPolice,        // 公安交管
    kHousing,              // 住建
    kPowerCompany,         // 电力公司
    kWeatherModification,  // 人工影响天气
    kCounty,               // 县（市、区）
    kInspector,            // 核查组
    kPlant,                // an enterprise that is told ahead; never in a list
};
inline constexpr std::size_t kAddresseeKinds = 12;
[[nodiscard]] std::string_view to_text(AddresseeKind kind);  // "dust_site"
[[nodiscard]] std::string_view to_chinese(AddresseeKind kind);
[[nodiscard]] std::optional<AddresseeKind> parse_addressee_kind(std::string_view text);
// Departments, counties and inspectors report that a task is done; the others that they carry it
// out for as long as it stands.
[[nodiscard]] bool reports_done(AddresseeKind kind);
// Of the pack's notice blocks, those that concern it.
[[nodiscard]] std::vector<std::string> blocks_of(AddresseeKind kind);

inline constexpr std::array<std::string_view, 4> kTaskChannels{"mqtt", "webhook", "sms", "file"};

struct Addressee {
    std::string id;  // a level of an MQTT topic and a folder's name
    AddresseeKind kind = AddresseeKind::kDepartment;
    std::string name;
    std::string region;
    std::string contact;
    std::string phone;
    std::string account;  // who may answer for it; empty: people of the bureau and the county
    std::vector<std::string> channels;
    std::vector<std::string> blocks;
    std::string department;
    rules::Place place;  // in the file

    friend bool operator==(const Addressee&, const Addressee&) = default;
};

struct TaskRule {
    std::vector<AddresseeKind> kinds;
    std::vector<std::string> addressees;
    std::vector<rules::Colour> colours;
    std::string text;
    std::optional<std::chrono::minutes> done_within;
    std::string source;
    rules::Place place;  // in the file

    friend bool operator==(const TaskRule&, const TaskRule&) = default;
};

struct AddresseeList {
    std::vector<Addressee> addressees;
    std::vector<TaskRule> rules;
    std::string note;
    bool is_sample = false;
    // Samples: no national text sets these; the bureau's own rules do.
    std::chrono::minutes executing_within{60};
    std::chrono::minutes done_within{240};
    std::chrono::minutes county_follow_up{60};
    std::chrono::minutes site_check{240};
    std::vector<std::string> inventory_channels;

    friend bool operator==(const AddresseeList&, const AddresseeList&) = default;
};
inline constexpr std::size_t kAddresseesMax = 20'000;  // a large city's sites, with room
inline constexpr std::size_t kTaskRulesMax = 500;
inline constexpr int kTaskMinutesMost = 10'080;  // a week

// By the text alone.
[[nodiscard]] rules::Result<AddresseeList> read_addressees(std::string_view toml,
                                                           const std::string& file);
// Columns id, kind, name, region, and where wanted contact, phone, account, channels, blocks,
// department (编号、类别、名称、区县代码、联系人、电话、账号、渠道、措施类别、部门); several values
// in a cell stand apart by ';'. It has no rules.
[[nodiscard]] rules::Result<AddresseeList> read_addressees_csv(std::string_view csv,
                                                               const std::string& file);

// What is wrong with it, held against the region: a place that is not of it, a rule for an
// addressee that is not in the list. Warning: an account that stands for addressees of several
// kinds.
[[nodiscard]] rules::Faults check_addressees(const AddresseeList& list, const RegionPack& pack);

// Those of the list, then the dust sites and goods users that the inventory names beside it.
[[nodiscard]] std::vector<Addressee> all_addressees(const AddresseeList& list,
                                                    const Inventory& inventory);

// Of that kind, whose region covers the place most closely; empty: nobody does.
[[nodiscard]] std::vector<Addressee> addressees_for(const AddresseeList& list, AddresseeKind kind,
                                                    std::string_view place);

}  // namespace qk::plans
