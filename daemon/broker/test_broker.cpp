#include "daemon/broker/test_broker.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "daemon/base/files.hpp"

extern char** environ;

namespace qk::broker {

namespace fs = std::filesystem;

namespace {

constexpr int kStepMs = 50;
constexpr int kStepsMost = 200;  // ten seconds

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// One that nobody listens on now; 0: none can be had.
std::uint16_t free_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof(address);
    std::uint16_t port = 0;
    if (socket >= 0 &&
        ::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
        port = ntohs(address.sin_port);
    }
    if (socket >= 0) ::close(socket);
    return port;
}

void wait_a_step() { ::poll(nullptr, 0, kStepMs); }

}  // namespace

std::string find_mosquitto() {
    std::string folders = "/usr/sbin:/usr/local/sbin:/usr/bin";
    if (const char* path = ::getenv("PATH"); path != nullptr) folders += std::string(":") + path;
    while (!folders.empty()) {
        const std::size_t end = folders.find(':');
        const std::string program = folders.substr(0, end) + "/mosquitto";
        if (::access(program.c_str(), X_OK) == 0) return program;
        folders.erase(0, end == std::string::npos ? end : end + 1);
    }
    return {};
}

TestBroker::TestBroker(std::string program, std::size_t doors, Configure configure)
    : program_(std::move(program)), configure_(std::move(configure)) {
    std::error_code error;
    std::string path = (fs::temp_directory_path(error) / "qingkong-broker-XXXXXX").string();
    if (::mkdtemp(path.data()) != nullptr) folder_ = path;
    for (std::size_t i = 0; i < doors; ++i) ports_.push_back(free_port());
}

TestBroker::~TestBroker() {
    kill();
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

rules::Result<void> TestBroker::start() {
    if (folder_.empty()) return rules::refuse("没有临时目录 no temporary folder", "TMPDIR");
    const auto text = configure_(folder_, ports_);
    if (!text) return text.error();
    std::string path = folder_ + "/mosquitto.conf";
    if (auto written = write_file(path, *text); !written) return written;
    std::string flag = "-c";
    std::vector<char*> words = {program_.data(), flag.data(), path.data(), nullptr};
    posix_spawn_file_actions_t actions{};
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const std::string said = folder_ + "/said";
    ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, said.c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    const int failed =
        ::posix_spawn(&process_, program_.c_str(), &actions, nullptr, words.data(), environ);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        process_ = -1;
        return rules::refuse(program_ + ": 不能启动 cannot be started", "apt install mosquitto");
    }
    for (int step = 0; step < kStepsMost; ++step) {
        bool is_up = true;
        for (const std::uint16_t port : ports_) is_up = is_up && listens(port);
        if (is_up) return {};
        int state = 0;
        if (::waitpid(process_, &state, WNOHANG) == process_) {
            process_ = -1;
            return rules::refuse("用此配置不能启动 it does not start with this configuration",
                                 last_words());
        }
        wait_a_step();
    }
    return rules::refuse("十秒内未监听 it does not listen within ten seconds", last_words());
}

void TestBroker::finish(int signal) {
    if (process_ <= 0) return;
    ::kill(process_, signal);
    for (int step = 0; step < kStepsMost; ++step) {
        int state = 0;
        if (::waitpid(process_, &state, WNOHANG) == process_) {
            process_ = -1;
            return;
        }
        wait_a_step();
    }
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
}

void TestBroker::end() { finish(SIGTERM); }
void TestBroker::kill() { finish(SIGKILL); }

bool TestBroker::save() {
    const fs::path file = fs::path(folder_) / "mosquitto.db";
    std::error_code error;
    fs::remove(file, error);
    if (process_ <= 0 || ::kill(process_, SIGUSR1) != 0) return false;
    // It writes another file and renames it, so that this one is whole as soon as it is there.
    for (int step = 0; step < kStepsMost; ++step) {
        if (fs::exists(file, error)) return true;
        wait_a_step();
    }
    return false;
}

bool TestBroker::listens(std::uint16_t port) const {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) return false;
    const sockaddr_in address = loopback(port);
    const bool is_up =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
    ::close(socket);
    return is_up;
}

std::string TestBroker::last_words() const {
    std::string words;
    for (const char* name : {"/said", "/mosquitto.log"}) {
        std::ifstream file(folder_ + name);
        for (std::string line; std::getline(file, line);) {
            if (line.find("rror") != std::string::npos) words += (words.empty() ? "" : "; ") + line;
        }
    }
    constexpr std::size_t kShown = 600;
    return words.empty() ? "看它的日志 see its log" : words.substr(0, kShown);
}

}  // namespace qk::broker
