#include "daemon/packs/catalogue_registry.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/measures.hpp"
#include "daemon/api/repeats.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/messages.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr AdoptionKind kKind{
    Adopted::kCatalogue,
    {"没有等待第二人确认的这份目录", "no catalogue of this number waits for a second person"},
    {"没有尚未启用的这份目录", "no catalogue of this number that has not begun yet"},
    {"没有这份目录", "no catalogue of this number"},
    [](AdoptionState after, const Adoption& one, const AdoptionStep& step, rules::Zone) {
        return told_simply(event_of("catalogue", after), step, one.name);
    }};

struct Wanted {
    plans::CatalogueTexts texts;
    plans::Catalogue catalogue;
    Instant from{};
    std::string reason;
    bool only_try = false;
    rules::Faults remarks;
};

// What is wrong with it is told at once: the body, the date, and every fault of the catalogue.
rules::Result<Wanted> read_wanted(const std::string& body, rules::Zone zone, Instant now) {
    const auto value = plans::parse_json(body, "body");
    if (!value) return value.error();
    rules::Faults faults = faults_of_members(*value, {"reason", "file"});
    Wanted wanted;
    wanted.only_try = is_true(*value, "only_try");
    wanted.reason = plans::string_or(*value, "reason");
    if (wanted.reason.empty() && !wanted.only_try) {
        add_fault(faults, "reason is missing", "why the catalogue is put in force");
    }
    wanted.from = read_from(*value, zone, now, faults);
    const bool as_shipped = is_true(*value, "as_shipped");
    const std::string own = plans::string_or(*value, "catalogue");
    if (own.empty() != as_shipped) {
        add_fault(faults, "catalogue is missing, or as_shipped is said beside it",
                  "the text of a catalogue, or as_shipped = true");
    }
    const std::string file = plans::string_or(*value, "file", "catalogue.toml");
    wanted.texts = plans::over_shipped(as_shipped ? "as-shipped" : file, own);
    auto catalogue = plans::read_catalogue_texts(wanted.texts, &wanted.remarks);
    if (!catalogue) append_faults(faults, catalogue.error());
    if (!faults.empty()) return faults;
    wanted.catalogue = std::move(*catalogue);
    return wanted;
}

rules::Result<plans::CatalogueInForce> read_adopted(const Adoption& row) {
    const auto value = plans::parse_json(row.texts, "adopted_catalogues.texts");
    if (!value) return value.error();
    const auto texts = plans::catalogue_texts_from_json(*value);
    if (!texts) return texts.error();
    auto catalogue = plans::read_catalogue_texts(*texts);
    if (!catalogue) return catalogue.error();
    return plans::CatalogueInForce{row.number, row.sha256, std::move(*catalogue)};
}

struct Tried {
    rules::Result<Wanted> wanted;
    json::value clauses;
    json::value trial;
};

Tried try_wanted(Session& db, const std::string& body, const RulesInUse& in_use, Instant now) {
    const rules::Zone zone = in_use.pack->zone;
    Tried tried{read_wanted(body, zone, now), nullptr, nullptr};
    if (!tried.wanted) return tried;
    const plans::Catalogue& catalogue = tried.wanted->catalogue;
    tried.clauses = to_json(plans::catalogue_changes(in_use.measures(), catalogue));
    const auto grades = grade_changes_beside(db, in_use.inventory->edition, zone);
    tried.trial =
        in_use.try_beside({in_use.measures(), grades}, {catalogue, grades}, tried.wanted->from);
    return tried;
}

json::array texts_of(const rules::Faults& findings) {
    json::array texts;
    for (const rules::Fault& fault : rules::at_most(findings, rules::kFindingsMax)) {
        texts.push_back(json::string(rules::to_text(fault)));
    }
    return texts;
}

}  // namespace

CatalogueRegistry::CatalogueRegistry(Context& context)
    : AdoptionRegistry(context, kKind,
                       {kCatalogueInForce, kCatalogueUnreadable, nullptr, "catalogue"}) {}

rules::Result<AdoptionRegistry::Readied> CatalogueRegistry::ready(const Adoption& adoption) {
    auto read = read_adopted(adoption);
    if (!read) return read.error();
    auto next = std::make_shared<const plans::CatalogueInForce>(std::move(*read));
    Readied readied;
    readied.use = [this, next = std::move(next)] {
        context_.catalogue = next;
        return true;
    };
    return readied;
}

