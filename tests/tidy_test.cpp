// The tree itself as a test: who may include whom, no circles, no wall clock outside main, no
// banned word, nothing too long, nothing unlisted. Each rule is first tried on a planted violation,
// so that a rule that has gone blind is red.
#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace qk {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct SourceFile {
    std::string path;  // relative to the root, "rules/base/time.hpp"
    std::vector<std::string> lines;
};

const std::map<std::string, std::set<std::string>> kMayInclude = {
    {"rules", {"rules"}},
    {"plans", {"rules", "plans"}},
    {"daemon", {"rules", "plans", "daemon"}},
    {"sim", {"rules", "plans", "sim"}},  // of daemon only kPublicToSim
};
// The floors of the daemon from the ground up: a folder includes none that stands behind it. What
// stands in daemon/ itself (app, main) is the roof.
const std::vector<std::string> kFloors = {
    "base",     "command_line", "store",      "access",     "api",        "service",
    "packs",    "inventory",    "air",        "orders",     "addressees", "readings",
    "warnings", "compliance",   "trust",      "enterprise", "publish",    "roster",
    "watch",    "retention",    "federation", "client",     "mqtt",       "broker",
    "http",     "hj212",        "backup",     "ctl",        "agent"};
// Their headers say what a service is and does; what a request and an answer look like is for the
// .cpp that serves routes.
const std::set<std::string> kSubjects = {
    "packs", "inventory",  "air",     "orders",    "readings", "warnings",   "compliance", "watch",
    "trust", "enterprise", "publish", "retention", "roster",   "federation", "addressees"};
const std::set<std::string> kPublicToSim = {
    "daemon/app.hpp", "daemon/base/canary.hpp", "daemon/base/ports.hpp",
    "daemon/command_line/command_line.hpp", "daemon/readings/disk.hpp"};

// Banned in production code, each with what to use. The wall clock belongs to main alone.
struct Ban {
    std::string pattern;
    std::string instead;
    std::set<std::string> excepted;
};
const std::vector<Ban> kBans = {
    {R"(system_clock::now)",
     "take a Clock& or an Instant",
     {"daemon/main.cpp", "daemon/ctl/main.cpp", "daemon/agent/main.cpp"}},
    {R"(steady_clock::now)",
     "take a Clock&; how long a program took, its main says",
     {"daemon/main.cpp", "daemon/agent/main.cpp", "sim/main.cpp", "tests/bench/air_bench.cpp",
      "tests/bench/edition_bench.cpp", "tests/bench/floor_bench.cpp",
      "tests/daemon/mqtt/broker.hpp", "tests/sim/mqtt_client_test.cpp"}},
    {R"(sleep_for|sleep_until\(std)", "wait on the Clock", {}},
    {R"(\blocaltime|\bgmtime|\bmktime|std::time\()", "rules/base/time.hpp", {}},
    {R"(std::sto[ildfu])", "std::from_chars or parse_decimal", {}},
    {R"(\bfloat\b)", "double or Decimal", {}},
    {R"(\bdetached\b)", "a TaskGroup or a completion handler", {}},
    {R"(\bTODO\b|\bFIXME\b|\bXXX\b)", "finish it or drop it", {}},
    {R"(std::format\b|<format>)", "fmt: g++ 12 has no std::format", {}},
    {R"(error\(\)\.(begin|end)\()", "a named copy: result::error() returns by value", {}},
    {R"(\brand\(\)|std::random_device)", "a seed that is passed in", {}},
    {R"(bindNoCopy)",
     "InPlace, which takes no text that is gone before it is used",
     {"daemon/store/session.cpp"}},
    {R"(SQLite::|<SQLiteCpp/)",
     "a Session",
     {"daemon/store/session.cpp", "daemon/store/session.hpp"}},
    {R"(<sqlite3\.h>|\bsqlite3_\w+\(|\bSQLITE_[A-Z])",
     "what daemon/store says of it (broken.hpp, damage.hpp)",
     {"daemon/store/audit.cpp", "daemon/store/broken.cpp", "daemon/store/damage.cpp",
      "daemon/store/online_copy.cpp", "daemon/store/readers.cpp", "daemon/store/store.cpp",
      "sim/prove/sim_vfs.cpp", "tests/sim/prove/sim_vfs_test.cpp"}},
};
// A .cpp without a header of its own is X_<part>.cpp of X.hpp. The commands of qingkongctl stand in
// one table (commands.hpp), and Asio's own sources are compiled in one place.
const std::set<std::string> kOfAnotherName = {"daemon/base/asio.cpp"};
constexpr int kFunctionLinesMax = 70;
constexpr std::size_t kColumnsMax = 110;  // .clang-format aims at 100; Chinese text counts bytes
constexpr std::size_t kFileLinesMax = 650;

