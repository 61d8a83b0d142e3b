#include "daemon/enterprise/order_report_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/cursor.hpp"
#include "daemon/api/operations/enterprise.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/said.hpp"
#include "daemon/compliance/case_step_body.hpp"
#include "daemon/enterprise/order_report_rows.hpp"
#include "daemon/enterprise/own_caller.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr CursorKind kReportsCursor{"order_reports", "n"};
const std::string kBody = "body";

json::object photo_json(const OrderPhoto& photo, rules::Zone zone) {
    json::object object{{"number", photo.number}, {"name", photo.name},
                        {"media", photo.media},   {"bytes", photo.bytes},
                        {"sha256", photo.sha256}, {"at", rules::to_iso(photo.at, zone)}};
    if (photo.taken_at) object["taken_at"] = rules::to_iso(*photo.taken_at, zone);
    if (photo.longitude && photo.latitude) {
        object["longitude"] = *photo.longitude;
        object["latitude"] = *photo.latitude;
        object["datum"] = photo.datum;
    }
    return object;
}

json::object report_json(Session& db, const OrderReport& report, rules::Zone zone) {
    json::array photos;
    for (const OrderPhoto& photo : photos_of_report(db, report.number)) {
        photos.emplace_back(photo_json(photo, zone));
    }
    return {{"number", report.number},
            {"exercise", is_in_exercise(report.holder)},
            {"revision", report.revision},
            {"line", report.line},
            {"at", rules::to_iso(report.at, zone)},
            {"by", report.by},
            {"note", report.note},
            {"photos", std::move(photos)}};
}

ApiResponse answer_wrong_report(const rules::Faults& faults) {
    return answer_problem(422, "内容有误", "the content is wrong", faults);
}
ApiResponse answer_no_such_order() {
    return answer_problem(409, "没有这一版指令", "no such revision was ever issued",
                          rules::refuse("no such revision was ever issued",
                                        "刷新页面，查看现行指令 / load the page anew"));
}
ApiResponse answer_full(std::int64_t most) {
    return answer_problem(409, fmt::format("每版指令至多{}条", most),
                          fmt::format("{} for one revision at most", most));
}

// Of which order a photo or report speaks: "exercise" and "revision" of the question.
struct OrderMeant {
    std::string holder;
    std::int64_t revision = 0;
};
OrderMeant order_meant(const Call& call, const OwnCaller& own) {
    const bool is_exercise = call.query_value("exercise").value_or("") == "true";
    const auto revision =
        rules::parse_whole(call.query_value("revision").value_or(""), 1, rules::kWholeMost);
    return {order_holder_of(own.enterprise, is_exercise), revision.value_or(0)};
}

asio::awaitable<ApiResponse> post_photo(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const rules::Zone zone = context.pack->zone;
    const auto given = read_case_file(call, latest_now(context), zone);
    if (!given) co_return answer_wrong_report(given.error());
    const CaseFileRow& file = given->row;
    const OrderMeant meant = order_meant(call, *own);
    OrderPhoto photo;
    photo.holder = meant.holder;
    photo.revision = meant.revision;
    photo.at = file.at;
    photo.name = file.name;
    photo.media = file.media;
    photo.bytes = file.bytes;
    photo.sha256 = file.sha256;
    photo.taken_at = file.taken_at;
    photo.longitude = file.longitude;
    photo.latitude = file.latitude;
    photo.datum = file.datum;
    auto work = [&](Session& db) {
        if (!order_of_revision(db, photo.holder, photo.revision)) return answer_no_such_order();
        if (const auto there = same_order_photo(db, photo)) {
            return answer_json(photo_json(*there, zone), 201);
        }
        if (count_order_photos(db, photo.holder, photo.revision) >= kOrderPhotosMax) {
            return answer_full(kOrderPhotosMax);
        }
        photo.number = store_order_photo(db, photo, given->content);
        json::object shown = photo_json(photo, zone);
        append_audit(
            db, {photo.at, own->person, call.request.remote, "order.photo", photo.holder, shown});
        return answer_json(shown, 201);
    };
    co_return co_await answer_once(context.store, call, std::move(work));
}

