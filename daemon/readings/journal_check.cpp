#include "daemon/readings/journal_check.hpp"
#include "daemon/base/canary.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <set>
#include <system_error>

namespace qk::daemon {
namespace {

using Kind = JournalFinding::Kind;

// Beside the segments: see journal.hpp, quarantine.hpp and attempt.hpp.
const std::set<std::string> kOwnNames{"key",     "key.new",    "lock", "attempt",
                                      "damaged", "quarantine", "retry"};

JournalKey random_key() {
    JournalKey key;
    if (::getrandom(key.data(), key.size(), 0) != static_cast<ssize_t>(key.size())) {
        throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    return key;
}

// "0000000003.log", or "0000000003.log.1" where that is taken.
std::string numbered(const std::string& name, int copy) {
    return copy == 0 ? name : fmt::format("{}.{}", name, copy);
}

bool is_taken(const std::vector<Disk::Entry>& taken, const std::string& name) {
    return std::ranges::find(taken, name, &Disk::Entry::name) != taken.end();
}

// So that nothing that was put aside before is overwritten.
std::string free_path(const std::vector<Disk::Entry>& taken, const std::string& folder,
                      const std::string& name) {
    int copy = 0;
    while (is_taken(taken, numbered(name, copy))) ++copy;
    return folder + "/" + numbered(name, copy);
}

// Counts what sequence numbers say is missing, and settles the findings that lie between two of
// them.
class LossCounter {
 public:
    LossCounter(std::vector<JournalFinding>& findings, std::uint64_t expected)
        : findings_(findings), expected_(expected) {}

    void add(JournalFinding finding, JournalFormat format) {
        open_.push_back({findings_.size(), format == JournalFormat::kTwo});
        findings_.push_back(std::move(finding));
    }
    // The next record that is there has this number.
    void learn(std::uint64_t sequence, const std::string& file) {
        const std::uint64_t lost = expected_ > 0 && sequence > expected_ ? sequence - expected_ : 0;
        if (open_.empty() && lost > 0) {
            findings_.push_back({Kind::kMissing, file, 0, 0, lost, true, {}});
        }
        for (std::size_t i = 0; i < open_.size() && expected_ > 0; ++i) {
            // Records of format 1 have no numbers, so that none missing says nothing of them.
            if (lost == 0 && !open_[i].has_sequences) continue;
            findings_[open_[i].place].records = i == 0 ? lost : 0;
            findings_[open_[i].place].is_exact = true;
        }
        open_.clear();
        expected_ = sequence;
    }
    void count() { ++expected_; }
    [[nodiscard]] std::uint64_t expected() const { return expected_; }

 private:
    std::vector<JournalFinding>& findings_;
    struct Open {
        std::size_t place = 0;
        bool has_sequences = false;
    };
    std::vector<Open> open_;
    std::uint64_t expected_;  // sequence of the next record; 0: not known
};

class Checker {
 public:
    Checker(Disk& disk, const std::string& folder, JournalPlace consumed)
        : disk_(disk), folder_(folder), consumed_(consumed) {}

    JournalCheck run() {
        list();
        find_key();
        put_right();
        for (auto& [number, file] : check_.segments) find_format(disk_, file, check_.key);
        drop_unborn();
        find_start();
        scan();
        keep_and_cut();
        return std::move(check_);
    }

 private:
    [[nodiscard]] std::string path_of(const std::string& name) const {
        return folder_ + "/" + name;
    }
    [[nodiscard]] bool has(std::uint64_t number) const { return check_.segments.contains(number); }

    // Under its own name, or with a number behind it. Says where it lies now.
    [[nodiscard]] std::string move_aside(const std::string& name) {
        const std::string aside = path_of("damaged");
        disk_.make_folder(aside);
        std::string kept = free_path(disk_.list(aside), aside, name);
        disk_.rename(path_of(name), kept);
        disk_.sync_folder(folder_);
        return kept;
    }

    void list() {
        std::vector<std::string> foreign;
        for (const Disk::Entry& entry : disk_.list(folder_)) {
            const auto number = segment_number(entry.name);
            if (number && entry.is_file && entry.bytes > kSegmentBytesMost) {
                std::string kept = move_aside(entry.name);
                check_.findings.push_back({Kind::kTooLong, path_of(entry.name), 0, entry.bytes, 0,
                                           false, std::move(kept)});
                continue;
            }
            if (number) check_.highest_number = std::max(check_.highest_number, *number);
            if (number && entry.is_file) {
                SegmentFile file;
                file.number = *number;
                file.path = path_of(entry.name);
                file.bytes = entry.bytes;
                check_.segments[*number] = std::move(file);
            } else if (!kOwnNames.contains(entry.name)) {
                foreign.push_back(entry.name);
            }
        }
        if (foreign.empty()) return;
        std::string names = path_of(foreign.front());
        if (foreign.size() > 1) names += fmt::format(" (+{})", foreign.size() - 1);
        check_.findings.push_back({Kind::kForeign, std::move(names), 0, 0, 0, true, {}});
    }

    [[nodiscard]] std::optional<SegmentHead> head_of(const std::string& path) {
        return read_segment_head(disk_.read(path, 0, kSegmentHeadBytes));
    }

    void find_key() {
        std::optional<SegmentHead> head;
        for (const Disk::Entry& entry : disk_.list(folder_)) {
            if (entry.name == "key" && entry.is_file) head = head_of(path_of("key"));
        }
        const bool is_kept = head.has_value();
        for (const auto& [number, file] : check_.segments) {
            if (!head) head = head_of(file.path);
        }
        check_.key = head ? head->key : random_key();
        if (is_kept) return;
        SegmentHead kept;
        kept.key = check_.key;
        disk_.write_whole(path_of("key"), to_bytes(kept));
    }

    // A segment that bears another's name gets its own back, or is put aside where that is taken.
    void put_right() {
        std::vector<SegmentFile> misnamed;
        for (const auto& [number, file] : check_.segments) {
            const auto head = head_of(file.path);
            if (head && head->number != number) misnamed.push_back(file);
        }
        for (const SegmentFile& file : misnamed) {
            check_.segments.erase(file.number);
            const std::uint64_t number = head_of(file.path)->number;
            const std::string right = path_of(segment_name(number));
            std::string kept = right;
            if (has(number) || number == 0 || number > kSegmentNumberMax) {
                kept = move_aside(segment_name(file.number));
            } else {
                disk_.rename(file.path, right);
                SegmentFile moved = file;
                moved.number = number;
                moved.path = right;
                check_.segments[number] = std::move(moved);
                check_.highest_number = std::max(check_.highest_number, number);
            }
            disk_.sync_folder(folder_);
            check_.findings.push_back({Kind::kForeign, file.path, 0, 0, 0, true, std::move(kept)});
        }
    }

    // The newest segment was being made when the process died: no record was ever in it.
    void drop_unborn() {
        if (check_.segments.empty()) return;
        const SegmentFile& newest = check_.segments.rbegin()->second;
        if (newest.bytes >= kSegmentHeadBytes) return;
        const std::string start = disk_.read(newest.path, 0, kSegmentHeadBytes);
        SegmentHead head;
        const std::string mark = to_bytes(head).substr(0, 8);
        const std::size_t marked = std::min(start.size(), mark.size());
        if (start.substr(0, marked) != mark.substr(0, marked)) return;
        disk_.remove(newest.path);
        check_.segments.erase(newest.number);
    }

    [[nodiscard]] bool is_boundary(const SegmentFile& file) {
        if (consumed_.offset > file.bytes) return false;
        if (consumed_.offset == 0 || planted(Canary::kPlaceNotChecked)) return true;
        const bool has_head = file.format == JournalFormat::kTwo;
        if (has_head && consumed_.offset == kSegmentHeadBytes) return true;
        SegmentReader reader(disk_, file, 0);
        for (;;) {
            const SegmentReader::Item item = reader.next();
            if (item.kind == SegmentReader::Kind::kEnd || item.from > consumed_.offset)
                return false;
            if (item.kind != SegmentReader::Kind::kRecord) continue;
            if (item.from == consumed_.offset) return true;
            if (item.to != consumed_.offset) continue;
            // A file of the same name with other records in it is not the one that was taken in.
            const bool is_known = item.record.sequence > 0 && consumed_.sequence > 0;
            return !is_known || item.record.sequence == consumed_.sequence;
        }
    }

    void find_start() {
        check_.start = consumed_;
        const auto& segments = check_.segments;
        const bool is_fresh = consumed_ == JournalPlace{};
        if (segments.empty()) {
            if (consumed_.offset > kSegmentHeadBytes) lose_place(consumed_);
            return;
        }
        if (has(consumed_.segment)) {
            if (is_boundary(segments.at(consumed_.segment))) return;
            lose_place({consumed_.segment, 0, 0});
        } else if (is_fresh) {
            check_.start = {segments.begin()->first, 0, 0};
        } else {
            const auto later = segments.upper_bound(consumed_.segment);
            const auto from = later == segments.end() ? segments.begin() : later;
            // What the sequence numbers show to be whole needs no word.
            const bool is_whole = later != segments.end() && consumed_.sequence > 0 &&
                                  from->second.first_sequence == consumed_.sequence + 1;
            const JournalPlace start{from->first, 0,
                                     later == segments.end() ? 0 : consumed_.sequence};
            check_.start = start;
            if (!is_whole) lose_place(start);
        }
    }

    void lose_place(JournalPlace start) {
        check_.start = start;
        check_.findings.push_back({Kind::kPlaceLost,
                                   path_of(segment_name(consumed_.segment)),
                                   consumed_.offset,
                                   0,
                                   0,
                                   true,
                                   {}});
    }

    void scan() {
        const bool is_fresh = consumed_ == JournalPlace{};
        std::uint64_t expected = check_.start.sequence > 0 ? check_.start.sequence + 1 : 0;
        if (is_fresh) expected = 1;
        LossCounter losses(check_.findings, expected);
        std::uint64_t before = 0;
        for (auto& [number, file] : check_.segments) {
            if (number < check_.start.segment) continue;
            if (before > 0 && number > before + 1) note_gap(losses, before, file);
            before = number;
            const bool is_first = number == check_.start.segment;
            const std::uint64_t from = is_first ? check_.start.offset : 0;
            if (from <= kSegmentHeadBytes && file.first_sequence > 0) {
                losses.learn(file.first_sequence, file.path);
            }
            scan_segment(losses, file, from);
        }
        check_.next_sequence =
            std::max<std::uint64_t>({losses.expected(), consumed_.sequence + 1, 1});
    }

    void note_gap(LossCounter& losses, std::uint64_t before, const SegmentFile& file) {
        // Numbers without sequences cannot tell whether anything was in the files that are gone.
        if (file.first_sequence > 0 && losses.expected() > 0) {
            if (file.first_sequence == losses.expected()) return;
            losses.add({Kind::kMissing, path_of(segment_name(before + 1)), 0, 0, 0, false, {}},
                       JournalFormat::kTwo);
            return;
        }
        check_.findings.push_back(
            {Kind::kMissing, path_of(segment_name(before + 1)), 0, 0, 1, false, {}});
    }

    void scan_segment(LossCounter& losses, SegmentFile& file, std::uint64_t from) {
        const bool is_newest = file.number == check_.segments.rbegin()->first;
        SegmentReader reader(disk_, file, from);
        for (;;) {
            const SegmentReader::Item item = reader.next();
            if (item.kind == SegmentReader::Kind::kEnd) return;
            if (item.kind == SegmentReader::Kind::kRecord) {
                ++check_.waiting;
                if (item.record.sequence == 0) continue;
                losses.learn(item.record.sequence, file.path);
                losses.count();
                continue;
            }
            JournalFinding finding{Kind::kDamaged, file.path, item.from, item.to - item.from, 1,
                                   false,          {}};
            const bool is_zeros = item.kind == SegmentReader::Kind::kZeros;
            const bool is_torn = item.kind == SegmentReader::Kind::kTorn;
            if (is_newest && (is_zeros || is_torn || planted(Canary::kDamageCutAsTail))) {
                finding.kind = is_zeros ? Kind::kZeros : Kind::kTorn;
                finding.records = 0;
                finding.is_exact = true;
                check_.findings.push_back(std::move(finding));
                cut_ = item.from;
                return;
            }
            losses.add(std::move(finding), file.format);
        }
    }

    void keep_and_cut() {
        for (JournalFinding& finding : check_.findings) {
            if (finding.kind != Kind::kDamaged) continue;
            for (const auto& [number, file] : check_.segments) {
                if (file.path == finding.file) finding.kept = keep_damaged(disk_, folder_, file);
            }
        }
        if (!cut_) return;
        SegmentFile& newest = check_.segments.rbegin()->second;
        disk_.cut(newest.path, *cut_);
        newest.bytes = *cut_;
    }

    Disk& disk_;
    std::string folder_;
    JournalPlace consumed_;
    JournalCheck check_;
    std::optional<std::uint64_t> cut_;
};

}  // namespace

std::string segment_name(std::uint64_t number) { return fmt::format("{:010}.log", number); }

std::optional<std::uint64_t> segment_number(const std::string& name) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error != std::errc{} || number == 0 || number > kSegmentNumberMax) return std::nullopt;
    return segment_name(number) == name ? std::optional(number) : std::nullopt;
}

std::string keep_damaged(Disk& disk, const std::string& folder, const SegmentFile& file) {
    const std::string aside = folder + "/damaged";
    disk.make_folder(aside);
    const auto kept = disk.list(aside);
    const std::string name = segment_name(file.number);
    for (int copy = 0;; ++copy) {
        const std::string tried = numbered(name, copy);
        const auto found = std::ranges::find(kept, tried, &Disk::Entry::name);
        if (found == kept.end()) {
            if (kept.size() >= kDamagedFilesMax) return {};
            disk.copy(file.path, aside + "/" + tried);
            return aside + "/" + tried;
        }
        if (found->bytes == file.bytes) return aside + "/" + tried;
    }
}

JournalCheck check_journal(Disk& disk, const std::string& folder, JournalPlace consumed) {
    return Checker(disk, folder, consumed).run();
}

}  // namespace qk::daemon
