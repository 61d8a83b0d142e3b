#include "daemon/command_line/nearest_word.hpp"

#include <algorithm>

namespace qk::command_line {
namespace {

constexpr std::size_t kLettersMax = 64;  // nobody means a word by a longer one

// Letters added, dropped, changed, or swapped with their neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> least(a.size() + 1,
                                                std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                least[i][j] = i + j;
                continue;
            }
            const std::size_t changed = least[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            least[i][j] = std::min({changed, least[i - 1][j] + 1, least[i][j - 1] + 1});
            const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) least[i][j] = std::min(least[i][j], least[i - 2][j - 2] + 1);
        }
    }
    return least[a.size()][b.size()];
}

}  // namespace

std::optional<std::string> nearest_word(std::string_view typed,
                                        const std::vector<std::string>& words) {
    if (typed.empty() || typed.size() > kLettersMax) return std::nullopt;
    std::optional<std::string> nearest;
    std::size_t least = 0;
    for (const std::string& word : words) {
        // A beginning of three letters and more is as good as a slip: "inv" means inventory.
        const bool is_beginning = typed.size() >= 3 && word.starts_with(typed);
        const std::size_t away = is_beginning ? 1 : distance(typed, word);
        const std::size_t away_max =
            std::max<std::size_t>(1, std::min(typed.size(), word.size()) / 3);
        if (away > away_max || (nearest && away >= least)) continue;
        nearest = word;
        least = away;
    }
    return nearest;
}

}  // namespace qk::command_line