std::vector<SourceFile> read_tree() {
    const fs::path root = QK_SOURCE_DIR;
    std::vector<SourceFile> files;
    for (const std::string top : {"rules", "plans", "daemon", "sim"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
            const auto extension = entry.path().extension();
            if (extension != ".cpp" && extension != ".hpp") continue;
            SourceFile file;
            file.path = fs::relative(entry.path(), root).generic_string();
            std::ifstream in(entry.path());
            for (std::string line; std::getline(in, line);) file.lines.push_back(line);
            files.push_back(std::move(file));
        }
    }
    std::ranges::sort(files, {}, &SourceFile::path);
    return files;
}

std::string top_of(const std::string& path) { return path.substr(0, path.find('/')); }

std::vector<std::string> includes_of(const SourceFile& file) {
    static const std::regex kInclude(R"re(^\s*#include "([^"]+)")re");
    std::vector<std::string> includes;
    for (const std::string& line : file.lines) {
        std::smatch match;
        if (line.find("#include") == std::string::npos) continue;
        if (std::regex_search(line, match, kInclude)) includes.push_back(match[1]);
    }
    return includes;
}

std::vector<std::string> layer_faults(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        const std::string top = top_of(file.path);
        for (const std::string& include : includes_of(file)) {
            const bool allowed = kMayInclude.at(top).contains(top_of(include)) ||
                                 (top == "sim" && kPublicToSim.contains(include));
            if (!allowed) faults.push_back(file.path + " may not include " + include);
        }
    }
    return faults;
}

// The number of a file's floor; the roof is above all, and a folder that is not in the list too.
std::size_t floor_of(const std::string& path) {
    const std::string inside = path.substr(std::string("daemon/").size());
    const auto slash = inside.find('/');
    if (slash == std::string::npos) return kFloors.size();
    const auto found = std::ranges::find(kFloors, inside.substr(0, slash));
    return found == kFloors.end() ? kFloors.size() + 1
                                  : static_cast<std::size_t>(found - kFloors.begin());
}

std::vector<std::string> floor_faults(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        if (top_of(file.path) != "daemon") continue;
        const std::size_t own = floor_of(file.path);
        if (own > kFloors.size()) faults.push_back(file.path + " stands on no floor");
        for (const std::string& include : includes_of(file)) {
            if (top_of(include) != "daemon") continue;
            if (floor_of(include) > own) faults.push_back(file.path + " reaches up to " + include);
        }
    }
    return faults;
}

std::vector<std::string> api_in_headers(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        if (top_of(file.path) != "daemon" || !file.path.ends_with(".hpp")) continue;
        const std::size_t floor = floor_of(file.path);
        if (floor >= kFloors.size() || !kSubjects.contains(kFloors[floor])) continue;
        for (const std::string& include : includes_of(file)) {
            if (include.starts_with("daemon/api/")) {
                faults.push_back(file.path + " includes " + include + ": declare what it names");
            }
        }
    }
    return faults;
}

std::vector<std::string> circle_faults(const std::vector<SourceFile>& files) {
    std::map<std::string, std::vector<std::string>> graph;
    for (const SourceFile& file : files) {
        if (file.path.ends_with(".hpp")) graph[file.path] = includes_of(file);
    }
    std::vector<std::string> faults;
    std::map<std::string, int> state;  // 1: on the way, 2: done
    const std::function<void(const std::string&)> visit = [&](const std::string& path) {
        if (state[path] == 2) return;
        if (state[path] == 1) {
            faults.push_back("include circle through " + path);
            return;
        }
        state[path] = 1;
        for (const std::string& next : graph[path]) {
            if (graph.contains(next)) visit(next);
        }
        state[path] = 2;
    };
    std::vector<std::string> paths;
    for (const auto& [path, unused] : graph) paths.push_back(path);
    for (const std::string& path : paths) visit(path);
    return faults;
}

