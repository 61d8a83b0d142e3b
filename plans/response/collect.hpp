// The second step of derive: every measure that might bind one enterprise, each with where it comes
// from: own plan, catalogue, class, region or season. Nothing is weighed here.
#pragma once

#include <boost/container/small_vector.hpp>
#include <climits>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "plans/measures/line_words.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/classify.hpp"

namespace qk::plans {

// What is the same for everybody at the level; made once per derivation.
struct LevelMeasures {
    rules::Measure self_discipline;
    rules::Measure heat_duty;
    rules::Measure order_duty;
    std::optional<rules::Measure> truck_ban;  // empty: the region's begins at a higher level
    // Of the enterprises that the inventory lists as goods users; with the ban only.
    std::map<std::string, double, std::less<>> vehicles_per_day;
    rules::CivilDay season_day{};
    std::vector<std::int16_t> windows;  // of the season, in force on that day

    // Of a measure that names processes.
    struct Named {
        ProcessMask processes = 0;
        bool has_other_words = false;  // that name none, and are looked for as they are
    };
    const LineWords* words = nullptr;
    std::unordered_map<const rules::Measure*, Named> named;
    // Processes that the measures of a trade name at any grade and level, or knowingly spare.
    std::map<std::string, ProcessMask, std::less<>> known_to;
};
[[nodiscard]] LevelMeasures level_measures(const DeriveInput& input);

// One measure that might bind, before the strictest is chosen on each line.
struct Candidate {
    static constexpr std::int16_t kEveryPart = -1;

    const rules::Measure* measure = nullptr;
    const CatalogueClause* clause = nullptr;             // null: from no catalogue
    std::uint32_t share = 0;                             // of the emission, in millionths
    std::int32_t own_row = -1;                           // row of the own measures that says it
    std::int32_t only_line = CompactObligation::kWhole;  // own measure of one line
    std::int16_t season = -1;                            // window that says it
    std::int16_t part = kEveryPart;                      // only the lines of one part
    ObligationOrigin origin = ObligationOrigin::kCatalogue;
    bool of_enterprise = false;  // see rules::is_of_enterprise()
    bool line_unknown = false;   // own measure of a line that the inventory has not
    bool replaces = true;        // an own measure in the catalogue's place
    LevelMeasures::Named named;  // of which lines it speaks; nothing: of all
    bool is_permit = false;      // a limit of the discharge permit, among the own measures
    const TreatmentReason* reason = nullptr;  // that tightens, and says this measure
};

// The lines of the enterprise that name one trade, or none of them, and the same reasons.
struct TradePart {
    std::int16_t trade = CompactObligation::kNoTrade;
    std::int32_t reasons_of = CompactObligation::kWhole;  // a line that names them; kWhole: none
    boost::container::small_vector<const CatalogueClause*, 2> clauses;
    // By the grade that the enterprise has without the reasons of its lines: what they ask of it as
    // a whole. The same as `clauses` where the lines name none.
    boost::container::small_vector<const CatalogueClause*, 2> of_enterprise;
};

struct Candidates {
    std::vector<Candidate> all;    // own plan, then catalogue, class and region, then season
    std::vector<TradePart> parts;  // empty: one clause for all lines
    std::vector<std::int16_t>
        part_of_line;               // one per line of the enterprise, where there are parts
    bool has_line_reasons = false;  // so that parts of one trade are told apart
    bool is_relaxed = false;        // a line, by a reason of its own
    std::vector<std::unique_ptr<const rules::Measure>> own;  // that candidates point to
    // Of each line, where a candidate names processes.
    boost::container::small_vector<ProcessMask, 8> processes_of_line;
    const LineWords* words = nullptr;
    bool own_all_lines = false;           // the own plan speaks of every line
    bool own_ban = false;                 // it bans vehicles
    int response_hours = INT_MAX;         // as far as its end is known
    bool is_large_user_unproved = false;  // the ban binds, but nobody counted the trucks
    ObligationRemarks remarks;
};

// What the lines of one name and equipment are, looked at once for all enterprises. The texts lie
// in the inventory.
class KnownLines {
 public:
    [[nodiscard]] ProcessMask processes_of(const Line& line, const LineWords& words);

 private:
    using Key = std::pair<std::string_view, std::string_view>;
    struct Hash {
        std::size_t operator()(const Key& key) const;
    };
    std::unordered_map<Key, ProcessMask, Hash> known_;
};

struct CollectInput {
    const DeriveInput& derive;
    const LevelMeasures& level;
    const Classification& kind;
    const EnterpriseRows& rows;
    std::span<const std::int16_t> line_trades;  // of its lines
    std::size_t enterprise = 0;
    KnownLines* known_lines = nullptr;  // null: each by itself
};
[[nodiscard]] Candidates collect(const CollectInput& input);

}  // namespace qk::plans
