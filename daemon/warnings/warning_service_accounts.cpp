#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iterator>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/inventory.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/inventory/target_routes.hpp"
#include "daemon/service/observation_rows.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/cause_rows.hpp"
#include "daemon/warnings/warning_service.hpp"
#include "plans/accounts/season_account.hpp"
#include "plans/packs/sub_regions.hpp"
#include "rules/air/averages.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

// An account looks back so far: as long as a target may last.
constexpr std::chrono::days kAccountDaysMax{plans::kTargetDaysMax};

rules::Result<plans::AccountQuestion> question_of(const Call& call, const DeskView& desk) {
    plans::AccountQuestion question;
    rules::Faults faults;
    const auto day_of = [&](const char* name, rules::CivilDay otherwise) {
        const auto written = call.query_value(name);
        if (!written) return otherwise;
        const auto day = rules::parse_day(*written);
        if (!day) {
            const rules::Faults more = rules::refuse(
                std::string(name) + ": '" + *written + "' is not a day", "2026-01-31");
            faults.insert(faults.end(), more.begin(), more.end());
        }
        return day.value_or(otherwise);
    };
    question.as_of = day_of("as_of", rules::day_of(desk.now, desk.pack->zone));
    question.from = day_of("from", plans::season_begin(question.as_of));
    const bool is_wrong =
        question.from > question.as_of || question.as_of - question.from > kAccountDaysMax;
    if (faults.empty() && is_wrong) {
        faults = rules::refuse("from: is not within five years before as_of", "an earlier day");
    }
    if (!faults.empty()) return faults;
    return question;
}

bool is_code(const std::string& text) {
    return text.size() >= plans::kCountyCodeDigits &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Counties of the pack and every township in it that has air of its own, by the name that the pack
// gives it.
std::vector<plans::PlaceSeries> places_of(Session& db, const DeskView& desk, rules::Instant from) {
    std::vector<plans::PlaceSeries> places;
    for (const plans::SubRegion& county : desk.pack->sub_regions) {
        places.push_back({county.code, county.name, {}});
    }
    for (const std::string& code : observed_regions(db, from)) {
        const bool is_known = std::ranges::any_of(
            places, [&code](const plans::PlaceSeries& place) { return place.code == code; });
        const bool is_inside = covers(desk.pack->region_code, code);
        if (is_known || !is_inside || !is_code(code) || code == desk.pack->region_code) continue;
        places.push_back({code, plans::place_name(*desk.pack, code), {}});
    }
    return places;
}

void take_days(plans::PlaceSeries& place, const std::vector<rules::AirDay>& days) {
    constexpr auto kPm25 = static_cast<std::size_t>(rules::Pollutant::kPm25);
    for (const rules::AirDay& day : days) {
        plans::PlaceDay one;
        one.day = day.day;
        if (day.valid) one.aqi = static_cast<std::int16_t>(day.index.aqi);
        const rules::Concentration mean = day.pollutants[kPm25].concentration;
        if (!mean.is_missing()) one.pm25 = mean.value().as_double();
        place.days.push_back(one);
    }
}

void take_air(Session& db, plans::PlaceSeries& place, const rules::Span& span, rules::Zone zone) {
    const rules::HourlySeries hours = observed_series(db, place.code, span.from, span.to);
    take_days(place, rules::days_of(hours, {.zone = zone}));
}

// The region as a whole, by air of its own: whose season it is that is asked for first.
plans::PlaceSeries region_of(Session& db, const DeskView& desk, const rules::Span& span) {
    plans::PlaceSeries region{desk.pack->region_code, desk.pack->name, {}};
    take_air(db, region, span, desk.pack->zone);
    return region;
}

json::array accounts_of(Session& db, const DeskView& desk, plans::AccountQuestion question,
                        const std::string& caller_prefix) {
    const rules::Zone zone = desk.pack->zone;
    const auto targets = stored_targets(db, std::string(region_prefix(desk.pack->region_code)));
    rules::CivilDay first = question.from;
    for (const plans::CountyTarget& target : targets) {
        if (target.to >= question.from) first = std::min(first, target.from);
    }
    first = std::max(first, question.as_of - kAccountDaysMax);
    for (const plans::StatedCause& stated : causes_now(db, first)) {
        if (!stated.source.empty()) continue;
        for (rules::CivilDay day = stated.from; day <= stated.to; day += std::chrono::days{1}) {
            std::erase(question.dust, day);  // of several about a day the last counts
            if (stated.cause == rules::EpisodeCause::kDust) question.dust.push_back(day);
        }
    }
    const rules::Instant from = rules::start_of(first, zone);
    const rules::Instant to = rules::start_of(question.as_of + std::chrono::days{1}, zone);
    std::vector<plans::PlaceSeries> places = places_of(db, desk, from);
    for (plans::PlaceSeries& place : places) take_air(db, place, {from, to}, zone);
    auto accounts = plans::season_account({region_of(db, desk, {from, to})}, targets, question);
    for (plans::PlaceAccount& one : accounts) one.rank.reset();  // among nobody
    std::ranges::move(plans::season_account(places, targets, question),
                      std::back_inserter(accounts));
    json::array all;
    for (const plans::PlaceAccount& one : accounts) {
        if (!one.code.starts_with(caller_prefix)) continue;
        all.push_back(plans::to_json(one));
    }
    return all;
}

}  // namespace

void WarningService::add_account_routes(Router& router) {
    router.serve(operation::kListSeasonAccounts, kReaders, [this](const Call& call) {
        Work work = [call](Session& db, const DeskView& desk, const DeskPerson&) -> ApiResponse {
            const auto question = question_of(call, desk);
            if (!question) {
                return answer_problem(422, "日期有误", "a day is wrong", question.error());
            }
            json::object beside{{"from", rules::to_iso(question->from)},
                                {"as_of", rules::to_iso(question->as_of)}};
            return answer_page_of(accounts_of(db, desk, *question, caller_region_prefix(call)),
                                  paging_of(call), std::move(beside));
        };
        return read(call.reader(), ReadPace::kSlow, std::move(work));
    });
}

}  // namespace qk::daemon
