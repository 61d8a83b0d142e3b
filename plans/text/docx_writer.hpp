// Paragraphs and tables -> the bytes of a .docx, laid out as GB/T 9704-2012 (党政机关公文格式) lays
// out a page: A4, type area 156 mm × 225 mm, 37 mm above and 28 mm on the binding side, 22 lines of
// 28 characters of FangSong size 3, title XiaoBiaoSong size 2, first-level headings HeiTi,
// second-level KaiTi, page numbers SongTi size 4 outside. No head in red and no document number:
// those are given where the paper is filed. The same blocks give the same bytes: no clock, no
// temporary file.
//
// The fonts are named and not embedded; an office that lacks one shows its own.
#pragma once

#include <string>
#include <variant>
#include <vector>

namespace qk::plans {

enum class DocxStyle {
    kTitle,
    kMark,      // centred and bold: an exercise
    kHeading,   // 一、
    kHeading2,  // （一）
    kBody,      // first line indented by two characters
    kIssuer,    // right, two characters in
    kDate,      // right, four characters in
    kNote,      // small, under a table
};
struct DocxParagraph {
    DocxStyle style = DocxStyle::kBody;
    std::string text;
};
struct DocxColumn {
    std::string title;
    int share = 1;  // of the width
};
struct DocxTable {
    std::vector<DocxColumn> columns;  // the head is repeated on each page
    std::vector<std::vector<std::string>> rows;
};
using DocxBlock = std::variant<DocxParagraph, DocxTable>;

[[nodiscard]] std::string write_docx(const std::vector<DocxBlock>& blocks);

inline constexpr char kDocxType[] =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

}  // namespace qk::plans
