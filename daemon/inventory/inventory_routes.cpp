#include "daemon/inventory/inventory_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>
#include <unordered_map>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/inventory.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/inventory/coverage_routes.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/answer_cache.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/inventory_rows.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/inventory/compare.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/pre_notice.hpp"
#include "plans/text/identifier.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

asio::awaitable<ApiResponse> get_inventories(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    const rules::Zone zone = context.pack->zone;
    const std::string in_use = context.inventories.current()->edition;
    auto work = [&](Session& db) {
        json::array items;
        const std::size_t offset = (paging.page - 1) * paging.per_page;
        for (const EditionRow& row : list_editions(db, offset, paging.per_page)) {
            json::object item;
            item["edition"] = row.edition;
            item["sha256"] = row.sha256;
            item["loaded_at"] = rules::to_iso(row.loaded_at, zone);
            item["person"] = row.person;
            item["source"] = row.source;
            item["enterprises"] = row.enterprises;
            item["lines"] = row.lines;
            item["meters"] = row.meters;
            item["in_use"] = row.edition == in_use;
            items.push_back(std::move(item));
        }
        return answer_page(std::move(items), paging, count_editions(db));
    };
    co_return co_await context.store.read(std::move(work), call.reader());
}

constexpr std::size_t kUploadFilesMax = 64;
constexpr std::size_t kFileNameBytesMax = 200;

// {"name": "2026", "files": {"enterprises.csv": "id,name,…\n…"}}, or the bytes of one .xlsx.
rules::Result<InventoryUpload> read_upload(const Call& call) {
    InventoryUpload upload;
    upload.name = call.query_value("name").value_or("inventory");
    upload.person = call.caller->id;
    upload.answer = call.query_value("answer").value_or("");
    const std::string map = call.query_value("map").value_or("");
    if (map == "kept") upload.kept_map = KeptMap::kAlways;
    if (map == "none") upload.kept_map = KeptMap::kNever;
    if (call.request.body.starts_with("PK")) {
        upload.files[upload.name + ".xlsx"] = call.request.body;
    } else {
        const auto body = plans::parse_json(call.request.body, "body");
        if (!body) return body.error();
        upload.name = plans::string_or(*body, "name", upload.name);
        upload.answer = plans::string_or(*body, "answer", upload.answer);
        const json::value* files = plans::find_member(*body, "files");
        if (files == nullptr || !files->is_object() || files->as_object().empty()) {
            return rules::refuse("files is missing", "{\"files\": {\"enterprises.csv\": \"…\"}}");
        }
        if (files->as_object().size() > kUploadFilesMax) {
            return rules::refuse("files has more than 64 entries", "the tables of one inventory");
        }
        for (const auto& [name, text] : files->as_object()) {
            if (name.size() > kFileNameBytesMax) {
                return rules::refuse("a file's name is longer than 200 bytes", "enterprises.csv");
            }
            const std::string_view file(name.data(), name.size());
            if (const auto unseen = plans::find_unseen(file)) {
                return rules::refuse("文件名 a file's name: " + plans::to_text(*unseen),
                                     std::string(plans::kUnseenCure));
            }
            if (plans::is_blank(file) || file.find_first_of("\n\r\t") != file.npos) {
                return rules::refuse(
                    "文件名空白或含换行 a file's name is blank, or more than one line",
                    "enterprises.csv");
            }
            if (!text.is_string()) {
                return rules::refuse("files." + std::string(name) + " is not a text",
                                     "the table as CSV");
            }
            upload.files[std::string(name)] = std::string(text.as_string());
        }
    }
    constexpr std::size_t kAnswerBytesMax = 4000;
    if (upload.answer.size() > kAnswerBytesMax) {
        return rules::refuse("answer is longer than 4000 bytes",
                             "one reason, or no_duty_reason of each line");
    }
    // It stands for a person's word in the audit.
    if (const auto unseen = plans::find_unseen(upload.answer)) {
        return rules::refuse("answer: " + plans::to_text(*unseen), std::string(plans::kUnseenCure));
    }
    if (!upload.answer.empty() && plans::is_blank(upload.answer)) {
        return rules::refuse("answer 空白 is blank", "the reason, or no answer");
    }
    // Orders cite the edition by its name, and files are called by it.
    if (const auto wrong = plans::id_fault(upload.name, plans::IdUse::kName)) {
        return rules::refuse("name: " + wrong->what, wrong->cure);
    }
    return upload;
}

