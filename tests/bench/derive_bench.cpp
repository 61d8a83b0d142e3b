// Deriving all three levels for 100,000 enterprises with 300,000 lines: time as a ratio to a plain
// parse of the tables the inventory was read from, memory of the plans as bytes an enterprise.
//
//   derive_bench [ENTERPRISES]
#include <malloc.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>

#include "plans/inventory/credit_code.hpp"
#include "plans/inventory/read_inventory.hpp"
#include "plans/response/duty_table.hpp"
#include "plans/text/csv.hpp"

namespace {

using qk::plans::NamedTable;

constexpr const char* kGrades[] = {"A", "B", "B-", "C", "D"};
constexpr const char* kTrades[] = {"水泥熟料", "铸造",     "工业涂装",   "砖瓦窑",
                                   "包装印刷", "平板玻璃", "长流程钢铁", "焦化"};

std::vector<NamedTable> generate(int enterprises) {
    std::string e = "id,name,region,industry,grade,category,lon,lat,contact,phone,permit\n";
    std::string l =
        "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,ramp_down_hours,"
        "so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    std::string o = "enterprise,line,level,action,ratio,detail\n";
    std::string m = "id,enterprise,line,role,rated_kw,idle_kw\n";
    char row[512];
    for (int i = 0; i < enterprises; ++i) {
        std::string id = "91410122" + std::to_string(100'000'000 + i);
        id += *qk::plans::credit_code_check_character(id);
        std::snprintf(row, sizeof row,
                      "%s,示例第%d号制造有限责任公司,4101%02d,%s,%s,regular,%.4f,%.4f,张三%d,"
                      "0371-%08d,%s001P\n",
                      id.c_str(), i, 1 + i % 20, kTrades[i % 8], kGrades[i % 5],
                      112 + (i % 1000) / 500.0, 34 + (i % 777) / 800.0, i, i, id.c_str());
        e += row;
        for (int k = 1; k <= 3; ++k) {
            std::snprintf(row, sizeof row,
                          "%s,L%d,%d号烧结生产线,中频感应电炉%dt,%d,t/d,no,2,%d.%d,%d.25,%d.125,"
                          "%d\n",
                          id.c_str(), k, k, 3 + k, 40 + i % 100, i % 90, i % 10, i % 300, i % 50,
                          i % 40);
            l += row;
        }
        if (i % 10 == 0) {
            std::snprintf(row, sizeof row, "%s,L1,orange,limit_load,0.%d,1号线限产\n", id.c_str(),
                          1 + i % 9);
            o += row;
        }
        std::snprintf(row, sizeof row, "M%09d,%s,,production,%d,%d\n", i, id.c_str(), 500 + i % 900,
                      20 + i % 30);
        m += row;
    }
    return {{"enterprises.csv", e},
            {"lines.csv", l},
            {"measures.csv", o},
            {"meters.csv", m},
            {"area_emissions.csv",
             "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
             "410100,industry,90000000,90000000,90000000,90000000\n"}};
}

double seconds_of(const std::function<void()>& work) {
    double best = 1e9;
    for (int i = 0; i < 3; ++i) {
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

std::size_t heap_bytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

struct Plans {
    std::vector<qk::plans::DutyTable> levels;
};

Plans derive_all(const qk::plans::Inventory& inventory, const qk::plans::RegionRules& rules) {
    Plans plans;
    const auto rows = std::make_shared<const std::vector<qk::plans::EnterpriseRows>>(
        qk::plans::rows_of(inventory));
    for (const qk::rules::Colour colour : qk::plans::kResponseColours) {
        const qk::plans::DeriveInput input{
            inventory, qk::plans::built_in_catalogue(), rules, colour, {}, {}, {}};
        plans.levels.push_back(qk::plans::derive_table(input, rows));
    }
    return plans;
}

// Every sentence and every chain of reasons of one level, one enterprise after the other.
std::size_t say_all(const qk::plans::DutyTable& table) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        for (const qk::rules::Obligation& o : table.obligations(i)) {
            characters += o.detail.size();
            for (const qk::rules::Reason& reason : o.basis) characters += reason.text.size();
        }
    }
    return characters;
}

}  // namespace

int main(int argc, char** argv) {
    int enterprises = 100'000;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), enterprises);
    const std::vector<NamedTable> tables = generate(enterprises);
    std::size_t cells = 0;
    const double plain = seconds_of([&] { cells = parse_plainly(tables); });
    const qk::plans::ReadInventory answer = qk::plans::read_inventory(tables, "bench");
    if (!answer.inventory) {
        std::fputs(qk::rules::to_text(answer.findings).substr(0, 2000).c_str(), stderr);
        return 2;
    }
    const qk::plans::RegionRules rules = qk::plans::national_sample_rules();
    const double load = seconds_of([&] { (void)qk::plans::read_inventory(tables, "bench"); });
    const double derive = seconds_of([&] { (void)derive_all(*answer.inventory, rules); });
    const std::size_t before = heap_bytes();
    const Plans plans = derive_all(*answer.inventory, rules);
    const double held = static_cast<double>(heap_bytes() - before) / enterprises;
    std::size_t characters = 0;
    const double say = seconds_of([&] { characters = say_all(plans.levels[1]); });
    std::printf("%d enterprises, %zu lines, %zu cells; plain parse %.3f s\n", enterprises,
                answer.inventory->lines.size(), cells, plain);
    std::printf("load %.3f s; three levels with reasons and floors %.3f s, ratio %.2f (limit 2)\n",
                load, derive, derive / plain);
    std::printf("load and derive together: ratio %.2f\n", (load + derive) / plain);
    std::printf("held %.0f bytes an enterprise for all three levels (limit 1024)\n", held);
    std::printf("one level in words: %.3f s, %zu characters\n", say, characters);
    return derive <= 2 * plain && held <= 1024 ? 0 : 1;
}
