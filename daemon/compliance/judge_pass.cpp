#include "daemon/compliance/judge_pass.hpp"

#include <algorithm>
#include <cassert>
#include <map>

#include "daemon/base/canary.hpp"
#include "daemon/compliance/case_opening.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/store/events.hpp"
#include "plans/documents/verdict_json.hpp"
#include "plans/text/json.hpp"
#include "rules/compliance/judge.hpp"

namespace qk::daemon {

using rules::Instant;

namespace {

// When each enterprise was first bound, by warning and by the season.
struct Starts {
    std::map<std::pair<std::string, std::string>, Instant> of_warning;
    std::map<std::string, Instant> of_season;
};

template <class Key>
void take_earlier(std::map<Key, Instant>& all, const Key& key, Instant start) {
    const auto [at, is_new] = all.emplace(key, start);
    if (!is_new) at->second = std::min(at->second, start);
}

// An order of the season begins when it was issued, its window may have begun long before: in the
// service's first winter, or with a new edition. A kiln that stood since then shows what it draws
// when it stands, not its normal load.
Instant season_began(const rules::Obligation& obligation, const JudgeSetting& setting) {
    Instant began = obligation.from;
    if (setting.season == nullptr) return began;
    for (const plans::SeasonWindow& window : setting.season->windows) {
        if (!obligation.id.ends_with("/" + window.id)) continue;
        began = std::min(began, rules::start_of(window.from, setting.zone));
    }
    return began;
}

Starts starts_of(const std::vector<ObligationWindow>& windows, const JudgeSetting& setting) {
    Starts starts;
    for (const ObligationWindow& window : windows) {
        const std::string& enterprise = window.obligation.enterprise;
        if (window.is_of_season()) {
            take_earlier(starts.of_season, enterprise, season_began(window.obligation, setting));
        } else {
            take_earlier(starts.of_warning, std::pair{enterprise, window.warning}, window.from());
        }
    }
    return starts;
}

// Of a warning all readings since its start are wanted, of the season those of the day; the
// baseline is that of the days before either.
void want(const ObligationWindow& window, const Starts& starts, EvidenceStarts& wanted) {
    const std::string& enterprise = window.obligation.enterprise;
    EvidenceStart start{window.from()};
    if (!window.is_of_season()) start = starts.of_warning.at({enterprise, window.warning});
    const auto season = starts.of_season.find(enterprise);
    if (season != starts.of_season.end()) {
        start.bound_since = std::min(start.bound_since, season->second);
    }
    const auto [at, is_new] = wanted.emplace(enterprise, start);
    if (is_new) return;
    at->second.from = std::min(at->second.from, start.from);
    at->second.bound_since = std::min(at->second.bound_since, start.bound_since);
}

}  // namespace

JudgePass::JudgePass(JudgeSetting setting, std::string warning, JudgeMemory memory)
    : setting_(std::move(setting)), warning_(std::move(warning)), memory_(std::move(memory)) {}

void JudgePass::set_windows(std::vector<ObligationWindow> windows) {
    memory_.windows = std::move(windows);
    memory_.states.assign(memory_.windows.size(), JudgeMemory::WindowState{});
}

void JudgePass::read_windows(Session& db) {
    if (!warning_.empty()) {
        memory_ = {};
        set_windows(load_obligation_windows(db, Instant{}, setting_.now, warning_, setting_.zone));
        return;
    }
    const std::string print = obligation_fingerprint(db) + "/" +
                              rules::to_iso(rules::day_of(setting_.now, setting_.zone));
    if (print == memory_.fingerprint) return;
    memory_.fingerprint = print;
    set_windows(load_obligation_windows(db, setting_.now - kWindowsKept,
                                        setting_.now + kWindowsAhead, {}, setting_.zone));
}

void JudgePass::prepare(Session& db) {
    read_windows(db);
    renew_deliveries(db, memory_.windows);
    note_first_orders(memory_.windows);
    const Starts starts = starts_of(memory_.windows, setting_);
    EvidenceStarts wanted;
    for (std::size_t i = 0; i < memory_.windows.size(); ++i) {
        const ObligationWindow& window = memory_.windows[i];
        if (window.from() >= setting_.now) continue;
        const bool has_ended = window.to && *window.to + kSettle <= setting_.now;
        if (window.to && !has_ended) next_end_ = std::min<Instant>(next_end_, *window.to + kSettle);
        if (warning_.empty() && has_ended) {
            bool& is_done = memory_.states[i].is_done;
            is_done = is_done || is_settled(db, window, *window.to + kSettle);
            if (is_done) continue;
        }
        due_.push_back(i);
        want(window, starts, wanted);
    }
    counts_.windows = due_.size();
    const EvidenceSetting evidence{*setting_.inventory, setting_.parameters, setting_.zone,
                                   setting_.now};
    memory_.evidence.refresh(db, evidence, wanted);
    Instant from = setting_.now;
    for (const auto& [enterprise, start] : wanted) from = std::min(from, start.from);
    // What lies before is not held, and would pass for hours in which nobody was heard.
    unheard_ = memory_.evidence.unheard({from - kBeforeWindow, setting_.now});
}

void JudgePass::tell(Session& db, const ObligationWindow& window, const rules::Verdict& verdict,
                     const PutVerdict& put) {
    const std::size_t opened = open_cases(db, window, verdict, put.number, setting_.now);
    counts_.cases += opened;
    const bool is_other = put.before != verdict.compliance &&
                          (put.before || verdict.compliance != rules::Compliance::kCompliant);
    // A limit that is kept may still open a case: treatment that stood still beside it.
    if (!is_other && opened == 0) return;
    append_event(db, setting_.now, "verdict",
                 boost::json::object{{"number", put.number},
                                     {"enterprise", window.obligation.enterprise},
                                     {"obligation", window.obligation.id},
                                     {"warning", window.warning},
                                     {"compliance", rules::to_text(verdict.compliance)},
                                     {"cases_opened", opened}});
}

// Nobody can be held to an order that could not be known; somebody has to tell them.
void JudgePass::ask_for_a_call(Session& db, const ObligationWindow& window) {
    if (rules::known_from(window.delivery)) return;
    if (!list_not_known(db, window.obligation.enterprise, window.revision, setting_.now)) return;
    ++counts_.not_known;
    append_event(db, setting_.now, "phone-list",
                 boost::json::object{{"new", 1}, {"enterprise", window.obligation.enterprise}});
}

void JudgePass::keep_inputs(const rules::JudgeInput& input, const rules::Verdict& verdict,
                            std::int64_t number, JudgeInputWriter& writer) {
    if (parameters_.text.empty()) parameters_ = plans::parameters_text(setting_.parameters);
    if (recorded_ != input.obligation.enterprise) {
        record_ = plans::evidence_record_of(input.evidence);
        recorded_ = input.obligation.enterprise;
    }
    const std::string found = plans::canonical_text(plans::to_json(verdict, setting_.zone));
    writer.put(number, input, parameters_, record_, found, setting_.now);
}

void JudgePass::judge_window(Session& db, std::size_t place, Writers& writers) {
    assert(place < memory_.windows.size() && memory_.states.size() == memory_.windows.size());
    const ObligationWindow& window = memory_.windows[place];
    JudgeMemory::WindowState& state = memory_.states[place];
    const rules::Evidence* evidence = memory_.evidence.find(window.obligation.enterprise);
    if (evidence == nullptr) return;
    if (planted(Canary::kJudgedOnce) && state.known.version > 0) return;
    const Instant now = setting_.now;
    const Instant to = std::min(window.to.value_or(now), now);
    const bool is_final = window.to && *window.to + kSettle <= now;
    const rules::JudgeInput input{window.obligation,    *evidence,     {window.from(), to},
                                  setting_.parameters,  setting_.zone, window.delivery,
                                  rules::kJudgeEdition, unheard_};
    rules::Judgement answer = rules::judge(input);
    if (planted(Canary::kBreachWithoutEvidence) && answer.verdict) {
        for (rules::Finding& finding : answer.verdict->findings) finding.from.clear();
    }
    ++counts_.judged;
    state.is_done = is_final;
    if (!answer.verdict) {
        writers.verdicts.put_not_judged(window, answer.not_judged, is_final, now, state.known);
        return;
    }
    const PutVerdict put = writers.verdicts.put(window, *answer.verdict, setting_.parameters,
                                                is_final, now, setting_.zone, state.known);
    const bool is_version =
        put.change == VerdictChange::kNew || put.change == VerdictChange::kChanged;
    // A final one stands for good, so late readings that extend it are kept too.
    if (is_version || (is_final && put.change == VerdictChange::kExtended)) {
        keep_inputs(input, *answer.verdict, put.number, writers.inputs);
    }
    if (put.change == VerdictChange::kExtended) {
        counts_.cases += open_data_cases_of(db, window, *answer.verdict, put.number, now);
    }
    if (!is_version) return;
    ++counts_.changed;
    ask_for_a_call(db, window);
    tell(db, window, *answer.verdict, put);
}

void JudgePass::judge_some(Session& db) {
    const std::size_t last = std::min(due_.size(), next_ + kWindowsPerTransaction);
    Writers writers{VerdictWriter(db), JudgeInputWriter(db)};
    for (; next_ < last; ++next_) judge_window(db, due_[next_], writers);
}

}  // namespace qk::daemon
