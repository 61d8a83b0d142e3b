#include "plans/packs/region_pack.hpp"

#include <algorithm>

#include "plans/packs/standard_file.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

constexpr rules::EnumWords<Tier, 4> kTiers{{{Tier::kNational, {"national", "国家"}},
                                            {Tier::kProvince, {"province", "省"}},
                                            {Tier::kCity, {"city", "市"}},
                                            {Tier::kCounty, {"county", "县"}}}};

constexpr std::string_view kPackFolder = "packs/";
constexpr std::string_view kTomlEnd = ".toml";

void mark(std::vector<SampleMark>& marks, const std::string& section, std::string text,
          const Origin& origin) {
    if (!origin.sample) return;
    marks.push_back({section, std::move(text) + "：样例，使用前请确认", origin.source});
}

}  // namespace

std::string_view to_text(Tier tier) { return kTiers.english(tier); }
std::string_view to_chinese(Tier tier) { return kTiers.chinese(tier); }
std::optional<Tier> parse_tier(std::string_view text) { return kTiers.parse(text); }

PackSources built_in_sources() {
    const auto as_text = [](std::optional<std::string_view> found) -> std::optional<std::string> {
        if (!found) return std::nullopt;
        return std::string(*found);
    };
    return {[=](std::string_view id) { return as_text(built_in_pack_text(id)); },
            [=](std::string_view id) { return as_text(built_in_standard_text(id)); }};
}

std::vector<std::string> built_in_pack_ids() {
    std::vector<std::string> ids;
    for (const embedded::File& file : embedded::region_packs()) {
        std::string_view id = file.path;
        id.remove_prefix(kPackFolder.size());
        id.remove_suffix(kTomlEnd.size());
        ids.emplace_back(id);
    }
    return ids;
}

std::optional<std::string_view> built_in_pack_text(std::string_view id) {
    const std::string path = std::string(kPackFolder) + std::string(id) + std::string(kTomlEnd);
    for (const embedded::File& file : embedded::region_packs()) {
        if (file.path == path) return file.text;
    }
    return std::nullopt;
}

rules::Result<RegionPack> built_in_pack(std::string_view id) {
    const std::optional<std::string_view> text = built_in_pack_text(id);
    if (text) return read_pack(*text, std::string(id) + std::string(kTomlEnd));
    std::string known;
    for (const std::string& one : built_in_pack_ids()) known += (known.empty() ? "" : ", ") + one;
    return rules::refuse("no built-in pack '" + std::string(id) + "'", known);
}

