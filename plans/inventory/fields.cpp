#include "plans/inventory/fields.hpp"

#include <array>

namespace qk::plans {
namespace {

using enum Need;

constexpr std::array<Field, enterprise_field::kCount> kEnterpriseFields{{
    {"id", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|组织机构代码|enterprise|enterprise_id", kRequired,
     "18位统一社会信用代码，或本地唯一编号"},
    {"name", "企业名称", "名称|单位名称|企业", kRequired, "与营业执照一致"},
    {"region", "区县代码", "行政区划代码|行政区划|区划代码|县区代码|区县编码|county", kRequired,
     "GB/T 2260 六位县级代码"},
    {"industry", "行业", "行业类别|所属行业|行业名称|绩效分级行业|trade", kRequired,
     "绩效分级行业名称；涉多个行业用分号隔开，与绩效等级次序一致"},
    {"grade", "绩效等级", "绩效分级|等级|绩效评级|评级", kRequired,
     "A、B、B-、C、D、引领性、非引领性、未评级；多个行业用分号隔开；可注(暂停)"},
    {"category", "企业类别", "类别|管控类别|企业类型|分类", kUseful,
     "一般、保障类、小微、自主减排白名单"},
    {"lon", "经度", "longitude|lng|中心经度", kUseful, "十进制度，东经"},
    {"lat", "纬度", "latitude|中心纬度", kUseful, "十进制度，北纬"},
    {"contact", "联系人", "负责人|应急联系人|企业联系人", kUseful, "应急响应联系人"},
    {"phone", "联系电话", "电话|手机|手机号|联系方式|联系人电话", kUseful, "手机或固定电话"},
    {"permit", "排污许可证编号", "排污许可证|许可证编号|排污许可证号", kUseful, "排污许可证编号"},
    {"grade_suspended", "等级暂停", "绩效等级暂停|是否暂停|绩效暂停", kOptional,
     "是/否；暂停期间按下一等级管控"},
    {"exempt_class", "豁免类别", "豁免类型|豁免", kOptional, "如 民生豁免、外贸、重点项目"},
    {"exempt_up_to", "豁免上限", "豁免最高级别|最高豁免级别", kOptional,
     "黄色、橙色或红色：该级别及以下豁免"},
    {"exempt_until", "豁免有效期", "豁免截止日期|豁免到期日", kOptional, "日期，如 2026-03-31"},
    {"exempt_evidence", "豁免依据", "豁免文件|豁免证明", kOptional, "文号或证明材料"},
}};

constexpr std::array<Field, line_field::kCount> kLineFields{{
    {"enterprise", "统一社会信用代码", "企业编号|企业代码|社会信用代码|信用代码|enterprise_id",
     kRequired, "企业表中的编号"},
    {"id", "生产线编号", "工序编号|装备编号|产线编号|编号|line|line_id", kRequired, "企业内唯一"},
    {"name", "生产线名称", "工序名称|产线名称|生产线|工序|名称|生产工序", kUseful,
     "生产线或工序名称"},
    {"equipment", "主要装备", "装备|设备|生产装备|主要设备|装备名称|设备名称", kUseful,
     "主要生产装备"},
    {"capacity", "产能", "设计产能|生产能力|设计能力", kUseful, "数字"},
    {"capacity_unit", "产能单位", "单位|计量单位", kUseful, "如 t/d、万块/a"},
    {"uninterruptible", "不可中断", "是否不可中断|不可中断工序|是否不可中断工序", kUseful, "是/否"},
    {"ramp_down_hours", "降负荷小时数", "停产所需小时|降负荷时间(h)|停产时间(h)|停产所需时间(h)",
     kUseful, "停下来所需小时数"},
    {"so2_kg_d", "二氧化硫日排放量(kg/d)",
     "so2(kg/d)|so2日排放量(kg/d)|二氧化硫(kg/d)|so2排放量(kg/d)", kRequired,
     "正常生产日排放量，千克"},
    {"nox_kg_d", "氮氧化物日排放量(kg/d)",
     "nox(kg/d)|nox日排放量(kg/d)|氮氧化物(kg/d)|nox排放量(kg/d)", kRequired, "同上"},
    {"pm_kg_d", "颗粒物日排放量(kg/d)",
     "pm(kg/d)|pm日排放量(kg/d)|颗粒物(kg/d)|烟粉尘日排放量(kg/d)|颗粒物排放量(kg/d)", kRequired,
     "同上"},
    {"vocs_kg_d", "挥发性有机物日排放量(kg/d)",
     "vocs(kg/d)|vocs日排放量(kg/d)|挥发性有机物(kg/d)|vocs排放量(kg/d)", kRequired, "同上"},
    {"idle", "长期停产", "是否长期停产|停用|是否停用", kOptional, "是/否；长期停产不计减排量"},
}};

constexpr std::array<Field, measure_field::kCount> kMeasureFields{{
    {"enterprise", "统一社会信用代码", "企业编号|企业代码|社会信用代码|信用代码|enterprise_id",
     kRequired, "企业表中的编号"},
    {"line", "生产线编号", "工序编号|装备编号|产线编号|line_id", kUseful, "空：全部生产线"},
    {"level", "预警级别", "级别|响应级别|预警等级|预警颜色", kRequired,
     "黄色、橙色、红色（或 Ⅲ级、Ⅱ级、Ⅰ级）"},
    {"action", "措施", "减排措施|管控措施|措施类型|管控方式", kRequired,
     "停产、限产、限排、停止工序、移动源管控、自主减排"},
    {"ratio", "减排比例", "比例|限产比例|停限产比例|减产比例", kUseful, "0 至 1，或百分数"},
    {"detail", "措施说明", "说明|具体措施|详细措施|措施内容|备注", kUseful, "企业能看懂的一句话"},
}};

constexpr std::array<Field, meter_field::kCount> kMeterFields{{
    {"id", "电表编号", "表号|电表号|计量点编号|监测点编号|meter|meter_id", kRequired, "全市唯一"},
    {"enterprise", "统一社会信用代码", "企业编号|企业代码|社会信用代码|信用代码|enterprise_id",
     kRequired, "企业表中的编号"},
    {"line", "生产线编号", "工序编号|装备编号|产线编号|line_id", kUseful, "空：全厂"},
    {"role", "用途", "电表用途|监测类型|设施类型|电表类型", kRequired, "总表、生产、治污"},
    {"rated_kw", "额定功率(kw)", "额定功率|装机功率(kw)", kUseful, "千瓦"},
    {"idle_kw", "待机功率(kw)", "待机功率|空载功率(kw)|停产功率(kw)|保温功率(kw)", kUseful,
     "停产状态下的功率，千瓦"},
}};

constexpr std::array<Field, outlet_field::kCount> kOutletFields{{
    {"id", "排放口编号", "排口编号|监控点编号|outlet|outlet_id", kRequired, "全市唯一"},
    {"enterprise", "统一社会信用代码", "企业编号|企业代码|社会信用代码|信用代码|enterprise_id",
     kRequired, "企业表中的编号"},
    {"line", "生产线编号", "工序编号|装备编号|产线编号|line_id", kUseful, "空：全厂"},
    {"mn", "MN号", "mn编号|设备mn|数采仪mn|mn码|设备唯一标识", kRequired, "HJ 212 设备唯一标识"},
    {"factors", "监测因子", "因子|监测项目|污染物", kUseful, "分号隔开，如 so2;nox;pm"},
}};

constexpr std::array<Field, area_field::kCount> kAreaFields{{
    {"region", "行政区代码", "区县代码|行政区划代码|行政区划|区划代码|地区代码", kRequired,
     "六位代码；市级以00结尾"},
    {"source", "源类", "排放源|污染源|源类别|源类型", kRequired, "工业源、移动源、扬尘源、生活源"},
    {"so2_kg_d", "二氧化硫日排放量(kg/d)",
     "so2(kg/d)|so2日排放量(kg/d)|二氧化硫(kg/d)|so2排放量(kg/d)", kRequired,
     "全社会日排放量，千克"},
    {"nox_kg_d", "氮氧化物日排放量(kg/d)",
     "nox(kg/d)|nox日排放量(kg/d)|氮氧化物(kg/d)|nox排放量(kg/d)", kRequired, "同上"},
    {"pm_kg_d", "颗粒物日排放量(kg/d)", "pm(kg/d)|pm日排放量(kg/d)|颗粒物(kg/d)|颗粒物排放量(kg/d)",
     kRequired, "同上"},
    {"vocs_kg_d", "挥发性有机物日排放量(kg/d)",
     "vocs(kg/d)|vocs日排放量(kg/d)|挥发性有机物(kg/d)|vocs排放量(kg/d)", kRequired, "同上"},
}};

constexpr std::array<TableSpec, kTableCount> kTables{{
    {TableKind::kEnterprises, "enterprises", "企业",
     "企业清单|企业信息|企业基本信息|企业表|应急减排清单", true, "", kEnterpriseFields},
    {TableKind::kLines, "lines", "生产线", "工序|装备|生产线清单|生产线表|工序清单|生产工序", true,
     "", kLineFields},
    {TableKind::kMeasures, "measures", "一厂一策", "措施|减排措施|措施清单|自定措施|企业措施",
     false, "every enterprise follows the catalogue of its trade", kMeasureFields},
    {TableKind::kMeters, "meters", "用电监管", "电表|电表清单|用电监测|分表计电|用电", false,
     "nothing can be verified by power", kMeterFields},
    {TableKind::kOutlets, "outlets", "排放口", "在线监测|cems|排口|废气排放口|自动监控", false,
     "nothing can be verified by stack monitors", kOutletFields},
    {TableKind::kAreaEmissions, "area_emissions", "全社会排放量",
     "区域排放量|排放总量|全社会排放|分源排放量", true, "", kAreaFields},
}};

// Whether one of the names in "a|b|c" is `wanted` after normalising.
bool any_name(std::string_view names, const std::string& wanted) {
    while (!names.empty()) {
        const std::size_t bar = names.find('|');
        if (normalised_header(names.substr(0, bar)) == wanted) return true;
        if (bar == std::string_view::npos) break;
        names.remove_prefix(bar + 1);
    }
    return false;
}

struct Spelling {
    std::string_view from;
    std::string_view to;
};

constexpr std::array<Spelling, 16> kSpellings{{
    {"（", "("},
    {"）", ")"},
    {"　", ""},
    {"\xC2\xA0", ""},
    {"／", "/"},
    {"千克/天", "kg/d"},
    {"千克/日", "kg/d"},
    {"公斤/天", "kg/d"},
    {"kg/天", "kg/d"},
    {"kg/日", "kg/d"},
    {"kg/day", "kg/d"},
    {"千瓦", "kw"},
    {"小时)", "h)"},
    {"₂", "2"},
    {"ₓ", "x"},
    {"*", ""},
}};

}  // namespace

std::span<const TableSpec> inventory_tables() { return kTables; }

const TableSpec& table_of(TableKind kind) { return kTables[static_cast<std::size_t>(kind)]; }

std::string normalised_header(std::string_view header) {
    std::string out;
    for (const char c : header) {
        if (c == ' ' || c == '\t' || c == '\r' || c == '\n') continue;
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (const Spelling& spelling : kSpellings) {
        for (std::size_t at = out.find(spelling.from); at != std::string::npos;
             at = out.find(spelling.from, at + spelling.to.size())) {
            out.replace(at, spelling.from.size(), spelling.to);
        }
    }
    return out;
}

std::optional<TableKind> find_table(std::string_view name) {
    const std::string wanted = normalised_header(name);
    for (const TableSpec& table : kTables) {
        if (wanted == table.name || wanted == table.chinese || any_name(table.aliases, wanted)) {
            return table.kind;
        }
    }
    return std::nullopt;
}

std::optional<std::size_t> find_field(const TableSpec& table, std::string_view header) {
    const std::string wanted = normalised_header(header);
    if (wanted.empty()) return std::nullopt;
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        const Field& field = table.fields[i];
        if (wanted == field.name || wanted == normalised_header(field.chinese)) return i;
    }
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        if (any_name(table.fields[i].aliases, wanted)) return i;
    }
    return std::nullopt;
}

}  // namespace qk::plans