std::string without_comment_and_text(const std::string& line) {
    std::string code;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line.compare(at, 2, "//") == 0) break;
        code += line[at];
        if (line[at] != '"') continue;
        std::size_t end = at + 1;
        while (end < line.size() && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
        if (end >= line.size()) continue;  // not closed in this line: not a text
        code += '"';
        at = end;
    }
    return code;
}

// What stands in every text that a pattern finds: the longest plain piece of each alternative. To
// look for it costs nothing beside std::regex, which takes a minute for the tree.
std::vector<std::string> plain_pieces_of(const std::string& pattern) {
    std::vector<std::string> pieces;
    std::string longest;
    std::string piece;
    int depth = 0;  // of brackets
    const auto end_piece = [&] {
        if (piece.size() > longest.size()) longest = piece;
        piece.clear();
    };
    for (std::size_t at = 0; at < pattern.size(); ++at) {
        const char c = pattern[at];
        EXPECT_EQ(std::string("*?{").find(c), std::string::npos) << "in " << pattern;
        if (c == '|' && depth == 0) {
            end_piece();
            pieces.push_back(std::exchange(longest, {}));
        } else if (depth == 0 && (std::isalnum(static_cast<unsigned char>(c)) != 0 ||
                                  std::string("_:<>/").find(c) != std::string::npos)) {
            piece += c;
        } else {
            end_piece();
        }
        if (c == '\\') ++at;
        if (c == '(' || c == '[') ++depth;
        if (c == ')' || c == ']') --depth;
    }
    end_piece();
    pieces.push_back(longest);
    return pieces;
}

bool holds_any(const std::string& line, const std::vector<std::string>& pieces) {
    return std::ranges::any_of(pieces, [&line](const std::string& piece) {
        return line.find(piece) != std::string::npos;
    });
}

std::vector<std::string> banned_words(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const Ban& ban : kBans) {
        const std::regex pattern(ban.pattern);
        const std::vector<std::string> pieces = plain_pieces_of(ban.pattern);
        for (const SourceFile& file : files) {
            if (ban.excepted.contains(file.path)) continue;
            for (std::size_t i = 0; i < file.lines.size(); ++i) {
                if (!holds_any(file.lines[i], pieces)) continue;
                const bool in_comment_too = ban.pattern.find("TODO") != std::string::npos;
                const std::string code =
                    in_comment_too ? file.lines[i] : without_comment_and_text(file.lines[i]);
                if (std::regex_search(code, pattern)) {
                    faults.push_back(file.path + ":" + std::to_string(i + 1) + ": use " +
                                     ban.instead);
                }
            }
        }
    }
    return faults;
}

bool holds_sql(const SourceFile& file) {
    static const std::regex kSql(
        R"re("[^"]*\b(SELECT|INSERT INTO|INSERT OR \w+ INTO|UPDATE \w+ SET|DELETE FROM|WITH RECURSIVE|ORDER BY) )re"
        R"re(|\bStatement \w+\(|\bdb_?\.(exec|query|row|one|has|count|each|script)\b)re");
    static const std::vector<std::string> kPieces{"SELECT", "INSERT",    "UPDATE",     "DELETE",
                                                  "WITH R", "ORDER BY ", "Statement ", "db"};
    return std::ranges::any_of(file.lines, [](const std::string& line) {
        return holds_any(line, kPieces) && std::regex_search(line.substr(0, line.find("//")), kSql);
    });
}

// SQL stands with the store and in the rows of its subject (*_rows.cpp); nobody else asks a
// session.
std::vector<std::string> sql_faults(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        const bool is_at_home =
            file.path.starts_with("daemon/store/") || file.path.ends_with("_rows.cpp");
        if (!is_at_home && holds_sql(file))
            faults.push_back(file.path + ": SQL belongs into a _rows.cpp");
    }
    return faults;
}

