#include "plans/documents/xml_parts.hpp"

#include <sstream>

#include "plans/text/html.hpp"

namespace qk::plans::xml_parts {
namespace {

// What XML 1.0 does not allow is left out: pugixml would write it, as it is or as a reference.
std::string printable(std::string_view text) {
    std::string clean;
    clean.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const std::size_t length = not_for_xml(text.substr(i));
        if (length == 0) {
            clean += text[i];
        } else {
            i += length - 1;
        }
    }
    return clean;
}

}  // namespace

pugi::xml_node begin_document(pugi::xml_document& document, const char* root,
                              const char* xml_namespace) {
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    declaration.append_attribute("version") = "1.0";
    declaration.append_attribute("encoding") = "UTF-8";
    pugi::xml_node node = document.append_child(root);
    node.append_attribute("xmlns") = xml_namespace;
    return node;
}

std::string text_of(const pugi::xml_document& document) {
    std::ostringstream out;
    document.save(out, "  ", pugi::format_indent, pugi::encoding_utf8);
    return out.str();
}

pugi::xml_node put(pugi::xml_node parent, const char* name, std::string_view text) {
    pugi::xml_node node = parent.append_child(name);
    node.text().set(printable(text).c_str());
    return node;
}

void put_if(pugi::xml_node parent, const char* name, std::string_view text) {
    if (!text.empty()) put(parent, name, text);
}

void put_attribute(pugi::xml_node node, const char* name, std::string_view text) {
    node.append_attribute(name) = printable(text).c_str();
}

}  // namespace qk::plans::xml_parts
