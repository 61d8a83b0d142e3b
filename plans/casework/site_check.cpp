#include "plans/casework/site_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plans/text/json_fields.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr std::array kItems{
    CheckItem{"listed", "企业及生产线是否列入应急减排清单"},
    CheckItem{"plan_board", "一厂一策和公示牌是否齐全、张挂到位"},
    CheckItem{"plan_matches", "方案是否符合本行业本绩效级别本预警级别的措施要求"},
    CheckItem{"name_matches", "企业名称与营业执照是否一致"},
    CheckItem{"production_ledger", "生产台账、物料进出记录"},
    CheckItem{"electricity_record", "逐日用电记录"},
    CheckItem{"vehicle_log", "车辆台账和门禁视频"},
    CheckItem{"treatment_running", "治污设施是否正常运行"},
    CheckItem{"kiln_temperature", "窑炉温度", true},
    CheckItem{"control_trend", "中控历史曲线", true},
    CheckItem{"stock", "仓库库存", true},
};
constexpr std::array<std::string_view, 3> kResults{"ok", "not_ok", "not_applicable"};
constexpr std::array<std::string_view, 3> kDatums{"cgcs2000", "wgs84", "gcj02"};
const std::string kBody = "body";

void read_item(JsonFields& list, const CheckItem& item, const json::value& given,
               rules::Faults& faults, json::object& checklist) {
    JsonFields fields(given, list.path_of(item.id), kBody, faults);
    const std::string result = fields.text("result");
    const std::string note = fields.maybe_text("note");
    fields.refuse_unknown();
    if (std::ranges::count(kResults, result) == 0 && !result.empty()) {
        fields.fault("result", "'" + result + "' is not known", "ok, not_ok or not_applicable");
    }
    if (result != "ok" && !result.empty() && is_blank(note)) {
        fields.fault("note", "is missing", "不合格或不适用须说明 / say what, or why not");
    }
    checklist[item.id] = json::object{{"result", result}, {"note", note}};
}

json::object read_checklist(const json::value& given, rules::Faults& faults) {
    json::object checklist;
    JsonFields list(given, "checklist", kBody, faults);
    for (const CheckItem& item : kItems) {
        const json::value* one = list.member(item.id);
        if (one != nullptr && !one->is_null()) {
            read_item(list, item, *one, faults, checklist);
        } else if (!item.is_optional) {
            list.fault(item.id, "is missing",
                       std::string(item.text) + " {\"result\": \"ok\"} / an answer to each item");
        }
    }
    list.refuse_unknown();
    return checklist;
}

}  // namespace

std::vector<std::int64_t> read_file_numbers(JsonFields& fields) {
    std::vector<std::int64_t> numbers;
    const json::value* given = fields.member("files");
    if (given == nullptr || given->is_null()) return numbers;
    if (!given->is_array() || given->get_array().size() > kCheckFilesMax) {
        fields.fault("files", "is not a list of numbers of files",
                     fmt::format("[1, 2], {} at most", kCheckFilesMax));
        return numbers;
    }
    for (const json::value& one : given->get_array()) {
        if (!one.is_int64() || one.get_int64() < 1) {
            fields.fault("files", "holds something else than numbers of files", "[1, 2]");
            return numbers;
        }
        numbers.push_back(one.get_int64());
    }
    std::ranges::sort(numbers);
    const auto [first, last] = std::ranges::unique(numbers);
    numbers.erase(first, last);
    return numbers;
}

std::span<const CheckItem> check_items() { return kItems; }
bool is_datum(std::string_view text) { return std::ranges::count(kDatums, text) > 0; }

rules::Result<SiteCheck> read_site_check(const json::value& body, rules::Instant now,
                                         rules::Zone zone) {
    rules::Faults faults;
    JsonFields fields(body, "", kBody, faults);
    SiteCheck check;
    check.at = fields.instant("at", zone);
    const bool has_time = faults.empty();
    if (has_time && check.at > now + kClockErrorMax) {
        fields.fault("at", "is in the future", "到现场的时间 / when they were on site");
    }
    if (has_time && check.at + kCheckRecordedWithin < now) {
        fields.fault("at", fmt::format("is more than {} days ago", kCheckRecordedWithin.count()),
                     "核查后及时记录 / a check is recorded soon");
    }
    check.persons = fields.maybe_texts("persons");
    std::erase_if(check.persons, [](const std::string& one) { return is_blank(one); });
    if (check.persons.empty() || check.persons.size() > kCheckPersonsMax) {
        fields.fault("persons", "names nobody, or too many",
                     fmt::format("到场人员姓名，至多{}人 / who was there", kCheckPersonsMax));
    }
    check.note = fields.maybe_text("note");
    check.files = read_file_numbers(fields);
    const json::value* list = fields.member("checklist");
    if (list == nullptr) {
        fields.fault("checklist", "is missing", "{\"listed\": {\"result\": \"ok\"}, ...}");
    } else {
        check.checklist = read_checklist(*list, faults);
    }
    if (!faults.empty()) return faults;
    return check;
}

rules::Faults photo_faults(const SiteCheck& check, const std::vector<CaseFileFacts>& files,
                           bool is_about_data) {
    rules::Faults faults;
    bool has_proof = false;
    for (const std::int64_t number : check.files) {
        const auto file = std::ranges::find(files, number, &CaseFileFacts::number);
        if (file == files.end()) {
            faults.push_back({{kBody, 0, 0},
                              fmt::format("files: the case has no file {}", number),
                              "先上传附件 / hand it in first",
                              rules::Severity::kError});
            continue;
        }
        if (!file->is_photo || !file->taken_at || !file->position) continue;
        const auto apart =
            *file->taken_at > check.at ? *file->taken_at - check.at : check.at - *file->taken_at;
        has_proof = has_proof || apart <= kPhotoWithin;
    }
    if (faults.empty() && !has_proof && !is_about_data) {
        faults.push_back(
            {{kBody, 0, 0},
             "files: no photo of the check with time and position",
             "至少一张核查前后24小时内、带拍摄时间和位置的照片 / at least one, taken within "
             "24 hours of the check",
             rules::Severity::kError});
    }
    return faults;
}

}  // namespace qk::plans
