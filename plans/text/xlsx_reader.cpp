#include "plans/text/xlsx_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "plans/text/csv.hpp"
#include "plans/text/trimmed.hpp"
#include "plans/text/xlsx_cells.hpp"
#include "plans/text/xlsx_xml.hpp"
#include "rules/base/fault_list.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

std::size_t number_or(std::string_view text, std::size_t otherwise) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : otherwise;
}

// What an element's handler shares: the reason to stop.
class Handler : public XmlHandler {
 public:
    [[nodiscard]] const std::string& refusal() const override { return refusal_; }
    void text(std::string_view) override {}
    void end(std::string_view) override {}

 protected:
    std::string refusal_;
};

struct Relation {
    std::string type;  // last word of the type's address: "worksheet", "sharedStrings", "styles"
    std::string target;
};

class RelationsHandler : public Handler {
 public:
    explicit RelationsHandler(const XlsxLimits& limits) : limits_(limits) {}

    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name != "Relationship") return;
        if (relations.size() >= limits_.relations_max) {
            refusal_ = "more than " + std::to_string(limits_.relations_max) + " relations";
            return;
        }
        const std::string_view type = attributes.get("Type");
        relations[std::string(attributes.get("Id"))] = {
            std::string(type.substr(type.rfind('/') + 1)), std::string(attributes.get("Target"))};
    }

    std::map<std::string, Relation> relations;

 private:
    const XlsxLimits& limits_;
};

struct SheetEntry {
    std::string name;
    std::string relation;
    bool hidden = false;
};

class WorkbookHandler : public Handler {
 public:
    explicit WorkbookHandler(const XlsxLimits& limits) : limits_(limits) {}

    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "workbookPr") {
            const std::string_view flag = attributes.get("date1904");
            base_1904 = flag == "1" || flag == "true";
        } else if (name == "sheet") {
            if (sheets.size() >= limits_.sheets_max) {
                refusal_ = "more than " + std::to_string(limits_.sheets_max) + " sheets";
                return;
            }
            const std::string_view state = attributes.get("state");
            sheets.push_back({std::string(trimmed(attributes.get("name"))),
                              std::string(attributes.get("id")),
                              state == "hidden" || state == "veryHidden"});
        }
    }

    std::vector<SheetEntry> sheets;
    bool base_1904 = false;

 private:
    const XlsxLimits& limits_;
};

