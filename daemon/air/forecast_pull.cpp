#include "daemon/air/forecast_pull.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/air.hpp"
#include "daemon/base/file_modes.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
using rules::Instant;

namespace {

void fill(std::string& text, std::string_view placeholder, const std::string& value) {
    for (std::size_t at = text.find(placeholder); at != std::string::npos;
         at = text.find(placeholder, at)) {
        text.replace(at, placeholder.size(), value);
    }
}

// The one header line of a file; what it says is a secret and is never shown.
rules::Result<std::string> header_of(const std::string& file) {
    if (file.empty()) return std::string();
    rules::Faults modes = check_mode(file, "the header of a pull", Privacy::kOwnerGroup);
    if (!modes.empty()) return modes;
    auto text = read_regular_file(file);
    if (!text) return text.error();
    text->erase(std::min(text->find_first_of("\r\n"), text->size()));
    return std::move(*text);
}

// A query may hold a key.
std::string without_query(const std::string& url) {
    const std::size_t at = url.find('?');
    return at == std::string::npos ? url : url.substr(0, at) + "?…";
}

std::string reason_of(const rules::Faults& faults) {
    if (faults.empty()) return {};
    std::string text = rules::to_text(faults.front());
    if (faults.size() > 1) text += fmt::format(" (+{})", faults.size() - 1);
    return text;
}

}  // namespace

std::string url_at(const std::string& url, Instant now, rules::Zone zone) {
    const std::string iso = rules::to_iso(now, zone);  // 2015-12-05T08:00:00+08:00
    std::string filled = url;
    fill(filled, "{yyyy}", iso.substr(0, 4));
    fill(filled, "{mm}", iso.substr(5, 2));
    fill(filled, "{dd}", iso.substr(8, 2));
    fill(filled, "{hh}", iso.substr(11, 2));
    return filled;
}

Instant next_pull(Instant now, std::chrono::minutes every, rules::Zone zone) {
    const Instant midnight = rules::start_of(rules::day_of(now, zone), zone);
    const auto passed = (now - midnight) / every;
    return std::min(midnight + (passed + 1) * every, midnight + std::chrono::hours(24));
}

ForecastPuller::ForecastPuller(Context& context, AirIntake& air, Fetcher* fetcher)
    : context_(context), air_(air), fetcher_(fetcher) {
    for (const ForecastPull& wanted : context.config->forecast_pulls) {
        auto pull = std::make_shared<Pull>();
        pull->wanted = wanted;
        pulls_.push_back(std::move(pull));
    }
}

void ForecastPuller::start(TaskGroup& tasks) {
    if (fetcher_ == nullptr) return;
    for (const auto& pull : pulls_) tasks.spawn("forecast-pull", run(pull));
}

Instant ForecastPuller::next_after(const Pull& pull) const {
    const Instant now = context_.clock.now();
    const Instant scheduled = next_pull(now, pull.wanted.every, context_.pack->zone);
    if (pull.failures == 0) return scheduled;
    const Limits& limits = context_.config->limits;
    constexpr int kDoublingsMax = 16;
    const auto pause = std::min<std::chrono::seconds>(
        limits.retry_first * (1 << std::min(pull.failures - 1, kDoublingsMax)), limits.retry_max);
    return std::min(scheduled, now + pause);
}

asio::awaitable<void> ForecastPuller::run(std::shared_ptr<Pull> pull) {
    for (;;) {
        co_await try_once(*pull);
        pull->next = next_after(*pull);
        co_await context_.clock.sleep_until(*pull->next);
    }
}

asio::awaitable<void> ForecastPuller::try_once(Pull& pull) {
    const Instant now = context_.clock.now();
    pull.tried = now;
    const auto fail = [&](const char* state, const rules::Faults& faults) {
        pull.state = state;
        pull.why = plans::with_unseen_shown(reason_of(faults));
        ++pull.failures;
        context_.metrics.add(Counter::kPullsFailed);
        context_.log.write(kPullFailed, {{"source", pull.wanted.source}, {"why", pull.why}});
    };
    const auto header = header_of(pull.wanted.header_file);
    if (!header) {
        fail("failed", header.error());
        co_return;
    }
    Fetcher::Request request;
    request.url = url_at(pull.wanted.url, now, context_.pack->zone);
    request.header = *header;
    request.bytes_max = kPullBytesMax;
    request.follows = pull.wanted.redirects;
    auto body = co_await fetcher_->fetch(std::move(request));
    if (!body) {
        fail("failed", body.error());
        co_return;
    }
    AirDocument document;
    document.file = pull.wanted.source;
    document.source = pull.wanted.source;
    document.member = pull.wanted.member;
    document.region = pull.wanted.region;
    document.issued_at = rules::floor_hour(now);  // where the document does not say it
    document.person = "system";
    document.bytes = std::move(*body);
    document.skip_if_unchanged = true;
    std::string name = fmt::format("pull {}@{}", pull.wanted.source, pull.wanted.member);
    const auto taken = co_await air_.take_unwatched(std::move(name), std::move(document));
    if (!taken) {
        fail("refused", taken.error());
        co_return;
    }
    pull.failures = 0;
    pull.why.clear();
    pull.answered = now;
    pull.state = taken->new_revisions > 0 ? "taken" : "unchanged";
    if (taken->new_revisions > 0) pull.taken = now;
    context_.metrics.add(Counter::kPulls);
}

boost::json::array ForecastPuller::to_json() const {
    const rules::Zone zone = context_.pack->zone;
    const auto iso = [zone](const std::optional<Instant>& at) {
        return at ? boost::json::value(rules::to_iso(*at, zone)) : boost::json::value(nullptr);
    };
    boost::json::array items;
    for (const auto& pull : pulls_) {
        items.push_back(boost::json::object{{"source", pull->wanted.source},
                                            {"member", pull->wanted.member},
                                            {"region", pull->wanted.region},
                                            {"url", without_query(pull->wanted.url)},
                                            {"every_minutes", pull->wanted.every.count()},
                                            {"state", pull->state},
                                            {"why", pull->why},
                                            {"failures", pull->failures},
                                            {"tried_at", iso(pull->tried)},
                                            {"answered_at", iso(pull->answered)},
                                            {"taken_at", iso(pull->taken)},
                                            {"next_at", iso(pull->next)}});
    }
    return items;
}

void ForecastPuller::add_routes(Router& router) {
    router.serve(operation::kListForecastPulls, kReaders,
                 [this](const Call& call) -> asio::awaitable<ApiResponse> {
                     co_return answer_page_of(to_json(), paging_of(call));
                 });
}

}  // namespace qk::daemon
