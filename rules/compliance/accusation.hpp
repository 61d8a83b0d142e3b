// How strong the case against a line is, so that it may be looked at every quarter of an hour all
// winter: an e-value, which is a bet against the claim "this line obeys". Whoever bets on chances
// that are as stated multiplies the stake by `needed` only once in `needed` times, at whatever hour
// is looked (Ville's inequality; Vovk and Wang 2021). So a line that obeys is called a breach in a
// winter with at most the stated chance.
//
// A day of a load limit: the chance that an ordinary day lies so far above the cap (Tail) becomes a
// bet, half of it all on days so rare that one is enough, half spread over all chances. Days of one
// order multiply. That is fair where the level of normal load stays where it was while the order
// lasts and days err apart from each other, and the verdict says so; a level that moved just before
// the order is in doubt (Calibration::is_unsettled) and accuses nobody. A level that wanders
// makes the days of a long order hang together, so no more than kStretchDays of them multiply. A
// line may begin to break its order on any day, so the stake is parted over the days under orders
// of a whole winter. A stop: each quarter of an hour of clear running is a bet of nine in ten
// against the chance of a false reading; the stake is parted over all quarters of a winter.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/compliance/parameters.hpp"

namespace qk::rules {

inline constexpr double kWinterQuarters = 15000;  // of an hour, in 156 days
inline constexpr double kLogMost = 300;           // of an e-value; more says nothing more
// From here on, with the stake parted over its days, an order is suspected: one that is kept comes
// here once in 100 times.
inline constexpr double kLogSuspected = 2;

// Base 10 throughout.
struct Accusation {
    double log_e = 0;
    double log_needed = 0;
    double chance_per_winter = 0;
    int settled = 0;        // whole days, or quarters of an hour, that it rests on
    std::string to_settle;  // Chinese: what would decide it; empty where it is decided

    [[nodiscard]] bool is_proved() const { return log_e >= log_needed - 1e-9; }
};

// What e-value a day needs before its line is accused.
// `days`: of the order, which may be more than the winter's that the parameters count on.
[[nodiscard]] double log_needed_of_days(const JudgingParameters& parameters, std::size_t days);
[[nodiscard]] double log_needed_of_stop(const JudgingParameters& parameters);

// Of one whole day whose excess an ordinary day has with this chance.
[[nodiscard]] double log_e_of_chance(double chance, const JudgingParameters& parameters);
// Of the days of one order, in order of time: the most that any stretch of so many of them says.
inline constexpr std::size_t kStretchDays = 5;
[[nodiscard]] double log_e_of_days(std::span<const double> log_e);
// Of clear running for so long, by readings of so long.
[[nodiscard]] double log_e_of_running(std::chrono::seconds running, std::chrono::minutes interval,
                                      const JudgingParameters& parameters);

// Which of a region's lines may be listed so that at most this share of the list is wrong, however
// they hang together (e-BH; Wang and Ramdas 2022). `log_e`: of all lines that were judged.
[[nodiscard]] std::vector<bool> listed(std::span<const double> log_e, double false_share);

}  // namespace qk::rules
