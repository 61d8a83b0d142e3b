#include "plans/text/xlsx_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plans/text/html.hpp"
#include "plans/text/json.hpp"
#include "plans/text/xlsx_zip.hpp"

namespace qk::plans {
namespace {

constexpr std::string_view kDeclaration =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr std::string_view kMain = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
constexpr std::string_view kRelations =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

// Cell formats of styles.xml by number: 0 general, 1 header, 2 text.
constexpr int kHeaderFormat = 1;
constexpr int kTextFormat = 2;

std::string xml_text(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '_':
                // What would read as an escape is itself escaped.
                out += text.substr(i).starts_with("_x") ? "_x005F_" : "_";
                break;
            default:
                if (const std::size_t length = not_for_xml(text.substr(i)); length == 1) {
                    out += fmt::format("_x{:04X}_", static_cast<unsigned char>(c));
                } else if (length > 1) {
                    out += text[i + 2] == '\xBE' ? "_xFFFE_" : "_xFFFF_";
                    i += length - 1;
                } else {
                    out += c;
                }
        }
    }
    return out;
}

std::string sheet_name(std::string_view name) {
    constexpr std::size_t kCharactersMax = 31;
    std::string out;
    std::size_t characters = 0;
    for (const char c : name) {
        const bool starts = (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        if (starts && ++characters > kCharactersMax) break;
        out += std::string_view("[]:*?/\\").find(c) != std::string_view::npos ? '_' : c;
    }
    return out;
}

std::string cell_xml(const XlsxCell& cell, std::size_t column, std::size_t row, int text_format) {
    const std::string at = column_letters(column) + std::to_string(row);
    if (const double* number = std::get_if<double>(&cell)) {
        if (!std::isfinite(*number)) return {};
        return fmt::format("<c r=\"{}\"><v>{}</v></c>", at, to_json_number(*number));
    }
    const std::string& text = std::get<std::string>(cell);
    if (text.empty()) return {};
    return fmt::format(
        "<c r=\"{}\" s=\"{}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>", at,
        text_format, xml_text(text));
}

std::string sheet_xml(const XlsxSheet& sheet) {
    std::string out = fmt::format(
        "{}<worksheet xmlns=\"{}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" "
        "topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
        "<cols>",
        kDeclaration, kMain);
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
        out += fmt::format("<col min=\"{0}\" max=\"{0}\" width=\"{1}\" customWidth=\"1\"/>", i + 1,
                           to_json_number(sheet.columns[i].width));
    }
    out += "</cols><sheetData><row r=\"1\">";
    for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
        out += cell_xml(sheet.columns[i].title, i + 1, 1, kHeaderFormat);
    }
    out += "</row>";
    for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
        out += fmt::format("<row r=\"{}\">", r + 2);
        for (std::size_t i = 0; i < sheet.rows[r].size(); ++i) {
            out += cell_xml(sheet.rows[r][i], i + 1, r + 2, kTextFormat);
        }
        out += "</row>";
    }
    out += "</sheetData>";
    if (!sheet.columns.empty()) {
        out += fmt::format("<autoFilter ref=\"A1:{}{}\"/>", column_letters(sheet.columns.size()),
                           sheet.rows.size() + 1);
    }
    return out + "</worksheet>";
}

std::string styles_xml() {
    return fmt::format(
        "{}<styleSheet xmlns=\"{}\"><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"宋体\"/>"
        "</font><font><b/><sz val=\"11\"/><name val=\"宋体\"/></font></fonts><fills count=\"3\">"
        "<fill><patternFill patternType=\"none\"/></fill><fill><patternFill "
        "patternType=\"gray125\"/></fill><fill><patternFill patternType=\"solid\"><fgColor "
        "rgb=\"FFDDE7F0\"/></patternFill></fill></fills><borders "
        "count=\"1\"><border><left/><right/>"
        "<top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf/>"
        "</cellStyleXfs><cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" "
        "borderId=\"0\"/><xf numFmtId=\"49\" fontId=\"1\" fillId=\"2\" borderId=\"0\" "
        "applyFont=\"1\" applyFill=\"1\" applyAlignment=\"1\"><alignment wrapText=\"1\"/></xf>"
        "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" applyNumberFormat=\"1\"/>"
        "</cellXfs><cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/>"
        "</cellStyles></styleSheet>",
        kDeclaration, kMain);
}

}  // namespace

std::string column_letters(std::size_t column) {
    std::string letters;
    for (; column > 0; column = (column - 1) / 26) {
        letters.insert(letters.begin(), static_cast<char>('A' + (column - 1) % 26));
    }
    return letters;
}

std::string write_xlsx(const std::vector<XlsxSheet>& sheets) {
    std::string types = fmt::format(
        "{}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default "
        "Extension=\"rels\" "
        "ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
        "<Default Extension=\"xml\" ContentType=\"application/xml\"/><Override "
        "PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument."
        "spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\""
        "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/>",
        kDeclaration);
    const std::string package = "http://schemas.openxmlformats.org/package/2006/relationships";
    std::string book = fmt::format("{}<workbook xmlns=\"{}\" xmlns:r=\"{}\"><sheets>", kDeclaration,
                                   kMain, kRelations);
    std::string book_relations =
        fmt::format("{}<Relationships xmlns=\"{}\">", kDeclaration, package);
    std::vector<ZipPart> parts;
    for (std::size_t i = 0; i < sheets.size(); ++i) {
        const std::string part = fmt::format("worksheets/sheet{}.xml", i + 1);
        types += fmt::format(
            "<Override PartName=\"/xl/{}\" ContentType=\"application/vnd.openxmlformats-"
            "officedocument.spreadsheetml.worksheet+xml\"/>",
            part);
        book += fmt::format("<sheet name=\"{}\" sheetId=\"{}\" r:id=\"rId{}\"/>",
                            xml_text(sheet_name(sheets[i].name)), i + 1, i + 1);
        book_relations +=
            fmt::format("<Relationship Id=\"rId{}\" Type=\"{}/worksheet\" Target=\"{}\"/>", i + 1,
                        kRelations, part);
        parts.push_back({"xl/" + part, sheet_xml(sheets[i])});
    }
    book_relations += fmt::format(
        "<Relationship Id=\"rId{}\" Type=\"{}/styles\" Target=\"styles.xml\"/></Relationships>",
        sheets.size() + 1, kRelations);
    const std::string root = fmt::format(
        "{}<Relationships xmlns=\"{}\"><Relationship Id=\"rId1\" Type=\"{}/officeDocument\" "
        "Target=\"xl/workbook.xml\"/></Relationships>",
        kDeclaration, package, kRelations);
    parts.insert(parts.begin(), {{"[Content_Types].xml", types + "</Types>"},
                                 {"_rels/.rels", root},
                                 {"xl/workbook.xml", book + "</sheets></workbook>"},
                                 {"xl/_rels/workbook.xml.rels", book_relations},
                                 {"xl/styles.xml", styles_xml()}});
    return write_zip(parts);
}

}  // namespace qk::plans
