#include <algorithm>
#include <map>
#include <set>

#include "plans/addressees/addressee.hpp"
#include "plans/text/csv_table.hpp"
#include "plans/text/identifier.hpp"
#include "plans/text/toml.hpp"
#include "plans/text/toml_table.hpp"
#include "plans/text/trimmed.hpp"
#include "plans/text/unseen.hpp"

namespace qk::plans {
namespace {

using std::chrono::minutes;

constexpr const char* kAddresseeKindWords =
    "dust_site, machinery, goods_user, concrete, department, traffic_police, housing, "
    "power_company, weather_modification, county or inspector";
constexpr const char* kTaskChannelWords = "mqtt, webhook, sms or file";
constexpr const char* kBlockWords = "industry, dust, mobile, area, schools or weather";

template <class Words>
bool is_one_of(const Words& words, std::string_view text) {
    return std::ranges::find(words, text) != words.end();
}

bool is_region_code(std::string_view text) {
    constexpr std::size_t kRegionDigits = 6;
    return text.size() == kRegionDigits &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A plant is told ahead by the inventory; no list may name one.
std::optional<AddresseeKind> parse_listed_kind(std::string_view text) {
    const auto kind = parse_addressee_kind(text);
    return kind == AddresseeKind::kPlant ? std::nullopt : kind;
}

// What is wrong with an addressee that has been read, and at which of its keys.
struct AddresseeFault {
    std::string_view key;
    std::string what;
    std::string cure;
};
std::vector<AddresseeFault> faults_in(const Addressee& one) {
    std::vector<AddresseeFault> faults;
    if (const auto wrong = id_fault(one.id, IdUse::kTopic); wrong && !one.id.empty()) {
        faults.push_back({"id", wrong->what, wrong->cure});
    }
    if (!one.region.empty() && !is_region_code(one.region)) {
        faults.push_back({"region", "'" + one.region + "'不是区划代码 / is not a region code",
                          "六位数字，如 411002 / six digits"});
    }
    for (const std::string& channel : one.channels) {
        if (is_one_of(kTaskChannels, channel)) continue;
        faults.push_back(
            {"channels", "'" + channel + "'不是渠道 / is not a channel", kTaskChannelWords});
    }
    for (const std::string& block : one.blocks) {
        if (is_one_of(kNoticeBlocks, block)) continue;
        faults.push_back({"blocks", "'" + block + "'不是措施类别 / is not a block", kBlockWords});
    }
    const bool needs_phone = is_one_of(one.channels, "sms") && one.phone.empty();
    if (needs_phone) {
        faults.push_back({"phone", "发短信而无电话 / SMS without a number", "phone = \"138…\""});
    }
    return faults;
}

// Of each id where it stood first.
class Ids {
 public:
    [[nodiscard]] std::optional<AddresseeFault> twice(const Addressee& one) {
        if (one.id.empty()) return std::nullopt;
        const auto [first, is_new] = lines_.emplace(one.id, one.place.line);
        if (is_new) return std::nullopt;
        return AddresseeFault{"id",
                              "编号'" + one.id + "'重复，首次在第" + std::to_string(first->second) +
                                  "行 / appears twice, first in line " +
                                  std::to_string(first->second),
                              "每个对象一个编号 / one id for each"};
    }

 private:
    std::map<std::string, int> lines_;
};

Addressee addressee_in(TomlTable& table, Ids& ids) {
    Addressee one;
    one.place = table.place();
    one.id = table.required_name("id", "id = \"D-0001\"");
    const auto kind = table.word("kind", parse_listed_kind, kAddresseeKindWords);
    if (!table.has("kind")) table.wrong("kind", "缺少 / is missing", kAddresseeKindWords);
    one.kind = kind.value_or(AddresseeKind::kDepartment);
    one.name = table.required_name("name", "name = \"某某工地\"");
    one.region = table.required_name("region", "region = \"411002\"");
    one.contact = table.text("contact").value_or("");
    one.phone = table.text("phone").value_or("");
    one.account = table.text("account").value_or("");
    one.channels = table.texts("channels");
    one.blocks = table.has("blocks") ? table.texts("blocks") : blocks_of(one.kind);
    one.department = table.text("department").value_or(one.name);
    std::vector<AddresseeFault> faults = faults_in(one);
    if (auto twice = ids.twice(one)) faults.push_back(*std::move(twice));
    for (const AddresseeFault& fault : faults) table.wrong(fault.key, fault.what, fault.cure);
    table.finish();
    return one;
}

TaskRule rule_in(TomlTable& table) {
    TaskRule rule;
    rule.place = table.place();
    for (const std::string& word : table.texts("kinds")) {
        if (const auto kind = parse_listed_kind(word)) {
            rule.kinds.push_back(*kind);
        } else {
            table.wrong("kinds", "'" + word + "'不是类别 / is not a kind", kAddresseeKindWords);
        }
    }
    rule.addressees = table.texts("addressees");
    if (rule.kinds.empty() && rule.addressees.empty()) {
        table.wrong("kinds", "未写对象 / names nobody",
                    "kinds = [\"power_company\"], or addressees = [\"P-0001\"]");
    }
    for (const std::string& word : table.texts("colours")) {
        if (const auto colour = rules::parse_colour(word)) {
            rule.colours.push_back(*colour);
        } else {
            table.wrong("colours", "'" + word + "'不是预警级别 / is not a colour",
                        "yellow, orange or red");
        }
    }
    if (rule.colours.empty()) {
        table.wrong("colours", "未写级别 / names no level", "colours = [\"orange\", \"red\"]");
    }
    rule.text = table.required_text("text", "text = \"每日8时报送…\"");
    rule.source = table.required_text("source", "source = \"某市预案第三章\"");
    if (const auto within = table.whole("done_within_minutes", 1, kTaskMinutesMost)) {
        rule.done_within = minutes{*within};
    }
    table.finish();
    return rule;
}

void read_settings(TomlTable& root, AddresseeList& list) {
    list.note = root.text("note").value_or("");
    list.is_sample = list.note.find("样例") != std::string::npos ||
                     list.note.find("sample") != std::string::npos;
    const auto read = [&root](std::string_view key, minutes& value) {
        if (const auto given = root.whole(key, 1, kTaskMinutesMost)) value = minutes{*given};
    };
    read("executing_within_minutes", list.executing_within);
    read("done_within_minutes", list.done_within);
    read("county_follow_up_minutes", list.county_follow_up);
    read("site_check_minutes", list.site_check);
    list.inventory_channels = root.texts("inventory_channels");
    for (const std::string& channel : list.inventory_channels) {
        if (channel == "sms" || channel == "mqtt") continue;
        root.wrong("inventory_channels", "'" + channel + "'", "[\"sms\", \"mqtt\"]");
    }
}

struct AddresseeColumns {
    CsvTable::Column id, kind, name, region, contact, phone, account, channels, blocks, department;

    explicit AddresseeColumns(CsvTable& rows)
        : id(rows.required("id", "编号")),
          kind(rows.required("kind", "类别")),
          name(rows.required("name", "名称")),
          region(rows.required("region", "区县代码")),
          contact(rows.column("contact", "联系人")),
          phone(rows.column("phone", "电话")),
          account(rows.column("account", "账号")),
          channels(rows.column("channels", "渠道")),
          blocks(rows.column("blocks", "措施类别")),
          department(rows.column("department", "部门")) {}

    [[nodiscard]] CsvTable::Column at(std::string_view key) const {
        if (key == "region") return region;
        if (key == "channels") return channels ? channels : id;
        if (key == "blocks") return blocks ? blocks : id;
        if (key == "phone") return phone ? phone : id;
        return id;
    }
};

std::string seen_text(CsvTable& rows, CsvTable::Column column) {
    const std::string_view text = trimmed(rows.cell(column));
    if (const auto unseen = find_unseen_in_name(text)) {
        rows.fault(column, to_text(*unseen), kUnseenCure);
    }
    return std::string(text);
}

std::vector<std::string> several_in(CsvTable& rows, CsvTable::Column column) {
    std::vector<std::string> parts;
    const std::string text = seen_text(rows, column);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(';', begin), text.size());
        const std::string_view part = trimmed(std::string_view(text).substr(begin, end - begin));
        if (!part.empty()) parts.emplace_back(part);
        begin = end + 1;
    }
    return parts;
}

Addressee addressee_in(CsvTable& rows, const AddresseeColumns& columns, const std::string& file,
                       Ids& ids) {
    Addressee one;
    one.place = {file, rows.line(), 1};
    one.id = rows.text(columns.id, "D-0001");
    one.kind = rows.word<AddresseeKind>(columns.kind, parse_listed_kind, kAddresseeKindWords);
    one.name = rows.text(columns.name, "某某工地");
    one.region = rows.text(columns.region, "411002");
    one.contact = seen_text(rows, columns.contact);
    one.phone = seen_text(rows, columns.phone);
    one.account = seen_text(rows, columns.account);
    one.channels = several_in(rows, columns.channels);
    one.blocks = several_in(rows, columns.blocks);
    if (one.blocks.empty()) one.blocks = blocks_of(one.kind);
    one.department = seen_text(rows, columns.department);
    if (one.department.empty()) one.department = one.name;
    std::vector<AddresseeFault> faults = faults_in(one);
    if (auto twice = ids.twice(one)) faults.push_back(*std::move(twice));
    for (const AddresseeFault& fault : faults) {
        rows.fault(columns.at(fault.key), fault.what, fault.cure);
    }
    return one;
}

}  // namespace