struct WantedReport {
    OrderReport report;
    std::vector<std::int64_t> photos;
};

// One that could not be read and was passed over would be missed by nobody but whoever sent it.
std::vector<std::int64_t> read_photo_numbers(plans::JsonFields& fields) {
    std::vector<std::int64_t> numbers;
    const json::value* photos = fields.member("photos");
    if (photos == nullptr || photos->is_null()) return numbers;
    const json::array* list = photos->if_array();
    bool is_sound = list != nullptr;
    for (std::size_t i = 0; is_sound && i < list->size(); ++i) {
        is_sound = (*list)[i].is_int64();
        if (is_sound) numbers.push_back((*list)[i].get_int64());
    }
    if (!is_sound) fields.fault("photos", "is no list of numbers", "上传所得的编号 / [1, 2]");
    return numbers;
}

bool has_line(const OwnCaller& own, const std::string& line) {
    return std::ranges::any_of(own.inventory->lines, [&](const plans::Line& one) {
        return one.enterprise == own.row().id && one.id.text() == line;
    });
}

rules::Result<WantedReport> read_report(const Call& call, const OwnCaller& own) {
    const auto body = plans::parse_json(call.request.body, kBody);
    if (!body) return body.error();
    rules::Faults faults = faults_of_said(*body);
    plans::JsonFields fields(*body, "", kBody, faults);
    WantedReport wanted;
    OrderReport& report = wanted.report;
    report.holder = order_holder_of(own.enterprise, fields.maybe_flag("exercise"));
    report.revision = fields.whole_number("revision", 1);
    report.line = fields.maybe_text("line");
    report.by = fields.text("by");
    report.note = fields.maybe_text("note");
    report.person = own.person;
    wanted.photos = read_photo_numbers(fields);
    if (!report.line.empty() && !has_line(own, report.line)) {
        fields.fault("line", fmt::format("'{}' is no line of yours", report.line),
                     "清单中的生产线，或不填表示全厂 / a line of the inventory; none: the plant");
    }
    if (wanted.photos.size() > kReportPhotosMax) {
        fields.fault("photos", "are too many", fmt::format("{} at most", kReportPhotosMax));
    }
    if (plans::is_blank(report.by)) {
        fields.fault("by", "is blank", "上报人姓名 / the name of who reports");
    }
    if (wanted.photos.empty() && plans::is_blank(report.note)) {
        fields.fault("note", "is missing", "说明或照片至少一项 / a word or a photo");
    }
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return wanted;
}

asio::awaitable<ApiResponse> post_report(Context& context, Call call) {
    const auto own = own_caller_of(context, call);
    if (!own) co_return answer_no_enterprise();
    const auto wanted = read_report(call, *own);
    if (!wanted) co_return answer_wrong_report(wanted.error());
    const rules::Zone zone = context.pack->zone;
    OrderReport report = wanted->report;
    report.at = latest_now(context);
    auto work = [&](Session& db) {
        if (!order_of_revision(db, report.holder, report.revision)) return answer_no_such_order();
        if (count_order_reports(db, report.holder, report.revision) >= kOrderReportsMax) {
            return answer_full(kOrderReportsMax);
        }
        for (const std::int64_t number : wanted->photos) {
            const auto photo = find_order_photo(db, number);
            const bool is_own = photo && photo->holder == report.holder;
            if (!is_own) {
                return answer_wrong_report(rules::refuse(
                    fmt::format("photos: {} was not handed in for this order", number),
                    "先上传照片 / hand the photo in first"));
            }
        }
        report.number = store_order_report(db, report);
        for (const std::int64_t number : wanted->photos) name_photo(db, number, report.number);
        json::object shown = report_json(db, report, zone);
        append_audit(db, {report.at, own->person, call.request.remote, "order.report",
                          report.holder, shown});
        return answer_json(shown, 201);
    };
    ApiResponse answer = co_await answer_once(context.store, call, std::move(work));
    if (answer.status < 300) context.events.wake();
    co_return answer;
}

