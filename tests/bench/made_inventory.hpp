// An inventory of any size with three lines to an enterprise, the same every run.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/read_inventory.hpp"

namespace qk::bench {

inline constexpr const char* kGrades[] = {"A", "B", "B-", "C", "D"};
inline constexpr const char* kTrades[] = {"水泥熟料", "铸造",     "工业涂装",   "砖瓦窑",
                                          "包装印刷", "平板玻璃", "长流程钢铁", "焦化"};

inline void add_enterprise(int i, std::string (&tables)[4]) {
    auto& [enterprises, lines, measures, meters] = tables;
    std::string id = fmt::format("91410122{}", 100'000'000 + i);
    id += *plans::credit_code_check_character(id);
    enterprises += fmt::format(
        "{},示例第{}号制造有限责任公司,4101{:02},{},{},regular,{:.4f},{:.4f},张三{},0371-{:08},"
        "{}001P\n",
        id, i, 1 + i % 20, kTrades[i % 8], kGrades[i % 5], 112 + (i % 1000) / 500.0,
        34 + (i % 777) / 800.0, i, i, id);
    for (int k = 1; k <= 3; ++k) {
        lines +=
            fmt::format("{},L{},{}号烧结生产线,中频感应电炉{}t,{},t/d,no,2,{}.{},{}.25,{}.125,{}\n",
                        id, k, k, 3 + k, 40 + i % 100, i % 90, i % 10, i % 300, i % 50, i % 40);
    }
    if (i % 10 == 0) {
        measures += fmt::format("{},L1,orange,limit_load,0.{},1号线限产\n", id, 1 + i % 9);
    }
    meters += fmt::format("M{:09},{},,production,{},{}\n", i, id, 500 + i % 900, 20 + i % 30);
}

[[nodiscard]] inline std::vector<plans::NamedTable> generate(int enterprises) {
    std::string tables[] = {
        "id,name,region,industry,grade,category,lon,lat,contact,phone,permit\n",
        "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,ramp_down_hours,"
        "so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n",
        "enterprise,line,level,action,ratio,detail\n",
        "id,enterprise,line,role,rated_kw,idle_kw\n"};
    for (int i = 0; i < enterprises; ++i) add_enterprise(i, tables);
    return {{"enterprises.csv", tables[0]},
            {"lines.csv", tables[1]},
            {"measures.csv", tables[2]},
            {"meters.csv", tables[3]},
            {"area_emissions.csv",
             "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
             "410100,industry,90000000,90000000,90000000,90000000\n"}};
}

}  // namespace qk::bench
