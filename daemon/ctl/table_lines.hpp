// A table whose rows are made one by one and never kept: each is measured first, then printed.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace qk::ctl {

class TableLines {
 public:
    void measure(const std::vector<std::string>& cells);
    void print(std::ostream& out, const std::vector<std::string>& cells) const;

 private:
    std::vector<std::size_t> widths_;
};

}  // namespace qk::ctl