asio::awaitable<ApiResponse> list_reports(Context& context, Call call, std::string enterprise) {
    const auto read = cursor_paging_of(call, kReportsCursor);
    if (!read) co_return answer_bad_cursor(read.error());
    const CursorPaging paging = *read;
    const rules::Zone zone = context.pack->zone;
    const std::string exercise = order_holder_of(enterprise, true);
    auto work = [&](Session& db) {
        json::array items;
        for (const OrderReport& report : list_order_reports(
                 db, enterprise, exercise, paging.below(), paging.offset(), paging.page.per_page)) {
            items.emplace_back(report_json(db, report, zone));
        }
        const auto count = [&] { return count_all_order_reports(db, enterprise, exercise); };
        return answer_numbered_page(std::move(items), paging, kReportsCursor, count);
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

asio::awaitable<ApiResponse> show_photo(Context& context, Call call, std::string enterprise) {
    const std::int64_t number =
        rules::parse_whole(call.parameter("photo"), 1, rules::kWholeMost).value_or(0);
    auto work = [&](Session& db) {
        const auto photo = find_order_photo(db, number);
        const bool is_of = photo && enterprise_of(photo->holder) == enterprise;
        auto content = is_of ? content_of_order_photo(db, number) : std::nullopt;
        if (!content) return answer_problem(404, "没有这张照片", "no such photo");
        ApiResponse answer;
        // Whatever it is, a browser keeps it and does not run it.
        answer.content_type = "application/octet-stream";
        answer.body = *std::move(content);
        answer.headers.emplace_back("Content-Disposition", "attachment");
        answer.headers.emplace_back("X-Content-Type-Options", "nosniff");
        return answer;
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

// For people of the bureau: the enterprise must be of their county.
std::optional<ApiResponse> refuse_other_county(const Context& context, const Call& call) {
    const auto place =
        context.inventories.index()->enterprise(enterprise_of(call.parameter("enterprise")));
    if (!place) return answer_problem(404, "清单中没有这家企业", "no such enterprise");
    const auto inventory = context.inventories.current();
    if (covers(call, inventory->enterprises[*place].region.text())) return std::nullopt;
    return answer_problem(403, "该企业不在您的辖区", "not an enterprise of your region");
}

}  // namespace

void add_order_report_routes(Router& router, Context& context) {
    const auto own = [&context](auto handle) -> Handler {
        return [&context, handle](const Call& call) { return handle(context, call); };
    };
    router.serve(operation::kAddOwnPhoto, kEnterprises, own(post_photo));
    router.serve(operation::kAddOwnReport, kEnterprises, own(post_report));
    router.serve(operation::kListOwnReports, kEnterprises,
                 [&context](const Call& call) -> asio::awaitable<ApiResponse> {
                     const auto caller = own_caller_of(context, call);
                     if (!caller) co_return answer_no_enterprise();
                     std::string enterprise = caller->enterprise;
                     co_return co_await list_reports(context, call, std::move(enterprise));
                 });
    router.serve(operation::kShowOwnPhoto, kEnterprises,
                 [&context](const Call& call) -> asio::awaitable<ApiResponse> {
                     const auto caller = own_caller_of(context, call);
                     if (!caller) co_return answer_no_enterprise();
                     std::string enterprise = caller->enterprise;
                     co_return co_await show_photo(context, call, std::move(enterprise));
                 });
    router.serve(operation::kListOrderReports, kReaders,
                 [&context](const Call& call) -> asio::awaitable<ApiResponse> {
                     if (auto refused = refuse_other_county(context, call))
                         co_return std::move(*refused);
                     std::string enterprise = enterprise_of(call.parameter("enterprise"));
                     co_return co_await list_reports(context, call, std::move(enterprise));
                 });
    router.serve(operation::kShowOrderPhoto, kReaders,
                 [&context](const Call& call) -> asio::awaitable<ApiResponse> {
                     if (auto refused = refuse_other_county(context, call))
                         co_return std::move(*refused);
                     std::string enterprise = enterprise_of(call.parameter("enterprise"));
                     co_return co_await show_photo(context, call, std::move(enterprise));
                 });
}

}  // namespace qk::daemon
