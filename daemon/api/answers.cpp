#include "daemon/api/answers.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/page_policy.hpp"
#include "plans/text/json.hpp"
#include "plans/text/unseen.hpp"
#include "rules/base/fault_list.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

std::size_t number_or(const std::optional<std::string>& text, std::size_t otherwise) {
    if (!text || text->empty() || text->size() > 9) return otherwise;
    std::size_t value = 0;
    for (const char c : *text) {
        if (c < '0' || c > '9') return otherwise;
        value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    return value;
}

// What is repeated of a wrong request is shown with what nobody sees in it.
json::value fault_json(const rules::Fault& fault) {
    json::object entry;
    entry["text"] = plans::with_unseen_shown(rules::to_text(fault));
    entry["file"] = plans::with_unseen_shown(fault.place.file);
    entry["line"] = fault.place.line;
    entry["column"] = fault.place.column;
    entry["severity"] = rules::to_text(fault.severity);
    entry["what"] = plans::with_unseen_shown(fault.what);
    entry["cure"] = plans::with_unseen_shown(fault.cure);
    return entry;
}

}  // namespace

ApiResponse answer_json(const json::value& value, int status) {
    ApiResponse response;
    response.status = status;
    response.body = plans::to_text(value);
    return response;
}

StaticText static_text(std::string content_type, std::string body) {
    std::string mark = "\"" + policy_hash(body) + "\"";
    return {std::move(content_type), std::move(body), std::move(mark)};
}

ApiResponse answer_static(const Call& call, const StaticText& text) {
    ApiResponse response;
    response.content_type = text.content_type;
    response.headers.emplace_back("ETag", text.mark);
    response.headers.emplace_back("Cache-Control", "no-cache");  // kept, and asked about each time
    const std::string& known = call.request.if_none_match;
    if (known == "*" || known.find(text.mark) != std::string::npos) {
        response.status = 304;
    } else {
        response.body = text.body;
    }
    return response;
}

ApiResponse answer_problem(int status, std::string_view title_zh, std::string_view title_en,
                           const rules::Faults& faults, json::object beside) {
    json::object problem = std::move(beside);
    problem["type"] = "about:blank";
    problem["status"] = status;
    problem["title"] =
        plans::with_unseen_shown(std::string(title_zh) + " / " + std::string(title_en));
    if (!faults.empty()) {
        problem["detail"] = plans::with_unseen_shown(rules::to_text(faults.front()));
        json::array entries;
        for (const rules::Fault& fault : rules::at_most(faults, rules::kFindingsMax)) {
            entries.push_back(fault_json(fault));
        }
        problem["faults"] = std::move(entries);
    }
    ApiResponse response = answer_json(problem, status);
    response.content_type = "application/problem+json";
    return response;
}

Paging paging_of(const Call& call) {
    Paging paging;
    paging.page = std::max<std::size_t>(1, number_or(call.query_value("page"), 1));
    paging.per_page =
        std::clamp<std::size_t>(number_or(call.query_value("per_page"), 100), 1, kPerPageMax);
    return paging;
}

ApiResponse answer_page(json::array items, Paging paging, std::size_t total, json::object beside) {
    json::object page = std::move(beside);
    page["items"] = std::move(items);
    page["page"] = paging.page;
    page["per_page"] = paging.per_page;
    page["pages"] = std::max<std::size_t>(1, (total + paging.per_page - 1) / paging.per_page);
    page["total"] = total;
    return answer_json(page);
}

ApiResponse answer_page_of(const json::array& all, Paging paging, json::object beside) {
    json::array items;
    const std::size_t from = std::min(all.size(), (paging.page - 1) * paging.per_page);
    const std::size_t to = std::min(all.size(), from + paging.per_page);
    items.insert(items.end(), all.begin() + static_cast<std::ptrdiff_t>(from),
                 all.begin() + static_cast<std::ptrdiff_t>(to));
    return answer_page(std::move(items), paging, all.size(), std::move(beside));
}

}  // namespace qk::daemon
