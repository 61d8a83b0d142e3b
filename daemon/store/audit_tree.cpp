#include "daemon/store/audit_tree.hpp"

#include <cstdint>
#include <map>
#include <string>

#include "daemon/store/audit.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kSelectHashes =
    "SELECT number, hash FROM audit WHERE number>?1 AND number<=?2 ORDER BY number";

// What the tree of that head needs to go on; empty where it is not the one that was signed.
std::optional<plans::MerkleFrontier> tree_of(Session& db, const plans::AuditHead& head) {
    if (head.root.empty()) return std::nullopt;
    Statement rows(db, "SELECT tree FROM audit_heads WHERE number=?1 AND root=?2", head.number,
                   head.root);
    while (rows.next()) {
        auto tree = plans::MerkleFrontier::from_text(rows.view(0));
        if (tree && tree->size() == head.size && tree->root() == head.root) return tree;
    }
    return std::nullopt;
}

}  // namespace

plans::MerkleFrontier audit_tree(Session& db, std::int64_t number,
                                 const std::optional<plans::AuditHead>& before) {
    std::optional<plans::MerkleFrontier> known;
    if (before && before->number <= number) known = tree_of(db, *before);
    plans::MerkleFrontier tree = known.value_or(plans::MerkleFrontier{});
    Statement rows(db, kSelectHashes, known ? before->number : 0, number);
    while (rows.next()) tree.add(rows.view(1));
    return tree;
}

std::vector<plans::Inclusion> prove_entries(Session& db, const std::vector<std::int64_t>& numbers,
                                            const plans::AuditHead& head) {
    std::vector<plans::Inclusion> proved;
    if (head.root.empty()) return proved;
    std::vector<std::string> hashes;
    std::map<std::int64_t, std::size_t> places;
    for (const std::int64_t number : numbers) places.emplace(number, SIZE_MAX);
    Statement rows(db, kSelectHashes, 0, head.number);
    while (rows.next()) {
        const auto wanted = places.find(rows.integer(0));
        if (wanted != places.end()) wanted->second = hashes.size();
        hashes.push_back(rows.text(1));
    }
    for (const auto& [number, place] : places) {
        const auto found = chain_entries(db, number - 1, number, 1);
        if (found.empty() || place == SIZE_MAX) continue;
        plans::Inclusion inclusion{found.front(), head.number, static_cast<std::int64_t>(place),
                                   head.size, plans::merkle_path(hashes, place)};
        if (plans::why_not_included(inclusion, head).empty())
            proved.push_back(std::move(inclusion));
    }
    return proved;
}

}  // namespace qk::daemon
