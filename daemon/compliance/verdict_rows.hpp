// Verdicts in the database: the latest version of each window, and every version before it.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/compliance/obligation_windows.hpp"
#include "daemon/store/session.hpp"
#include "rules/compliance/parameters.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::daemon {

struct StoredVerdict {
    std::int64_t number = 0;
    int version = 0;
    bool is_latest = true;
    bool is_final = false;
    std::string enterprise;
    std::string warning;
    std::string line;
    rules::Action action = rules::Action::kStop;
    double ratio = 0;
    std::int64_t revision = 0;
    rules::Instant judged_at{};
    rules::Instant first_at{};  // when this version was first found
    int judge_edition = 0;
    std::string parameters;        // where the numbers came from
    rules::Instant window_from{};  // of the obligation; that of the verdict may begin later
    rules::Verdict verdict;
};

enum class VerdictChange { kNew, kChanged, kExtended, kNone };

struct PutVerdict {
    VerdictChange change = VerdictChange::kNone;
    std::int64_t number = 0;
    std::optional<rules::Compliance> before;
};

// What is known of a window's rows, so that they need not be read again while nobody else writes
// them.
struct KnownVerdict {
    bool is_read = false;  // what the rows say is in here
    std::int64_t number = 0;
    int version = 0;  // 0: none
    bool is_final = false;
    rules::Compliance compliance = rules::Compliance::kCannotTell;
    std::string version_key;
    std::size_t body_hash = 0;
    std::string not_judged;  // the reason stored last
};

// Stores verdicts within one transaction; its statements are prepared once, since preparing one
// costs more than a row.
class VerdictWriter {
 public:
    explicit VerdictWriter(Session& db);

    // Stores what was found of a window: a new version when compliance, findings or finality
    // changed, else the latest version is extended. `known` is brought up to date.
    PutVerdict put(const ObligationWindow& window, const rules::Verdict& verdict,
                   const rules::JudgingParameters& parameters, bool is_final, rules::Instant now,
                   rules::Zone zone, KnownVerdict& known);
    void put_not_judged(const ObligationWindow& window, const std::string& reason, bool is_final,
                        rules::Instant now, KnownVerdict& known);

 private:
    void read_latest(const ObligationWindow& window, rules::Zone zone, KnownVerdict& known);
    void extend(const rules::Verdict& verdict, const std::string& body, rules::Instant now,
                const KnownVerdict& known);
    void insert(const ObligationWindow& window, const rules::Verdict& verdict,
                const rules::JudgingParameters& parameters, const std::string& body,
                rules::Instant now, const KnownVerdict& known);

    Session& db_;
    Statement latest_;
    Statement extend_;
    Statement retire_;
    Statement insert_;
    Statement not_judged_;
};
// Whether the last word about a window has been said: a final verdict, or at `final_from` or later
// that no instrument shows it. Nobody looks at such a window again, and loads what its plant
// recorded for it.
[[nodiscard]] bool is_settled(Session& db, const ObligationWindow& window,
                              rules::Instant final_from);

struct VerdictQuery {
    std::string warning;
    std::string enterprise;
    std::string obligation;
    std::string compliance;
    std::string region_prefix;  // what the codes of the counties begin with
    bool all_versions = false;
    std::size_t offset = 0;
    std::size_t limit = 100;
    // Only those behind this one, in the order of the list.
    struct Place {
        std::string enterprise;
        std::string obligation;
        rules::Instant window_from{};
        std::int64_t version = 0;
    };
    std::optional<Place> after{};
};
[[nodiscard]] std::vector<StoredVerdict> list_verdicts(Session& db, const VerdictQuery& query,
                                                       rules::Zone zone);
[[nodiscard]] std::size_t count_verdicts(Session& db, const VerdictQuery& query);
// Of whatever version. None: no verdict has the number, or it cannot be read any more.
[[nodiscard]] std::optional<StoredVerdict> load_verdict(Session& db, std::int64_t number,
                                                        rules::Zone zone);
[[nodiscard]] std::size_t count_not_judged(Session& db, const std::string& warning,
                                           const std::string& region_prefix = {});

[[nodiscard]] boost::json::value to_json(const StoredVerdict& stored, rules::Zone zone);

}  // namespace qk::daemon
