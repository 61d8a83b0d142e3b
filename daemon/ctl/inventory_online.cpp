// qingkongctl inventory upload and keep-map. The first upload of a bureau's own sheets is refused
// with a proposed map; a person corrects it, keep-map confirms it, and it is used from then on.
#include "daemon/ctl/inventory_online.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/online.hpp"
#include "plans/text/json.hpp"
#include "plans/text/xlsx_reader.hpp"

namespace qk::ctl {
namespace {

namespace fs = std::filesystem;
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

int show(const OnlineAnswer& answer, Format format, const Columns& columns) {
    const auto value = plans::parse_json(answer.body, "answer");
    if (!value) return kUnreachable;
    print(std::cout, format, *value, {columns, {row_of(*value, columns)}});
    return kHolds;
}

int upload(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = *call.text("path");
    const auto body = body_of(path);
    if (!body) {
        print_faults(body.error());
        return kBadUsage;
    }
    std::string query = "?name=" + url_encoded(call.text("name").value_or(name_of(path)));
    if (const auto reason = call.text("answer")) query += "&answer=" + url_encoded(*reason);
    if (const auto map = call.text("map")) query += "&map=" + url_encoded(*map);
    const auto answer = online->daemon.call("POST", kBase + query, body->bytes, body->content_type);
    if (answer && answer->is_good()) {
        return show(*answer, online->format, {"edition", "is_new", "column_map"});
    }
    const int code = explain_failure(answer);
    return answer ? write_proposal(*answer, call.text("map-out")) : code;
}

int keep_map(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto text = read_file(*call.text("path"));
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

}  // namespace

std::vector<Command> online_inventory_commands() {
    return {
        {.name = "upload",
         .what = {"把一版清单上传到运行中的守护进程", "hand an edition to a running daemon"},
         .options = joined(
             {{place("path", "PATH",
                     {"CSV 表格目录，或一个 .xlsx", "folder of CSV tables, or an .xlsx"})
                   .required(),
               option("name", "NAME",
                      {"本版名称；默认取文件名", "name of the edition; default: the path's"}),
               option("answer", "TEXT",
                      {"对“有排放而不承担措施”各项的统一说明，记入审计和上传人名下",
                       "why some emit and owe nothing: one answer to all, kept with your name"}),
               option("map", "kept|none",
                      {"kept：只用已确认的列映射；none：不用列映射",
                       "kept: only by the map that is kept; none: without it"}),
               option("map-out", "FILE",
                      {"建议的列映射写入何处；默认标准输出",
                       "where a proposed map is written; default: standard output"})},
              online_options()}),
         .examples =
             {"qingkongctl inventory upload own.xlsx --map-out map.toml --token-file admin.token"},
         .run = upload},
        {.name = "keep-map",
         .what = {"确认列映射，此后上传即按其读取",
                  "confirm a column map; uploads are read by it from then on"},
         .options = joined(
             {{place("path", "FILE",
                     {"核对后的列映射；自动记入确认人", "the map, corrected; your name is put in"})
                   .required()},
              online_options()}),
         .examples = {"qingkongctl inventory keep-map map.toml --token-file admin.token"},
         .run = keep_map}};
}

}  // namespace qk::ctl
