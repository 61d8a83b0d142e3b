#include "plans/text/docx_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "plans/text/html.hpp"
#include "plans/text/xlsx_zip.hpp"

namespace qk::plans {
namespace {

constexpr std::string_view kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view kWord =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

// In twentieths of a point: 567 of them are a centimetre. GB/T 9704-2012, 5.2.1: above 37 mm,
// binding side 28 mm, type area 156 mm × 225 mm, so 26 mm on the other side and 35 mm below; 22
// lines in 225 mm are 29 points each.
constexpr int kPageWidth = 11906;
constexpr int kPageHeight = 16838;
constexpr int kAbove = 2098;
constexpr int kBelow = 1984;
constexpr int kBinding = 1588;
constexpr int kOutside = 1474;
constexpr int kLine = 579;
constexpr int kTypeWidth = kPageWidth - kBinding - kOutside;

// Sizes are in half points: size 2 (二号) is 22 points, 3 is 16, 4 is 14; tables are a size
// smaller.
struct Look {
    const char* font;
    int half_points;
    const char* align;
    int indent_characters;  // first line, in hundredths of a character
    int right_characters;   // likewise, from the right edge
    bool is_bold;
};

Look look_of(DocxStyle style) {
    switch (style) {
        case DocxStyle::kTitle:
            return {"方正小标宋简体", 44, "center", 0, 0, false};
        case DocxStyle::kMark:
            return {"黑体", 32, "center", 0, 0, true};
        case DocxStyle::kHeading:
            return {"黑体", 32, "both", 200, 0, false};
        case DocxStyle::kHeading2:
            return {"楷体_GB2312", 32, "both", 200, 0, false};
        case DocxStyle::kBody:
            return {"仿宋_GB2312", 32, "both", 200, 0, false};
        case DocxStyle::kIssuer:
            return {"仿宋_GB2312", 32, "right", 0, 200, false};
        case DocxStyle::kDate:
            return {"仿宋_GB2312", 32, "right", 0, 400, false};
        case DocxStyle::kNote:
            return {"仿宋_GB2312", 24, "left", 0, 0, false};
    }
    return {"仿宋_GB2312", 32, "both", 200, 0, false};
}

std::string run(const Look& look, std::string_view text) {
    return fmt::format(
        "<w:r><w:rPr><w:rFonts w:ascii=\"Times New Roman\" w:hAnsi=\"Times New Roman\" "
        "w:eastAsia=\"{0}\"/>{1}<w:sz w:val=\"{2}\"/><w:szCs w:val=\"{2}\"/></w:rPr><w:t "
        "xml:space=\"preserve\">{3}</w:t></w:r>",
        look.font, look.is_bold ? "<w:b/>" : "", look.half_points, escape_html(text));
}

std::string paragraph(const DocxParagraph& block) {
    const Look look = look_of(block.style);
    const bool is_title = block.style == DocxStyle::kTitle;
    const bool leads = block.style == DocxStyle::kHeading || block.style == DocxStyle::kHeading2;
    return fmt::format(
        "<w:p><w:pPr>{}<w:spacing w:line=\"{}\" w:lineRule=\"exact\"{}/><w:ind "
        "w:firstLineChars=\"{}\" w:rightChars=\"{}\"/><w:jc w:val=\"{}\"/></w:pPr>{}</w:p>\n",
        leads ? "<w:keepNext/>" : "", is_title ? 700 : kLine,
        is_title ? " w:before=\"579\" w:after=\"579\"" : "", look.indent_characters,
        look.right_characters, look.align, run(look, block.text));
}

std::string cell(std::string_view text, int width, bool is_head) {
    const Look look{is_head ? "黑体" : "仿宋_GB2312", 24, "left", 0, 0, false};
    return fmt::format(
        "<w:tc><w:tcPr><w:tcW w:w=\"{}\" w:type=\"dxa\"/></w:tcPr><w:p><w:pPr><w:spacing "
        "w:line=\"360\" w:lineRule=\"atLeast\"/></w:pPr>{}</w:p></w:tc>",
        width, run(look, text));
}

std::string row(const std::vector<std::string>& cells, const std::vector<int>& widths,
                bool is_head) {
    std::string xml = "<w:tr><w:trPr><w:cantSplit/>";
    if (is_head) xml += "<w:tblHeader/>";
    xml += "</w:trPr>";
    for (std::size_t i = 0; i < widths.size(); ++i) {
        xml += cell(i < cells.size() ? std::string_view(cells[i]) : std::string_view(), widths[i],
                    is_head);
    }
    return xml + "</w:tr>\n";
}

std::string table(const DocxTable& block) {
    int shares = 0;
    for (const DocxColumn& column : block.columns) shares += column.share;
    std::vector<int> widths;
    std::vector<std::string> head;
    for (const DocxColumn& column : block.columns) {
        widths.push_back(kTypeWidth * column.share / std::max(1, shares));
        head.push_back(column.title);
    }
    std::string xml = fmt::format(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/>"
        "<w:tblBorders>",
        std::accumulate(widths.begin(), widths.end(), 0));
    for (const char* side : {"top", "left", "bottom", "right", "insideH", "insideV"}) {
        xml += fmt::format("<w:{} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>",
                           side);
    }
    xml += "</w:tblBorders></w:tblPr><w:tblGrid>";
    for (const int width : widths) xml += fmt::format("<w:gridCol w:w=\"{}\"/>", width);
    xml += "</w:tblGrid>\n" + row(head, widths, true);
    for (const auto& cells : block.rows) xml += row(cells, widths, false);
    // Two tables that follow on each other would become one.
    return xml + "</w:tbl>\n<w:p/>\n";
}

// "— 1 —", one character in from the outer edge: right on odd pages, left on even ones (7.5).
std::string footer(const char* align, const char* side) {
    const std::string_view look =
        "<w:rPr><w:rFonts w:ascii=\"宋体\" w:hAnsi=\"宋体\" w:eastAsia=\"宋体\"/><w:sz "
        "w:val=\"28\"/></w:rPr>";
    return fmt::format(
        "{0}<w:ftr {1}><w:p><w:pPr><w:ind w:{2}Chars=\"100\"/><w:jc "
        "w:val=\"{3}\"/></w:pPr><w:r>{4}<w:t "
        "xml:space=\"preserve\">— </w:t></w:r><w:r>{4}<w:fldChar "
        "w:fldCharType=\"begin\"/></w:r><w:r>{4}"
        "<w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r><w:r>{4}<w:fldChar "
        "w:fldCharType=\"end\"/></w:r><w:r>{4}<w:t xml:space=\"preserve\"> "
        "—</w:t></w:r></w:p></w:ftr>",
        kXml, kWord, side, align, look);
}

std::string content_types() {
    constexpr std::string_view kType =
        "application/vnd.openxmlformats-officedocument.wordprocessingml";
    std::string xml = fmt::format(
        "{}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
        "Extension=\"rels\" "
        "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/>",
        kXml);
    for (const auto& [part, kind] : {std::pair{"document", "document.main"},
                                     {"settings", "settings"},
                                     {"footer1", "footer"},
                                     {"footer2", "footer"}}) {
        xml += fmt::format("<Override PartName=\"/word/{}.xml\" ContentType=\"{}.{}+xml\"/>", part,
                           kType, kind);
    }
    return xml + "</Types>";
}

std::string relations(const std::vector<std::pair<std::string, std::string>>& links) {
    std::string xml = fmt::format(
        "{}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">",
        kXml);
    int number = 0;
    for (const auto& [kind, target] : links) {
        xml += fmt::format(
            "<Relationship Id=\"rId{}\" "
            "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
            "relationships/{}\" Target=\"{}\"/>",
            ++number, kind, target);
    }
    return xml + "</Relationships>";
}

std::string section() {
    return fmt::format(
        "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId2\"/><w:footerReference "
        "w:type=\"even\" r:id=\"rId3\"/><w:pgSz w:w=\"{}\" w:h=\"{}\"/><w:pgMar w:top=\"{}\" "
        "w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" w:header=\"851\" w:footer=\"1400\" "
        "w:gutter=\"0\"/><w:docGrid w:type=\"lines\" w:linePitch=\"{}\"/></w:sectPr>",
        kPageWidth, kPageHeight, kAbove, kOutside, kBelow, kBinding, kLine);
}

}  // namespace

std::string write_docx(const std::vector<DocxBlock>& blocks) {
    std::string body = fmt::format("{}<w:document {}><w:body>\n", kXml, kWord);
    for (const DocxBlock& block : blocks) {
        const auto* text = std::get_if<DocxParagraph>(&block);
        body += text != nullptr ? paragraph(*text) : table(std::get<DocxTable>(block));
    }
    body += section() + "</w:body></w:document>";
    const std::string settings = fmt::format(
        "{}<w:settings {}><w:mirrorMargins/><w:evenAndOddHeaders/></w:settings>", kXml, kWord);
    return write_zip({{"[Content_Types].xml", content_types()},
                      {"_rels/.rels", relations({{"officeDocument", "word/document.xml"}})},
                      {"word/document.xml", body},
                      {"word/_rels/document.xml.rels", relations({{"settings", "settings.xml"},
                                                                  {"footer", "footer1.xml"},
                                                                  {"footer", "footer2.xml"}})},
                      {"word/settings.xml", settings},
                      {"word/footer1.xml", footer("right", "right")},
                      {"word/footer2.xml", footer("left", "left")}});
}

}  // namespace qk::plans
