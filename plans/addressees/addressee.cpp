#include "plans/addressees/addressee.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "plans/addressees/inventory_addressees.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

constexpr rules::EnumWords<AddresseeKind, kAddresseeKinds> kAddresseeWords{{
    {AddresseeKind::kDustSite, {"dust_site", "施工工地"}},
    {AddresseeKind::kMachineryOwner, {"machinery", "非道路移动机械"}},
    {AddresseeKind::kGoodsUser, {"goods_user", "用车大户"}},
    {AddresseeKind::kConcreteWorks, {"concrete", "混凝土搅拌站"}},
    {AddresseeKind::kDepartment, {"department", "部门"}},
    {AddresseeKind::kTrafficPolice, {"traffic_police", "公安交管"}},
    {AddresseeKind::kHousing, {"housing", "住建"}},
    {AddresseeKind::kPowerCompany, {"power_company", "电力公司"}},
    {AddresseeKind::kWeatherModification, {"weather_modification", "人工影响天气"}},
    {AddresseeKind::kCounty, {"county", "县（市、区）"}},
    {AddresseeKind::kInspector, {"inspector", "核查组"}},
    {AddresseeKind::kPlant, {"plant", "不可间断企业"}},
}};

bool is_of_region(const RegionPack& pack, const std::string& code) {
    return code == pack.region_code ||
           std::ranges::find(pack.sub_regions, code, &SubRegion::code) != pack.sub_regions.end();
}

// What all places in it begin with: "4110" of 411000.
std::string_view stem_of(std::string_view region) {
    constexpr std::size_t kRegionDigits = 6;
    if (region.size() != kRegionDigits) return region;
    while (region.ends_with("00")) region.remove_suffix(2);
    return region;
}

void note_shared_accounts(const AddresseeList& list, rules::Faults& faults) {
    std::map<std::string, const Addressee*> by_account;
    for (const Addressee& one : list.addressees) {
        if (one.account.empty()) continue;
        const auto [first, is_new] = by_account.emplace(one.account, &one);
        if (is_new || first->second->kind == one.kind) continue;
        faults.push_back({one.place,
                          "账号'" + one.account +
                              "'代表不同类别的对象 / stands for addressees of "
                              "several kinds",
                          "每类对象一个账号 / one account for each", rules::Severity::kWarning});
    }
}

}  // namespace

std::string_view to_text(AddresseeKind kind) { return kAddresseeWords.english(kind); }
std::string_view to_chinese(AddresseeKind kind) { return kAddresseeWords.chinese(kind); }
std::optional<AddresseeKind> parse_addressee_kind(std::string_view text) {
    return kAddresseeWords.parse(text);
}

bool reports_done(AddresseeKind kind) {
    switch (kind) {
        case AddresseeKind::kDustSite:
        case AddresseeKind::kMachineryOwner:
        case AddresseeKind::kGoodsUser:
        case AddresseeKind::kConcreteWorks:
        case AddresseeKind::kPlant:
            return false;
        case AddresseeKind::kDepartment:
        case AddresseeKind::kTrafficPolice:
        case AddresseeKind::kHousing:
        case AddresseeKind::kPowerCompany:
        case AddresseeKind::kWeatherModification:
        case AddresseeKind::kCounty:
        case AddresseeKind::kInspector:
            return true;
    }
    return true;
}

std::vector<std::string> blocks_of(AddresseeKind kind) {
    switch (kind) {
        case AddresseeKind::kDustSite:
        case AddresseeKind::kConcreteWorks:
        case AddresseeKind::kHousing:
            return {"dust"};
        case AddresseeKind::kMachineryOwner:
        case AddresseeKind::kGoodsUser:
        case AddresseeKind::kTrafficPolice:
            return {"mobile"};
        case AddresseeKind::kWeatherModification:
            return {"weather"};
        case AddresseeKind::kCounty:
            return {"dust", "mobile", "area", "schools"};
        case AddresseeKind::kDepartment:
        case AddresseeKind::kPowerCompany:
        case AddresseeKind::kInspector:
        case AddresseeKind::kPlant:
            return {};
    }
    return {};
}

rules::Faults check_addressees(const AddresseeList& list, const RegionPack& pack) {
    rules::Faults faults;
    std::set<std::string> ids;
    for (const Addressee& one : list.addressees) {
        ids.insert(one.id);
        if (is_of_region(pack, one.region)) continue;
        faults.push_back(
            {one.place, "区县代码'" + one.region + "'不在本地区 / is not of this region",
             pack.region_code + " 或其区县 / or one of its counties", rules::Severity::kError});
    }
    for (const TaskRule& rule : list.rules) {
        for (const std::string& id : rule.addressees) {
            if (ids.contains(id)) continue;
            faults.push_back({rule.place,
                              "任务所列对象'" + id + "'不在名单中 / a task names '" + id +
                                  "', which is not in the list",
                              "名单中的编号 / an id of the list", rules::Severity::kError});
        }
    }
    note_shared_accounts(list, faults);
    return faults;
}

AddresseeKind kind_of(Source source) {
    return source == Source::kDust ? AddresseeKind::kDustSite : AddresseeKind::kGoodsUser;
}

std::string id_beside(AddresseeKind kind, const std::string& inventory_id) {
    return std::string(to_text(kind)) + "-" + inventory_id;
}

std::vector<Addressee> all_addressees(const AddresseeList& list, const Inventory& inventory) {
    std::vector<Addressee> all = list.addressees;
    std::set<std::pair<AddresseeKind, std::string>> known;
    std::set<std::string> ids;
    for (const Addressee& one : all) {
        known.emplace(one.kind, one.id);
        ids.insert(one.id);
    }
    for (const OtherSource& source : inventory.other_sources) {
        Addressee one;
        one.kind = kind_of(source.source);
        // The list describes this very one.
        if (!known.emplace(one.kind, source.id).second) continue;
        one.id = ids.contains(source.id) ? id_beside(one.kind, source.id) : source.id;
        // The bureau has given both ids to others: its own list says who that is.
        if (!ids.insert(one.id).second) continue;
        one.name = source.name;
        one.region = source.region;
        one.contact = source.contact;
        one.phone = source.phone;
        one.channels = list.inventory_channels;
        one.blocks = blocks_of(one.kind);
        all.push_back(std::move(one));
    }
    return all;
}

std::vector<Addressee> addressees_for(const AddresseeList& list, AddresseeKind kind,
                                      std::string_view place) {
    std::vector<Addressee> found;
    std::size_t closest = 0;
    for (const Addressee& one : list.addressees) {
        const std::string_view stem = stem_of(one.region);
        if (one.kind != kind || !place.starts_with(stem)) continue;
        if (stem.size() > closest) found.clear();
        if (stem.size() < closest) continue;
        closest = stem.size();
        found.push_back(one);
    }
    return found;
}

}  // namespace qk::plans
