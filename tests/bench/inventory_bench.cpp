// Loading an inventory of 100,000 enterprises with 300,000 lines: time as a ratio to a plain parse
// of the same tables, memory as resident bytes an enterprise beyond the characters of its strings.
//
//   inventory_bench [ENTERPRISES]
#include <malloc.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <unordered_set>

#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/read_inventory.hpp"

namespace {

using qk::plans::NamedTable;

std::vector<NamedTable> generate(int enterprises) {
    std::string e = "id,name,region,industry,grade,category,lon,lat,contact,phone,permit\n";
    std::string l =
        "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,ramp_down_hours,"
        "so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    std::string m = "id,enterprise,line,role,rated_kw,idle_kw\n";
    const char* grades[] = {"A", "B", "B-", "C", "D"};
    const char* trades[] = {"水泥", "铸造", "工业涂装", "砖瓦窑", "包装印刷"};
    char row[512];
    for (int i = 0; i < enterprises; ++i) {
        std::string id = "91410122" + std::to_string(100'000'000 + i);
        id += *qk::plans::credit_code_check_character(id);
        std::snprintf(row, sizeof row,
                      "%s,示例第%d号制造有限责任公司,4101%02d,%s,%s,regular,%.4f,%.4f,张三%d,"
                      "0371-%08d,%s001P\n",
                      id.c_str(), i, 1 + i % 20, trades[i % 5], grades[i % 5],
                      112 + (i % 1000) / 500.0, 34 + (i % 777) / 800.0, i, i, id.c_str());
        e += row;
        for (int k = 1; k <= 3; ++k) {
            std::snprintf(row, sizeof row,
                          "%s,L%d,%d号生产线,中频感应电炉%dt,%d,t/d,no,2,%d.%d,%d.25,%d.125,%d\n",
                          id.c_str(), k, k, 3 + k, 40 + i % 100, i % 90, i % 10, i % 300, i % 50,
                          i % 40);
            l += row;
        }
        std::snprintf(row, sizeof row, "M%09d,%s,,total,%d,%d\n", i, id.c_str(), 500 + i % 900,
                      20 + i % 30);
        m += row;
    }
    return {{"enterprises.csv", e},
            {"lines.csv", l},
            {"meters.csv", m},
            {"area_emissions.csv",
             "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
             "410100,industry,900000,900000,900000,900000\n"}};
}

double seconds_of(const std::function<void()>& work) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        const auto from = std::chrono::steady_clock::now();
        work();
        best = std::min(
            best, std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count());
    }
    return best;
}

std::size_t parse_plainly(const std::vector<NamedTable>& tables) {
    std::size_t cells = 0;
    for (const NamedTable& table : tables) {
        qk::plans::CsvReader reader(table.bytes, table.name);
        qk::plans::CsvRow row;
        while (reader.next(row)) cells += row.cells.size();
    }
    return cells;
}

std::size_t characters_of(const qk::plans::Inventory& inventory) {
    std::size_t sum = 0;
    for (const auto& e : inventory.enterprises) {
        sum += e.id.size() + e.name.size() + e.region.size() + e.industry.size() +
               e.grade.name.size() + e.contact.size() + e.phone.size() + e.permit.size();
    }
    // Texts that lines share are there once.
    std::unordered_set<const std::string*> shared;
    for (const auto& l : inventory.lines) {
        for (const auto* text : {&l.enterprise, &l.id, &l.name, &l.equipment, &l.capacity_unit}) {
            if (shared.insert(&text->text()).second) sum += text->size();
        }
    }
    for (const auto& m : inventory.meters) sum += m.facts.id.size() + m.facts.enterprise.size();
    return sum;
}

std::size_t heap_bytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

}  // namespace

int main(int argc, char** argv) {
    int enterprises = 100'000;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), enterprises);
    const std::vector<NamedTable> tables = generate(enterprises);
    std::size_t bytes = 0;
    for (const NamedTable& table : tables) bytes += table.bytes.size();
    std::size_t cells = 0;
    const double plain = seconds_of([&] { cells = parse_plainly(tables); });
    std::size_t findings = 0;
    // The first load, because texts that lines share stay for the next one.
    const std::size_t before = heap_bytes();
    const qk::plans::ReadInventory answer = qk::plans::read_inventory(tables, "bench");
    const std::size_t held = heap_bytes() - before;
    const double load =
        seconds_of([&] { findings = qk::plans::read_inventory(tables, "bench").findings.size(); });
    const std::size_t characters = characters_of(*answer.inventory);
    std::printf("%d enterprises, %zu lines, %.1f MB, %zu cells, %zu findings\n", enterprises,
                answer.inventory->lines.size(), static_cast<double>(bytes) / 1e6, cells, findings);
    std::printf("plain parse %.3f s, load %.3f s, ratio %.2f (limit 2)\n", plain, load,
                load / plain);
    std::printf(
        "held %.0f bytes an enterprise, %.0f of them characters, %.0f beyond (limit 1024)\n",
        static_cast<double>(held) / enterprises, static_cast<double>(characters) / enterprises,
        static_cast<double>(held - characters) / enterprises);
    return load <= 2 * plain && held - characters <= 1024u * static_cast<unsigned>(enterprises) ? 0
                                                                                                : 1;
}
