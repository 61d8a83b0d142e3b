// What the instruments of the enterprises under orders recorded, kept in memory while their windows
// are open: baselines once per enterprise and warning or season, readings as they arrive.
//
// A refresh reads the tables by time, in one pass for all enterprises: what arrived since the last
// refresh for those that are known, the whole look-back for those that are new; where these are few
// their meters are sought. Readings that arrive later than kLateAllowance are seen when the
// enterprise is loaded anew. Memory: 48 B a reading, of open windows only. Used by one pass of the
// judge at a time.
#pragma once

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/compliance/evidence.hpp"
#include "rules/compliance/parameters.hpp"

namespace qk::daemon {

inline constexpr std::chrono::hours kLateAllowance{3};
// Kept before a window: treatment that was cut early is told from when production stopped.
inline constexpr std::chrono::hours kBeforeWindow{13};
// A message is stored at most so long after it arrived; what arrived within it before the last
// refresh is looked at again.
inline constexpr std::chrono::minutes kStoredWithin{15};

struct EvidenceSetting {
    const plans::Inventory& inventory;
    const rules::JudgingParameters& parameters;
    rules::Zone zone;
    rules::Instant now{};
};

// What is wanted of an enterprise: readings from the start of its earliest open window, and its
// baseline of the days before it was first bound. In a season the two are months apart.
struct EvidenceStart {
    rules::Instant from{};
    rules::Instant bound_since{};

    EvidenceStart(rules::Instant start) : from(start), bound_since(start) {}
    EvidenceStart(rules::Instant start, rules::Instant bound) : from(start), bound_since(bound) {}
};
using EvidenceStarts = std::map<std::string, EvidenceStart>;

class EvidenceCache {
 public:
    // Enterprises not named are dropped; a later `from` lets go of what lies before it.
    void refresh(Session& db, const EvidenceSetting& setting, const EvidenceStarts& starts);
    [[nodiscard]] const rules::Evidence* find(const std::string& enterprise) const;
    // Whether anything of the enterprise arrived with the last refresh.
    [[nodiscard]] bool has_news(const std::string& enterprise) const;
    // When fewer than half of the plants were heard, in whole hours. All of the span where too few
    // are known to tell.
    [[nodiscard]] std::vector<rules::Span> unheard(const rules::Span& span) const;
    [[nodiscard]] std::size_t readings() const;

 private:
    struct Track {
        rules::Evidence evidence;
        std::vector<rules::PowerSeries> series;  // of all meters, from some hours before the window
        EvidenceStart start{rules::Instant{}};
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

    // Of enterprises that are new: of a warning, whose readings go on from the baseline, and of a
    // season, where they do not.
    struct Fresh {
        EvidenceStarts starts;
        Piece piece;
    };

    void make_tracks(const EvidenceSetting& setting, const EvidenceStarts& fresh);
    void name_instruments(const EvidenceSetting& setting, Piece& known, Fresh& of_warning,
                          Fresh& of_season);
    void load_fresh(Session& db, const EvidenceSetting& setting, const Fresh& fresh);
    static void read_others(Session& db, const Piece& piece, const rules::Span& stacks,
                            const rules::Span& gates);
    [[nodiscard]] static rules::Instant stacks_from(const Track& track);
    static void move_on(Track& track, const EvidenceStart& start);
    static void read_power(Session& db, const Piece& piece, const rules::Span& span);
    static void read_new_power(Session& db, const Piece& piece, const rules::Span& span,
                               std::size_t all_meters);
    static void read_stacks(Session& db, const Piece& piece, const rules::Span& span);
    static void read_gates(Session& db, const Piece& piece, const rules::Span& span);
    static void set_baselines(const EvidenceSetting& setting,
                              const std::vector<rules::Span>& warnings, Track& track);
    static void renew(Track& track);

    std::map<std::string, Track> tracks_;
    rules::Instant seen_to_{};
};

}  // namespace qk::daemon
