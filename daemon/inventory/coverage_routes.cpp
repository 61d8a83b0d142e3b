#include "daemon/inventory/coverage_routes.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/inventory.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/inventory/coverage.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

// What the caller may see of it, and of the kind that is asked for where one is.
json::array gaps_for(const plans::Coverage& coverage, const std::string& region_prefix,
                     const std::string& kind) {
    json::array gaps;
    for (const plans::Gap& gap : coverage.gaps) {
        const bool is_seen = gap.region.starts_with(region_prefix);
        const bool is_asked = kind.empty() || kind == plans::to_text(gap.kind);
        if (is_seen && is_asked) gaps.push_back(plans::to_json(gap));
    }
    return gaps;
}

asio::awaitable<ApiResponse> get_coverage(Context& context, const Call& call) {
    const auto inventory = context.inventories.current();
    const std::string region_prefix = caller_region_prefix(call);
    const std::string kind = call.query_value("kind").value_or("");
    const Paging paging = paging_of(call);
    plans::CoverageLists lists;
    lists.today = rules::day_of(context.clock.now(), context.pack->zone);
    // A city has tens of thousands of enterprises: looked at on a reader's thread.
    auto work = [&](Session&) {
        const plans::Coverage coverage = plans::audit_coverage(*inventory, lists);
        json::object beside = plans::to_json(coverage);
        beside.erase("gaps");
        // Counts of the whole city are none of a county's.
        if (!region_prefix.empty()) {
            for (const char* of_all : {"holds", "enterprises", "lines", "lines_emitting",
                                       "lines_metered", "counts", "left_out"}) {
                beside.erase(of_all);
            }
        }
        beside["edition"] = inventory->edition;
        return answer_page_of(gaps_for(coverage, region_prefix, kind), paging, std::move(beside));
    };
    co_return co_await context.store.read_slowly(std::move(work), call.reader());
}

}  // namespace

void add_coverage_routes(Router& router, Context& context) {
    router.serve(operation::kListCoverageGaps, kReaders,
                 [&context](const Call& call) { return get_coverage(context, call); });
}

}  // namespace qk::daemon
