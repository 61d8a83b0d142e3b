#include "daemon/agent/meter_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "daemon/agent/agent_messages.hpp"
#include "daemon/base/files.hpp"

namespace qk::agent {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kFilesPerLook = 50;
constexpr std::chrono::seconds kSettled{2};  // a file that changed later may still be written
constexpr std::chrono::seconds kCommandLimit{60};

bool is_of_readings(const fs::path& path) {
    const std::string name = path.filename().string();
    const std::string kind = path.extension().string();
    return !name.starts_with('.') && (kind == ".csv" || kind == ".json");
}

bool is_settled(const std::string& path, rules::Instant now) {
    struct ::stat about {};
    return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) &&
           rules::Instant{std::chrono::seconds{about.st_mtime}} + kSettled <= now;
}

std::size_t size_of(int handle) {
    struct ::stat about {};
    return ::fstat(handle, &about) == 0 ? static_cast<std::size_t>(about.st_size) : 0;
}

std::string all_of(int handle) {
    std::string bytes(std::min(size_of(handle), kMeterFileBytesMax + 1), '\0');
    std::size_t at = 0;
    while (at < bytes.size()) {
        const ssize_t size =
            ::pread(handle, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
        if (size <= 0) break;
        at += static_cast<std::size_t>(size);
    }
    bytes.resize(at);
    return bytes;
}

}  // namespace

MeterSource::MeterSource(const MeterSettings& settings, std::string state, Spool& spool,
                         daemon::Log& log)
    : settings_(settings), state_(std::move(state)), spool_(spool), log_(log) {}

MeterSource::~MeterSource() {
    if (output_ >= 0) ::close(output_);
}

void MeterSource::tell(const std::string& what, const std::string& why) {
    log_.write(kReadingsRefused, {{"what", what}, {"why", why}});
}

void MeterSource::turn(Tick tick, rules::Instant now) {
    if (command_.is_running()) return run_command(tick);
    if (tick < from_) return;
    from_ = tick + settings_.every;
    if (!settings_.command.empty()) return run_command(tick);
    look_into_folder(now);
}

void MeterSource::look_into_folder(rules::Instant now) {
    std::vector<std::string> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(settings_.folder, error)) {
        if (is_of_readings(entry.path())) files.push_back(entry.path().string());
    }
    if (error) return tell(settings_.folder, error.message());
    std::ranges::sort(files);
    if (files.size() > kFilesPerLook) files.resize(kFilesPerLook);
    for (const std::string& path : files) {
        if (is_settled(path, now)) take_file(path);
    }
}

void MeterSource::take_file(const std::string& path) {
    struct ::stat about {};
    const bool is_long = ::stat(path.c_str(), &about) == 0 &&
                         static_cast<std::size_t>(about.st_size) > kMeterFileBytesMax;
    const auto text = is_long ? rules::Result<std::string>(rules::refuse(
                                    path + ": 过大 / is too long", "至多 8 MiB / at most 8 MiB"))
                              : read_regular_file(path);
    const auto messages = text ? meter_messages(*text, path, settings_.meter) : text.error();
    if (!messages) return refuse_file(path, messages.error());
    if (!spool_from(*messages, begun_[path])) return;
    if (move_to("done", path)) begun_.erase(path);
}

void MeterSource::refuse_file(const std::string& path, const rules::Faults& faults) {
    tell(path, rules::to_text(faults.front()));
    if (!move_to("refused", path)) return;
    const std::string why =
        settings_.folder + "/refused/" + fs::path(path).filename().string() + ".why";
    (void)write_file(why, rules::to_text(faults));
}

// A file of the same name that lies there already stays.
bool MeterSource::move_to(const char* where, const std::string& path) {
    const std::string folder = settings_.folder + "/" + where;
    std::error_code error;
    fs::create_directories(folder, error);
    const std::string name = fs::path(path).filename().string();
    std::string to = folder + "/" + name;
    for (int i = 1; fs::exists(to, error) && i < 10'000; ++i) {
        to = fmt::format("{}/{}.{}", folder, name, i);
    }
    fs::rename(path, to, error);
    if (error) tell(path, error.message());
    return !error;
}

void MeterSource::run_command(Tick tick) {
    if (!command_.is_running()) {
        // What did not get into the queue before a full disk goes first.
        if (!spool_from(printed_, printed_done_)) return;
        if (output_ < 0) {
            output_ = ::open(state_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        }
        if (output_ < 0 || ::ftruncate(output_, 0) != 0 || ::lseek(output_, 0, SEEK_SET) != 0) {
            return tell(settings_.command.front(), "state");
        }
        const std::string why = command_.start(settings_.command, {}, kCommandLimit, tick, output_);
        if (!why.empty()) tell(settings_.command.front(), why);
        return;
    }
    if (size_of(output_) > kMeterFileBytesMax) command_.kill();
    if (!command_.is_running()) return take_output("输出过长 / prints too much");
    if (const auto ended = command_.poll(tick)) take_output(*ended);
}

void MeterSource::take_output(const std::string& trouble) {
    if (!trouble.empty()) return tell(settings_.command.front(), trouble);
    const std::string printed = all_of(output_);
    if (printed.empty()) return;  // nothing new
    auto messages = meter_messages(printed, settings_.command.front(), settings_.meter);
    if (!messages) return tell(settings_.command.front(), rules::to_text(messages.error().front()));
    printed_ = *std::move(messages);
    printed_done_ = 0;
    (void)spool_from(printed_, printed_done_);
}

bool MeterSource::spool_from(const std::vector<MeterMessage>& messages, std::size_t& done) {
    const std::uint64_t dropped = spool_.dropped();
    bool is_whole = true;
    while (done < messages.size() && is_whole) {
        const auto number = spool_.append("meter/" + messages[done].meter, messages[done].payload);
        is_whole = number.has_value();
        if (is_whole) ++done;
        if (!is_whole) log_.write(kSpoolTrouble, {{"why", rules::to_text(number.error().front())}});
    }
    if (spool_.dropped() > dropped) {
        log_.write(kSpoolFull, {{"count", static_cast<std::int64_t>(spool_.dropped() - dropped)},
                                {"all", static_cast<std::int64_t>(spool_.dropped())}});
    }
    return is_whole;
}

}  // namespace qk::agent
