#include "plans/documents/atom.hpp"

#include "plans/documents/xml_parts.hpp"

namespace qk::plans {
namespace {

using namespace xml_parts;

void put_link(pugi::xml_node parent, std::string_view relation, std::string_view type,
              std::string_view address) {
    const pugi::xml_node link = parent.append_child("link");
    put_attribute(link, "rel", relation);
    put_attribute(link, "type", type);
    put_attribute(link, "href", address);
}

}  // namespace

std::string to_atom_xml(const AtomFeed& feed, rules::Zone zone) {
    pugi::xml_document document;
    pugi::xml_node root = begin_document(document, "feed", "http://www.w3.org/2005/Atom");
    put_attribute(root, "xml:lang", "zh-CN");
    put(root, "id", feed.id);
    put(root, "title", feed.title);
    put(root, "updated", rules::to_iso(feed.updated, zone));
    put(root.append_child("author"), "name", feed.author);
    put_link(root, "self", "application/atom+xml", feed.address);
    for (const AtomEntry& entry : feed.entries) {
        pugi::xml_node node = root.append_child("entry");
        put(node, "id", entry.id);
        put(node, "title", entry.title);
        put(node, "updated", rules::to_iso(entry.published, zone));
        put(node, "published", rules::to_iso(entry.published, zone));
        put_link(node, "alternate", feed.entry_type, entry.address);
        put(node, "summary", entry.summary);
        if (!entry.content.empty()) {
            put_attribute(put(node, "content", entry.content), "type", "text");
        }
    }
    return text_of(document);
}

}  // namespace qk::plans
