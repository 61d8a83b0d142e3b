// XML documents built by pugixml, as CAP and Atom want them: with a declaration, and without any
// character that XML 1.0 does not allow. For cap.cpp and atom.cpp only.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <string_view>

namespace qk::plans::xml_parts {

// Declaration and root element.
[[nodiscard]] pugi::xml_node begin_document(pugi::xml_document& document, const char* root,
                                            const char* xml_namespace);
[[nodiscard]] std::string text_of(const pugi::xml_document& document);

pugi::xml_node put(pugi::xml_node parent, const char* name, std::string_view text);
void put_if(pugi::xml_node parent, const char* name,
            std::string_view text);  // not where it is empty
void put_attribute(pugi::xml_node node, const char* name, std::string_view text);

}  // namespace qk::plans::xml_parts
