// Makes the sentences and chains of reasons of one enterprise out of the compact table.
#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "plans/inventory/grade_cell.hpp"
#include "plans/measures/exempt_words.hpp"
#include "plans/measures/own_measure.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/response/rotation.hpp"

namespace qk::plans {
namespace {

std::string line_name(const Line& line) { return line.name.empty() ? line.id : line.name; }

std::string ramp_sentence(const Line& line, const DeriveInput& input) {
    if (!line.uninterruptible || line.ramp_down_hours <= 0) return {};
    const std::chrono::minutes ramp{static_cast<int>(line.ramp_down_hours * 60)};
    if (input.issued_at && *input.issued_at + ramp <= input.from) {
        return fmt::format("该线不可骤停，最迟于{}开始降负荷。",
                           rules::to_chinese(input.from - ramp, input.zone));
    }
    return fmt::format("该线不可骤停，应立即降负荷，{:g}小时内到位。", line.ramp_down_hours);
}

// Behind what a plant's own plan says, which need not end with a full stop.
void append_sentence(std::string& detail, const std::string& sentence) {
    if (sentence.empty()) return;
    const bool has_end = detail.empty() || detail.ends_with("。") || detail.ends_with("；") ||
                         detail.ends_with("！") || detail.ends_with(".") || detail.ends_with(";");
    if (!has_end) detail += "。";
    detail += sentence;
}

// Time granted after the start: the part of the ramp-down for which the notice was too short.
std::chrono::minutes granted(const Line& line, const DeriveInput& input) {
    if (!line.uninterruptible) return std::chrono::minutes{0};
    const std::chrono::minutes ramp{static_cast<int>(line.ramp_down_hours * 60)};
    if (!input.issued_at) return ramp;
    const auto notice =
        std::chrono::duration_cast<std::chrono::minutes>(input.from - *input.issued_at);
    return std::clamp(ramp - notice, std::chrono::minutes{0}, ramp);
}

std::string short_name(const rules::Measure& measure) {
    const double share = rules::emission_share(measure);
    if (share > 0 && share < 1) {
        return fmt::format("{}{:g}%", rules::to_chinese(measure.form), share * 100);
    }
    return std::string(rules::to_chinese(measure.form));
}

// What of a clause a measure of the own plan takes the place of.
std::string replaced_text(rules::Action own, const CatalogueClause* clause) {
    const bool is_ban = own == rules::Action::kBanVehicles;
    std::string replaced;
    if (clause != nullptr) {
        for (const rules::Measure& measure : clause->measures) {
            const bool is_same =
                is_ban ? measure.form == rules::Form::kBanVehicles : rules::cuts_load(measure.form);
            if (is_same) replaced += (replaced.empty() ? "" : "、") + short_name(measure);
        }
    }
    if (replaced.empty()) replaced = is_ban ? "车辆禁行" : "停限产措施";
    return fmt::format("一厂一策代替行业目录的{}{}", replaced,
                       is_ban ? "" : "；目录中不属停限产的措施（车辆禁行、排放限值等）仍然执行");
}

// By which of its enterprise's trades a line is treated; nothing where there is one only.
std::string trade_words(const Line& line, const Enterprise& enterprise, std::int16_t trade) {
    if (trade >= 0) return "，行业" + line.industry;
    if (split_trades(enterprise.industry).size() < 2) return {};
    return "，未注明属于企业的哪个行业，按其中最严的执行";
}

std::string_view origin_in_chinese(ObligationOrigin origin) {
    switch (origin) {
        case ObligationOrigin::kCatalogue:
            return "行业目录措施";
        case ObligationOrigin::kOwnPlan:
            return "一厂一策措施";
        case ObligationOrigin::kSeason:
            return "季节性措施";
        case ObligationOrigin::kClass:
            return "类别措施";
        case ObligationOrigin::kRegion:
            return "地区规则";
        case ObligationOrigin::kReason:
            return "加严措施";
    }
    return {};
}

}  // namespace

// Whether a window of the season has held the line down as far as the measure asks since before.
bool ObligationTable::is_down_by_season(const CompactObligation& duty,
                                        const rules::Measure& measure, const Line& line) const {
    if (duty.season < 0 || !input_.season_holds_down) return false;
    const SeasonWindow& window = input_.season->windows[static_cast<std::size_t>(duty.season)];
    if (rules::is_stricter(measure, window.measure)) return false;
    const std::chrono::minutes ramp{static_cast<int>(line.ramp_down_hours * 60)};
    return rules::start_of(window.from, input_.zone) + ramp <= input_.from;
}

rules::MeasureTarget ObligationTable::target(std::size_t enterprise, const CompactObligation& duty,
                                             const rules::Measure& measure) const {
    rules::MeasureTarget target;
    target.treatment_after_stop = input_.rules.treatment_after_stop;
    if (duty.line != CompactObligation::kWhole) {
        const Line& line = input_.inventory.lines[static_cast<std::size_t>(duty.line)];
        target.name = line.name.empty() ? line.id : line.name;
        target.lines = {line.id};
        target.ramp_down = is_down_by_season(duty, measure, line) ? std::chrono::minutes{0}
                                                                  : granted(line, input_);
        target.keep_hot = line.uninterruptible;
        target.is_step = is_step_of(measure, &line);
        target.minimum_load = least_load(enterprise, duty, measure);
        target.baseline_kwh_d = baseline_kwh_d_of(line);
        if (measure.batches > 0) put_turn(target, enterprise, &line, measure.batches);
        return target;
    }
    if (duty.trade >= 0) target.name = all_trades()[static_cast<std::size_t>(duty.trade)].chinese;
    if (measure.batches > 0) put_turn(target, enterprise, nullptr, measure.batches);
    for (const Line* line : lines_of(enterprise, duty, measure)) {
        target.lines.push_back(line->id);
        target.ramp_down = std::max(target.ramp_down, granted(*line, input_));
    }
    target.minimum_load = least_load(enterprise, duty, measure);
    return target;
}

ObligationTable::Times ObligationTable::times_of(const rules::Measure& measure) const {
    Times times{input_.from + std::chrono::hours{measure.after_hours}, input_.to};
    if (measure.until_hours) {
        const rules::Instant end = input_.from + std::chrono::hours{*measure.until_hours};
        times.to = input_.to ? std::min(*input_.to, end) : end;
    }
    return times;
}

rules::Obligation ObligationTable::obligation(std::size_t enterprise,
                                              const CompactObligation& duty) const {
    rules::Measure scratch;
    const rules::Measure& used = measure(duty.measure, scratch);
    const rules::MeasureTarget on = target(enterprise, duty, used);
    rules::Obligation obligation;
    obligation.enterprise = input_.inventory.enterprises[enterprise].id;
    obligation.action = rules::action_of(used.form);
    obligation.ratio = rules::cut_on(used, on.minimum_load);
    obligation.detail = rules::sentence_of(used, on);
    if (duty.line != CompactObligation::kWhole) {
        const Line& line = input_.inventory.lines[static_cast<std::size_t>(duty.line)];
        obligation.line = line.id;
        if (rules::asks_to_come_down(used.form)) {
            if (!is_down_by_season(duty, used, line)) {
                append_sentence(obligation.detail, ramp_sentence(line, input_));
            }
        }
    }
    obligation.verified_by = duty.verified_by;
    obligation.check = rules::check_of(used, on);
    if (obligation.action == rules::Action::kStop) {
        obligation.treatment_after_stop =
            std::max(used.treatment_after_stop, on.treatment_after_stop);
    }
    const Times times = times_of(used);
    obligation.from = times.from;
    obligation.to = times.to;
    return obligation;
}

// The enterprise's own reasons with those of the one duty between them.
ObligationTable::Basis ObligationTable::basis_of(std::size_t enterprise,
                                                 const CompactObligation& duty,
                                                 const std::vector<rules::Reason>& shared) const {
    constexpr std::size_t kOwnMost = 4;
    Basis basis;
    basis.own.reserve(kOwnMost);
    basis.order.reserve(shared.size() + kOwnMost);
    const auto put = [&basis](rules::Reason own) {
        basis.own.push_back(std::move(own));
        basis.order.push_back(-static_cast<int>(basis.own.size()));
    };
    const Line* line = duty.line == CompactObligation::kWhole
                           ? nullptr
                           : &input_.inventory.lines[static_cast<std::size_t>(duty.line)];
    const int last = static_cast<int>(shared.size()) - 1;
    basis.order.push_back(0);
    if (line != nullptr) {
        put({"line",
             fmt::format("生产线{}（{}）{}{}", line->id, line_name(*line),
                         trade_words(*line, input_.inventory.enterprises[enterprise],
                                     content_.line_trades[static_cast<std::size_t>(duty.line)]),
                         line->idle ? "，长期停产，不计减排量" : ""),
             fmt::format("lines.csv:{}", line->row)});
    }
    for (int i = 1; i < last; ++i) basis.order.push_back(i);
    if (line != nullptr) put_line_reasons(basis, shared, enterprise, *line);
    put(origin_reason(enterprise, duty));
    rules::Measure scratch;
    const rules::Measure& used = measure(duty.measure, scratch);
    if (auto held = least_load_reason(enterprise, duty, used)) put(*std::move(held));
    if (used.batches > 0) put(batch_reason(enterprise, used.batches));
    if (duty.season >= 0 || duty.beaten != CompactObligation::kNone) put(season_reason(duty));
    basis.order.push_back(last);
    return basis;
}

void ObligationTable::put_turn(rules::MeasureTarget& target, std::size_t enterprise,
                               const Line* line, int batches) const {
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    const RowRange range = rows(enterprise).lines;
    const int batch =
        line == nullptr
            ? batch_of(row, batches)
            : batch_of(row, std::span(input_.inventory.lines).subspan(range.first, range.size()),
                       *line, batches);
    target.turn = turn_in_round(batch, input_.rules.first_batch, batches);
    target.batch = batch_name(row, batch, batches);
}

rules::Reason ObligationTable::batch_reason(std::size_t enterprise, int batches) const {
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    const std::string of =
        row.batch.empty() ? fmt::format("第{}批（按企业编号固定分配）", batch_of(row, batches) + 1)
                          : fmt::format("批次{}（清单记载）", row.batch);
    return {"batch", fmt::format("轮产{}，本轮自第{}批起停", of, input_.rules.first_batch),
            fmt::format("enterprises.csv:{}", row.row)};
}

rules::Reason ObligationTable::origin_reason(std::size_t enterprise,
                                             const CompactObligation& duty) const {
    rules::Measure scratch;
    const rules::Measure& used = measure(duty.measure, scratch);
    const Classification& kind = classification(enterprise);
    switch (duty.origin) {
        case ObligationOrigin::kCatalogue: {
            const CatalogueClause* clause =
                duty.measure < 0
                    ? nullptr
                    : content_.measures.clauses[static_cast<std::size_t>(duty.measure)];
            if (clause == nullptr) clause = kind.clause;
            if (clause == nullptr) {
                return {"catalogue", "该级别无行业措施，企业自主减排", "plans/measures/catalogue"};
            }
            return {"catalogue",
                    fmt::format("行业目录{}{}：{}（{}）{}", grade_in_chinese(clause->grade),
                                rules::to_chinese(clause->colour),
                                used.form == rules::Form::kSelfDiscipline
                                    ? std::string("无强制措施，自主减排")
                                    : short_name(used),
                                rules::to_chinese(clause->certainty),
                                clause->note.empty() ? "" : "；" + clause->note),
                    fmt::format("{}；{}", clause->id, clause->source)};
        }
        case ObligationOrigin::kOwnPlan: {
            const OwnMeasure& row =
                input_.inventory.own_measures[static_cast<std::size_t>(-duty.measure - 1)];
            if (row.extra.count(std::string(kTightenColumn)) != 0) {
                return {"floor",
                        fmt::format("为达到{}减排比例下限加严：{}", rules::to_chinese(row.level),
                                    short_name(used)),
                        ""};
            }
            if (is_permit_limit(row)) {
                const SharedText& permit = input_.inventory.enterprises[enterprise].permit;
                return {"permit",
                        fmt::format("排污许可证{}规定的特殊时段排放限值（{}）",
                                    permit.empty() ? std::string() : "（" + permit.str() + "）",
                                    rules::to_chinese(row.level)),
                        fmt::format("measures.csv:{}", row.row)};
            }
            return {"own-plan",
                    fmt::format("一厂一策{}：{}，优先于行业目录", rules::to_chinese(row.level),
                                short_name(used)),
                    fmt::format("measures.csv:{}", row.row)};
        }
        case ObligationOrigin::kSeason: {
            const SeasonWindow& window =
                input_.season->windows[static_cast<std::size_t>(duty.season)];
            return {
                "season",
                fmt::format("{}（{}至{}）：{}", to_chinese(window.kind), rules::to_iso(window.from),
                            rules::to_iso(window.to), short_name(used)),
                fmt::format("{}；{}", window.id, window.source)};
        }
        case ObligationOrigin::kClass:
            return {"class", fmt::format("按类别处理：{}", to_chinese(kind.treatment)),
                    input_.rules.id};
        case ObligationOrigin::kRegion:
            return {"region",
                    fmt::format("地区规则：{}起，用车大户（日车流量超过{}辆次）禁止高排放货车进出",
                                rules::to_chinese(input_.rules.truck_ban.from.value_or(colour())),
                                input_.rules.truck_ban.vehicles_per_day),
                    input_.rules.id + "；" + input_.rules.truck_ban.source};
        case ObligationOrigin::kReason:
            return reason_of_measure(duty, used);
    }
    return {};
}

rules::Reason ObligationTable::season_reason(const CompactObligation& duty) const {
    std::string source;
    if (duty.season >= 0) {
        source = input_.season->windows[static_cast<std::size_t>(duty.season)].id;
    }
    if (duty.beaten == CompactObligation::kNone) {
        return {"season", "季节性措施与预警措施均适用，本项由季节性措施规定", source};
    }
    rules::Measure scratch;
    rules::Measure lesser_scratch;
    const rules::Measure& used = measure(duty.measure, scratch);
    const rules::Measure& lesser = measure(duty.beaten, lesser_scratch);
    const bool stricter = rules::is_stricter(used, lesser);
    return {"strictest",
            fmt::format("从严执行：{}（{}）{}{}（{}）{}", origin_in_chinese(duty.origin),
                        short_name(used), stricter ? "严于" : "与",
                        origin_in_chinese(duty.beaten_origin), short_name(lesser),
                        stricter ? "" : "要求相同"),
            source};
}

rules::Reason ObligationTable::level_reason() const {
    return {
        "level",
        fmt::format("{}预警，{}响应，自{}起", rules::to_chinese(input_.colour),
                    rules::level_in_chinese(input_.colour),
                    rules::to_chinese(input_.from, input_.zone)),
        input_.inventory.edition.empty() ? std::string() : "清单版次 " + input_.inventory.edition};
}

std::vector<rules::Reason> ObligationTable::reasons(std::size_t enterprise) const {
    const Enterprise& row = input_.inventory.enterprises[enterprise];
    const Classification& kind = classification(enterprise);
    std::vector<rules::Reason> chain;
    chain.push_back({"inventory",
                     fmt::format("清单第{}行：{}，行业{}", row.row, row.name, row.industry),
                     fmt::format("enterprises.csv:{}", row.row)});
    std::string of_class = fmt::format("企业类别：{}", to_chinese(row.category));
    if (kind.of == Classification::Class::kExempt) {
        of_class = fmt::format("豁免类别“{}”，本级别适用",
                               exempt_in_chinese(input_.rules.exempt, kind.exempt_class));
    }
    if (!kind.is_proved) of_class += "，没有佐证，不予豁免";
    if (kind.treatment != Treatment::kAsGraded) {
        of_class += fmt::format("，{}", to_chinese(kind.treatment));
    }
    chain.push_back({"class", std::move(of_class), row.exempt_evidence});
    std::string grade = fmt::format("绩效分级：{}", grade_in_chinese(kind.grade_written));
    if (kind.grade != kind.grade_written) {
        grade += fmt::format("，按{}执行", grade_in_chinese(kind.grade));
    }
    if (row.grade_suspended) grade += "（原级别暂停，按下一级）";
    std::string paper;
    if (kind.grade_changed) {
        grade += "（清单印发后变更，按新级别）";
        const rules::CivilDay day = rules::day_of(input_.from, input_.zone);
        if (const GradeChange* change = grades_.change(row.id.text(), day)) {
            grade += fmt::format("，自{}起", rules::to_iso(change->from));
            if (!change->decided_by.empty()) grade += fmt::format("，{}决定", change->decided_by);
            paper = change->source;
        }
    }
    if (kind.trade == nullptr && kind.clause != nullptr) {
        grade += fmt::format("；行业“{}”不在目录，用默认样例", row.industry);
    }
    chain.push_back({"grade", std::move(grade), std::move(paper)});
    put_treatment_reasons(chain, enterprise);
    chain.push_back(level_reason());
    return chain;
}

rules::Fault ObligationTable::owes_nothing_text(const ObligationRemark& remark) const {
    using Kind = ObligationRemark::Kind;
    const Enterprise& row = input_.inventory.enterprises[remark.enterprise];
    const bool is_line = remark.row >= 0;
    const auto first =
        is_line ? static_cast<std::uint32_t>(remark.row) : rows(remark.enterprise).lines.first;
    const std::uint32_t end = is_line ? first + 1 : rows(remark.enterprise).lines.end;
    DailyEmission sum;
    for (std::uint32_t l = first; l < end; ++l) {
        if (!input_.inventory.lines[l].idle) sum += input_.inventory.lines[l].emission;
    }
    std::string emits;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        if ((remark.pollutants >> e & 1U) == 0) continue;
        const auto emission = static_cast<Emission>(e);
        if (!emits.empty()) emits += "、";
        emits += fmt::format("{}{:g}千克", to_chinese(emission), sum.kg(emission));
    }
    const Line& line = input_.inventory.lines[first];
    const std::string who = is_line ? fmt::format("生产线{}（{}）", line.id, line_name(line))
                                    : std::string("全厂各生产线");
    std::string what = fmt::format("{}：{}每日排放{}，{}预警对此不承担任何措施", row.id, who, emits,
                                   rules::to_chinese(input_.colour));
    const rules::Place place = is_line ? rules::Place{"lines.csv", line.row, 0}
                                       : rules::Place{"enterprises.csv", row.row, 0};
    if (remark.kind == Kind::kOwesNothingByText) {
        return {place, what + "：行业目录了解该工序，本级别未作要求", "", rules::Severity::kNote};
    }
    if (remark.kind == Kind::kOwesNothingAnswered) {
        const std::string reason =
            is_line && !line.no_duty.empty()
                ? line.no_duty.str()
                : fmt::format("{}（{}）", row.no_duty_reason, row.no_duty_by);
        return {place, what + "，理由：" + reason, "", rules::Severity::kNote};
    }
    return {place, what + "，请说明理由",
            "核对工序名称和行业，补充工序词（[[process]]）或一厂一策；确不承担的，填写 "
            "no_duty_reason（不承担措施理由）和 no_duty_by（理由说明人）",
            rules::Severity::kWarning};
}

