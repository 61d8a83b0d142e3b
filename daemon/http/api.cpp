#include "daemon/http/api.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

struct RoleWords {
    Role role;
    std::string_view english;
    std::string_view chinese;
};

constexpr std::array<RoleWords, 7> kRoles{{
    {Role::kDutyOfficer, "duty_officer", "值班员"},
    {Role::kApprover, "approver", "签发人"},
    {Role::kInspector, "inspector", "执法人员"},
    {Role::kCountyOfficer, "county_officer", "县区人员"},
    {Role::kAuditor, "auditor", "审计"},
    {Role::kAdmin, "admin", "管理员"},
    {Role::kFeed, "feed", "数据推送"},
}};

std::size_t number_or(const std::optional<std::string>& text, std::size_t otherwise) {
    if (!text || text->empty() || text->size() > 9) return otherwise;
    std::size_t value = 0;
    for (const char c : *text) {
        if (c < '0' || c > '9') return otherwise;
        value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    return value;
}

json::value fault_json(const rules::Fault& fault) {
    json::object entry;
    entry["text"] = rules::to_text(fault);
    entry["file"] = fault.place.file;
    entry["line"] = fault.place.line;
    entry["column"] = fault.place.column;
    entry["severity"] = rules::to_text(fault.severity);
    entry["what"] = fault.what;
    entry["cure"] = fault.cure;
    return entry;
}

}  // namespace

std::string_view to_text(Role role) { return kRoles[static_cast<std::size_t>(role)].english; }
std::string_view to_chinese(Role role) { return kRoles[static_cast<std::size_t>(role)].chinese; }

std::optional<Role> parse_role(std::string_view text) {
    for (const RoleWords& words : kRoles) {
        if (text == words.english || text == words.chinese) return words.role;
    }
    return std::nullopt;
}

std::string Call::parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string{} : found->second;
}

std::optional<std::string> Call::query_value(const std::string& name) const {
    const auto found = query.find(name);
    if (found == query.end()) return std::nullopt;
    return found->second;
}

ApiResponse answer_json(const json::value& value, int status) {
    ApiResponse response;
    response.status = status;
    response.body = plans::to_text(value);
    return response;
}

ApiResponse answer_problem(int status, std::string_view title_zh, std::string_view title_en,
                           const rules::Faults& faults, json::object beside) {
    json::object problem = std::move(beside);
    problem["type"] = "about:blank";
    problem["status"] = status;
    problem["title"] = std::string(title_zh) + " / " + std::string(title_en);
    if (!faults.empty()) {
        problem["detail"] = rules::to_text(faults.front());
        json::array entries;
        for (const rules::Fault& fault : faults) entries.push_back(fault_json(fault));
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