rules::Result<AddresseeList> read_addressees(std::string_view toml, const std::string& file) {
    const auto document = parse_toml(toml, file);
    if (!document) return document.error();
    rules::Faults faults;
    AddresseeList list;
    TomlTable root(*document, "", file, faults);
    read_settings(root, list);
    Ids ids;
    for (TomlTable& table : root.tables("addressee", kAddresseesMax)) {
        list.addressees.push_back(addressee_in(table, ids));
    }
    for (TomlTable& table : root.tables("task", kTaskRulesMax)) {
        list.rules.push_back(rule_in(table));
    }
    root.finish();
    if (!faults.empty()) return faults;
    return list;
}

rules::Result<AddresseeList> read_addressees_csv(std::string_view csv, const std::string& file) {
    AddresseeList list;
    CsvTable rows(csv, file);
    const AddresseeColumns columns(rows);
    Ids ids;
    while (rows.next()) {
        if (list.addressees.size() == kAddresseesMax) {
            rows.fault(columns.id, "对象超过20000个 / more than 20000 addressees",
                       "分地区建立名单 / a list for each part of the region");
            break;
        }
        list.addressees.push_back(addressee_in(rows, columns, file, ids));
    }
    rules::Faults faults = rows.faults();
    if (!faults.empty()) return faults;
    return list;
}

}  // namespace qk::plans
