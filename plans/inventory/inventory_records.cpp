#include "plans/inventory/inventory_records.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

json::value or_null(const std::optional<double>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

template <class Range>
json::array array_of(const Range& range) {
    json::array out;
    for (const auto& item : range) out.emplace_back(item);
    return out;
}

void add_grams(json::array& out, const DailyEmission& emission) {
    for (const std::int64_t grams : emission.grams) out.emplace_back(grams);
}

json::array record_of(const Enterprise& e) {
    json::array grades;
    for (const Grade& grade : e.grades) grades.emplace_back(grade.name);
    json::array out{"enterprise",
                    e.row,
                    e.id,
                    e.name,
                    e.region,
                    e.industry,
                    e.grade.name,
                    std::move(grades),
                    e.grade_suspended,
                    to_text(e.category),
                    or_null(e.lon),
                    or_null(e.lat),
                    e.contact,
                    e.phone,
                    e.permit,
                    e.exempt_class,
                    e.exempt_up_to ? rules::to_text(*e.exempt_up_to) : std::string_view(),
                    e.exempt_until ? rules::to_iso(*e.exempt_until) : std::string(),
                    e.exempt_evidence};
    for (std::size_t i = 0; i < kEmissionCount; ++i) {
        out.emplace_back(e.permit_t_a ? or_null((*e.permit_t_a)[i]) : json::value(nullptr));
    }
    return out;
}

json::array record_of(const Line& l) {
    json::array out{"line",
                    l.row,
                    l.enterprise,
                    l.id,
                    l.name,
                    l.equipment,
                    or_null(l.capacity),
                    l.capacity_unit,
                    l.uninterruptible,
                    l.ramp_down_hours,
                    l.idle};
    add_grams(out, l.emission);
    // Last and only where it is said, so that an edition without it keeps its digest.
    if (!l.industry.empty()) out.emplace_back(l.industry.text());
    return out;
}

json::array record_of(const OwnMeasure& m) {
    json::object extra;
    for (const auto& [name, value] : m.extra) extra[name] = value;
    return {"measure",
            m.row,
            m.enterprise,
            m.line,
            rules::to_text(m.level),
            rules::to_text(m.action),
            m.ratio,
            m.detail,
            std::move(extra)};
}

json::array record_of(const Meter& m) {
    return {"meter",
            m.row,
            m.id,
            m.enterprise,
            m.line,
            rules::to_text(m.role),
            or_null(m.rated_kw),
            or_null(m.idle_kw)};
}

json::array record_of(const Outlet& o) {
    return {"outlet", o.row, o.id, o.enterprise, o.line, o.mn, array_of(o.factors)};
}

json::array record_of(const AreaEmission& a) {
    json::array out{"area_emission", a.row, a.region, to_text(a.source)};
    add_grams(out, a.emission);
    return out;
}

json::array record_of(const OtherSource& o) {
    json::array out{"other_source", o.row,        o.id,   o.name,         to_text(o.source),
                    o.region,       o.enterprise, o.kind, or_null(o.size)};
    add_grams(out, o.emission);
    for (const OtherSource::AtLevel& level : o.at_level) {
        out.emplace_back(level.measure);
        out.emplace_back(level.ratio);
    }
    out.emplace_back(o.owner);
    out.emplace_back(o.contact);
    out.emplace_back(o.phone);
    return out;
}

json::array record_of(const DepartmentTask& t) {
    return {"department_task", t.row,      t.department, rules::to_text(t.level), t.task, t.owner,
            t.phone,           t.deadline, t.basis};
}

// Cells of one record, taken one after the other; a wrong type is remembered and answered at the
// end.
class Cells {
 public:
    explicit Cells(const json::array& cells) : cells_(cells) {}

    std::string text() {
        const json::value* cell = take();
        if (cell != nullptr && cell->is_string()) return std::string(cell->get_string());
        return fail<std::string>();
    }
    int row() { return static_cast<int>(whole()); }
    std::int64_t whole() {
        const json::value* cell = take();
        if (cell != nullptr && cell->is_int64()) return cell->get_int64();
        return fail<std::int64_t>();
    }
    bool truth() {
        const json::value* cell = take();
        return cell != nullptr && cell->is_bool() ? cell->get_bool() : fail<bool>();
    }
    std::optional<double> maybe_number() {
        const json::value* cell = take();
        if (cell != nullptr && cell->is_null()) return std::nullopt;
        if (cell != nullptr && cell->is_number()) return cell->to_number<double>();
        return fail<std::optional<double>>();
    }
    double number() { return maybe_number().value_or(0); }
    std::vector<std::string> texts() {
        std::vector<std::string> out;
        const json::value* cell = take();
        if (cell == nullptr || !cell->is_array()) return fail<std::vector<std::string>>();
        for (const json::value& item : cell->get_array()) {
            if (!item.is_string()) return fail<std::vector<std::string>>();
            out.emplace_back(item.get_string());
        }
        return out;
    }
    std::map<std::string, std::string> named_texts() {
        std::map<std::string, std::string> out;
        const json::value* cell = take();
        if (cell == nullptr || !cell->is_object()) return fail<decltype(out)>();
        for (const auto& [name, value] : cell->get_object()) {
            if (!value.is_string()) return fail<decltype(out)>();
            out.emplace(name, value.get_string());
        }
        return out;
    }
    template <class Value>
    Value word(std::optional<Value> (*parse)(std::string_view)) {
        const auto value = parse(text());
        return value ? *value : fail<Value>();
    }
    DailyEmission emission() {
        DailyEmission emission;
        for (std::int64_t& grams : emission.grams) grams = whole();
        return emission;
    }
    [[nodiscard]] bool more() const { return at_ < cells_.size(); }
    [[nodiscard]] bool good() const { return good_ && at_ == cells_.size(); }

 private:
    const json::value* take() { return at_ < cells_.size() ? &cells_[at_++] : nullptr; }
    template <class Value>
    Value fail() {
        good_ = false;
        return Value{};
    }

    const json::array& cells_;
    std::size_t at_ = 0;
    bool good_ = true;
};

bool read_enterprise(Cells cells, Inventory& inventory) {
    Enterprise& e = inventory.enterprises.emplace_back();
    (void)cells.text();
    e.row = cells.row();
    e.id = cells.text();
    e.name = cells.text();
    e.region = cells.text();
    e.industry = cells.text();
    e.grade.name = cells.text();
    for (std::string& name : cells.texts()) e.grades.push_back({std::move(name)});
    e.grade_suspended = cells.truth();
    e.category = cells.word(parse_category);
    e.lon = cells.maybe_number();
    e.lat = cells.maybe_number();
    e.contact = cells.text();
    e.phone = cells.text();
    e.permit = cells.text();
    e.exempt_class = cells.text();
    const std::string up_to = cells.text();
    const std::string until = cells.text();
    if (!up_to.empty()) e.exempt_up_to = rules::parse_colour(up_to);
    if (!until.empty()) e.exempt_until = rules::parse_day(until);
    e.exempt_evidence = cells.text();
    PermitLimits limits;
    bool limited = false;
    for (std::optional<double>& limit : limits) {
        limit = cells.maybe_number();
        limited = limited || limit;
    }
    if (limited) e.permit_t_a = std::make_shared<const PermitLimits>(limits);
    return cells.good() && (up_to.empty() || e.exempt_up_to) && (until.empty() || e.exempt_until);
}

bool read_line(Cells cells, Inventory& inventory) {
    Line& l = inventory.lines.emplace_back();
    (void)cells.text();
    l.row = cells.row();
    l.enterprise = cells.text();
    l.id = cells.text();
    l.name = cells.text();
    l.equipment = cells.text();
    l.capacity = cells.maybe_number();
    l.capacity_unit = cells.text();
    l.uninterruptible = cells.truth();
    l.ramp_down_hours = cells.number();
    l.idle = cells.truth();
    l.emission = cells.emission();
    if (cells.more()) l.industry = cells.text();
    return cells.good();
}

bool read_measure(Cells cells, Inventory& inventory) {
    OwnMeasure& m = inventory.own_measures.emplace_back();
    (void)cells.text();
    m.row = cells.row();
    m.enterprise = cells.text();
    m.line = cells.text();
    m.level = cells.word(rules::parse_colour);
    m.action = cells.word(rules::parse_action);
    m.ratio = cells.number();
    m.detail = cells.text();
    m.extra = cells.named_texts();
    return cells.good();
}

bool read_meter(Cells cells, Inventory& inventory) {
    Meter& m = inventory.meters.emplace_back();
    (void)cells.text();
    m.row = cells.row();
    m.id = cells.text();
    m.enterprise = cells.text();
    m.line = cells.text();
    m.role = cells.word(rules::parse_meter_role);
    m.rated_kw = cells.maybe_number();
    m.idle_kw = cells.maybe_number();
    return cells.good();
}

bool read_outlet(Cells cells, Inventory& inventory) {
    Outlet& o = inventory.outlets.emplace_back();
    (void)cells.text();
    o.row = cells.row();
    o.id = cells.text();
    o.enterprise = cells.text();
    o.line = cells.text();
    o.mn = cells.text();
    o.factors = cells.texts();
    return cells.good();
}

bool read_area(Cells cells, Inventory& inventory) {
    AreaEmission& a = inventory.area_emissions.emplace_back();
    (void)cells.text();
    a.row = cells.row();
    a.region = cells.text();
    a.source = cells.word(parse_source);
    a.emission = cells.emission();
    return cells.good();
}

bool read_other_source(Cells cells, Inventory& inventory) {
    OtherSource& o = inventory.other_sources.emplace_back();
    (void)cells.text();
    o.row = cells.row();
    o.id = cells.text();
    o.name = cells.text();
    o.source = cells.word(parse_source);
    o.region = cells.text();
    o.enterprise = cells.text();
    o.kind = cells.text();
    o.size = cells.maybe_number();
    o.emission = cells.emission();
    for (OtherSource::AtLevel& level : o.at_level) {
        level.measure = cells.text();
        level.ratio = cells.number();
    }
    o.owner = cells.text();
    o.contact = cells.text();
    o.phone = cells.text();
    return cells.good();
}

bool read_department_task(Cells cells, Inventory& inventory) {
    DepartmentTask& t = inventory.department_tasks.emplace_back();
    (void)cells.text();
    t.row = cells.row();
    t.department = cells.text();
    t.level = cells.word(rules::parse_colour);
    t.task = cells.text();
    t.owner = cells.text();
    t.phone = cells.text();
    t.deadline = cells.text();
    t.basis = cells.text();
    return cells.good();
}

struct Kind {
    std::string_view name;
    bool (*read)(Cells, Inventory&);
};

constexpr Kind kKinds[] = {{"enterprise", read_enterprise},
                           {"line", read_line},
                           {"measure", read_measure},
                           {"meter", read_meter},
                           {"outlet", read_outlet},
                           {"area_emission", read_area},
                           {"other_source", read_other_source},
                           {"department_task", read_department_task}};

bool read_record(const json::value& value, Inventory& inventory) {
    if (!value.is_array() || value.get_array().empty() || !value.get_array()[0].is_string()) {
        return false;
    }
    const json::array& cells = value.get_array();
    for (const Kind& kind : kKinds) {
        if (std::string_view(cells[0].get_string()) == kind.name) {
            return kind.read(Cells(cells), inventory);
        }
    }
    return false;
}

template <class Rows>
void append_records(std::string& out, const Rows& rows, RowNumbers numbers) {
    for (const auto& row : rows) {
        json::array record = record_of(row);
        if (numbers == RowNumbers::kLeftOut) record[1] = 0;
        out += to_text(json::value(std::move(record)));
        out += '\n';
    }
}

}  // namespace

std::string records_text(const Inventory& inventory, RowNumbers rows) {
    std::string out;
    append_records(out, inventory.enterprises, rows);
    append_records(out, inventory.lines, rows);
    append_records(out, inventory.own_measures, rows);
    append_records(out, inventory.meters, rows);
    append_records(out, inventory.outlets, rows);
    append_records(out, inventory.area_emissions, rows);
    append_records(out, inventory.other_sources, rows);
    append_records(out, inventory.department_tasks, rows);
    return out;
}

rules::Result<Inventory> read_records(std::string_view text, const std::string& file,
                                      int first_line) {
    Inventory inventory;
    rules::Faults faults;
    for (int line = first_line; !text.empty(); ++line) {
        const std::size_t end = text.find('\n');
        const std::string_view record = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        const auto value = parse_json(record, file);
        if (value && read_record(*value, inventory)) continue;
        faults.push_back({{file, line, 0},
                          "not a row of an inventory",
                          "the text as it was written by Qingkong",
                          rules::Severity::kError});
    }
    if (!faults.empty()) return faults;
    return inventory;
}

}  // namespace qk::plans
