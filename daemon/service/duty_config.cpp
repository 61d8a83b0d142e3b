#include "daemon/service/duty_config.hpp"

#include "daemon/base/files.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::daemon {

void read_duty(plans::TomlTable& section, DutyConfig& duty) {
    section.read("roster_file", duty.roster_file, "/etc/qingkong/roster.csv");
    section.read("ladders_file", duty.ladders_file, "/etc/qingkong/ladders.toml");
    const bool is_known = duty.roster_file.empty() || duty.roster_file.ends_with(".csv") ||
                          duty.roster_file.ends_with(".toml");
    if (!is_known) {
        section.wrong("roster_file", "'" + duty.roster_file + "' is not read",
                      "a file that ends in .csv or .toml");
    }
    if (const auto days = section.whole("gap_days", 1, kGapDaysMost)) {
        duty.gap_days = static_cast<int>(*days);
    }
    if (const auto most = section.whole("matters_most", 1, kMattersMost)) {
        duty.matters_most = static_cast<int>(*most);
    }
}

rules::Faults load_duty(DutyConfig& duty) {
    rules::Faults faults;
    const auto note = [&faults](const rules::Faults& more) {
        faults.insert(faults.end(), more.begin(), more.end());
    };
    if (!duty.roster_file.empty()) {
        auto text = read_regular_file(duty.roster_file);
        if (text) {
            duty.roster_text = *std::move(text);
        } else {
            note(text.error());
        }
    }
    if (duty.ladders_file.empty()) return faults;
    const auto text = read_regular_file(duty.ladders_file);
    if (!text) {
        note(text.error());
        return faults;
    }
    auto ladders = plans::read_ladders(*text, duty.ladders_file);
    if (ladders) {
        duty.ladders = std::make_shared<const plans::Ladders>(*std::move(ladders));
    } else {
        note(ladders.error());
    }
    return faults;
}

}  // namespace qk::daemon
