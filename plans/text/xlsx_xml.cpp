#include "plans/text/xlsx_xml.hpp"

#include <expat.h>

namespace qk::plans {
namespace {

// expat joins namespace and local name with this mark.
constexpr char kNamespaceMark = '|';

std::string_view local(const char* name) {
    const std::string_view whole(name);
    const std::size_t mark = whole.rfind(kNamespaceMark);
    return mark == std::string_view::npos ? whole : whole.substr(mark + 1);
}

struct Reading {
    XML_Parser parser = nullptr;
    XmlHandler* handler = nullptr;
    int depth = 0;
    std::string refusal;

    void stop(std::string why) {
        if (refusal.empty()) refusal = std::move(why);
        XML_StopParser(parser, XML_FALSE);
    }
};

void on_start(void* user, const char* name, const char** attributes) {
    auto& reading = *static_cast<Reading*>(user);
    if (++reading.depth > kXmlDepthMax) {
        reading.stop("elements nested deeper than " + std::to_string(kXmlDepthMax));
        return;
    }
    reading.handler->start(local(name), XmlAttributes(attributes));
    if (!reading.handler->refusal().empty()) reading.stop(reading.handler->refusal());
}

void on_end(void* user, const char* name) {
    auto& reading = *static_cast<Reading*>(user);
    --reading.depth;
    if (!reading.refusal.empty()) return;
    reading.handler->end(local(name));
    if (!reading.handler->refusal().empty()) reading.stop(reading.handler->refusal());
}

void on_text(void* user, const char* piece, int size) {
    auto& reading = *static_cast<Reading*>(user);
    if (!reading.refusal.empty()) return;
    reading.handler->text({piece, static_cast<std::size_t>(size)});
    if (!reading.handler->refusal().empty()) reading.stop(reading.handler->refusal());
}

void on_doctype(void* user, const char*, const char*, const char*, int) {
    static_cast<Reading*>(user)->stop("a document type declaration, which no workbook has");
}

}  // namespace

std::optional<std::string_view> XmlAttributes::find(std::string_view name) const {
    for (const char** pair = pairs_; *pair != nullptr; pair += 2) {
        if (local(pair[0]) == name) return std::string_view(pair[1]);
    }
    return std::nullopt;
}

rules::Result<void> read_xml_part(ZipParts& zip, const std::string& part, XmlHandler& handler) {
    Reading reading;
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(
        XML_ParserCreateNS(nullptr, kNamespaceMark), XML_ParserFree);
    reading.parser = parser.get();
    reading.handler = &handler;
    XML_SetUserData(parser.get(), &reading);
    XML_SetElementHandler(parser.get(), on_start, on_end);
    XML_SetCharacterDataHandler(parser.get(), on_text);
    XML_SetStartDoctypeDeclHandler(parser.get(), on_doctype);
    bool good = true;
    std::int64_t given = 0;
    const auto element_bytes_max = static_cast<std::int64_t>(zip.limits().element_bytes_max);
    const auto take = [&](std::string_view piece, bool last) {
        good = XML_Parse(parser.get(), piece.data(), static_cast<int>(piece.size()),
                         last ? 1 : 0) == XML_STATUS_OK;
        // What belongs to no event yet is one tag that is looked through again with every piece.
        given += static_cast<std::int64_t>(piece.size());
        if (good && given - XML_GetCurrentByteIndex(parser.get()) > element_bytes_max) {
            reading.refusal = "an element of more than 1 MiB";
            good = false;
        }
        return good;
    };
    if (auto inflated = zip.inflate(part, take); good && !inflated) return inflated.error();
    if (good) return {};
    const auto line = static_cast<int>(XML_GetCurrentLineNumber(parser.get()));
    const auto column = static_cast<int>(XML_GetCurrentColumnNumber(parser.get())) + 1;
    std::string what =
        !reading.refusal.empty()
            ? reading.refusal
            : std::string("broken XML: ") + XML_ErrorString(XML_GetErrorCode(parser.get()));
    return rules::Faults{{{zip.file() + ":" + part, line, column},
                          std::move(what),
                          "save the workbook again with a spreadsheet",
                          rules::Severity::kError}};
}

}  // namespace qk::plans
