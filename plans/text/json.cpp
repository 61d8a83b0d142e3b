#include "plans/text/json.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse_options.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>

#include "plans/text/csv.hpp"
#include "plans/text/json_out.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

// RFC 8785 sorts by UTF-16 code units. UTF-8 bytes sort by code point; the two differ only where
// one side is beyond the BMP (surrogates D800..DFFF) and the other is U+E000..U+FFFF.
bool utf16_less(std::string_view a, std::string_view b) {
    const auto [ia, ib] = std::ranges::mismatch(a, b);
    if (ia == a.end() || ib == b.end()) return a.size() < b.size();
    const auto ca = static_cast<unsigned char>(*ia);
    const auto cb = static_cast<unsigned char>(*ib);
    const bool a_beyond = ca >= 0xF0;
    const bool b_beyond = cb >= 0xF0;
    if (a_beyond != b_beyond) {
        const unsigned char other = a_beyond ? cb : ca;
        if (other >= 0xEE) return a_beyond;
    }
    return ca < cb;
}

using Members = boost::container::small_vector<const json::key_value_pair*, 32>;

Members by_name(const json::object& object) {
    Members members;
    for (const json::key_value_pair& member : object) members.push_back(&member);
    std::ranges::sort(members,
                      [](const auto* a, const auto* b) { return utf16_less(a->key(), b->key()); });
    return members;
}

struct Printer {
    std::string out;
    bool sorted = false;
    int indent = -1;  // blanks a level, -1: one line

    void line(int depth) {
        if (indent < 0) return;
        out += '\n';
        out.append(static_cast<std::size_t>(depth) * static_cast<std::size_t>(indent), ' ');
    }

    void print(const json::value& value, int depth) {
        switch (value.kind()) {
            case json::kind::null:
                out += "null";
                break;
            case json::kind::bool_:
                out += value.get_bool() ? "true" : "false";
                break;
            case json::kind::int64:
                append_json_whole(out, value.get_int64());
                break;
            case json::kind::uint64:
                out += std::to_string(value.get_uint64());
                break;
            case json::kind::double_:
                append_json_number(out, value.get_double());
                break;
            case json::kind::string:
                append_json_string(out, value.get_string());
                break;
            case json::kind::array:
                print_array(value.get_array(), depth);
                break;
            case json::kind::object:
                print_object(value.get_object(), depth);
                break;
        }
    }

    void print_array(const json::array& array, int depth) {
        out += '[';
        bool first = true;
        for (const json::value& item : array) {
            if (!first) out += ',';
            first = false;
            line(depth + 1);
            print(item, depth + 1);
        }
        if (!array.empty()) line(depth);
        out += ']';
    }

    void print_object(const json::object& object, int depth) {
        out += '{';
        bool first = true;
        const auto print_member = [&](const json::key_value_pair& member) {
            if (!first) out += ',';
            first = false;
            line(depth + 1);
            append_json_string(out, member.key());
            out += indent < 0 ? ":" : ": ";
            print(member.value(), depth + 1);
        };
        if (sorted) {
            for (const json::key_value_pair* member : by_name(object)) print_member(*member);
        } else {
            for (const json::key_value_pair& member : object) print_member(member);
        }
        if (!object.empty()) line(depth);
        out += '}';
    }
};

// The names of the objects that are open, so that one that stands twice is found: such a document
// means one thing to us and another to the next reader. Kept as hashes; a false alarm is as likely
// as a broken SHA.
class OpenNames {
 public:
    void open() { begins_.push_back(hashes_.size()); }
    // False: the name stands there already.
    bool add(std::string_view name) {
        const std::size_t hash = std::hash<std::string_view>{}(name);
        const auto begin = hashes_.begin() + static_cast<std::ptrdiff_t>(begins_.back());
        const bool is_small = hashes_.size() - begins_.back() < kSmall;
        const bool is_new = !is_small || std::find(begin, hashes_.end(), hash) == hashes_.end();
        hashes_.push_back(hash);
        return is_new;
    }
    // False: a name of a large object stood twice.
    bool close() {
        const auto begin = hashes_.begin() + static_cast<std::ptrdiff_t>(begins_.back());
        bool is_good = true;
        if (hashes_.size() - begins_.back() > kSmall) {
            std::sort(begin, hashes_.end());
            is_good = std::adjacent_find(begin, hashes_.end()) == hashes_.end();
        }
        hashes_.resize(begins_.back());
        begins_.pop_back();
        return is_good;
    }