// A brace-built struct, a capturing lambda or what a ?: makes, in the statement of a co_await, is
// destroyed twice by g++ 12; of a co_await in the condition of a while it makes, at -O2, an illegal
// instruction.
std::vector<std::string> risky_awaits(const std::vector<SourceFile>& files) {
    static const std::regex kRisky(
        R"re(co_await[^;]*\[[^\]]+\]\s*(\(|\{|mutable)|co_await[^;]*\w\(\{[^}])re"
        R"re(|co_await[^;]*\?[^;]*:|while \((?:[^()]|\([^()]*\))*co_await)re");
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        std::string statement;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            statement += without_comment_and_text(file.lines[i]) + " ";
            if (statement.find_first_of(";{}") == std::string::npos) continue;
            // A statement ends at its semicolon; a lambda's brace belongs to it.
            if (statement.find("co_await") != std::string::npos &&
                std::regex_search(statement, kRisky)) {
                faults.push_back(
                    file.path + ":" + std::to_string(i + 1) +
                    ": name what is awaited, the lambda or struct, apart from the co_await");
            }
            statement.clear();
        }
    }
    return faults;
}

// Length of top-level functions by clang-format's shape: a body opens at the end of an unindented
// line (or one inside a class) and closes with a brace in the same column.
std::vector<std::string> long_functions(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        if (!file.path.ends_with(".cpp")) continue;
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            const bool opens = line.ends_with(") {") || line.ends_with(") const {") ||
                               line.ends_with("noexcept {");
            if (!opens || line.starts_with(' ') || line.starts_with("namespace")) continue;
            std::size_t end = i + 1;
            while (end < file.lines.size() && !file.lines[end].starts_with('}')) ++end;
            const int length = static_cast<int>(end - i);
            if (length > kFunctionLinesMax) {
                faults.push_back(file.path + ":" + std::to_string(i + 1) + ": a function of " +
                                 std::to_string(length) + " lines");
            }
        }
    }
    return faults;
}

std::string namespace_of(const SourceFile& file) {
    static const std::regex kNamespace(R"(^namespace (qk[\w:]*) \{)");
    for (const std::string& line : file.lines) {
        std::smatch match;
        if (std::regex_search(line, match, kNamespace)) return match[1];
    }
    return {};
}

// A type that two headers define under one name in one namespace: no compiler sees both, so nobody
// would say that one program holds two things of the same name.
std::vector<std::string> types_defined_twice(const std::vector<SourceFile>& files) {
    static const std::regex kType(
        R"(^(?:struct|class|enum class|union) (\w+)(?: final)?(?: : [^;]*)?(?: \{.*)?$)");
    std::map<std::string, std::string> seen;
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        if (!file.path.ends_with(".hpp")) continue;
        const std::string space = namespace_of(file);
        for (const std::string& line : file.lines) {
            std::smatch match;
            if (!std::regex_search(line, match, kType)) continue;
            const std::string name = space + "::" + match[1].str();
            const auto [first, is_new] = seen.emplace(name, file.path);
            if (!is_new && first->second != file.path) {
                faults.push_back(file.path + " defines " + name + ", which is in " + first->second);
            }
        }
    }
    return faults;
}

std::vector<std::string> length_faults(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        if (file.lines.size() > kFileLinesMax) {
            faults.push_back(file.path + ": " + std::to_string(file.lines.size()) + " lines");
        }
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            // A line of markup in a raw string is clearer whole than cut.
            if (file.lines[i].find("R\"(<") != std::string::npos) continue;
            std::size_t columns = 0;
            for (const char c : file.lines[i]) columns += (c & 0xC0) != 0x80 ? 1 : 0;
            if (columns > kColumnsMax) {
                faults.push_back(file.path + ":" + std::to_string(i + 1) + ": " +
                                 std::to_string(columns) + " columns");
            }
        }
    }
    return faults;
}

std::vector<std::string> headers_without_a_comment(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        if (!file.path.ends_with(".hpp")) continue;
        const bool opens = !file.lines.empty() && file.lines[0].starts_with("//");
        const bool has_once = std::ranges::find(file.lines, "#pragma once") != file.lines.end();
        if (!opens || !has_once) faults.push_back(file.path + ": head comment and #pragma once");
    }
    return faults;
}