rules::Fault ObligationTable::exemption_text(const ObligationRemark& remark) const {
    const Enterprise& row = input_.inventory.enterprises[remark.enterprise];
    const Classification& kind = classification(remark.enterprise);
    std::string what = fmt::format("豁免类别“{}”没有佐证，不予豁免", row.exempt_class);
    std::string cure = "补充佐证文件（exempt_evidence 豁免依据）";
    if (remark.kind == ObligationRemark::Kind::kExemptExpired) {
        what = fmt::format("豁免类别“{}”已过有效期", row.exempt_class);
        cure = "按绩效分级管控";
    } else if (remark.kind == ObligationRemark::Kind::kCategoryNoEvidence) {
        what = fmt::format(
            "企业类别“{}”没有佐证，{}", to_chinese(row.category),
            kind.is_proved ? "清单没有豁免依据一列，暂按该类别处理" : "不予豁免，按绩效分级管控");
    }
    return {{"enterprises.csv", row.row, 0},
            fmt::format("{}：{}", row.id, what),
            std::move(cure),
            rules::Severity::kWarning};
}

// What is to be said of an own plan, at its row or at its enterprise's.
rules::Fault ObligationTable::own_remark_text(const ObligationRemark& remark) const {
    using Kind = ObligationRemark::Kind;
    const Enterprise& row = input_.inventory.enterprises[remark.enterprise];
    const Classification& kind = classification(remark.enterprise);
    rules::Fault fault{{"enterprises.csv", row.row, 0}, {}, {}, rules::Severity::kWarning};
    const OwnMeasure* own = nullptr;
    if (remark.row >= 0) {
        own = &input_.inventory.own_measures[static_cast<std::size_t>(remark.row)];
        fault.place = {"measures.csv", own->row, 0};
    }
    std::string what;
    if (remark.kind == Kind::kOwnPlanWeaker) {
        what = "一厂一策的减排量低于同地区同行业同级别的目录措施";
        fault.cure = "核对一厂一策，或说明差异理由";
    } else if (remark.kind == Kind::kOwnPlanStricter) {
        what = "一厂一策的减排量高于同地区同行业同级别的目录措施";
        fault.severity = rules::Severity::kNote;
    } else if (remark.kind == Kind::kOwnPlanReplaces && own != nullptr) {
        what = replaced_text(own->action, kind.clause);
        fault.severity = rules::Severity::kNote;
    } else if (remark.kind == Kind::kOwnLineUnknown && own != nullptr) {
        what = fmt::format("生产线“{}”不在清单中，本项按全厂下达、减排量按零计", own->line);
        fault.cure = "改为 lines.csv 中的生产线编号";
    } else if (remark.kind == Kind::kOwnOutletUnknown) {
        what = "所列排口不在清单中，本项不能以在线监测核查";
        fault.cure = "改为 outlets.csv 中的排口编号";
    } else if (remark.kind == Kind::kOwnNoShare) {
        what = "一厂一策没有给出比例，减排量按零计";
        fault.cure = "在 ratio 列填写减排比例";
    } else {
        what = fmt::format("属{}，但有一厂一策措施，按一厂一策执行", to_chinese(kind.treatment));
        fault.severity = rules::Severity::kNote;
    }
    fault.what = fmt::format("{}：{}", row.id, what);
    return fault;
}

