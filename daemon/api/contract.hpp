// The contract: what the daemon serves, as the OpenAPI files in openapi/ say it. They are kept by
// hand, one a subject, and are merged here into the document at /api/v1/openapi.json. Methods,
// paths, kinds and lengths of bodies are read from them and stand nowhere in the code.
//
// The constants that name the operations (operations/SUBJECT.hpp) are made from the same files by
// generate.py.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/text/embedded.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

enum class BodyNeed { kNone, kMayBeEmpty, kRequired };

struct Operation {
    std::string id;
    std::string method;    // "GET"
    std::string pattern;   // "/api/v1/warnings/{id}"
    bool is_open = false;  // to all, without login
    BodyNeed body = BodyNeed::kNone;
    std::vector<std::string> media;    // kinds of body; none: no body
    std::uint64_t body_bytes_max = 0;  // 0: nothing is said of it
    bool changes_nothing = false;      // "x-changes-nothing": a POST that asks only
    bool tells_secret = false;         // "x-secret-answer": told once, and kept nowhere
};

class Contract {
 public:
    // A name that is given twice and a reference that leads nowhere are faults.
    [[nodiscard]] static rules::Result<Contract> merge(std::span<const embedded::File> files);

    [[nodiscard]] const std::vector<Operation>& operations() const { return operations_; }
    [[nodiscard]] const Operation* find(std::string_view id) const;
    // The document as a whole: {"openapi": …, "paths": …, "components": …}.
    [[nodiscard]] const boost::json::value& document() const { return document_; }

 private:
    std::vector<Operation> operations_;
    boost::json::value document_;
};

// The one that this program carries.
[[nodiscard]] const Contract& contract();

}  // namespace qk::daemon