// Every source file is listed in a CMakeLists.txt; a forgotten one would compile nowhere.
std::vector<std::string> unlisted_files(const std::vector<SourceFile>& files) {
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        if (!file.path.ends_with(".cpp")) continue;
        const fs::path path = fs::path(QK_SOURCE_DIR) / file.path;
        bool is_listed = false;
        for (fs::path folder = path.parent_path(); folder != fs::path(QK_SOURCE_DIR);
             folder = folder.parent_path()) {
            std::ifstream in(folder / "CMakeLists.txt");
            const std::string text(std::istreambuf_iterator<char>(in), {});
            is_listed |=
                text.find(fs::relative(path, folder).generic_string()) != std::string::npos;
        }
        if (!is_listed) faults.push_back(file.path + " stands in no CMakeLists.txt");
    }
    return faults;
}

// Whoever knows the header finds what implements it, and the reverse.
std::vector<std::string> files_of_another_name(const std::vector<SourceFile>& files,
                                               const std::set<std::string>& excepted) {
    std::set<std::string> headers;
    for (const SourceFile& file : files) {
        if (file.path.ends_with(".hpp")) headers.insert(file.path.substr(0, file.path.size() - 4));
    }
    std::vector<std::string> faults;
    std::set<std::string> left = excepted;
    for (const SourceFile& file : files) {
        const bool is_command =
            file.path.starts_with("daemon/ctl/") && file.path.ends_with("_command.cpp");
        if (!file.path.ends_with(".cpp") || file.path.ends_with("/main.cpp") || is_command)
            continue;
        std::string stem = file.path.substr(0, file.path.size() - 4);
        const std::size_t name = stem.rfind('/') + 1;
        while (!headers.contains(stem)) {
            const std::size_t part = stem.rfind('_');
            if (part == std::string::npos || part < name) break;
            stem.resize(part);
        }
        if (headers.contains(stem) || left.erase(file.path) > 0) continue;
        faults.push_back(file.path +
                         " has no header: call it X_<part>.cpp after the X.hpp it implements");
    }
    for (const std::string& path : left)
        faults.push_back(path + " keeps to the rule: strike it off");
    return faults;
}

// The pages for people: sources of daemon/console/src, and what was built of them.
std::vector<SourceFile> read_pages() {
    const fs::path root = fs::path(QK_SOURCE_DIR) / "daemon/console";
    std::vector<SourceFile> files;
    const auto take = [&files](const fs::path& path) {
        SourceFile file;
        file.path = fs::relative(path, QK_SOURCE_DIR).generic_string();
        std::ifstream in(path);
        for (std::string line; std::getline(in, line);) file.lines.push_back(line);
        files.push_back(std::move(file));
    };
    for (const auto& entry : fs::recursive_directory_iterator(root / "src")) {
        const auto extension = entry.path().extension();
        // The types of the API are made by daemon/api/generate.py.
        const bool is_made = entry.path().filename() == "wire.d.ts";
        if ((extension == ".vue" || extension == ".ts") && !is_made) take(entry.path());
    }
    for (const auto& entry : fs::directory_iterator(root / "built")) {
        if (entry.path().extension() == ".html") take(entry.path());
    }
    take(root / "package-lock.json");
    std::ranges::sort(files, {}, &SourceFile::path);
    return files;
}

// What came from outside enters a page as text; the content policy allows no style in an attribute
// and no script in a page; and the list of packages names no place to fetch them from.
std::vector<std::string> page_faults(const std::vector<SourceFile>& files) {
    static const std::regex kMarkup(
        R"re(v-html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function)re");
    static const std::regex kStyle(R"re(^[^<]*(<[^>]*)? style=")re");
    static const std::regex kInline(R"re(<style|<script(?![^>]* src=)| on[a-z]+=")re");
    std::vector<std::string> faults;
    for (const SourceFile& file : files) {
        const bool is_source = file.path.find("/src/") != std::string::npos;
        if (is_source && file.lines.size() > kFileLinesMax)
            faults.push_back(file.path + ": too long");
        for (std::size_t i = 0; i < file.lines.size(); ++i) {
            const std::string& line = file.lines[i];
            const std::string place = file.path + ":" + std::to_string(i + 1) + ": ";
            if (is_source && std::regex_search(line, kMarkup))
                faults.push_back(place + "text only");
            if (file.path.ends_with(".vue") && std::regex_search(line, kStyle))
                faults.push_back(place + "bind :style, or name a class");
            if (file.path.ends_with(".html") && std::regex_search(line, kInline))
                faults.push_back(place + "nothing inline");
            if (file.path.ends_with("package-lock.json") &&
                line.find("\"resolved\"") != std::string::npos)
                faults.push_back(place + "no place to fetch from");
        }
    }
    return faults;
}

