// The editions of the reduction inventory (清单版本): immutable once stored, one of them in use.
//
// The same content is the same edition, whatever its file is called. An edition's name is the name
// it came with and the first eight digits of its content's hash, so orders that cite it cite
// exactly one content. Memory holds the edition in use, rebuilt from the database at start; others
// are read when asked for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/base/text_map.hpp"
#include "daemon/service/edition_files.hpp"
#include "daemon/store/session.hpp"
#include "plans/inventory/inventory.hpp"
#include "plans/inventory/read_inventory.hpp"
#include "plans/measures/catalogue_texts.hpp"
#include "plans/measures/season.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

class Store;
class UploadReader;
struct PreparedInventory;

// Where each id stands in an Inventory.
struct InventoryIndex {
    explicit InventoryIndex(const plans::Inventory& inventory);
    [[nodiscard]] std::optional<std::size_t> enterprise(std::string_view id) const;
    [[nodiscard]] std::optional<std::size_t> meter(std::string_view id) const;
    [[nodiscard]] std::optional<std::size_t> outlet(std::string_view id) const;
    [[nodiscard]] std::optional<std::size_t> series(std::string_view id) const;
    // By its device's MN, compared exactly; empty where two outlets have the same.
    [[nodiscard]] std::optional<std::size_t> outlet_of_mn(std::string_view mn) const;

 private:
    using Places = TextMap<std::size_t>;
    Places enterprises_;
    Places meters_;
    Places outlets_;
    Places series_;
    TextMap<std::optional<std::size_t>> outlets_of_mns_;
};

// The tables of a folder, or one workbook.
[[nodiscard]] rules::Result<InventoryFiles> read_inventory_files(const std::string& path);

// Whether sheets without a map of their own are read by the one that is kept.
enum class KeptMap { kIfItFits, kAlways, kNever };

struct InventoryUpload {
    std::string name;
    std::string person;
    rules::Instant now{};
    InventoryFiles files;
    KeptMap kept_map = KeptMap::kIfItFits;
    // By whose rules it is asked who emits and owes nothing; null: nobody asks.
    std::shared_ptr<const plans::RegionPack> pack;
    std::shared_ptr<const plans::CatalogueInForce> catalogue{};  // null: as shipped
    std::string answer;  // of the person, to everything that is open; empty: it must be answered
};
struct InventoryUploaded {
    bool is_taken = false;
    bool is_new = false;
    std::string edition;
    rules::Faults findings;
    std::string column_map;          // by which the sheets were read: "kept", "uploaded" or "none"
    std::size_t open_questions = 0;  // who emits and owes nothing, and nobody has said why
    std::string proposed_map;  // of refused sheets with names of their own: TOML, to be confirmed
};
struct KeptColumnMap {
    std::string toml;
    std::int64_t audit = 0;  // number of the entry
};

struct MapConfirmation {
    std::string person;  // account
    std::string name;    // as it stands in the map
    std::string remote;
    rules::Instant now{};
};

class InventoryRegistry {
 public:
    InventoryRegistry(Store& store, plans::ReadOptions options);

    // Brings back the edition in use from the database.
    [[nodiscard]] rules::Result<void> restore();
    // Takes in content at start-up, before anything runs; content that is stored already changes
    // nothing.
    [[nodiscard]] rules::Result<void> take_now(const InventoryFiles& files, const std::string& name,
                                               rules::Instant now);

    // Takes in an upload while the daemon runs; content that is known is put in use again. With an
    // error among the findings nothing changes. It is read by `reader`; the transaction only looks
    // whether the map is still the one that was kept, and writes.
    [[nodiscard]] boost::asio::awaitable<InventoryUploaded> take(InventoryUpload upload,
                                                                 UploadReader& reader);

    // The edition in use; an empty inventory while there is none.
    [[nodiscard]] std::shared_ptr<const plans::Inventory> current() const { return current_; }
    [[nodiscard]] std::shared_ptr<const InventoryIndex> index() const { return index_; }
    // Its season; empty windows where it came without one.
    [[nodiscard]] std::shared_ptr<const plans::SeasonPlan> season() const { return season_; }
    // A region's own names of grades, by which editions are read here.
    [[nodiscard]] const plans::GradeNames& grade_names() const { return options_.grade_names; }
    // The name of the edition in use as it is committed; empty: none was ever taken in.
    [[nodiscard]] static std::optional<std::string> edition_in_use(Session& db);
    // The column map that was confirmed last, by itself or with an edition; empty: there is none.
    [[nodiscard]] static std::optional<std::string> kept_map(Session& db);
    // Keeps a map that a person confirms; their name stands in it where no other does.
    [[nodiscard]] static rules::Result<KeptColumnMap> keep_map(Session& db, const std::string& toml,
                                                               const MapConfirmation& by);
    // An edition by the name that orders cite, read from the database.
    [[nodiscard]] rules::Result<plans::Inventory> edition(Session& db,
                                                          const std::string& name) const;

 private:
    struct Taken {
        std::int64_t number = 0;
        bool is_new = false;
        std::shared_ptr<const plans::Inventory> inventory;
        std::shared_ptr<const plans::SeasonPlan> season;
        rules::Faults faults;  // why nothing was taken
    };
    struct Origin {
        std::string name;
        std::string person;
        std::string source;
        std::string answer;
    };
    [[nodiscard]] static Taken keep(Session& db, PreparedInventory& prepared, const Origin& origin,
                                    rules::Instant now);
    void use(const Taken& taken);

    Store& store_;
    plans::ReadOptions options_;
    std::shared_ptr<const plans::Inventory> current_;
    std::shared_ptr<const InventoryIndex> index_;
    std::shared_ptr<const plans::SeasonPlan> season_;
};

}  // namespace qk::daemon
