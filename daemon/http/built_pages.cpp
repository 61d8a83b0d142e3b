#include "daemon/http/built_pages.hpp"

#include <functional>
#include <map>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "plans/documents/report.hpp"
#include "plans/text/embedded.hpp"

#include "daemon/api/api.hpp"
#include "daemon/api/operations/enterprise.hpp"
#include "daemon/api/operations/system.hpp"
#include "daemon/http/packed_text.hpp"

namespace qk::embedded {
std::span<const File> built_pages();
}

namespace qk::daemon {
namespace {

constexpr std::string_view kAssets = "assets/";
// A name stands for what is in it, so it is never asked for again; an entry is asked about each
// time.
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";

std::string_view content_type_of(std::string_view name) {
    if (name.ends_with(".html")) return "text/html; charset=utf-8";
    if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
    if (name.ends_with(".css")) return "text/css; charset=utf-8";
    if (name.ends_with(".svg")) return "image/svg+xml";
    if (name.ends_with(".json")) return "application/json";
    throw std::logic_error(std::string(name) + ": no content type is known for this built file");
}

// Scripts and styles of its own only; talks to this daemon only. A report that is opened from here
// is a page made by the console and lives under this policy, so the report's style is named too.
const std::string& page_policy() {
    static const std::string kPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' '" +
        policy_hash(plans::report_style()) +
        "'; connect-src 'self'; img-src 'self' data: blob:; manifest-src 'self'; worker-src "
        "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    return kPolicy;
}

using Texts = std::map<std::string, PackedText, std::less<>>;

// Compressed once for the whole process.
const Texts& built_texts() {
    static const Texts kTexts = [] {
        Texts made;
        for (const embedded::File& file : embedded::built_pages()) {
            constexpr std::string_view kFolder = "built/";
            const bool is_built = file.path.starts_with(kFolder);
            std::string name(file.path.substr(is_built ? kFolder.size() : 0));
            auto text = packed_text(std::string(content_type_of(name)), std::string(file.text));
            made.emplace(std::move(name), std::move(text));
        }
        return made;
    }();
    return kTexts;
}

boost::asio::awaitable<ApiResponse> show_entry(const PackedText& text, const Call& call) {
    ApiResponse response = answer_packed(call, text, kAskAgain);
    response.headers.emplace_back("Content-Security-Policy", page_policy());
    co_return response;
}

boost::asio::awaitable<ApiResponse> show_asset(const Call& call) {
    const auto text = built_texts().find(std::string(kAssets) + call.parameter("file"));
    if (text == built_texts().end()) co_return answer_problem(404, "没有此文件", "no such file");
    co_return answer_packed(call, text->second, kForEver);
}

boost::asio::awaitable<ApiResponse> show_icon(const Call& call) {
    co_return answer_packed(call, built_texts().find("icon.svg")->second, kAskAgain);
}

}  // namespace

void add_built_page_routes(Router& router) {
    // An entry of daemon/console has an address of its own, which the contract says.
    const auto serve = [&router](OperationId id, std::string_view file) {
        const auto text = built_texts().find(file);
        if (text == built_texts().end()) {
            throw std::logic_error(std::string(file) + " is not among the built pages");
        }
        const PackedText* page = &text->second;
        router.serve(id, kAnyone, [page](const Call& call) { return show_entry(*page, call); });
    };
    serve(operation::kShowEnterprisePage, "e.html");
    serve(operation::kShowInspectorPage, "i.html");
    // A worker may only serve what lies below its own address.
    serve(operation::kShowEnterpriseWorker, "worker.js");
    serve(operation::kShowInspectorWorker, "worker.js");
    serve(operation::kShowConsole, "console.html");
    serve(operation::kShowOfficersConsole, "console.html");
    router.serve(operation::kShowIcon, kAnyone, show_icon);
    router.serve(operation::kShowPageAsset, kAnyone, show_asset);
}

}  // namespace qk::daemon