TEST(Tidy, LayersPointOneWay) {
    EXPECT_THAT(layer_faults({{"rules/a.cpp", {"#include \"daemon/app.hpp\""}},
                              {"plans/b.cpp", {"#include \"sim/world.hpp\""}},
                              {"sim/c.cpp", {"#include \"daemon/store/store.hpp\""}},
                              {"sim/d.cpp", {"#include \"daemon/base/ports.hpp\""}}}),
                SizeIs(3));
    EXPECT_THAT(layer_faults(read_tree()), IsEmpty());
}

TEST(Tidy, FloorsOfTheDaemonReachDownOnly) {
    EXPECT_THAT(floor_faults({{"daemon/store/a.cpp", {"#include \"daemon/api/api.hpp\""}},
                              {"daemon/base/b.hpp", {"#include \"daemon/app.hpp\""}},
                              {"daemon/cellar/c.cpp", {}},
                              {"daemon/main.cpp", {"#include \"daemon/http/server.hpp\""}}}),
                SizeIs(3));
    EXPECT_THAT(floor_faults(read_tree()), IsEmpty());
}

TEST(Tidy, HeadersOfSubjectsKnowNothingOfRequestsAndAnswers) {
    EXPECT_THAT(
        api_in_headers({{"daemon/air/a.hpp", {"#include \"daemon/api/router.hpp\""}},
                        {"daemon/air/a.cpp", {"#include \"daemon/api/router.hpp\""}},
                        {"daemon/http/b.hpp", {"#include \"daemon/api/router.hpp\""}},
                        {"daemon/app.hpp", {"#include \"daemon/api/call.hpp\""}},
                        {"daemon/orders/c.hpp", {"#include \"daemon/access/person.hpp\""}}}),
        SizeIs(1));
    EXPECT_THAT(api_in_headers(read_tree()), IsEmpty());
}

TEST(Tidy, HeadersHaveNoCircles) {
    EXPECT_THAT(circle_faults({{"rules/a.hpp", {"#include \"rules/b.hpp\""}},
                               {"rules/b.hpp", {"#include \"rules/a.hpp\""}}}),
                SizeIs(1));
    EXPECT_THAT(circle_faults(read_tree()), IsEmpty());
}

TEST(Tidy, NoBannedWordAndNoWallClockOutsideMain) {
    EXPECT_THAT(banned_words({{"rules/a.cpp", {"auto t = std::chrono::system_clock::now();"}},
                              {"daemon/main.cpp", {"auto t = std::chrono::system_clock::now();"}},
                              {"rules/b.cpp", {"// float in a comment is fine", "float x;"}}}),
                SizeIs(2));
    EXPECT_THAT(banned_words(read_tree()), IsEmpty());
}

TEST(Tidy, ThePlainPiecesOfAPatternStandInWhatItFinds) {
    EXPECT_THAT(plain_pieces_of(R"(\blocaltime|std::sto[ildfu]|error\(\)\.(begin|end)\()"),
                ElementsAre("localtime", "std::sto", "error"));
    for (const Ban& ban : kBans) {
        for (const std::string& piece : plain_pieces_of(ban.pattern)) {
            EXPECT_GE(piece.size(), 3U) << ban.pattern;
        }
    }
}

TEST(Tidy, ATypeHasItsNameForItselfInANamespace) {
    EXPECT_THAT(
        types_defined_twice(
            {{"rules/a.hpp", {"namespace qk::rules {", "enum class Standing : int {"}},
             {"rules/b.hpp", {"namespace qk::rules {", "struct Standing {", "struct Later;"}},
             {"plans/c.hpp", {"namespace qk::plans {", "struct Standing {"}}}),
        SizeIs(1));
    EXPECT_THAT(types_defined_twice(read_tree()), IsEmpty());
}