asio::awaitable<ApiResponse> post_inventory(Context& context, UploadReader& uploads,
                                            const Call& call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    auto admission = uploads.admit(call.request.remote);
    if (admission.refused) co_return *std::move(admission.refused);
    auto reading = [&call] { return read_upload(call); };
    auto upload = co_await uploads.run(std::move(reading));
    if (!upload) {
        co_return answer_problem(422, "清单上传有误", "the upload is wrong", upload.error());
    }
    upload->now = context.clock.now();
    upload->pack = context.pack;
    upload->catalogue = context.catalogue;
    const InventoryUploaded done = co_await context.inventories.take(std::move(*upload), uploads);
    if (!done.is_taken) {
        json::object beside;
        if (done.open_questions > 0) beside["open_questions"] = done.open_questions;
        if (!done.proposed_map.empty()) beside["proposed_map"] = done.proposed_map;
        co_return answer_problem(422, "清单有误，未加载", "the inventory is refused", done.findings,
                                 std::move(beside));
    }
    context.events.wake();
    json::object answer;
    answer["edition"] = done.edition;
    answer["is_new"] = done.is_new;
    answer["column_map"] = done.column_map;
    answer["answered_questions"] = done.open_questions;
    json::array findings;
    for (const rules::Fault& fault : rules::at_most(done.findings, rules::kFindingsMax)) {
        findings.push_back(json::string(plans::with_unseen_shown(rules::to_text(fault))));
    }
    answer["findings"] = std::move(findings);
    co_return answer_json(answer, done.is_new ? 201 : 200);
}

// Leaves out what concerns enterprises of other counties than the caller's.
void cut_to_region(const Call& call, const plans::Inventory& earlier, const plans::Inventory& later,
                   plans::InventoryDifference& difference) {
    std::unordered_map<std::string_view, std::string_view> regions;
    for (const plans::Inventory* edition : {&earlier, &later}) {
        for (const plans::Enterprise& one : edition->enterprises) regions[one.id] = one.region;
    }
    std::erase_if(difference.changes, [&](const plans::Change& change) {
        const auto region = regions.find(change.enterprise);
        return region != regions.end() && !covers(call, region->second);
    });
}

// What changed between two editions, line by line.
asio::awaitable<ApiResponse> get_comparison(Context& context, const Call& call) {
    const std::string before = call.query_value("before").value_or("");
    const std::string after =
        call.query_value("after").value_or(context.inventories.current()->edition);
    // The one in use is at hand and need not be read again.
    const auto in_use = context.inventories.current();
    using Edition = std::shared_ptr<const plans::Inventory>;
    const auto find = [&](Session& db, const std::string& name) -> rules::Result<Edition> {
        if (name == in_use->edition) return in_use;
        auto read = context.inventories.edition(db, name);
        if (!read) return read.error();
        return std::make_shared<const plans::Inventory>(std::move(*read));
    };
    // The text too is written here and not on the loop that serves everybody.
    auto work = [&](Session& db) -> rules::Result<ApiResponse> {
        const auto earlier = find(db, before);
        if (!earlier) return earlier.error();
        const auto later = find(db, after);
        if (!later) return later.error();
        plans::InventoryDifference difference = plans::compare(**earlier, **later);
        if (!caller_region_prefix(call).empty())
            cut_to_region(call, **earlier, **later, difference);
        return answer_json(plans::to_json(difference), 200);
    };
    auto difference = co_await context.store.read_slowly(std::move(work), call.reader());
    if (!difference) {
        co_return answer_problem(404, "没有该清单版本", "no such edition", difference.error());
    }
    co_return std::move(*difference);
}

asio::awaitable<ApiResponse> get_column_map(Context& context, const Call& call) {
    auto work = [](Session& db) { return InventoryRegistry::kept_map(db); };
    const auto map = co_await context.store.read(std::move(work), call.reader());
    json::object answer;
    answer["map"] = nullptr;
    if (map) answer["map"] = *map;
    co_return answer_json(answer, 200);
}

asio::awaitable<ApiResponse> post_column_map(Context& context, const Call& call) {
    if (auto refused = refuse_part(call, context.pack->region_code)) co_return *refused;
    const auto body = plans::parse_json(call.request.body, "body");
    const json::value* map = body ? plans::find_member(*body, "map") : nullptr;
    if (map == nullptr || !map->is_string()) {
        co_return answer_problem(
            422, "上传有误", "the upload is wrong",
            body ? rules::refuse("map is missing or no text", "{\"map\": \"confirmed_by = …\"}")
                 : body.error());
    }
    MapConfirmation by;
    by.person = call.caller->id;
    by.name = call.caller->name.empty() ? call.caller->id : call.caller->name;
    by.remote = call.request.remote;
    by.now = context.clock.now();
    auto work = [&](Session& db) {
        const auto kept = InventoryRegistry::keep_map(db, std::string(map->as_string()), by);
        if (!kept) {
            return answer_problem(422, "列映射有误，未保存", "the column map is refused",
                                  kept.error());
        }
        return answer_json(json::object{{"map", kept->toml}, {"audit", kept->audit}});
    };
    co_return co_await answer_once(context.store, call, std::move(work));
}

