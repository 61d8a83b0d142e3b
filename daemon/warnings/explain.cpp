#include "daemon/warnings/explain.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/store/session.hpp"
#include "daemon/warnings/consultation_rows.hpp"
#include "daemon/warnings/desk.hpp"
#include "daemon/warnings/effects.hpp"
#include "daemon/warnings/requests.hpp"
#include "plans/decision/decision_json.hpp"
#include "plans/decision/warning_json.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

struct Recomputed {
    bool equal = false;
    std::string why;  // why it is not, Chinese
    json::value found;
    json::value inputs;
};

Recomputed recompute(Session& db, const Checked& checked) {
    Recomputed answer;
    const auto body = load_inputs(db, checked.inputs);
    if (!body) {
        answer.why = "存档的输入已不存在";
        return answer;
    }
    if (plans::sha256_hex(*body) != checked.inputs) {
        answer.why = "存档的输入与其校验值不符";
        return answer;
    }
    auto value = plans::parse_json(*body, checked.inputs);
    if (!value) {
        answer.why = rules::to_text(value.error());
        return answer;
    }
    const auto inputs = plans::decision_inputs_from_json(*value, checked.inputs);
    if (!inputs) {
        answer.why = rules::to_text(inputs.error());
        return answer;
    }
    answer.inputs = std::move(*value);
    answer.found = plans::to_json(plans::run_check(*inputs, checked.check), *inputs);
    answer.equal = plans::canonical_text(answer.found) == checked.found;
    if (!answer.equal) answer.why = "重新计算的结果与当时的结论不同";
    return answer;
}

json::object entry_json(const StoryEntry& entry, rules::Zone zone) {
    return {{"number", entry.number},
            {"at", rules::to_iso(entry.at, zone)},
            {"event", entry.event},
            {"change", entry.change ? json::value(*entry.change) : json::value(nullptr)},
            {"kind", word_or_empty(entry.kind)},
            {"colour", word_or_empty(entry.colour)},
            {"person", entry.person},
            {"role", entry.role},
            {"reason", entry.why.reason},
            {"clause", entry.why.clause},
            {"generation", entry.generation},
            {"detail", entry.detail},
            {"effects", plans::to_json(entry.effects, zone)}};
}

}  // namespace

json::array consultations_of(Session& db, const std::string& warning, rules::Zone zone) {
    const auto parsed = [](const std::string& text) {
        auto value = plans::parse_json(text, "consultations");
        return value ? std::move(*value) : json::value(nullptr);
    };
    json::array list;
    for (const ConsultationRow& row : list_consultations(db, warning)) {
        json::object entry{{"number", row.number},
                           {"change", row.change},
                           {"at", rules::to_iso(row.at, zone)},
                           {"recorded_by", row.recorded_by},
                           {"summary", row.summary}};
        entry["participants"] = parsed(row.participants);
        entry["corrections"] = parsed(row.corrections);
        entry["amendment"] = parsed(row.amendment);
        entry["effect"] = parsed(row.effect);
        list.emplace_back(std::move(entry));
    }
    return list;
}

json::value explain(Session& db, const StoredWarning& warning, rules::Zone zone) {
    json::array story;
    int recomputed = 0;
    int equal = 0;
    for (const StoryEntry& entry : story_of(db, warning.state.id)) {
        json::object shown = entry_json(entry, zone);
        if (entry.checked) {
            const Recomputed again = recompute(db, *entry.checked);
            ++recomputed;
            if (again.equal) ++equal;
            auto then = plans::parse_json(entry.checked->found, "found");
            shown["decided_on"] =
                json::object{{"inputs", entry.checked->inputs},
                             {"check", plans::to_text(entry.checked->check)},
                             {"found_then", then ? std::move(*then) : json::value(nullptr)},
                             {"found_again", again.found},
                             {"equal", again.equal},
                             {"why_not", again.why},
                             {"data", again.inputs}};
        }
        story.emplace_back(std::move(shown));
    }
    json::object answer{{"warning", warning_view(warning, zone)},
                        {"story", std::move(story)},
                        {"consultations", consultations_of(db, warning.state.id, zone)},
                        {"plans", plans_of(db, warning.state.id, zone)},
                        {"recomputed", recomputed},
                        {"equal", equal},
                        {"holds", recomputed == equal}};
    return answer;
}

}  // namespace qk::daemon
