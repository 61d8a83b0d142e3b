// Quantities whose unit is part of their type: same unit adds, same unit divides to a plain number,
// anything else does not compile. Built explicitly, taken out with value().
#pragma once

#include <compare>

namespace qk::rules {

template <class Unit>
class Quantity {
 public:
    constexpr Quantity() = default;
    constexpr explicit Quantity(double value) : value_(value) {}
    [[nodiscard]] constexpr double value() const { return value_; }

    friend constexpr Quantity operator+(Quantity a, Quantity b) {
        return Quantity{a.value_ + b.value_};
    }
    friend constexpr Quantity operator-(Quantity a, Quantity b) {
        return Quantity{a.value_ - b.value_};
    }
    friend constexpr Quantity operator*(Quantity a, double factor) {
        return Quantity{a.value_ * factor};
    }
    friend constexpr Quantity operator*(double factor, Quantity a) { return a * factor; }
    friend constexpr Quantity operator/(Quantity a, double divisor) {
        return Quantity{a.value_ / divisor};
    }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.value_ / b.value_; }
    constexpr Quantity& operator+=(Quantity other) { return *this = *this + other; }
    constexpr Quantity& operator-=(Quantity other) { return *this = *this - other; }
    friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
    double value_ = 0;
};

using Kilowatts = Quantity<struct KilowattsUnit>;
using KilowattHours = Quantity<struct KilowattHoursUnit>;
using KilogramsPerDay = Quantity<struct KilogramsPerDayUnit>;
using Kilograms = Quantity<struct KilogramsUnit>;

static_assert(KilowattHours{60} / KilowattHours{100} == 0.6);

}  // namespace qk::rules
