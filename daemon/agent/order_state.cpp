#include "daemon/agent/order_state.hpp"

#include <filesystem>

#include "daemon/base/files.hpp"
#include "plans/text/json.hpp"

namespace qk::agent {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kFormat = 1;

std::string newest(const std::string& folder) { return folder + "/order.json"; }
std::string before(const std::string& folder) { return folder + "/order.before.json"; }

std::optional<OrderOnRecord> read_record(const std::string& path, const Addressee& us) {
    const auto text = read_regular_file(path);
    if (!text) return std::nullopt;
    const auto value = plans::parse_json(*text, path);
    if (!value || plans::number_or(*value, "format", 0) != kFormat) return std::nullopt;
    OrderOnRecord record;
    record.pinned = plans::string_or(*value, "pinned");
    const auto taken_at =
        rules::parse_instant(plans::string_or(*value, "taken_at"), rules::kBeijingTime);
    if (!taken_at) return std::nullopt;
    record.taken_at = *taken_at;
    const std::string key = plans::string_or(*value, "key");
    auto judged =
        judge_order(plans::string_or(*value, "order"), Trust{key, {}, {}}, us, std::nullopt);
    if (!judged.order) return std::nullopt;
    record.order = *std::move(judged.order);
    return record;
}

}  // namespace

rules::Result<LoadedOrder> load_order(const std::string& folder, const std::string& pinned,
                                      const Addressee& us) {
    LoadedOrder loaded;
    std::error_code error;
    const bool is_there =
        fs::exists(newest(folder), error) || fs::exists(before(folder), error) || error;
    loaded.record = read_record(newest(folder), us);
    if (!loaded.record && is_there) {
        loaded.record = read_record(before(folder), us);
        loaded.is_of_before = loaded.record.has_value();
        if (!loaded.record) {
            return rules::Faults{
                {{newest(folder), 0, 0},
                 "已收指令的记录损坏，或属于另一企业或区县 / the order on record is damaged, or of "
                 "another enterprise or county",
                 "先电话询问局方现行指令的版本；移走 order.json 与 order.before.json "
                 "再启动，现行指令"
                 "会重新送达 / ask the bureau by telephone for the revision in force; move both "
                 "files "
                 "away and start again: the present order comes again",
                 rules::Severity::kError}};
        }
    }
    if (loaded.record && loaded.record->pinned != pinned) {
        loaded.record.reset();
        loaded.is_of_other_pin = true;
    }
    return loaded;
}

rules::Result<void> save_order(const std::string& folder, const OrderOnRecord& record) {
    std::error_code error;
    if (fs::exists(newest(folder), error)) {
        const auto present = read_regular_file(newest(folder));
        // One that cannot be read is not worth keeping.
        if (present) {
            if (const auto kept = write_file(before(folder), *present); !kept) return kept;
        }
    }
    const json::object value{{"format", kFormat},
                             {"pinned", record.pinned},
                             {"taken_at", rules::to_iso(record.taken_at, rules::kBeijingTime)},
                             {"key", record.order.key},
                             {"order", record.order.text}};
    return write_file(newest(folder), plans::canonical_text(value) + "\n");
}

std::string obligations_text(const OrderOnRecord& record) {
    json::value value = record.order.document;
    // What stands here is no longer what was signed; order.json keeps that.
    value.get_object().erase("signature");
    value.get_object()["verified_at"] = rules::to_iso(record.taken_at, rules::kBeijingTime);
    return plans::to_pretty_text(value) + "\n";
}

}  // namespace qk::agent
