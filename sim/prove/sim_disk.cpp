#include "sim/prove/sim_disk.hpp"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <system_error>
#include <utility>

namespace qk::sim {
namespace {

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::size_t kHeadBytes = 100;  // of a file of the journal: more than its head
constexpr std::size_t kRotsWithinBytes = 1500;

[[noreturn]] void fail(int number, const std::string& path) {
    throw std::system_error(number, std::generic_category(), path);
}

std::string parent_of(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string::npos ? "" : path.substr(0, slash);
}

void put(std::string& file, std::uint64_t at, std::string_view bytes) {
    if (file.size() < at + bytes.size()) file.resize(at + bytes.size(), '\0');
    std::copy(bytes.begin(), bytes.end(), file.begin() + static_cast<std::ptrdiff_t>(at));
}

bool is_of_journal(const std::string& path) {
    return path.find("/journal/") != std::string::npos && path.ends_with(".log") &&
           path.find("/damaged/") == std::string::npos;
}

int number_of(FaultKind fault) {
    return fault == FaultKind::kDiskFull ? ENOSPC : fault == FaultKind::kDiskError ? EIO : 0;
}

}  // namespace

// A file that is appended to.
class SimDisk::Part : public daemon::Disk::File {
 public:
    Part(SimDisk& disk, std::string path, NodePtr node)
        : disk_(disk), path_(std::move(path)), node_(std::move(node)) {}
    void append(std::string_view bytes) override {
        if (const int why = disk_.write_at(*node_, node_->now.size(), bytes)) fail(why, path_);
    }
    void sync() override {
        if (const int why = disk_.sync_node(*node_, false)) fail(why, path_);
    }

