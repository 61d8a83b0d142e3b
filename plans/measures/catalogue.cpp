#include "plans/measures/catalogue.hpp"

#include <algorithm>
#include <cassert>
#include <chrono>

namespace qk::plans {
namespace {

std::optional<std::size_t> place_of(rules::Colour colour) {
    for (std::size_t i = 0; i < kResponseColours.size(); ++i) {
        if (kResponseColours[i] == colour) return i;
    }
    return std::nullopt;
}

int day_of_year(rules::CivilDay day) {
    const std::chrono::year_month_day date{std::chrono::sys_days{day.time_since_epoch()}};
    return static_cast<int>(static_cast<unsigned>(date.month()) * 100 +
                            static_cast<unsigned>(date.day()));
}

bool holds_on(const LeastLoad& least, int day) {
    if (least.from_day == 0) return true;
    if (least.from_day <= least.to_day) return least.from_day <= day && day <= least.to_day;
    return day >= least.from_day || day <= least.to_day;
}

bool names(const LeastLoad& least, const Line& line) {
    return least.of.empty() || std::ranges::any_of(least.of, [&line](const std::string& word) {
               return line.name.find(word) != std::string::npos ||
                      line.equipment.find(word) != std::string::npos;
           });
}

}  // namespace

std::optional<double> Catalogue::least_load(std::string_view trade, const Line& line,
                                            rules::CivilDay day) const {
    const int on = day_of_year(day);
    std::optional<double> highest;
    for (const LeastLoad& least : least_loads_) {
        if (least.trade != trade || !holds_on(least, on) || !names(least, line)) continue;
        highest = std::max(highest.value_or(0), least.share);
    }
    return highest;
}

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

void Catalogue::add(LeastLoad least) { least_loads_.push_back(std::move(least)); }

void Catalogue::replace_by(const Catalogue& other) {
    std::erase_if(least_loads_, [&other](const LeastLoad& mine) {
        return std::ranges::find(other.least_loads_, mine.trade, &LeastLoad::trade) !=
               other.least_loads_.end();
    });
    least_loads_.insert(least_loads_.end(), other.least_loads_.begin(), other.least_loads_.end());
    std::vector<CatalogueClause> mine = std::move(clauses_);
    clauses_.clear();
    places_.clear();
    for (CatalogueClause& clause : mine) {
        if (!other.knows(clause.trade)) add(std::move(clause));
    }
    for (const CatalogueClause& clause : other.clauses_) add(clause);
    add_processes(other.processes_);
    if (other.reasons_) add_reasons(other.reasons_->all());
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

const TreatmentReasons& Catalogue::reasons() const {
    static const TreatmentReasons none;
    return reasons_ ? *reasons_ : none;
}

void Catalogue::add_reasons(const std::vector<TreatmentReason>& reasons) {
    if (reasons.empty()) return;
    TreatmentReasons all = this->reasons();
    for (const TreatmentReason& reason : reasons) all.put(reason);
    reasons_ = std::make_shared<const TreatmentReasons>(std::move(all));
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
