#include "daemon/warnings/stored_plans.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <utility>

#include "daemon/service/edition_files.hpp"
#include "daemon/service/inventory_rows.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/plan_input_rows.hpp"
#include "daemon/warnings/plan_rows.hpp"
#include "daemon/warnings/stored_decisions.hpp"
#include "plans/measures/own_measure.hpp"
#include "plans/packs/pack_texts.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

using plans::PlanAgain;
using plans::PlanAgreement;
using plans::PlanGround;
using plans::PlanInputs;
using rules::Faults;

Faults gone(const std::string& what) {
    return rules::refuse(fmt::format("{}已不存在 / {} is gone", what, what),
                         "从备份中恢复 / take it from a backup");
}

Faults not_as_stored(const std::string& what) {
    return rules::refuse(
        fmt::format("{}与其校验值不符 / {} is not what its SHA-256 names", what, what),
        "从备份中恢复 / take it from a backup");
}

// A text by its digest, as JSON.
rules::Result<boost::json::value> stored_text(const std::optional<std::string>& text,
                                              const std::string& sha256, const std::string& what) {
    if (!text) return gone(what);
    if (plans::sha256_hex(*text) != sha256) return not_as_stored(what);
    return plans::parse_json(*text, what);
}

rules::Result<std::shared_ptr<const plans::RegionPack>> read_stored_pack(Session& db,
                                                                         const PlanInputs& inputs) {
    const std::string what = "plan_texts " + inputs.pack_sha256;
    const auto value =
        stored_text(load_plan_text(db, inputs.pack_sha256), inputs.pack_sha256, what);
    if (!value) return value.error();
    const auto texts = plans::pack_texts_from_json(*value);
    if (!texts) return texts.error();
    auto pack = plans::read_pack_texts(*texts);
    if (!pack) return pack.error();
    return std::make_shared<const plans::RegionPack>(*std::move(pack));
}

rules::Result<std::shared_ptr<const plans::CatalogueInForce>> read_stored_catalogue(
    Session& db, const PlanInputs& inputs) {
    std::optional<std::string> text;
    std::string what = "plan_texts " + inputs.catalogue_sha256;
    if (inputs.catalogue > 0) {
        what = fmt::format("adopted_catalogues {}", inputs.catalogue);
        if (auto own = load_own_catalogue(db, inputs.catalogue)) text = std::move(own->texts);
    } else {
        text = load_plan_text(db, inputs.catalogue_sha256);
    }
    const auto value = stored_text(text, inputs.catalogue_sha256, what);
    if (!value) return value.error();
    const auto texts = plans::catalogue_texts_from_json(*value);
    if (!texts) return texts.error();
    auto catalogue = plans::read_catalogue_texts(*texts);
    if (!catalogue) return catalogue.error();
    return std::make_shared<const plans::CatalogueInForce>(
        plans::CatalogueInForce{inputs.catalogue, inputs.catalogue_sha256, *std::move(catalogue)});
}

// The inventory and the season of an edition, read as the daemon read them.
rules::Result<void> read_stored_edition(Session& db, const PlanInputs& inputs, PlanGround& ground) {
    if (inputs.edition.empty()) {
        ground.inventory = std::make_shared<const plans::Inventory>();
        ground.season = std::make_shared<const plans::SeasonPlan>();
        return {};
    }
    const std::string what = "inventory_editions " + inputs.edition;
    const auto row = edition_of_name(db, inputs.edition);
    if (!row) return gone(what);
    const InventoryFiles files = load_files(db, row->number);
    if (hash_of_files(files) != row->sha256) return not_as_stored(what);
    plans::ReadOptions options = plans::inventory_read_options({}, plans::from_pack(*ground.pack));
    options.grade_names = inputs.grade_names;
    options.wrong_id = rules::Severity::kWarning;
    plans::ReadInventory read = inventory_in(files, inputs.edition, options);
    if (!read.inventory) return read.findings;
    auto season = season_in(files, options, rules::Severity::kWarning);
    if (!season) return season.error();
    ground.inventory = std::make_shared<const plans::Inventory>(std::move(*read.inventory));
    ground.season = *std::move(season);
    return {};
}

