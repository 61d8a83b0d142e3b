#include "plans/evidence/merkle.hpp"

#include <bit>
#include <charconv>

#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kHashBytes = 32;

// The first byte keeps a leaf from being taken for a node (RFC 9162, 2.1.1).
std::string leaf_of(std::string_view entry) {
    std::string bytes(1, '\0');
    bytes += from_hex(entry, kHashBytes).value_or(std::string());
    return sha256_bytes(bytes);
}

std::string node_of(std::string_view left, std::string_view right) {
    std::string bytes(1, '\1');
    bytes += left;
    bytes += right;
    return sha256_bytes(bytes);
}

// The largest power of two below `size`, which is at least 2.
std::size_t left_of(std::size_t size) { return std::bit_floor(size - 1); }

std::string root_between(const std::vector<std::string>& entries, std::size_t from,
                         std::size_t to) {
    MerkleFrontier part;
    for (std::size_t i = from; i < to; ++i) part.add(entries[i]);
    return from_hex(part.root(), kHashBytes).value();
}

}  // namespace

std::optional<MerkleFrontier> MerkleFrontier::from_text(std::string_view text) {
    MerkleFrontier frontier;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), frontier.size_);
    if (error != std::errc{} || frontier.size_ < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (!text.empty()) {
        const auto bytes = from_hex(text.substr(1, 2 * kHashBytes), kHashBytes);
        if (text.front() != ' ' || !bytes) return std::nullopt;
        frontier.full_.push_back(*bytes);
        text.remove_prefix(1 + 2 * kHashBytes);
    }
    const auto parts = std::popcount(static_cast<std::uint64_t>(frontier.size_));
    if (frontier.full_.size() != static_cast<std::size_t>(parts)) return std::nullopt;
    return frontier;
}

void MerkleFrontier::add(std::string_view entry) {
    std::string last = leaf_of(entry);
    // Each full part that is as large as the new one is joined with it, as a carry is.
    for (std::int64_t rest = size_; (rest & 1) != 0; rest >>= 1) {
        last = node_of(full_.back(), last);
        full_.pop_back();
    }
    full_.push_back(std::move(last));
    ++size_;
}

std::string MerkleFrontier::root() const {
    if (full_.empty()) return sha256_hex("");
    std::string root = full_.back();
    for (auto part = full_.rbegin() + 1; part != full_.rend(); ++part) root = node_of(*part, root);
    return to_hex(root);
}

std::string MerkleFrontier::text() const {
    std::string text = std::to_string(size_);
    for (const std::string& part : full_) text += " " + to_hex(part);
    return text;
}

std::string merkle_root(const std::vector<std::string>& entries) {
    MerkleFrontier whole;
    for (const std::string& entry : entries) whole.add(entry);
    return whole.root();
}

std::vector<std::string> merkle_path(const std::vector<std::string>& entries, std::size_t place) {
    std::vector<std::string> path;  // from the root down
    std::size_t from = 0;
    std::size_t to = entries.size();
    while (to - from > 1) {
        const std::size_t middle = from + left_of(to - from);
        if (place < middle) {
            path.push_back(to_hex(root_between(entries, middle, to)));
            to = middle;
        } else {
            path.push_back(to_hex(root_between(entries, from, middle)));
            from = middle;
        }
    }
    return {path.rbegin(), path.rend()};
}

bool leads_to_root(std::string_view entry, std::int64_t place, std::int64_t size,
                   const std::vector<std::string>& path, std::string_view root) {
    if (place < 0 || place >= size || !from_hex(entry, kHashBytes)) return false;
    std::string reached = leaf_of(entry);
    std::int64_t at = place;
    std::int64_t last = size - 1;
    for (const std::string& text : path) {  // RFC 9162, 2.1.3.2
        const auto beside = from_hex(text, kHashBytes);
        if (!beside || last == 0) return false;
        if ((at & 1) != 0 || at == last) {
            reached = node_of(*beside, reached);
            while ((at & 1) == 0 && at != 0) {
                at >>= 1;
                last >>= 1;
            }
        } else {
            reached = node_of(reached, *beside);
        }
        at >>= 1;
        last >>= 1;
    }
    return last == 0 && to_hex(reached) == root;
}

}  // namespace qk::plans