rules::Fault ObligationTable::remark_text(const ObligationRemark& remark) const {
    using Kind = ObligationRemark::Kind;
    const Enterprise& row = input_.inventory.enterprises[remark.enterprise];
    const auto at = [&row] { return rules::Place{"enterprises.csv", row.row, 0}; };
    const auto index = static_cast<std::size_t>(std::max(remark.row, 0));
    const auto fault = [&](rules::Place place, std::string what, std::string cure,
                           rules::Severity severity) {
        return rules::Fault{std::move(place), fmt::format("{}：{}", row.id, what), std::move(cure),
                            severity};
    };
    const auto line_place = [&] {
        if (remark.row < 0) return at();
        return rules::Place{"lines.csv", input_.inventory.lines[index].row, 0};
    };
    switch (remark.kind) {
        case Kind::kGradeUnknown:
            return fault(at(),
                         fmt::format("绩效级别“{}”在该行业目录中没有措施，按{}执行",
                                     grade_in_chinese(row.grade.name),
                                     grade_in_chinese(classification(remark.enterprise).grade)),
                         "在地区规则中给出级别对照", rules::Severity::kWarning);
        case Kind::kIdleLine:
            return fault(
                line_place(),
                fmt::format("生产线{}长期停产，不计减排量", input_.inventory.lines[index].id), "",
                rules::Severity::kNote);
        case Kind::kNotMeasured:
            return fault(line_place(), "没有生产用电表，本项义务只能现场核查",
                         "安装生产设施用电表并登记在 meters.csv", rules::Severity::kNote);
        case Kind::kNoLines:
            return fault(at(), "清单没有生产线，义务按全厂下达，减排量按零计",
                         "在 lines.csv 补充生产线和排放量", rules::Severity::kWarning);
        case Kind::kExemptExpired:
        case Kind::kExemptNoEvidence:
        case Kind::kCategoryNoEvidence:
            return exemption_text(remark);
        case Kind::kOwesNothing:
        case Kind::kOwesNothingAnswered:
        case Kind::kOwesNothingByText:
            return owes_nothing_text(remark);
        case Kind::kReasonUnknown:
        case Kind::kReasonNoEvidence:
        case Kind::kReasonNotCounted:
            return reason_remark_text(remark);
        case Kind::kBelowLeastLoad:
            return least_load_text(remark);
        case Kind::kOvenHeightUnknown:
            return fault(line_place(),
                         fmt::format("生产线{}未注明炭化室高度，按最严的结焦时间执行",
                                     input_.inventory.lines[index].id),
                         "在 lines.csv 填写 oven_height_m", rules::Severity::kWarning);
        case Kind::kOwnPlanWeaker:
        case Kind::kOwnPlanStricter:
        case Kind::kOwnPlanReplaces:
        case Kind::kOwnLineUnknown:
        case Kind::kOwnOutletUnknown:
        case Kind::kOwnNoShare:
        case Kind::kOwnPlanOverClass:
            return own_remark_text(remark);
        case Kind::kGradeChanged:
            return fault(
                at(),
                fmt::format("清单印发后级别变更为{}，按新级别执行",
                            grade_in_chinese(classification(remark.enterprise).grade_written)),
                "", rules::Severity::kNote);
    }
    return {};
}

rules::Faults ObligationTable::remarks() const {
    rules::Faults all = content_.general_remarks;
    all.reserve(all.size() + content_.remarks.size());
    for (const ObligationRemark& remark : content_.remarks) all.push_back(remark_text(remark));
    return all;
}

}  // namespace qk::plans