TEST(Tidy, SqlStandsInTheRowsOfItsSubject) {
    EXPECT_THAT(
        sql_faults({{"daemon/orders/a.cpp", {"db.exec(\"DELETE FROM orders WHERE 1\");"}},
                    {"daemon/orders/a_rows.cpp", {"db.exec(\"DELETE FROM orders WHERE 1\");"}},
                    {"daemon/orders/b.cpp", {"run(\"SELECT \" + kColumns);"}},
                    {"daemon/orders/c.cpp", {"// \"SELECT 1\"", "say(\"SELECTED\");"}},
                    {"daemon/orders/d.cpp", {"Statement read(db, kFind);"}},
                    {"daemon/orders/e.cpp", {"const auto found = db.one<int>(kFind);"}}}),
        SizeIs(4));
    EXPECT_THAT(sql_faults(read_tree()), IsEmpty());
}

TEST(Tidy, NoAwaitThatGcc12CompilesWrongly) {
    EXPECT_THAT(
        risky_awaits({{"daemon/a.cpp", {"co_await run([this] { work(); });"}},
                      {"daemon/b.cpp", {"co_await run({a, b});"}},
                      {"daemon/d.cpp", {"co_await run(a ? b : std::string{});"}},
                      {"daemon/e.cpp", {"while (co_await next()) {", "}"}},
                      {"daemon/c.cpp",
                       {"while (clock.step(now)) co_await settle();",
                        "auto work = [this] { go(); };", "co_await run(std::move(work));"}}}),
        SizeIs(4));
    EXPECT_THAT(risky_awaits(read_tree()), IsEmpty());
}

TEST(Tidy, FunctionsAreShortEnoughToSeeAtOnce) {
    std::vector<std::string> lines{"void f() {"};
    for (int i = 0; i < kFunctionLinesMax + 1; ++i) lines.push_back("    g();");
    lines.push_back("}");
    EXPECT_THAT(long_functions({{"rules/a.cpp", lines}}), SizeIs(1));
    EXPECT_THAT(long_functions(read_tree()), IsEmpty());
}

TEST(Tidy, FilesAndLinesKeepTheirLimits) {
    EXPECT_THAT(length_faults({{"rules/a.cpp", {std::string(kColumnsMax + 1, 'x')}}}), SizeIs(1));
    EXPECT_THAT(length_faults(read_tree()), IsEmpty());
}

TEST(Tidy, EveryHeaderSaysWhatItIsFor) {
    EXPECT_THAT(headers_without_a_comment({{"rules/a.hpp", {"#pragma once"}}}), SizeIs(1));
    EXPECT_THAT(headers_without_a_comment(read_tree()), IsEmpty());
}

TEST(Tidy, AFileIsNamedAfterTheHeaderThatItImplements) {
    EXPECT_THAT(files_of_another_name({{"daemon/warnings/desk.hpp", {}},
                                       {"daemon/warnings/desk_people.cpp", {}},
                                       {"daemon/warnings/people_desk.cpp", {}},
                                       {"daemon/api/desk_people.cpp", {}},
                                       {"daemon/api/old.cpp", {}},
                                       {"daemon/ctl/desk_command.cpp", {}},
                                       {"daemon/main.cpp", {}}},
                                      {"daemon/api/old.cpp", "daemon/api/gone.cpp"}),
                SizeIs(3));
    EXPECT_THAT(files_of_another_name(read_tree(), kOfAnotherName), IsEmpty());
}

TEST(Tidy, ThePagesShowTextAndCarryNothingInline) {
    EXPECT_THAT(
        page_faults(
            {{"daemon/console/src/a.vue", {"<p v-html=\"name\">", "<p style=\"color: red\">"}},
             {"daemon/console/src/b.ts", {"box.innerHTML = name;"}},
             {"daemon/console/src/c.vue", {"<rect :style=\"{ width }\" />", "list-style: none;"}},
             {"daemon/console/built/d.html",
              {"<script>x()</script>", "<script type=\"module\" src=\"/assets/a.js\"></script>"}},
             {"daemon/console/package-lock.json", {"\"resolved\": \"https://x\""}}}),
        SizeIs(5));
    EXPECT_THAT(page_faults(read_pages()), IsEmpty());
}

TEST(Tidy, EverySourceFileIsBuilt) {
    EXPECT_THAT(unlisted_files({{"rules/base/forgotten.cpp", {}}}), SizeIs(1));
    EXPECT_THAT(unlisted_files(read_tree()), IsEmpty());
}

}  // namespace
}  // namespace qk
