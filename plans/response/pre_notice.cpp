#include "plans/response/pre_notice.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qk::plans {

std::vector<PreNotice> pre_notices(const DeriveInput& input, const ObligationTable& table,
                                   rules::Instant now) {
    std::vector<PreNotice> notices;
    for (std::size_t i = 0; i < table.size(); ++i) {
        const RowRange lines = table.rows(i).lines;
        for (std::uint32_t l = lines.first; l < lines.end; ++l) {
            const Line& line = input.inventory.lines[l];
            const LineShares& shares = table.line_shares(l);
            const bool owes = std::any_of(shares.begin(), shares.end(),
                                          [](std::uint32_t share) { return share > 0; });
            if (!line.uninterruptible || line.idle || !owes) continue;
            const std::chrono::minutes ramp{static_cast<int>(line.ramp_down_hours * 60)};
            PreNotice notice;
            notice.enterprise = i;
            notice.line = l;
            notice.begin_by = input.from - ramp;
            notice.too_late = notice.begin_by <= now;
            notice.text = fmt::format(
                "{}{}：预计{}起可能启动{}响应，该线降负荷需{:g}小时，{}开始准备。",
                input.inventory.enterprises[i].name, line.name.empty() ? line.id : line.name,
                rules::to_chinese(input.from, input.zone), rules::level_in_chinese(input.colour),
                line.ramp_down_hours,
                notice.too_late ? std::string("应立即")
                                : "最迟于" + rules::to_chinese(notice.begin_by, input.zone));
            notices.push_back(std::move(notice));
        }
    }
    std::sort(notices.begin(), notices.end(), [](const PreNotice& a, const PreNotice& b) {
        return a.begin_by != b.begin_by ? a.begin_by < b.begin_by : a.line < b.line;
    });
    return notices;
}

}  // namespace qk::plans