struct PreNoticeQuestion {
    const plans::Catalogue& catalogue;
    const std::vector<plans::GradeChange>& grade_changes;
    rules::Colour colour;
    rules::Instant from;
    rules::Instant now;
    rules::Zone zone;
};

json::array pre_notices_of(const Call& call, const plans::Inventory& inventory,
                           const plans::RegionRules& region_rules, const PreNoticeQuestion& asked) {
    plans::DeriveInput input{inventory,  asked.catalogue, region_rules, asked.colour,
                             asked.from, std::nullopt,    asked.zone};
    input.grade_changes = &asked.grade_changes;
    const plans::ObligationTable table = plans::derive_table(input);
    json::array notices;
    for (const plans::PreNotice& one : plans::pre_notices(input, table, asked.now)) {
        const plans::Enterprise& enterprise = inventory.enterprises[one.enterprise];
        if (!covers(call, enterprise.region)) continue;
        json::object notice;
        notice["enterprise"] = enterprise.id.text();
        notice["name"] = enterprise.name.text();
        notice["line"] = inventory.lines[one.line].id.text();
        notice["begin_by"] = rules::to_iso(one.begin_by, asked.zone);
        notice["too_late"] = one.too_late;
        notice["contact"] = enterprise.contact.text();
        notice["phone"] = enterprise.phone.text();
        notice["text"] = one.text;
        notices.push_back(std::move(notice));
    }
    return notices;
}

// Who must begin to come down because a level is likely from a time on, by the edition in use.
asio::awaitable<ApiResponse> get_pre_notices(Context& context, const Call& call) {
    const rules::Zone zone = context.pack->zone;
    const auto colour = rules::parse_colour(call.query_value("level").value_or(""));
    const auto from = rules::parse_instant(call.query_value("from").value_or(""), zone);
    if (!colour || !from) {
        co_return answer_problem(422, "参数有误", "the query is wrong",
                                 rules::refuse("level or from is missing or cannot be read",
                                               "?level=orange&from=2016-12-16T20:00:00+08:00"));
    }
    const auto inventory = context.inventories.current();
    const plans::RegionRules region_rules = plans::from_pack(*context.pack);
    const rules::Instant now = context.clock.now();
    const auto own = context.catalogue;
    const plans::Catalogue& catalogue = own ? own->catalogue : plans::built_in_catalogue();
    // Derived on a reader's thread.
    auto derive = [&](Session& db) {
        const auto changes = grade_changes_beside(db, inventory->edition, zone);
        return pre_notices_of(call, *inventory, region_rules,
                              {catalogue, changes, *colour, *from, now, zone});
    };
    const json::array notices =
        co_await context.store.read_slowly(std::move(derive), call.reader());
    json::object beside;
    beside["edition"] = inventory->edition;
    beside["level"] = rules::to_text(*colour);
    beside["from"] = rules::to_iso(*from, zone);
    co_return answer_page_of(notices, paging_of(call), std::move(beside));
}

}  // namespace

void add_inventory_routes(Router& router, Context& context, UploadReader& uploads) {
    add_coverage_routes(router, context);
    router.serve(operation::kListInventories, kReaders,
                 [&context](const Call& call) { return get_inventories(context, call); });
    Handler compare = [&context](const Call& call) { return get_comparison(context, call); };
    router.serve(operation::kCompareInventories, kReaders,
                 kept_answers(context, AnswerHolds::kUntilChange, std::move(compare)));
    router.serve(operation::kShowColumnMap, kReaders,
                 [&context](const Call& call) { return get_column_map(context, call); });
    router.serve(operation::kKeepColumnMap, kAdmins,
                 [&context](const Call& call) { return post_column_map(context, call); });
    router.serve(operation::kListPreNotices, kReaders,
                 [&context](const Call& call) { return get_pre_notices(context, call); });
    router.serve(operation::kUploadInventory, kAdmins, [&context, &uploads](const Call& call) {
        return post_inventory(context, uploads, call);
    });
}

}  // namespace qk::daemon