 private:
    static constexpr std::size_t kSmall = 16;  // looked through; beyond, sorted at the end
    boost::container::small_vector<std::size_t, 64> hashes_;
    boost::container::small_vector<std::size_t, kJsonDepthMax + 1> begins_;
};

// Builds a value from what the parser meets. Boost.JSON 1.81 reads doubles to within a unit in the
// last place only; a signed document is verified over its numbers printed again, so ours are read
// exactly. What no document of ours holds is refused here, while it is read: a number that is not
// finite, a name twice in one object, more values than the memory is meant for.
class ExactBuilder {
 public:
    ExactBuilder(json::storage_ptr memory, std::size_t values_max) : values_left_(values_max) {
        stack_.reset(std::move(memory));
    }

    static constexpr std::size_t max_object_size = json::object::max_size();
    static constexpr std::size_t max_array_size = json::array::max_size();
    static constexpr std::size_t max_key_size = json::string::max_size();
    static constexpr std::size_t max_string_size = json::string::max_size();

    json::value release() { return stack_.release(); }
    // Why reading stopped; empty: the text is not JSON.
    [[nodiscard]] const rules::Fault& refusal() const { return refusal_; }

    bool on_document_begin(json::error_code&) { return true; }
    bool on_document_end(json::error_code&) { return true; }
    bool on_object_begin(json::error_code&) {
        names_.open();
        return true;
    }
    bool on_object_end(std::size_t count, json::error_code& error) {
        if (!names_.close()) return refuse_twice("a name", error);
        if (!count_one(error)) return false;
        stack_.push_object(count);
        return true;
    }
    bool on_array_begin(json::error_code&) { return true; }
    bool on_array_end(std::size_t count, json::error_code& error) {
        if (!count_one(error)) return false;
        stack_.push_array(count);
        return true;
    }
    bool on_key_part(json::string_view text, std::size_t, json::error_code&) {
        name_ += std::string_view(text);
        stack_.push_chars(text);
        return true;
    }
    bool on_key(json::string_view text, std::size_t, json::error_code& error) {
        bool is_new = false;
        if (name_.empty()) {
            is_new = names_.add(text);
        } else {
            name_ += std::string_view(text);
            is_new = names_.add(name_);
            name_.clear();
        }
        if (!is_new) return refuse_twice(quoted_cell(std::string_view(text)), error);
        if (!count_one(error)) return false;
        stack_.push_key(text);
        return true;
    }
    bool on_string_part(json::string_view text, std::size_t, json::error_code&) {
        stack_.push_chars(text);
        return true;
    }
    bool on_string(json::string_view text, std::size_t, json::error_code& error) {
        if (!count_one(error)) return false;
        stack_.push_string(text);
        return true;
    }
    bool on_number_part(json::string_view text, json::error_code& error) {
        number_ += std::string_view(text);
        return number_.size() <= kJsonNumberBytesMax || refuse_number(error);
    }
    bool on_int64(std::int64_t value, json::string_view, json::error_code& error) {
        number_.clear();
        if (!count_one(error)) return false;
        stack_.push_int64(value);
        return true;
    }
    bool on_uint64(std::uint64_t value, json::string_view, json::error_code& error) {
        number_.clear();
        if (!count_one(error)) return false;
        stack_.push_uint64(value);
        return true;
    }
    bool on_double(double about, json::string_view text, json::error_code& error) {
        number_ += std::string_view(text);
        if (number_.size() > kJsonNumberBytesMax) return refuse_number(error);
        double exact = 0;
        const auto read = std::from_chars(number_.data(), number_.data() + number_.size(), exact);
        // What is nearer to 0 than any double is 0. What is beyond all of them is no number: as
        // infinity it would pass for one until somebody counts with it or prints it.
        if (read.ec == std::errc::result_out_of_range && std::fabs(about) < 1)
            exact = 0;
        else if (read.ec != std::errc{} || !std::isfinite(exact))
            return refuse_number(error);
        number_.clear();
        if (!count_one(error)) return false;
        stack_.push_double(exact);
        return true;
    }
    bool on_bool(bool value, json::error_code& error) {
        if (!count_one(error)) return false;
        stack_.push_bool(value);
        return true;
    }
    bool on_null(json::error_code& error) {
        if (!count_one(error)) return false;
        stack_.push_null();
        return true;
    }
    bool on_comment_part(json::string_view, json::error_code&) { return true; }
    bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
    bool count_one(json::error_code& error) {
        if (values_left_ > 0) {
            --values_left_;
            return true;
        }
        return refuse("has too many values", "split the document", error);
    }
    bool refuse_number(json::error_code& error) {
        constexpr std::size_t kShown = 24;
        const std::string shown =
            number_.size() <= kShown ? number_ : number_.substr(0, kShown) + "...";
        return refuse(shown + " is beyond what a number can be",
                      "a number of at most 1.7e308 and 1000 characters", error);
    }
    bool refuse_twice(const std::string& name, json::error_code& error) {
        return refuse(name + " stands twice in one object", "every name once", error);
    }
    bool refuse(std::string what, std::string cure, json::error_code& error) {
        refusal_.what = std::move(what);
        refusal_.cure = std::move(cure);
        error = json::error::syntax;  // what stops the parser; the words are those above
        return false;
    }

