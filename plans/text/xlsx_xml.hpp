// XML of an Office part, read as events over expat: local names only, no DTD, no entities beyond
// the five of XML, bounded depth. A document that declares a DTD is refused whole.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "plans/text/xlsx_zip.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {

inline constexpr int kXmlDepthMax = 64;

// Attributes of one element, by local name.
class XmlAttributes {
 public:
    explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::string_view get(std::string_view name) const {
        return find(name).value_or(std::string_view{});
    }

 private:
    const char** pairs_;
};

class XmlHandler {
 public:
    virtual ~XmlHandler() = default;
    virtual void start(std::string_view name, const XmlAttributes& attributes) = 0;
    virtual void end(std::string_view name) = 0;
    virtual void text(std::string_view piece) = 0;
    // Not empty: reading stops with this fault.
    [[nodiscard]] virtual const std::string& refusal() const = 0;
};

[[nodiscard]] rules::Result<void> read_xml_part(ZipParts& zip, const std::string& part,
                                                XmlHandler& handler);

}  // namespace qk::plans
