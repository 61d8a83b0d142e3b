// A wall clock that a test sets: loaded into the daemon by LD_PRELOAD, it adds the seconds that the file
// QK_CLOCK_FILE holds to what the system says. Clocks that only run, run on as they are.
//
// The file is eight bytes, mapped once, so a jump is seen by every thread at once. Waits of pthread
// that end at a wall time are ended by the time as it is set, as the kernel does with a clock that was
// really set: they look again every 50 ms.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t* set_by;

__attribute__((constructor)) static void map_file(void) {
    const char* path = getenv("QK_CLOCK_FILE");
    const int file = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) abort();
    void* place = mmap(NULL, sizeof *set_by, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (place == MAP_FAILED) abort();
    set_by = place;
}

static int read_clock(clockid_t clock, struct timespec* now) {
    const int answer = (int)syscall(SYS_clock_gettime, clock, now);
    const int is_wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (answer == 0 && is_wall && set_by != NULL) now->tv_sec += *set_by;
    return answer;
}

int clock_gettime(clockid_t clock, struct timespec* now) { return read_clock(clock, now); }

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
    (void)zone;
    struct timespec exact;
    const int answer = read_clock(CLOCK_REALTIME, &exact);
    now->tv_sec = exact.tv_sec;
    now->tv_usec = exact.tv_nsec / 1000;
    return answer;
}

time_t time(time_t* result) {
    struct timespec now;
    read_clock(CLOCK_REALTIME, &now);
    if (result != NULL) *result = now.tv_sec;
    return now.tv_sec;
}

typedef int (*timed_wait)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);

static struct timespec later_by(struct timespec from, long nanoseconds) {
    from.tv_nsec += nanoseconds;
    if (from.tv_nsec >= 1000000000) {
        from.tv_nsec -= 1000000000;
        ++from.tv_sec;
    }
    return from;
}

static int is_before(struct timespec a, struct timespec b) {
    return a.tv_sec < b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec < b.tv_nsec);
}

int pthread_cond_timedwait(pthread_cond_t* restrict condition, pthread_mutex_t* restrict mutex,
                           const struct timespec* restrict end) {
    static timed_wait waits;
    if (waits == NULL) waits = (timed_wait)dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
    // Conditions of a clock that only runs: no machine has run for a year.
    struct timespec running;
    read_clock(CLOCK_MONOTONIC, &running);
    const time_t year = 365 * 86400;
    if (end->tv_sec < running.tv_sec + year) return waits(condition, mutex, end);
    for (;;) {
        struct timespec now;
        read_clock(CLOCK_REALTIME, &now);
        if (!is_before(now, *end)) return ETIMEDOUT;
        struct timespec piece = later_by(now, 50000000);
        if (is_before(*end, piece)) piece = *end;
        piece.tv_sec -= *set_by;
        const int answer = waits(condition, mutex, &piece);
        if (answer != ETIMEDOUT) return answer;
    }
}