std::vector<SampleMark> samples_of(const RegionPack& pack) {
    std::vector<SampleMark> marks;
    if (pack.trigger.standard.certainty == rules::Certainty::kSample) {
        marks.push_back({"trigger.standard",
                         "预警分级标准 " + pack.trigger.standard.id + "：样例，使用前请确认",
                         pack.trigger.standard.source});
    }
    mark(marks, "trigger", "预警条件的适用", pack.trigger.origin);
    mark(marks, "timing", "提前量、解除和合并时限", pack.timing.origin);
    mark(marks, "approval", "审批程序", pack.approval.origin);
    if (!pack.approval.four_eyes) {
        marks.push_back({"approval.four_eyes", "提出人可以自行签发（四眼原则已关闭）：请确认",
                         pack.approval.origin.source});
    }
    mark(marks, "grades", "绩效等级处理", pack.grades.origin);
    for (const GradeName& name : pack.grades.names) {
        mark(marks, "grades." + name.name, "地方绩效名称" + name.name, name.origin);
    }
    for (const ExemptClass& one : pack.exempt_classes) {
        mark(marks, "exempt." + one.id, "豁免类别" + one.name, one.origin);
    }
    mark(marks, "floors", "减排比例底线", pack.floors.origin);
    if (pack.trucks) mark(marks, "trucks", "用车大户货车禁行", pack.trucks->origin);
    if (pack.source_cuts) {
        mark(marks, "source_cut", "工业以外各源的减排比例", pack.source_cuts->origin);
    }
    if (pack.control) mark(marks, "temporary_control", "临时管控最长天数", pack.control->origin);
    for (const LegalBasis& one : pack.legal_basis) {
        mark(marks, "legal", "法律依据" + one.text, one.origin);
    }
    for (const JudgingParameter& one : pack.judging) {
        mark(marks, "judging." + one.key, "研判参数" + one.text, one.origin);
    }
    mark(marks, "notices", "文书模板", pack.notices.origin);
    for (const HealthAdvice& one : pack.advice) {
        mark(marks, "advice." + std::string(rules::to_text(one.colour)),
             std::string(rules::to_chinese(one.colour)) + "预警健康提示", one.origin);
    }
    const auto block = std::ranges::find_if(
        pack.notice_blocks, [](const NoticeBlock& one) { return one.origin.sample; });
    if (block != pack.notice_blocks.end()) {
        mark(marks, "notice_block", "各类措施的文稿", block->origin);
    }
    for (const CauseAdvice& one : pack.cause_advice) {
        mark(marks, "cause_advice." + std::string(rules::to_text(one.cause)),
             std::string(rules::to_chinese(one.cause)) + "提示（" + one.addressee + "）",
             one.origin);
    }
    for (const Contact& one : pack.contacts) {
        mark(marks, "contact." + one.role, "联系人" + one.name, one.origin);
    }
    if (!pack.sub_regions.empty()) {
        mark(marks, "sub_regions", "下辖区域及代码", pack.sub_regions_origin);
    }
    mark(marks, "publication", "发布单位和代码", pack.publication.origin);
    return marks;
}

std::optional<ApprovalRule> approval_for(const RegionPack& pack, std::string_view decision,
                                         rules::Colour colour) {
    std::optional<ApprovalRule> any;
    for (const ApprovalRule& rule : pack.approval.rules) {
        if (rule.colour != colour) continue;
        if (rule.decision == decision) return rule;
        if (rule.decision == "any" && !any) any = rule;
    }
    return any;
}

std::vector<LegalBasis> legal_basis_on(const RegionPack& pack, rules::CivilDay day) {
    std::vector<LegalBasis> out;
    for (const LegalBasis& one : pack.legal_basis) {
        const bool begun = !one.from || *one.from <= day;
        const bool ended = one.to && *one.to <= day;
        if (begun && !ended) out.push_back(one);
    }
    return out;
}

std::vector<NoticeBlock> notice_blocks_of(const RegionPack& pack, rules::Colour colour) {
    std::vector<NoticeBlock> blocks;
    for (const std::string_view name : kNoticeBlocks) {
        for (const NoticeBlock& one : pack.notice_blocks) {
            if (one.block == name && one.colour == colour) blocks.push_back(one);
        }
    }
    return blocks;
}

bool is_to_be_filled(std::string_view text) {
    constexpr std::array<std::string_view, 5> kMarks{"待填", "待主管部门填写", "待补充", "待确定",
                                                     "××"};
    return std::ranges::any_of(kMarks, [text](std::string_view mark) {
        return text.find(mark) != std::string_view::npos;
    });
}

FilledTemplate fill_template(std::string_view text,
                             const std::map<std::string, std::string>& values) {
    FilledTemplate out;
    while (!text.empty()) {
        const std::size_t open = text.find('{');
        const std::size_t close = text.find('}', open == std::string_view::npos ? 0 : open);
        if (open == std::string_view::npos || close == std::string_view::npos) break;
        out.text += text.substr(0, open);
        const std::string name(text.substr(open + 1, close - open - 1));
        const auto value = values.find(name);
        const bool known = value != values.end() && !value->second.empty();
        out.text += known ? value->second : "（待填：" + name + "）";
        if (!known || is_to_be_filled(value->second)) out.open.push_back(name);
        text.remove_prefix(close + 1);
    }
    out.text += text;
    return out;
}

}  // namespace qk::plans