// Which cell formats show dates.
class StylesHandler : public Handler {
 public:
    explicit StylesHandler(const XlsxLimits& limits) : limits_(limits) {}

    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "numFmt") {
            custom_[number_or(attributes.get("numFmtId"), 0)] =
                is_date_format_code(attributes.get("formatCode"));
            if (custom_.size() > limits_.formats_max) refuse_formats();
        } else if (name == "cellXfs") {
            in_cell_formats_ = true;
        } else if (name == "xf" && in_cell_formats_) {
            const std::size_t id = number_or(attributes.get("numFmtId"), 0);
            const auto custom = custom_.find(id);
            shows_date.push_back(custom != custom_.end()
                                     ? custom->second
                                     : is_date_format_id(static_cast<int>(id % 10'000)));
            if (shows_date.size() > limits_.formats_max) refuse_formats();
        }
    }
    void end(std::string_view name) override {
        if (name == "cellXfs") in_cell_formats_ = false;
    }

    std::vector<bool> shows_date;

 private:
    void refuse_formats() {
        refusal_ = "more than " + std::to_string(limits_.formats_max) + " formats of cells";
    }

    const XlsxLimits& limits_;
    std::map<std::size_t, bool> custom_;
    bool in_cell_formats_ = false;
};

// The text of all cells, shared or not, within its bound.
struct TextStore {
    std::deque<std::string>& strings;
    std::size_t left;

    // Empty with `refusal` set when there is no room.
    std::string_view keep(std::string text, std::string& refusal) {
        if (text.size() > left) {
            refusal = "more text than a workbook may hold";
            return {};
        }
        left -= text.size();
        return trimmed(strings.emplace_back(std::move(text)));
    }
};

class SharedStringsHandler : public Handler {
 public:
    SharedStringsHandler(const XlsxLimits& limits, TextStore& texts)
        : limits_(limits), texts_(texts) {}

    void start(std::string_view name, const XmlAttributes&) override {
        if (name == "si")
            text_.clear();
        else if (name == "rPh")
            ++phonetic_;
        else if (name == "t")
            in_text_ = phonetic_ == 0;
    }
    void end(std::string_view name) override {
        if (name == "rPh")
            --phonetic_;
        else if (name == "t")
            in_text_ = false;
        else if (name == "si")
            keep();
    }
    void text(std::string_view piece) override {
        if (!in_text_) return;
        text_ += piece;
        if (text_.size() > limits_.cell_bytes_max) refusal_ = "a text of more than 1 MiB";
    }

    std::vector<std::string_view> by_number;

 private:
    void keep() {
        if (by_number.size() >= limits_.strings_max) {
            refusal_ = "more than " + std::to_string(limits_.strings_max) + " strings";
            return;
        }
        by_number.push_back(texts_.keep(without_escapes(text_), refusal_));
    }

    const XlsxLimits& limits_;
    TextStore& texts_;
    std::string text_;
    int phonetic_ = 0;
    bool in_text_ = false;
};

// What the cells of every sheet are read with.
struct Context {
    const XlsxLimits& limits;
    const std::vector<std::string_view>& shared;
    const std::vector<bool>& shows_date;
    bool base_1904 = false;
    TextStore& texts;
    std::size_t cells_left = 0;
};

class SheetHandler : public Handler {
 public:
    SheetHandler(Context& context, Sheet& sheet, std::string place)
        : context_(context), sheet_(sheet), place_(std::move(place)) {}

    void start(std::string_view name, const XmlAttributes& attributes) override {
        if (name == "row")
            start_row(attributes);
        else if (name == "c")
            start_cell(attributes);
        else if (name == "rPh")
            ++phonetic_;
        else if (name == "v" || name == "t")
            in_text_ = phonetic_ == 0;
        else if (name == "f")
            has_formula_ = true;
        else if (name == "mergeCell")
            take_merge(attributes.get("ref"));
    }
    void end(std::string_view name) override {
        if (name == "row")
            end_row();
        else if (name == "mergeCells")
            fill_merged();
        else if (name == "c")
            end_cell();
        else if (name == "rPh")
            --phonetic_;
        else if (name == "v" || name == "t")
            in_text_ = false;
    }
    void text(std::string_view piece) override {
        if (!in_text_) return;
        text_ += piece;
        if (text_.size() > context_.limits.cell_bytes_max) refusal_ = "a text of more than 1 MiB";
    }

 private:
    void start_row(const XmlAttributes& attributes) {
        constexpr std::size_t kRowsMax = 1'048'576;
        const std::size_t number =
            number_or(attributes.get("r"), static_cast<std::size_t>(row_.number) + 1);
        if (number <= static_cast<std::size_t>(row_.number) || number > kRowsMax) {
            refusal_ = "rows out of order at row " + std::to_string(row_.number);
            return;
        }
        row_ = {static_cast<int>(number), sheet_.cells.size(), 0};
        column_ = 0;
    }

    void end_row() {
        if (row_.count > 0) sheet_.rows.push_back(row_);
    }

    void start_cell(const XmlAttributes& attributes) {
        text_.clear();
        type_ = attributes.find("t").value_or("n");
        format_ = number_or(attributes.get("s"), 0);
        ++column_;
        if (const auto reference = attributes.find("r")) {
            const auto parsed = parse_reference(*reference);
            if (!parsed || parsed->column < column_ || parsed->row != row_.number) {
                refusal_ = "a cell that is out of place: " + quoted_cell(*reference);
                return;
            }
            column_ = parsed->column;
        }
        has_formula_ = false;
    }

    [[nodiscard]] std::string here() const { return reference_text(column_, row_.number); }

    void end_cell() {
        if (text_.empty()) {
            // A formula may give an empty text; without a kind it gave nothing yet.
            if (has_formula_ && type_ == "n") {
                find("a formula without a stored value",
                     "open the workbook in a spreadsheet and save it, or enter the value");
            }
            return;
        }
        const std::string_view value = type_ == "s" ? shared_text() : keep(cell_text());
        if (value.empty() || !refusal_.empty()) return;
        if (column_ > context_.limits.columns_max) {
            find("cell " + here() + ", beyond column " +
                     std::to_string(context_.limits.columns_max) + ", holds " + quoted_cell(value) +
                     " far from the table and is not read",
                 "go to " + here() + ", delete its row and column, and save",
                 rules::Severity::kWarning);
            return;
        }
        const std::size_t grown = column_ - row_.count;
        if (grown > context_.cells_left) {
            refusal_ = "more than " + std::to_string(context_.limits.cells_max) + " cells";
            return;
        }
        context_.cells_left -= grown;
        sheet_.cells.resize(row_.first + column_ - 1);
        sheet_.cells.push_back(value);
        row_.count = column_;
    }

    std::string_view shared_text() {
        const std::size_t number = number_or(text_, context_.shared.size());
        if (number < context_.shared.size()) return context_.shared[number];
        refusal_ = "cell " + here() + " of sheet '" + sheet_.name + "' has string number " +
                   quoted_cell(text_) + ", which the workbook has not";
        return {};
    }

    std::string cell_text() {
        if (type_ == "inlineStr" || type_ == "str") return without_escapes(text_);
        if (type_ == "b") return text_ == "1" || text_ == "true" ? "true" : "false";
        if (type_ == "d") return text_;
        if (type_ == "e") {
            find("the cell holds the error value " + quoted_cell(text_), "correct its formula");
            return {};
        }
        const auto value = rules::parse_number(text_);
        if (!value) {
            find("the cell is stored as a number but holds " + quoted_cell(text_),
                 "enter it again");
            return {};
        }
        if (format_ < context_.shows_date.size() && context_.shows_date[format_]) {
            if (auto date = date_text(*value, context_.base_1904)) return *std::move(date);
        }
        constexpr double kDigitsEnd = 1e15;
        if (std::fabs(*value) >= kDigitsEnd) {
            find(quoted_cell(text_) +
                     " is a number of more than 15 digits: a spreadsheet keeps no more, "
                     "the others are lost",
                 "format the column as text and enter the id again");
        }
        return number_text(*value);
    }

    // Ranges that are one cell to the eye, as far as they reach over several rows.
    void take_merge(std::string_view range) {
        constexpr std::size_t kMergesMax = 100'000;
        const std::size_t colon = range.find(':');
        if (colon == std::string_view::npos || merges_.size() >= kMergesMax) return;
        const auto first = parse_reference(range.substr(0, colon));
        const auto last = parse_reference(range.substr(colon + 1));
        if (!first || !last || last->row <= first->row) return;
        if (first->column <= context_.limits.columns_max) merges_.push_back({*first, last->row});
    }

    // Text of a merged cell stands in each of its rows that has other cells. A number does not: an
    // emission would be counted in each.
    void fill_merged() {
        std::map<std::size_t, std::map<std::size_t, std::string_view>> added;  // by row, column
        const auto at_row = [this](int number) {
            return std::ranges::lower_bound(sheet_.rows, number, {}, &Sheet::Row::number);
        };
        for (const Merge& merge : merges_) {
            const std::size_t column = merge.first.column - 1;
            auto row = at_row(merge.first.row);
            if (row == sheet_.rows.end() || row->number != merge.first.row ||
                column >= row->count) {
                continue;
            }
            const std::string_view value = sheet_.cells[row->first + column];
            if (value.empty()) continue;
            constexpr std::size_t kDigitsOfId = 15;  // longer ones are credit codes, stored as text
            const bool is_number = value.size() < kDigitsOfId && rules::parse_number(value);
            for (++row; row != sheet_.rows.end() && row->number <= merge.last_row; ++row) {
                if (is_number) {
                    find_at(sheet_.merged_numbers, row->number, merge.first.column,
                            "the cell is merged with " +
                                reference_text(merge.first.column, merge.first.row) +
                                ", which holds " + quoted_cell(value),
                            "undo the merge and enter the number of each row");
                } else {
                    added[static_cast<std::size_t>(row - sheet_.rows.begin())][column] = value;
                }
            }
        }
        if (!added.empty()) put_in(added);
    }

    void put_in(const std::map<std::size_t, std::map<std::size_t, std::string_view>>& added) {
        std::vector<std::string_view> cells;
        cells.reserve(sheet_.cells.size() + added.size());
        for (std::size_t i = 0; i < sheet_.rows.size(); ++i) {
            Sheet::Row& row = sheet_.rows[i];
            const std::size_t first = cells.size();
            const auto old = sheet_.cells_of(row);
            cells.insert(cells.end(), old.begin(), old.end());
            const auto of_row = added.find(i);
            if (of_row != added.end()) {
                for (const auto& [column, value] : of_row->second) {
                    if (cells.size() < first + column + 1) cells.resize(first + column + 1);
                    if (cells[first + column].empty()) cells[first + column] = value;
                }
            }
            row.first = first;
            row.count = cells.size() - first;
        }
        if (cells.size() > context_.limits.cells_max) {
            refusal_ = "more than " + std::to_string(context_.limits.cells_max) + " cells";
            return;
        }
        sheet_.cells = std::move(cells);
    }

    void find_at(rules::Faults& findings, int row, std::size_t column, std::string what,
                 std::string cure) {
        if (findings.size() >= rules::FaultList::kKeptMax) return;  // those are enough
        findings.push_back({{place_, row, static_cast<int>(column)},
                            std::move(what),
                            std::move(cure),
                            rules::Severity::kError});
    }

    void find(std::string what, std::string cure,
              rules::Severity severity = rules::Severity::kError) {
        if (sheet_.findings.size() >= rules::FaultList::kKeptMax) return;  // those are enough
        sheet_.findings.push_back({{place_, row_.number, static_cast<int>(column_)},
                                   std::move(what),
                                   std::move(cure),
                                   severity});
    }

    std::string_view keep(std::string text) {
        if (text.empty()) return {};
        return context_.texts.keep(std::move(text), refusal_);
    }

    Context& context_;
    Sheet& sheet_;
    std::string place_;
    Sheet::Row row_;
    std::size_t column_ = 0;
    std::string type_;
    std::string text_;
    std::size_t format_ = 0;
    int phonetic_ = 0;
    bool in_text_ = false;
    bool has_formula_ = false;
    struct Merge {
        CellReference first;
        int last_row = 0;
    };
    std::vector<Merge> merges_;
};

// Target of a relation as a part's name: relative to the folder of the part that names it.
std::string part_name(const std::string& base_folder, std::string_view written) {
    std::string slashed(written);
    std::ranges::replace(slashed, '\\', '/');
    std::string_view target = slashed;
    if (target.starts_with('/')) return std::string(target.substr(1));
    std::string folder = base_folder;
    while (target.starts_with("../")) {
        target.remove_prefix(3);
        if (!folder.empty()) folder.pop_back();
        folder.resize(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/') + 1);
    }
    if (target.starts_with("./")) target.remove_prefix(2);
    return folder + std::string(target);
}

// What an archive without a workbook's list of sheets is.
std::string other_archive(const ZipParts& zip) {
    if (zip.has("xl/workbook.bin")) return "is a binary workbook (.xlsb)";
    if (zip.has("content.xml")) return "is an OpenDocument file (.ods)";
    if (zip.has("word/document.xml")) return "is a text document (.docx)";
    return "is a zip archive but no workbook";
}

class WorkbookReader {
 public:
    WorkbookReader(ZipParts& zip, const XlsxLimits& limits) : zip_(zip), limits_(limits) {}

    rules::Result<Workbook> read() {
        Workbook book;
        WorkbookHandler entries(limits_);
        RelationsHandler relations(limits_);
        if (auto read = read_entries(entries, relations); !read) return read.error();
        StylesHandler styles(limits_);
        TextStore texts{book.strings, limits_.text_bytes_max};
        SharedStringsHandler strings(limits_, texts);
        XmlHandler* of_styles = &styles;
        XmlHandler* of_strings = &strings;
        for (const auto& [id, relation] : relations.relations) {
            XmlHandler** handler = nullptr;
            if (relation.type == "styles") handler = &of_styles;
            if (relation.type == "sharedStrings") handler = &of_strings;
            const std::string part = part_name(folder_, relation.target);
            // The first of its type counts; a workbook has one.
            if (handler == nullptr || *handler == nullptr || !zip_.has(part)) continue;
            if (auto read = read_xml_part(zip_, part, **handler); !read) return read.error();
            *handler = nullptr;
        }
        Context context{limits_, strings.by_number, styles.shows_date, entries.base_1904,
                        texts,   limits_.cells_max};
        for (const SheetEntry& entry : entries.sheets) {
            const auto relation = relations.relations.find(entry.relation);
            if (relation == relations.relations.end() || relation->second.type != "worksheet") {
                continue;  // a sheet that is a chart
            }
            Sheet& sheet = book.sheets.emplace_back();
            sheet.name = entry.name;
            sheet.hidden = entry.hidden;
            SheetHandler handler(context, sheet, zip_.file() + ":" + entry.name);
            const std::string part = part_name(folder_, relation->second.target);
            if (auto read = read_xml_part(zip_, part, handler); !read) return read.error();
        }
        if (book.sheets.empty()) {
            return rules::Faults{{{zip_.file(), 0, 0},
                                  "holds no sheet",
                                  "an .xlsx workbook",
                                  rules::Severity::kError}};
        }
        return book;
    }

 private:
    // The workbook's list of sheets and its relations; notes the folder they are relative to.
    rules::Result<void> read_entries(WorkbookHandler& entries, RelationsHandler& relations) {
        std::string workbook = "xl/workbook.xml";
        if (zip_.has("_rels/.rels")) {
            RelationsHandler roots(limits_);
            if (auto read = read_xml_part(zip_, "_rels/.rels", roots); !read) return read.error();
            for (const auto& [id, relation] : roots.relations) {
                if (relation.type == "officeDocument") workbook = part_name("", relation.target);
            }
        }
        const std::size_t slash = workbook.rfind('/');
        folder_ = slash == std::string::npos ? "" : workbook.substr(0, slash + 1);
        if (!zip_.has(workbook)) {
            return rules::Faults{{{zip_.file(), 0, 0},
                                  other_archive(zip_),
                                  "open it in a spreadsheet and save it as .xlsx",
                                  rules::Severity::kError}};
        }
        if (auto read = read_xml_part(zip_, workbook, entries); !read) return read.error();
        const std::string name = workbook.substr(folder_.size());
        return read_xml_part(zip_, folder_ + "_rels/" + name + ".rels", relations);
    }

    ZipParts& zip_;
    const XlsxLimits& limits_;
    std::string folder_;
};

}  // namespace

bool looks_like_zip(std::string_view bytes) { return bytes.starts_with("PK\x03\x04"); }

rules::Result<Workbook> read_xlsx(std::string_view bytes, const std::string& file,
                                  const XlsxLimits& limits) {
    auto zip = ZipParts::open(bytes, file, limits);
    if (!zip) return zip.error();
    return WorkbookReader(*zip, limits).read();
}

}  // namespace qk::plans
