#include "plans/response/read_obligations.hpp"

#include "plans/response/delivery_json.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// An order document of another program may name action and ratio alone; what must be seen follows.
json::value check_of_action(const json::value& obligation) {
    const double ratio = number_or(obligation, "ratio", 0);
    const auto action = rules::parse_action(string_or(obligation, "action"));
    if (!action) return nullptr;
    switch (*action) {
        case rules::Action::kStop:
            return to_json(rules::Check{rules::LineStands{}});
        case rules::Action::kLimitLoad:
            return to_json(rules::Check{rules::LoadAtMost{ratio, {}, {}}});
        case rules::Action::kLimitEmission:
        case rules::Action::kStopProcess:
        case rules::Action::kBanVehicles:
        case rules::Action::kSelfDiscipline:
            break;
    }
    return to_json(rules::Check{rules::SeenOnSite{string_or(obligation, "detail")}});
}

class Collector {
 public:
    Collector(const std::string& file, rules::Zone zone) : file_(file), zone_(zone) {}

    // What the nearest object around says, for lists that do not repeat it.
    struct Around {
        std::string enterprise;
        std::optional<rules::Delivery> delivery;
    };

    void walk(const json::value& value, const Around& around) {
        if (const json::array* array = value.if_array()) {
            for (const json::value& element : *array) walk_element(element, around);
            return;
        }
        const json::object* object = value.if_object();
        if (object == nullptr) return;
        Around inner = around;
        if (std::string named = string_or(value, "enterprise"); !named.empty()) {
            inner.enterprise = std::move(named);
        }
        take_delivery(value, inner);
        for (const auto& [key, member] : *object) {
            const bool is_list = key == "obligations" || key == "enterprises" || key == "duties";
            if (is_list) has_list_ = true;
            if (is_list || (member.is_object() && key != "delivery")) walk(member, inner);
        }
    }

    [[nodiscard]] rules::Result<std::vector<GivenObligation>> finish() {
        if (!faults_.empty()) return faults_;
        if (found_.empty() && !has_list_) {
            return rules::Faults{{{file_, 1, 1},
                                  "holds no list of obligations",
                                  "the JSON that 'qingkongctl derive' prints",
                                  rules::Severity::kError}};
        }
        return std::move(found_);
    }
    void note_bare_array() { has_list_ = true; }

 private:
    void take_delivery(const json::value& value, Around& around) {
        const json::value* given = find_member(value, "delivery");
        if (given == nullptr) return;
        around.delivery = delivery_from_json(*given, file_, zone_, faults_);
    }

    void walk_element(const json::value& element, const Around& around) {
        // An obligation names its check; anything else is a holder of lists.
        if (find_member(element, "check") == nullptr && find_member(element, "action") == nullptr) {
            walk(element, around);
            return;
        }
        json::value whole = element;
        if (find_member(whole, "enterprise") == nullptr && !around.enterprise.empty()) {
            whole.as_object()["enterprise"] = around.enterprise;
        }
        Around own = around;
        take_delivery(whole, own);
        whole.as_object().erase("delivery");
        if (find_member(whole, "check") == nullptr) {
            if (json::value check = check_of_action(whole); !check.is_null()) {
                whole.as_object()["check"] = std::move(check);
            }
        }
        auto obligation = obligation_from_json(whole, file_, zone_);
        if (obligation) {
            found_.push_back({std::move(*obligation), own.delivery});
            return;
        }
        for (const rules::Fault& fault : obligation.error()) faults_.push_back(fault);
    }

    const std::string& file_;
    rules::Zone zone_;
    bool has_list_ = false;
    std::vector<GivenObligation> found_;
    rules::Faults faults_;
};

}  // namespace

rules::Result<std::vector<GivenObligation>> read_obligations(std::string_view text,
                                                             const std::string& file,
                                                             rules::Zone zone) {
    const auto document = parse_json(text, file);
    if (!document) return document.error();
    Collector collector(file, zone);
    if (document->is_array()) collector.note_bare_array();
    collector.walk(*document, {});
    return collector.finish();
}

}  // namespace qk::plans