// Plans of one warning rest on the same texts and the same edition, which are read once.
class Grounds {
 public:
    rules::Result<PlanGround> of(Session& db, const PlanInputs& inputs) {
        if (last_ && is_same(*last_, inputs)) return ground_;
        last_.reset();
        PlanGround ground;
        auto pack = read_stored_pack(db, inputs);
        if (!pack) return pack.error();
        ground.pack = *std::move(pack);
        auto catalogue = read_stored_catalogue(db, inputs);
        if (!catalogue) return catalogue.error();
        ground.catalogue = *std::move(catalogue);
        if (auto read = read_stored_edition(db, inputs, ground); !read) return read.error();
        ground_ = std::move(ground);
        last_ = inputs;
        return ground_;
    }

 private:
    static bool is_same(const PlanInputs& one, const PlanInputs& other) {
        return one.edition == other.edition && one.grade_names == other.grade_names &&
               one.pack_sha256 == other.pack_sha256 && one.catalogue == other.catalogue &&
               one.catalogue_sha256 == other.catalogue_sha256;
    }

    std::optional<PlanInputs> last_;
    PlanGround ground_;
};

rules::Result<plans::PlanRecord> record_of(const PlanRow& row, const PlanInputsRow& kept) {
    plans::PlanRecord record{row.warning, row.generation, row.at, {}, {}, {}};
    const auto take = [](const std::string& text, const char* name, boost::json::value& into,
                         Faults& faults) {
        auto value = plans::parse_json(text, name);
        if (value) {
            into = std::move(*value);
            return;
        }
        const Faults more = value.error();
        faults.insert(faults.end(), more.begin(), more.end());
    };
    Faults faults;
    take(row.plan, "response_plans.plan", record.plan, faults);
    take(row.summary, "response_plans.summary", record.summary, faults);
    take(kept.owed, "plan_inputs.owed", record.owed, faults);
    if (!faults.empty()) return faults;
    return record;
}

rules::Result<PlanAgain> derive_stored(Session& db, Grounds& grounds, const PlanRow& row,
                                       const PlanInputsRow& kept) {
    if (plans::sha256_hex(kept.body) != kept.sha256) return not_as_stored("plan_inputs.body");
    const auto body = plans::parse_json(kept.body, "plan_inputs.body");
    if (!body) return body.error();
    const auto inputs = plans::plan_inputs_from_json(*body, "plan_inputs.body");
    if (!inputs) return inputs.error();
    if (inputs->pack_sha256.empty()) {  // a pack that was made and not read from texts
        PlanAgain none;
        none.agreement = PlanAgreement::kNoInputs;
        return none;
    }
    const auto record = record_of(row, kept);
    if (!record) return record.error();
    const auto ground = grounds.of(db, *inputs);
    if (!ground) return ground.error();
    const auto question = plans::question_of(*inputs, *ground);
    if (!question) return question.error();
    return plans::derive_again(*record, *question);
}

PlanAgain check_one(Session& db, Grounds& grounds, const PlanHead& head) {
    PlanAgain none;
    none.agreement = PlanAgreement::kNoInputs;
    const auto last_without = last_without_inputs(db);
    if (!last_without) return none;
    const auto kept = load_plan_inputs(db, head.warning, head.generation);
    if (!kept && head.at <= *last_without) return none;
    if (!kept) return plans::unreadable_plan(gone("plan_inputs"));
    const auto row = load_plan(db, head.warning, head.generation);
    if (!row) return plans::unreadable_plan(gone("response_plans"));
    auto again = derive_stored(db, grounds, *row, *kept);
    return again ? *std::move(again) : plans::unreadable_plan(again.error());
}

}  // namespace

rules::Result<void> check_plans(const std::string& database,
                                const std::function<bool(const CheckedPlan&)>& take,
                                std::size_t most) {
    return read_database(database, [&](Session& db) {
        Grounds grounds;
        for (const PlanHead& head : list_plan_heads(db, most)) {
            // A snapshot per plan: a daemon that runs beside it is not kept from emptying its log.
            Transaction snapshot(db, TransactionKind::kRead);
            const CheckedPlan checked{head.warning, head.generation, head.at,
                                      check_one(db, grounds, head)};
            if (!take(checked)) return;
        }
    });
}

}  // namespace qk::daemon
