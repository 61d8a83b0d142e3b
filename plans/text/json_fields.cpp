#include "plans/text/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qk::plans {

namespace json = boost::json;

JsonFields::JsonFields(const json::value& value, std::string path, const std::string& file,
                       rules::Faults& faults)
    : object_(value.if_object()), path_(std::move(path)), file_(file), faults_(faults) {
    if (object_ == nullptr) {
        faults_.push_back({{file_, 0, 0},
                           fmt::format("{} is not an object", path_.empty() ? "document" : path_),
                           "write it as {…}",
                           rules::Severity::kError});
    }
}

std::string JsonFields::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void JsonFields::fault(std::string_view key, std::string what, std::string cure) {
    faults_.push_back({{file_, 0, 0},
                       fmt::format("{}: {}", path_of(key), what),
                       std::move(cure),
                       rules::Severity::kError});
}

const json::value* JsonFields::member(std::string_view key) {
    asked_.emplace(key);
    if (object_ == nullptr) return nullptr;
    const json::value* value = object_->if_contains(key);
    return value == nullptr || value->is_null() ? nullptr : value;
}

std::string JsonFields::maybe_text(std::string_view key) {
    const json::value* value = member(key);
    if (value == nullptr) return {};
    if (!value->is_string()) {
        fault(key, "is not a string", "write it in quotes");
        return {};
    }
    return std::string(value->get_string());
}

std::string JsonFields::text(std::string_view key) {
    if (member(key) == nullptr && object_ != nullptr)
        fault(key, "is missing", "give it as a string");
    return maybe_text(key);
}

std::optional<double> JsonFields::maybe_number(std::string_view key) {
    const json::value* value = member(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_number()) {
        fault(key, "is not a number", "write it without quotes");
        return std::nullopt;
    }
    return value->to_number<double>();
}

double JsonFields::number(std::string_view key, double otherwise) {
    if (member(key) == nullptr && object_ != nullptr) fault(key, "is missing", "give a number");
    return maybe_number(key).value_or(otherwise);
}

std::int64_t JsonFields::whole_number(std::string_view key, std::int64_t least, std::int64_t most) {
    const double value = number(key, static_cast<double>(std::clamp<std::int64_t>(0, least, most)));
    if (const auto whole = rules::whole_of(value, least, most)) return *whole;
    const bool has_bounds = least != -rules::kWholeMost || most != rules::kWholeMost;
    fault(key,
          fmt::format("{} is not a whole number", value) +
              (has_bounds ? fmt::format(" from {} to {}", least, most) : ""),
          "give a whole number");
    return least <= 0 && most >= 0 ? 0 : least;
}

bool JsonFields::maybe_flag(std::string_view key) {
    const json::value* value = member(key);
    if (value == nullptr) return false;
    if (!value->is_bool()) {
        fault(key, "is neither true nor false", "write true or false");
        return false;
    }
    return value->get_bool();
}

std::optional<rules::Instant> JsonFields::maybe_instant(std::string_view key, rules::Zone zone) {
    const std::string written = maybe_text(key);
    if (written.empty()) return std::nullopt;
    const std::optional<rules::Instant> instant = rules::parse_instant(written, zone);
    if (!instant) {
        fault(key, rules::not_a_time(written), rules::kTimeCure);
    }
    return instant;
}

rules::Instant JsonFields::instant(std::string_view key, rules::Zone zone) {
    if (member(key) == nullptr && object_ != nullptr) {
        fault(key, "is missing", "write it as 2016-12-16T20:00:00+08:00");
    }
    return maybe_instant(key, zone).value_or(rules::Instant{});
}

std::vector<std::string> JsonFields::maybe_texts(std::string_view key) {
    std::vector<std::string> texts;
    const json::value* value = member(key);
    if (value == nullptr) return texts;
    if (!value->is_array()) {
        fault(key, "is not a list", "write it as [\"…\", …]");
        return texts;
    }
    for (const json::value& item : value->get_array()) {
        if (!item.is_string()) {
            fault(key, "holds something that is not a string", "write every item in quotes");
            return {};
        }
        texts.emplace_back(item.get_string());
    }
    return texts;
}

void JsonFields::refuse_unknown() {
    if (object_ == nullptr) return;
    for (const auto& entry : *object_) {
        const std::string_view key(entry.key().data(), entry.key().size());
        if (asked_.find(key) == asked_.end()) {
            fault(key, "is not known", "remove it, or check its spelling");
        }
    }
}

}  // namespace qk::plans
