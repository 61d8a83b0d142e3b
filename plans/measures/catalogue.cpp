#include "plans/measures/catalogue.hpp"

#include <cassert>

namespace qk::plans {
namespace {

std::optional<std::size_t> place_of(rules::Colour colour) {
    for (std::size_t i = 0; i < kResponseColours.size(); ++i) {
        if (kResponseColours[i] == colour) return i;
    }
    return std::nullopt;
}

}  // namespace

const CatalogueClause* Catalogue::find(std::string_view trade, std::string_view grade,
                                       rules::Colour colour) const {
    const auto of_trade = places_.find(trade);
    if (of_trade == places_.end()) return nullptr;
    const auto of_grade = of_trade->second.find(grade);
    const auto place = place_of(colour);
    if (of_grade == of_trade->second.end() || !place) return nullptr;
    const int clause = of_grade->second[*place];
    return clause < 0 ? nullptr : &clauses_[static_cast<std::size_t>(clause)];
}

bool Catalogue::knows(std::string_view trade) const { return places_.find(trade) != places_.end(); }

void Catalogue::add(CatalogueClause clause) {
    const auto place = place_of(clause.colour);
    assert(place);
    auto [entry, fresh] =
        places_[clause.trade].try_emplace(clause.grade, std::array<int, 3>{-1, -1, -1});
    entry->second[*place] = static_cast<int>(clauses_.size());
    clauses_.push_back(std::move(clause));
}

void Catalogue::replace_by(const Catalogue& other) {
    std::vector<CatalogueClause> mine = std::move(clauses_);
    clauses_.clear();
    places_.clear();
    for (CatalogueClause& clause : mine) {
        if (!other.knows(clause.trade)) add(std::move(clause));
    }
    for (const CatalogueClause& clause : other.clauses_) add(clause);
    add_processes(other.processes_);
}

void Catalogue::add_processes(const std::vector<Process>& processes) {
    if (processes.empty()) return;
    LineWords words = line_words();
    for (const Process& process : processes) {
        words.add(process);
        processes_.push_back(process);
    }
    words_ = std::make_shared<const LineWords>(std::move(words));
}

const Catalogue& built_in_catalogue() {
    static const Catalogue catalogue = [] {
        Catalogue all;
        for (const embedded::File& file : embedded::measure_catalogues()) {
            auto read = read_catalogue(file.text, std::string(file.path));
            assert(read.has_value());
            all.replace_by(*read);
        }
        return all;
    }();
    return catalogue;
}

}  // namespace qk::plans