asio::awaitable<ApiResponse> CatalogueRegistry::adopt(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const Instant now = context_.clock.now();
    const RulesInUse in_use = rules_in_use(context_);
    // Beside the event loop: the whole inventory is derived six times.
    auto attempt = [&call, &in_use, now](Session& db) {
        return try_wanted(db, call.request.body, in_use, now);
    };
    Tried tried = co_await context_.store.read_slowly(std::move(attempt), call.reader());
    if (!tried.wanted) {
        co_return answer_problem(422, "措施目录有误", "the catalogue is refused",
                                 tried.wanted.error());
    }
    const Wanted& wanted = *tried.wanted;
    const std::string texts = plans::canonical_text(to_json(wanted.texts));
    json::object answer{{"number", nullptr},
                        {"name", wanted.texts.file},
                        {"from", rules::to_iso(wanted.from, in_use.pack->zone)},
                        {"reason", wanted.reason},
                        {"sha256", plans::sha256_hex(texts)},
                        {"findings", texts_of(wanted.remarks)},
                        {"clauses", tried.clauses},
                        {"trial", tried.trial}};
    if (wanted.only_try) co_return answer_json(answer);
    auto work = [&](Session& db) {
        Adoption row;
        row.name = wanted.texts.file;
        row.from = wanted.from;
        row.put_at = now;
        row.put_by = call.caller->id;
        row.reason = wanted.reason;
        row.trial =
            plans::to_text(json::object{{"clauses", tried.clauses}, {"trial", tried.trial}});
        row.sha256 = plans::sha256_hex(texts);
        row.texts = texts;
        AdoptionStep step = step_of(call, now);
        step.number = put_adoption(db, kKind.rows, row);
        step.why = row.reason;
        note_told(db, step, told_simply("catalogue.adopted", step, row.name));
        answer["number"] = step.number;
        return answer_json(answer, 201);
    };
    ApiResponse done = co_await answer_once(context_.store, call, std::move(work));
    context_.events.wake();
    co_return done;
}

asio::awaitable<ApiResponse> CatalogueRegistry::list(Call call) {
    AdoptionShown shown = [zone = context_.pack->zone, now_in_force = in_force()](
                              const Adoption& one) { return dated_json(one, zone, now_in_force); };
    co_return co_await list_adoptions_page(context_, kKind, std::move(call), std::move(shown));
}

asio::awaitable<ApiResponse> CatalogueRegistry::show(Call call) {
    const rules::Zone zone = context_.pack->zone;
    const std::int64_t now_in_force = in_force();
    const bool is_present = call.parameter("number") == "in-force";
    if (is_present && now_in_force == 0) {
        co_return answer_json(json::object{
            {"number", nullptr}, {"name", "as-shipped"}, {"in_force", true}, {"catalogue", ""}});
    }
    const std::int64_t number = is_present ? now_in_force : adoption_number_in(call);
    auto work = [&](Session& db) -> std::optional<json::object> {
        const auto row = load_adoption(db, kKind.rows, number);
        if (!row) return std::nullopt;
        json::object object = dated_json(*row, zone, now_in_force);
        const json::value tried =
            plans::parse_json(row->trial.value(), "adopted_catalogues.trial").value();
        object["clauses"] = tried.at("clauses");
        object["trial"] = tried.at("trial");
        const json::value texts = plans::parse_json(row->texts, "adopted_catalogues.texts").value();
        object["catalogue"] = texts.at("own");
        object["base"] = texts.at("base");
        return object;
    };
    auto object = co_await context_.store.read(std::move(work), call.reader());
    if (!object) co_return answer_unknown(kKind);
    co_return answer_json(*object);
}

void CatalogueRegistry::add_routes(Router& router) {
    router.serve(operation::kListCatalogues, kReaders,
                 [this](const Call& call) { return list(call); });
    router.serve(operation::kShowCatalogue, kReaders,
                 [this](const Call& call) { return show(call); });
    router.serve(operation::kAdoptCatalogue, kAdmins,
                 [this](const Call& call) { return adopt(call); });
    router.serve(operation::kConfirmCatalogue, kPackConfirmers,
                 [this](const Call& call) { return confirm(call); });
    router.serve(operation::kWithdrawCatalogue, kAdmins,
                 [this](const Call& call) { return withdraw(call); });
}

}  // namespace qk::daemon
