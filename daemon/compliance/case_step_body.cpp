#include "daemon/compliance/case_step_body.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "plans/addressees/task_answer.hpp"
#include "plans/text/base64.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::CaseAct;
using plans::JsonFields;

constexpr std::size_t kInspectorsMax = 20;
constexpr std::chrono::days kDueWithin{366};

class StepReader {
 public:
    StepReader(const json::value& body, CaseStepGiven& given, rules::Instant now, rules::Zone zone,
               rules::Faults& faults)
        : body_(body),
          given_(given),
          now_(now),
          zone_(zone),
          faults_(faults),
          fields_(body, "", kBodyName, faults) {}

    void read();

 private:
    void read_note();
    void read_conclusion();
    void read_due(bool is_needed);
    void read_check();
    void read_act();

    const json::value& body_;
    CaseStepGiven& given_;
    rules::Instant now_;
    rules::Zone zone_;
    rules::Faults& faults_;
    JsonFields fields_;
};

void StepReader::read_note() {
    const std::string note = fields_.maybe_text("note");
    // Whoever is sent knows where to; everything else is a word of somebody.
    const bool is_needed = given_.asked.act != CaseAct::kSend && !given_.check;
    if (is_needed && plans::is_blank(note)) {
        fields_.fault("note", "is missing", "说明所见所述 / say what was found or said");
    }
    given_.detail["note"] = note;
}

void StepReader::read_conclusion() {
    const std::string text = fields_.text("conclusion");
    given_.asked.conclusion = plans::parse_conclusion(text);
    if (!given_.asked.conclusion && !text.empty()) {
        fields_.fault("conclusion", "'" + text + "' is not a conclusion",
                      "breach, meter_fault, wrong_inventory or justified");
    }
    given_.detail["conclusion"] = text;
}

void StepReader::read_due(bool is_needed) {
    const auto due = fields_.maybe_instant("due", zone_);
    if (!due) {
        const json::value* there = fields_.member("due");
        const bool is_absent = there == nullptr || there->is_null();
        if (is_needed && is_absent) fields_.fault("due", "is missing", "期限 / by when");
        return;
    }
    if (*due <= now_ || *due > now_ + kDueWithin) {
        fields_.fault("due", "has passed, or is too far ahead",
                      fmt::format("within {} days from now", kDueWithin.count()));
    }
    given_.due = due;
    given_.detail["due"] = rules::to_iso(*due, zone_);
}

void StepReader::read_check() {
    auto check = plans::read_site_check(body_, now_, zone_);
    for (const char* known : {"at", "persons", "checklist", "files"}) (void)fields_.member(known);
    if (!check) {
        const rules::Faults more = check.error();
        faults_.insert(faults_.end(), more.begin(), more.end());
        return;
    }
    given_.files = check->files;
    given_.detail["at"] = rules::to_iso(check->at, zone_);
    given_.detail["persons"] = plans::texts(check->persons);
    given_.detail["checklist"] = check->checklist;
    given_.check = *std::move(check);
}

void StepReader::read_act() {
    switch (given_.asked.act) {
        case CaseAct::kSend:
            given_.inspectors = fields_.maybe_texts("inspectors");
            if (given_.inspectors.size() > kInspectorsMax) {
                fields_.fault("inspectors", "are too many",
                              fmt::format("{} at most", kInspectorsMax));
            }
            given_.detail["inspectors"] = plans::texts(given_.inspectors);
            read_due(false);
            break;
        case CaseAct::kCheck:
            read_check();
            break;
        case CaseAct::kRecheck: {
            const json::value* passed = fields_.member("passed");
            if (passed == nullptr || !passed->is_bool()) {
                fields_.fault("passed", "is missing", "true or false");
                break;
            }
            given_.asked.passed = passed->get_bool();
            given_.detail["passed"] = given_.asked.passed;
            read_check();
            read_due(!given_.asked.passed);
            break;
        }
        case CaseAct::kConclude:
        case CaseAct::kDecide:
            read_conclusion();
            given_.files = plans::read_file_numbers(fields_);
            break;
        case CaseAct::kState:
            given_.detail["by"] = fields_.text("by");
            given_.files = plans::read_file_numbers(fields_);
            if (given_.files.empty()) {
                fields_.fault("files", "names no paper",
                              "先上传陈述申辩书或笔录 / hand in the paper, or the record, first");
            }
            break;
        case CaseAct::kOrderMending:
            read_due(true);
            given_.files = plans::read_file_numbers(fields_);
            break;
        case CaseAct::kReportMended:
            given_.files = plans::read_file_numbers(fields_);
            break;
        case CaseAct::kClose:
        case CaseAct::kWithdraw:
        case CaseAct::kDataBack:
        case CaseAct::kReopen:
            break;
    }
}

