#include "daemon/base/said.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;

constexpr std::size_t kValueBytes = 8;  // a number or a flag, and what stands between two values
constexpr std::size_t kKeyShown = 40;
constexpr std::size_t kUnseenNamedMax = 20;

rules::Fault fault_of(std::string what, std::size_t most) {
    return {{"body", 0, 0},
            std::move(what),
            fmt::format("at most {} bytes; name a document that says more", most),
            rules::Severity::kError};
}

class Measure {
 public:
    void add(std::string_view key, const json::value& value) {
        bytes_ += key.size() + kValueBytes;
        look_at("a name", key);
        if (const json::string* text = value.if_string()) return add_text(key, *text);
        if (const json::array* list = value.if_array()) {
            for (const json::value& item : *list) add(key, item);
        } else if (const json::object* members = value.if_object()) {
            for (const auto& [name, member] : *members) add(name, member);
        }
    }
    rules::Faults take() {
        if (bytes_ > kSaidBytesMax) {
            faults_.push_back(
                fault_of(fmt::format("all texts together are {} bytes", bytes_), kSaidBytesMax));
        }
        return std::move(faults_);
    }

 private:
    void add_text(std::string_view key, std::string_view text) {
        bytes_ += text.size();
        // A key that was cut could end within a character.
        const std::string_view shown = key.empty() || key.size() > kKeyShown ? "a text" : key;
        if (text.size() <= kSaidTextBytesMax) return look_at(shown, text);
        if (is_long_) return;
        is_long_ = true;
        faults_.push_back(
            fault_of(fmt::format("{} is {} bytes long", shown, text.size()), kSaidTextBytesMax));
    }
    // Of many texts that hold something unseen the first are named.
    void look_at(std::string_view name, std::string_view text) {
        if (faults_.size() >= kUnseenNamedMax) return;
        const auto unseen = plans::find_unseen(text);
        if (!unseen && !text.empty() && plans::is_blank(text)) return add_blank(name);
        if (!unseen) return;
        faults_.push_back({{"body", 0, 0},
                           fmt::format("{}: {}", name, plans::to_text(*unseen)),
                           std::string(plans::kUnseenCure),
                           rules::Severity::kError});
    }

    // Whoever has nothing to say leaves it out: a blank name or reason passes for one.
    void add_blank(std::string_view name) {
        faults_.push_back({{"body", 0, 0},
                           fmt::format("{}: 只有空白 / is blank", name),
                           "写明内容，或不填 / say it, or leave it out",
                           rules::Severity::kError});
    }

    std::size_t bytes_ = 0;
    bool is_long_ = false;
    rules::Faults faults_;
};

}  // namespace

rules::Faults faults_of_said(const json::value& said) {
    Measure measure;
    measure.add("", said);
    return measure.take();
}

}  // namespace qk::daemon
