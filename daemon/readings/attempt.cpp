#include "daemon/readings/attempt.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <mutex>
#include <system_error>

namespace qk::daemon {
namespace {

constexpr std::array<int, 5> kCrashes{SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
constexpr std::size_t kLineBytes = 180;
constexpr off_t kCrashAt = kLineBytes - 2;  // one letter, before the end of the line

std::atomic<int> mark_handle{-1};
thread_local volatile sig_atomic_t is_taking = 0;
std::array<struct ::sigaction, kCrashes.size()> handlers_before;

// Only what a signal handler may do.
void note_crash(int signal, siginfo_t* about, void*) {
    const int handle = mark_handle.load(std::memory_order_relaxed);
    if (is_taking != 0 && handle >= 0) {
        const ssize_t written = ::pwrite(handle, "X", 1, kCrashAt);
        (void)written;
    }
    for (std::size_t i = 0; i < kCrashes.size(); ++i) {
        if (kCrashes[i] == signal) ::sigaction(signal, &handlers_before[i], nullptr);
    }
    // A faulting instruction is run again and meets the handler of before; what was sent or raised
    // is raised once more.
    const bool is_fault = signal != SIGABRT && about != nullptr && about->si_code > 0;
    if (!is_fault) ::raise(signal);
}

void install_handler() {
    struct ::sigaction action {};
    action.sa_sigaction = note_crash;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < kCrashes.size(); ++i) {
        ::sigaction(kCrashes[i], &action, &handlers_before[i]);
    }
}

std::string to_line(const Attempt& attempt) {
    std::string line = fmt::format("attempt 1 {} {} {} {} {} {} {} {} {} {} ", attempt.from.segment,
                                   attempt.from.offset, attempt.to.segment, attempt.to.offset,
                                   attempt.careful_to.segment, attempt.careful_to.offset,
                                   static_cast<int>(attempt.step), attempt.unexplained_deaths,
                                   attempt.batches_to.segment, attempt.batches_to.offset);
    line.resize(kLineBytes - 2, ' ');
    return line + "-\n";
}

std::optional<Attempt> parse_line(const std::string& line) {
    if (line.size() != kLineBytes) return std::nullopt;
    Attempt attempt;
    int step = 0;
    const int read = std::sscanf(line.c_str(), "attempt 1 %lu %lu %lu %lu %lu %lu %d %d %lu %lu",
                                 &attempt.from.segment, &attempt.from.offset, &attempt.to.segment,
                                 &attempt.to.offset, &attempt.careful_to.segment,
                                 &attempt.careful_to.offset, &step, &attempt.unexplained_deaths,
                                 &attempt.batches_to.segment, &attempt.batches_to.offset);
    // The last two are missing where an older release has written it.
    if (read != 8 && read != 10) return std::nullopt;
    if (step < 0 || step > static_cast<int>(AttemptStep::kStretch)) return std::nullopt;
    attempt.step = static_cast<AttemptStep>(step);
    attempt.has_crashed = line[kCrashAt] == 'X';
    return attempt;
}

}  // namespace

Caution caution_after(const Attempt& unfinished) {
    const int unexplained = unfinished.unexplained_deaths + (unfinished.has_crashed ? 0 : 1);
    if (unfinished.step == AttemptStep::kStretch) return Caution::kBatches;
    if (unfinished.step == AttemptStep::kAlone) {
        const bool is_poison = unfinished.has_crashed || unexplained >= kAloneDeathsMax;
        return is_poison ? Caution::kSetAside : Caution::kCareful;
    }
    const bool is_suspect = unfinished.has_crashed || unexplained >= kBatchDeathsMax;
    return is_suspect ? Caution::kCareful : Caution::kNone;
}

AttemptMark::AttemptMark(const std::string& path)
    : handle_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640)) {
    if (handle_ < 0) throw std::system_error(errno, std::generic_category(), path);
    std::string line(kLineBytes, '\0');
    const ssize_t size = ::pread(handle_, line.data(), line.size(), 0);
    line.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
    found_ = parse_line(line);
    static std::once_flag is_installed;
    std::call_once(is_installed, install_handler);
    mark_handle = handle_;
}

AttemptMark::~AttemptMark() {
    int mine = handle_;
    mark_handle.compare_exchange_strong(mine, -1);
    ::close(handle_);
}

void AttemptMark::begin(const Attempt& attempt) {
    // Without the mark a message that ends the process is tried again and again; that does
    // not stop us from taking in those that are sound.
    const std::string line = to_line(attempt);
    const ssize_t written = ::pwrite(handle_, line.data(), line.size(), 0);
    (void)written;
}

void AttemptMark::clear() {
    const ssize_t written = ::pwrite(handle_, "none     ", 9, 0);
    (void)written;
}

AttemptMark::Taking::Taking() { is_taking = 1; }
AttemptMark::Taking::~Taking() { is_taking = 0; }

}  // namespace qk::daemon