    json::value_stack stack_;
    OpenNames names_;
    std::string name_;    // of a member, its text so far
    std::string number_;  // its text so far
    std::size_t values_left_;
    rules::Fault refusal_;
};

constexpr std::string_view kNotJson = "not JSON";

}  // namespace

std::string to_json_number(double value) {
    std::string out;
    append_json_number(out, value);
    return out;
}

std::string to_text(const json::value& value) {
    Printer printer;
    printer.print(value, 0);
    return std::move(printer.out);
}

std::string to_pretty_text(const json::value& value) {
    Printer printer;
    printer.indent = 2;
    printer.print(value, 0);
    return std::move(printer.out);
}

std::string canonical_text(const json::value& value) {
    Printer printer;
    printer.sorted = true;
    printer.print(value, 0);
    return std::move(printer.out);
}

rules::Result<json::value> parse_json(std::string_view text, const std::string& file) {
    return parse_json_in({}, text, file);
}

rules::Faults form_faults_of_json(std::string_view text, const std::string& file) {
    const auto read = parse_json(text, file);
    if (read) return {};
    rules::Faults faults = read.error();
    return faults.front().what.starts_with(kNotJson) ? faults : rules::Faults{};
}

rules::Result<json::value> parse_json_in(json::storage_ptr memory, std::string_view text,
                                         const std::string& file, std::size_t values_max) {
    json::parse_options options;
    options.max_depth = kJsonDepthMax;
    json::basic_parser<ExactBuilder> parser(options, std::move(memory), values_max);
    json::error_code error;
    // Editors on Windows put it there; JSON knows no such mark.
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
    if (!error && text.find_first_not_of(" \t\r\n", read) != std::string_view::npos) {
        error = json::error::extra_data;
    }
    if (!error) return parser.handler().release();
    const std::string_view before = text.substr(0, std::min(read, text.size()));
    const auto line_start = before.rfind('\n');
    const auto column =
        line_start == std::string_view::npos ? before.size() + 1 : before.size() - line_start;
    rules::Fault fault = parser.handler().refusal();
    if (fault.what.empty()) {
        fault.what = std::string(kNotJson) + " (" + error.message() + ")";
        fault.cure = "one whole JSON document";
    }
    fault.place = {file, 1 + static_cast<int>(std::ranges::count(before, '\n')),
                   static_cast<int>(column)};
    return rules::Faults{std::move(fault)};
}

const json::value* find_member(const json::value& value, std::string_view key) {
    const json::object* object = value.if_object();
    return object == nullptr ? nullptr : object->if_contains(key);
}

std::string string_or(const json::value& value, std::string_view key, std::string_view otherwise) {
    const json::value* member = find_member(value, key);
    if (member == nullptr || !member->is_string()) return std::string(otherwise);
    return std::string(member->get_string());
}

double number_or(const json::value& value, std::string_view key, double otherwise) {
    const json::value* member = find_member(value, key);
    if (member == nullptr || !member->is_number()) return otherwise;
    return member->to_number<double>();
}

}  // namespace qk::plans
