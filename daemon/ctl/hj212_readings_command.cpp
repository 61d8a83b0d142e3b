// qingkongctl hj212 readings: the readings of stacks once more, out of the raw bytes of days or of
// captures, as the table that 'qingkongctl verify' reads. So a verdict is computed again from what
// the devices sent, without the daemon and its database.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/hj212_input.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/hj212/period_means.hpp"
#include "plans/hj212/stack_values.hpp"
#include "plans/text/csv.hpp"
#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

namespace hj212 = plans::hj212;
using std::chrono::hours;

constexpr std::string_view kHourCommand = "2061";
constexpr std::array<std::string_view, 4> kFactorColumns{"so2", "nox", "pm", "vocs"};
constexpr std::size_t kMomentsMost = 20'000'000;  // in memory

struct StackRow {
    double mg_per_m3 = 0;
    std::optional<double> flow;
    bool is_valid = false;
};

class Collector {
 public:
    Collector(std::map<std::string, std::string> outlets, std::string command)
        : outlets_(std::move(outlets)), command_(std::move(command)) {}

    void take(const hj212::Frame& frame) {
        const std::string mn = frame.head.mn.value_or("");
        if (frame.head.cn.value_or("") != command_) return;
        const auto outlet = outlets_.find(mn);
        for (const hj212::StackValue& value : stack_values(frame)) {
            if (outlet == outlets_.end()) {
                unknown_.insert(mn);
            } else if (command_ == kHourCommand) {
                // The first of a time counts, as in the store.
                rows_.try_emplace(Key{outlet->second, *value.to, value.factor},
                                  StackRow{value.mg_per_m3, value.flow_m3_h, value.is_evidence});
            } else if (moments_ < kMomentsMost) {
                parts_[{outlet->second, rules::floor_hour(value.from), value.factor}].push_back(
                    {value.from, value.mg_per_m3, value.flow_m3_h, value.is_evidence});
                ++moments_;
            }
        }
    }
    void finish() {
        for (auto& [key, values] : parts_) {
            std::ranges::stable_sort(values, {}, &hj212::PartValue::t);
            const auto& [outlet, from, factor] = key;
            const auto mean = hj212::hour_mean(values, from);
            if (!mean) continue;
            rows_.try_emplace(Key{outlet, from + hours{1}, factor},
                              StackRow{mean->mg_per_m3, mean->flow_m3_h, true});
        }
    }
    void print() const {
        std::cout << "outlet,time,so2,nox,pm,vocs,flow,valid\r\n";
        for (const auto& [key, row] : rows_) {
            const auto& [outlet, end, factor] = key;
            std::string line =
                plans::to_csv_cell(outlet) + "," + rules::to_iso(end, rules::kBeijingTime);
            for (const std::string_view column : kFactorColumns) {
                line += column == factor ? fmt::format(",{}", row.mg_per_m3) : ",";
            }
            line += row.flow ? fmt::format(",{}", *row.flow) : ",";
            std::cout << line << (row.is_valid ? ",true" : ",false") << "\r\n";
        }
    }
    [[nodiscard]] const std::set<std::string>& unknown() const { return unknown_; }
    [[nodiscard]] bool is_full() const { return moments_ == kMomentsMost; }

 private:
    using Key = std::tuple<std::string, rules::Instant, std::string>;
    std::map<std::string, std::string> outlets_;  // MN -> outlet
    std::string command_;
    std::map<Key, StackRow> rows_;
    std::map<Key, std::vector<hj212::PartValue>> parts_;  // by the beginning of the hour
    std::size_t moments_ = 0;
    std::set<std::string> unknown_;
};

int print_readings(const Call& call) {
    hj212::CodeMap codes;
    hj212::DecodeSetting setting;
    if (const int code = read_hj212_setting(call, codes, setting); code != kHolds) return code;
    const auto read = load_inventory(call.text("inventory").value_or(""));
    if (!read || !read->inventory) {
        print_faults(read ? read->findings : read.error());
        return read ? kNegative : kBadUsage;
    }
    std::map<std::string, std::string> outlets;
    for (const plans::Outlet& outlet : read->inventory->outlets) {
        if (!outlet.mn.empty()) outlets.emplace(outlet.mn.str(), outlet.id.str());
    }
    Collector collector(std::move(outlets), call.text_or_default("from"));
    const auto take = [&collector](hj212::Frame& frame, const hj212::RawFrame*) {
        collector.take(frame);
    };
    for (const std::string& path : call.texts("file")) {
        if (!each_frame(path, setting, take)) return kBadUsage;
    }
    if (collector.is_full()) {
        return hj212_usage(call.command(), "there are more values than fit into memory",
                           "fewer days at once");
    }
    collector.finish();
    collector.print();
    for (const std::string& mn : collector.unknown()) {
        std::cerr << plans::for_terminal(fmt::format("MN {} is at no outlet of the inventory", mn))
                  << "\n";
    }
    return collector.unknown().empty() ? kHolds : kNegative;
}

}  // namespace

Command hj212_readings_command() {
    return {
        .name = "readings",
        .what = {"从原始报文日档还原排口读数（CSV），可直接用于 verify",
                 "the readings of stacks out of files of raw bytes, as CSV for 'verify'"},
        .options = command_line::joined(
            {{place("file", "FILE",
                    {"原始报文日档（可为 .gz）或原始字节，可多个",
                     "files of days (.gz too) or raw bytes"})
                  .many()
                  .required(),
              option("inventory", "PATH",
                     {"清单：CSV 文件夹或 .xlsx", "the inventory: a folder of CSVs or an .xlsx"})
                  .required(),
              option("from", "2061|2051|2011",
                     {"取哪种数据：小时值，或由分钟、实时值求小时均值",
                      "hours as sent, or hours made of minutes or of moments"})
                  .one_of()
                  .or_else("2061")},
             hj212_options()}),
        .examples = {"qingkongctl hj212 readings --inventory inventory raw/2026-01-*.raw.gz"},
        .run = print_readings,
    };
}

}  // namespace qk::ctl
