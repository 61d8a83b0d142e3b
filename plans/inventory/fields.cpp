#include "plans/inventory/fields.hpp"

#include <array>

namespace qk::plans {
namespace {

using enum Need;

constexpr std::array<Field, enterprise_field::kCount> kEnterpriseFields{{
    {"id", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|组织机构代码|enterprise|enterprise_id||编码|企业id|"
     "统一社会信用代码/编号",
     kRequired, "18位统一社会信用代码，或本地唯一编号"},
    {"name", "企业名称", "名称|单位名称|企业||企业全称", kRequired, "与营业执照一致"},
    {"region", "区县代码",
     "行政区划代码|行政区划|区划代码|县区代码|区县编码|county||区县|县区|所属区县|所在区县|"
     "行政区代码|县(市、区)代码|地区代码",
     kRequired, "GB/T 2260 六位县级代码"},
    {"industry", "行业",
     "行业类别|所属行业|行业名称|绩效分级行业|trade||行业名|行业类型|所属行业类别", kRequired,
     "绩效分级行业名称；涉多个行业用分号隔开，与绩效等级次序一致"},
    {"grade", "绩效等级", "绩效分级|等级|绩效评级|评级||绩效级别|分级|绩效", kRequired,
     "A、B、B-、C、D、引领性、非引领性、未评级；多个行业用分号隔开；可注(暂停)"},
    {"category", "企业类别", "类别|管控类别|企业类型|分类||管控分类|企业分类|企业性质", kUseful,
     "一般、保障类、小微、自主减排白名单"},
    {"lon", "经度", "longitude|lng|中心经度", kUseful, "十进制度，东经"},
    {"lat", "纬度", "latitude|中心纬度", kUseful, "十进制度，北纬"},
    {"contact", "联系人", "负责人|应急联系人|企业联系人||联络人|企业负责人", kUseful,
     "应急响应联系人"},
    {"phone", "联系电话", "电话|手机|手机号|联系方式|联系人电话", kUseful, "手机或固定电话"},
    {"permit", "排污许可证编号",
     "排污许可证|许可证编号|排污许可证号||许可证号|排污许可编号|排污许可", kUseful,
     "排污许可证编号"},
    {"grade_suspended", "等级暂停", "绩效等级暂停|是否暂停|绩效暂停", kOptional,
     "是/否；暂停期间按下一等级管控"},
    {"exempt_class", "豁免类别", "豁免类型|豁免", kOptional, "如 民生豁免、外贸、重点项目"},
    {"exempt_up_to", "豁免上限", "豁免最高级别|最高豁免级别", kOptional,
     "黄色、橙色或红色：该级别及以下豁免"},
    {"exempt_until", "豁免有效期", "豁免截止日期|豁免到期日", kOptional, "日期，如 2026-03-31"},
    {"exempt_evidence", "豁免依据", "豁免文件|豁免证明", kOptional, "文号或证明材料"},
    {"permit_so2_t_a", "许可排放量SO2(t/a)", "so2许可排放量(t/a)|二氧化硫许可排放量(t/a)",
     kOptional, "排污许可证载明的年许可排放量，吨"},
    {"permit_nox_t_a", "许可排放量NOx(t/a)", "nox许可排放量(t/a)|氮氧化物许可排放量(t/a)",
     kOptional, "同上"},
    {"permit_pm_t_a", "许可排放量颗粒物(t/a)", "颗粒物许可排放量(t/a)|pm许可排放量(t/a)", kOptional,
     "同上"},
    {"permit_vocs_t_a", "许可排放量VOCs(t/a)", "vocs许可排放量(t/a)|挥发性有机物许可排放量(t/a)",
     kOptional, "同上"},
    {"trade_code", "行业代码", "国民经济行业代码|行业分类代码|gb/t4754代码|gb4754", kOptional,
     "GB/T 4754 小类代码，或目录中的行业编号；涉多个行业用分号隔开，与行业次序一致"},
    {"trade_by", "行业认定人", "行业认定", kOptional,
     "行业名称不在目录中、改填行业编号时，由谁认定"},
    {"batch", "轮产批次", "批次|轮停批次", kOptional, "如 H1；空：按企业编号固定分配"},
    {"no_duty_reason", "不承担措施理由", "无措施理由|不减排理由", kOptional,
     "有排放而不承担任何措施时说明理由"},
    {"no_duty_by", "理由说明人", "说明人", kOptional, "由谁说明"},
    {"reasons", "加严放宽理由", "加严理由|放宽理由|加严或放宽理由|从严理由", kOptional,
     "如 限制类、未按期完成升级改造、RTO；多项用分号隔开"},
    {"reason_evidence", "加严放宽依据", "加严依据|放宽依据|放宽佐证", kOptional,
     "文号或证明材料，与理由次序一致；放宽没有依据的不计"},
}};

constexpr std::array<Field, line_field::kCount> kLineFields{{
    {"enterprise", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|enterprise_id||企业|所属企业|企业id|"
     "企业统一社会信用代码",
     kRequired, "企业表中的编号"},
    {"id", "生产线编号", "工序编号|装备编号|产线编号|编号|line|line_id||生产线代码|线号|生产线id",
     kRequired, "企业内唯一"},
    {"name", "生产线名称", "工序名称|产线名称|生产线|工序|名称|生产工序", kUseful,
     "生产线或工序名称"},
    {"equipment", "主要装备", "装备|设备|生产装备|主要设备|装备名称|设备名称||装备/设备|生产设备",
     kUseful, "主要生产装备"},
    {"capacity", "产能", "设计产能|生产能力|设计能力", kUseful, "数字"},
    {"capacity_unit", "产能单位", "单位|计量单位", kUseful, "如 t/d、万块/a"},
    {"uninterruptible", "不可中断",
     "是否不可中断|不可中断工序|是否不可中断工序||不可中断生产|能否中断", kUseful, "是/否"},
    {"ramp_down_hours", "降负荷小时数",
     "停产所需小时|降负荷时间(h)|停产时间(h)|停产所需时间(h)||降负荷时间(小时)|降负荷时长(小时)|"
     "降负荷时长(h)|停机时间(h)|停机所需小时|停产所需小时数|降负荷时长|降负荷时间|停产所需时间("
     "小时)",
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
    {"industry", "所属行业", "行业|行业类别|行业名称|绩效分级行业|生产线行业|工序行业|trade",
     kOptional, "企业涉多个行业时，本生产线属于哪一个；空：按企业各行业中最严的执行"},
    {"no_duty_reason", "不承担措施理由", "无措施理由|不减排理由", kOptional,
     "有排放而不承担任何措施时说明理由"},
    {"no_duty_by", "理由说明人", "说明人", kOptional, "由谁说明"},
    {"oven_height_m", "炭化室高度(m)", "焦炉炭化室高度(m)|炭化室高度|焦炉高度(m)|炉高(m)",
     kOptional, "焦炉填写，米；延长结焦时间按高度执行"},
    {"minimum_load", "最低安全负荷", "最低负荷|最低负荷比例|最低安全负荷比例", kOptional,
     "占正常生产负荷的比例，0至1，如 0.7"},
    {"baseline_kwh_d", "核定基准日用电量(kWh)", "基准日用电量(kWh)|核定基准日用电量|基准日用电量",
     kOptional, "环评、许可和上年实际三者最小的产量对应的日用电量；限产以此为基准的填写"},
    {"reasons", "加严放宽理由", "加严理由|放宽理由|加严或放宽理由|从严理由", kOptional,
     "仅本生产线的理由；企业的理由填在企业表"},
    {"reason_evidence", "加严放宽依据", "加严依据|放宽依据|放宽佐证", kOptional,
     "与理由次序一致；放宽没有依据的不计"},
}};

constexpr std::array<Field, measure_field::kCount> kMeasureFields{{
    {"enterprise", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|enterprise_id||企业|所属企业|企业id|"
     "企业统一社会信用代码",
     kRequired, "企业表中的编号"},
    {"line", "生产线编号",
     "工序编号|装备编号|产线编号|line_id||生产线|产线|生产线代码|所属生产线|工序", kUseful,
     "空：全部生产线"},
    {"level", "预警级别", "级别|响应级别|预警等级|预警颜色||预警|等级|响应等级|应急响应级别",
     kRequired, "黄色、橙色、红色（或 Ⅲ级、Ⅱ级、Ⅰ级）"},
    {"action", "措施",
     "减排措施|管控措施|措施类型|管控方式||动作|措施类别|减排措施类型|管控类型|措施名称", kRequired,
     "停产、限产、限排、停止工序、移动源管控、自主减排"},
    {"ratio", "减排比例",
     "比例|限产比例|停限产比例|减产比例||压减比例|削减比例|限产停产比例|减排率", kUseful,
     "0 至 1，或百分数"},
    {"detail", "措施说明",
     "说明|具体措施|详细措施|措施内容|备注||详情|措施详情|具体要求|措施描述|具体内容|内容", kUseful,
     "企业能看懂的一句话"},
}};

// Who answers for a reading (谁出数谁负责), of meters, outlets and further series alike.
constexpr Field kKeeperField{"operator", "运维单位", "运维方|第三方运维单位|运营单位|责任人",
                             kOptional, "对数据负责的单位"};
constexpr Field kCalibratedField{"calibrated_on", "校准日期", "检定日期|最近校准日期", kOptional,
                                 "日期，如 2026-03-31"};
constexpr Field kComparedField{"compared_on", "手工比对日期", "比对日期|比对监测日期", kOptional,
                               "日期，如 2026-03-31"};

constexpr std::array<Field, meter_field::kCount> kMeterFields{{
    {"id", "电表编号", "表号|电表号|计量点编号|监测点编号|meter|meter_id||编号|电表id|表计编号",
     kRequired, "全市唯一"},
    {"enterprise", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|enterprise_id||企业|所属企业|企业id|"
     "企业统一社会信用代码",
     kRequired, "企业表中的编号"},
    {"line", "生产线编号",
     "工序编号|装备编号|产线编号|line_id||生产线|产线|生产线代码|所属生产线|工序", kUseful,
     "空：全厂"},
    {"role", "用途", "电表用途|监测类型|设施类型|电表类型||角色|电表角色|类型|监管类型|表计类型",
     kRequired, "总表、生产、治污"},
    {"rated_kw", "额定功率(kw)", "额定功率|装机功率(kw)||额定功率|装机容量(kw)|额定功率kw", kUseful,
     "千瓦"},
    {"idle_kw", "待机功率(kw)",
     "待机功率|空载功率(kw)|停产功率(kw)|保温功率(kw)||待机功率|空载功率|停机功率(kw)|待机功率kw",
     kUseful, "停产状态下的功率，千瓦"},
    kKeeperField,
    kCalibratedField,
    kComparedField,
    {"ct_ratio", "倍率", "互感器倍率|综合倍率|ct倍率", kOptional,
     "网关发来的是二次侧数值时乘以它；空：1"},
}};

constexpr std::array<Field, outlet_field::kCount> kOutletFields{{
    {"id", "排放口编号", "排口编号|监控点编号|outlet|outlet_id||编号|排口id|排放口id|排放口代码",
     kRequired, "全市唯一"},
    {"enterprise", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|enterprise_id||企业|所属企业|企业id|"
     "企业统一社会信用代码",
     kRequired, "企业表中的编号"},
    {"line", "生产线编号",
     "工序编号|装备编号|产线编号|line_id||生产线|产线|生产线代码|所属生产线|工序", kUseful,
     "空：全厂"},
    {"mn", "MN号", "mn编号|设备mn|数采仪mn|mn码|设备唯一标识||mn|数采仪编号|设备编号", kRequired,
     "HJ 212 设备唯一标识"},
    {"factors", "监测因子", "因子|监测项目|污染物||监测污染物|监测指标|污染因子", kUseful,
     "分号隔开，如 so2;nox;pm"},
    kKeeperField,
    kCalibratedField,
    kComparedField,
}};

constexpr std::array<Field, area_field::kCount> kAreaFields{{
    {"region", "行政区代码",
     "区县代码|行政区划代码|行政区划|区划代码|地区代码||地区|区域|区域代码|行政区|区县", kRequired,
     "六位代码；市级以00结尾"},
    {"source", "源类", "排放源|污染源|源类别|源类型||来源|源|类别|排放源类别|类型", kRequired,
     "工业源、移动源、扬尘源、生活源"},
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

constexpr std::string_view kRatioLegend = "0 至 1，或百分数；空：不计减排量";
constexpr std::string_view kOwnerAliases = "主管部门|监管部门|责任单位|行业主管部门";

constexpr std::array<Field, dust_field::kCount> kDustFields{{
    {"id", "工地编号", "扬尘源编号|编号|site|site_id", kRequired, "全市唯一"},
    {"name", "工地名称", "扬尘源名称|项目名称|名称", kRequired, "工地、堆场或路段的名称"},
    {"region", "区县代码", "行政区划代码|行政区划|区划代码|县区代码|行政区代码|区县", kRequired,
     "GB/T 2260 六位县级代码"},
    {"kind", "类型", "工地类型|扬尘源类型|项目类型", kUseful, "如 房屋建筑、拆除、道路、堆场"},
    {"area_m2", "面积(m2)", "占地面积(m2)|施工面积(m2)|面积", kOptional, "平方米"},
    {"pm_kg_d", "颗粒物日排放量(kg/d)", "pm(kg/d)|颗粒物(kg/d)|颗粒物排放量(kg/d)|扬尘排放量(kg/d)",
     kRequired, "正常施工日排放量，千克"},
    {"yellow", "黄色措施", "黄色预警措施|Ⅲ级措施", kUseful, "黄色预警时的措施，一句话"},
    {"yellow_ratio", "黄色减排比例", "黄色比例|Ⅲ级减排比例", kUseful, kRatioLegend},
    {"orange", "橙色措施", "橙色预警措施|Ⅱ级措施", kUseful, "橙色预警时的措施，一句话"},
    {"orange_ratio", "橙色减排比例", "橙色比例|Ⅱ级减排比例", kUseful, kRatioLegend},
    {"red", "红色措施", "红色预警措施|Ⅰ级措施", kUseful, "红色预警时的措施，一句话"},
    {"red_ratio", "红色减排比例", "红色比例|Ⅰ级减排比例", kUseful, kRatioLegend},
    {"owner", "责任部门", kOwnerAliases, kUseful, "督导落实的部门"},
    {"contact", "联系人", "负责人|现场负责人", kOptional, "现场负责人"},
    {"phone", "联系电话", "电话|手机|联系方式", kOptional, "手机或固定电话"},
}};

constexpr std::array<Field, transport_field::kCount> kTransportFields{{
    {"id", "用户编号", "运输大户编号|编号|user|user_id", kRequired, "全市唯一"},
    {"enterprise", "统一社会信用代码", "企业编号|企业代码|社会信用代码|信用代码|企业", kOptional,
     "企业表中的编号；不在清单内的空着"},
    {"name", "单位名称", "名称|企业名称|用车单位", kRequired, "与营业执照一致"},
    {"region", "区县代码", "行政区划代码|行政区划|区划代码|县区代码|行政区代码|区县", kRequired,
     "GB/T 2260 六位县级代码"},
    {"vehicles_per_day", "日均车次", "日均货车数|日均运输车次|车辆数(辆/日)|日进出车次", kRequired,
     "重型货车，辆次每日；超过10为运输大户"},
    {"so2_kg_d", "二氧化硫日排放量(kg/d)", "so2(kg/d)|二氧化硫(kg/d)", kOptional, "千克"},
    {"nox_kg_d", "氮氧化物日排放量(kg/d)", "nox(kg/d)|氮氧化物(kg/d)|nox排放量(kg/d)", kRequired,
     "运输车辆正常日排放量，千克"},
    {"pm_kg_d", "颗粒物日排放量(kg/d)", "pm(kg/d)|颗粒物(kg/d)|颗粒物排放量(kg/d)", kRequired,
     "同上"},
    {"vocs_kg_d", "挥发性有机物日排放量(kg/d)", "vocs(kg/d)|挥发性有机物(kg/d)", kOptional, "同上"},
    {"yellow", "黄色措施", "黄色预警措施|Ⅲ级措施", kUseful, "黄色预警时的措施，一句话"},
    {"yellow_ratio", "黄色减排比例", "黄色比例|Ⅲ级减排比例", kUseful, kRatioLegend},
    {"orange", "橙色措施", "橙色预警措施|Ⅱ级措施", kUseful, "橙色预警时的措施，一句话"},
    {"orange_ratio", "橙色减排比例", "橙色比例|Ⅱ级减排比例", kUseful, kRatioLegend},
    {"red", "红色措施", "红色预警措施|Ⅰ级措施", kUseful, "红色预警时的措施，一句话"},
    {"red_ratio", "红色减排比例", "红色比例|Ⅰ级减排比例", kUseful, kRatioLegend},
    {"owner", "责任部门", kOwnerAliases, kUseful, "督导落实的部门"},
    {"contact", "联系人", "负责人", kOptional, "运输负责人"},
    {"phone", "联系电话", "电话|手机|联系方式", kOptional, "手机或固定电话"},
}};

constexpr std::array<Field, task_field::kCount> kTaskFields{{
    {"department", "部门", "责任部门|部门名称|单位|责任单位", kRequired, "与预案的部门职责一致"},
    {"level", "预警级别", "级别|响应级别|预警等级|预警颜色", kRequired,
     "黄色、橙色、红色（或 Ⅲ级、Ⅱ级、Ⅰ级）"},
    {"task", "任务", "工作任务|任务内容|职责|措施", kRequired, "做什么，一句话"},
    {"owner", "责任人", "负责人|联系人|牵头人", kUseful, "具体负责的人或科室"},
    {"phone", "联系电话", "电话|手机|联系方式", kOptional, "手机或固定电话"},
    {"deadline", "完成时限", "时限|频次", kOptional, "如 响应启动后2小时内、每日17时前"},
    {"basis", "依据", "来源|文件依据", kOptional, "预案条款"},
}};

constexpr std::array<Field, series_field::kCount> kSeriesFields{{
    {"id", "监测点编号", "序列编号|测点编号|series|series_id||编号", kRequired, "全市唯一"},
    {"enterprise", "统一社会信用代码",
     "企业编号|企业代码|社会信用代码|信用代码|enterprise_id||企业", kRequired, "企业表中的编号"},
    {"line", "生产线编号", "工序编号|装备编号|产线编号|line_id||生产线|产线|工序", kOptional,
     "空：全厂"},
    {"kind", "监测量", "监测类别|量||类型|类别", kRequired,
     "电流、电压、功率、电量、燃气、蒸汽、负荷、流量、温度、压力、转速、状态、旁路、其他"},
    {"role", "用途", "设施类型||角色", kOptional, "生产、治污；空：生产"},
    {"unit", "单位", "计量单位", kOptional, "如 A、m3/h、t/h、℃；状态不填"},
    kKeeperField,
    kCalibratedField,
    kComparedField,
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
    {TableKind::kDustSites, "dust_sites", "扬尘源", "工地|扬尘工地|施工工地|扬尘源清单|扬尘", false,
     "", kDustFields},
    {TableKind::kTransportUsers, "transport_users", "运输大户",
     "用车大户|重点用车企业|重点用车单位|移动源|运输单位", false, "", kTransportFields},
    {TableKind::kDepartmentTasks, "department_tasks", "部门任务",
     "部门任务清单|部门职责|部门分工|departments", false, "", kTaskFields},
    {TableKind::kSeries, "series", "其他监测", "工况监测|过程监测|用能监测|工况与用能监测", false,
     "", kSeriesFields},
}};

// Whether one of the names in "a|b|c" is `wanted` after normalising.
// Aliases before a double bar are a field's names; those behind it are names only where no other
// column claims the field, because they are everyday words ("类型", "编号").
constexpr std::string_view kLooseMark = "||";

std::string_view names_of(const Field& field) {
    return field.aliases.substr(0, field.aliases.find(kLooseMark));
}

std::string_view loose_names_of(const Field& field) {
    const std::size_t mark = field.aliases.find(kLooseMark);
    return mark == std::string_view::npos ? std::string_view{}
                                          : field.aliases.substr(mark + kLooseMark.size());
}

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

struct PollutantWord {
    std::string_view word;
    std::string_view field;
};

// As normalised_header() leaves them.
constexpr std::array<PollutantWord, 10> kPollutantWords{{
    {"二氧化硫", "so2_kg_d"},
    {"so2", "so2_kg_d"},
    {"氮氧化物", "nox_kg_d"},
    {"nox", "nox_kg_d"},
    {"挥发性有机物", "vocs_kg_d"},
    {"vocs", "vocs_kg_d"},
    {"颗粒物", "pm_kg_d"},
    {"烟粉尘", "pm_kg_d"},
    {"烟(粉)尘", "pm_kg_d"},
    {"pm", "pm_kg_d"},
}};

// "SO2日排放量(千克)", "NOx 排放量（kg/日）", "颗粒物": a pollutant's emission in kilograms a day,
// or without a unit. Empty where another unit or a year is named ("SO2排放量(t/a)", "年排放量").
std::optional<std::string_view> daily_pollutant(std::string wanted) {
    const auto take = [&wanted](std::string_view word) {
        const std::size_t at = wanted.find(word);
        if (at != std::string::npos) wanted.erase(at, word.size());
        return at != std::string::npos;
    };
    std::optional<std::string_view> field;
    for (const PollutantWord& one : kPollutantWords) {
        if (!take(one.word)) continue;
        field = one.field;
        break;
    }
    if (!field) return std::nullopt;
    for (const std::string_view word :
         {"kg/d", "kgperday", "kg_d", "千克", "公斤", "kg", "排放量", "排放",
          "正常", "平均",     "每日", "每天", "日均", "日", "天",     "(",
          ")",    "/",        "_",    "-",    "，",   ","}) {
        while (take(word)) continue;
    }
    return wanted.empty() ? field : std::nullopt;
}

// "企业清单表" -> "企业": what lists are called besides what they list.
std::string without_list_word(std::string name) {
    for (const std::string_view word :
         {"一览表", "信息表", "明细表", "清单", "台账", "信息", "明细", "表"}) {
        if (name.size() > word.size() && name.ends_with(word)) {
            name.resize(name.size() - word.size());
        }
    }
    return name;
}

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
    const std::string whole = normalised_header(name);
    for (const std::string& wanted : {whole, without_list_word(whole)}) {
        for (const TableSpec& table : kTables) {
            if (wanted == table.name || wanted == table.chinese ||
                any_name(table.aliases, wanted)) {
                return table.kind;
            }
        }
    }
    return std::nullopt;
}

bool is_own_name(const Field& field, std::string_view header) {
    const std::string wanted = normalised_header(header);
    return wanted == field.name || wanted == normalised_header(field.chinese);
}

std::optional<std::size_t> find_field(const TableSpec& table, std::string_view header) {
    const std::string wanted = normalised_header(header);
    if (wanted.empty()) return std::nullopt;
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        if (is_own_name(table.fields[i], header)) return i;
    }
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        if (any_name(names_of(table.fields[i]), wanted)) return i;
    }
    return std::nullopt;
}

std::optional<std::size_t> find_field_loosely(const TableSpec& table, std::string_view header) {
    const std::string wanted = normalised_header(header);
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        if (any_name(loose_names_of(table.fields[i]), wanted)) return i;
    }
    const auto pollutant = daily_pollutant(wanted);
    for (std::size_t i = 0; pollutant && i < table.fields.size(); ++i) {
        if (table.fields[i].name == *pollutant) return i;
    }
    return std::nullopt;
}

}  // namespace qk::plans
