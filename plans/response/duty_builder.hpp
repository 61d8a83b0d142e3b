// Builds a DutyTable, enterprise after enterprise. Internal to plans/response; see duty_table.hpp.
#pragma once

#include <unordered_map>
#include <vector>

#include "plans/response/duty_table.hpp"

namespace qk::plans {

class DutyBuilder {
 public:
    DutyBuilder(const DeriveInput& input, std::shared_ptr<const std::vector<EnterpriseRows>> rows);
    [[nodiscard]] DutyTable build();

 private:
    // One measure that might bind the enterprise, before the strictest is chosen on each line.
    struct Item {
        std::int32_t code = 0;
        const rules::Measure* measure = nullptr;
        bool of_enterprise = false;  // see rules::is_of_enterprise()
        std::uint32_t share = 0;     // of the emission, in millionths
        DutyOrigin origin = DutyOrigin::kCatalogue;
        std::int16_t season = -1;
        std::int32_t only_line = Duty::kWhole;  // own measure of one line
        std::int16_t part = kEveryPart;         // only the lines of one trade
        bool replaces = true;                   // an own measure in the catalogue's place
        // Result, for measures of the whole enterprise.
        bool survives = false;
        std::int32_t targets = 0;
        std::int32_t last_target = Duty::kWhole;
        std::int32_t beaten = -1;  // index of the item it beat
    };
    static constexpr std::int16_t kEveryPart = -1;
    // A trade of the enterprise at hand that lines name as theirs; null: of those that name none.
    struct Part {
        const Trade* trade = nullptr;
        const CatalogueClause* clause = nullptr;
    };
    struct Cut {
        std::array<std::int64_t, kEmissionCount> microgram_shares{};  // grams x millionths
    };

    const rules::Measure* hold(rules::Measure measure);
    void index_trades_and_seasons();
    std::uint32_t standing_of(std::size_t enterprise);
    void count_users();
    Standing resolve(std::size_t enterprise, const Grade& grade, bool changed, bool exempt);
    void choose_clause(Standing& standing, const std::string& industry);
    [[nodiscard]] const CatalogueClause* clause_for(const Trade* trade,
                                                    const std::string& grade) const;
    [[nodiscard]] std::string catalogue_grade(const std::string& written) const;
    [[nodiscard]] bool is_exempt(std::size_t enterprise);
    const std::vector<const Trade*>& trades_of(const std::string& industry);

    void answer(std::size_t enterprise);
    void collect_own(std::size_t enterprise);
    void split_by_trade(std::size_t enterprise, const Standing& standing);
    // The trade a line names; null: none of the enterprise's. Names are searched for once a pair.
    [[nodiscard]] const Trade* trade_named(const Line& line, const Enterprise& enterprise);
    [[nodiscard]] std::int16_t part_of(const Trade* trade, const Standing& standing);
    void collect_base(const Standing& standing);
    // The measures of a clause; whether one of them bans vehicles.
    bool add_clause(const CatalogueClause& clause, std::int16_t part);
    [[nodiscard]] bool is_banned_trade(const Standing& standing) const;
    [[nodiscard]] bool covers_trade(const SeasonWindow& window, std::size_t enterprise,
                                    const Trade* trade, std::string_view grade);
    void collect_season(std::size_t enterprise, const Standing& standing);
    void add_item(const rules::Measure& measure, DutyOrigin origin, std::int16_t season,
                  const CatalogueClause* clause, std::int16_t part = kEveryPart);
    std::int32_t code_of(const rules::Measure& measure, const CatalogueClause* clause);
    [[nodiscard]] bool speaks_of_all(const Item& item) const;
    [[nodiscard]] bool applies(const Item& item, std::size_t line, bool with_own) const;
    void put_line(std::size_t enterprise, std::size_t line, Cut& cut);
    // The largest share on each pollutant of any of `items` in force from the start.
    [[nodiscard]] DutyTable::LineShares shares_of(std::size_t line,
                                                  const std::vector<std::size_t>& items) const;
    void add_cut(std::size_t line, const DutyTable::LineShares& shares, Cut& cut) const;
    void put_whole(std::size_t enterprise);
    void put_duty(std::size_t enterprise, const Item& item, std::int32_t line);
    void remark_deviation(std::size_t enterprise, const Cut& cut);
    [[nodiscard]] rules::VerifiedBy verified_by(std::size_t enterprise, std::int32_t line,
                                                const rules::Measure& measure) const;
    [[nodiscard]] bool has_outlet(std::size_t enterprise, std::int32_t line,
                                  std::string_view factor) const;
    void remark(DutyRemark::Kind kind, std::size_t enterprise, std::int32_t row = -1);
    [[nodiscard]] bool never_in_force(const rules::Measure& measure) const;

    const DeriveInput& input_;
    DutyTable table_;
    std::unordered_map<std::string, std::vector<const Trade*>> trades_;
    std::unordered_map<std::string, std::uint32_t> standing_index_;
    std::string standing_key_;
    std::unordered_map<std::string, const Trade*> line_trades_;  // "trade\nindustry"
    std::string line_trade_key_;
    std::vector<int> users_;  // enterprises of each standing
    std::unordered_map<const rules::Measure*, std::int32_t> codes_;
    std::unordered_map<std::string, const GradeChange*> changes_;
    std::vector<std::int16_t> active_windows_;
    std::map<std::string, int> sample_users_;    // clause trade -> enterprises
    std::map<std::string, int> unknown_trades_;  // industry as written -> enterprises
    std::vector<std::string> industries_;        // of each standing, as written
    // Of the enterprise at hand:
    std::vector<Item> items_;
    std::vector<rules::Measure> own_;
    std::vector<Part> parts_;                 // empty: one clause for all lines
    std::vector<std::int16_t> part_of_line_;  // beside its lines
    std::uint32_t first_line_ = 0;
    bool own_all_lines_ = false;
    bool own_ban_ = false;
    std::vector<std::size_t> active_;
    const rules::Measure* self_discipline_ = nullptr;
    const rules::Measure* heat_duty_ = nullptr;
    const rules::Measure* order_duty_ = nullptr;
    const rules::Measure* truck_ban_ = nullptr;
};

}  // namespace qk::plans
