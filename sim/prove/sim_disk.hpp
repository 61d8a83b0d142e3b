// A disk in memory that knows what was synced, and forgets the rest when the power fails.
//
// It bears both what the daemon keeps: the journal, as the port daemon::Disk, and the database, by
// sim_vfs.hpp. Every change is a step (steps.hpp) at which a fault may strike.
//
// What is believed of a disk, as Linux and ext4 have it:
//   - A write reaches the disk at the next sync of its file, or at any time before, whole or in
//     part: after a power failure each of its sectors is there or not.
//   - A sync that fails has failed for good: what it was to make durable never is, and a later one
//     says nothing of it.
//   - Names (made, renamed, removed) become durable in their order: at the next sync of a folder,
//     or as many of them as the power failure lets through.
//   - When only the process dies, everything that was written is there, and still waits for a sync.
//   - A full disk takes a part of a write, and no more until there is room, which is at the next
//     start.
//
// At a death it may also be spoiled, as no disk should be: a bit of the journal is another, or the
// journal is gone. What that has taken is in spoiled().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/readings/disk.hpp"
#include "sim/model/random.hpp"
#include "sim/prove/steps.hpp"

namespace qk::sim {

class SimDisk : public daemon::Disk {
 public:
    // Planted faults of a disk, for the canaries: it says more than it does.
    struct Lies {
        bool syncs_nothing = false;      // of files that are appended to
        bool syncs_no_database = false;  // of files that are written anywhere
        bool lists_no_segments = false;  // of the journal, at the first look
    };
    // A file, whatever it is called.
    struct Change {
        bool is_cut = false;
        std::uint64_t at = 0;  // of a cut: the new length
        std::string bytes;
    };
    struct Node {
        std::string now;
        std::string durable;
        std::vector<Change> pending;                  // what `now` has and `durable` has not
        std::vector<std::unique_ptr<char[]>> shared;  // pages of SQLite's index of its log
        int shared_by = 0;
    };
    using NodePtr = std::shared_ptr<Node>;

    // Files by their path, all of them durable.
    using Image = std::map<std::string, std::string>;

    // `seed` says what a power failure leaves.
    SimDisk(Steps& steps, std::uint64_t seed);

    // What was left by the death of the process is what there is from now on.
    void restart();
    void lie(Lies lies) { lies_ = lies; }
    // Files of the journal in which a bit is another, or that are gone.
    struct Spoiled {
        bool has_rotted = false;
        std::uint64_t bytes_gone = 0;
    };
    [[nodiscard]] const Spoiled& spoiled() const { return spoiled_; }

    [[nodiscard]] Image image() const;
    // Puts these files there, before anybody looks.
    void lay(const Image& image);

    // For sim_vfs. They answer 0, or the system's number of what went wrong.
    [[nodiscard]] NodePtr find(const std::string& path) const;
    [[nodiscard]] int make(const std::string& path, NodePtr& made);
    [[nodiscard]] int unlink(const std::string& path, bool is_durable);
    [[nodiscard]] int write_at(Node& node, std::uint64_t offset, std::string_view bytes);
    [[nodiscard]] int cut_at(Node& node, std::uint64_t bytes);
    [[nodiscard]] int sync_node(Node& node, bool is_database);
    [[nodiscard]] int sync_names();

    void make_folder(const std::string& folder) override;
    [[nodiscard]] std::vector<Entry> list(const std::string& folder) override;
    [[nodiscard]] std::string read(const std::string& path, std::uint64_t offset,
                                   std::size_t bytes) override;
    [[nodiscard]] std::unique_ptr<File> open_for_append(const std::string& path) override;
    void write_whole(const std::string& path, std::string_view bytes) override;
    void cut(const std::string& path, std::uint64_t bytes) override;
    void copy(const std::string& from, const std::string& to) override;
    void rename(const std::string& from, const std::string& to) override;
    void remove(const std::string& path) override;
    void sync_folder(const std::string& folder) override;

 private:
    using Names = std::map<std::string, NodePtr>;
    struct NameChange {
        std::string removed;  // empty: none
        std::string made;     // empty: none
        NodePtr node;
    };
    class Part;

    static void apply(Names& names, const NameChange& change);
    static void apply(std::string& bytes, const Change& change);
    void change_name(NameChange change);
    [[nodiscard]] int take_name_step();
    [[nodiscard]] int change_bytes(Node& node, Change change);
    void note_death(FaultKind kind);
    void rot(Random& random);
    void lose_journal();
    [[nodiscard]] static std::string left_of(const Node& node, Random& random);
    void finish_in_hand(Node& node, Random& random) const;
    [[nodiscard]] NodePtr existing(const std::string& path) const;  // throws

    Steps& steps_;
    std::uint64_t seed_;
    std::uint64_t deaths_ = 0;
    Lies lies_;
    bool is_full_ = false;
    Names names_;
    Names durable_names_;
    std::vector<NameChange> pending_names_;
    // What a step was about to do when the process died at it.
    Node* in_hand_ = nullptr;
    const Change* change_in_hand_ = nullptr;
    struct Left {
        Names names;
        Names durable_names;
        std::vector<NameChange> pending_names;
    };
    std::optional<Left> left_;
    Spoiled spoiled_;
};

}  // namespace qk::sim