 private:
    SimDisk& disk_;
    std::string path_;
    NodePtr node_;
};

SimDisk::SimDisk(Steps& steps, std::uint64_t seed) : steps_(steps), seed_(seed) {
    steps_.on_death([this](FaultKind kind) { note_death(kind); });
}

void SimDisk::apply(std::string& bytes, const Change& change) {
    if (change.is_cut) {
        bytes.resize(change.at, '\0');
    } else {
        put(bytes, change.at, change.bytes);
    }
}

void SimDisk::apply(Names& names, const NameChange& change) {
    if (!change.removed.empty()) names.erase(change.removed);
    if (!change.made.empty()) names[change.made] = change.node;
}

// What a power failure leaves of a file.
std::string SimDisk::left_of(const Node& node, Random& random) {
    std::string left = node.durable;
    for (const Change& change : node.pending) {
        if (change.is_cut) {
            if (random.chance(0.5)) apply(left, change);
            continue;
        }
        const int fate = random.below(3);  // nothing, all, some of its sectors
        for (std::uint64_t from = 0; fate > 0 && from < change.bytes.size();) {
            const std::uint64_t sector_end =
                (change.at + from) / kSectorBytes * kSectorBytes + kSectorBytes - change.at;
            const std::uint64_t to = std::min<std::uint64_t>(sector_end, change.bytes.size());
            if (fate == 1 || random.chance(0.5)) {
                put(left, change.at + from, std::string_view(change.bytes).substr(from, to - from));
            }
            from = to;
        }
    }
    return left;
}

// The step at which the process died was done, in part, or not at all.
void SimDisk::finish_in_hand(Node& node, Random& random) const {
    const int fate = random.below(3);
    if (fate == 0) return;
    Change change = *change_in_hand_;
    if (fate == 2 && !change.is_cut && !change.bytes.empty()) {
        change.bytes.resize(
            static_cast<std::size_t>(random.below(static_cast<int>(change.bytes.size()))));
    }
    apply(node.now, change);
    node.pending.push_back(std::move(change));
}

void SimDisk::note_death(FaultKind kind) {
    const bool is_power = kind == FaultKind::kPowerFails;
    Random random(seed_of(seed_, static_cast<std::int64_t>(++deaths_)));
    // Copies, because the dead still write.
    std::map<const Node*, NodePtr> copies;
    const auto copy_of = [&](const NodePtr& node) {
        NodePtr& copy = copies[node.get()];
        if (copy) return copy;
        copy = std::make_shared<Node>();
        copy->now = node->now;
        copy->durable = node->durable;
        copy->pending = node->pending;
        if (in_hand_ == node.get()) finish_in_hand(*copy, random);
        if (!is_power) return copy;
        copy->now = left_of(*copy, random);
        copy->durable = copy->now;
        copy->pending.clear();
        return copy;
    };
    left_.emplace();
    for (const auto& [path, node] : durable_names_) left_->durable_names[path] = copy_of(node);
    for (const NameChange& change : pending_names_) {
        NodePtr node = change.node ? copy_of(change.node) : nullptr;
        left_->pending_names.push_back({change.removed, change.made, std::move(node)});
    }
    std::vector<NameChange>& pending = left_->pending_names;
    if (is_power) {
        pending.resize(
            static_cast<std::size_t>(random.below(static_cast<int>(pending.size()) + 1)));
    }
    left_->names = left_->durable_names;
    for (const NameChange& change : pending) apply(left_->names, change);
    if (kind == FaultKind::kJournalRots) rot(random);
    if (kind == FaultKind::kJournalGone) lose_journal();
    if (!is_power) return;
    left_->durable_names = left_->names;
    pending.clear();
}

// Of the newest file that holds anything, near its end: what lies before was taken in long ago.
void SimDisk::rot(Random& random) {
    for (auto entry = left_->names.rbegin(); entry != left_->names.rend(); ++entry) {
        std::string& bytes = entry->second->now;
        if (!is_of_journal(entry->first) || bytes.size() <= kHeadBytes) continue;
        const auto near = static_cast<int>(std::min(bytes.size() - kHeadBytes, kRotsWithinBytes));
        bytes[bytes.size() - 1 - static_cast<std::size_t>(random.below(near))] ^= 0x10;
        entry->second->durable = bytes;
        entry->second->pending.clear();
        spoiled_.has_rotted = true;
        return;
    }
}

void SimDisk::lose_journal() {
    for (const auto& [path, node] : Names(left_->names)) {
        if (!is_of_journal(path)) continue;
        spoiled_.bytes_gone += node->now.size();
        left_->pending_names.push_back({path, "", nullptr});
        left_->names.erase(path);
    }
}

void SimDisk::restart() {
    assert(left_ && "the process has died");
    names_ = std::move(left_->names);
    durable_names_ = std::move(left_->durable_names);
    pending_names_ = std::move(left_->pending_names);
    left_.reset();
    is_full_ = false;
}

SimDisk::Image SimDisk::image() const {
    Image image;
    for (const auto& [path, node] : names_) image[path] = node->now;
    return image;
}

void SimDisk::lay(const Image& image) {
    for (const auto& [path, bytes] : image) {
        auto node = std::make_shared<Node>();
        node->now = bytes;
        node->durable = bytes;
        durable_names_[path] = node;
    }
    names_ = durable_names_;
}

SimDisk::NodePtr SimDisk::find(const std::string& path) const {
    const auto found = names_.find(path);
    return found == names_.end() ? nullptr : found->second;
}

SimDisk::NodePtr SimDisk::existing(const std::string& path) const {
    NodePtr node = find(path);
    if (!node) fail(ENOENT, path);
    return node;
}

void SimDisk::change_name(NameChange change) {
    apply(names_, change);
    pending_names_.push_back(std::move(change));
}

// A full disk still lets a file be renamed or removed.
int SimDisk::take_name_step() {
    const auto fault = steps_.take(StepKind::kName);
    if (fault == FaultKind::kDiskFull) is_full_ = true;
    return fault == FaultKind::kDiskError ? EIO : 0;
}

int SimDisk::make(const std::string& path, NodePtr& made) {
    const int why = take_name_step();
    if (is_full_) return ENOSPC;
    if (why != 0) return why;
    made = std::make_shared<Node>();
    change_name({"", path, made});
    return 0;
}

int SimDisk::unlink(const std::string& path, bool is_durable) {
    if (!find(path)) return ENOENT;
    if (const int why = take_name_step()) return why;
    change_name({path, "", nullptr});
    return is_durable ? sync_names() : 0;
}

int SimDisk::change_bytes(Node& node, Change change) {
    in_hand_ = &node;
    change_in_hand_ = &change;
    const auto fault = steps_.take(StepKind::kWrite);
    in_hand_ = nullptr;
    change_in_hand_ = nullptr;
    const bool was_full = is_full_;
    if (fault == FaultKind::kDiskFull) is_full_ = true;
    const bool grows = !change.is_cut && change.at + change.bytes.size() > node.now.size();
    int why = fault == FaultKind::kDiskError ? EIO : 0;
    if (is_full_ && grows) why = ENOSPC;
    if (why != 0 && (change.is_cut || was_full)) return why;
    // A part of it was taken.
    if (why != 0) change.bytes.resize(change.bytes.size() / 2);
    apply(node.now, change);
    node.pending.push_back(std::move(change));
    return why;
}

int SimDisk::write_at(Node& node, std::uint64_t offset, std::string_view bytes) {
    return change_bytes(node, Change{false, offset, std::string(bytes)});
}

int SimDisk::cut_at(Node& node, std::uint64_t bytes) {
    return change_bytes(node, Change{true, bytes, {}});
}

int SimDisk::sync_node(Node& node, bool is_database) {
    const auto fault = steps_.take(StepKind::kSync);
    if (fault && number_of(*fault) != 0) {
        if (*fault == FaultKind::kDiskFull) is_full_ = true;
        node.pending.clear();
        return number_of(*fault);
    }
    if (is_database ? lies_.syncs_no_database : lies_.syncs_nothing) return 0;
    for (const Change& change : node.pending) apply(node.durable, change);
    node.pending.clear();
    return 0;
}

int SimDisk::sync_names() {
    if (const int why = take_name_step()) return why;
    for (const NameChange& change : pending_names_) apply(durable_names_, change);
    pending_names_.clear();
    return 0;
}

// Folders are there because something lies in them.
void SimDisk::make_folder(const std::string&) {}

std::vector<daemon::Disk::Entry> SimDisk::list(const std::string& folder) {
    std::vector<Entry> entries;
    for (const auto& [path, node] : names_) {
        if (parent_of(path) != folder) continue;
        Entry entry;
        entry.name = path.substr(folder.size() + 1);
        entry.bytes = node->now.size();
        entry.is_file = true;
        if (lies_.lists_no_segments && entry.name.ends_with(".log")) continue;
        entries.push_back(std::move(entry));
    }
    return entries;
}

std::string SimDisk::read(const std::string& path, std::uint64_t offset, std::size_t bytes) {
    const NodePtr node = existing(path);
    return offset >= node->now.size() ? "" : node->now.substr(offset, bytes);
}

std::unique_ptr<daemon::Disk::File> SimDisk::open_for_append(const std::string& path) {
    NodePtr node = find(path);
    if (!node) {
        if (const int why = make(path, node)) fail(why, path);
    }
    return std::make_unique<Part>(*this, path, std::move(node));
}

void SimDisk::write_whole(const std::string& path, std::string_view bytes) {
    const std::string draft = path + ".new";
    NodePtr node = find(draft);
    int why = node ? cut_at(*node, 0) : make(draft, node);
    if (why == 0) why = write_at(*node, 0, bytes);
    if (why == 0) why = sync_node(*node, false);
    if (why != 0) fail(why, draft);
    rename(draft, path);
    sync_folder(parent_of(path));
}

void SimDisk::cut(const std::string& path, std::uint64_t bytes) {
    const NodePtr node = existing(path);
    int why = cut_at(*node, bytes);
    if (why == 0) why = sync_node(*node, false);
    if (why != 0) fail(why, path);
}

void SimDisk::copy(const std::string& from, const std::string& to) {
    write_whole(to, existing(from)->now);
}

void SimDisk::rename(const std::string& from, const std::string& to) {
    NodePtr node = existing(from);
    if (const int why = take_name_step()) fail(why, from);
    change_name({from, to, std::move(node)});
}

void SimDisk::remove(const std::string& path) {
    if (const int why = unlink(path, false)) fail(why, path);
}

void SimDisk::sync_folder(const std::string& folder) {
    if (const int why = sync_names()) fail(why, folder);
}

}  // namespace qk::sim
