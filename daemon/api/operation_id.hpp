// Names an operation of the API. The constants of operations/SUBJECT.hpp are all that there are:
// they are made by generate.py from the files in openapi/, so a handler for an operation that no
// file has does not compile.
#pragma once

#include <string_view>

namespace qk::daemon {

class OperationId {
 public:
    explicit consteval OperationId(std::string_view id) : id_(id) {}
    [[nodiscard]] std::string_view text() const { return id_; }

 private:
    std::string_view id_;
};

}  // namespace qk::daemon
