// One table's rows -> the inventory's rows, with every finding that a row alone (and the ids read
// before it) can give. What needs the whole inventory is in check_inventory.hpp.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "plans/inventory/read_inventory.hpp"

namespace qk::plans {

// Texts that outlive the map. For ids, which differ in few digits, std::hash is faster than
// Boost's.
template <class Value>
using ByText = boost::unordered_flat_map<std::string_view, Value, std::hash<std::string_view>>;

// Enterprises by id. Keys point into the text of the tables, which outlives the reading.
class EnterpriseIndex {
 public:
    static constexpr std::uint32_t kNone = UINT32_MAX;

    void reserve(std::size_t rows) {
        ids_.reserve(rows);
        numbers_.reserve(rows);
    }
    // Gives the next enterprise its number; the number of the one that had the id before, if any.
    std::uint32_t add(std::string_view id) {
        const auto number = static_cast<std::uint32_t>(ids_.size());
        ids_.push_back(id);
        return numbers_.emplace(id, number).first->second;
    }
    // Rows of an enterprise mostly stand together and in the order of enterprises: the one asked
    // for last and its follower are tried before the table.
    [[nodiscard]] std::uint32_t find(std::string_view id) const {
        for (std::uint32_t next = last_; next < ids_.size() && next < last_ + 2; ++next) {
            if (ids_[next] == id) return last_ = next;
        }
        const auto found = numbers_.find(id);
        return found == numbers_.end() ? kNone : (last_ = found->second);
    }
    // Ids of rows that could not be read: nobody is told that they do not exist.
    void add_unread(std::string_view id) { unread_.emplace_back(id); }
    // The enterprises themselves could not be read: no id can be looked up.
    void give_up() { is_known_ = false; }
    [[nodiscard]] bool may_exist(std::string_view id) const {
        return !is_known_ || std::ranges::find(unread_, id) != unread_.end();
    }

 private:
    std::vector<std::string_view> ids_;
    ByText<std::uint32_t> numbers_;
    std::vector<std::string> unread_;
    bool is_known_ = true;
    mutable std::uint32_t last_ = 0;
};

// Where a table came from and which of its columns holds which field (0: none), for later findings.
struct TableOrigin {
    std::string place;  // empty: the table was not there
    std::vector<int> columns;
    bool is_sound = false;  // there, with every required column
    // Enterprises with a row that could not be read: what they have there is not known.
    std::vector<std::string> incomplete;

    [[nodiscard]] bool knows_all_of(const std::string& enterprise) const {
        return is_sound && std::ranges::find(incomplete, enterprise) == incomplete.end();
    }
};

struct ReadState {
    const ReadOptions& options;
    Inventory& inventory;
    rules::FaultList& findings;
    EnterpriseIndex index;
    // Enterprise of each row of lines, own_measures, meters, outlets.
    std::vector<std::uint32_t> line_of, measure_of, meter_of, outlet_of;
    TableOrigin origin_of[kTableCount];     // by TableKind
    std::vector<std::uint32_t> long_idle;   // enterprises whose grade cell says 长期停产
    std::vector<int> unclear_measures;      // rows whose level or action could not be read
    std::vector<std::string> orphan_lines;  // ids of lines whose enterprise is not there
    // Whether the catalogue knows a trade, asked once per trade. Keys point into the tables.
    std::unordered_map<std::string_view, bool> known_trades;
    // Whether a line's trade is its enterprise's, asked once per pair: "trade\nindustry".
    std::unordered_map<std::string, bool> trades_of;
};

// What is said of a row that names no enterprise.
inline constexpr std::string_view kEnterpriseCure = "the id of an enterprise";
inline constexpr std::string_view kNoEnterprise = " is not an enterprise of the inventory";
inline constexpr std::string_view kNoEnterpriseCure =
    "add it to the enterprises, or correct the id";

[[nodiscard]] TableOrigin origin_of(TableKind kind, const TableRows& rows, const RowSource& source);
// A finding about a row that was read already.
void add_finding(ReadState& state, rules::Severity severity, TableKind table, int row,
                 std::size_t field, std::string_view what, std::string cure);
// Notes where the table came from, and takes over what its source found.
void finish_table(TableKind kind, const TableRows& rows, const RowSource& source, ReadState& state);

void read_enterprises(RowSource& source, ReadState& state);

// Lines as their rows say them. They are placed with their enterprises afterwards, because they are
// read beside the other tables.
struct LinesRead {
    std::vector<Line> lines;
    std::vector<std::string_view> enterprises;  // the id in each line's row; of the source
    rules::FaultList findings;
    TableOrigin origin;
};
[[nodiscard]] LinesRead read_lines(RowSource& source, const ReadOptions& options);
void place_lines(LinesRead read, ReadState& state);

void read_measures(RowSource& source, ReadState& state);
void read_meters(RowSource& source, ReadState& state);
void read_outlets(RowSource& source, ReadState& state);
void read_area_emissions(RowSource& source, ReadState& state);
void read_dust_sites(RowSource& source, ReadState& state);
void read_transport_users(RowSource& source, ReadState& state);
void read_department_tasks(RowSource& source, ReadState& state);
void read_series(RowSource& source, ReadState& state);

// The first field of three: who keeps it, calibrated, compared. Null: all are empty.
[[nodiscard]] std::shared_ptr<const Custody> read_custody(TableRows& rows, std::size_t first);

// The enterprise a row names; kNone with a finding when there is none.
[[nodiscard]] std::uint32_t enterprise_of(TableRows& rows, std::size_t field,
                                          const ReadState& state);
[[nodiscard]] DailyEmission read_emission(TableRows& rows, std::size_t first_field,
                                          std::int64_t most_kg = kAbsurdKgPerDay);
void check_phone(TableRows& rows, std::size_t field, std::string_view phone);

// Orders lines, measures, meters and outlets by their enterprise, keeping the order of rows within.
void group_by_enterprise(ReadState& state);

}  // namespace qk::plans
