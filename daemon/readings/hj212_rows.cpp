#include "daemon/readings/hj212_rows.hpp"

namespace qk::daemon {

std::map<std::string, std::vector<plans::hj212::PartValue>> list_parts(Session& db,
                                                                       const std::string& outlet,
                                                                       const std::string& command,
                                                                       const rules::Span& span) {
    Statement read(db,
                   "SELECT factor, t, mg_per_m3, flow, valid FROM hj212_values"
                   " WHERE outlet = ?1 AND command = ?2 AND t >= ?3 AND t < ?4"
                   " ORDER BY t, arrived",
                   outlet, command, span.from, span.to);
    std::map<std::string, std::vector<plans::hj212::PartValue>> parts;
    while (read.next()) {
        plans::hj212::PartValue part;
        part.t = read.instant(1);
        part.mg_per_m3 = read.number(2);
        if (read.number(3) >= 0) part.flow_m3_h = read.number(3);  // -1: none was said
        part.is_evidence = read.flag(4);
        parts[read.text(0)].push_back(part);
    }
    return parts;
}

bool has_reported(Session& db, const std::string& outlet, const std::string& command,
                  const rules::Span& span) {
    Statement read(db,
                   "SELECT 1 FROM hj212_values WHERE outlet = ?1 AND command = ?2 AND t >= ?3"
                   " AND t < ?4 LIMIT 1",
                   outlet, command, span.from, span.to);
    return read.next();
}

bool has_stack_reading(Session& db, const std::string& outlet, const std::string& factor,
                       rules::Instant t_end) {
    Statement read(db,
                   "SELECT 1 FROM stack_readings WHERE t_end = ?1 AND outlet = ?2 AND factor = ?3",
                   t_end, outlet, factor);
    return read.next();
}

std::vector<double> list_normal_hours(Session& db, const std::string& outlet,
                                      const std::string& factor, const rules::Span& span) {
    std::vector<double> hours;
    Statement read(db,
                   "SELECT mg_per_m3 FROM stack_readings WHERE t_end = ?1 AND outlet = ?2"
                   " AND factor = ?3 AND valid = 1");
    for (rules::Instant end = span.from + std::chrono::hours{1}; end <= span.to;
         end += std::chrono::hours{1}) {
        if (read.find(end, outlet, factor)) hours.push_back(read.number(0));
    }
    return hours;
}

}  // namespace qk::daemon
