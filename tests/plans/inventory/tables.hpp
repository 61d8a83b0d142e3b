// Inventories for tests: small tables as text, and folders of fixtures read from the source tree.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "plans/inventory/read_inventory.hpp"

namespace qk::plans {

inline std::vector<NamedTable> read_fixture(const std::string& folder) {
    std::vector<NamedTable> tables;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(QK_SOURCE_DIR) + "/" + folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        tables.push_back({entry.path().filename().string(),
                          std::string(std::istreambuf_iterator<char>(in), {})});
    }
    std::ranges::sort(tables, {}, &NamedTable::name);
    return tables;
}

inline std::vector<NamedTable> sample_tables() {
    return read_fixture("packaging/sample/inventory");
}

inline NamedTable& table_named(std::vector<NamedTable>& tables, const std::string& name) {
    return *std::ranges::find(tables, name, &NamedTable::name);
}

// Three required tables with one enterprise and one line.
inline std::vector<NamedTable> small_tables() {
    return {{"enterprises.csv",
             "id,name,region,industry,grade,category,lon,lat,contact,phone,permit\n"
             "E1,甲厂,410122,铸造,C,regular,113.9,34.7,甲,0371-0000001,P1\n"},
            {"lines.csv",
             "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,ramp_down_hours,"
             "so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
             "E1,L1,一线,炉,10,t/d,no,1,1.5,2.25,3,0.001\n"},
            {"area_emissions.csv",
             "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n410100,industry,10,20,30,40\n"}};
}

inline bool has_finding(const rules::Faults& findings, const std::string& file, int line,
                        int column, const std::string& what) {
    return std::ranges::any_of(findings, [&](const rules::Fault& f) {
        return f.place == rules::Place{file, line, column} &&
               f.what.find(what) != std::string::npos;
    });
}

}  // namespace qk::plans
