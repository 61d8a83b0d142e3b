#include "plans/accounts/season_account.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <set>
#include <tuple>

#include "plans/text/json_values.hpp"
#include "rules/warning/backtest.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

using Dust = std::set<rules::CivilDay>;

int days_in(rules::CivilDay from, rules::CivilDay to) {
    return to < from ? 0 : static_cast<int>((to - from).count()) + 1;
}

// Of the days from `from` to `to`; those in `left_out` are not there.
DayFigures figures_of(const PlaceSeries& place, rules::CivilDay from, rules::CivilDay to,
                      const Dust& left_out) {
    DayFigures figures;
    figures.days =
        days_in(from, to) -
        static_cast<int>(std::count_if(left_out.begin(), left_out.end(), [&](rules::CivilDay day) {
            return from <= day && day <= to;
        }));
    double sum = 0;
    for (const PlaceDay& day : place.days) {
        if (day.day < from || day.day > to || left_out.contains(day.day)) continue;
        if (day.aqi != rules::kNoAqi) {
            ++figures.days_known;
            figures.heavy_days += day.aqi > rules::kHeavyAqiAbove ? 1 : 0;
            figures.good_days += day.aqi <= kGoodAqiMost ? 1 : 0;
        }
        if (!day.pm25) continue;
        ++figures.pm25_days;
        sum += *day.pm25;
    }
    if (figures.pm25_days > 0) figures.pm25_mean = sum / figures.pm25_days;
    return figures;
}

std::optional<double> reached_by(const DayFigures& figures, TargetKind kind) {
    switch (kind) {
        case TargetKind::kPm25:
            return figures.pm25_mean;
        case TargetKind::kHeavyDays:
            if (figures.days_known > 0) return figures.heavy_days;
            break;
        case TargetKind::kGoodDays:
            if (figures.days_known > 0) return figures.good_days;
            break;
        case TargetKind::kEmission:
        case TargetKind::kElectricity:
            break;
    }
    return std::nullopt;
}

// `rest`: days that are still to come. A mean of the whole is reached by the days that are known
// and the rest.
std::optional<double> left_by(const DayFigures& figures, const CountyTarget& target, int rest) {
    const auto reached = reached_by(figures, target.kind);
    if (!reached || rest <= 0) return std::nullopt;
    if (target.kind != TargetKind::kPm25) return target.ceiling - *reached;
    const double all = figures.pm25_days + rest;
    return (target.ceiling * all - *reached * figures.pm25_days) / rest;
}

TargetLeft left_of(const PlaceSeries& place, const CountyTarget& target, rules::CivilDay as_of,
                   const Dust& dust) {
    const rules::CivilDay last = std::min(as_of, target.to);
    TargetLeft left;
    left.target = target;
    left.days_left = days_in(std::max(target.from, last + std::chrono::days{1}), target.to);
    const DayFigures all = figures_of(place, target.from, last, {});
    const DayFigures without = figures_of(place, target.from, last, dust);
    left.reached = reached_by(all, target.kind);
    left.left = left_by(all, target, left.days_left);
    left.reached_without_dust = reached_by(without, target.kind);
    left.left_without_dust = left_by(without, target, left.days_left);
    return left;
}

// Means are told apart by tenths, as they are published.
long tenths(double mean) { return std::lround(mean * 10); }

void rank(std::vector<PlaceAccount>& accounts) {
    for (PlaceAccount& one : accounts) {
        const DayFigures& mine = one.without_dust;
        if (mine.days <= 0 || mine.pm25_days < kTargetCoverageLeast * mine.days) continue;
        one.rank = 1;
        for (const PlaceAccount& other : accounts) {
            const DayFigures& theirs = other.without_dust;
            if (other.is_township != one.is_township || !theirs.pm25_mean) continue;
            if (theirs.pm25_days < kTargetCoverageLeast * theirs.days) continue;
            if (tenths(*theirs.pm25_mean) < tenths(*mine.pm25_mean)) ++*one.rank;
        }
    }
}

json::object figures_json(const DayFigures& figures) {
    return {{"days", figures.days},
            {"days_known", figures.days_known},
            {"heavy_days", figures.heavy_days},
            {"good_days", figures.good_days},
            {"pm25_days", figures.pm25_days},
            {"pm25_mean", figures.pm25_mean ? json::value(*figures.pm25_mean) : json::value()}};
}

json::value or_null(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

}  // namespace

std::vector<PlaceAccount> season_account(const std::vector<PlaceSeries>& places,
                                         const std::vector<CountyTarget>& targets,
                                         const AccountQuestion& question) {
    const Dust dust(question.dust.begin(), question.dust.end());
    std::vector<PlaceAccount> accounts;
    for (const PlaceSeries& place : places) {
        PlaceAccount account;
        account.code = place.code;
        account.name = place.name;
        account.is_township = place.code.size() > kCountyCodeDigits;
        account.all = figures_of(place, question.from, question.as_of, {});
        account.without_dust = figures_of(place, question.from, question.as_of, dust);
        account.dust_days = account.all.days - account.without_dust.days;
        for (const CountyTarget& target : targets) {
            const bool is_of_air = target.kind == TargetKind::kPm25 ||
                                   target.kind == TargetKind::kHeavyDays ||
                                   target.kind == TargetKind::kGoodDays;
            if (!is_of_air || target.county != place.code || target.from > question.as_of) continue;
            account.targets.push_back(left_of(place, target, question.as_of, dust));
        }
        accounts.push_back(std::move(account));
    }
    rank(accounts);
    const auto order = [](const PlaceAccount& one) {
        return std::tuple(one.is_township, !one.rank, one.rank.value_or(0), one.code);
    };
    std::ranges::sort(accounts, {}, order);
    return accounts;
}

json::value to_json(const PlaceAccount& account) {
    json::array targets;
    for (const TargetLeft& one : account.targets) {
        targets.emplace_back(
            json::object{{"target", word(to_text(one.target.kind))},
                         {"target_zh", word(to_chinese(one.target.kind))},
                         {"unit", word(unit_of(one.target.kind))},
                         {"from", rules::to_iso(one.target.from)},
                         {"to", rules::to_iso(one.target.to)},
                         {"set", one.target.ceiling},
                         {"days_left", one.days_left},
                         {"reached", or_null(one.reached)},
                         {"left", or_null(one.left)},
                         {"reached_without_dust", or_null(one.reached_without_dust)},
                         {"left_without_dust", or_null(one.left_without_dust)}});
    }
    return json::object{{"code", account.code},
                        {"name", account.name},
                        {"township", account.is_township},
                        {"rank", account.rank ? json::value(*account.rank) : json::value(nullptr)},
                        {"dust_days", account.dust_days},
                        {"all", figures_json(account.all)},
                        {"without_dust", figures_json(account.without_dust)},
                        {"targets", std::move(targets)}};
}

rules::CivilDay season_begin(rules::CivilDay day) {
    const std::chrono::year_month_day date{day};
    const bool is_of_this_year = date.month() >= std::chrono::October;
    const std::chrono::year year =
        is_of_this_year ? date.year() : date.year() - std::chrono::years{1};
    return std::chrono::local_days{year / std::chrono::October / 1};
}

}  // namespace qk::plans
