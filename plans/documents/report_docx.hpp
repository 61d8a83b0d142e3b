// The evaluation report as a paper to file (.docx), written from its JSON: so the kept report and
// the one of now give the same figures in every form.
#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace qk::plans {

[[nodiscard]] std::string report_docx(const boost::json::value& report);

}  // namespace qk::plans
