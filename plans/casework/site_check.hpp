// What a site check (现场核查) must hold: who was there and when, the items of the list with an
// answer each, and photos whose time and place are known.
//
// The items are those of handbook 5.3 (Hengshui practice 2019). What is only remembered there (kiln
// temperature, trend of the control system, stock) may be left out.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

class JsonFields;  // plans/text/json_fields.hpp

struct CheckItem {
    std::string_view id;
    std::string_view text;  // Chinese
    bool is_optional = false;
};
[[nodiscard]] std::span<const CheckItem> check_items();

// Where a photo was taken, as the camera's program says it.
struct PhotoPosition {
    double longitude = 0;
    double latitude = 0;
    std::string datum;  // "cgcs2000", "wgs84", "gcj02"
};
[[nodiscard]] bool is_datum(std::string_view text);

// What of a file the rules look at.
struct CaseFileFacts {
    std::int64_t number = 0;
    bool is_photo = false;
    std::optional<rules::Instant> taken_at{};
    std::optional<PhotoPosition> position{};
};

struct SiteCheck {
    rules::Instant at{};
    std::vector<std::string> persons;
    boost::json::object checklist;  // as it was checked: item -> {result, note}
    std::vector<std::int64_t> files;
    std::string note;
};

inline constexpr std::size_t kCheckPersonsMax = 20;
inline constexpr std::size_t kCheckFilesMax = 40;
// A check is put on record within so many days, or it is no record of what was seen.
inline constexpr std::chrono::days kCheckRecordedWithin{7};
inline constexpr std::chrono::minutes kClockErrorMax{10};  // of the telephone that says when
// A photo belongs to a check when it was taken no further from it than that.
inline constexpr std::chrono::hours kPhotoWithin{24};

// {"at", "persons", "checklist", "files", "note"} out of the body of a request; other members are
// for the caller. Every fault at once.
[[nodiscard]] rules::Result<SiteCheck> read_site_check(const boost::json::value& body,
                                                       rules::Instant now, rules::Zone zone);
// The member "files": numbers of files of the case, each once.
[[nodiscard]] std::vector<std::int64_t> read_file_numbers(JsonFields& fields);
// Whether the files bear it out: of a lead at least one photo with time and place. `files` are
// those of the case that it names.
[[nodiscard]] rules::Faults photo_faults(const SiteCheck& check,
                                         const std::vector<CaseFileFacts>& files,
                                         bool is_about_data);

}  // namespace qk::plans
