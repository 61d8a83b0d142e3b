// The JSON body of a request, read member by member: by `fill`, and refused whole with every fault,
// members that nobody asked for among them. A body that is left out is an empty object.
#pragma once

#include <boost/json/value.hpp>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "daemon/api/call.hpp"
#include "plans/text/json_fields.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline const std::string kBodyName = "body";  // in the faults

[[nodiscard]] rules::Result<boost::json::value> parse_body(const std::string& body);
// The same, where people say something in it that is kept: with the limits of daemon/base/said.hpp,
// but for the members `apart`, which have limits of their own.
[[nodiscard]] rules::Result<boost::json::value> parse_said_body(
    const std::string& body, std::initializer_list<std::string_view> apart = {});

// `fill` is given the fields and the value to fill.
template <class Value, class Fill>
[[nodiscard]] rules::Result<Value> read_fields(const rules::Result<boost::json::value>& body,
                                               Fill fill) {
    if (!body) return body.error();
    rules::Faults faults;
    plans::JsonFields fields(*body, "", kBodyName, faults);
    Value value{};
    fill(fields, value);
    fields.refuse_unknown();
    if (!faults.empty()) return faults;
    return value;
}
template <class Value, class Fill>
[[nodiscard]] rules::Result<Value> read_body(const Call& call, Fill fill) {
    return read_fields<Value>(parse_body(call.request.body), std::move(fill));
}
template <class Value, class Fill>
[[nodiscard]] rules::Result<Value> read_said_body(const Call& call, Fill fill) {
    return read_fields<Value>(parse_said_body(call.request.body), std::move(fill));
}

// {"toml": …} or {"csv": …}: a list that is handed in as the text of a file.
struct ListText {
    std::string form;  // "toml" or "csv"
    std::string text;
};
[[nodiscard]] rules::Result<ListText> read_list_text(const Call& call);

}  // namespace qk::daemon