void StepReader::read() {
    read_act();
    read_note();
    fields_.refuse_unknown();
}

// Degrees, or none of the three.
void read_position(JsonFields& fields, CaseFileRow& row) {
    row.longitude = fields.maybe_number("longitude");
    row.latitude = fields.maybe_number("latitude");
    row.datum = fields.maybe_text("datum");
    if (row.longitude.has_value() != row.latitude.has_value()) {
        fields.fault("longitude", "stands alone", "longitude and latitude, or neither");
    }
    if (row.longitude && (*row.longitude < -180 || *row.longitude > 180)) {
        fields.fault("longitude", "is out of range", "-180 to 180");
    }
    if (row.latitude && (*row.latitude < -90 || *row.latitude > 90)) {
        fields.fault("latitude", "is out of range", "-90 to 90");
    }
    if (row.longitude && !plans::is_datum(row.datum)) {
        fields.fault("datum", "'" + row.datum + "' is not known", "cgcs2000, wgs84 or gcj02");
    }
}

}  // namespace

rules::Result<CaseStepGiven> read_case_step(const Call& call, CaseAct act, rules::Instant now,
                                            rules::Zone zone) {
    const auto body = parse_said_body(call.request.body);
    if (!body) return body.error();
    rules::Faults faults;
    CaseStepGiven given;
    given.asked.act = act;
    given.asked.person = call.caller ? call.caller->id : "";
    StepReader(*body, given, now, zone, faults).read();
    if (!faults.empty()) return faults;
    return given;
}

rules::Result<CaseFileGiven> read_case_file(const Call& call, rules::Instant now,
                                            rules::Zone zone) {
    const auto body = parse_said_body(call.request.body, {"base64"});
    if (!body) return body.error();
    rules::Faults faults;
    JsonFields fields(*body, "", kBodyName, faults);
    CaseFileGiven given;
    CaseFileRow& row = given.row;
    row.name = fields.text("name");
    const auto bytes = plans::bytes_of_base64(fields.text("base64"));
    if (!bytes) fields.fault("base64", "is not base64", "the file's bytes in base64");
    const std::string said = fields.maybe_text("sha256");
    row.taken_at = fields.maybe_instant("taken_at", zone);
    if (row.taken_at && *row.taken_at > now + plans::kClockErrorMax) {
        fields.fault("taken_at", "is in the future", "拍摄时间 / when it was taken");
    }
    read_position(fields, row);
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    given.content = *bytes;
    const auto kind = plans::check_task_file(row.name, given.content);
    if (!kind) return kind.error();
    row.at = now;
    row.person = call.caller ? call.caller->id : "";
    row.media = plans::media_of(*kind);
    row.bytes = static_cast<std::int64_t>(given.content.size());
    row.sha256 = plans::sha256_hex(given.content);
    if (!said.empty() && said != row.sha256) {
        fields.fault("sha256", "is not that of these bytes",
                     "传输中有改动，重新上传 / they changed on the way: send them again");
        return faults;
    }
    return given;
}

}  // namespace qk::daemon
