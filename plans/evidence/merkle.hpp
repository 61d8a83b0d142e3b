// A Merkle tree over the audit log (RFC 9162, section 2.1): its root is signed with each head, so
// that one entry can be proved to stand in the log by some twenty hashes, without any other entry.
//
// Leaves are the hashes of entries in their order; a place is counted from 0. All hashes are 64
// lower-case hex digits. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qk::plans {

// A tree that grows at its end and remembers no more than the roots of its full parts: enough for
// its root, and to go on later.
class MerkleFrontier {
 public:
    MerkleFrontier() = default;
    // As text() wrote it; empty where it is not that.
    [[nodiscard]] static std::optional<MerkleFrontier> from_text(std::string_view text);

    // `entry`: 64 hex digits.
    void add(std::string_view entry);
    [[nodiscard]] std::int64_t size() const { return size_; }
    [[nodiscard]] std::string root() const;
    [[nodiscard]] std::string text() const;

 private:
    std::int64_t size_ = 0;
    std::vector<std::string> full_;  // 32 bytes each, the largest part first
};

// The root of the whole. Of nothing: SHA-256 of nothing.
[[nodiscard]] std::string merkle_root(const std::vector<std::string>& entries);
// The hashes beside the way from the entry at `place` to the root, from below.
[[nodiscard]] std::vector<std::string> merkle_path(const std::vector<std::string>& entries,
                                                   std::size_t place);
// Whether the path leads from the entry to the root of a tree of `size` entries.
[[nodiscard]] bool leads_to_root(std::string_view entry, std::int64_t place, std::int64_t size,
                                 const std::vector<std::string>& path, std::string_view root);

}  // namespace qk::plans
