#include "plans/paper/atom.hpp"

#include "plans/text/html.hpp"

namespace qk::plans {
namespace {

std::string element(std::string_view name, std::string_view text) {
    std::string xml = "<";
    xml += name;
    xml += '>';
    xml += escape_html(text);
    xml += "</";
    xml += name;
    xml += ">\n";
    return xml;
}

std::string link(std::string_view relation, std::string_view type, std::string_view address) {
    return "<link rel=\"" + std::string(relation) + "\" type=\"" + std::string(type) +
           "\" href=\"" + escape_html(address) + "\"/>\n";
}

}  // namespace

std::string to_atom_xml(const AtomFeed& feed, rules::Zone zone) {
    std::string xml =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">\n";
    xml += element("id", feed.id);
    xml += element("title", feed.title);
    xml += element("updated", rules::to_iso(feed.updated, zone));
    xml += "<author>" + element("name", feed.author) + "</author>\n";
    xml += link("self", "application/atom+xml", feed.address);
    for (const AtomEntry& entry : feed.entries) {
        xml += "<entry>\n";
        xml += element("id", entry.id);
        xml += element("title", entry.title);
        xml += element("updated", rules::to_iso(entry.published, zone));
        xml += element("published", rules::to_iso(entry.published, zone));
        xml += link("alternate", feed.entry_type, entry.address);
        xml += element("summary", entry.summary);
        if (!entry.content.empty()) {
            xml += "<content type=\"text\">" + escape_html(entry.content) + "</content>\n";
        }
        xml += "</entry>\n";
    }
    return xml + "</feed>\n";
}

}  // namespace qk::plans
