// What if this colour, from then on: what the preview of a warning computes for 10,000 enterprises
// while people in a consultation move a slider. Limit: 50 ms of one core, with the plan in force
// read as it is stored, the floors, the summary and the difference printed; without a season, and
// with one whose window opens within the warning.
//
//   what_if_bench [ENTERPRISES]
//
// The limit measured in the same run is the plan with all its words, which the answer has to do
// without: the ratio is printed, and at a quarter of the size, because growth has to be linear.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <charconv>
#include <cstring>
#include <ctime>
#include <string>

#include "plans/measures/catalogue.hpp"
#include "plans/response/plan_difference.hpp"
#include "plans/response/response_plan.hpp"
#include "plans/text/json.hpp"
#include "tests/bench/made_inventory.hpp"

namespace {

using namespace qk;
namespace json = boost::json;

const rules::Instant kFrom = *rules::parse_instant("2026-12-01T20:00:00", rules::kBeijingTime);

// Time of this process on a core, so that other work on the machine does not count.
template <class Work>
double milliseconds(const Work& work) {
    double best = 1e18;
    for (int i = 0; i < 7; ++i) {
        const std::clock_t start = std::clock();
        work();
        best = std::min(best, static_cast<double>(std::clock() - start) * 1000 / CLOCKS_PER_SEC);
    }
    return best;
}

plans::SeasonPlan season() {
    return plans::read_season(
               "[[window]]\nid = \"winter\"\nkind = \"peak-shift\"\nfrom = \"2026-12-08\"\n"
               "to = \"2027-03-15\"\ntrades = [\"cement\"]\nmeasure = { form = \"stop\" }\n"
               "source = \"made up\"\n",
               "season.toml")
        .value();
}

std::string answer(const plans::PlanInput& input, const std::string& stored) {
    const plans::PlanOutline plan = plans::outline_plan(input);
    const json::value in_force =
        plans::parse_json_in(json::make_shared_resource<json::monotonic_resource>(), stored,
                             "stored")
            .value();
    return plans::to_text(plans::summary_json(plan)) +
           plans::to_text(plans::difference_json(in_force, plan));
}

double measure(const plans::Inventory& inventory, const plans::SeasonPlan* season) {
    const plans::RegionRules rules = plans::national_sample_rules();
    const std::vector<rules::Segment> orange{{rules::Colour::kOrange, true, kFrom, std::nullopt}};
    const std::vector<rules::Segment> yellow{{rules::Colour::kYellow, true, kFrom, std::nullopt}};
    plans::PlanInput input{
        inventory, plans::built_in_catalogue(),    rules,        rules::kBeijingTime,
        yellow,    kFrom - std::chrono::hours{12}, std::nullopt, season};
    const std::string stored =
        plans::canonical_text(plans::to_json(plans::make_response_plan(input)));
    const plans::PlanInput asked{inventory, input.catalogue, rules,        input.zone,
                                 orange,    input.now,       std::nullopt, season};
    std::size_t characters = 0;
    const double taken = milliseconds([&] { characters = answer(asked, stored).size(); });
    const double words = milliseconds([&] { (void)plans::make_response_plan(asked); });
    fmt::print(
        "{} enterprises, {} lines, {}: {:.1f} ms, {:.2f} of the plan in words ({:.1f} ms), "
        "{} characters\n",
        inventory.enterprises.size(), inventory.lines.size(),
        season == nullptr ? "no season" : "a season that turns", taken, taken / words, words,
        characters);
    return taken;
}

}  // namespace

int main(int argc, char** argv) {
    int enterprises = 10'000;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), enterprises);
    const plans::SeasonPlan turning = season();
    double worst = 0;
    double growth = 0;
    for (const int size : {enterprises / 4, enterprises}) {
        const auto inventory = plans::read_inventory(bench::generate(size), "bench").inventory;
        const double plain = measure(*inventory, nullptr);
        worst = std::max(plain, measure(*inventory, &turning));
        growth = size == enterprises ? plain / growth : plain;
    }
    constexpr double kLimit = 50;
    fmt::print("worst {:.1f} ms (limit {:g}), 4 x the size takes {:.1f} x\n", worst, kLimit,
               growth);
    return worst <= kLimit ? 0 : 1;
}
