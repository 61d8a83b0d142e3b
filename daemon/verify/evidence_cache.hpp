// What the instruments of the enterprises under orders recorded, kept in memory while their windows
// are open: baselines once per enterprise and warning, readings as they arrive.
//
// A refresh reads the tables by time, in one pass for all enterprises: what arrived since the last
// refresh for those that are known, the whole look-back for those that are new. Readings that arrive
// later than kLateAllowance are seen when the enterprise is loaded anew (forget()). Memory: 48 B a
// reading, of open windows only. Used on the store's thread alone.
#pragma once

#include <SQLiteCpp/Database.h>

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "rules/proof/evidence.hpp"
#include "rules/proof/parameters.hpp"

namespace qk::daemon {

inline constexpr std::chrono::hours kLateAllowance{3};
// A message is stored at most so long after it arrived; what arrived within it before the last
// refresh is looked at again.
inline constexpr std::chrono::minutes kStoredWithin{15};

struct EvidenceSetting {
    const plans::Inventory& inventory;
    const rules::JudgingParameters& parameters;
    rules::Zone zone;
    rules::Instant now{};
};

class EvidenceCache {
 public:
    // `from` of each enterprise: the start of its earliest window of the present warning.
    // Enterprises not named are dropped.
    void refresh(SQLite::Database& db, const EvidenceSetting& setting,
                 const std::map<std::string, rules::Instant>& from);
    [[nodiscard]] const rules::Evidence* find(const std::string& enterprise) const;
    // Whether anything of the enterprise arrived with the last refresh.
    [[nodiscard]] bool has_news(const std::string& enterprise) const;
    void forget(const std::string& enterprise) { tracks_.erase(enterprise); }
    void clear() { tracks_.clear(); }
    [[nodiscard]] std::size_t readings() const;

 private:
    struct Track {
        rules::Evidence evidence;
        std::vector<rules::PowerSeries> series;  // of all meters, from some hours before the window
        rules::Instant from{};
        bool has_news = true;
    };
    // Finds by a view of a text, so that a row costs no string.
    struct HashText {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    template <class Value>
    using ByName = std::unordered_map<std::string, Value, HashText, std::equal_to<>>;
    using MeterPlaces = ByName<std::pair<Track*, std::size_t>>;
    struct OutletPlace {
        Track* track = nullptr;
        std::string line;
    };
    // Whose rows are wanted, and since when they have arrived.
    struct Piece {
        rules::Instant since = rules::Instant::min();
        MeterPlaces meters;
        ByName<OutletPlace> outlets;
        ByName<Track*> gates;
    };

    void make_tracks(const EvidenceSetting& setting,
                     const std::map<std::string, rules::Instant>& fresh);
    void name_instruments(const EvidenceSetting& setting,
                          const std::map<std::string, rules::Instant>& fresh, Piece& known,
                          Piece& added);
    static void read_power(SQLite::Database& db, const Piece& piece, const rules::Span& span);
    static void read_stacks(SQLite::Database& db, const Piece& piece, const rules::Span& span);
    static void read_gates(SQLite::Database& db, const Piece& piece, const rules::Span& span);
    static void set_baselines(const EvidenceSetting& setting,
                              const std::vector<rules::Span>& warnings, Track& track);
    static void renew(Track& track);

    std::map<std::string, Track> tracks_;
    rules::Instant seen_to_{};
};

}  // namespace qk::daemon
