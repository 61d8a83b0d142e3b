// qingkongctl inventory upload and keep-map. The first upload of a bureau's own sheets is refused
// with a proposed map; a person corrects it, keep-map confirms it, and it is used from then on.
#include "daemon/ctl/inventory_online.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/online.hpp"
#include "plans/text/json.hpp"
#include "plans/text/xlsx_reader.hpp"

namespace qk::ctl {
namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
namespace json = boost::json;

constexpr const char* kBase = "/api/v1/inventories";
constexpr const char* kWorkbook =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct Body {
    std::string bytes;
    std::string content_type;
};

// The tables of a folder, and what lies beside them: season.toml, map.toml.
rules::Result<Body> body_of_folder(const fs::path& folder) {
    std::error_code error;
    json::object files;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string ending = at->path().extension().string();
        if (ending != ".csv" && ending != ".CSV" && ending != ".toml") continue;
        auto text = read_file(at->path().string());
        if (!text) return text.error();
        files[at->path().filename().string()] = std::move(*text);
    }
    if (error) return rules::refuse(folder.string() + ": " + error.message(), "a folder");
    return Body{plans::to_text(json::object{{"files", std::move(files)}}), "application/json"};
}

rules::Result<Body> body_of(const std::string& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) return body_of_folder(path);
    auto bytes = read_file(path);
    if (!bytes) return bytes.error();
    if (!plans::looks_like_zip(*bytes)) {
        return rules::refuse(path + " is neither a folder nor an .xlsx workbook",
                             "a folder of CSV tables, or one .xlsx");
    }
    return Body{std::move(*bytes), kWorkbook};
}

std::string name_of(const std::string& path) {
    fs::path name = fs::path(path).lexically_normal();
    if (!name.has_filename()) name = name.parent_path();
    return name.stem().string();
}

// Hands on the map that a refusal proposes, so that somebody can correct and keep it.
int write_proposal(const OnlineAnswer& answer, const std::optional<std::string>& out) {
    const auto problem = plans::parse_json(answer.body, "answer");
    const std::string map = problem ? plans::string_or(*problem, "proposed_map") : std::string();
    if (map.empty()) return kUnreachable;
    if (!out) {
        std::cout << map;
        return kUnreachable;
    }
    if (const auto written = write_file(*out, map); !written) {
        print_faults(written.error());
        return kBadUsage;
    }
    std::cerr << *out << ": 列映射建议，请核对后用 keep-map 确认"
              << " (a proposed map: correct it, then keep-map)\n";
    return kUnreachable;
}

std::string cell(const json::value& value, std::string_view key) {
    const json::value* found = plans::find_member(value, key);
    if (found == nullptr) return {};
    return found->is_string() ? std::string(found->get_string()) : plans::to_text(*found);
}

int show(const OnlineAnswer& answer, Format format, const std::vector<std::string>& columns) {
    const auto value = plans::parse_json(answer.body, "answer");
    if (!value) return kUnreachable;
    std::vector<std::string> row;
    for (const std::string& column : columns) row.push_back(cell(*value, column));
    print(std::cout, format, *value, {columns, {row}});
    return kHolds;
}

}  // namespace

int upload_inventory(const Arguments& arguments) {
    po::options_description options("inventory upload PATH");
    Daemon::add_options(options);
    auto add = options.add_options();
    add("path", po::value<std::string>(), "folder of CSV tables, or an .xlsx");
    add("name", po::value<std::string>(), "name of the edition; else the path's");
    add("map", po::value<std::string>(), "kept: only by the map that is kept; none: without it");
    add("map-out", po::value<std::string>(), "where a proposed map is written; else stdout");
    add("format", po::value<std::string>(), "json, csv or table");
    const auto values = parse_arguments("inventory upload", arguments, options, {"path"});
    if (!values) return values.exit_code();
    const auto path = text_of(*values, "path");
    const auto online = online_setting(*values);
    if (!path) std::cerr << "qingkongctl inventory upload: no path: a folder or an .xlsx\n";
    if (!path || !online) return kBadUsage;
    const auto body = body_of(*path);
    if (!body) {
        print_faults(body.error());
        return kBadUsage;
    }
    std::string query = "?name=" + url_encoded(text_of(*values, "name").value_or(name_of(*path)));
    if (const auto map = text_of(*values, "map")) query += "&map=" + url_encoded(*map);
    const auto answer = online->daemon.call("POST", kBase + query, body->bytes, body->content_type);
    if (answer && answer->is_good()) {
        return show(*answer, online->format, {"edition", "is_new", "column_map"});
    }
    const int code = explain_failure(answer);
    return answer ? write_proposal(*answer, text_of(*values, "map-out")) : code;
}

int keep_map(const Arguments& arguments) {
    po::options_description options("inventory keep-map MAP.toml");
    Daemon::add_options(options);
    auto add = options.add_options();
    add("path", po::value<std::string>(), "the map, corrected; your name is put in");
    add("format", po::value<std::string>(), "json, csv or table");
    const auto values = parse_arguments("inventory keep-map", arguments, options, {"path"});
    if (!values) return values.exit_code();
    const auto path = text_of(*values, "path");
    const auto online = online_setting(*values);
    if (!path) std::cerr << "qingkongctl inventory keep-map: no path: a map (TOML)\n";
    if (!path || !online) return kBadUsage;
    const auto text = read_file(*path);
    if (!text) {
        print_faults(text.error());
        return kBadUsage;
    }
    json::object body;
    body["map"] = *text;
    const auto answer =
        online->daemon.call("POST", std::string(kBase) + "/map", plans::to_text(body));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    return show(*answer, online->format, {"audit"});
}

}  // namespace qk::ctl
