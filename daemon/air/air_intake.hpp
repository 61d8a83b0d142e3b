// Forecasts and observations on their way in: pushed over the API, or dropped as files into a
// folder.
//
// Each is refused whole with every fault, or stored as it came, every revision. What was taken is
// read again with the same source and issue, so a decision can be re-computed from it. The same
// document twice is one.
//
// Drop folder: a file appears by an atomic rename, named SOURCE.ext or SOURCE_YYYYMMDDTHHMM.ext
// (csv or json; the issue in the region's time, for documents that do not say it), SOURCE@MEMBER
// for a member of an ensemble. It is moved to done/ or, with NAME.faults.txt beside it, to
// refused/. Names that begin with a dot or end in .part or .tmp are not looked at. What else may
// lie there is dealt with in drop_folder.hpp.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/service/context.hpp"
#include "plans/feeds/forecast.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class UploadReader;
class TaskGroup;

// What is known of a document beside its bytes.
struct AirDocument {
    std::string file;
    std::string source;
    std::string member;
    std::string region;
    std::optional<rules::ForecastKind> kind;
    std::optional<rules::Instant> issued_at;
    std::string person;
    std::string remote;
    std::string bytes;
    // One that says the same as the last of its source, but for the time of issue, is not stored.
    bool skip_if_unchanged = false;
};

// "cnemc_20151205T0800.csv" -> source and issue; "cnemc@m03_20151205T0800.csv" -> and member.
[[nodiscard]] AirDocument document_of_file_name(const std::string& name, rules::Zone zone);

struct TakenAir {
    std::vector<std::int64_t> numbers;  // of the stored revisions
    std::size_t new_revisions = 0;      // 0: all of it was known
    std::size_t hours = 0;              // of observations
    rules::Faults warnings;
};

class AirIntake {
 public:
    // `uploads` reads the documents.
    AirIntake(Context& context, UploadReader& uploads) : context_(context), uploads_(uploads) {}

    // Told after something new was stored; outlives this.
    // Told after the transaction that stored something new. Awaited, so that the answer to an
    // upload comes when the assessment is done.
    void on_new_data(std::function<boost::asio::awaitable<void>()> tell) {
        tell_new_data_ = std::move(tell);
    }
    void add_routes(Router& router);
    // Watches the drop folder, where one is configured.
    void start(TaskGroup& tasks);

    [[nodiscard]] boost::asio::awaitable<rules::Result<TakenAir>> take_forecast(
        AirDocument document);
    // One that nobody waits for and that is met again at the next start: what it throws is a
    // refusal, and where it ends the process again and again, it is refused unread. `name`: by
    // which it is known again.
    [[nodiscard]] boost::asio::awaitable<rules::Result<TakenAir>> take_unwatched(
        std::string name, AirDocument document);
    [[nodiscard]] boost::asio::awaitable<rules::Result<TakenAir>> take_observations(
        AirDocument document);

 private:
    [[nodiscard]] boost::asio::awaitable<void> watch(std::string folder);
    [[nodiscard]] boost::asio::awaitable<void> take_file(std::string folder, std::string name,
                                                         rules::Result<std::string> bytes);
    [[nodiscard]] boost::asio::awaitable<void> tell();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post_forecast(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post_observations(const Call& call);
    [[nodiscard]] plans::ForecastGiven given_with(const AirDocument& document) const;

    // True when the same was taken before; notes it otherwise.
    [[nodiscard]] bool is_unchanged(const AirDocument& document, std::string content);

    Context& context_;
    UploadReader& uploads_;
    std::function<boost::asio::awaitable<void>()> tell_new_data_;
    std::map<std::string, std::string> last_content_;  // of what is not stored twice: its hash
};

}  // namespace qk::daemon
